"""All numbers of the windows of one label."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from eegaug.metrics import (
    METRICS,
    MembershipInferenceResult,
    MetricResult,
    membership_inference_attack,
    with_reference,
)
from eegaug.metrics._table import ATTACK, attack_row
from eegaug.report._gain import Gain, measure_gain
from eegaug.report._input import LabelWindows, draw_windows
from eegaug.report._separation import Separation, measure_separation

__all__ = ["ATTACK", "Measured", "measure", "metrics_for"]

#: A metric that trains classifiers takes this share of the resamplings, each of as many times more
#: windows: it is the slowest, and a classifier on fewer windows separates less.
CLASSIFIER_SHARE = 0.2


@dataclass(frozen=True)
class Measured:
    """Metrics of a label (NaN where one failed), attack, checks, and the reasons of failures."""

    table: pd.DataFrame
    attack: MembershipInferenceResult | None
    problems: dict[str, str]
    n_real: int
    n_synthetic: int
    separation: Separation
    gain: Gain


# The matrices are small: more threads wait for each other longer than they compute.
@threadpool_limits.wrap(limits=1)
def measure(
    windows: LabelWindows,
    real: tuple[ArrayLike, ArrayLike, Any],
    holdout: tuple[ArrayLike, ArrayLike | None, Any] | None,
    *,
    sfreq: float | None,
    n_resamples: int,
    max_windows: int | None,
    seed: int,
    advance: Callable[[], None],
) -> Measured:
    """Compute all numbers; a metric that fails does not stop the rest."""
    drawn = draw_windows(windows, max_windows, seed)
    more = draw_windows(windows, max_windows and round(max_windows / CLASSIFIER_SHARE), seed)
    attack = windows.attack
    rows, problems = [], {}
    for name in metrics_for(windows):
        try:
            trains = "estimator" in METRICS[name].takes
            rows.append(
                _beside_reference(
                    name,
                    windows,
                    more if trains else drawn,
                    sfreq=sfreq,
                    n_resamples=math.ceil(n_resamples * (CLASSIFIER_SHARE if trains else 1)),
                    random_state=seed,
                )
            )
        except ValueError as error:
            problems[name] = str(error)
            rows.append(MetricResult(name, *5 * (np.nan,), METRICS[name].better))
        advance()
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
        except ValueError as error:
            problems[ATTACK] = str(error)
    if attack is not None:
        rows.append(attack_row(attack))
    table = pd.DataFrame([asdict(row) for row in rows])
    return Measured(
        table=table,
        attack=attack,
        problems=problems,
        n_real=len(drawn.real),
        n_synthetic=len(drawn.synthetic),
        separation=measure_separation(windows, seed),
        gain=measure_gain(windows.label, windows.synthetic, real, holdout, seed),
    )


def metrics_for(windows: LabelWindows) -> list[str]:
    """Return the metrics that say something of windows of one label."""
    missing = {"y_real", "y_synthetic"} | ({"X_holdout"} if windows.holdout is None else set())
    return [
        name
        for name, metric in METRICS.items()
        if missing.isdisjoint(metric.needs)
        and (metric.topic != "channels" or windows.real.shape[1] > 1)
    ]


def _beside_reference(
    name: str, windows: LabelWindows, drawn: LabelWindows, *, sfreq: float | None, **params: Any
) -> MetricResult:
    metric = METRICS[name]
    if "sfreq" in metric.takes:
        params["sfreq"] = sfreq
    # Which training window is nearest is decided among all of them.
    real = windows if "X_holdout" in metric.takes else drawn
    return with_reference(
        name,
        real.real,
        drawn.synthetic,
        groups_real=real.groups,
        X_holdout=drawn.holdout,
        groups_holdout=drawn.groups_holdout,
        **params,
    )
