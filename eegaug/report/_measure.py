"""The windows of one label, and what the metrics say of them."""

from collections.abc import Hashable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug.metrics import (
    MembershipInferenceResult,
    MetricResult,
    better_direction,
    membership_inference_attack,
    metric_table,
)

__all__ = ["LabelWindows", "Measured", "measure"]

ATTACK = "membership_inference_attack"


@dataclass(frozen=True)
class LabelWindows:
    """All windows of one label.

    Attributes
    ----------
    label : hashable
        The label.
    real, synthetic : ndarray of shape (n_samples, n_channels, n_times)
        Training windows and synthetic ones.
    groups : ndarray of shape (n_real,) or None
        The recording of each training window.
    holdout : ndarray of shape (n_holdout, n_channels, n_times) or None
        Windows that the generator never saw.
    groups_holdout : ndarray of shape (n_holdout,) or None
        The recording of each.
    history : DataFrame or None
        The training.
    """

    label: Hashable
    real: NDArray
    synthetic: NDArray
    groups: NDArray | None = None
    holdout: NDArray | None = None
    groups_holdout: NDArray | None = None
    history: pd.DataFrame | None = None


@dataclass(frozen=True)
class Measured:
    """What the metrics say of one label.

    Attributes
    ----------
    table : DataFrame
        As `metric_table` has it; NaN where a metric could not be computed.
    attack : MembershipInferenceResult or None
        The membership inference attack, where it was done.
    problems : dict of str to str
        Metric to the reason why it could not be computed.
    """

    table: pd.DataFrame
    attack: MembershipInferenceResult | None
    problems: dict[str, str]


def measure(
    windows: LabelWindows, metrics: list[str], *, sfreq: float, n_resamples: int, seed: int
) -> Measured:
    """Compute the metrics one by one, so that one that cannot be had does not cost the rest.

    Parameters
    ----------
    windows : LabelWindows
        The windows.
    metrics : list of str
        Names of metrics of one class. The attack comes on top where windows are held out.
    sfreq : float
        Sampling frequency in Hz.
    n_resamples : int
        Number of resamplings for each metric.
    seed : int
        Source of them.

    Returns
    -------
    measured : Measured
        Table, attack and problems.
    """
    rows, problems, attack = [], {}, None
    for name in metrics:
        try:
            table = metric_table(
                windows.real,
                windows.synthetic,
                groups_real=windows.groups,
                X_holdout=windows.holdout,
                groups_holdout=windows.groups_holdout,
                metrics=[name],
                sfreq=sfreq,
                n_resamples=n_resamples,
                random_state=seed,
            )
            rows += table.to_dict("records")
        except ValueError as error:
            problems[name] = str(error)
            rows.append(asdict(_unknown(name)))
    if windows.holdout is not None:
        try:
            attack = membership_inference_attack(
                windows.real,
                windows.holdout,
                windows.synthetic,
                groups_train=windows.groups,
                groups_holdout=windows.groups_holdout,
                random_state=seed,
            )
            auc, low, high = attack.auc, attack.low, attack.high
            rows.append(asdict(MetricResult(ATTACK, auc, low, high, 0.5, auc / 0.5, "lower")))
        except ValueError as error:
            problems[ATTACK] = str(error)
    return Measured(pd.DataFrame(rows), attack, problems)


def _unknown(name: str) -> MetricResult:
    return MetricResult(name, np.nan, np.nan, np.nan, np.nan, np.nan, better_direction(name))
