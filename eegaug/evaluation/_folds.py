"""Folds that keep recordings together."""

from collections.abc import Hashable

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

__all__ = ["outer_folds", "recording_folds", "thin_majority", "thin_minority", "usable"]


def recording_folds(
    y: NDArray, groups: NDArray | None, *, n_splits: int, seed: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Split windows into stratified folds, each recording whole in one of them."""
    features = np.zeros(len(y))
    if groups is None:
        return list(StratifiedKFold(n_splits, shuffle=True, random_state=seed).split(features, y))
    # The recordings are shuffled here, since StratifiedGroupKFold(shuffle=True) of
    # scikit-learn 1.7 mixes up their class counts and leaves folds without the rare class.
    recordings, number = np.unique(groups, return_inverse=True)
    shuffled = RandomState(seed).permutation(len(recordings))[number]
    return list(StratifiedGroupKFold(n_splits).split(features, y, shuffled))


def thin_minority(
    train: NDArray[np.intp],
    y: NDArray,
    groups: NDArray,
    *,
    pos_label: Hashable,
    n_groups: int,
    seed: int,
) -> NDArray[np.intp]:
    """Keep the positive windows of a few recordings, and all other windows."""
    if n_groups < 1:
        raise ValueError(
            f"The 'n_minority_groups' parameter must be None or at least 1. Got "
            f"{n_groups} instead."
        )
    positive = y[train] == pos_label
    recordings = np.unique(groups[train][positive])
    if len(recordings) < n_groups:
        raise ValueError(
            f"The 'n_minority_groups' parameter must not exceed the number of recordings with "
            f"windows of class {pos_label!r} in any training fold. Got {n_groups} instead, and "
            f"a fold with {len(recordings)}."
        )
    kept = RandomState(seed).choice(recordings, size=n_groups, replace=False)
    return train[~positive | np.isin(groups[train], kept)]


def thin_majority(
    train: NDArray[np.intp], y: NDArray, *, pos_label: Hashable, n_windows: int, seed: int
) -> NDArray[np.intp]:
    """Keep all positive windows, and some of the others."""
    if n_windows < 1:
        raise ValueError(
            f"The 'n_majority_windows' parameter must be None or at least 1. Got {n_windows} "
            f"instead."
        )
    others = RandomState(seed).permutation(np.flatnonzero(y[train] != pos_label))
    return np.delete(train, others[n_windows:])


def usable(y: NDArray, *parts: NDArray[np.intp], pos_label: Hashable) -> bool:
    """Return whether every part of a fold holds both classes."""
    return all(len(np.unique(y[part] == pos_label)) == 2 for part in parts)


def outer_folds(
    y: NDArray,
    groups: NDArray | None,
    *,
    pos_label: Hashable,
    n_minority_groups: int | None,
    n_majority_windows: int | None = None,
    n_splits: int,
    seed: int,
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return the folds of one seed, thinned, each with both classes on both sides."""
    folds = []
    for train, test in recording_folds(y, groups, n_splits=n_splits, seed=seed):
        if not usable(y, train, test, pos_label=pos_label):
            raise ValueError(
                f"Every fold needs windows of class {pos_label!r} and others, in training and "
                f"in test. With n_splits={n_splits} and seed {seed} one lacks them: take fewer "
                f"folds or more recordings, or check 'pos_label'."
            )
        if n_minority_groups is not None and groups is not None:
            train = thin_minority(
                train, y, groups, pos_label=pos_label, n_groups=n_minority_groups, seed=seed
            )
        if n_majority_windows is not None:
            train = thin_majority(
                train, y, pos_label=pos_label, n_windows=n_majority_windows, seed=seed
            )
        folds.append((train, test))
    return folds
