"""Windows about their means, some at a time, in any unit."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["chunks", "deviation", "waves_of"]

# Samples that are worked on at a time: temporary arrays stay in the processor's cache.
CHUNK_SAMPLES = 2**18


def chunks(n_windows: int, n_channels: int, n_times: int) -> Iterator[slice]:
    """Return parts of windows that are small enough to work on."""
    step = max(1, CHUNK_SAMPLES // max(1, n_channels * n_times))
    return (slice(start, start + step) for start in range(0, n_windows, step))


def waves_of(windows: NDArray) -> tuple[NDArray, NDArray[np.float64], float]:
    """Return windows about their means, in their precision, over a unit safe to be squared."""
    mean = windows.mean(axis=-1, keepdims=True, dtype=np.float64)
    waves = windows - mean.astype(windows.dtype)
    largest = np.maximum(waves.max(axis=-1, keepdims=True), -waves.min(axis=-1, keepdims=True))
    # What is left of a constant channel is rounding.
    is_flat = largest <= 1e-12 * np.abs(mean)
    peak = largest.max(initial=0.0, where=~is_flat)
    # Of the smallest numbers there is no reciprocal.
    exponent = max(int(np.frexp(peak)[1]), int(np.finfo(windows.dtype).minexp) + 26)
    unit = float(np.ldexp(1.0, exponent)) if peak > 0 else 1.0
    waves *= np.where(is_flat, 0.0, 1 / unit).astype(windows.dtype)
    return waves, mean, unit


def deviation(waves: NDArray) -> NDArray[np.float64]:
    """Return the standard deviation of each channel of windows of mean zero."""
    squares = np.einsum("nct,nct->nc", waves, waves)
    return np.sqrt(squares[..., np.newaxis] / waves.shape[-1]).astype(np.float64)
