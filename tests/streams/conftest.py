"""Small windows of two classes, and samplers that are fitted to them."""

import numpy as np
import pytest
from sklearn.neighbors import KernelDensity

from eegaug import GANOversampler, JitterOversampler

N_CHANNELS, N_TIMES = 3, 16


class Eeg:
    """40 windows of rest in 4 recordings, 12 of seizures in 3, and the amplitude names both."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.y = np.array(["rest"] * 40 + ["seizure"] * 12)
        self.groups = np.array(
            ["a"] * 20 + ["b"] * 10 + ["c"] * 5 + ["d"] * 5 + ["e"] * 6 + ["f"] * 5 + ["g"]
        )
        scale = np.where(self.y == "seizure", 9.0, 1.0)[:, None, None]
        self.X = (scale * rng.normal(size=(52, N_CHANNELS, N_TIMES))).astype(np.float32)

    def __iter__(self):
        return iter((self.X, self.y, self.groups))


@pytest.fixture(scope="session")
def eeg():
    return Eeg()


@pytest.fixture(scope="session")
def jitter(eeg):
    return JitterOversampler(random_state=0).fit_generators(*eeg)


@pytest.fixture(scope="session")
def density(eeg):
    """A sampler with a generator that needs no training steps."""
    sampler = GANOversampler(KernelDensity(bandwidth=0.1), random_state=0)
    return sampler.fit_generators(*eeg)
