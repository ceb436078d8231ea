"""Plain words from numbers: what of a label's windows is good, what is not, what is unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from eegaug.metrics import MembershipInferenceResult
from eegaug.report._measure import ATTACK, LabelWindows, Measured

__all__ = [
    "DISTANCE_LIMITS",
    "SCORE_LIMITS",
    "TOPICS",
    "Finding",
    "find",
    "judge",
    "topics_for",
    "with_verdicts",
]

Verdict = Literal["good", "fair", "poor", "unknown"]

#: Highest ratio of a distance to its floor that is good, and that is fair.
DISTANCE_LIMITS = (1.5, 3.0)
#: Lowest ratio of a score to its floor that is good, and that is fair.
SCORE_LIMITS = (0.8, 0.5)
#: Recordings below which ratios stray beyond the limits by chance.
FEW_RECORDINGS = 16
SEVERITY: dict[Verdict, int] = {"unknown": 0, "good": 1, "fair": 2, "poor": 3}


@dataclass(frozen=True)
class Finding:
    """One thing that is good, not good, or not known.

    Attributes
    ----------
    topic : str
        What it is about.
    verdict : {"good", "fair", "poor", "unknown"}
        How it stands.
    text : str
        The words.

    See Also
    --------
    QualityReport : Holds them by label.

    Examples
    --------
    >>> from eegaug.report import Finding
    >>> finding = Finding("spectrum", "poor", "Spectra or rhythms are not those of real windows")
    >>> finding.verdict
    'poor'
    """

    topic: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Topic:
    """Metrics that answer one question, and the words for each answer."""

    name: str
    metrics: tuple[str, ...]
    good: str
    fair: str
    poor: str


TOPICS = (
    Topic(
        "spectrum",
        ("psd_distance", "band_power_distance", "autocorrelation_distance"),
        "Spectra and rhythms are those of real windows",
        "Spectra or rhythms differ somewhat from those of real windows",
        "Spectra or rhythms are not those of real windows",
    ),
    Topic(
        "waveform",
        ("amplitude_distance", "line_length_distance", "spike_rate_distance"),
        "Amplitudes and sharp events are those of real windows",
        "Amplitudes or sharp events differ somewhat from those of real windows",
        "Amplitudes or sharp events are not those of real windows",
    ),
    Topic(
        "channels",
        ("covariance_distance",),
        "Channels go together as in real windows",
        "Channels go together somewhat otherwise than in real windows",
        "Channels do not go together as in real windows",
    ),
    Topic(
        "distribution",
        ("sliced_wasserstein_distance", "mmd_distance", "frechet_distance"),
        "As a set, the windows are distributed like real ones",
        "As a set, the windows are distributed somewhat otherwise than real ones",
        "As a set, the windows are distributed otherwise than real ones",
    ),
    Topic(
        "fidelity",
        ("density_score", "manifold_precision_score"),
        "Single windows lie where real ones lie",
        "Some windows lie where no real one does",
        "Many windows lie where no real one does",
    ),
    Topic(
        "diversity",
        ("coverage_score", "manifold_recall_score"),
        "The windows are as varied as real ones",
        "The windows lack some of the variety of real ones",
        "The windows lack much of the variety of real ones",
    ),
    Topic(
        "realism",
        ("discriminative_score",),
        "A classifier hardly tells the windows from real ones",
        "A classifier often tells the windows from real ones",
        "A classifier mostly tells the windows from real ones",
    ),
    Topic(
        "memory",
        ("nearest_window_ratio_score",),
        "The windows come no nearer to training windows than held-out ones do",
        "The windows come nearer to training windows than held-out ones do",
        "The windows come far nearer to training windows than held-out ones do",
    ),
)


def topics_for(windows: LabelWindows) -> list[Topic]:
    """Return the topics that a label's windows can be measured on."""
    left_out = {"channels"} if windows.real.shape[1] == 1 else set()
    if windows.holdout is None:
        left_out.add("memory")
    return [topic for topic in TOPICS if topic.name not in left_out]


