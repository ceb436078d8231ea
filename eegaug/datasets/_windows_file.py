"""Windows of anyone's own, from a CSV or an npz file."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from eegaug._columns import check_sample_columns
from eegaug.datasets._npz import FLAT, WINDOWS, Layout, read_window_arrays
from eegaug.datasets._tables import (
    check_rows,
    finite_numbers,
    has_ids,
    read_table,
    recordings_of,
)

__all__ = ["load_windows"]

NPZ_MAX_BYTES = 2**32
GROUPS = "groups"
REMEDY = (
    "Give what is no sample in 'drop', such as drop={listed}, or the column that names the "
    "recording or patient in 'groups_column', such as groups_column={first}."
)


@validate_params(
    {
        "path": [str, os.PathLike],
        "label_column": [str],
        "groups_column": [str, None],
        "drop": [list, tuple],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def load_windows(
    path: str | os.PathLike[str],
    *,
    label_column: str = "y",
    groups_column: str | None = None,
    drop: Sequence[str] = (),
    return_X_y: bool = False,
) -> Bunch | tuple:
    r"""Load labelled windows from a CSV or an npz file of your own.

    Parameters
    ----------
    path : str or path-like
        A CSV (plain, gzipped, or as the only CSV in a zip file) with a header and a window on
        each line, or, where the name ends in ``.npz``, arrays in NumPy's format.

        Of a CSV, all columns but those below are samples in the order of time, numbered such as
        ``X1`` to ``X178``, or by their times. In front there may be an id, whose header is
        empty, ``id``, ``Unnamed`` or ``Unnamed: 0``. Where no column has the groups, ids such as
        ``X21.V1.791`` name the recording after their first dot, as in the "Epileptic Seizure
        Recognition" CSV.

        Of an npz file the arrays ``X`` of shape (n_samples, n_times) or (n_samples, n_channels,
        n_times), those of the labels and groups, and perhaps the number ``sfreq`` and the text
        ``ch_names`` are read, at most 4 GiB each, and never by pickle.
    label_column : str, default="y"
        Name of the labels in the file.
    groups_column : str, default=None
        Name of the recordings or patients of the windows in the file. None takes ``groups``
        where there is one.
    drop : sequence of str, default=()
        Columns of a CSV that are neither samples, labels nor groups, such as ``["age"]``. Of an
        npz file all other arrays are passed over anyway.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        data : ndarray of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
            Windows in the file's unit; float64 from a CSV, as stored from an npz file.
        target : ndarray of shape (n_samples,)
            Labels: int64 where all are whole numbers, bool for True and False, float64 for
            other numbers, else text.
        groups : ndarray of shape (n_samples,) or None
            The recording of each window, None where the file does not say.
        sfreq : float or None
            Sampling frequency in Hz, None where the file does not say, as no CSV does.
        ch_names : list of str or None
            Names of the channels, None where the file does not say.
    (data, target) : tuple if ``return_X_y`` is True
        The windows and the labels.

    Raises
    ------
    FileNotFoundError
        If `path` does not exist.
    ValueError
        If the file is damaged, has no labels, has columns that are no numbered samples, or
        windows are not finite numbers of one length; the message names the file and, for a
        CSV, the line.

    See Also
    --------
    load_epileptic_seizures : The published CSV, with its own checks and labels.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from eegaug.datasets import load_windows
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "data.csv")
    ...     _ = path.write_text("t1,t2,t3,groups,y\n1,2,3,anna,0\n4,5,6,bert,1\n")
    ...     windows = load_windows(path)
    >>> windows.data.shape, windows.target, windows.groups
    ((2, 3), array([0, 1]), array(['anna', 'bert'], dtype=object))
    """
    path = Path(path)
    if path.suffix.lower() == ".npz":
        windows = _from_npz(path, label_column, groups_column)
    else:
        windows = _from_csv(path, label_column, groups_column, drop)
    return (windows.data, windows.target) if return_X_y else windows


def _from_csv(
    path: Path, label_column: str, groups_column: str | None, drop: Sequence[str]
) -> Bunch:
    table = read_table(path, f"{label_column} for the labels, and a sample in each other")
    named: dict[str, Sequence[str | None]] = {
        "label_column": [label_column],
        "groups_column": [groups_column],
        "drop": drop,
    }
    for parameter, columns in named.items():
        for column in columns:
            if column is not None and column not in table:
                raise ValueError(
                    f"{path}, line 1: expected a column {column!r}, by the '{parameter}' "
                    f"parameter. Got the columns {', '.join(table.columns[:3])} … "
                    f"{table.columns[-1]} instead; name one of them."
                )
    check_rows(table, path)
    target = _labels(table.pop(label_column), path)
    table = table.drop(columns=list(drop), errors="ignore")
    groups = None
    if groups_column is not None or GROUPS in table:
        groups = _complete(table.pop(groups_column or GROUPS), path).to_numpy()
    ids = table.pop(table.columns[0]) if has_ids(list(table.columns)) else None
    if groups is None and ids is not None and (names := recordings_of(ids)).notna().all():
        groups = names.to_numpy(object)
    if len(table.columns) < 2:
        raise ValueError(
            f"{path}, line 1: expected at least 2 columns of samples. Got "
            f"{list(table.columns)} instead."
        )
    check_sample_columns(table.columns, name=str(path), remedy=REMEDY)
    data = np.ascontiguousarray(finite_numbers(table, path))
    return Bunch(data=data, target=target, groups=groups, sfreq=None, ch_names=None)


def _complete(column: pd.Series, path: Path) -> pd.Series:
    """Return a column without a gap, text as Python's."""
    if column.isna().any():
        row = int(column.isna().to_numpy().argmax())
        raise ValueError(f"{path}, line {row + 2}, column {column.name}: expected a value.")
    return column.astype(object) if column.dtype.kind not in "biuf" else column


def _labels(column: pd.Series, path: Path) -> NDArray:
    labels = _complete(column, path).to_numpy()
    if labels.dtype.kind == "f" and np.isfinite(labels).all() and (labels == labels.round()).all():
        return labels.astype(np.int64)
    # Text beside numbers: all of it is meant as text.
    return np.array([str(label) for label in labels], object) if labels.dtype == object else labels


def _from_npz(path: Path, label_column: str, groups_column: str | None) -> Bunch:
    group_name = groups_column or GROUPS
    layout: Layout = {
        "X": ("biuf", [WINDOWS, FLAT], True),
        label_column: ("biufU", [WINDOWS[:1]], True),
        group_name: ("biufU", [WINDOWS[:1]], groups_column is not None),
        "ch_names": ("U", [WINDOWS[1:2]], False),
        "sfreq": ("iuf", [()], False),
    }
    arrays = read_window_arrays(path, layout, max_bytes=NPZ_MAX_BYTES)
    return Bunch(
        data=arrays["X"],
        target=arrays[label_column],
        groups=arrays.get(group_name),
        sfreq=float(arrays["sfreq"]) if "sfreq" in arrays else None,
        ch_names=arrays["ch_names"].tolist() if "ch_names" in arrays else None,
    )
