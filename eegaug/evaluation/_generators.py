"""Comparison of samplers by the likeness of their windows."""

import time
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone

from eegaug._progress import show_progress
from eegaug.evaluation._checks import check_candidates, check_data
from eegaug.evaluation._folds import outer_folds
from eegaug.evaluation._resample import resample
from eegaug.metrics import (
    covariance_distance,
    coverage_score,
    discriminative_score,
    membership_inference_attack,
    psd_distance,
    sliced_wasserstein_distance,
    tstr_score,
)

__all__ = ["compare_generators"]


def compare_generators(
    samplers: Mapping[str, Any],
    X: ArrayLike,
    y: ArrayLike,
    *,
    groups: ArrayLike,
    label: Hashable = 1,
    n_groups: int = 5,
    n_splits: int = 3,
    seeds: Sequence[int] = (0,),
    sfreq: float | None = None,
    verbose: int | None = None,
) -> pd.DataFrame:
    """Compare samplers by how their windows of one class resemble held-out recordings.

    For each seed the recordings are split; each sampler learns from the training part, which
    keeps `n_groups` recordings of the class, and its windows are measured against the real ones
    of recordings that it has not seen, as many on either side.

    Parameters
    ----------
    samplers : mapping of str to sampler
        By name; they must make windows of `label`.
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows.
    y : array-like of shape (n_samples,)
        Labels.
    groups : array-like of shape (n_samples,)
        The recording of each window. Samplers whose `fit_resample` takes `groups` get those of
        the training part.
    label : hashable, default=1
        The class whose windows are measured; the others are the rest.
    n_groups : int, default=5
        Number of recordings of the class that stay in the training part, drawn by the seed.
    n_splits : int, default=3
        One in `n_splits` recordings is held out.
    seeds : sequence of int, default=(0,)
        Each draws another split, and seeds the samplers.
    sfreq : float or None, default=None
        Sampling frequency in Hz, for `psd_distance`; None takes cycles per sample.
    verbose : int or None, default=None
        Progress and the time left, as in `eegaug.GANOversampler`: None shows them on a terminal
        where it takes long, 1 everywhere and at once, 0 never.

    Returns
    -------
    results : DataFrame
        A row for each sampler and seed with the columns `sampler`, `seed`, `n_groups`,
        `covariance_distance` (of channels), `psd_distance`, `sliced_wasserstein_distance`,
        `coverage_score` and `discriminative_score` (by recording; NaN where a side has one
        recording) against the held-out windows; the same with the suffix
        `_real_vs_real` for the real training windows in place of the synthetic ones;
        `wasserstein_ratio`, the distance over that of real windows; `membership_auc`, of the
        attack that separates training from held-out recordings (0.5 is best); `tstr_score`, of
        a classifier trained on the real rest and the synthetic windows and tested on real
        held-out recordings; and `seconds` of `fit_resample`.

    Raises
    ------
    ValueError
        If a split lacks the class, or a sampler makes none of its windows.

    See Also
    --------
    compare_samplers : Comparison by what classifiers learn from the windows.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug import JitterOversampler
    >>> from eegaug.evaluation import compare_generators
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(150, 64)), np.repeat([0, 1], [100, 50])
    >>> results = compare_generators(
    ...     {"jitter": JitterOversampler()}, X, y, groups=np.arange(150) // 5, n_groups=4
    ... )
    >>> results[["sampler", "seed", "n_groups"]].to_numpy().tolist()
    [['jitter', 0, 4]]
    """
    check_candidates(samplers)
    X, y, groups = np.asarray(X), np.asarray(y), np.asarray(groups)
    check_data(X, y, groups)
    rows = []
    with show_progress(verbose) as progress:
        line = progress.add("Comparing generators", len(seeds) * len(samplers))
        for seed in seeds:
            train, test = outer_folds(
                y,
                groups,
                pos_label=label,
                n_minority_groups=n_groups,
                n_splits=n_splits,
                seed=seed,
            )[0]
            for name, sampler in samplers.items():
                start = time.perf_counter()
                fitted = clone(sampler).set_params(random_state=seed)
                X_res, y_res = resample(fitted, X[train], y[train], groups[train])
                seconds = time.perf_counter() - start
                new = np.flatnonzero(y_res[len(train) :] == label) + len(train)
                if not len(new):
                    raise ValueError(
                        f"The sampler {name!r} must make windows of the label {label!r}. Got "
                        "none; see its 'sampling_strategy'."
                    )
                row = {"sampler": name, "seed": seed, "n_groups": n_groups}
                row |= _measure(X, y, groups, train, test, X_res[new], label, sfreq)
                rows.append(row | {"seconds": seconds})
                line.advance()
    return pd.DataFrame(rows)


def _measure(
    X: NDArray,
    y: NDArray,
    groups: NDArray,
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    synthetic: NDArray,
    label: Hashable,
    sfreq: float | None,
) -> dict[str, float]:
    """Measure synthetic windows, and the training windows in their place, against the test's."""
    known, unseen = train[y[train] == label], test[y[test] == label]
    rest = train[y[train] != label]
    rng = RandomState(0)
    n = min(len(known), len(unseen), len(synthetic))
    held_out = rng.permutation(unseen)[:n]
    made = synthetic[rng.permutation(len(synthetic))[:n]]
    trained = rng.permutation(known)[:n]
    measured = X[held_out]
    drawn: dict[str, tuple[NDArray, NDArray | None]] = {
        "": (made, None),
        "_real_vs_real": (X[trained], groups[trained]),
    }
    # In units of the training windows' deviation, so that the distance means the same anywhere.
    scale = np.std(X[known])
    found: dict[str, float] = {}
    for suffix, (windows, recordings) in drawn.items():
        found |= {
            f"covariance_distance{suffix}": covariance_distance(measured, windows),
            f"psd_distance{suffix}": psd_distance(measured, windows, sfreq=sfreq),
            f"sliced_wasserstein_distance{suffix}": sliced_wasserstein_distance(
                measured / scale, windows / scale, random_state=0
            ),
            f"coverage_score{suffix}": coverage_score(measured, windows),
            f"discriminative_score{suffix}": _realism(
                measured, groups[held_out], windows, recordings
            ),
        }
    found["wasserstein_ratio"] = (
        found["sliced_wasserstein_distance"] / found["sliced_wasserstein_distance_real_vs_real"]
    )
    attack = membership_inference_attack(
        X[known],
        X[unseen],
        synthetic,
        groups_train=groups[known],
        groups_holdout=groups[unseen],
    )
    mixed = np.concatenate([X[rest], synthetic])
    is_label = np.repeat([0, 1], [len(rest), len(synthetic)])
    return found | {
        "membership_auc": attack.auc,
        "tstr_score": tstr_score(
            X[test], mixed, y_real=(y[test] == label).astype(int), y_synthetic=is_label
        ),
    }


def _realism(
    real: NDArray, groups: NDArray, other: NDArray, groups_other: NDArray | None
) -> float:
    """Return the discriminative score by recording, NaN where a side has a single one."""
    known = [each for each in (groups, groups_other) if each is not None]
    if min(len(np.unique(each)) for each in known) < 2:
        return np.nan
    return discriminative_score(real, other, groups_real=groups, groups_synthetic=groups_other)