def judge(row: pd.Series) -> Verdict:
    """Judge a metric by its ratio to its floor.

    Parameters
    ----------
    row : Series
        A row of `metric_table`.

    Returns
    -------
    verdict : {"good", "fair", "poor", "unknown"}
        A distance is good up to 1.5 times its floor and fair up to 3 times; a score is good
        from 80 % of its floor and fair from 50 %; "unknown" where there is no ratio.
    """
    if np.isnan(row["ratio"]):
        return "unknown"
    lower_is_better = row["better"] == "lower"
    limits = DISTANCE_LIMITS if lower_is_better else SCORE_LIMITS
    excess = [
        row["ratio"] > limit if lower_is_better else row["ratio"] < limit for limit in limits
    ]
    return "poor" if excess[1] else "fair" if excess[0] else "good"


def with_verdicts(measured: Measured) -> pd.DataFrame:
    """Return a label's table with a column of verdicts; the attack's is its own flag."""
    verdicts = [
        ("poor" if measured.attack.flagged else "good")
        if measured.attack is not None and row["metric"] == ATTACK
        else judge(row)
        for _, row in measured.table.iterrows()
    ]
    return measured.table.assign(verdict=verdicts)


def find(windows: LabelWindows, measured: Measured) -> list[Finding]:
    """Put a label's metrics into words.

    Parameters
    ----------
    windows : LabelWindows
        The windows.
    measured : Measured
        Their metrics.

    Returns
    -------
    findings : list of Finding
        One for each topic, whose verdict is that of its worst metric, the attack, and
        reservations.
    """
    findings = [_on_topic(topic, measured) for topic in topics_for(windows)]
    return [*findings, _on_attack(measured), *_reservations(windows)]


def _on_topic(topic: Topic, measured: Measured) -> Finding:
    rows = measured.table[measured.table["metric"].isin(topic.metrics)]
    verdicts = [judge(row) for _, row in rows.iterrows()]
    worst = max(verdicts, key=SEVERITY.__getitem__)
    if worst == "unknown":
        reasons = dict.fromkeys(
            measured.problems.get(name, "Its floor is 0.") for name in topic.metrics
        )
        return Finding(topic.name, worst, f"Nothing is known of {topic.name}: {' '.join(reasons)}")
    numbers = [_in_words(row) for _, row in rows.iterrows() if not np.isnan(row["ratio"])]
    return Finding(topic.name, worst, f"{getattr(topic, worst)}: {', '.join(numbers)}.")


def _in_words(row: pd.Series) -> str:
    name = row["metric"].replace("_", " ")
    if row["better"] == "lower":
        return f"{name} {row['ratio']:.1f} times its floor"
    return f"{name} {100 * row['ratio']:.0f} % of its floor"


def _on_attack(measured: Measured) -> Finding:
    attack = measured.attack
    if attack is None:
        reason = measured.problems.get(
            ATTACK, "no held-out windows of this label were given as X_holdout."
        )
        return Finding(
            "attack",
            "unknown",
            f"Whether the windows give away the training windows is not known: the membership "
            f"inference attack could not be done, as {reason[0].lower()}{reason[1:]}",
        )
    numbers = _attack_in_words(attack)
    if attack.flagged:
        return Finding(
            "attack",
            "poor",
            f"The windows give away what the generator was trained on: {numbers}. Do not publish "
            "them where training windows are confidential.",
        )
    return Finding(
        "attack",
        "good",
        f"The membership inference attack found no memory: {numbers}. A stronger one might.",
    )


def _attack_in_words(attack: MembershipInferenceResult) -> str:
    return (
        f"it tells training from held-out windows with an AUC of {attack.auc:.2f} "
        f"({attack.low:.2f} to {attack.high:.2f}, chance is 0.50, p = {attack.p_value:.3f})"
    )


def _reservations(windows: LabelWindows) -> Iterator[Finding]:
    if windows.groups is None:
        yield Finding(
            "recordings",
            "unknown",
            "No recordings were given as groups, so windows of one recording stand on both sides "
            "of the floors. Floors are then too low, and intervals too narrow.",
        )
        return
    n_recordings = len(np.unique(windows.groups))
    if n_recordings < FEW_RECORDINGS:
        noun = "recording" if n_recordings == 1 else "recordings"
        yield Finding(
            "recordings",
            "unknown",
            f"The real windows are of only {n_recordings} {noun}. With fewer than "
            f"{FEW_RECORDINGS}, even other real recordings can be off by these limits.",
        )
