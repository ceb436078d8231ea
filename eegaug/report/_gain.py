"""What a quick classifier gains on held-out windows by the synthetic windows of one label."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import average_precision_score

from eegaug.metrics._check import check_labels, check_pair
from eegaug.metrics._embedding import embed_together
from eegaug.metrics._utility import default_classifier

__all__ = ["Gain", "measure_gain"]

N_BOOTSTRAP = 100
# Windows of each set that are used at most, drawn at random.
MAX_WINDOWS = 1000
# Recordings of the label, and of the others, without which an interval says nothing.
MIN_RECORDINGS = 3
# A score without synthetic windows above which there is nothing to gain.
PERFECT = 0.995


@dataclass(frozen=True)
class Gain:
    """Average precision without and with synthetic windows: value and interval of each."""

    verdict: Literal["gain", "loss", "no difference shown", "cannot be tested"]
    reason: str = ""
    without: NDArray = field(default_factory=lambda: np.array([]))
    augmented: NDArray = field(default_factory=lambda: np.array([]))
    difference: NDArray = field(default_factory=lambda: np.array([]))
    n_recordings: int = 0


def measure_gain(
    label: Hashable,
    synthetic: NDArray,
    real: tuple[ArrayLike, ArrayLike, Any],
    holdout: tuple[ArrayLike, ArrayLike | None, Any] | None,
    seed: int,
) -> Gain:
    """Train on real windows, then on real and synthetic ones, and score both on held-out ones."""
    if holdout is None:
        return _untested("It needs X_holdout: on windows that the generator saw it would flatter.")
    X, X_test = check_pair(real[0], holdout[0], names=("X", "X_holdout"))
    y = check_labels(real[1], len(X), name="y") == label
    y_test = check_labels(holdout[1] if holdout[1] is not None else [], len(X_test), name="y")
    y_test = y_test == label
    units = np.arange(len(X_test)) if holdout[2] is None else np.asarray(holdout[2])
    n_units = [len(np.unique(units[y_test == side])) for side in (True, False)]
    if y.all() or min(n_units) < MIN_RECORDINGS:
        return _untested(
            f"It needs windows of other labels, and {MIN_RECORDINGS} held-out recordings of the "
            f"label and of the others. Got {n_units[0]} and {n_units[1]}."
        )
    rng = RandomState(seed)
    train, test, made = (_draw(len(each), rng) for each in (X, X_test, synthetic))
    y, y_test, units = y[train], y_test[test], units[test]
    if y.all() or not y.any() or not 0 < y_test.sum() < len(y_test):
        return _untested("The windows that were drawn are all of one class.")
    features, unseen, added = embed_together(
        X[train], X_test[test], synthetic[made], embedding="kernels"
    )
    plain = default_classifier().fit(features, y)
    more = default_classifier().fit(
        np.concatenate([features, added]), np.concatenate([y, np.ones(len(added), bool)])
    )
    scores = [model.decision_function(unseen) for model in (plain, more)]
    return _compare(scores, y_test, units, rng)


def _compare(scores: list[NDArray], y: NDArray, units: NDArray, rng: RandomState) -> Gain:
    """Bootstrap the held-out recordings and compare both scores on each draw."""
    names, unit = np.unique(units, return_inverse=True)
    n_units = len(names)
    value = np.array([average_precision_score(y, each) for each in scores])
    draws: list[list[float]] = []
    while len(draws) < N_BOOTSTRAP:
        weights = np.bincount(rng.randint(n_units, size=n_units), minlength=n_units)[unit]
        if weights[y].any() and weights[~y].any():
            draws.append(
                [average_precision_score(y, each, sample_weight=weights) for each in scores]
            )
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    gaps = np.diff(draws, axis=1)[:, 0]
    difference = np.array([value[1] - value[0], *np.quantile(gaps, [0.025, 0.975])])
    without, augmented = np.stack([value, low, high], axis=1)
    if value[0] >= PERFECT and difference[2] >= 0:
        return Gain(
            "cannot be tested",
            f"Without synthetic windows the score is {value[0]:.3f}, so there is nothing to gain.",
            without,
            augmented,
            difference,
            n_units,
        )
    verdict: Literal["gain", "loss", "no difference shown"] = (
        "gain" if difference[1] > 0 else "loss" if difference[2] < 0 else "no difference shown"
    )
    return Gain(verdict, "", without, augmented, difference, n_units)


def _untested(reason: str) -> Gain:
    return Gain("cannot be tested", reason)


def _draw(n: int, rng: RandomState) -> NDArray:
    return np.sort(rng.permutation(n)[:MAX_WINDOWS])
