"""Distances between the spectra and the autocorrelation functions of windows."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft
from sklearn.utils import gen_batches

from eegaug.metrics._check import check_number, check_pair, check_sfreq
from eegaug.metrics._distribution import mean_wasserstein
from eegaug.spectral import EEG_BANDS, band_power, log_spectrum

__all__ = [
    "autocorrelation_distance",
    "band_power_distance",
    "mean_autocorrelation",
    "psd_distance",
]

_BATCH_SAMPLES = 4096


def psd_distance(
    X_real: ArrayLike, X_synthetic: ArrayLike, *, sfreq: float | None = None
) -> float:
    """Compute the mean absolute difference of the mean log spectra.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows.
    sfreq : float or None, default=None
        Sampling frequency in Hz, for the range from 1 to 60 Hz. None, or windows too short for
        that range, takes all frequencies but zero.

    Returns
    -------
    distance : float
        Difference of the natural logarithms of the periodograms, each averaged over windows,
        averaged over frequencies and channels; 1 is 4.3 dB. A common gain or offset of both
        sides leaves it as it is.

    Raises
    ------
    ValueError
        If the windows do not match, are shorter than 2 samples, empty or not finite, or
        `sfreq` is not positive.

    See Also
    --------
    band_power_distance : How the power differs between windows.
    autocorrelation_distance : The same information in time.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import psd_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> round(psd_distance(X, 10 * X), 6)  # 2 ln(10)
    4.60517
    """
    fs = check_sfreq(sfreq)
    fmin, fmax = (1.0, 60.0) if sfreq is not None else (np.finfo(float).tiny, 0.5)
    real, synthetic = check_pair(X_real, X_synthetic, min_times=2)
    log_real = log_spectrum(real, sfreq=fs, fmin=fmin, fmax=fmax)[1]
    log_synthetic = log_spectrum(synthetic, sfreq=fs, fmin=fmin, fmax=fmax)[1]
    return float(np.abs(log_real - log_synthetic).mean())


def band_power_distance(
    X_real: ArrayLike, X_synthetic: ArrayLike, *, sfreq: float | None = None
) -> float:
    """Compute how far the distributions of band power lie apart, from delta to gamma.

    Unlike `psd_distance`, which compares means, this sees a set of windows that lacks the
    quietest or the loudest recordings.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows.
    sfreq : float
        Sampling frequency in Hz; bands have no meaning without it.

    Returns
    -------
    distance : float
        Wasserstein distance of order 1 between the natural logarithms of the windows' powers
        in a band, averaged over channels and the bands of `eegaug.spectral.EEG_BANDS` that
        hold a frequency. A millionth of the real windows' mean power is added first, so that
        silence does not dominate. A common gain or offset of both sides leaves it as it is.

    Raises
    ------
    ValueError
        If `sfreq` is missing or not positive, the windows do not match, are empty or not
        finite, or are too short to hold a frequency of any band.

    See Also
    --------
    psd_distance : The mean spectrum.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import band_power_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> round(band_power_distance(X, 10 * X, sfreq=173.61), 3)  # 2 ln(10)
    4.605
    """
    if sfreq is None:
        raise ValueError(
            "band_power_distance needs sfreq, the sampling frequency in Hz: its bands are in Hz. "
            "Got None; pass sfreq=..., or use psd_distance."
        )
    check_sfreq(sfreq)
    real, synthetic = check_pair(X_real, X_synthetic, min_times=2)
    freqs = fft.rfftfreq(real.shape[2], 1 / sfreq)
    held = [((freqs >= low) & (freqs < high)).any() for low, high in EEG_BANDS.values()]
    if not any(held):
        raise ValueError(
            f"Windows of {real.shape[2]} samples at sfreq={sfreq} Hz hold no frequency of the "
            f"bands {', '.join(EEG_BANDS)} (0.5 to 60 Hz). Use longer windows."
        )
    power_real = band_power(real, sfreq=sfreq)[..., held]
    power_synthetic = band_power(synthetic, sfreq=sfreq)[..., held]
    least = max(1e-6 * power_real.mean(), np.finfo(np.float64).tiny)
    return mean_wasserstein(
        np.log(power_real + least).reshape(len(real), -1),
        np.log(power_synthetic + least).reshape(len(synthetic), -1),
    )


def autocorrelation_distance(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    sfreq: float | None = None,
    max_lag: float | None = None,
) -> float:
    """Compute the mean absolute difference of the mean autocorrelation functions.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows.
    sfreq : float or None, default=None
        Sampling frequency in Hz. With None, times are in samples.
    max_lag : float or None, default=None
        Longest lag in s (in samples without `sfreq`), cut to the window. None takes half a
        second, which holds two periods of the slowest theta and half a period of 1 Hz, or
        without `sfreq` half of the window.

    Returns
    -------
    distance : float
        Between 0 and 2, averaged over lags from one sample on and over channels. Each window
        is centred and its (biased) autocorrelation divided by that at lag 0, so the gain of
        either side leaves it as it is; a constant window counts as uncorrelated.

    Raises
    ------
    ValueError
        If the windows do not match, are shorter than 2 samples, empty or not finite, or
        `sfreq` or `max_lag` is not positive.

    See Also
    --------
    psd_distance : The same information in frequency.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import autocorrelation_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> autocorrelation_distance(X, 10 * X) < 1e-9 < autocorrelation_distance(X, X.cumsum(1))
    True
    """
    fs = check_sfreq(sfreq)
    real, synthetic = check_pair(X_real, X_synthetic, min_times=2)
    if max_lag is None:
        max_lag = 0.5 if sfreq is not None else real.shape[2] / 2
    check_number(max_lag, name="max_lag", low=0, open_low=True)
    n_lags = min(real.shape[2] - 1, max(1, round(max_lag * fs)))
    gap = mean_autocorrelation(real, n_lags) - mean_autocorrelation(synthetic, n_lags)
    return float(np.abs(gap).mean())


def mean_autocorrelation(windows: NDArray, n_lags: int) -> NDArray:
    """Return the mean autocorrelation of 3-D windows, by channel and lag from 1 on."""
    n_fft = fft.next_fast_len(2 * windows.shape[2], real=True)
    total = np.zeros((windows.shape[1], n_lags))
    for batch in gen_batches(len(windows), _BATCH_SAMPLES):
        centred = windows[batch] - windows[batch].mean(axis=2, keepdims=True)
        power = np.abs(fft.rfft(centred, n_fft, axis=2)) ** 2
        correlation = fft.irfft(power, n_fft, axis=2)[..., : n_lags + 1]
        variance = correlation[..., :1]
        # The rounding error of a constant window is not a correlation.
        silent = variance <= 1e-24 * (windows[batch] ** 2).sum(axis=2, keepdims=True)
        correlation = np.where(silent, 0.0, correlation / np.where(silent, 1.0, variance))
        total += correlation[..., 1:].sum(axis=0)
    return total / len(windows)
