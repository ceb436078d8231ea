"""Pure functions that make new windows out of real ones, without a trained model."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import fft

from eegaug.windows import WindowScaler, cast_like

__all__ = [
    "VARIATION",
    "amplitudes",
    "copies",
    "draw_log_gains",
    "filter_windows",
    "iaaft_surrogates",
    "jitter",
    "phase_surrogates",
    "vary",
]

# Points between which a random filter's log gain is linear over the logarithm of frequency.
FILTER_POINTS = 8
# Samples that are varied at a time: what is computed on the way stays small beside the result.
MOST_SAMPLES = 2**22
#: How the windows of a mixture are varied, and those of a class too small for one; chosen on
#: splits of their own (see the experiment log).
VARIATION: dict[str, Any] = {"scale": 0.4, "filter": 0.5, "recombine": True}


def copies(windows: NDArray, n: int, rng: RandomState) -> NDArray:
    """Draw windows at random with replacement.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Real windows.
    n : int
        Number of windows to draw.
    rng : RandomState
        Source of randomness.

    Returns
    -------
    drawn : ndarray of shape (n, n_channels, n_times)
        Copies.
    """
    return windows[rng.randint(len(windows), size=n)]


def jitter(windows: NDArray, n: int, rng: RandomState, **strengths: Any) -> NDArray:
    """Draw windows at random and vary each.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Real windows of one class.
    n : int
        Number of windows to make.
    rng : RandomState
        Source of randomness.
    **strengths : float or bool
        As in `vary`.

    Returns
    -------
    new : ndarray of shape (n, n_channels, n_times)
        New windows, in the dtype of the real ones.
    """
    return vary(copies(windows, n, rng), windows, rng, **strengths)


def vary(
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
        Windows to vary.
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
    varied : ndarray of shape (n_samples, n_channels, n_times)
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
        draws["log_gains"] = draw_log_gains(n, rng, deviation=filter)
    if noise:
        draws["normals"] = rng.standard_normal(windows.shape)
    draws["factor"] = np.exp(scale * rng.standard_normal((n, 1, 1)))
    if polarity:
        draws["factor"] *= rng.choice([-1.0, 1.0], size=(n, 1, 1))
    if recombine:
        draws["level"] = rng.randint(len(real), size=n)
        draws["amplitude"] = amplitudes(real)[rng.randint(len(real), size=n)]
    varied = np.empty_like(windows)
    step = max(1, MOST_SAMPLES // (n_channels * n_times))
    for part in (slice(start, start + step) for start in range(0, n, step)):
        here = {name: drawn[part] for name, drawn in draws.items()}
        if recombine:
            here["level"] = real[here["level"]].mean(axis=-1, keepdims=True)
        new = _vary(windows[part], offset, noise, **here)
        varied[part] = cast_like(new, windows.dtype, ndim=3)
    return varied


def _vary(
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
    """Vary windows by what was drawn for each."""
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
    """Measure how large each window's waveform is.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows.

    Returns
    -------
    amplitudes : ndarray of shape (n_samples, 1, 1)
        Root mean square over all channels, each about its mean, in the windows' unit.
    """
    variance = windows.var(axis=-1, keepdims=True, dtype=np.float64)
    return np.sqrt(variance.mean(axis=1, keepdims=True))


def draw_log_gains(n: int, rng: RandomState, *, deviation: float) -> NDArray[np.float64]:
    """Draw smooth filters, one for each window.

    Parameters
    ----------
    n : int
        Number of filters.
    rng : RandomState
        Source of randomness.
    deviation : float
        Standard deviation of the natural logarithm of the gain, which is uniform at each of
        eight frequencies.

    Returns
    -------
    log_gains : ndarray of shape (n, 8)
        Logarithms of the gains at those frequencies.
    """
    highest = np.sqrt(3) * deviation
    return rng.uniform(-highest, highest, size=(n, FILTER_POINTS))


def filter_windows(windows: NDArray, log_gains: NDArray) -> NDArray:
    """Pass each window through a smooth, zero-phase filter of its own.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows in floating point.
    log_gains : ndarray of shape (n_samples, 8)
        What `draw_log_gains` gave; the logarithm of the gain is linear between its points over
        the logarithm of frequency.

    Returns
    -------
    filtered : ndarray of shape (n_samples, n_channels, n_times)
        Windows of the same means and the same amplitude; all channels of one share their filter.

    Notes
    -----
    Electrodes, skull, reference and amplifier filter what a recording shows of the same
    activity. Random gains of bands are known from acoustics as FilterAugment [1]_. The gains are
    uniform, not normal, so that none is an outlier.

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


def phase_surrogates(windows: NDArray, rng: RandomState) -> NDArray:
    """Turn the phases of each window by random angles that all its channels share.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows in floating point.
    rng : RandomState
        Source of randomness.

    Returns
    -------
    surrogates : ndarray of shape (n_samples, n_channels, n_times)
        One surrogate for each window, with its mean, amplitude spectra and cross-spectra.
    """
    n_samples, _, n_times = windows.shape
    spectrum = fft.rfft(windows, axis=-1)
    angles = rng.uniform(0, 2 * np.pi, size=(n_samples, 1, spectrum.shape[-1]))
    angles[..., 0] = 0
    if n_times % 2 == 0:
        # A real signal has a real Nyquist coefficient: its phase is 0 or pi.
        angles[..., -1] = np.pi * (angles[..., -1] > np.pi)
    return fft.irfft(spectrum * np.exp(1j * angles), n=n_times, axis=-1)


def iaaft_surrogates(windows: NDArray, rng: RandomState, *, max_iter: int = 100) -> NDArray:
    """Shuffle each window, then restore its spectra and its values in turn.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows in floating point.
    rng : RandomState
        Source of randomness.
    max_iter : int, default=100
        Most iterations; fewer where no value changes its place any more.

    Returns
    -------
    surrogates : ndarray of shape (n_samples, n_channels, n_times)
        One surrogate for each window: exactly its values, in another order, and nearly its
        amplitude spectra and cross-spectra.
    """
    n_times = windows.shape[-1]
    values = np.sort(windows, axis=-1)
    target = fft.rfft(windows, axis=-1)
    order = rng.uniform(size=(len(windows), 1, n_times)).argsort(axis=-1)
    new = np.take_along_axis(windows, order, axis=-1)
    for _ in range(max_iter):
        previous = new
        # The turn of the target's phases, one for all channels, that comes nearest to the
        # present phases; a single channel keeps its present phases.
        turn = fft.rfft(new, axis=-1) * target.conj()
        length = np.abs(turn)
        # Below the smallest normal number, where a line is but rounding, it would overflow.
        normal = length >= np.finfo(length.dtype).tiny
        turn = np.divide(turn, length, out=np.ones_like(turn), where=normal)
        turn = turn.sum(axis=1, keepdims=True)
        turn = np.exp(1j * np.angle(turn))
        turn[..., 0] = 1
        smooth = fft.irfft(target * turn, n=n_times, axis=-1)
        ranks = smooth.argsort(axis=-1, kind="stable").argsort(axis=-1, kind="stable")
        new = np.take_along_axis(values, ranks, axis=-1)
        if np.array_equal(new, previous):
            break
    return new
