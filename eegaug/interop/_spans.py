"""Annotations of a continuous recording, their roles, and the samples that they cover."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mne import Annotations
    from mne.io import BaseRaw

__all__ = ["Mark", "Spans", "check_any_seizure", "paint", "read_marks", "roles_in_words"]

# Onsets are decimal fractions of a second, so this share of a sample is rounding.
ROUNDING = 1e-3
#: Largest number of descriptions in a message.
MAX_LISTED = 20


@dataclass(frozen=True)
class Mark:
    """One annotation with its role; its onset in s counts from the first sample."""

    role: str  # "seizure", "bad", "boundary" or "not used"
    description: str
    onset: float
    duration: float
    ch_names: tuple[str, ...]


@dataclass(frozen=True)
class Spans:
    """Masks of samples: in a seizure, bad, and first of a new segment."""

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


def read_marks(
    raw: "BaseRaw", annotations: "Annotations | None", *, seizure: Sequence[str], origin: str
) -> list[Mark]:
    """Return the recording's own annotations and those given beside them."""
    # Onsets of its annotations and its first sample have the same origin.
    sources = [(raw.annotations, -raw.first_time)]
    if annotations is not None:
        sources.append((annotations, _offset(raw, annotations, origin)))
    marks = []
    for source, offset in sources:
        columns = (source.onset + offset, source.duration, source.description, source.ch_names)
        for onset, duration, description, ch_names in zip(*columns, strict=True):
            role = _role(str(description).lower(), duration, seizure)
            marks.append(
                Mark(role, str(description), float(onset), float(duration), tuple(ch_names or ()))
            )
    _check_seizures(marks, raw.n_times / raw.info["sfreq"], origin)
    return marks


def _role(description: str, duration: float, seizure: Sequence[str]) -> str:
    """Return the role of an annotation."""
    if description.startswith(("bad", "edge")):
        return "bad" if duration > 0 else "boundary"
    return "seizure" if description.startswith(tuple(seizure)) else "not used"


def _check_seizures(marks: Sequence[Mark], length: float, origin: str) -> None:
    """Raise where a seizure has no duration, and warn where one lies outside."""
    outside = []
    for mark in marks:
        if mark.role != "seizure":
            continue
        if mark.duration <= 0:
            raise ValueError(
                f"Annotations of seizures must have a duration. Got {mark.description!r} of "
                f"{origin} at {mark.onset:g} s without one; give their onset and duration as one "
                f"annotation, or a narrower 'seizure' parameter."
            )
        if mark.onset + mark.duration <= 0 or mark.onset >= length:
            outside.append(f"{mark.description!r} at {mark.onset:g} s")
    if outside:
        warnings.warn(
            f"Seizures lie outside the recording of {length:g} s ({origin}) and are left out: "
            f"{', '.join(outside)}. If it was not cropped, compare the annotations' 'orig_time' "
            f"with its 'meas_date'.",
            UserWarning,
            stacklevel=4,
        )


def _listed(descriptions: Sequence[str]) -> str:
    """Return up to 20 descriptions in quotes."""
    more = f" and {len(descriptions) - MAX_LISTED} others"
    shown = ", ".join(map(repr, descriptions[:MAX_LISTED]))
    return shown + (more if len(descriptions) > MAX_LISTED else "")


def check_any_seizure(marks: Sequence[Mark], seizure: str | Sequence[str], origin: str) -> None:
    """Raise if no annotation matches the descriptions of seizures."""
    if any(mark.role == "seizure" for mark in marks):
        return
    prefixes = " or ".join(map(repr, [seizure] if isinstance(seizure, str) else seizure))
    found = list(dict.fromkeys(mark.description for mark in marks))
    remedy = (
        f"Its descriptions are {_listed(found)}: if one of them marks seizures, name it in "
        f"'seizure'"
        if found
        else "It has no annotations: give them in 'annotations'"
    )
    raise ValueError(
        f"No annotation of {origin} begins with {prefixes} (the 'seizure' parameter), "
        f"so that all its windows would get the label 0. {remedy}, or state no_seizure=True if "
        f"the recording holds none."
    )


def roles_in_words(descriptions: Mapping[str, str]) -> str:
    """Return which descriptions were taken for seizures, and which were not used."""
    words = []
    for role, name in (("seizure", "Seizures"), ("not used", "Not used")):
        found = [description for description, what in descriptions.items() if what == role]
        words.append(f"{name}: {_listed(found) or 'none'}.")
    return " ".join(words)


def paint(marks: Sequence[Mark], n_samples: int, sfreq: float, ch_names: Sequence[str]) -> Spans:
    """Return the masks of a recording; bad spans of unused channels do not count."""
    in_seizure, bad = np.zeros(n_samples, bool), np.zeros(n_samples, bool)
    seams = []
    for mark in marks:
        start, stop = mark.onset * sfreq, (mark.onset + mark.duration) * sfreq
        if mark.role == "seizure":
            in_seizure[max(round(start), 0) : max(round(stop), 0)] = True
        elif mark.role != "not used":
            if mark.ch_names and not set(mark.ch_names) & set(ch_names):
                continue
            first, end = int(np.floor(start + ROUNDING)), int(np.ceil(stop - ROUNDING))
            if end > first:
                bad[max(first, 0) : max(end, 0)] = True
            else:
                seams.append(round(start))
    return Spans(in_seizure, bad, np.array(seams, np.intp))


def _offset(raw: "BaseRaw", annotations: "Annotations", origin: str) -> float:
    """Return the seconds to add to onsets so that they count from the first sample."""
    if annotations.orig_time is None:
        return 0.0
    meas_date = raw.info["meas_date"]
    if meas_date is None:
        raise ValueError(
            f"Annotations with the clock time {annotations.orig_time} need a recording with a "
            f"'meas_date'. Got None instead for {origin}; set it by raw.set_meas_date, or give "
            f"annotations with orig_time=None, whose onsets count from the first sample."
        )
    return (annotations.orig_time - meas_date).total_seconds() - raw.first_time
