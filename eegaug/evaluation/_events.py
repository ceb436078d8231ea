"""Seizures as events from probabilities of windows, in the form of SzCORE and BIDS."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from sklearn.utils._param_validation import Interval, validate_params
from sklearn.utils.validation import check_consistent_length, column_or_1d

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = [
    "BACKGROUND",
    "COLUMNS",
    "DATE_FORMAT",
    "NO_DATE",
    "detect_events",
    "events_from_raw",
    "merge_spans",
]

COLUMNS = (
    "onset",
    "duration",
    "eventType",
    "confidence",
    "channels",
    "dateTime",
    "recordingDuration",
)
BACKGROUND = "bckg"
#: The first date of EDF, for recordings without a date: the reader of SzCORE needs one.
NO_DATE = datetime(1985, 1, 1)
DATE_FORMAT = "%Y-%m-%d %H:%M:%S"
ROUNDING = 1e-3  # of a step: starts are decimal fractions of a second


@validate_params(
    {
        "probabilities": ["array-like"],
        "start": ["array-like"],
        "window": [Interval(Real, 0, None, closed="neither")],
        "recording_duration": [Interval(Real, 0, None, closed="neither")],
        "threshold": [Interval(Real, 0, 1, closed="both")],
        "low": [Interval(Real, 0, 1, closed="both"), None],
        "smoothing": [Interval(Real, 0, None, closed="left")],
        "merge": [Interval(Real, 0, None, closed="left")],
        "min_duration": [Interval(Real, 0, None, closed="left")],
        "date_time": [datetime, None],
    },
    prefer_skip_nested_validation=True,
)
def detect_events(
    probabilities: ArrayLike,
    start: ArrayLike,
    *,
    window: float,
    recording_duration: float,
    threshold: float = 0.5,
    low: float | None = None,
    smoothing: float = 0.0,
    merge: float = 0.0,
    min_duration: float = 0.0,
    date_time: datetime | None = None,
) -> pd.DataFrame:
    """Turn the probabilities of a recording's windows into seizures.

    The probabilities are smoothed, cut by a threshold with hysteresis, and the runs that are left
    are merged where they are near and dropped where they are short.

    Parameters
    ----------
    probabilities : array-like of shape (n_windows,)
        Probability of a seizure in each window, in [0, 1].
    start : array-like of shape (n_windows,)
        When each window begins, in s after the first sample, in ascending order; windows may
        overlap. The most frequent step is theirs. A longer one is a gap, such as a stretch that
        was marked as bad: smoothing does not reach across it, and without `merge` no seizure.
    window : float
        Length of a window in s.
    recording_duration : float
        Length of the recording in s.
    threshold : float, default=0.5
        Least smoothed probability, in [0, 1], that some window of a seizure must reach.
    low : float, default=None
        Least smoothed probability of all other windows of a seizure, at most `threshold`. None
        takes the threshold: no hysteresis.
    smoothing : float, default=0.0
        Length in s of the moving average. 0 takes each window as it is.
    merge : float, default=0.0
        Seizures with less than this many s between them become one. Scores of SzCORE merge those
        within 90 s by themselves.
    min_duration : float, default=0.0
        Seizures shorter than this many s are dropped, after merging.
    date_time : datetime, default=None
        When the recording began. None writes 1985-01-01, the first date that EDF knows, for
        readers of SzCORE's files want a date.

    Returns
    -------
    events : DataFrame
        A row for each seizure, with the columns of SzCORE's ``events.tsv``: `onset` and
        `duration` in s, `eventType` (``sz``), `confidence` (the largest smoothed probability),
        `channels` (``n/a``), `dateTime` and `recordingDuration`. Without a seizure there is one
        row of type ``bckg`` that spans the recording, as SzCORE has it.

    Raises
    ------
    ValueError
        If a parameter is out of its range, numbers of windows differ, a probability is missing,
        or windows are not in order or not within the recording.

    See Also
    --------
    score_events : Scores what was detected.
    write_events : Writes it into a file.
    eegaug.interop.windows_from_raw : Windows and their starts.

    Notes
    -----
    Each window speaks for the step around its centre, the first and last one of a run without
    gap also for what lies outside of it in their window. A window is thus no earlier warning than
    its centre.

    References
    ----------
    J. Dan et al., "SzCORE: Seizure Community Open-Source Research Evaluation framework for the
    validation of electroencephalography-based automated seizure detection algorithms", Epilepsia
    66 (S3), 14-24, 2025, doi:10.1111/epi.18113.

    Examples
    --------
    >>> from eegaug.evaluation import detect_events
    >>> events = detect_events(
    ...     [0.1, 0.6, 0.9, 0.4, 0.1], [0, 4, 8, 12, 16], window=4, recording_duration=20,
    ...     threshold=0.8, low=0.3,
    ... )
    >>> events[["onset", "duration", "eventType", "confidence"]]
       onset  duration eventType  confidence
    0    4.0      12.0        sz         0.9
    """
    values, starts = _check_windows(probabilities, start, window, recording_duration)
    low = threshold if low is None else low
    if low > threshold:
        raise ValueError(
            f"The 'low' parameter of detect_events must be at most 'threshold' ({threshold!r}). "
            f"Got {low!r} instead."
        )
    spans = []
    for first, last, step in _runs(starts, window):
        smoothed = _smooth(values[first:last], round(smoothing / step))
        edges = starts[first:last] + (window - step) / 2
        begins, ends = edges.copy(), edges + step
        begins[0], ends[-1] = starts[first], min(starts[last - 1] + window, recording_duration)
        labels, n_events = ndimage.label(smoothed >= low)
        for label in range(1, n_events + 1):
            inside = np.flatnonzero(labels == label)
            peak = float(smoothed[inside].max())
            if peak >= threshold:
                spans.append((float(begins[inside[0]]), float(ends[inside[-1]]), peak))
    merged = [
        (onset, end, peak)
        for onset, end, peak in merge_spans(spans, merge)
        if end - onset >= min_duration
    ]
    return _table(merged, recording_duration, date_time)


def _check_windows(
    probabilities: ArrayLike, start: ArrayLike, window: float, recording_duration: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return probabilities and starts as arrays."""
    values = column_or_1d(probabilities, dtype=np.float64)
    starts = column_or_1d(start, dtype=np.float64)
    check_consistent_length(values, starts)
    outside = ~((values >= 0) & (values <= 1))
    if outside.any():
        place = int(outside.argmax())
        raise ValueError(
            f"The 'probabilities' parameter of detect_events must be in [0, 1]. Got "
            f"{values[place]} at place {place}."
        )
    if (np.diff(starts) <= 0).any():
        raise ValueError(
            "The 'start' parameter of detect_events must ascend; sort windows of one recording "
            "by their start, and call it once for each recording."
        )
    if len(starts) and (starts[0] < 0 or starts[-1] + window > recording_duration * 1.0001):
        raise ValueError(
            f"The 'start' parameter of detect_events must lay windows of {window:g} s within the "
            f"recording of {recording_duration:g} s. Got windows from {starts[0]:g} to "
            f"{starts[-1] + window:g} s."
        )
    return values, starts


