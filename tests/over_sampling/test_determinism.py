"""An integer gives the same bits, whatever else happens or happened."""

import os
import subprocess
import sys

import keras
import numpy as np
from numpy.testing import assert_array_equal
from three_labels import TINY

from eegaug import GANOversampler

X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
Y = np.repeat([0, 1], [16, 8])


def fit(data=X, **params):
    return GANOversampler(**TINY | params).fit_resample(data, Y)[0]


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


FITS = """
import hashlib
import numpy as np
from eegaug import GANOversampler
X = np.random.default_rng(0).normal(size=(80, 64)).astype(np.float32)
sampler = GANOversampler(n_steps=2, pretrain_steps=1, n_checks=1, random_state=0)
X_res, _ = sampler.fit_resample(X, np.repeat([0, 1], [60, 20]))
arrays = [X_res, *sampler.generators_[1].weights_, sampler.history_[1].to_numpy()]
print(*[hashlib.sha256(np.ascontiguousarray(array)).hexdigest() for array in arrays])
"""


def test_bits_do_not_depend_on_hashing_or_on_the_number_of_threads():
    few = {"PYTHONHASHSEED": "7", "TF_NUM_INTEROP_THREADS": "1"}
    threads = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
    found = [
        subprocess.run(
            [sys.executable, "-c", FITS],
            capture_output=True,
            text=True,
            check=True,
            # The library oneDNN would go by the number of threads itself.
            env=os.environ | {"TF_ENABLE_ONEDNN_OPTS": "0"} | environment,
        ).stdout
        for environment in (few | dict.fromkeys(threads, "1"), dict.fromkeys(threads, "4"))
    ]
    assert found[0] == found[1]
