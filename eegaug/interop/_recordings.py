"""Opening, naming and resampling of recordings, and selection of their channels."""

import math
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eegaug.datasets._opening import check_mne, open_recording

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = [
    "Recording",
    "annotations_of",
    "common_channels",
    "common_rate",
    "for_each",
    "n_samples_at",
    "open_recordings",
    "resampled",
]

#: Channel types in V in MNE; the first four are used by default.
VOLTS = ("eeg", "seeg", "ecog", "dbs", "eog", "ecg", "emg", "bio")


@dataclass(frozen=True)
class Recording:
    """One recording, its name in the result, and its name in messages."""

    raw: "BaseRaw"
    name: str
    origin: str


def open_recordings(given: Any) -> list[Recording]:
    """Return each recording with a name of its own; files are opened, not read."""
    check_mne()
    each = list(given) if isinstance(given, list | tuple) else [given]
    if not each:
        raise ValueError("The 'raw' parameter of windows_from_raw must hold at least one. Got [].")
    raws = [_open(one) for one in each]
    files = [raw.filenames[0] if raw.filenames else None for raw in raws]
    names = _names([None if file is None else Path(file) for file in files])
    return [
        Recording(raw, name, f"recording {number}" if file is None else str(file))
        for number, (raw, name, file) in enumerate(zip(raws, names, files, strict=True), start=1)
    ]


def _open(one: Any) -> "BaseRaw":
    """Return a recording; the labels of EDF and BDF files give the types of their channels."""
    import mne

    if isinstance(one, mne.io.BaseRaw):
        return one
    if not isinstance(one, str | os.PathLike):
        raise TypeError(
            f"The 'raw' parameter of windows_from_raw must be a recording of MNE-Python or a "
            f"path, or several of them. Got {type(one).__name__} instead."
        )
    return open_recording(Path(one))


def _names(files: Sequence[Path | None]) -> list[str]:
    """Return the files' names, with their folders where two have one; Raws are numbered."""
    stems = Counter(file.stem for file in set(files) if file is not None)
    numbered = len(files) > 1
    names = []
    for number, file in enumerate(files, start=1):
        if file is None:
            names.append(f"raw {number}" if numbered else "raw")
        elif stems[file.stem] == 1:
            names.append(file.stem)
        else:
            same = [other for other in files if other is not None and other.stem == file.stem]
            root = os.path.commonpath([other.absolute().parent for other in same])
            names.append(file.absolute().relative_to(root).with_suffix("").as_posix())
    return names


def for_each(value: Any, n: int, name: str, kind: Any) -> list[Any]:
    """Return a value for each recording."""
    values = [value] * n if isinstance(value, kind) else list(value)
    if len(values) != n or not all(isinstance(each, kind) for each in values):
        what = {"groups": "text", "no_seizure": "True or False"}[name]
        raise ValueError(
            f"The '{name}' parameter of windows_from_raw must be {what}, or one for each of the "
            f"{n} recordings. Got {len(values)}, {values!r:.80}, instead."
        )
    return values


def annotations_of(given: Any, n: int) -> list[Any]:
    """Return the annotations given for each recording, None for those without."""
    import mne

    single = given is None or isinstance(given, mne.Annotations)
    values = [given] * (n if given is None else 1) if single else given
    if not isinstance(values, list | tuple):
        values = [values]
    for value in values:
        if not isinstance(value, mne.Annotations | None):
            raise TypeError(
                f"The 'annotations' parameter of windows_from_raw must be mne.Annotations or "
                f"None, for each recording. Got {type(value).__name__} instead."
            )
    if len(values) != n:
        raise ValueError(
            f"The 'annotations' parameter of windows_from_raw must be None or a list with one "
            f"for each of the {n} recordings. Got {len(values)} instead."
        )
    return list(values)


def common_rate(recordings: Sequence[Recording], sfreq: float | None) -> float:
    """Return the sampling frequency of the result, or raise where recordings differ."""
    rates = [float(recording.raw.info["sfreq"]) for recording in recordings]
    if sfreq is not None:
        return float(sfreq)
    for recording, rate in zip(recordings, rates, strict=True):
        if not math.isclose(rate, rates[0], rel_tol=1e-6):
            raise ValueError(
                f"Recordings must have one sampling frequency: {recording.origin} has {rate:g} Hz "
                f"and {recordings[0].origin} {rates[0]:g} Hz. Give 'sfreq' to resample them, such "
                f"as sfreq={min(rates):g}."
            )
    return rates[0]


def common_channels(recordings: Sequence[Recording], ch_names: Sequence[str] | None) -> list[str]:
    """Return the channels of the result, or raise where a recording lacks one."""
    if ch_names is not None:
        for recording in recordings:
            _check_named(recording, list(ch_names))
        return list(ch_names)
    chosen = [_default_channels(recording.raw) for recording in recordings]
    for recording, names in zip(recordings, chosen, strict=True):
        if not names:
            _check_named(recording, [])
        if set(names) != set(chosen[0]):
            lacking = [name for name in chosen[0] if name not in names]
            besides = [name for name in names if name not in chosen[0]]
            common = [name for name in chosen[0] if all(name in each for each in chosen)]
            raise ValueError(
                f"Recordings must have the same channels: {recording.origin} lacks {lacking} and "
                f"has {besides} besides, compared with {recordings[0].origin}. Give 'ch_names', "
                f"such as ch_names={common}, which all of them have. raw.rename_channels brings "
                f"names into line; raw.interpolate_bads brings back channels marked as bad."
            )
    return chosen[0]


def _default_channels(raw: "BaseRaw") -> list[str]:
    """Return the EEG channels that are not marked as bad."""
    kinds = zip(raw.ch_names, raw.get_channel_types(), strict=True)
    return [name for name, kind in kinds if kind in VOLTS[:4] and name not in raw.info["bads"]]


def _check_named(recording: Recording, chosen: list[str]) -> None:
    """Raise where a recording lacks a channel."""
    kinds = zip(recording.raw.ch_names, recording.raw.get_channel_types(), strict=True)
    usable = [name for name, kind in kinds if kind in VOLTS]
    missing = [name for name in chosen if name not in usable]
    if not chosen or missing or len(set(chosen)) < len(chosen):
        got = f"{missing}, which it lacks," if missing else f"{chosen}"
        raise ValueError(
            f"The 'ch_names' parameter of windows_from_raw must name channels of "
            f"{recording.origin} that are held in V, none twice, and at least one: {usable}. Got "
            f"{got} instead."
        )


def n_samples_at(raw: "BaseRaw", sfreq: float) -> int:
    """Return the number of samples of a recording at a sampling frequency."""
    if math.isclose(raw.info["sfreq"], sfreq, rel_tol=1e-6):
        return int(raw.n_times)
    return round(raw.n_times * sfreq / raw.info["sfreq"])


def resampled(raw: "BaseRaw", ch_names: Sequence[str], sfreq: float) -> "BaseRaw":
    """Return a recording at a sampling frequency, filtered against aliasing; a copy if changed."""
    if math.isclose(raw.info["sfreq"], sfreq, rel_tol=1e-6):
        return raw
    part = raw.copy().pick(list(ch_names), verbose="error").load_data(verbose="error")
    return part.resample(sfreq, verbose="error")
