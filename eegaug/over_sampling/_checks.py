"""Checks of the input that imbalanced-learn and scikit-learn leave out or word unclearly."""

from collections.abc import Hashable
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from eegaug._columns import check_sample_columns
from eegaug._window_checks import check_dimensions

__all__ = [
    "as_numbers",
    "check_columns",
    "check_groups",
    "check_labels",
    "column_dtypes",
    "whole_number",
]


def as_numbers(X: Any) -> Any:
    """Return windows as scikit-learn takes them; raise in words about windows where it would not.

    Frames and sparse matrices are left to it.
    """
    if isinstance(X, pd.DataFrame) or sparse.issparse(X):
        return X
    try:
        array = np.asarray(X)
    except ValueError as error:  # of lists
        raise ValueError(
            f"X must hold windows of one length. Got lists of several: {error}. Cut all windows "
            "to one length."
        ) from error
    check_dimensions(array.shape)
    if array.dtype.kind == "c":
        raise ValueError(
            f"Complex data not supported. X must hold real numbers. Got the dtype {array.dtype}; "
            "give the signal in time, not its Fourier transform."
        )
    if array.dtype.kind in "OSUmMV":
        try:
            array.astype(np.float64)
            if array.dtype.kind != "O":
                raise ValueError(f"the dtype is {array.dtype}")
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"X must hold numbers. Got something else: {error}. Leave out what is no number, "
                "and give X.astype(float)."
            ) from error
    return array


def check_labels(y: Any) -> None:
    """Raise where labels are missing or of several kinds."""
    if y is None:
        raise ValueError("fit_resample requires y to be passed, but the target y is None.")
    dtype = getattr(y, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind != "O" and not pd.isna(y).any():
        return
    _check_kinds(
        y,
        "y must hold labels",
        "Drop windows without a label, as by kept = pd.notna(y), and write the others alike.",
    )


def _check_kinds(values: Any, required: str, remedy: str) -> None:
    """Raise where values are missing or of several kinds."""
    kinds = {_kind(each) for each in np.asarray(values, dtype=object).ravel()}
    if len(kinds) > 1 or "missing values" in kinds:
        raise ValueError(
            f"{required} of one kind, all numbers or all text. Got {' and '.join(sorted(kinds))} "
            f"instead. {remedy}"
        )


def _kind(label: Any) -> str:
    """Name what a label is."""
    if isinstance(label, str):
        return "text"
    if np.ndim(label) == 0 and pd.isna(label):
        return "missing values"
    return "numbers" if isinstance(label, Number | np.bool_) else type(label).__name__


def check_groups(groups: Any, n_samples: int) -> NDArray:
    """Return the recording of each window; raise where some are missing or of several kinds."""
    array = np.asarray(groups)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.shape != (n_samples,):
        raise ValueError(
            f"groups must hold the recording of each of the {n_samples} windows. Got the shape "
            f"{array.shape} instead. Give one name a window, in the order of X."
        )
    _check_kinds(
        groups,
        "groups must hold names",
        "Give each window whose recording is not known a name of its own, or leave it out.",
    )
    return array


def check_columns(X: Any) -> None:
    """Raise where a column of a frame is no sample, or two have one name."""
    if not isinstance(X, pd.DataFrame):
        return
    if not X.columns.is_unique:
        twice = X.columns[X.columns.duplicated()][0]
        raise ValueError(
            f"X must have unique column names. Got {twice!r} more than once; rename the columns "
            f"or pass X.to_numpy()."
        )
    check_sample_columns(X.columns)


def column_dtypes(X: pd.DataFrame) -> list[np.dtype]:
    """Return the NumPy dtypes beneath a frame's columns."""
    dtypes = []
    for name, dtype in zip(X.columns, X.dtypes, strict=True):
        # Sparse columns know their subtype, nullable and Arrow ones their NumPy dtype.
        numpy_dtype = getattr(dtype, "subtype", getattr(dtype, "numpy_dtype", dtype))
        if not isinstance(numpy_dtype, np.dtype) or numpy_dtype.kind in "mMSU":
            raise ValueError(
                f"X must hold numbers. Column {name!r} has the dtype {dtype} instead."
            )
        dtypes.append(numpy_dtype)
    return dtypes


def whole_number(n: Any, label: Hashable) -> int:
    """Return the number of windows to make as an int."""
    if int(n) != n:
        raise ValueError(
            f"The 'sampling_strategy' parameter must give a whole number of samples for each "
            f"class. Got {n} more than there are for class {label!r} instead."
        )
    return int(n)
