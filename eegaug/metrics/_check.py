"""The one place where the metrics' input is checked and brought to equal sample numbers."""

from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.windows import to_3d


def check_windows(X: ArrayLike, *, name: str, min_samples: int = 1) -> NDArray[np.float64]:
    """Return finite windows in the 3-D layout and double precision.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows.
    name : str
        What the error message calls them.
    min_samples : int, default=1
        How many windows the metric needs.

    Returns
    -------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        The windows.

    Raises
    ------
    ValueError
        If the shape is none of the two, there are too few windows, a window is empty, or a
        value is NaN or infinite.
    """
    windows = np.asarray(to_3d(X, name=name), np.float64)
    if len(windows) < min_samples:
        noun = "window" if min_samples == 1 else "windows"
        raise ValueError(
            f"{name} must hold at least {min_samples} {noun}. Got {len(windows)} instead."
        )
    if windows.size == 0:
        raise ValueError(
            f"{name} must have at least one channel and one sample in time. Got an array of "
            f"shape {np.shape(X)} instead."
        )
    if not np.isfinite(windows).all():
        bad = int((~np.isfinite(windows).all(axis=(1, 2))).sum())
        raise ValueError(
            f"{name} must be finite. Got NaN or infinite values in {bad} of {len(windows)} "
            "windows; drop or repair those first."
        )
    return windows


def check_pair(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    min_samples: int = 1,
    min_times: int = 1,
    names: tuple[str, str] = ("X_real", "X_synthetic"),
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two sets of windows that agree in channels and length.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, [n_channels,] n_times)
        Two sets of windows.
    min_samples : int, default=1
        How many windows either side needs.
    min_times : int, default=1
        How many samples in time a window needs.
    names : tuple of two str, default=("X_real", "X_synthetic")
        What the error message calls them.

    Returns
    -------
    real, synthetic : ndarray of shape (n_samples, n_channels, n_times)
        The windows in double precision.

    Raises
    ------
    ValueError
        If either side is unfit (see `check_windows`) or the two do not match.
    """
    real = check_windows(X_real, name=names[0], min_samples=min_samples)
    synthetic = check_windows(X_synthetic, name=names[1], min_samples=min_samples)
    if real.shape[1:] != synthetic.shape[1:]:
        raise ValueError(
            f"{names[0]} and {names[1]} must have the same (n_channels, n_times). Got "
            f"{real.shape[1:]} and {synthetic.shape[1:]} instead."
        )
    if real.shape[2] < min_times:
        raise ValueError(
            f"{names[0]} and {names[1]} must have at least {min_times} samples in time. Got "
            f"{real.shape[2]} instead."
        )
    return real, synthetic


def check_number(
    value: float, *, name: str, low: float, integer: bool = False, open_low: bool = False
) -> None:
    """Raise where a parameter is no number or lies below its range.

    Parameters
    ----------
    value : float or int
        What the caller passed.
    name : str
        The parameter's name.
    low : float
        Lower end of the range.
    integer : bool, default=False
        Whether only whole numbers are allowed.
    open_low : bool, default=False
        Whether the lower end itself is not allowed.

    Raises
    ------
    TypeError
        If the value is not a number of that kind.
    ValueError
        If the value is out of range.
    """
    kind, noun = (Integral, "an int") if integer else (Real, "a float")
    required = f"{noun} in the range {'(' if open_low else '['}{low}, inf)"
    message = f"The {name!r} parameter must be {required}. Got {value!r} instead."
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(message)
    if not np.isfinite(value) or value < low or (open_low and value == low):
        raise ValueError(message)


def check_sfreq(sfreq: float) -> None:
    """Raise where the sampling frequency is not a positive number.

    Parameters
    ----------
    sfreq : float
        Sampling frequency in Hz.
    """
    check_number(sfreq, name="sfreq", low=0, open_low=True)


def check_labels(labels: ArrayLike, n_samples: int, *, name: str) -> NDArray:
    """Return one label (class or recording) a window.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Classes or recordings.
    n_samples : int
        Number of windows.
    name : str
        The parameter's name.

    Returns
    -------
    labels : ndarray of shape (n_samples,)
        The labels.

    Raises
    ------
    ValueError
        If there is not exactly one label a window.
    """
    labels = np.asarray(labels)
    if labels.shape != (n_samples,):
        raise ValueError(
            f"{name} must hold one label for each of the {n_samples} windows. Got an array of "
            f"shape {labels.shape} instead."
        )
    return labels


def equal_numbers(
    first: NDArray, second: NDArray, rng: np.random.RandomState
) -> tuple[NDArray, NDArray]:
    """Draw from the larger set, without replacement, as many samples as the smaller one has.

    Parameters
    ----------
    first, second : ndarray of shape (n_samples, ...)
        Two sets.
    rng : RandomState
        Source of the draw; untouched where the numbers agree already.

    Returns
    -------
    first, second : ndarray of shape (n_smaller, ...)
        Sets of equal size.
    """
    n_samples = min(len(first), len(second))

    def draw(windows: NDArray) -> NDArray:
        if len(windows) == n_samples:
            return windows
        return windows[rng.permutation(len(windows))[:n_samples]]

    return draw(first), draw(second)
