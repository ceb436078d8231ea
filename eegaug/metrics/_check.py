"""Checks of the input that all metrics share, and draws of equal sample numbers."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug._window_checks import check_finite, check_number, check_sfreq
from eegaug.windows import to_3d

__all__ = [
    "check_labels",
    "check_number",
    "check_pair",
    "check_sfreq",
    "check_windows",
    "equal_numbers",
]


def check_windows(X: ArrayLike, *, name: str, min_samples: int = 1) -> NDArray[np.float64]:
    """Return finite windows in the 3-D layout and double precision."""
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
    check_finite(windows, name=name)
    return windows


def check_pair(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    min_samples: int = 1,
    min_times: int = 1,
    names: tuple[str, str] = ("X_real", "X_synthetic"),
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two sets of windows that agree in channels and length."""
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


def check_labels(labels: ArrayLike, n_samples: int, *, name: str) -> NDArray:
    """Return one label (class or recording) for each window."""
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
    """Draw from the larger set, without replacement, as many samples as the smaller one has."""
    n_samples = min(len(first), len(second))

    def draw(windows: NDArray) -> NDArray:
        if len(windows) == n_samples:
            return windows
        return windows[rng.permutation(len(windows))[:n_samples]]

    return draw(first), draw(second)
