"""Writing of windows to files."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug._cli._input import import_mne
from eegaug._files import replacing

__all__ = [
    "VOLTS",
    "add_output_arguments",
    "check_format",
    "check_output",
    "check_path",
    "write_windows",
]

FORMATS = (".csv", ".npz", ".fif")
#: Units that windows may have, in V.
VOLTS = {"uV": 1e-6, "mV": 1e-3, "V": 1.0}


def add_output_arguments(
    parser: argparse.ArgumentParser, what: str, *, required: bool = True
) -> None:
    """Add the file to write."""
    parser.add_argument("--out", required=required, metavar="FILE", help=f"{what} to write")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def check_output(arguments: argparse.Namespace) -> None:
    """Raise at the start if the result could not be written."""
    check_path(arguments.out, "--out", force=arguments.force)


def check_path(out: str, name: str, *, force: bool) -> None:
    """Raise at the start if a file could not be written."""
    path = Path(out)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ValueError(f"{name} {path} must be a file in a folder that exists.")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists. Give --force to replace it, or another {name}.")


def write_windows(
    path: str,
    X: NDArray,
    y: NDArray,
    *,
    sfreq: float | None,
    ch_names: Sequence[str] | None,
    unit: str,
    groups: NDArray | None = None,
) -> None:
    """Write windows in the format by the file's name; only .fif changes the unit."""
    suffix = Path(path).suffix.lower()
    with replacing(path) as part:
        if suffix == ".csv":
            _write_csv(part, X, y, groups)
        elif suffix == ".npz":
            with part.open("xb") as stream:
                named: dict[str, Any] = {"ch_names": list(ch_names)} if ch_names else {}
                named |= {} if sfreq is None else {"sfreq": sfreq}
                named |= {} if groups is None else {"groups": groups}
                # Objects of Python would need pickle.
                y = y.astype(str) if y.dtype == object else y
                np.savez_compressed(stream, X=X, y=y, **named)
        else:
            epochs = _epochs(VOLTS[unit] * X, y, sfreq, ch_names)
            epochs.save(part, fmt="double", verbose="error")


def check_format(path: str, ndim: int, sfreq: float | None, name: str) -> None:
    """Raise where such windows cannot be written to a file of that name."""
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"{name} {path} must end in {', '.join(FORMATS)}.")
    if suffix == ".csv" and ndim != 2:
        raise ValueError(
            f"{name} {path}: a CSV holds windows of a single channel, and these have several. "
            "Take .npz or .fif."
        )
    if suffix == ".fif":
        import_mne()
        if sfreq is None:
            raise ValueError(
                f"{name} {path}: epochs of MNE need a sampling frequency, and none is "
                "stated. Give it by --sfreq, or take .csv or .npz."
            )


def _write_csv(part: Path, X: NDArray, y: NDArray, groups: NDArray | None) -> None:
    table = pd.DataFrame(X, columns=[f"X{i}" for i in range(1, X.shape[1] + 1)])
    table = table.assign(y=y, **({} if groups is None else {"groups": groups}))
    table.to_csv(part, index=False)


def _epochs(X: NDArray, y: NDArray, sfreq: float | None, ch_names: Sequence[str] | None) -> Any:
    """Return windows in V as MNE's epochs."""
    mne = import_mne()
    windows = X[:, np.newaxis] if X.ndim == 2 else X
    names = ch_names or [f"EEG{i:03d}" for i in range(1, windows.shape[1] + 1)]
    labels, codes = np.unique(y, return_inverse=True)
    starts = windows.shape[2] * np.arange(len(windows))
    return mne.EpochsArray(
        windows,
        mne.create_info(list(names), sfreq, "eeg"),
        np.column_stack([starts, np.zeros_like(starts), codes + 1]),
        event_id={str(label): code for code, label in enumerate(labels, start=1)},
        verbose="error",
    )
