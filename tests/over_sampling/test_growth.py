"""All classes grow where windows are few, and only by windows made from their own."""

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.neighbors import KernelDensity

from eegaug.over_sampling import GANOversampler, JitterOversampler, SurrogateOversampler
from eegaug.transforms import growth_factor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 16))
Y = np.repeat([0, 1, 2], [16, 8, 6])
PLAIN = {"stretch": 0, "scale": 0, "filter": 0, "mix": False, "polarity": False}

SAMPLERS = [
    JitterOversampler(random_state=0),
    SurrogateOversampler(random_state=0, growth="auto"),
    GANOversampler(KernelDensity(bandwidth=0.3), min_windows=6, random_state=0),
]
each_sampler = pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda each: type(each).__name__)


@each_sampler
@pytest.mark.parametrize(("growth", "n"), [(1, 16), (1.3, 21), (2, 32), ("auto", 64)])
def test_all_classes_grow_by_the_factor(sampler, growth, n):
    sampler = type(sampler)(**sampler.get_params(deep=False) | {"growth": growth})
    X_res, y_res = sampler.fit_resample(X, Y)
    assert_array_equal(np.bincount(y_res), [n, n, n])
    assert sampler.growth_ == (4 if growth == "auto" else growth)
    made = {label: n - count for label, count in enumerate(np.bincount(Y)) if n > count}
    assert sampler.sampling_strategy_ == made
    assert_array_equal(X_res[:30], X)
    assert_array_equal(y_res[:30], Y)
    assert np.isfinite(X_res).all()


@each_sampler
@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (0.5, [16, 8]),
        ("minority", [16, 16]),
        ({1: 11}, [16, 11]),
        ({0: 20, 1: 8}, [20, 8]),
        (lambda y: {1: 2 * int((y == 1).sum())}, [16, 12]),
    ],
    ids=lambda each: "function" if callable(each) else repr(each),
)
def test_auto_grows_ratios_and_meets_stated_numbers_exactly(sampler, strategy, expected):
    sampler = type(sampler)(
        **sampler.get_params(deep=False) | {"sampling_strategy": strategy, "growth": "auto"}
    )
    of_two = Y != 1
    y = Y[of_two] // 2
    _, y_res = sampler.fit_resample(X[of_two], y)
    is_stated = callable(strategy) or isinstance(strategy, dict)
    assert sampler.growth_ == (1 if is_stated else 4)
    assert_array_equal(np.bincount(y_res), np.array(expected) * sampler.growth_)
    twice = type(sampler)(**sampler.get_params(deep=False) | {"growth": 2})
    _, y_res = twice.fit_resample(X[of_two], y)
    assert_array_equal(np.bincount(y_res), 2 * np.array(expected))


@pytest.mark.parametrize("n", [1000, 1600, 4000, 5000])
def test_auto_grows_few_windows_and_leaves_many(n):
    many, y = RNG.normal(size=(n + 5, 4)), np.repeat([0, 1], [n, 5])
    sampler = JitterOversampler(random_state=0)
    _, y_res = sampler.fit_resample(many, y)
    assert_array_equal(np.bincount(y_res), max(n, 4000))
    assert sampler.growth_ == growth_factor({0: n, 1: n}, 4)


@each_sampler
def test_balanced_classes_grow_too(sampler):
    y = np.repeat([0, 1], 15)
    _, y_res = sampler.fit_resample(X, y)
    assert_array_equal(np.bincount(y_res), [60, 60])


@pytest.mark.parametrize("jitter", [False, True])
def test_windows_of_the_majority_are_augmented_real_ones_of_their_class(jitter):
    """A generator is trained for none but the classes that are short of windows."""
    far = X + 1000 * Y[:, np.newaxis] + np.arange(30)[:, np.newaxis]
    gan = GANOversampler(
        KernelDensity(bandwidth=0.3), min_windows=6, jitter=jitter, growth=3, random_state=0
    )
    for sampler in (gan, JitterOversampler(growth=3, random_state=0)):
        X_res, y_res = sampler.fit_resample(far, Y)
        new = X_res[30:][y_res[30:] == 0]
        assert len(new) == 2 * 16
        # Each keeps mean and deviation of a real window if nothing is scaled.
        distance = np.abs(new.mean(axis=1)[:, np.newaxis] - far[Y == 0].mean(axis=1))
        assert distance.min(axis=1).max() < 1e-9
        # Without jitter they are copies, as none of the other windows is changed either.
        are_copies = (new[:, np.newaxis] == far).all(axis=2).any(axis=1)
        assert are_copies.all() if sampler is gan and not jitter else not are_copies.any()
    assert list(gan.generators_) == [1, 2]


def test_grown_windows_are_shifts_of_real_ones_where_nothing_else_changes():
    sampler = JitterOversampler(growth=2, random_state=0, **PLAIN)
    X_res, y_res = sampler.fit_resample(X, Y)
    for window, label in zip(X_res[30:], y_res[30:], strict=True):
        rolled = [np.roll(real, k) for real in X[label == Y] for k in range(16)]
        assert np.isclose(rolled, window, atol=1e-12).all(axis=1).any()


@each_sampler
def test_seeds_make_the_same_windows_again(sampler):
    first, again = (sampler.fit_resample(X, Y)[0] for _ in range(2))
    assert_array_equal(first, again)
    other = type(sampler)(**sampler.get_params(deep=False) | {"random_state": 1})
    assert not np.array_equal(other.fit_resample(X, Y)[0], first)


@each_sampler
def test_frames_and_sparse_matrices_grow_as_arrays_do(sampler):
    expected, y_res = sampler.fit_resample(X, Y)
    frame, y_frame = sampler.fit_resample(pd.DataFrame(X).add_prefix("X"), pd.Series(Y))
    assert_array_equal(frame, expected)
    assert_array_equal(y_frame, y_res)
    assert list(frame.index) == list(range(len(expected)))
    matrix, _ = sampler.fit_resample(sparse.csr_array(X), Y)
    assert_array_equal(matrix.toarray(), expected)


@each_sampler
def test_epochs_grow(sampler):
    events = np.column_stack([np.arange(30), np.zeros(30, int), Y + 1])
    info = mne.create_info(["Fz"], 64.0, "eeg")
    epochs = mne.EpochsArray(X[:, np.newaxis], info, events, verbose="error")
    resampled, codes = sampler.fit_resample(epochs)
    assert_array_equal(np.bincount(codes), [0, 64, 64, 64])
    assert len(resampled) == 192
    assert_array_equal(resampled.events[:, 2], codes)


@pytest.mark.parametrize("growth", [0.9, -1, 0, "twice", None, np.inf, np.nan])
def test_growth_of_other_kinds_is_refused(growth):
    with pytest.raises(ValueError, match="The 'growth' parameter of JitterOversampler must be"):
        JitterOversampler(growth=growth).fit_resample(X, Y)
