"""Windows in an npz file: arrays of the kinds and shapes that they must have."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eegaug._files import read_npz

__all__ = ["FLAT", "WINDOWS", "Layout", "read_window_arrays"]

WINDOWS = ("n_samples", "n_channels", "n_times")
FLAT = ("n_samples", "n_times")
#: Of each array, X first: kinds of dtype, dimensions it may have, and whether it must be there.
Layout = Mapping[str, tuple[str, Sequence[tuple[str, ...]], bool]]


def read_window_arrays(path: Path, layout: Layout, *, max_bytes: int) -> dict[str, NDArray]:
    """Return the arrays of a layout, all of one number of windows and of finite values."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; expected an .npz archive.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; expected an .npz archive.")
    arrays = read_npz(path, list(layout), max_bytes=max_bytes)
    sizes: dict[str, int] = {}
    for name, (kinds, shapes, required) in layout.items():
        if name in arrays:
            _check(arrays[name], f"{path}, array {name}", kinds, shapes, sizes)
            # A flat window is one of a single channel.
            sizes.setdefault("n_channels", 1)
        elif required:
            wanted = ", ".join(each for each, (_, _, needed) in layout.items() if needed)
            raise ValueError(
                f"{path}: expected the arrays {wanted}. Got {sorted(arrays)} of these alone, "
                f"without {name}.npy."
            )
    if not arrays.get("sfreq", np.array(1.0)) > 0:
        raise ValueError(
            f"{path}, array sfreq: expected a positive number. Got {arrays['sfreq']} instead."
        )
    return arrays


def _check(
    array: NDArray, what: str, kinds: str, shapes: Sequence[tuple[str, ...]], sizes: dict[str, int]
) -> None:
    """Raise where an array is of another dtype or shape, or not finite; `sizes` grow."""
    dims = next((each for each in shapes if len(each) == array.ndim), None)
    known = [sizes.setdefault(dim, n) for dim, n in zip(dims or (), array.shape, strict=False)]
    if dims is None or array.dtype.kind not in kinds or array.shape != tuple(known):
        wanted = " or ".join(f"({', '.join(each)})" for each in shapes)
        numbers = ", ".join(f"{dim} = {n}" for dim, n in sizes.items())
        raise ValueError(
            f"{what}: expected the shape {wanted} with {numbers or 'any sizes'} and a dtype of "
            f"the kind {' or '.join(kinds)}. Got {array.shape} and {array.dtype} instead."
        )
    if 0 in array.shape:
        raise ValueError(f"{what}: expected windows. Got the shape {array.shape} instead.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        first = int(np.argwhere(~np.isfinite(np.atleast_1d(array)))[0][0])
        raise ValueError(
            f"{what}: expected finite values. Got NaN or infinity in window {first} instead."
        )
