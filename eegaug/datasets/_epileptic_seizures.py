"""The "Epileptic Seizure Recognition" CSV."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from eegaug.datasets._bonn_labels import BONN_SFREQ, bonn_target
from eegaug.datasets._bunch import pack
from eegaug.datasets._tables import (
    check_rows,
    finite_numbers,
    has_ids,
    read_table,
    recordings_of,
)

__all__ = ["load_epileptic_seizures"]

N_TIMES = 178
FEATURES = [f"X{i}" for i in range(1, N_TIMES + 1)]
EXPECTED = f"an id (it may lack), X1 to X{N_TIMES}, and y"

DESCR = """\
Epileptic Seizure Recognition: windows of 178 samples from the recordings of the University of
Bonn, in µV. The labels: 1 seizure (set S), 2 tumour area (F), 3 healthy area of an epileptic
brain (N), 4 eyes closed (O), 5 eyes open (Z); binary, 1 is seizure and 0 all the rest.
178 samples at 173.61 Hz last 1.025 s; the sampling frequency is not 178 Hz.
"""
NO_GROUPS = """\
This file has no column of ids, so nobody knows which windows belong to one recording: `groups`
is None, and no split of these windows can be trusted. `load_bonn` knows the recordings.
"""


@validate_params(
    {
        "path": [str, os.PathLike],
        "binary": ["boolean"],
        "return_X_y": ["boolean"],
        "as_frame": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def load_epileptic_seizures(
    path: str | os.PathLike[str],
    *,
    binary: bool = True,
    return_X_y: bool = False,
    as_frame: bool = False,
) -> Bunch | tuple:
    r"""Load the "Epileptic Seizure Recognition" CSV from a local file.

    It holds 11,500 windows of 178 samples, cut from 500 recordings of the University of Bonn.
    The library brings no copy of it.

    Parameters
    ----------
    path : str or path-like
        The CSV: plain, gzipped, or as the only CSV in a zip file. Its columns are an id, whose
        header is empty, ``Unnamed`` or ``Unnamed: 0`` in different copies, X1 to X178, and y.
    binary : bool, default=True
        Whether the target is 1 for a seizure and 0 for all the rest, which is the usual task.
        False keeps the labels of the file: 1 seizure (Bonn set S), 2 tumour area (F),
        3 healthy area of an epileptic brain (N), 4 eyes closed (O), 5 eyes open (Z).
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data is a DataFrame, and target and groups are Series.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        data : ndarray or DataFrame of shape (n_samples, 178)
            Windows in µV, float64, in the file's order.
        target : ndarray or Series of shape (n_samples,)
            Labels, int64.
        groups : ndarray or Series of shape (n_samples,), or None
            The recording of each window: what follows the first dot of its id
            (``V1.791`` of ``X21.V1.791``). None where the file has no ids; a splitter that
            works by groups then refuses, as it should.
        sfreq : float
            173.61 Hz.
        target_names : ndarray of str
            Names of the classes, of the lowest label first.
        feature_names : list of str
            X1 to X178.
        frame : DataFrame or None
            Data and target in one with ``as_frame=True``.
        DESCR : str
            Description and caveats.
    (data, target) : tuple if ``return_X_y`` is True
        The windows and the labels.

    Raises
    ------
    FileNotFoundError
        If `path` does not exist.
    ValueError
        If the file is damaged, cut short, or holds anything but what is said above; the message
        names the line and the column.

    See Also
    --------
    load_bonn : The same windows, or longer ones, from the recordings themselves.
    make_seizure_windows : Simulated windows, which need no file.

    Notes
    -----
    Nearly all published figures on this file split its rows at random, so that windows of one
    recording stand on both sides. Split by `groups`. A recording is not a patient: the ids of
    the patients were never published. The 178 samples last 1.025 s.

    References
    ----------
    R. G. Andrzejak, K. Lehnertz, F. Mormann, C. Rieke, P. David, C. E. Elger, "Indications of
    nonlinear deterministic and finite-dimensional structures in time series of brain electrical
    activity: dependence on recording region and brain state", Phys. Rev. E 64, 061907, 2001,
    doi:10.1103/PhysRevE.64.061907.

    Examples
    --------
    A made file of two windows in place of the real one.

    >>> import pathlib, tempfile
    >>> from eegaug.datasets import load_epileptic_seizures
    >>> header = ",".join(["", *(f"X{i}" for i in range(1, 179)), "y"])
    >>> rows = [f"X{i}.V1.7," + "9," * 178 + str(i) for i in (1, 2)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "data.csv")
    ...     _ = path.write_text("\n".join([header, *rows]))
    ...     seizures = load_epileptic_seizures(path)
    >>> seizures.data.shape, seizures.target, seizures.groups
    ((2, 178), array([1, 0]), array(['V1.7', 'V1.7'], dtype=object))
    """
    path = Path(path)
    table = read_table(path, EXPECTED)
    _check_columns(table, path)
    ids = table.pop(table.columns[0]) if table.columns[0] != "X1" else None
    values = finite_numbers(table, path)
    labels = values[:, -1]
    wrong = ~np.isin(labels, (1, 2, 3, 4, 5))
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(
            f"{path}, line {row + 2}, column y: expected a label from 1 to 5. "
            f"Got {labels[row]:g} instead."
        )
    target, target_names = bonn_target(labels, binary=binary)
    return pack(
        np.ascontiguousarray(values[:, :-1]),
        target,
        None if ids is None else _recordings(ids, path),
        target_names=target_names,
        sfreq=BONN_SFREQ,
        descr=DESCR if ids is not None else f"{DESCR}\n{NO_GROUPS}",
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _check_columns(table: pd.DataFrame, path: Path) -> None:
    """Raise where the columns are not those of the file, or the rows do not match them."""
    columns = list(table.columns)
    expected = [*columns[: int(has_ids(columns))], *FEATURES, "y"]
    if columns != expected:
        place = next(
            (i for i, (a, b) in enumerate(zip(columns, expected, strict=False)) if a != b),
            min(len(columns), len(expected)),
        )
        got = repr(columns[place]) if place < len(columns) else "nothing"
        wanted = repr(expected[place]) if place < len(expected) else "nothing"
        raise ValueError(
            f"{path}, line 1: expected the columns {EXPECTED}. Column {place + 1} must be "
            f"{wanted}. Got {got} instead."
        )
    check_rows(table, path)


def _recordings(ids: pd.Series, path: Path) -> NDArray[np.object_]:
    """Return all that follows the first dot of each id."""
    names = recordings_of(ids)
    wrong = names.isna()
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(
            f"{path}, line {row + 2}: expected an id such as 'X21.V1.791', chunk and recording. "
            f"Got {str(ids.iat[row])!r} instead. Without the column of ids the file can be read, "
            "but then nobody knows which windows belong to one recording."
        )
    return names.to_numpy(object)
