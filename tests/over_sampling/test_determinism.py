"""An integer gives the same bits, whatever else happens or happened."""

import keras
import numpy as np
from numpy.testing import assert_array_equal
from three_labels import make

from eegaug.gan import training

X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
Y = np.repeat([0, 1], [16, 8])


def fit(data=X, **params):
    # The architecture that is compiled the fastest.
    return make(**{"architecture": "dense"} | params).fit_resample(data, Y)[0]


# Networks are compiled twice.
def test_bits_do_not_depend_on_what_ran_before(monkeypatch):
    monkeypatch.setattr(training, "_TRAININGS", training.ObjectPool(1))
    monkeypatch.setattr(training, "_SAMPLERS", training.ObjectPool(1))
    expected = fit()
    fit(X * 2, random_state=3)
    assert_array_equal(fit(), expected)
    keras.utils.set_random_seed(7)
    model = keras.Sequential([keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    model.compile("adam", "mse", run_eagerly=True)
    model.fit(X, Y, verbose=0)
    # So that networks are built anew.
    training._TRAININGS.clear()
    training._SAMPLERS.clear()
    keras.backend.clear_session()
    assert_array_equal(fit(), expected)
