"""Random shift, filter, noise, amplitude and polarity of windows."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import fft

from eegaug.windows import WindowScaler, cast_like

__all__ = ["DEFAULT_STRENGTHS", "amplitudes", "augment", "copies", "filter_windows", "jitter"]

# Points between which a random filter's log gain is linear over the logarithm of frequency.
FILTER_POINTS = 8
# Samples that are augmented at a time: temporary arrays stay small beside the result.
CHUNK_SAMPLES = 2**22
#: How the windows of a mixture are augmented, and those of a class too small for a model; chosen
#: on splits of their own (see the experiment log).
DEFAULT_STRENGTHS: dict[str, Any] = {"scale": 0.4, "filter": 0.5, "recombine": True}


def copies(windows: NDArray, n: int, rng: RandomState) -> NDArray:
    """Draw windows at random with replacement."""
    return windows[rng.randint(len(windows), size=n)]


def jitter(windows: NDArray, n: int, rng: RandomState, **strengths: Any) -> NDArray:
    """Draw windows at random and augment each."""
    return augment(copies(windows, n, rng), windows, rng, **strengths)


def augment(
    windows: NDArray,
    real: NDArray,
    rng: RandomState,
    *,
    shift: float = 1.0,
    scale: float = 0.5,
    polarity: bool = True,
    filter: float = 0.0,
    noise: float = 0.0,
    recombine: bool = False,
) -> NDArray:
    """Shift, filter, blur, scale and flip each window.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows to augment.
    real : ndarray of shape (n_real, n_channels, n_times)
        All real windows of the class. Their median of each channel is the offset that amplifier
        and converter add, about which windows are scaled and flipped.
    rng : RandomState
        Source of randomness.
    shift : float, default=1.0
        Share of all circular shifts that may be drawn, centred on none.
    scale : float, default=0.5
        Standard deviation of the logarithm of the amplitude factor.
    polarity : bool, default=True
        Whether every second window, by chance, is turned upside down.
    filter : float, default=0.0
        Standard deviation of the log gain of a random filter.
    noise : float, default=0.0
        Standard deviation of white noise, relative to that of each window and channel.
    recombine : bool, default=False
        Whether each window takes the level of one real window and the amplitude of another.

    Returns
    -------
    augmented : ndarray of shape (n_samples, n_channels, n_times)
        New windows, in the dtype of `windows`; all channels of one share their shift, filter,
        factor and polarity.
    """
    n, n_channels, n_times = windows.shape
    offset = WindowScaler.from_windows(real).offset
    draws: dict[str, Any] = {}
    n_shifts = round(shift * n_times)
    if n_shifts > 1:
        draws["shifts"] = rng.randint(n_shifts, size=(n, 1, 1)) - n_shifts // 2
    if filter:
        # Uniform, not normal, so that no gain is an outlier.
        highest = np.sqrt(3) * filter
        draws["log_gains"] = rng.uniform(-highest, highest, size=(n, FILTER_POINTS))
    if noise:
        draws["normals"] = rng.standard_normal(windows.shape)
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
        if recombine:
            here["level"] = real[here["level"]].mean(axis=-1, keepdims=True)
        new = _augment_chunk(windows[part], offset, noise, **here)
        augmented[part] = cast_like(new, windows.dtype, ndim=3)
    return augmented


def _augment_chunk(
    windows: NDArray,
    offset: NDArray,
    noise: float,
    *,
    factor: NDArray,
    shifts: NDArray | None = None,
    log_gains: NDArray | None = None,
    normals: NDArray | None = None,
    level: NDArray | None = None,
    amplitude: NDArray | None = None,
) -> NDArray[np.float64]:
    """Augment windows by what was drawn for each."""
    n_times = windows.shape[-1]
    new = windows - offset
    if shifts is not None:
        new = np.take_along_axis(new, (np.arange(n_times) - shifts) % n_times, axis=-1)
    if log_gains is not None:
        new = filter_windows(new, log_gains)
    if normals is not None:
        new = new + noise * new.std(axis=-1, keepdims=True) * normals
    if level is None or amplitude is None:
        return new * factor + offset
    new -= new.mean(axis=-1, keepdims=True)
    own = amplitudes(new)
    return new * (factor * np.divide(amplitude, own, out=np.ones_like(own), where=own > 0)) + level


def amplitudes(windows: NDArray) -> NDArray[np.float64]:
    """Return the root mean square of each window over all channels, each about its mean."""
    variance = windows.var(axis=-1, keepdims=True, dtype=np.float64)
    return np.sqrt(variance.mean(axis=1, keepdims=True))


def filter_windows(windows: NDArray, log_gains: NDArray) -> NDArray:
    """Pass each window through a smooth, zero-phase filter of its own.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows in floating point.
    log_gains : ndarray of shape (n_samples, 8)
        Logarithms of the gains at eight frequencies; the logarithm of the gain is linear between
        them over the logarithm of frequency.

    Returns
    -------
    filtered : ndarray of shape (n_samples, n_channels, n_times)
        Windows of the same means and the same amplitude; all channels of one share their filter.

    Notes
    -----
    Electrodes, skull, reference and amplifier filter what a recording shows of the same
    activity. Random gains of bands are known from acoustics as FilterAugment [1]_.

    References
    ----------
    .. [1] H. Nam, S.-H. Kim, Y.-H. Park, "FilterAugment: an acoustic environmental data
       augmentation method", ICASSP 2022.
    """
    n_times = windows.shape[-1]
    position = np.log1p(np.arange(n_times // 2 + 1))
    position *= (FILTER_POINTS - 1) / position[-1]
    hats = np.maximum(0, 1 - np.abs(position - np.arange(FILTER_POINTS)[:, np.newaxis]))
    gains = np.exp(log_gains @ hats)
    mean = windows.mean(axis=-1, keepdims=True)
    waves = windows - mean
    spectrum = fft.rfft(waves, axis=-1) * gains[:, np.newaxis]
    filtered = fft.irfft(spectrum, n=n_times, axis=-1)
    before, after = (each.std(axis=(1, 2), keepdims=True) for each in (waves, filtered))
    return mean + filtered * np.divide(before, after, out=np.ones_like(after), where=after > 0)
