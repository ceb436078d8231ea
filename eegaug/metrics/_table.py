"""All metrics in one table, each beside its real-vs-real reference."""

from dataclasses import asdict
from typing import Any

import pandas as pd
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from eegaug.metrics._memory import MembershipInferenceResult, membership_inference_attack
from eegaug.metrics._reference import MetricResult, with_reference
from eegaug.metrics._registry import METRICS

__all__ = ["ATTACK", "attack_row", "metric_table"]

ATTACK = "membership_inference_attack"


def metric_table(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    groups_real: ArrayLike | None = None,
    X_holdout: ArrayLike | None = None,
    groups_holdout: ArrayLike | None = None,
    y_real: ArrayLike | None = None,
    y_synthetic: ArrayLike | None = None,
    metrics: list[str] | None = None,
    sfreq: float | None = None,
    n_resamples: int = 50,
    random_state: int | RandomState | None = 0,
) -> pd.DataFrame:
    """Compute all metrics beside their real-vs-real references, one row a metric.

    Parameters
    ----------
    X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
        Real windows; for the metrics of memory, those that the generator was trained on.
    X_synthetic : array-like of shape (n_synthetic, ...)
        Synthetic windows.
    groups_real, groups_holdout : array-like of shape (n_samples,), default=None
        The recording of each window.
    X_holdout : array-like of shape (n_holdout, ...), default=None
        Real windows that the generator never saw; without them metrics of memory are left out.
    y_real, y_synthetic : array-like of shape (n_samples,), default=None
        Classes; without them the metrics that train on synthetic classes are left out.
    metrics : list of str, default=None
        Names in `METRICS`, or "membership_inference_attack"; None takes all for which there is
        input.
    sfreq : float or None, default=None
        Sampling frequency in Hz. With None, frequencies are in cycles per sample and times in
        samples, and `band_power_distance`, which is about bands in Hz, is left out.
    n_resamples : int, default=50
        Number of resamplings for each metric, as in `with_reference`.
    random_state : int, RandomState instance or None, default=0
        Source of the resamplings.

    Returns
    -------
    table : DataFrame
        Columns metric, value, low, high, real_vs_real, ratio (value / real_vs_real) and better
        ("lower" or "higher"), as in `MetricResult`. The row "membership_inference_attack" holds
        the AUC of all windows and its interval; its reference is 0.5 by construction.

    Raises
    ------
    ValueError
        If a name is unknown, a metric that is named lacks its input (`sfreq` for
        `band_power_distance`), or windows, groups or classes do not match or do not suffice.

    See Also
    --------
    with_reference : One metric.
    eegaug.report.quality_report : The same with figures and words.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import metric_table
    >>> X = np.random.default_rng(0).normal(size=(60, 178))
    >>> table = metric_table(X, 2 * X, metrics=["psd_distance", "coverage_score"], n_resamples=5)
    >>> table["better"].tolist()
    ['lower', 'higher']
    """
    given = {
        "groups_real": groups_real,
        "X_holdout": X_holdout,
        "groups_holdout": groups_holdout,
        "y_real": y_real,
        "y_synthetic": y_synthetic,
    }
    if metrics is None:
        inputs = given | {"sfreq": sfreq}
        metrics = [
            name
            for name, metric in METRICS.items()
            if not any(inputs[needed] is None for needed in metric.needs)
        ]
        metrics += [ATTACK] if X_holdout is not None else []
    seed = check_random_state(random_state).randint(2**31 - 1)
    rows = []
    for name in metrics:
        if name != ATTACK:
            takes_sfreq = name in METRICS and "sfreq" in METRICS[name].takes
            params: dict[str, Any] = given | ({"sfreq": sfreq} if takes_sfreq else {})
            params |= {"n_resamples": n_resamples, "random_state": seed}
            rows.append(with_reference(name, X_real, X_synthetic, **params))
            continue
        if X_holdout is None:
            raise ValueError(
                f"{name} needs X_holdout. Got None; give real windows that the generator never "
                "saw."
            )
        attack = membership_inference_attack(
            X_real,
            X_holdout,
            X_synthetic,
            groups_train=groups_real,
            groups_holdout=groups_holdout,
            random_state=seed,
        )
        rows.append(attack_row(attack))
    return pd.DataFrame([asdict(row) for row in rows])


def attack_row(attack: MembershipInferenceResult) -> MetricResult:
    """Return the attack as a row of the table; chance is its reference."""
    auc = attack.auc
    return MetricResult(ATTACK, auc, attack.low, attack.high, 0.5, auc / 0.5, "lower")
