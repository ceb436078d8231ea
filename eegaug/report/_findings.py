"""Verdicts of each topic, in words with their numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from eegaug._notebooks import HTMLTableMixin
from eegaug.metrics import METRICS
from eegaug.report._gain import Gain
from eegaug.report._input import LabelWindows
from eegaug.report._measure import ATTACK, Measured
from eegaug.report._separation import Separation

__all__ = [
    "DISTANCE_LIMITS",
    "NO_GROUPS",
    "SCORE_LIMITS",
    "SEVERITY",
    "TOPICS",
    "Finding",
    "find",
    "judge",
    "with_verdicts",
]

Verdict = Literal[
    "good",
    "fair",
    "poor",
    "unknown",
    "memorisation detected",
    "not detected at this power",
    "cannot be tested",
    "gain",
    "no difference shown",
    "loss",
]

#: Highest ratio of a distance to its real-vs-real reference that is good, and that is fair.
DISTANCE_LIMITS = (1.5, 3.0)
#: Lowest ratio of a score to its real-vs-real reference that is good, and that is fair.
SCORE_LIMITS = (0.8, 0.5)
#: Recordings below which ratios exceed the limits by chance.
FEW_RECORDINGS = 16
#: An attack that detects nothing is no praise: a stronger one may detect something.
SEVERITY: dict[Verdict, int] = {
    "unknown": 0,
    "cannot be tested": 0,
    "not detected at this power": 0,
    "no difference shown": 0,
    "good": 1,
    "gain": 1,
    "fair": 2,
    "poor": 3,
    "memorisation detected": 3,
    "loss": 3,
}
NO_GROUPS = (
    "No recordings were given as groups, so windows of the same recordings are compared with each "
    "other. These verdicts are not reliable: real-vs-real references are too strict, intervals "
    "are too narrow, and the attack calls memorisation detected too often. Pass groups, the "
    "recording of each window."
)


@dataclass(frozen=True)
class Finding(HTMLTableMixin):
    """The verdict of one topic, in words.

    Attributes
    ----------
    topic : str
        Name of the topic.
    verdict : str
        "good", "fair", "poor" or "unknown". Of the topic "attack" the verdict of the
        `eegaug.metrics.MembershipInferenceResult`: "memorisation detected", "not detected at
        this power" or "cannot be tested". Of the topic "gain": "gain", "loss", "no difference
        shown" or "cannot be tested".
    text : str
        A sentence with the numbers.

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
    """A topic of the metric registry, a text for each verdict, and a short one for the top."""

    name: str
    short: str
    good: str
    fair: str
    poor: str

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that answer it."""
        return tuple(name for name, metric in METRICS.items() if metric.topic == self.name)


TOPICS = (
    Topic(
        "spectrum",
        "spectra differ from real ones",
        "Spectra and rhythms are those of real windows",
        "Spectra or rhythms differ somewhat from those of real windows",
        "Spectra or rhythms are not those of real windows",
    ),
    Topic(
        "waveform",
        "sharp events differ from real ones",
        "Amplitudes and sharp events are those of real windows",
        "Amplitudes or sharp events differ somewhat from those of real windows",
        "Amplitudes or sharp events are not those of real windows",
    ),
    Topic(
        "channels",
        "channels are related differently than in real windows",
        "Channels are related as in real windows",
        "Channels are related somewhat differently than in real windows",
        "Channels are not related as in real windows",
    ),
    Topic(
        "distribution",
        "the windows are distributed differently than real ones",
        "As a set, the windows are distributed like real ones",
        "As a set, the windows are distributed somewhat differently than real ones",
        "As a set, the windows are distributed differently than real ones",
    ),
    Topic(
        "fidelity",
        "some windows lie where no real one does",
        "Single windows lie where real ones lie",
        "Some windows lie where no real one does",
        "Many windows lie where no real one does",
    ),
    Topic(
        "diversity",
        "some of the variety of real windows is missing",
        "The windows have the variety of real ones",
        "The windows lack some of the variety of real ones",
        "The windows lack much of the variety of real ones",
    ),
    Topic(
        "realism",
        "a classifier separates them from real windows",
        "A classifier hardly separates the windows from real ones",
        "A classifier often separates the windows from real ones",
        "A classifier mostly separates the windows from real ones",
    ),
    Topic(
        "memory",
        "they come nearer to training windows than held-out ones do",
        "The windows come no nearer to training windows than held-out ones do",
        "The windows come nearer to training windows than held-out ones do",
        "The windows come far nearer to training windows than held-out ones do",
    ),
)


def judge(row: pd.Series) -> Verdict:
    """Judge a row of `metric_table` by its ratio to the reference; without one it is unknown."""
    if np.isnan(row["ratio"]):
        return "unknown"
    lower_is_better = row["better"] == "lower"
    limits = DISTANCE_LIMITS if lower_is_better else SCORE_LIMITS
    excess = [
        row["ratio"] > limit if lower_is_better else row["ratio"] < limit for limit in limits
    ]
    return "poor" if excess[1] else "fair" if excess[0] else "good"


def with_verdicts(measured: Measured) -> pd.DataFrame:
    """Return a label's table with a column of verdicts; the attack brings its own."""
    verdicts = [
        measured.attack.verdict
        if measured.attack is not None and row["metric"] == ATTACK
        else judge(row)
        for _, row in measured.table.iterrows()
    ]
    return measured.table.assign(verdict=verdicts)


