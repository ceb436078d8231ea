"""Checks of shape, values and sampling frequency of windows."""

import warnings
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

__all__ = [
    "ImplausibleWindowsWarning",
    "as_numbers",
    "check_dimensions",
    "check_finite",
    "check_number",
    "check_sfreq",
    "question_axes",
    "question_sfreq",
]

#: Hz; no EEG is sampled more slowly.
LOWEST_SFREQ = 10


class ImplausibleWindowsWarning(UserWarning):
    """The axes, sampling frequency, channels or unit of windows are implausible.

    A channel may be constant in one class only, or in another unit than the others. The
    computation goes on with the given values. Filter the warning if they are right.

    See Also
    --------
    DominantGroupWarning : Windows of a class that are mostly of one recording.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from eegaug import ImplausibleWindowsWarning, JitterOversampler
    >>> X, y = np.random.default_rng(0).normal(size=(12, 178, 2)), [0] * 8 + [1] * 4
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", ImplausibleWindowsWarning)
    ...     JitterOversampler().fit_resample(X, y)
    Traceback (most recent call last):
    eegaug._window_checks.ImplausibleWindowsWarning: ...
    """


def as_numbers(X: Any, *, name: str = "X") -> Any:
    """Return windows as an array of real numbers, but frames and sparse matrices as they are."""
    if isinstance(X, pd.DataFrame) or sparse.issparse(X):
        return X
    try:
        array = np.asarray(X)
    except ValueError as error:  # of lists
        raise ValueError(
            f"{name} must hold windows of one length. Got lists of several: {error}. Cut all "
            "windows to one length."
        ) from error
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        raise ValueError(
            f"{name} must hold a number at each place. Got {np.ma.count_masked(X)} that are "
            "masked. Interpolate them, or drop those windows."
        )
    check_dimensions(array.shape, name=name)
    if array.dtype.kind == "c":
        raise ValueError(
            f"Complex data not supported. {name} must hold real numbers. Got the dtype "
            f"{array.dtype}; give the signal in time, not its Fourier transform."
        )
    if array.dtype.kind in "OSUmMV":
        try:
            array.astype(np.float64)
            if array.dtype.kind != "O":
                raise ValueError(f"the dtype is {array.dtype}")
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"{name} must hold real numbers. Got something else: {error}. Drop what is not a "
                f"number, and give {name}.astype(float)."
            ) from error
    return array


def check_dimensions(shape: tuple[int, ...], *, name: str = "X") -> None:
    """Raise unless the shape is that of flat or 3-D windows."""
    if len(shape) in (2, 3):
        return
    remedy = {
        0: "Give the windows as an array; eegaug.datasets.load_windows reads them from a file.",
        1: "A single window is window[np.newaxis], a list of windows np.stack(windows); "
        "eegaug.interop.windows_from_raw cuts a recording into windows.",
    }.get(
        len(shape),
        "Join the axes in front of channels and time by windows.reshape(-1, *windows.shape[-2:]).",
    )
    raise ValueError(
        f"{name} must have the shape (n_samples, n_times) or (n_samples, n_channels, n_times). "
        f"Got an array of shape {shape} instead. {remedy}"
    )


def check_finite(windows: Any, *, name: str = "X") -> None:
    """Raise if windows are not finite, and say where."""
    if windows.dtype.kind not in "fc":
        return
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(windows.sum()):  # needs no second array
            return
    windows = windows.toarray() if sparse.issparse(windows) else windows
    bad = ~np.isfinite(windows)
    if not bad.any():
        return
    what = "NaN" if np.isnan(windows[bad]).any() else "infinity"
    places = dict(zip(("window", "channel", "sample"), np.argwhere(bad)[0].tolist(), strict=False))
    if windows.ndim == 2:
        places["sample"] = places.pop("channel")
    elif windows.shape[1] == 1:
        del places["channel"]
    first = ", ".join(f"{axis} {place}" for axis, place in places.items())
    n_bad = int(bad.any(axis=tuple(range(1, windows.ndim))).sum())
    # scikit-learn says "Input X".
    raise ValueError(
        f"{'Input X' if name == 'X' else name} contains {what}. It must be finite. Got NaN or "
        f"infinity in {n_bad} of {len(windows)} windows, first in {first} (counted from 0). "
        "Interpolate bad channels and short gaps, or drop those windows; with MNE by "
        "raw.interpolate_bads(), epochs.drop_bad() or the package autoreject."
    )


def question_axes(shape: tuple[int, ...], *, name: str = "X", stacklevel: int = 3) -> None:
    """Warn if 3-D windows have more channels than samples."""
    if len(shape) == 3 and shape[1] > shape[2] > 1:
        warnings.warn(
            f"{name} should have the shape (n_samples, n_channels, n_times). Got {shape}, which "
            f"is {shape[1]} channels of {shape[2]} samples. If it is (n_samples, n_times, "
            f"n_channels), give np.swapaxes({name}, 1, 2).",
            ImplausibleWindowsWarning,
            stacklevel=stacklevel,
        )


def question_sfreq(sfreq: float | None, n_times: int) -> None:
    """Warn if the sampling frequency is too low for EEG."""
    if sfreq is not None and sfreq < LOWEST_SFREQ:
        warnings.warn(
            f"The 'sfreq' parameter should be the number of samples a second, at least "
            f"{LOWEST_SFREQ} Hz for EEG. Got {sfreq:g}, at which a window of {n_times} samples "
            f"lasts {n_times / sfreq:.3g} s. Give the rate of the recording, in Hz.",
            ImplausibleWindowsWarning,
            stacklevel=3,
        )


def check_number(
    value: float, *, name: str, low: float, integer: bool = False, open_low: bool = False
) -> None:
    """Raise if a parameter is not a number or is below its range."""
    kind, noun = (Integral, "an int") if integer else (Real, "a float")
    required = f"{noun} in the range {'(' if open_low else '['}{low}, inf)"
    message = f"The {name!r} parameter must be {required}. Got {value!r} instead."
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(message)
    if not np.isfinite(value) or value < low or (open_low and value == low):
        raise ValueError(message)


def check_sfreq(sfreq: float | None) -> float:
    """Return the sampling frequency in Hz, or 1 if it is None."""
    if sfreq is None:
        return 1.0
    check_number(sfreq, name="sfreq", low=0, open_low=True)
    return float(sfreq)
