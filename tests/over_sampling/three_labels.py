"""A tiny training of two rare labels beside a third, for several modules of tests."""

import numpy as np

from eegaug import GANOversampler
from eegaug.gan import GANGenerator

TINY = {"n_steps": 2, "width": 2, "latent_dim": 2, "batch_size": 4}
TINY |= {"n_checks": 1, "min_windows": 2, "random_state": 0}
OF_GENERATOR = set(GANGenerator().get_params()) - {"random_state"}
X = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
Y = np.repeat(["a", "b", "c"], [20, 12, 8])


def make(**params):
    """Return a sampler; what is a parameter of its generator is given to that."""
    params = TINY | params
    network = {name: params.pop(name) for name in OF_GENERATOR & params.keys()}
    return GANOversampler(GANGenerator(**network), **params)


def fit(X=X, Y=Y, **params):
    sampler = make(**params)
    return sampler.fit_resample(X, Y)[0], sampler
