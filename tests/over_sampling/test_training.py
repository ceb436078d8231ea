"""How generators are trained and attacked: what they see, and where they start."""

import numpy as np
import pytest
from numpy.random import RandomState
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

from eegaug import GANOversampler
from eegaug.over_sampling._class_data import collect_classes, hold_out
from eegaug.over_sampling._training import (
    attack_generator,
    sample_from,
)

RNG = np.random.default_rng(0)


class Spy(BaseEstimator):
    """A generator that notes what it is given, and makes zeros."""

    seen: list = []  # noqa: RUF012

    def fit(self, X, sample_weight=None, selection=None, init=None):
        self.seen.append((X, sample_weight, selection, init))
        self.shape_ = X.shape[1:]
        return self

    def sample(self, n_samples=1):
        return np.zeros((n_samples, *self.shape_))


@pytest.fixture
def seen():
    Spy.seen.clear()
    return Spy.seen


def test_recordings_weigh_alike_and_others_choose_the_step(seen):
    X, y = RNG.normal(size=(120, 2, 8)), np.repeat([0, 1], [70, 50])
    groups = np.concatenate([np.arange(70), 100 + np.sort(np.arange(50) % 20)])
    GANOversampler(Spy(), random_state=0).fit_resample(X, y, groups=groups)
    ((windows, weights, (selection,), init),) = seen
    assert init is None
    rows = X.reshape(120, 16)
    known = {row.tobytes(): group for row, group in zip(rows, groups, strict=True)}
    trained = np.array([known[row.tobytes()] for row in windows])
    chosen = {known[row.tobytes()] for row in selection.windows.reshape(-1, 16)}
    assert len(chosen) == 2
    assert not chosen & set(trained)
    for group in set(trained):
        assert weights[trained == group].sum() == pytest.approx(1)
    # Not against the windows of the training, and with a reference between recordings.
    assert_array_equal(selection.real_pair[0].shape[1:], (2, 8))
    assert set(selection.metrics) == {
        "psd_distance",
        "sliced_wasserstein_distance",
        "coverage_score",
    }


@pytest.mark.parametrize("generator", [KernelDensity(), GaussianMixture(2, random_state=0)])
def test_any_generator_is_sampled_by_a_seed(generator):
    generator.fit(RNG.normal(size=(30, 12)))
    before = generator.get_params()
    one, same, other = (sample_from(generator, 5, RandomState(seed), (3, 4)) for seed in (0, 0, 1))
    assert one.shape == (5, 3, 4)
    assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert sample_from(generator, 0, RandomState(0), (3, 4)).shape == (0, 3, 4)
    assert generator.get_params() == before


class Copies(BaseEstimator):
    def __init__(self, windows, factor=2.0):
        self.windows = windows
        self.factor = factor

    def sample(self, n_samples):
        return self.factor * self.windows[:n_samples]


class Others(BaseEstimator):
    def sample(self, n_samples, random_state):
        return random_state.standard_normal((n_samples, 1, 32))


@pytest.mark.parametrize("n_recordings", [None, 5, 20])
def test_a_generator_that_copies_is_detected(n_recordings):
    X = np.random.default_rng(0).normal(size=(200, 32))
    groups = None if n_recordings is None else np.arange(200) * n_recordings // 200
    data = collect_classes(X, np.ones(200), groups)[1.0]
    hold_out(data, RandomState(0))
    copier = attack_generator(Copies(data.windows_of("training")), data)
    assert copier.verdict == "memorisation detected"
    assert copier.auc == 1.0
    assert copier.unit == ("recording" if n_recordings == 20 else "window")
    honest = attack_generator(Others(), data)
    assert honest.verdict in ("not detected at this power", "cannot be tested")


def test_nothing_held_out_cannot_be_tested():
    data = collect_classes(RNG.normal(size=(12, 32)), np.ones(12), None)[1.0]
    result = attack_generator(Others(), data)
    assert result.verdict == "cannot be tested"
    assert (result.n_members, result.n_non_members) == (12, 0)
