"""Opening EDF files with their seizures, none of them unnoticed if it is cut short."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.utils import Bunch

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["open_recordings"]

TOLERANCE = 2.0  # s; lists count whole seconds


def open_recordings(
    entries: Iterable[tuple[Path, str, list[tuple[float, float]]]], descr: str, on_error: str
) -> Bunch:
    """Open files of patients with their seizures, without reading their signals."""
    raws: list[BaseRaw] = []
    files, groups, rows, skipped = [], [], [], []
    for path, patient, seizures in entries:
        try:
            raw = _annotate(_open(path), path, seizures)
        except (OSError, ValueError) as error:
            if on_error == "raise":
                raise
            skipped.append((str(path), str(error)))
            continue
        rows += [(len(raws), patient, onset, end - onset) for onset, end in seizures]
        raws.append(raw)
        files.append(path)
        groups.append(patient)
    return Bunch(
        raws=raws,
        groups=np.array(groups, dtype=str),
        files=files,
        seizures=pd.DataFrame(rows, columns=["recording", "patient", "onset", "duration"]),
        skipped=pd.DataFrame(skipped, columns=["file", "reason"]),
        DESCR=descr,
    )


def _open(path: Path) -> "BaseRaw":
    """Open an EDF file, unless it is shorter than its header says."""
    try:
        from mne.io import read_raw_edf
    except ImportError as error:
        raise ImportError(
            "Recordings need MNE-Python. Install it with pip install 'eegaug[mne]'."
        ) from error
    expected, size = _size_by_header(path), path.stat().st_size
    if size < expected:
        raise ValueError(
            f"{path} is cut short: its header promises {expected} bytes. Got {size}; fetch it "
            f"again."
        )
    return read_raw_edf(path, preload=False, verbose="error")


def _size_by_header(path: Path) -> int:
    """Return the least size in bytes that an EDF header states."""
    try:
        with path.open("rb") as stream:
            header = stream.read(256)
            n_signals = int(header[252:256])
            stream.seek(256 + 216 * n_signals)
            n_samples = [int(stream.read(8)) for _ in range(n_signals)]
        n_records = max(int(header[236:244]), 0)  # -1 while it was being recorded
        return int(header[184:192]) + 2 * n_records * sum(n_samples)
    except ValueError as error:
        raise ValueError(f"{path} has no EDF header ({error}); fetch it again.") from error


def _annotate(raw: "BaseRaw", path: Path, seizures: list[tuple[float, float]]) -> "BaseRaw":
    """Add seizures to what the file itself has annotated."""
    from mne import Annotations

    length = raw.n_times / raw.info["sfreq"]
    late = [end for _, end in seizures if end > length + TOLERANCE]
    if late:
        raise ValueError(
            f"{path} lasts {length:g} s, but its list has a seizure until {late[0]:g} s; fetch "
            f"both again, or correct the list."
        )
    onsets, ends = np.array(seizures, dtype=float).reshape(-1, 2).T
    added = Annotations(
        onsets,
        np.minimum(ends, length) - onsets,
        ["seizure"] * len(onsets),
        orig_time=raw.annotations.orig_time,
    )
    return raw.set_annotations(raw.annotations + added, verbose="error")
