"""How easily a cheap classifier separates synthetic windows, beside single real recordings."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from eegaug.report._input import LabelWindows
from eegaug.transforms._strengths import measure_windows

__all__ = ["Separation", "measure_separation"]

# Recordings and windows that are compared at most, and windows and recordings that are needed.
MAX_RECORDINGS, MAX_WINDOWS, MIN_WINDOWS, MIN_RECORDINGS = 16, 200, 4, 4
# An AUC that counts as perfect: beyond it nothing is easier to separate.
PERFECT = 0.995

SeparationVerdict = Literal["good", "fair", "poor", "cannot be tested"]


@dataclass(frozen=True)
class Separation:
    """AUC of each real recording, and of synthetic windows in its place."""

    verdict: SeparationVerdict
    reason: str = ""
    recordings: NDArray = field(default_factory=lambda: np.array([]))
    synthetic: NDArray = field(default_factory=lambda: np.array([]))


def measure_separation(windows: LabelWindows, seed: int) -> Separation:
    """Separate each recording, then as many synthetic windows, from the other recordings."""
    if windows.groups is None:
        return Separation("cannot be tested", "It needs groups, the recording of each window.")
    synthetic = windows.synthetic if windows.added is None else windows.added
    names, counts = np.unique(windows.groups, return_counts=True)
    names = names[(counts >= MIN_WINDOWS) & (counts <= len(synthetic))]
    if len(names) < MIN_RECORDINGS:
        return Separation(
            "cannot be tested",
            f"It needs {MIN_RECORDINGS} recordings with {MIN_WINDOWS} to {len(synthetic)} windows "
            f"each. Got {len(names)}.",
        )
    rng = RandomState(seed)
    real, made = _features(windows.real), _features(synthetic)
    scaler = StandardScaler().fit(real)
    real, made = scaler.transform(real), scaler.transform(made)
    scores = []
    for name in rng.permutation(names)[:MAX_RECORDINGS]:
        own = rng.permutation(np.flatnonzero(windows.groups == name))[:MAX_WINDOWS]
        others = rng.permutation(np.flatnonzero(windows.groups != name))[:MAX_WINDOWS]
        drawn = rng.permutation(len(made))[: len(own)]
        scores.append([_auc(each, real[others], rng) for each in (real[own], made[drawn])])
    recordings, separated = np.array(scores).T
    return _judge(recordings, separated)


def _judge(recordings: NDArray, synthetic: NDArray) -> Separation:
    """Compare the medians; a verdict that no synthetic windows could change is not given."""
    typical, highest = np.quantile(recordings, [0.5, 0.9])
    value = np.median(synthetic)
    if typical >= PERFECT or (highest >= PERFECT and value >= PERFECT):
        return Separation(
            "cannot be tested",
            "Real recordings are separated from each other perfectly, so nothing is easier.",
            recordings,
            synthetic,
        )
    verdict: SeparationVerdict = (
        "good" if value <= typical else "fair" if value <= highest else "poor"
    )
    return Separation(verdict, "", recordings, synthetic)


def _features(windows: NDArray) -> NDArray:
    """Return log amplitude, band shape, tempo, and steps at the borders and inside."""
    amplitude, shape, tempo = measure_windows(windows)
    steps = np.abs(np.diff(windows, axis=2))
    typical = np.maximum(steps.mean(axis=2), np.finfo(float).tiny)
    borders = np.abs(windows[..., -1] - windows[..., 0]) / typical
    ends = (steps[..., 0] + steps[..., -1]) / typical
    jumps = [np.log1p(each).mean(axis=1) for each in (borders, ends, steps.max(axis=2) / typical)]
    features = np.column_stack([amplitude, shape, tempo, *jumps])
    # A constant window has no logarithm.
    return np.nan_to_num(features, neginf=-50.0)


def _auc(positive: NDArray, negative: NDArray, rng: RandomState) -> float:
    X = np.concatenate([positive, negative])
    y = np.repeat([1, 0], [len(positive), len(negative)])
    folds = StratifiedKFold(min(4, len(positive)), shuffle=True, random_state=rng)
    # Shrinkage, as there may be no more windows than features.
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1)
    scores = [
        roc_auc_score(y[test], model.fit(X[train], y[train]).decision_function(X[test]))
        for train, test in folds.split(X, y)
    ]
    return float(np.mean(scores))