def _runs(starts: NDArray, window: float) -> list[tuple[int, int, float]]:
    """Return first window, end and step in s of each run without gap."""
    if not len(starts):
        return []
    steps = np.diff(starts)
    step = float(np.median(steps)) if len(steps) else window
    cuts = np.flatnonzero(steps > step * (1 + ROUNDING)) + 1
    edges = [0, *cuts.tolist(), len(starts)]
    return [(a, b, min(step, window)) for a, b in pairwise(edges)]


def _smooth(values: NDArray, n_windows: int) -> NDArray[np.float64]:
    """Return the moving average over windows, shortened at both ends."""
    if n_windows < 2:
        return values
    kernel = {"size": n_windows, "mode": "constant"}
    weights = ndimage.uniform_filter1d(np.ones_like(values), **kernel)
    # Rounding must not raise a probability above a threshold of 1.
    return np.clip(ndimage.uniform_filter1d(values, **kernel) / weights, 0, 1)


def merge_spans(
    spans: list[tuple[float, float, float]], gap: float
) -> list[tuple[float, float, float]]:
    """Join spans that overlap, touch, or lie less than `gap` s apart; keep the largest peak."""
    merged: list[tuple[float, float, float]] = []
    for onset, end, peak in sorted(spans):
        if merged and (onset - merged[-1][1] < gap or onset <= merged[-1][1]):
            before = merged[-1]
            merged[-1] = (before[0], max(end, before[1]), max(peak, before[2]))
        else:
            merged.append((onset, end, peak))
    return merged


