"""The recordings of the University of Bonn."""

import os
import re
from collections.abc import Callable
from functools import partial
from numbers import Integral
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from eegaug._files import decode, open_zip, read_bounded, read_member, zip_files
from eegaug.datasets._bonn_labels import BONN_CLASSES, BONN_SFREQ, bonn_target
from eegaug.datasets._bunch import pack

__all__ = ["load_bonn"]

RECORDING_LENGTH = 4097
MAX_BYTES = 2**20  # the published files have under 20 kB
MEMBER = re.compile(r"([ZONFS]\d{3})\.txt", re.IGNORECASE)

DESCR = """\
Recordings of the University of Bonn (Andrzejak et al. 2001), 23.6 s each, cut in windows, in µV.
The labels: 1 seizure (set S), 2 tumour area (F), 3 healthy area of an epileptic brain (N),
4 eyes closed (O), 5 eyes open (Z); binary, 1 is seizure and 0 all the rest. Sets S, F and N come
from within the skull of five patients, O and Z from the scalp of five volunteers.
178 samples at 173.61 Hz last 1.025 s; the sampling frequency is not 178 Hz.
"""


@validate_params(
    {
        "path": [str, os.PathLike],
        "n_times": [Interval(Integral, 2, RECORDING_LENGTH, closed="both")],
        "sets": [str],
        "binary": ["boolean"],
        "return_X_y": ["boolean"],
        "as_frame": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def load_bonn(
    path: str | os.PathLike[str],
    *,
    n_times: int = 178,
    sets: str = "ZONFS",
    binary: bool = True,
    return_X_y: bool = False,
    as_frame: bool = False,
) -> Bunch | tuple:
    r"""Load the recordings of the University of Bonn from a local folder.

    There are 100 recordings of a single channel in each of five sets, 4,097 samples at
    173.61 Hz (23.6 s), a text file each. The library brings no copy of them.

    Parameters
    ----------
    path : str or path-like
        A folder with the archives (``Z.zip`` …) or the unpacked text files (``Z/Z001.txt`` …),
        or a single zip file. A recording is known by its file's name, in upper or lower case;
        it may lie in further folders, and all other files are passed over. One that is there
        both unpacked and in an archive is read unpacked.
    n_times : int, default=178
        Length of a window in samples, from 2 to 4,097. Windows follow each other without
        overlap and the end that fills none is dropped: 178 gives 23 windows of 1.025 s for each
        recording, those of the "Epileptic Seizure Recognition" CSV.
    sets : str, default="ZONFS"
        Letters of the sets to load, in the order of the result.
    binary : bool, default=True
        Whether the target is 1 for a seizure and 0 for all the rest. False gives the labels
        of the CSV: 1 seizure (set S), 2 tumour area (F), 3 healthy area of an epileptic brain
        (N), 4 eyes closed (O), 5 eyes open (Z).
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data is a DataFrame, and target and groups are Series.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        data : ndarray or DataFrame of shape (n_samples, n_times)
            Windows in µV, float64; by set, recording and time.
        target : ndarray or Series of shape (n_samples,)
            Labels, int64.
        groups : ndarray or Series of shape (n_samples,)
            The recording of each window, such as ``S001``.
        sfreq : float
            173.61 Hz.
        target_names : ndarray of str
            Names of the classes, of the lowest label first.
        feature_names : list of str
            X1 to Xn.
        frame : DataFrame or None
            Data and target in one with ``as_frame=True``.
        DESCR : str
            Description and caveats.
    (data, target) : tuple if ``return_X_y`` is True
        The windows and the labels.

    Raises
    ------
    FileNotFoundError
        If `path` does not exist or holds no recording of a set.
    ValueError
        If an archive is damaged, or a recording is not one number a line on 4,097 lines; the
        message names the file and the line.

    See Also
    --------
    load_epileptic_seizures : The same windows from the CSV.
    make_seizure_windows : Simulated windows, which need no file.

    Notes
    -----
    Windows of one recording resemble each other: split by `groups`. A recording is not a
    patient; the patients' ids were never published.

    References
    ----------
    R. G. Andrzejak, K. Lehnertz, F. Mormann, C. Rieke, P. David, C. E. Elger, "Indications of
    nonlinear deterministic and finite-dimensional structures in time series of brain electrical
    activity: dependence on recording region and brain state", Phys. Rev. E 64, 061907, 2001,
    doi:10.1103/PhysRevE.64.061907.

    Examples
    --------
    A made file in place of the real ones.

    >>> import pathlib, tempfile
    >>> from eegaug.datasets import load_bonn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "S001.txt").write_text("\n".join(map(str, range(4097))))
    ...     bonn = load_bonn(folder, sets="S")
    >>> bonn.data.shape, bonn.data[1, 0], bonn.target[0], bonn.groups[0]
    ((23, 178), np.float64(178.0), np.int64(1), 'S001')
    """
    path = Path(path)
    if not sets or set(sets) - set(BONN_CLASSES) or len(set(sets)) < len(sets):
        raise ValueError(
            "The 'sets' parameter of load_bonn must be letters out of 'ZONFS', none twice. "
            f"Got {sets!r} instead."
        )
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; expected a folder with Bonn recordings.")
    recordings = _read(path, sets)
    names = []
    for letter in sets:
        of_set = sorted(name for name in recordings if name[0] == letter)
        if not of_set:
            raise FileNotFoundError(
                f"{path} holds no recording of set {letter}; expected {letter}.zip or text files "
                f"such as {letter}/{letter}001.txt."
            )
        names += of_set
    n_windows = RECORDING_LENGTH // n_times
    data = np.stack([recordings[name] for name in names])[:, : n_windows * n_times]
    labels = np.array([1 + list(BONN_CLASSES).index(name[0]) for name in names])
    target, target_names = bonn_target(np.repeat(labels, n_windows), binary=binary)
    return pack(
        data.reshape(-1, n_times),
        target,
        np.repeat(np.array(names, dtype=object), n_windows),
        target_names=target_names,
        sfreq=BONN_SFREQ,
        descr=DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _read(path: Path, sets: str) -> dict[str, NDArray[np.float64]]:
    """Return the recordings by name."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    recordings: dict[str, NDArray[np.float64]] = {}

    def add(name: str, read: Callable[[], bytes], origin: str) -> None:
        match = MEMBER.fullmatch(name)
        if match and (recording := match[1].upper())[0] in sets and recording not in recordings:
            recordings[recording] = _samples(decode(read(), origin), origin)

    for file in files:
        if "__MACOSX" not in file.relative_to(path).parts:
            add(file.name, partial(_read_file, file), str(file))
    for file in files:
        if file.suffix.lower() == ".zip" and not file.name.startswith("."):
            with open_zip(file) as archive:
                for member in zip_files(archive):
                    read = partial(read_member, archive, member, max_bytes=MAX_BYTES)
                    add(Path(member.filename).name, read, f"{file}:{member.filename}")
    return recordings


def _read_file(path: Path) -> bytes:
    """Return the content of a plain file."""
    with path.open("rb") as stream:
        return read_bounded(stream, str(path), max_bytes=MAX_BYTES)


def _samples(text: str, origin: str) -> NDArray[np.float64]:
    """Return the samples of one recording."""
    lines = text.splitlines()
    samples = pd.to_numeric(pd.Series(lines, dtype=object), errors="coerce").to_numpy(np.float64)
    wrong = ~np.isfinite(samples)
    if wrong.any():
        i = int(wrong.argmax())
        raise ValueError(
            f"{origin}, line {i + 1}: expected one finite number. Got {lines[i][:40]!r} instead."
        )
    if len(samples) != RECORDING_LENGTH:
        raise ValueError(
            f"{origin} must have {RECORDING_LENGTH} lines with a sample each. "
            f"Got {len(samples)} instead; the file may be cut short."
        )
    return samples
