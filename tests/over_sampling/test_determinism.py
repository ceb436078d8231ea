"""An integer gives the same bits, whatever else happens or happened."""

import os
import subprocess
import sys

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


# Three networks are compiled.
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
    # Another kind of networks than those that are kept, so that the first are built anew.
    fit(width=1, random_state=None)
    keras.backend.clear_session()
    assert_array_equal(fit(), expected)


FITS = """
import hashlib
import numpy as np
from eegaug import GANOversampler
from eegaug.gan import GANGenerator
X = np.random.default_rng(0).normal(size=(80, 64)).astype(np.float32)
generator = GANGenerator(n_steps=2, pretrain_steps=1, n_checks=1)
sampler = GANOversampler(generator, random_state=0)
X_res, _ = sampler.fit_resample(X, np.repeat([0, 1], [60, 20]))
arrays = [X_res, *sampler.generators_[1].weights_, sampler.history_[1].to_numpy()]
print(*[hashlib.sha256(np.ascontiguousarray(array)).hexdigest() for array in arrays])
"""


# Two processes compile networks of the default width each: in small ones nothing is shared out
# among threads.
def test_fresh_processes_of_one_machine_make_the_same_bits():
    ours = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_ENABLE_ONEDNN_OPTS")
    users = {name: value for name, value in os.environ.items() if name not in ours}
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", FITS],
            stdout=subprocess.PIPE,
            text=True,
            env=users | {"PYTHONHASHSEED": seed},
        )
        for seed in ("7", "8")
    ]
    one, other = (run.communicate()[0].split() for run in runs)
    assert len(one) > 3
    assert one == other
