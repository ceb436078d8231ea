"""Windows in and out of files, as every command reads and writes them."""

import argparse
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import Bunch

from eegaug._files import replacing
from eegaug.datasets import load_windows

__all__ = [
    "VOLTS",
    "add_data_argument",
    "add_output_arguments",
    "add_rate_argument",
    "check_format",
    "check_output",
    "find_label",
    "rate_in_words",
    "read_windows",
    "write_windows",
]

FORMATS = (".csv", ".npz", ".fif")
#: Units that windows may have, in V.
VOLTS = {"uV": 1e-6, "mV": 1e-3, "V": 1.0}


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """Add the file of real windows, and how to read it."""
    parser.add_argument("data", metavar="DATA", help="real windows, .csv or .npz")
    parser.add_argument(
        "--label-column", default="y", metavar="NAME", help="column of the labels (y)"
    )
    parser.add_argument(
        "--groups-column", metavar="NAME", help="column of the recordings or patients (groups)"
    )
    parser.add_argument(
        "--drop", nargs="+", default=[], metavar="NAME", help="columns that are no samples"
    )
    add_rate_argument(parser, "the file's, else not stated")


def add_rate_argument(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the sampling frequency."""
    parser.add_argument(
        "--sfreq", type=float, metavar="HZ", help=f"sampling frequency in Hz ({default})"
    )


def rate_in_words(sfreq: float | None) -> str:
    """Return what is known of the sampling frequency."""
    known = "not stated; give it by --sfreq" if sfreq is None else f"{sfreq:g} Hz"
    return f"sampling frequency: {known}"


def add_output_arguments(
    parser: argparse.ArgumentParser, what: str, *, required: bool = True
) -> None:
    """Add the file to write."""
    parser.add_argument("--out", required=required, metavar="FILE", help=f"{what} to write")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")


def check_output(arguments: argparse.Namespace) -> None:
    """Raise before any work is done where the result could not be written."""
    path = Path(arguments.out)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ValueError(f"--out {path} must be a file in a folder that exists.")
    if path.exists() and not arguments.force:
        raise FileExistsError(f"{path} exists. Give --force to replace it, or another --out.")


def read_windows(arguments: argparse.Namespace, path: str | None = None) -> Bunch:
    """Read a file of windows; its sampling frequency is that of --sfreq where given."""
    windows = load_windows(
        path or arguments.data,
        label_column=arguments.label_column,
        groups_column=arguments.groups_column,
        drop=arguments.drop,
    )
    if arguments.sfreq is not None:
        if not 0 < arguments.sfreq < np.inf:
            raise ValueError(f"--sfreq must be a positive number of Hz. Got {arguments.sfreq}.")
        windows.sfreq = arguments.sfreq
    return windows


def find_label(text: str, labels: Iterable[Hashable]) -> Any:
    """Return the label that reads like a text."""
    for label in (known := list(labels)):
        if str(label) == text:
            return label
    raise ValueError(f"There is no label {text}; expected one of {', '.join(map(str, known))}.")


def write_windows(
    path: str,
    X: NDArray,
    y: NDArray,
    *,
    sfreq: float | None,
    ch_names: Sequence[str] | None,
    unit: str,
) -> None:
    """Write windows in the format by the file's name; only .fif changes the unit."""
    suffix = Path(path).suffix.lower()
    with replacing(path) as part:
        if suffix == ".csv":
            _write_csv(part, X, y)
        elif suffix == ".npz":
            with part.open("xb") as stream:
                named: dict[str, Any] = {"ch_names": list(ch_names)} if ch_names else {}
                named |= {} if sfreq is None else {"sfreq": sfreq}
                np.savez_compressed(stream, X=X, y=y, **named)
        else:
            epochs = _epochs(VOLTS[unit] * X, y, sfreq, ch_names)
            epochs.save(part, fmt="double", verbose="error")


def check_format(path: str, ndim: int, sfreq: float | None) -> None:
    """Raise where such windows cannot be written to a file of that name."""
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise ValueError(f"--out {path} must end in {', '.join(FORMATS)}.")
    if suffix == ".csv" and ndim != 2:
        raise ValueError(
            f"--out {path}: a CSV holds windows of a single channel, and these have several. Take "
            ".npz or .fif."
        )
    if suffix == ".fif":
        _import_mne()
        if sfreq is None:
            raise ValueError(
                f"--out {path}: epochs of MNE need a sampling frequency, and the sampler states "
                "none. Give it by --sfreq, or take .csv or .npz."
            )


def _write_csv(part: Path, X: NDArray, y: NDArray) -> None:
    table = pd.DataFrame(X, columns=[f"X{i}" for i in range(1, X.shape[1] + 1)])
    table["y"] = y
    table.to_csv(part, index=False)


def _import_mne() -> Any:
    try:
        import mne
    except ImportError as error:
        raise ImportError(
            'A .fif file needs MNE-Python: pip install "eegaug[mne]". Or take .csv or .npz.'
        ) from error
    return mne


def _epochs(X: NDArray, y: NDArray, sfreq: float | None, ch_names: Sequence[str] | None) -> Any:
    """Return windows in V as MNE's epochs."""
    mne = _import_mne()
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
