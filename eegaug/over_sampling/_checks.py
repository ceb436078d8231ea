"""Checks of the input beyond those of imbalanced-learn and scikit-learn."""

import math
from collections.abc import Hashable, Mapping
from numbers import Number, Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import _num_samples

from eegaug._columns import check_sample_columns
from eegaug._window_checks import check_finite

__all__ = [
    "agreed_sfreq",
    "check_columns",
    "check_groups",
    "check_labels",
    "check_lengths",
    "check_strategy",
    "check_values",
    "column_dtypes",
    "whole_number",
]


def check_labels(y: Any) -> None:
    """Raise where labels are missing or of several kinds."""
    if y is None:
        raise ValueError("fit_resample requires y to be passed, but the target y is None.")
    shape = np.shape(np.asarray(y, dtype=object))
    if not shape or (len(shape) > 1 and isinstance(y, list | tuple)):
        raise ValueError(
            f"y must hold one label for each window. Got {y!r:.80} instead. Give a list, an array "
            "or a Series."
        )
    _check_classes(np.asarray(y))
    dtype = getattr(y, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind != "O" and not pd.isna(y).any():
        return
    _check_kinds(
        y,
        "y must hold labels",
        "Drop windows without a label, as by kept = pd.notna(y), and write the others alike.",
    )


def _check_classes(y: NDArray) -> None:
    """Raise if numbers are not labels of classes."""
    if y.dtype.kind not in "fc" or np.isnan(y).any():
        return
    strange = y[y != np.floor(y.real)]
    if y.dtype.kind == "c" or strange.size or not np.isfinite(y).all():
        example = strange.flat[0] if strange.size else "infinity"
        raise ValueError(
            f"Unknown label type: continuous. y must hold the class of each window. Got {example} "
            "among them. Give whole numbers or text, as by y > threshold."
        )


def check_lengths(**named: Any) -> None:
    """Raise if the arguments differ in length; None is ignored."""
    lengths = {name: _num_samples(each) for name, each in named.items() if each is not None}
    if len(set(lengths.values())) > 1:
        names, numbers = " and ".join(lengths), " and ".join(map(str, lengths.values()))
        raise ValueError(
            f"{names} must hold as many windows. Got {numbers} instead. Each window has one row "
            "in X, and one value in the others, in one order."
        )


def check_values(X: Any) -> None:
    """Raise where windows are not finite, or too small to be windows."""
    check_finite(X)
    if 0 in X.shape or X.shape[-1] < 2:
        raise ValueError(
            f"X must hold windows of at least 1 channel and 2 samples in time, in the shape "
            f"(n_samples, n_times) or (n_samples, n_channels, n_times). Got the shape {X.shape} "
            f"instead, with n_features = {X.shape[-1]}."
        )


def check_strategy(strategy: Any) -> None:
    """Raise where a dict does not give a number of windows for each label."""
    if not isinstance(strategy, Mapping):
        return
    for label, n in strategy.items():
        if not isinstance(n, Real) or isinstance(n, bool) or not math.isfinite(n):
            raise ValueError(
                f"The 'sampling_strategy' parameter must be a dict of label to the number of "
                f"windows after resampling. Got {n!r} for class {label!r} instead."
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
    """Return the kind of a label."""
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
    """Raise if a column of a frame is not a sample, or two have the same name."""
    if not isinstance(X, pd.DataFrame):
        return
    if not X.columns.is_unique:
        twice = X.columns[X.columns.duplicated()][0]
        raise ValueError(
            f"X must have unique column names. Got {twice!r} more than once; rename the columns "
            f"or pass X.to_numpy()."
        )
    if isinstance(X.columns, pd.MultiIndex):
        raise ValueError(
            f"The columns of X must be samples in the order of time, with one name each. Got a "
            f"MultiIndex of {X.columns.nlevels} levels. For channels by samples give "
            "X.sort_index(axis=1).to_numpy().reshape(len(X), n_channels, n_times)."
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
                f"X must hold real numbers. Got the dtype {dtype} in column {name!r}; drop or "
                "convert it."
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


def agreed_sfreq(of_data: float | None, stated: float | None) -> float | None:
    """Return the sampling frequency of the data, or the one that the user states."""
    if of_data is not None and stated is not None and not np.isclose(of_data, stated):
        raise ValueError(
            f"The 'sfreq' parameter must be that of the epochs, {of_data:g} Hz, or None. Got "
            f"{stated!r} instead."
        )
    return stated if of_data is None else float(of_data)
