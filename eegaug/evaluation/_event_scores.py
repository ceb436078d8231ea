"""Scores of detected seizures, by SzCORE's own library."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_consistent_length

from eegaug.evaluation._events import BACKGROUND, merge_spans

__all__ = ["event_shares", "score_events"]

# Hz at which timescoring compares events, and that of its samples.
EVENT_RATE, SAMPLE_RATE = 10, 1
DAY = 86_400.0


def score_events(
    reference: Sequence[pd.DataFrame],
    detected: Sequence[pd.DataFrame],
    *,
    groups: ArrayLike | None = None,
    tolerance_start: float = 30.0,
    tolerance_end: float = 60.0,
    min_overlap: float = 0.0,
    max_duration: float = 300.0,
    merge: float = 90.0,
) -> pd.DataFrame:
    """Score detected seizures against annotated ones, by events and by samples.

    The comparison is that of the ``timescoring`` library, with SzCORE's defaults; needs the
    extra ``events``.

    Parameters
    ----------
    reference : sequence of DataFrame
        Annotated events of each recording, as `events_from_raw` or `read_events` give them. Those
        of type ``bckg`` are no seizures.
    detected : sequence of DataFrame
        Detected events of the same recordings, in the same order.
    groups : array-like of shape (n_recordings,), default=None
        Patient of each recording. None takes all recordings as of one patient.
    tolerance_start, tolerance_end : float, default=30.0 and 60.0
        How many s before and behind a seizure a detection still counts for it.
    min_overlap : float, default=0.0
        Share of a seizure with its tolerances that must be detected, in [0, 1]; 0 takes any
        overlap.
    max_duration : float, default=300.0
        Longer events are split into events of this many s.
    merge : float, default=90.0
        Events with less than this many s between them are one.

    Returns
    -------
    scores : DataFrame
        Indexed by `patient` and `level` (``event`` and ``sample``); the patient ``all`` pools
        the counts of all. Columns: `n_recordings`, `hours`, `n_reference` (seizures, or their
        seconds), `tp`, `fp`, `sensitivity`, `precision`, `f1` and `false_alarms_per_day` (false
        positives in 24 h). A share of nothing is NaN: the sensitivity of a patient without a
        seizure, and the precision where nothing was detected.

    Raises
    ------
    ImportError
        If timescoring is not installed.
    ValueError
        If the numbers of recordings differ, a recording's durations disagree, or an event lies
        outside its recording.

    See Also
    --------
    detect_events : Events out of probabilities.
    sklearn.model_selection.LeaveOneGroupOut : Folds that leave out one patient each.

    Notes
    -----
    SzCORE reports the mean over patients. For it, drop the patient ``all`` and average; pooled
    counts give a patient with many seizures more weight.

    References
    ----------
    J. Dan et al., "SzCORE: Seizure Community Open-Source Research Evaluation framework for the
    validation of electroencephalography-based automated seizure detection algorithms", Epilepsia
    66 (S3), 14-24, 2025, doi:10.1111/epi.18113.

    Examples
    --------
    >>> from eegaug.evaluation import detect_events, score_events
    >>> layout = {"start": range(0, 600, 60), "window": 60, "recording_duration": 600}
    >>> truth = detect_events([0, 0, 1, 0, 0, 0, 0, 0, 0, 0], **layout)
    >>> found = detect_events([0, 0, 1, 0, 0, 0, 0, 0, 1, 0], **layout)
    >>> scores = score_events([truth], [found])
    >>> scores.loc["all"][["tp", "fp", "sensitivity", "precision", "false_alarms_per_day"]]
            tp  fp  sensitivity  precision  false_alarms_per_day
    level
    event    1   1          1.0        0.5                 144.0
    sample  60  60          1.0        0.5                8640.0
    """
    try:
        from timescoring import scoring
    except ImportError as error:
        raise ImportError(
            "Scores of events need timescoring. Install it with pip install 'eegaug[events]'."
        ) from error
    check_consistent_length(reference, detected, groups)
    patients = (
        ["all"] * len(reference) if groups is None else np.asarray(groups).astype(str).tolist()
    )
    options = scoring.EventScoring.Parameters(
        tolerance_start, tolerance_end, min_overlap, max_duration, merge
    )
    rows = []
    for place, (truth, found, patient) in enumerate(
        zip(reference, detected, patients, strict=True)
    ):
        length = _duration(truth, found, place)
        masks = [
            _annotation(events, length, f"{name}[{place}]")
            for name, events in [("reference", truth), ("detected", found)]
        ]
        for level, score in [
            ("event", scoring.EventScoring(*masks, options)),
            ("sample", scoring.SampleScoring(*masks, SAMPLE_RATE)),
        ]:
            rows.append((patient, level, 1, length / 3600, score.refTrue, score.tp, score.fp))
    counts = pd.DataFrame(
        rows, columns=["patient", "level", "n_recordings", "hours", "n_reference", "tp", "fp"]
    )
    if groups is not None:
        counts = pd.concat([counts, counts.assign(patient="all")])
    counts = counts.groupby(["patient", "level"], sort=False).sum()
    return pd.concat([counts, event_shares(counts)], axis=1)


def event_shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the scores that follow from counts; NaN if the denominator is 0."""
    tp, fp, n_reference = counts["tp"], counts["fp"], counts["n_reference"]
    either = n_reference + fp
    return pd.DataFrame(
        {
            "sensitivity": tp / n_reference.where(n_reference > 0),
            "precision": tp / (tp + fp).where(tp + fp > 0),
            "f1": 2 * tp / (tp + either).where(either > 0),
            "false_alarms_per_day": fp / (counts["hours"] * 3600 / DAY),
        }
    )


def _duration(truth: pd.DataFrame, found: pd.DataFrame, place: int) -> float:
    """Return the length of a recording in s, on which all rows must agree."""
    lengths = np.concatenate([events["recordingDuration"] for events in (truth, found)])
    if not len(lengths) or np.ptp(lengths) > 1 / EVENT_RATE:
        raise ValueError(
            f"The 'reference' and 'detected' parameters of score_events must hold the same "
            f"'recordingDuration' for each recording. Got {sorted(set(lengths))} s for the "
            f"recording at place {place}."
        )
    return float(lengths[0])


def _annotation(events: pd.DataFrame, length: float, name: str) -> Any:
    """Return seizures as timescoring takes them: in order and apart."""
    from timescoring.annotations import Annotation

    seizures = events[events["eventType"] != BACKGROUND]
    ends = seizures["onset"] + seizures["duration"]
    outside = (seizures["onset"] < 0) | (ends > length + 1 / EVENT_RATE)
    if outside.any():
        raise ValueError(
            f"{name}: events must lie within the recording of {length:g} s. Got one from "
            f"{seizures['onset'][outside].iloc[0]:g} to {ends[outside].iloc[0]:g} s."
        )
    spans = zip(seizures["onset"], ends, np.ones(len(ends)), strict=True)
    # timescoring merges neighbours in order and takes the end of the last one, even of one inside.
    apart = [(onset, min(end, length)) for onset, end, _ in merge_spans(list(spans), 0.0)]
    return Annotation(apart, EVENT_RATE, round(length * EVENT_RATE))
