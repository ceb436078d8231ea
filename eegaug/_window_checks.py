"""Whether windows are what they are given as, in words about windows."""

import warnings

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ImplausibleWindowsWarning",
    "check_dimensions",
    "check_finite",
    "question_axes",
    "question_sfreq",
]

#: Hz; slower than any EEG is sampled.
LOWEST_SFREQ = 10


class ImplausibleWindowsWarning(UserWarning):
    """Windows are hardly what they are given as: their axes or their sampling frequency.

    Everything goes on with what was given. Where it is right, filter the warning.

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
    eegaug.windows.ImplausibleWindowsWarning: ...
    """


def check_dimensions(shape: tuple[int, ...], *, name: str = "X") -> None:
    """Raise where a shape is not that of windows, flat or in 3-D."""
    if len(shape) in (2, 3):
        return
    remedy = {
        0: "Give an array.",
        1: f"A single window is {name}[np.newaxis]; eegaug.interop.windows_from_raw cuts a "
        "recording into windows.",
    }.get(
        len(shape),
        f"Join the axes in front of channels and time by {name}.reshape(-1, *{name}.shape[-2:]).",
    )
    raise ValueError(
        f"{name} must have the shape (n_samples, n_times) or (n_samples, n_channels, n_times). "
        f"Got an array of shape {shape} instead. {remedy}"
    )


def check_finite(windows: NDArray, *, name: str = "X") -> None:
    """Raise where windows, flat or in 3-D, are not finite, and say where and what to do."""
    if windows.dtype.kind not in "fc":
        return
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(windows.sum()):  # needs no second array
            return
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
    raise ValueError(
        f"Input {name} contains {what}. It must be finite. Got NaN or infinity in {n_bad} of "
        f"{len(windows)} windows, first in {first} (counted from 0). Interpolate bad channels "
        "and short gaps, or drop those windows; with MNE by raw.interpolate_bads(), "
        "epochs.drop_bad() or the package autoreject."
    )


def question_axes(shape: tuple[int, ...], *, name: str = "X") -> None:
    """Warn where windows in 3-D have more channels than samples."""
    if len(shape) == 3 and shape[1] > shape[2]:
        warnings.warn(
            f"{name} should have the shape (n_samples, n_channels, n_times). Got {shape}, which "
            f"is {shape[1]} channels of {shape[2]} samples. If it is (n_samples, n_times, "
            f"n_channels), give np.swapaxes({name}, 1, 2).",
            ImplausibleWindowsWarning,
            stacklevel=3,
        )


def question_sfreq(sfreq: float | None, n_times: int) -> None:
    """Warn of a sampling frequency at which there is no EEG."""
    if sfreq is not None and sfreq < LOWEST_SFREQ:
        warnings.warn(
            f"The 'sfreq' parameter should be the number of samples a second, at least "
            f"{LOWEST_SFREQ} Hz for EEG. Got {sfreq:g}, at which a window of {n_times} samples "
            f"lasts {n_times / sfreq:.3g} s. Give the rate of the recording, in Hz.",
            ImplausibleWindowsWarning,
            stacklevel=3,
        )
