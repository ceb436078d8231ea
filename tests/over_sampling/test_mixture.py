"""What fit_resample adds: the generator's windows and real ones, varied or not."""

import numpy as np
import pytest
from numpy.random import RandomState
from numpy.testing import assert_allclose, assert_array_equal

from eegaug.over_sampling._mixture import mix


class Ramps:
    """A generator whose windows are easy to tell from real ones."""

    def sample(self, n, random_state):
        return np.tile(np.arange(16.0), (n, 1, 1))


REAL = np.random.default_rng(0).normal(100, 1, size=(5, 1, 16))


@pytest.mark.parametrize(("share", "n_real"), [(0.0, 0), (0.25, 2), (0.5, 4), (1.0, 8)])
def test_a_share_are_copies_of_real_windows_and_the_others_the_generators(share, n_real):
    new = mix(Ramps(), REAL, 8, RandomState(0), real_share=share, jitter=False)
    assert new.shape == (8, 1, 16)
    is_real = (new[:, np.newaxis] == REAL).all(axis=(2, 3)).any(axis=1)
    assert is_real.sum() == n_real
    assert_array_equal(new[~is_real], Ramps().sample((~is_real).sum(), None))


def test_jitter_varies_every_window_and_gives_all_of_them_levels_of_real_ones():
    plain = mix(Ramps(), REAL, 8, RandomState(0), real_share=0.5, jitter=False)
    varied = mix(Ramps(), REAL, 8, RandomState(0), real_share=0.5, jitter=True)
    assert (varied != plain).any(axis=(1, 2)).all()
    distance = np.abs(varied.mean(axis=-1) - REAL.mean(axis=-1).ravel())
    assert_allclose(distance.min(axis=1), 0, atol=1e-9)
