"""A metric beside its real-vs-real reference, with an interval, at equal sample numbers."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.utils import check_random_state, resample

from eegaug._notebooks import HTMLTableMixin
from eegaug.metrics._check import check_labels, check_number, check_pair
from eegaug.metrics._registry import better_direction, look_up

__all__ = ["MetricResult", "with_reference"]


@dataclass(frozen=True)
class MetricResult(HTMLTableMixin):
    """A metric beside its real-vs-real reference.

    Attributes
    ----------
    metric : str
        Name.
    value : float
        Median over the resamplings of the metric between real and synthetic windows.
    low, high : float
        The middle 95 % of them.
    real_vs_real : float
        Median over the resamplings of the metric between two disjoint sets of real windows. A
        perfect generator would get this value.
    ratio : float
        ``value / real_vs_real``; NaN where the reference is 0.
    better : {"lower", "higher"}
        Which values are better.

    See Also
    --------
    with_reference : Makes it.
    metric_table : Many of them.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import with_reference
    >>> X = np.random.default_rng(0).normal(size=(40, 64))
    >>> result = with_reference("amplitude_distance", X, 2 * X, n_resamples=5)
    >>> bool(result.value > result.real_vs_real), result.better
    (True, 'lower')
    """

    metric: str
    value: float
    low: float
    high: float
    real_vs_real: float
    ratio: float
    better: Literal["lower", "higher"]


def with_reference(
    metric: str | Callable[..., float],
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    groups_real: ArrayLike | None = None,
    X_holdout: ArrayLike | None = None,
    groups_holdout: ArrayLike | None = None,
    y_real: ArrayLike | None = None,
    y_synthetic: ArrayLike | None = None,
    n_resamples: int = 50,
    random_state: int | RandomState | None = 0,
    **metric_params: Any,
) -> MetricResult:
    """Compute a metric, its real-vs-real reference and an interval at equal sample numbers.

    Each resampling cuts the real windows into random halves A and B, by recording where
    `groups_real` is given, and draws as many synthetic windows S (at most half of them). The
    metric of (A, S) is a value, that of (A, B) a reference. Halves are drawn without replacement:
    a bootstrap's duplicates would pass for copies, shrink neighbourhoods to nothing and be on
    both sides of a classifier's folds. Half-samples spread as wide as estimates from whole
    samples do.

    Parameters
    ----------
    metric : str or callable
        A name in `METRICS`, or a function ``metric(X_real, X_synthetic, **params)`` whose name
        ends in ``_distance`` or ``_score``.
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows, at least two of each.
    groups_real, groups_holdout : array-like of shape (n_samples,), default=None
        The recording of each window; at least two recordings. None takes each for itself.
    X_holdout : array-like of shape (n_holdout, ...), default=None
        Real windows that the generator never saw, for metrics of memory. For those alone,
        `X_real` stays whole, and the held-out windows are halved.
    y_real, y_synthetic : array-like of shape (n_samples,), default=None
        Classes, for metrics that train a classifier on them; halves then keep their shares.
    n_resamples : int, default=50
        Number of resamplings.
    random_state : int, RandomState instance or None, default=0
        Source of the resamplings and of the metric's own randomness.
    **metric_params
        Passed to the metric, for instance `sfreq` in Hz or `embedding`.

    Returns
    -------
    result : MetricResult
        With `value`, `low`, `high`, `real_vs_real` and `ratio`. Values are those of half the
        windows, so a metric that depends on their number differs from that of all of them.

    Raises
    ------
    ValueError
        If the name is unknown, a metric lacks `X_holdout`, the classes or `sfreq`, or windows,
        groups or classes do not match.

    See Also
    --------
    metric_table : All metrics at once.
    METRICS : All metrics by name.

    References
    ----------
    J. Shao, C. F. J. Wu, "A general theory for jackknife variance estimation", Ann. Stat. 17,
    1176-1197, 1989, for samples of half the size.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import with_reference
    >>> X = np.random.default_rng(0).normal(size=(60, 178))
    >>> result = with_reference("psd_distance", X, 3 * X, n_resamples=9)
    >>> result.better, result.ratio > 5
    ('lower', True)
    """
    check_number(n_resamples, name="n_resamples", low=1, integer=True)
    function = look_up(metric)
    accepted = inspect.signature(function).parameters
    real, synthetic = check_pair(X_real, X_synthetic, min_samples=2)
    groups_real = _optional_labels(groups_real, len(real), "groups_real")
    y_real = _optional_labels(y_real, len(real), "y_real")
    y_synthetic = _optional_labels(y_synthetic, len(synthetic), "y_synthetic")
    if "y_real" not in accepted:
        y_real = y_synthetic = None
    elif y_real is None or y_synthetic is None:
        raise ValueError(
            f"{function.__name__} needs y_real and y_synthetic. Got None; give the class of each "
            "window."
        )
    pool, pool_groups = real, groups_real
    by_row = {"y_real": y_real, "groups_real": groups_real}
    if memory := "X_holdout" in accepted:
        if X_holdout is None:
            raise ValueError(
                f"{function.__name__} needs X_holdout. Got None; give real windows that the "
                "generator never saw."
            )
        _, pool = check_pair(real, X_holdout, min_samples=2, names=("X_real", "X_holdout"))
        pool_groups = _optional_labels(groups_holdout, len(pool), "groups_holdout")
        by_row = {}

    rng = check_random_state(random_state)
    values, references = [], []
    for _ in range(n_resamples):
        seed = rng.randint(2**31 - 1)
        first, second = _halves(len(pool), pool_groups, y_real, seed)
        n_drawn = min(len(first), len(second), len(synthetic) // 2)
        drawn = _draw(np.arange(len(synthetic)), n_drawn, y_synthetic, seed)
        second = _draw(second, n_drawn, y_real, seed)
        params = dict(metric_params)
        if "random_state" in accepted:
            params["random_state"] = seed
        if memory:
            X, params["X_holdout"] = real, pool[first]
        else:
            first = _draw(first, n_drawn, y_real, seed)
            X = real[first]
        other = {}
        for name, rows in by_row.items():
            if name in accepted and rows is not None:
                params[name] = rows[first]
                other[name.replace("real", "synthetic")] = rows[second]
        made = {} if y_synthetic is None else {"y_synthetic": y_synthetic[drawn]}
        values.append(function(X, synthetic[drawn], **params, **made))
        references.append(function(X, pool[second], **params, **other))
    return _result(function.__name__, values, references)


def _result(name: str, values: list[float], references: list[float]) -> MetricResult:
    """Return the medians over the resamplings, and the interval."""
    low, value, high = (float(q) for q in np.quantile(values, [0.025, 0.5, 0.975]))
    real_vs_real = float(np.median(references))
    return MetricResult(
        metric=name,
        value=value,
        low=low,
        high=high,
        real_vs_real=real_vs_real,
        ratio=value / real_vs_real if real_vs_real != 0 else float("nan"),
        better=better_direction(name),
    )


def _optional_labels(labels: ArrayLike | None, n_samples: int, name: str) -> NDArray | None:
    return None if labels is None else check_labels(labels, n_samples, name=name)


def _halves(
    n_samples: int, groups: NDArray | None, y: NDArray | None, seed: int
) -> tuple[NDArray, NDArray]:
    if groups is None:
        kind = KFold if y is None else StratifiedKFold
    else:
        kind = GroupKFold if y is None else StratifiedGroupKFold
        if len(np.unique(groups)) < 2:
            raise ValueError("A reference by groups needs at least 2 recordings. Got 1 instead.")
    splitter = kind(2, shuffle=True, random_state=seed)
    return next(splitter.split(np.empty(n_samples), y, groups))


def _draw(rows: NDArray, n_drawn: int, y: NDArray | None, seed: int) -> NDArray:
    stratify = None if y is None else y[rows]
    return resample(rows, replace=False, n_samples=n_drawn, stratify=stratify, random_state=seed)
