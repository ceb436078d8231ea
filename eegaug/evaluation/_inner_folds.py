"""Folds inside the training windows, for a selection."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.model_selection import check_cv

__all__ = ["count_recordings", "inner_folds"]

Fold = tuple[NDArray[np.intp], NDArray[np.intp]]
#: Draws of folds, until every class is in both parts of all of them.
MAX_DRAWS = 50


def count_recordings(y: NDArray, groups: NDArray | None) -> dict[Any, int]:
    """Return the number of recordings of each class, or of windows without groups."""
    units = np.arange(len(y)) if groups is None else groups
    return {label: len(np.unique(units[y == label])) for label in np.unique(y).tolist()}


def inner_folds(
    X: Any, y: NDArray, groups: NDArray | None, *, cv: Any, n_repeats: int, rng: RandomState
) -> list[Fold]:
    """Return folds with every class on both sides, or the reason why there are none."""
    counts = count_recordings(y, groups)
    if len(counts) < 2:
        raise ValueError(
            f"The parameter 'y' must hold at least two classes to choose a sampler. Got one class "
            f"alone: {list(counts)}."
        )
    rarest = min(counts, key=lambda label: counts[label])
    if counts[rarest] < 2:
        unit = "window" if groups is None else "recording"
        raise ValueError(
            f"To choose a sampler, every class needs at least 2 {unit}s: one to train on and one "
            f"to test on. Got 1 {unit} of class {rarest!r}. Bring more {unit}s, or use a sampler "
            f"without a choice, such as JitterOversampler()."
        )
    if not isinstance(cv, int | np.integer):
        folds = list(check_cv(cv, y, classifier=True).split(X, y, groups))
        if not all(_whole(y, *fold) for fold in folds):
            raise ValueError(
                "The 'cv' parameter must give folds with every class in both parts. Got one that "
                "lacks a class."
            )
        return folds
    n_splits = min(int(cv), counts[rarest])
    return [fold for _ in range(n_repeats) for fold in _draw(y, groups, n_splits, rng)]


def _draw(y: NDArray, groups: NDArray | None, n_splits: int, rng: RandomState) -> list[Fold]:
    """Assign whole recordings to folds at random, stratified by the rarest class of each."""
    # StratifiedGroupKFold assigns the largest recordings first. Where recordings differ in length,
    # its folds hardly change with the seed, and repeats need other folds.
    counts = count_recordings(y, groups)
    rank_of = {label: rank for rank, label in enumerate(sorted(counts, key=counts.__getitem__))}
    units = np.arange(len(y)) if groups is None else groups
    recordings, number = np.unique(units, return_inverse=True)
    rank = np.full(len(recordings), len(counts))
    np.minimum.at(rank, number, np.array([rank_of[label] for label in y.tolist()]))
    for _ in range(MAX_DRAWS):
        order = rng.permutation(len(recordings))
        order = order[np.argsort(rank[order], kind="stable")]
        fold = np.empty(len(recordings), dtype=np.intp)
        fold[order] = np.arange(len(recordings)) % n_splits
        of_window = fold[number]
        folds = [
            (np.flatnonzero(of_window != each), np.flatnonzero(of_window == each))
            for each in range(n_splits)
        ]
        if all(_whole(y, *parts) for parts in folds):
            return folds
    raise ValueError(
        f"No {n_splits} folds by recording were found with every class in both parts. Pass folds "
        f"of your own as 'cv'."
    )


def _whole(y: NDArray, *parts: NDArray) -> bool:
    """Return whether every part holds every class."""
    n_classes = len(np.unique(y))
    return all(len(np.unique(y[part])) == n_classes for part in parts)
