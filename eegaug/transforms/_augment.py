"""Random changes of windows, as between recordings of one class."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import fft, ndimage

from eegaug.transforms._strengths import MIN_SHARE, unit_waves
from eegaug.windows import cast_like

__all__ = ["amplitudes", "augment", "copies", "dress_up", "filter_windows"]

# Points between which a random filter's log gain is linear over the logarithm of frequency.
FILTER_POINTS = 8
# Samples that are augmented at a time: temporary arrays stay small beside the result.
CHUNK_SAMPLES = 2**22
# Largest value of a uniform distribution of unit deviation: no draw is an outlier.
HIGHEST = np.sqrt(3)


def copies(windows: NDArray, n: int, rng: RandomState) -> NDArray:
    """Draw windows at random with replacement."""
    return windows[rng.randint(len(windows), size=n)]


def augment(
    windows: NDArray,
    real: NDArray,
    rng: RandomState,
    *,
    shift: float = 1.0,
    stretch: float = 0.0,
    scale: float = 0.0,
    polarity: bool = True,
    filter: float = 0.0,
    mix: bool = False,
    noise: float = 0.0,
    recombine: bool = False,
) -> NDArray:
    """Filter, shift, stretch, blur, scale and flip each window about the mean of its channels.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows to augment.
    real : ndarray of shape (n_real, n_channels, n_times)
        All real windows of the class, for `mix` and `recombine`.
    rng : RandomState
        Source of randomness.
    shift : float, default=1.0
        Share of all circular shifts that may be drawn, centred on none.
    stretch : float, default=0.0
        Standard deviation of the logarithm of the rate at which a window is read, as a circle.
    scale : float, default=0.0
        Standard deviation of the logarithm of the amplitude factor.
    polarity : bool, default=True
        Whether every second window, by chance, is turned upside down.
    filter : float, default=0.0
        Standard deviation of the log gain of a random filter.
    mix : bool, default=False
        Whether the log spectrum, smoothed, is brought a random part of the way to that of
        another real window.
    noise : float, default=0.0
        Standard deviation of white noise, relative to that of each window and channel.
    recombine : bool, default=False
        Whether each window takes the level of one real window and the amplitude of another.

    Returns
    -------
    augmented : ndarray of shape (n_samples, n_channels, n_times)
        New windows, in the dtype of `windows`; all channels of one share their filter, shift,
        rate, factor and polarity. Without `scale`, `noise` and `recombine` each channel keeps
        its mean and its standard deviation: windows that were normalised one by one stay so.
    """
    n, n_channels, n_times = windows.shape
    draws: dict[str, Any] = {}
    if filter or mix:
        draws["log_gains"] = filter * rng.uniform(-HIGHEST, HIGHEST, size=(n, FILTER_POINTS))
    if mix:
        draws["donor"] = rng.randint(len(real), size=n)
        draws["share"] = rng.uniform(size=(n, 1))
    n_shifts = round(shift * n_times)
    if n_shifts > 1:
        draws["shift"] = rng.randint(n_shifts, size=(n, 1, 1)) - n_shifts // 2
    if stretch:
        draws["rate"] = np.exp(stretch * rng.uniform(-HIGHEST, HIGHEST, size=(n, 1, 1)))
    if noise:
        draws["normals"] = noise * rng.standard_normal(windows.shape)
    draws["factor"] = np.exp(scale * rng.standard_normal((n, 1, 1)))
    if polarity:
        draws["factor"] *= rng.choice([-1.0, 1.0], size=(n, 1, 1))
    if recombine:
        draws["level"] = rng.randint(len(real), size=n)
        draws["amplitude"] = amplitudes(real)[rng.randint(len(real), size=n)]
    augmented = np.empty_like(windows)
    step = max(1, CHUNK_SAMPLES // (n_channels * n_times))
    for part in (slice(start, start + step) for start in range(0, n, step)):
        here = {name: drawn[part] for name, drawn in draws.items()}
        for name in here.keys() & {"donor", "level"}:
            here[name] = real[here[name]]
        new = _augment_chunk(windows[part].astype(np.float64), **here)
        augmented[part] = cast_like(new, windows.dtype, ndim=3)
    return augmented


def _augment_chunk(
    windows: NDArray[np.float64],
    *,
    factor: NDArray,
    log_gains: NDArray | None = None,
    donor: NDArray | None = None,
    share: NDArray | None = None,
    shift: NDArray | None = None,
    rate: NDArray | None = None,
    normals: NDArray | None = None,
    level: NDArray | None = None,
    amplitude: NDArray | None = None,
) -> NDArray[np.float64]:
    """Augment windows by what was drawn for each."""
    mean = windows.mean(axis=-1, keepdims=True)
    new = windows - mean
    before = new.std(axis=-1, keepdims=True)
    if donor is not None and share is not None and log_gains is not None:
        log_gains = log_gains + share * (_log_shape(donor) - _log_shape(windows))
    if log_gains is not None:
        new = filter_windows(new, log_gains)
    if rate is not None:
        new = _read_around(new, rate, 0 if shift is None else shift)
    elif shift is not None:
        new = np.take_along_axis(new, (np.arange(new.shape[-1]) - shift) % new.shape[-1], axis=-1)
    new -= new.mean(axis=-1, keepdims=True)
    new *= _ratio(before, new.std(axis=-1, keepdims=True))
    if normals is not None:
        new = new + before * normals
    if level is not None and amplitude is not None:
        factor = factor * _ratio(amplitude, amplitudes(new))
        mean = level.mean(axis=-1, keepdims=True)
    return new * factor + mean


def dress_up(windows: NDArray, real: NDArray, rng: RandomState) -> NDArray[np.floating]:
    """Give each window the mean and the amplitude of each channel of a random real window."""
    chosen = copies(real, len(windows), rng)
    waves = windows.astype(np.float64)
    waves -= waves.mean(axis=-1, keepdims=True)
    factor = _ratio(chosen.std(axis=-1, keepdims=True), waves.std(axis=-1, keepdims=True))
    dressed = waves * factor + chosen.mean(axis=-1, keepdims=True)
    return cast_like(dressed, real.dtype, ndim=3)


def _ratio(wanted: NDArray, found: NDArray) -> NDArray:
    return np.divide(wanted, found, out=np.ones_like(found), where=found > 0)


def amplitudes(windows: NDArray) -> NDArray[np.float64]:
    """Return the root mean square of each window over all channels, each about its mean."""
    variance = windows.var(axis=-1, keepdims=True, dtype=np.float64)
    return np.sqrt(variance.mean(axis=1, keepdims=True))


def filter_windows(windows: NDArray, log_gains: NDArray) -> NDArray:
    """Pass each window through a smooth, zero-phase filter of its own; means are kept.

    Electrodes, skull, reference and amplifier filter what a recording shows of the same activity.
    Random gains of bands are known from acoustics as FilterAugment (H. Nam, S.-H. Kim, Y.-H.
    Park, ICASSP 2022). The logarithm of the gain is linear between eight points over the
    logarithm of frequency.
    """
    n_times = windows.shape[-1]
    mean = windows.mean(axis=-1, keepdims=True)
    gains = np.exp(log_gains @ _hats(n_times))
    spectrum = fft.rfft(windows - mean, axis=-1) * gains[:, np.newaxis]
    return mean + fft.irfft(spectrum, n=n_times, axis=-1)


def _hats(n_times: int) -> NDArray[np.float64]:
    """Return by how much each point of a filter counts at each frequency of the window."""
    position = np.log1p(np.arange(n_times // 2 + 1))
    position *= (FILTER_POINTS - 1) / position[-1]
    return np.maximum(0, 1 - np.abs(position - np.arange(FILTER_POINTS)[:, np.newaxis]))


def _log_shape(windows: NDArray) -> NDArray[np.float64]:
    """Return log amplitudes at the filter's points, relative to the whole window."""
    waves, _ = unit_waves(windows)
    power = (np.abs(fft.rfft(waves, axis=-1)) ** 2).mean(axis=1)
    hats = _hats(windows.shape[-1])
    hats[:, 0] = 0  # the level is no part of the shape
    weights = hats / np.maximum(hats.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    shape, mean = power @ weights.T, power.mean(axis=1, keepdims=True)
    relative = np.divide(shape, mean, out=np.zeros_like(shape), where=mean > 0)
    return 0.5 * np.log(relative + MIN_SHARE)


def _read_around(waves: NDArray, rate: NDArray, shift: NDArray | int) -> NDArray[np.float64]:
    """Read each window at a rate from a shifted start, as a circle, by cubic splines."""
    n_times = waves.shape[-1]
    knots = ndimage.spline_filter1d(waves, order=3, axis=-1, mode="grid-wrap")
    position = rate * np.arange(n_times) - shift
    whole = np.floor(position)
    x = position - whole
    first = whole.astype(int)
    weights = ((1 - x) ** 3, 3 * x**3 - 6 * x**2 + 4, 3 * (x + x**2 - x**3) + 1, x**3)
    return sum(
        weight / 6 * np.take_along_axis(knots, (first + step) % n_times, axis=-1)
        for step, weight in enumerate(weights, start=-1)
    )