def find(windows: LabelWindows, measured: Measured) -> list[Finding]:
    """Return a finding for each topic, the checks by classifiers, the attack, and the caveats."""
    measurable = set(measured.table["metric"])
    topics = [topic for topic in TOPICS if measurable.intersection(topic.metrics)]
    return [
        *(_on_topic(topic, measured) for topic in topics),
        _on_separation(windows, measured.separation),
        _on_gain(measured.gain),
        _on_attack(windows, measured),
        *_caveats(windows),
    ]


def _on_topic(topic: Topic, measured: Measured) -> Finding:
    """Judge a topic by its worst metric."""
    rows = measured.table[measured.table["metric"].isin(topic.metrics)]
    worst = max((judge(row) for _, row in rows.iterrows()), key=SEVERITY.__getitem__)
    known = rows[rows["ratio"].notna()]
    reasons = dict.fromkeys(
        measured.problems.get(name, "Its real-vs-real reference is 0.")
        for name in rows.loc[rows["ratio"].isna(), "metric"]
    )
    if worst == "unknown":
        return Finding(
            topic.name, worst, f"{topic.name.capitalize()} was not measured: {' '.join(reasons)}"
        )
    numbers = ", ".join(_in_words(row) for _, row in known.iterrows())
    left_out = f" Not measured: {' '.join(reasons)}" if reasons else ""
    return Finding(topic.name, worst, f"{getattr(topic, worst)}: {numbers}.{left_out}")


def _in_words(row: pd.Series) -> str:
    name = row["metric"].replace("_", " ")
    if row["better"] == "lower":
        return f"{name} {row['ratio']:.1f} times real vs real"
    return f"{name} {100 * row['ratio']:.0f} % of real vs real"


def _on_separation(windows: LabelWindows, separation: Separation) -> Finding:
    """Say how easily synthetic windows are separated, beside single real recordings."""
    name = "Separation from real windows of the label"
    if separation.verdict == "cannot be tested":
        return Finding("separation", "unknown", f"{name} cannot be tested. {separation.reason}")
    text = {
        "good": "no easier than a real recording from the others",
        "fair": "more easily than most real recordings from the others",
        "poor": "far more easily than a real recording from the others. A classifier may learn "
        "what is synthetic instead of the label",
    }[separation.verdict]
    made = "generated windows" if windows.added is None else "windows as fit_resample adds them"
    if windows.added is None and windows.history is None:
        made = "synthetic windows"
    typical, high = np.quantile(separation.recordings, [0.5, 0.9])
    return Finding(
        "separation",
        separation.verdict,
        f"{name}: a linear classifier on amplitude, band powers and steps separates {made} "
        f"{text}. Median AUC {np.median(separation.synthetic):.2f}; of "
        f"{len(separation.recordings)} real recordings {typical:.2f}, with a 90 % quantile of "
        f"{high:.2f}.",
    )


def _on_gain(gain: Gain) -> Finding:
    """Say what the quick classifier gained."""
    name = "Gain of a quick classifier"
    if not len(gain.without):
        return Finding("gain", "cannot be tested", f"{name} cannot be tested. {gain.reason}")
    value, low, high = gain.difference
    return Finding(
        "gain",
        gain.verdict,
        f"{name} (logistic regression on fixed features, average precision on "
        f"{gain.n_recordings} held-out recordings): {gain.without[0]:.3f} without and "
        f"{gain.augmented[0]:.3f} with synthetic windows, a difference of {value:+.3f} "
        f"({low:+.3f} to {high:+.3f}). "
        f"{gain.reason or 'Your own classifier may gain more or less.'}",
    )


def _on_attack(windows: LabelWindows, measured: Measured) -> Finding:
    attack = measured.attack
    if attack is None:
        reason = measured.problems.get(
            ATTACK, "no held-out windows of this label were given as X_holdout."
        )
        return Finding(
            "attack",
            "cannot be tested",
            f"Membership inference attack: cannot be tested, as {reason[0].lower()}{reason[1:]} "
            "Whether the windows give away training windows is not known.",
        )
    advice = {
        "memorisation detected": "The windows give away what the generator was trained on. Do "
        "not publish them where training windows are confidential.",
        "not detected at this power": "An AUC below the detectable one could not have been "
        "called detected, and a stronger attack may find more.",
        "cannot be tested": "Whether the windows give away training windows is not known.",
    }[attack.verdict]
    by = "" if windows.holdout is not None else ", by the sampler on windows that it held out"
    return Finding(
        "attack", attack.verdict, f"Membership inference attack{by}: {attack}. {advice}"
    )


def _caveats(windows: LabelWindows) -> Iterator[Finding]:
    if windows.groups is None:
        yield Finding("recordings", "unknown", NO_GROUPS)
        return
    n_recordings = len(np.unique(windows.groups))
    if n_recordings < FEW_RECORDINGS:
        noun = "recording" if n_recordings == 1 else "recordings"
        yield Finding(
            "recordings",
            "unknown",
            f"The real windows are of only {n_recordings} {noun}. With fewer than "
            f"{FEW_RECORDINGS}, the references are uncertain: even other real recordings may be "
            "judged poor, and a poor generator good.",
        )
