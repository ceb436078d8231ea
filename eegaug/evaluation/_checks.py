"""Checks of candidates and windows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import column_or_1d, indexable
from sklearn.utils.multiclass import check_classification_targets

from eegaug._window_checks import check_finite
from eegaug.over_sampling._checks import check_labels, check_lengths

__all__ = ["check_candidates", "check_data", "check_finite_windows", "check_windows"]


def check_candidates(
    samplers: Mapping[str, Any], classifiers: Mapping[str, Any] | None = None
) -> None:
    """Raise where something cannot be compared; only before classifiers no sampler is one."""
    _check_objects("samplers", samplers, "fit_resample", or_none=classifiers is not None)
    if classifiers is not None:
        _check_objects("classifiers", classifiers, "fit", or_none=False)


def _check_objects(name: str, given: Mapping[str, Any], method: str, *, or_none: bool) -> None:
    if not given:
        raise ValueError(f"The {name!r} parameter must hold at least one by name. Got none.")
    for key, each in given.items():
        fits = hasattr(each, method) and not isinstance(each, type)
        if not fits and not (or_none and each is None):
            raise ValueError(
                f"The {name!r} parameter must be a dict of name to an object with {method!r}"
                f"{', or None' if or_none else ''}. Got {each!r:.80} under the name {key!r} "
                "instead."
            )


def check_data(X: Any, y: Any, groups: Any) -> tuple[Any, NDArray, NDArray | None]:
    """Return windows that can be indexed, and labels and recordings as arrays."""
    X = np.asarray(X) if isinstance(X, list | tuple) else X
    check_labels(y)
    check_lengths(X=X, y=y, groups=groups)
    check_finite_windows(X)
    return X, np.asarray(y), None if groups is None else np.asarray(groups)


def check_windows(X: Any, y: Any, groups: Any) -> tuple[Any, NDArray, NDArray | None]:
    """Return windows that can be indexed, and labels of classes and recordings in 1-D."""
    if np.asarray(y).dtype.kind == "c":
        raise ValueError(
            "Complex data not supported. y must hold the class of each window. Got complex "
            "numbers; give whole numbers or text."
        )
    X, y, groups = check_data(X, y, groups)
    labels = column_or_1d(y, warn=True)
    check_classification_targets(labels)
    known = None if groups is None else column_or_1d(groups)
    return (*indexable(X, labels), known) if known is None else indexable(X, labels, known)


def check_finite_windows(X: Any) -> None:
    """Raise if windows are not finite, before a classifier raises without naming them."""
    if isinstance(X, np.ndarray | pd.DataFrame):
        check_finite(np.asarray(X))
