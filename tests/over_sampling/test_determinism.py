"""An integer gives the same bits, whatever else happens or happened."""

import os
import subprocess
import sys

import keras
import numpy as np
from numpy.testing import assert_array_equal

from eegaug import GANOversampler

TINY = {"n_steps": 2, "pretrain_steps": 1, "width": 2, "latent_dim": 2, "batch_size": 4}
TINY |= {"n_checks": 1, "min_windows": 2}
X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
Y = np.repeat([0, 1], [16, 8])


def fit(data=X, **params):
    return GANOversampler(**TINY | {"random_state": 0} | params).fit_resample(data, Y)[0]


def test_bits_do_not_depend_on_what_ran_before():
    expected = fit()
    keras.utils.set_random_seed(7)
    model = keras.Sequential([keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    # More kinds of networks than are kept, so that those of the first fit are built anew.
    for width in (1, 3, 4):
        fit(width=width, random_state=None)
    keras.backend.clear_session()
    assert_array_equal(fit(), expected)
    fit(X * 2, random_state=3)
    assert_array_equal(fit(), expected)


def test_bits_do_not_depend_on_hashing_or_on_threads_outside_operations():
    code = (
        "import numpy as np; from eegaug import GANOversampler;"
        "X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32);"
        f"s = GANOversampler(**{TINY!r}, random_state=0);"
        "print(s.fit_resample(X, np.repeat([0, 1], [16, 8]))[0].tobytes().hex())"
    )
    environment = {"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    )
    assert done.stdout.strip() == fit().tobytes().hex()
