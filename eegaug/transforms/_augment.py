"""Random changes of windows, as between recordings of one class."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import fft

from eegaug.transforms._strengths import MIN_SHARE
from eegaug.transforms._waves import chunks, deviation, waves_of
from eegaug.windows import cast_like

__all__ = ["amplitudes", "augment", "copies", "dress_up", "filter_windows"]

# Points between which a random filter's log gain is linear over the logarithm of frequency.
FILTER_POINTS = 8
# Amplitude from which single precision might not hold what comes of it.
SAFE = 1e30
# Samples of a window from which a call for each window is faster than one for all.
LARGE = 1024
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
    chosen: NDArray[np.intp] | None = None,
    out: NDArray | None = None,
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
    chosen : ndarray of shape (n_samples,), default=None
        Which of the windows are augmented, with repeats; None takes each once.
    out : ndarray of shape (n_samples, n_channels, n_times), default=None
        Where to write the result; None makes an array.
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
    chosen = np.arange(len(windows)) if chosen is None else chosen
    n, (n_channels, n_times) = len(chosen), windows.shape[1:]
    draws: dict[str, Any] = {"window": chosen}
    if filter or mix:
        draws["log_gains"] = filter * rng.uniform(-HIGHEST, HIGHEST, size=(n, FILTER_POINTS))
    if mix:
        draws["donor"] = rng.randint(len(real), size=n)
        draws["share"] = rng.uniform(size=(n, 1))
    n_shifts = round(shift * n_times)
    if n_shifts > 1:
        draws["shift"] = rng.randint(n_shifts, size=(n, 1)) - n_shifts // 2
    if stretch:
        draws["rate"] = np.exp(stretch * rng.uniform(-HIGHEST, HIGHEST, size=(n, 1)))
    draws["factor"] = np.exp(scale * rng.standard_normal((n, 1, 1)))
    if polarity:
        draws["factor"] *= rng.choice([-1.0, 1.0], size=(n, 1, 1))
    if recombine:
        draws["level"] = rng.randint(len(real), size=n)
        draws["amplitude"] = amplitudes(real)[rng.randint(len(real), size=n)]
    out = np.empty((n, n_channels, n_times), windows.dtype) if out is None else out
    for part in chunks(*out.shape):
        here = {name: drawn[part] for name, drawn in draws.items()}
        here["window"] = windows[here["window"]]
        for name in here.keys() & {"donor", "level"}:
            here[name] = real[here[name]]
        if noise:
            here["normals"] = noise * rng.standard_normal(here["window"].shape)
        out[part] = cast_like(_augment_chunk(**here), out.dtype, ndim=3)
    return out


def _augment_chunk(
    window: NDArray,
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
) -> NDArray[np.floating]:
    """Augment windows by what was drawn for each."""
    new, mean, unit = waves_of(window)
    before = deviation(new)
    if log_gains is not None or rate is not None:
        spectrum = fft.rfft(new, axis=-1)
        if donor is not None and share is not None and log_gains is not None:
            theirs = fft.rfft(waves_of(donor)[0], axis=-1)
            log_gains = log_gains + share * (_log_shape(theirs) - _log_shape(spectrum))
        new = _filtered(spectrum, new.shape[-1], log_gains, is_spline=rate is not None)
    if rate is not None:
        new = _read_around(new, rate, 0 if shift is None else shift)
    elif shift is not None:
        new = _take_times(new, np.arange(new.shape[-1]) - shift)
    new -= new.mean(axis=-1, keepdims=True)
    after = deviation(new)
    if normals is None and amplitude is None:
        precision = np.float64 if unit > SAFE else new.dtype
        new = new * (unit * factor * _ratio(before, after)).astype(precision)
        return new + mean.astype(precision)
    new = new * _ratio(before, after)
    if normals is not None:
        new = new + before * normals
    if level is not None and amplitude is not None:
        factor = factor * _ratio(amplitude, unit * amplitudes(new))
        mean = level.mean(axis=-1, keepdims=True, dtype=np.float64)
    return new * (unit * factor) + mean


def dress_up(windows: NDArray, real: NDArray, rng: RandomState) -> NDArray[np.floating]:
    """Give each window mean, amplitude and smoothed spectrum of a random real window.

    Means and amplitudes are those of each channel; all channels share the filter.
    """
    chosen = rng.randint(len(real), size=len(windows))
    dressed = np.empty(windows.shape, real.dtype)
    for part in chunks(*windows.shape):
        theirs = real[chosen[part]]
        spectrum = fft.rfft(waves_of(windows[part].astype(real.dtype, copy=False))[0], axis=-1)
        log_gains = _log_shape(fft.rfft(waves_of(theirs)[0], axis=-1)) - _log_shape(spectrum)
        waves = _filtered(spectrum, windows.shape[-1], log_gains, is_spline=False)
        waves -= waves.mean(axis=-1, keepdims=True)
        factor = _ratio(theirs.std(axis=-1, keepdims=True, dtype=np.float64), deviation(waves))
        mean = theirs.mean(axis=-1, keepdims=True, dtype=np.float64)
        dressed[part] = cast_like(waves * factor + mean, real.dtype, ndim=3)
    return dressed


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
    waves, mean, unit = waves_of(windows)
    spectrum = fft.rfft(waves, axis=-1)
    return unit * _filtered(spectrum, windows.shape[-1], log_gains, is_spline=False) + mean


def _filtered(
    spectrum: NDArray, n_times: int, log_gains: NDArray | None, *, is_spline: bool
) -> NDArray:
    """Return filtered windows, or the coefficients of the cubic splines through them."""
    gains = np.ones((1, n_times // 2 + 1))
    if log_gains is not None:
        gains = np.exp(log_gains @ _hats(n_times))
    if is_spline:
        # A cubic spline has a sixth of both neighbouring coefficients, and four of its own.
        gains = gains * 6 / (4 + 2 * np.cos(2 * np.pi * np.arange(n_times // 2 + 1) / n_times))
    spectrum = spectrum * gains[:, np.newaxis].astype(spectrum.real.dtype)
    return fft.irfft(spectrum, n=n_times, axis=-1)


def _hats(n_times: int) -> NDArray[np.float64]:
    """Return by how much each point of a filter counts at each frequency of the window."""
    position = np.log1p(np.arange(n_times // 2 + 1))
    position *= (FILTER_POINTS - 1) / position[-1]
    return np.maximum(0, 1 - np.abs(position - np.arange(FILTER_POINTS)[:, np.newaxis]))


def _log_shape(spectrum: NDArray) -> NDArray[np.float64]:
    """Return log amplitudes at the filter's points, relative to the whole window."""
    n_lines = spectrum.shape[-1]
    power = np.mean(spectrum.real**2 + spectrum.imag**2, axis=1, dtype=np.float64)
    hats = _hats(2 * (n_lines - 1))
    hats[:, 0] = 0  # the level is no part of the shape
    weights = hats / np.maximum(hats.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    shape, mean = power @ weights.T, power.mean(axis=1, keepdims=True)
    relative = np.divide(shape, mean, out=np.zeros_like(shape), where=mean > 0)
    return 0.5 * np.log(relative + MIN_SHARE)


def _read_around(knots: NDArray, rate: NDArray, shift: NDArray | int) -> NDArray:
    """Read each window at a rate from a shifted start, as a circle, by cubic splines."""
    position = rate * np.arange(knots.shape[-1]) - shift
    whole = np.floor(position)
    x = position - whole
    first = whole.astype(np.intp)
    weights = ((1 - x) ** 3, 3 * x**3 - 6 * x**2 + 4, 3 * (x + x**2 - x**3) + 1, x**3)
    read = np.zeros_like(knots)
    for step, weight in enumerate(weights, start=-1):
        taken = _take_times(knots, first + step)
        taken *= (weight / 6).astype(knots.dtype)[:, np.newaxis]
        read += taken
    return read


def _take_times(windows: NDArray, places: NDArray[np.intp]) -> NDArray:
    """Return the samples at the places of each window, as a circle."""
    places = places % windows.shape[-1]
    if windows[0].size < LARGE:
        return np.take_along_axis(windows, places[:, np.newaxis], axis=-1)
    taken = np.empty_like(windows)
    for window, place, out in zip(windows, places, taken, strict=True):
        # The places are all inside; only so is nothing copied first.
        np.take(window, place, axis=1, out=out, mode="clip")
    return taken
