"""The windows of each class, and what of them is held out."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import RandomState
from numpy.testing import assert_array_equal
from scipy import sparse

from eegaug.over_sampling import DominantGroupWarning
from eegaug.over_sampling._class_data import (
    collect_classes,
    fingerprints,
    hold_out,
    warn_of_dominant_groups,
)

RNG = np.random.default_rng(0)


def one_class(groups=None, n_windows=None, n_times=4):
    """Return the class of as many windows as there are groups, beside another of two windows."""
    n_windows = len(groups) if n_windows is None else n_windows
    X = RNG.normal(size=(n_windows + 2, n_times))
    if groups is not None:
        groups = np.concatenate([groups, groups[:1], groups[:1]])
    return collect_classes(X, np.repeat([1, 0], [n_windows, 2]), groups)[1]


def test_classes_come_in_the_order_of_their_labels_as_python_objects():
    X, y = RNG.normal(size=(5, 4)), np.array(["b", "a", "b", "a", "b"])
    groups = np.array([1, 2, 3, 4, 5])
    classes = collect_classes(X, y, groups)
    assert list(classes) == ["a", "b"]
    assert type(classes["a"].label) is str
    assert_array_equal(classes["b"].windows, X[[0, 2, 4]][:, np.newaxis])
    assert_array_equal(classes["b"].groups, [1, 3, 5])
    assert_array_equal(classes["b"].take(np.array([1])), X[[2]][:, np.newaxis])
    assert set(classes["b"].part) == {"training"}


@pytest.mark.parametrize("container", [np.asarray, np.asfortranarray, sparse.csr_array])
def test_windows_are_floats_in_one_order(container):
    X = RNG.integers(-9, 9, size=(6, 4)).astype("i2")
    windows = collect_classes(container(X), np.zeros(6), None)[0.0].windows
    assert windows.dtype == np.float64
    assert windows.flags.c_contiguous
    assert_array_equal(windows, X[:, np.newaxis])


@given(
    counts=st.lists(st.integers(1, 5), min_size=1, max_size=40),
    seed=st.integers(0, 99),
    known=st.sampled_from([0, 0, 0.1, 0.5, 1]),
)
@settings(deadline=None)
def test_recordings_are_held_out_whole_where_there_are_enough(counts, seed, known):
    groups = RandomState(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    data = one_class(groups)
    n_known = round(known * len(groups))
    seen = fingerprints(data.windows[:n_known]) if n_known else None
    hold_out(data, RandomState(seed), seen)
    recordings = {part: set(data.groups_of(part)) for part in ("training", "selection", "attack")}
    n_eighth = round(len(counts) / 8)
    assert not recordings["selection"] & (recordings["training"] | recordings["attack"])
    assert len(recordings["selection"]) <= (n_eighth if len(counts) >= 16 else 0)
    if seen is None and len(counts) >= 16:
        assert len(recordings["selection"]) == n_eighth
        assert data.attack_by == "recording"
        assert len(recordings["attack"]) == n_eighth
        assert not recordings["attack"] & recordings["training"]
    if data.attack_by == "window":
        assert recordings["attack"] <= recordings["training"]
    assert_array_equal(data.held_out_groups, sorted(set(groups.tolist()) - recordings["training"]))
    assert (data.part[:n_known] == "training").all()
    assert len(data.places("training"))


def test_without_recordings_a_tenth_of_the_windows_is_for_the_attack():
    data = one_class(n_windows=40)
    hold_out(data, RandomState(0))
    assert len(data.places("attack")) == 4
    assert len(data.places("training")) == 36
    assert len(data.places("selection")) == 0
    assert data.attack_by == "window"
    assert data.groups_of("attack") is None
    few = one_class(n_windows=14)
    hold_out(few, RandomState(0))
    assert set(few.part) == {"training"}


def test_neither_names_nor_order_of_windows_of_recordings_decide_but_the_seed():
    groups = np.repeat(np.arange(20), 3)
    parts = []
    for names, seed in ((np.arange(20), 0), (np.arange(20)[::-1], 0), (np.arange(20), 1)):
        data = one_class(names[groups])
        hold_out(data, RandomState(seed))
        parts.append(data.part)
    assert_array_equal(parts[0], parts[1])
    assert not np.array_equal(parts[0], parts[2])


def test_recordings_weigh_alike():
    data = one_class(np.array(["x"] * 4 + ["y"] + ["z"] * 2))
    weights = data.weights(np.arange(len(data.rows)))
    for recording in "xyz":
        assert weights[data.groups == recording].sum() == pytest.approx(1)
    assert_array_equal(one_class(n_windows=3).weights(np.arange(3)), np.ones(3))


@pytest.mark.parametrize("dtype", ["f4", "f8", "i2"])
def test_windows_are_known_again_in_any_layout(dtype):
    windows = RNG.integers(-99, 99, size=(9, 2, 8)).astype(dtype)
    numbers = fingerprints(windows)
    assert len(np.unique(numbers)) == 9
    assert_array_equal(fingerprints(windows.reshape(9, 16)[::-1].astype("f8"))[::-1], numbers)


def test_a_recording_with_most_of_a_class_is_named():
    # More than half of the first, half of the second, none known of the third.
    classes = [
        one_class(np.array(["a"] * 4 + ["b"] * 3)),
        one_class(np.array(["c", "c", "d", "e"])),
        one_class(n_windows=5),
    ]
    with pytest.warns(DominantGroupWarning) as caught:
        warn_of_dominant_groups(classes, "Sampler")
    assert [str(each.message) for each in caught] == [
        "Sampler learns classes that consist mostly of one recording, and may make no more than "
        "imitations of it: 4 of the 7 windows of class 1 come from 'a'."
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_dominant_groups(classes[1:], "Sampler")
