"""What happens to classes that are too small, or too plain, for a model."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator

from eegaug.over_sampling import (
    GANOversampler,
    JitterOversampler,
    SmallClassWarning,
    SurrogateOversampler,
)
from eegaug.over_sampling._fallback import find_fallback

RNG = np.random.default_rng(0)


class Zeros(BaseEstimator):
    """A generator that makes zeros, whatever it is fitted to."""

    def fit(self, X):
        self.n_features_ = X.shape[1]
        return self

    def sample(self, n_samples=1):
        return np.zeros((n_samples, self.n_features_))


def make(**params):
    return GANOversampler(
        Zeros(),
        min_windows=4,
        random_state=0,
        growth=1,
        **{"jitter": False, "real_share": 0.0} | params,
    )


def data(counts, shape=(2, 10)):
    return RNG.normal(size=(sum(counts), *shape)), np.repeat(np.arange(len(counts)), counts)


@pytest.mark.parametrize(
    ("windows", "method"),
    [
        (RNG.normal(size=(4, 2, 9)), None),
        (RNG.normal(size=(3, 2, 9)), "jitter"),
        (RNG.normal(size=(1, 2, 9)), "jitter"),
        (np.ones((9, 2, 9)), "copies"),
        (RNG.normal(size=(9, 2, 1)).repeat(5, axis=2), "copies"),
        (np.stack([np.ones((2, 9)), np.eye(2, 9)] * 2), None),
    ],
)
def test_thresholds(windows, method):
    fallback = find_fallback(windows, min_windows=4)
    assert (fallback and fallback.method) == method


@pytest.mark.parametrize("jitter", [False, True])
def test_fallbacks_take_real_windows_and_only_copies_leave_them_as_they_are(jitter):
    X, y = data([12, 3, 3])
    X[y == 2] = np.array([2.0, 3.0, 4.0])[:, np.newaxis, np.newaxis]
    sampler = make(jitter=jitter)
    with pytest.warns(SmallClassWarning):
        X_res, y_res = sampler.fit_resample(X, y)
    new, y_new = X_res[len(X) :], y_res[len(X) :]
    is_copy = (new[:, np.newaxis] == X).all(axis=(2, 3)).any(axis=1)
    assert_array_equal(is_copy, y_new == 2)
    # Augmented windows keep the means of the real ones.
    distances = np.abs(new.mean(axis=2)[:, np.newaxis] - X.mean(axis=2)).max(axis=2)
    np.testing.assert_allclose(distances.min(axis=1), 0, atol=1e-12)


def test_one_warning_names_every_small_class():
    X, y = data([12, 4, 3, 1, 2])
    X[y == 4] = 5.0
    sampler = make()
    with pytest.warns(SmallClassWarning) as caught:
        X_res, y_res = sampler.fit_resample(X, y)
    assert len(caught) == 1
    assert str(caught[0].message) == (
        "GANOversampler makes the windows of some classes without its model: class 2 by "
        "jitter, as it has 3 windows and the model needs at least 4; class 3 by jitter, as it "
        "has 1 window and the model needs at least 4; class 4 by copies, as all its windows are "
        "constant."
    )
    methods = {label: fallback.method for label, fallback in sampler.fallback_.items()}
    assert methods == {2: "jitter", 3: "jitter", 4: "copies"}
    assert list(sampler.generators_) == [1]
    assert_array_equal(np.bincount(y_res), 12)
    new, y_new = X_res[len(X) :], y_res[len(X) :]
    assert (new[y_new == 4] == 5.0).all()
    assert (new[y_new == 1] == 0.0).all()
    assert (new[y_new == 3] != 0.0).all()


def test_no_warning_where_every_class_is_large_enough():
    sampler = make()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sampler.fit_resample(*data([12, 4]))
    assert sampler.fallback_ == {}


def test_small_classes_that_need_nothing_are_passed_over():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make(sampling_strategy={1: 6}).fit_resample(*data([12, 5, 1]))


@pytest.mark.parametrize("sampler", [JitterOversampler(), SurrogateOversampler()])
def test_samplers_without_a_model_know_no_fallback(sampler):
    sampler.fit_resample(*data([3, 1]))
    assert not hasattr(sampler, "fallback_")
