"""Annotations of a continuous recording, as samples: seizures, bad spans, seams."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mne import Annotations
    from mne.io import BaseRaw

__all__ = ["Spans", "find_spans"]

# Onsets are decimal fractions of a second: this share of a sample is rounding, not time.
ROUNDING = 1e-3


@dataclass(frozen=True)
class Spans:
    """What annotations say of each sample of a recording.

    Attributes
    ----------
    seizure : ndarray of bool of shape (n_samples,)
        Which samples lie in a seizure.
    bad : ndarray of bool of shape (n_samples,)
        Which samples must not be used.
    seams : ndarray of int of shape (n_seams,)
        Samples with which something new begins; no window may hold one but as its first.
    """

    seizure: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    seams: NDArray[np.intp]

    def clean_runs(self) -> list[tuple[int, int]]:
        """Return first sample and end of each run without bad samples and seams."""
        edges = np.flatnonzero(np.diff(np.concatenate([[True], self.bad, [True]]))).tolist()
        runs: list[tuple[int, int]] = []
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            inside = sorted({seam for seam in self.seams.tolist() if start < seam < stop})
            runs += zip([start, *inside], [*inside, stop], strict=True)
        return runs


def find_spans(
    raw: "BaseRaw",
    annotations: "Annotations | None",
    *,
    seizure: Sequence[str],
    ch_names: Sequence[str],
) -> Spans:
    """Read seizures, bad spans and seams off the annotations.

    Parameters
    ----------
    raw : mne.io.BaseRaw
        The recording.
    annotations : mne.Annotations or None
        More annotations, beside its own.
    seizure : sequence of str
        How the descriptions of seizures begin, in lower case.
    ch_names : sequence of str
        Channels that are used; spans that are bad in others alone do not count.

    Returns
    -------
    spans : Spans
        What they say of each sample.

    Raises
    ------
    ValueError
        If a seizure has no duration, or the annotations' clock is not that of the recording.
    """
    n_samples, sfreq = raw.n_times, raw.info["sfreq"]
    in_seizure, bad = np.zeros(n_samples, bool), np.zeros(n_samples, bool)
    seams, outside = [], []
    # Onsets of its own annotations count from the clock's zero, as does its first sample.
    sources = [(raw.annotations, -raw.first_time)]
    if annotations is not None:
        sources.append((annotations, _offset(raw, annotations)))
    for source, offset in sources:
        described = zip(
            source.onset + offset,
            source.duration,
            source.description,
            source.ch_names,
            strict=True,
        )
        for onset, duration, description, channels in described:
            start, stop = onset * sfreq, (onset + duration) * sfreq
            description = str(description)
            kind = description.lower()
            if kind.startswith(("bad", "edge")):
                if channels and not set(channels) & set(ch_names):
                    continue
                first, end = int(np.floor(start + ROUNDING)), int(np.ceil(stop - ROUNDING))
                if end > first:
                    bad[max(first, 0) : max(end, 0)] = True
                else:
                    seams.append(round(start))
            elif kind.startswith(tuple(seizure)):
                if duration <= 0:
                    raise ValueError(
                        f"Annotations of seizures must have a duration. Got {description!r} at "
                        f"{onset:g} s without one; give their onset and duration as one "
                        f"annotation, or a narrower 'seizure' parameter."
                    )
                if stop <= 0 or start >= n_samples:
                    outside.append(f"{description!r} at {onset:g} s")
                in_seizure[max(round(start), 0) : max(round(stop), 0)] = True
    if outside:
        warnings.warn(
            f"Seizures lie outside the recording of {n_samples / sfreq:g} s and are left out: "
            f"{', '.join(outside)}. If it was not cropped, compare the annotations' 'orig_time' "
            f"with its 'meas_date'.",
            UserWarning,
            stacklevel=3,
        )
    return Spans(in_seizure, bad, np.array(seams, np.intp))


def _offset(raw: "BaseRaw", annotations: "Annotations") -> float:
    """Return the seconds to add to onsets so that they count from the first sample."""
    if annotations.orig_time is None:
        return 0.0
    meas_date = raw.info["meas_date"]
    if meas_date is None:
        raise ValueError(
            f"Annotations with the clock time {annotations.orig_time} need a recording with a "
            f"'meas_date'. Got None instead; set it by raw.set_meas_date, or give annotations "
            f"with orig_time=None, whose onsets count from the first sample."
        )
    return (annotations.orig_time - meas_date).total_seconds() - raw.first_time
