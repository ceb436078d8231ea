"""Augment windows as recordings of their class differ from each other."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import fft, ndimage

from eegaug.transforms._augment import CHUNK_SAMPLES, FILTER_POINTS, filter_windows
from eegaug.transforms._strengths import LEAST_SHARE, AugmentationStrengths, unit_waves
from eegaug.windows import cast_like

__all__ = ["augment_like_recordings"]


def augment_like_recordings(
    windows: NDArray, real: NDArray, strengths: AugmentationStrengths, rng: RandomState
) -> NDArray:
    """Filter, stretch, shift, scale and flip windows; each channel keeps its mean."""
    n, n_channels, n_times = windows.shape
    highest = np.sqrt(3)  # of a uniform distribution of unit deviation
    draws: dict[str, Any] = {
        "donors": rng.randint(len(real), size=n),
        "shares": rng.uniform(size=(n, 1)),
        "log_gains": strengths.filter * rng.uniform(-highest, highest, (n, FILTER_POINTS)),
        "rates": np.exp(strengths.stretch * rng.uniform(-highest, highest, (n, 1, 1))),
        "starts": rng.randint(n_times, size=(n, 1, 1)),
        "factors": np.exp(strengths.scale * rng.standard_normal((n, 1, 1))),
    }
    draws["factors"] *= rng.choice([-1.0, 1.0], size=(n, 1, 1))
    augmented = np.empty_like(windows)
    step = max(1, CHUNK_SAMPLES // (n_channels * n_times))
    for part in (slice(start, start + step) for start in range(0, n, step)):
        here = {name: drawn[part] for name, drawn in draws.items()}
        donors = here.pop("donors")
        donors = real[donors] if strengths.mix else None
        new = _augment_chunk(windows[part].astype(np.float64), donors, **here)
        augmented[part] = cast_like(new, windows.dtype, ndim=3)
    return augmented


def _augment_chunk(
    windows: NDArray[np.float64],
    donors: NDArray | None,
    *,
    shares: NDArray,
    log_gains: NDArray,
    rates: NDArray,
    starts: NDArray,
    factors: NDArray,
) -> NDArray[np.float64]:
    """Augment windows by what was drawn for each."""
    if donors is not None:
        log_gains = log_gains + shares * (_log_shape(donors) - _log_shape(windows))
    mean = windows.mean(axis=-1, keepdims=True)
    new = _read_around(filter_windows(windows - mean, log_gains), rates, starts)
    new -= new.mean(axis=-1, keepdims=True)
    # Windows that were normalised one by one stay so: anything else would be a label.
    before, after = (each.std(axis=-1, keepdims=True) for each in (windows, new))
    return (
        new * factors * np.divide(before, after, out=np.ones_like(after), where=after > 0) + mean
    )


def _log_shape(windows: NDArray) -> NDArray[np.float64]:
    """Return log amplitudes at the filter's frequencies, relative to the whole window."""
    waves, _ = unit_waves(windows)
    power = (np.abs(fft.rfft(waves, axis=-1)) ** 2).mean(axis=1)
    position = np.log1p(np.arange(power.shape[1]))
    position *= (FILTER_POINTS - 1) / position[-1]
    hats = np.maximum(0, 1 - np.abs(position - np.arange(FILTER_POINTS)[:, np.newaxis]))
    hats[:, 0] = 0  # the level is no part of the shape
    weights = hats / np.maximum(hats.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    mean = power.mean(axis=1, keepdims=True)
    relative = np.divide(
        power @ weights.T, mean, out=np.zeros((len(power), FILTER_POINTS)), where=mean > 0
    )
    return 0.5 * np.log(relative + LEAST_SHARE)


def _read_around(waves: NDArray, rates: NDArray, starts: NDArray) -> NDArray[np.float64]:
    """Read each window from a start at a rate, as a circle, by cubic splines."""
    n_times = waves.shape[-1]
    knots = ndimage.spline_filter1d(waves, order=3, axis=-1, mode="grid-wrap")
    position = starts + rates * np.arange(n_times)
    whole = np.floor(position)
    x = position - whole
    first = whole.astype(int)
    weights = ((1 - x) ** 3, 3 * x**3 - 6 * x**2 + 4, 3 * (x + x**2 - x**3) + 1, x**3)
    return sum(
        weight / 6 * np.take_along_axis(knots, (first + step) % n_times, axis=-1)
        for step, weight in enumerate(weights, start=-1)
    )
