"""New windows beside the real ones: how many, checked, as the data came, and joined."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from eegaug.over_sampling._class_data import ClassData
from eegaug.transforms import growth_factor
from eegaug.windows import cast_like

__all__ = ["cast_windows", "check_made", "growth_of", "join_windows", "n_made"]


def growth_of(
    growth: float | str, strategy: Any, totals: Mapping[Hashable, int], n_values: int
) -> float:
    """Return the factor by which all classes grow."""
    if growth != "auto":
        return float(growth)
    # A dict or a function states the numbers.
    return growth_factor(totals, n_values) if isinstance(strategy, str | Real) else 1.0


def n_made(
    growth: float, totals: Mapping[Hashable, int], classes: Mapping[Hashable, ClassData]
) -> dict[Hashable, int]:
    """Return how many windows of each class are made, of those that get any."""
    made = {
        label: round(growth * total) - len(classes[label].rows) for label, total in totals.items()
    }
    return {label: n for label, n in made.items() if n}


def check_made(name: str, new: NDArray, shape: tuple[int, ...], label: Hashable) -> None:
    """Raise if windows that a sampler made have a wrong shape or are not finite."""
    if new.shape != shape:
        raise ValueError(
            f"{name} had to make windows of shape {shape} for class {label!r}. Got the "
            f"shape {new.shape} instead."
        )
    if not np.isfinite(new).all():
        raise ValueError(
            f"{name} made windows with NaN or infinity for class {label!r}. Bring X to a "
            f"smaller range or use smaller parameters."
        )


def cast_windows(new: NDArray, X: Any, column_dtypes: Sequence[np.dtype]) -> Any:
    """Return new windows in the layout, dtypes and sparse format of X."""
    cast = cast_like(new, X.dtype, ndim=X.ndim)
    for dtype in set(column_dtypes) - {X.dtype}:
        columns = [i for i, other in enumerate(column_dtypes) if other == dtype]
        cast[:, columns] = cast_like(new[..., columns], dtype, ndim=2)
    return type(X)(cast) if sparse.issparse(X) else cast


def join_windows(X: Any, blocks: Iterable[Any], n_all: int) -> Any:
    """Return the real windows and blocks of new ones after them."""
    if sparse.issparse(X):
        return sparse.vstack([X, *blocks], format=X.format, dtype=X.dtype)
    # Written where they stay, as a second copy of large windows would not fit.
    X_all = np.empty((n_all, *X.shape[1:]), X.dtype)
    X_all[: len(X)] = X
    stop = len(X)
    for block in blocks:
        X_all[stop : stop + len(block)] = block
        stop += len(block)
    return X_all
