"""Opening files of recordings with their seizures, none of them unnoticed if it is cut short."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from sklearn.utils import Bunch

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["Note", "check_mne", "open_recording", "open_recordings"]

#: Onset and end in s after the first sample, and what it is called.
Note: TypeAlias = tuple[float, float, str]

TOLERANCE = 2.0  # s; lists count whole seconds
#: Bytes of a sample; MNE reads what is left of these files if they are cut short.
SAMPLE_BYTES = {".edf": 2, ".bdf": 3}


def open_recordings(
    entries: Iterable[tuple[Path, str, "Callable[[BaseRaw], Sequence[Note]]"]],
    descr: str,
    on_error: str,
    *,
    seizure: Sequence[str] = ("seizure",),
) -> Bunch:
    """Open files of patients, and annotate them with what is found for each."""
    raws: list[BaseRaw] = []
    files, groups, rows, skipped = [], [], [], []
    for path, patient, find_notes in entries:
        try:
            raw = open_recording(path)
            notes = find_notes(raw)
            _annotate(raw, path, notes)
        except (OSError, ValueError) as error:
            if on_error == "raise":
                raise
            skipped.append((str(path), str(error)))
            continue
        rows += [
            (len(raws), patient, onset, end - onset)
            for onset, end, name in notes
            if name.lower().startswith(tuple(seizure))
        ]
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


def check_mne() -> None:
    """Raise where MNE-Python is not installed."""
    try:
        import mne  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "Recordings need MNE-Python. Install it with pip install 'eegaug[mne]'."
        ) from error


def open_recording(path: Path) -> "BaseRaw":
    """Open a recording, unless it is shorter than its header says."""
    check_mne()
    from mne.io import read_raw

    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; expected a recording.")
    options = {}
    if path.suffix.lower() in SAMPLE_BYTES:
        _check_size(path)
        options = {"infer_types": True}
    try:
        raw = read_raw(path, preload=False, verbose="error", **options)
    except Exception as error:
        raise ValueError(
            f"{path} cannot be read by MNE-Python ({error}); expected an EDF, BDF or FIF file, or "
            f"another that mne.io.read_raw knows."
        ) from error
    try:
        # A file that is cut short may have a whole header.
        raw.get_data([0], raw.n_times - 1, verbose="error")
    except Exception as error:
        raise ValueError(
            f"{path} is damaged at its end ({error}), as one that is cut short; get the file "
            f"again, or leave it out."
        ) from error
    return raw


def _check_size(path: Path) -> None:
    """Raise where an EDF or BDF file is shorter than its header states."""
    kind = path.suffix[1:].upper()
    try:
        with path.open("rb") as stream:
            header = stream.read(256)
            n_signals = int(header[252:256])
            stream.seek(256 + 216 * n_signals)
            n_samples = [int(stream.read(8)) for _ in range(n_signals)]
        n_records = max(int(header[236:244]), 0)  # -1 while it was being recorded
        n_bytes = SAMPLE_BYTES[path.suffix.lower()] * n_records * sum(n_samples)
        expected = int(header[184:192]) + n_bytes
    except ValueError as error:
        raise ValueError(
            f"{path} cannot be read: it has no {kind} header ({error}). Get the file again, or "
            f"leave it out."
        ) from error
    if (size := path.stat().st_size) < expected:
        raise ValueError(
            f"{path} is cut short: its header promises {expected} bytes. Got {size}; get the file "
            f"again, or leave it out."
        )


def _annotate(raw: "BaseRaw", path: Path, notes: Sequence[Note]) -> None:
    """Add annotations to what the file itself has."""
    from mne import Annotations

    if not notes:
        return
    length = raw.n_times / raw.info["sfreq"]
    late = [(end, name) for _, end, name in notes if end > length + TOLERANCE]
    if late:
        end, name = late[0]
        raise ValueError(
            f"{path} lasts {length:g} s, but its annotations have {name!r} until {end:g} s; get "
            f"both again, or correct the annotations."
        )
    onsets, ends, names = zip(*notes, strict=True)
    added = Annotations(
        np.array(onsets) + raw.first_time,
        np.minimum(ends, length) - onsets,
        names,
        orig_time=raw.annotations.orig_time,
    )
    raw.set_annotations(raw.annotations + added, verbose="error")
