import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eegaug.evaluation._folds import (
    outer_folds,
    recording_folds,
    thin_majority,
    thin_minority,
    usable,
)


@given(st.integers(2, 5), st.integers(0, 50), st.integers(1, 4))
@settings(deadline=None)
def test_recordings_stay_whole_and_every_window_is_tested_once(n_splits, seed, size):
    groups = np.random.default_rng(seed).permutation(np.repeat(np.arange(20), size))
    y = (groups % 3 == 0).astype(int)
    folds = recording_folds(y, groups, n_splits=n_splits, seed=seed)
    assert len(folds) == n_splits
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
        assert sorted([*train, *test]) == list(range(len(y)))
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(len(y)))


@given(st.integers(0, 50))
@settings(deadline=None)
def test_classes_are_spread_evenly(seed):
    groups = np.arange(120) // 5
    y = (groups % 3 == 0).astype(int)
    folds = recording_folds(y, groups, n_splits=4, seed=seed)
    assert [int(y[test].sum()) for _, test in folds] == [10] * 4


def test_windows_are_split_where_there_are_no_recordings():
    folds = recording_folds(np.repeat([0, 1], [20, 10]), None, n_splits=5, seed=0)
    assert [len(test) for _, test in folds] == [6] * 5


def test_seed_shuffles():
    y, groups = np.arange(40) // 4 % 2, np.arange(40) // 4
    first, again, other = (
        recording_folds(y, groups, n_splits=2, seed=seed)[0][1].tolist() for seed in (0, 0, 1)
    )
    assert first == again != other


def test_thinning_takes_away_positive_windows_of_mixed_recordings_too():
    groups = np.repeat(np.arange(6), 4)
    y = np.tile([0, 0, 1, 1], 6)
    train = np.arange(20)
    thinned = thin_minority(train, y, groups, pos_label=1, n_groups=2, seed=0)
    assert (y[thinned] == 0).sum() == 10
    assert len(set(groups[thinned][y[thinned] == 1])) == 2
    assert list(thinned) == sorted(thinned)


def test_majority_windows_are_thinned_by_seed_and_positive_ones_kept():
    y = np.tile([0, 0, 0, 1, 2], 8)
    train = np.arange(35)
    thinned, again, other = (
        thin_majority(train, y, pos_label=1, n_windows=5, seed=seed) for seed in (0, 0, 1)
    )
    assert (y[thinned] != 1).sum() == 5
    assert set(train[y[train] == 1]) <= set(thinned)
    assert list(thinned) == sorted(thinned)
    assert list(thinned) == list(again) != list(other)
    assert list(thin_majority(train, y, pos_label=1, n_windows=99, seed=0)) == list(train)


def test_usable_needs_both_classes_in_every_part():
    y = np.array([0, 1, 0, 1, 0])
    assert usable(y, np.array([0, 1]), np.array([2, 3]), pos_label=1)
    assert not usable(y, np.array([0, 1]), np.array([2, 4]), pos_label=1)
    assert not usable(y, np.array([0, 1]), np.array([], int), pos_label=1)


def test_fold_without_positives_is_an_error():
    groups = np.arange(50) // 5
    with pytest.raises(ValueError, match="n_splits=5 and seed 0 one lacks them"):
        outer_folds(
            (groups == 3).astype(int),
            groups,
            pos_label=1,
            n_minority_groups=None,
            n_splits=5,
            seed=0,
        )