def _table(
    spans: Sequence[tuple[float, float, float | str]],
    recording_duration: float,
    date_time: datetime | None,
    kinds: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return spans, or the one of background, as SzCORE's table."""
    kinds = ["sz"] * len(spans) if kinds is None else list(kinds)
    if not spans:
        spans, kinds = [(0.0, float(recording_duration), "n/a")], [BACKGROUND]
    return pd.DataFrame(
        {
            "onset": [onset for onset, _, _ in spans],
            "duration": [end - onset for onset, end, _ in spans],
            "eventType": kinds,
            "confidence": [peak for _, _, peak in spans],
            "channels": "n/a",
            "dateTime": (NO_DATE if date_time is None else date_time).strftime(DATE_FORMAT),
            "recordingDuration": float(recording_duration),
        }
    )


def events_from_raw(
    raw: "BaseRaw", *, seizure: str | Sequence[str] = ("seizure", "sz")
) -> pd.DataFrame:
    """Read the annotated seizures of a recording, as events.

    Parameters
    ----------
    raw : mne.io.Raw
        The recording.
    seizure : str or sequence of str, default=("seizure", "sz")
        How the descriptions of seizures begin, in upper or lower case.

    Returns
    -------
    events : DataFrame
        As `detect_events` gives it. Seizures that overlap or touch are one; what lies outside the
        recording is cut off.

    Raises
    ------
    ValueError
        If a seizure has no duration or lies wholly outside the recording.

    See Also
    --------
    detect_events : Events out of probabilities.

    Examples
    --------
    >>> import mne
    >>> import numpy as np
    >>> from eegaug.evaluation import events_from_raw
    >>> info = mne.create_info(["C3"], 100.0, "eeg")
    >>> raw = mne.io.RawArray(np.zeros((1, 6000)), info, verbose=False)
    >>> _ = raw.set_annotations(mne.Annotations([20, 25], [10, 15], ["seizure", "Seizure"]))
    >>> events_from_raw(raw)[["onset", "duration", "eventType", "recordingDuration"]]
       onset  duration eventType  recordingDuration
    0   20.0      20.0        sz               60.0
    """
    prefixes = (seizure,) if isinstance(seizure, str) else tuple(seizure)
    length = raw.n_times / raw.info["sfreq"]
    file = next((str(name) for name in raw.filenames if name is not None), "the recording")
    spans = []
    for onset, duration, description in zip(
        raw.annotations.onset - raw.first_time,
        raw.annotations.duration,
        raw.annotations.description,
        strict=True,
    ):
        if not str(description).lower().startswith(tuple(name.lower() for name in prefixes)):
            continue
        if duration <= 0 or onset >= length or onset + duration <= 0:
            what = "no duration" if duration <= 0 else f"no part within {length:g} s"
            raise ValueError(
                f"A seizure of {file}, {str(description)!r} at {onset:g} s, has {what}; correct "
                f"or delete that annotation, or give a narrower 'seizure' parameter."
            )
        spans.append((max(0.0, float(onset)), min(length, float(onset + duration)), 1.0))
    events = _table(merge_spans(spans, 0.0), length, raw.info["meas_date"])
    return events.assign(confidence="n/a")
