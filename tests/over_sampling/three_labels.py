"""A tiny training of two rare labels beside a third, for several modules of tests."""

import numpy as np

from eegaug import GANOversampler

TINY = {"n_steps": 2, "pretrain_steps": 1, "width": 2, "latent_dim": 2, "batch_size": 4}
TINY |= {"n_checks": 1, "min_windows": 2, "random_state": 0}
X = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
Y = np.repeat(["a", "b", "c"], [20, 12, 8])


def fit(X=X, Y=Y, **params):
    sampler = GANOversampler(**TINY | params)
    return sampler.fit_resample(X, Y)[0], sampler
