"""What happens to classes that are too small for a model."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from eegaug.over_sampling import (
    BaseWindowOverSampler,
    DominantGroupWarning,
    JitterOversampler,
    SmallClassWarning,
    SurrogateOversampler,
)
from eegaug.over_sampling._ladder import find_fallback

RNG = np.random.default_rng(0)


class ModelOversampler(BaseWindowOverSampler):
    """A sampler whose model makes zeros out of at least four windows."""

    _parameter_constraints = BaseWindowOverSampler._parameter_constraints

    def _fewest_windows(self):
        return 4

    def _begin(self, windows_of, rng):
        self.begun = {label: windows_of(label) for label in windows_of.labels}
        self.seen_at_begin = dict(self.fallback_)

    def _make_windows(self, windows, n, label, rng):
        self.modelled = label
        return np.zeros((n, *windows.shape[1:]))


def data(counts, shape=(2, 10)):
    return RNG.normal(size=(sum(counts), *shape)), np.repeat(np.arange(len(counts)), counts)


@pytest.mark.parametrize(
    ("windows", "rung"),
    [
        (RNG.normal(size=(4, 2, 9)), None),
        (RNG.normal(size=(3, 2, 9)), "jitter"),
        (RNG.normal(size=(1, 2, 9)), "jitter"),
        (np.ones((9, 2, 9)), "copies"),
        (RNG.normal(size=(9, 2, 1)).repeat(5, axis=2), "copies"),
        (np.stack([np.ones((2, 9)), np.eye(2, 9)] * 2), None),
    ],
)
def test_thresholds(windows, rung):
    fallback = find_fallback(windows, min_windows=4)
    assert (fallback and fallback.rung) == rung


def test_one_warning_names_every_small_class():
    X, y = data([12, 4, 3, 1, 2])
    X[y == 4] = 5.0
    sampler = ModelOversampler(random_state=0)
    with pytest.warns(SmallClassWarning) as caught:
        X_res, y_res = sampler.fit_resample(X, y)
    assert len(caught) == 1
    assert str(caught[0].message) == (
        "ModelOversampler makes the windows of some classes without its model: class 2 by "
        "jitter, as it has 3 windows and the model needs at least 4; class 3 by jitter, as it "
        "has 1 window and the model needs at least 4; class 4 by copies, as all its windows are "
        "constant."
    )
    assert {label: rung for label, (rung, _) in sampler.fallback_.items()} == {
        2: "jitter",
        3: "jitter",
        4: "copies",
    }
    assert sampler.modelled == 1
    assert_array_equal(np.bincount(y_res), 12)
    new, y_new = X_res[len(X) :], y_res[len(X) :]
    assert (new[y_new == 4] == 5.0).all()
    assert (new[y_new == 1] == 0.0).all()
    assert (new[y_new == 3] != 0.0).all()


def test_no_warning_where_every_class_is_large_enough():
    X, y = data([12, 4])
    sampler = ModelOversampler(random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sampler.fit_resample(X, y)
    assert sampler.fallback_ == {}


def test_small_classes_that_need_nothing_are_passed_over():
    X, y = data([12, 5, 1])
    sampler = ModelOversampler(sampling_strategy={1: 6}).fit_resample
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sampler(X, y)


def test_begin_sees_all_classes_as_3d_floats_and_the_fallbacks():
    X = RNG.integers(-9, 9, size=(8, 10)).astype("i2")
    y = np.repeat(["b", "a"], [5, 3])
    sampler = ModelOversampler(random_state=0)
    with pytest.warns(SmallClassWarning):
        sampler.fit_resample(X, y)
    assert list(sampler.begun) == ["a", "b"]
    assert sampler.begun["b"].dtype == np.float64
    assert_array_equal(sampler.begun["b"], X[:5, np.newaxis])
    assert list(sampler.seen_at_begin) == ["a"]


@pytest.mark.parametrize("sampler", [JitterOversampler(), SurrogateOversampler()])
def test_samplers_without_a_model_know_no_fallback(sampler):
    sampler.fit_resample(*data([3, 1]))
    assert not hasattr(sampler, "fallback_")


def test_a_recording_with_most_of_a_class_is_named():
    X, y = data([14, 7, 4, 3])
    # More than half of class 1, half of class 2, all of the small class 3 and of the majority.
    groups = np.array(["m"] * 14 + ["a"] * 4 + ["b"] * 3 + ["c", "c", "d", "e"] + ["f"] * 3)
    sampler = ModelOversampler(random_state=0)
    with pytest.warns(SmallClassWarning), pytest.warns(DominantGroupWarning) as caught:
        sampler.fit_resample(X, y, groups=groups)
    named = [str(w.message) for w in caught if issubclass(w.category, DominantGroupWarning)]
    assert named == [
        "ModelOversampler learns classes that one recording rules, and may make no more than "
        "imitations of it: 4 of the 7 windows of class 1 come from 'a'."
    ]


@pytest.mark.parametrize("groups", [None, np.arange(18) // 2])
def test_no_warning_where_no_recording_has_most_of_a_class_or_none_is_known(groups):
    X, y = data([12, 6])
    ModelOversampler(random_state=0).fit_resample(X, y, groups=groups)


def test_samplers_without_a_model_do_not_warn_of_recordings():
    JitterOversampler().fit_resample(*data([12, 6]), groups=np.zeros(18))
