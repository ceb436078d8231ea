"""Spectra and band powers of windows, on top of `scipy.signal`."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal

from eegaug.windows import to_3d

__all__ = ["EEG_BANDS", "band_power", "log_spectrum", "periodogram", "welch_psd"]

#: The clinical bands in Hz, lower edge in, upper edge out.
EEG_BANDS: dict[str, tuple[float, float]] = {
    "delta": (0.5, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (8.0, 13.0),
    "beta": (13.0, 30.0),
    "gamma": (30.0, 60.0),
}


def periodogram(X: ArrayLike, *, sfreq: float = 173.61) -> tuple[NDArray, NDArray]:
    """Compute the power spectral density of each whole window under a Hann taper.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows, usually in µV.
    sfreq : float, default=173.61
        Sampling frequency in Hz; the default is that of the Bonn recordings.

    Returns
    -------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz.
    psd : ndarray of shape (n_samples, n_channels, n_freqs)
        Density in the data's unit squared per Hz (µV²/Hz). The mean of each window is
        taken off first.

    See Also
    --------
    welch_psd : Less variance, coarser frequencies.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.spectral import periodogram
    >>> freqs, psd = periodogram(np.sin(2 * np.pi * 10 * np.arange(200) / 100)[None], sfreq=100)
    >>> float(freqs[psd[0, 0].argmax()])
    10.0
    """
    return signal.periodogram(to_3d(X), fs=sfreq, window="hann", detrend="constant", axis=-1)


def welch_psd(
    X: ArrayLike, *, sfreq: float = 173.61, segment: float = 1.0
) -> tuple[NDArray, NDArray]:
    """Compute Welch's power spectral density of each window.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows, usually in µV.
    sfreq : float, default=173.61
        Sampling frequency in Hz.
    segment : float, default=1.0
        Length of a segment in seconds, cut to the window's length; segments overlap by half.
        One second resolves the clinical bands.

    Returns
    -------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz.
    psd : ndarray of shape (n_samples, n_channels, n_freqs)
        Density in the data's unit squared per Hz.

    See Also
    --------
    periodogram : Finer frequencies, more variance.
    band_power : Sums over bands.

    References
    ----------
    P. Welch, "The use of fast Fourier transform for the estimation of power spectra",
    IEEE Trans. Audio Electroacoust. 15, 70-73, 1967.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.spectral import welch_psd
    >>> welch_psd(np.ones((3, 178)))[1].shape
    (3, 1, 88)
    """
    windows = to_3d(X)
    nperseg = min(windows.shape[-1], max(2, round(segment * sfreq)))
    return signal.welch(windows, fs=sfreq, window="hann", nperseg=nperseg, axis=-1)


def log_spectrum(
    X: ArrayLike, *, sfreq: float = 173.61, fmin: float = 1.0, fmax: float = 60.0
) -> tuple[NDArray, NDArray]:
    """Compute the mean over windows of the logarithm of the periodogram.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows.
    sfreq : float, default=173.61
        Sampling frequency in Hz.
    fmin, fmax : float, default=1.0 and 60.0
        Range in Hz, both edges in. Where no frequency of the window falls into it, all
        frequencies but zero are used.

    Returns
    -------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz.
    log_psd : ndarray of shape (n_channels, n_freqs)
        Natural logarithm of the density, averaged over windows. A millionth of the mean power
        is added first, so that a silent bin does not rule the mean.

    See Also
    --------
    periodogram : What it averages.
    eegaug.metrics.psd_distance : The distance of two.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.spectral import log_spectrum
    >>> freqs, log_psd = log_spectrum(np.random.default_rng(0).normal(size=(9, 178)))
    >>> log_psd.shape
    (1, 60)
    """
    freqs, psd = periodogram(X, sfreq=sfreq)
    keep = (freqs >= fmin) & (freqs <= fmax)
    if not keep.any():
        keep = freqs > 0
    psd = psd[..., keep]
    floor = max(1e-6 * psd.mean(), np.finfo(psd.dtype).tiny)
    return freqs[keep], np.log(psd + floor).mean(axis=0)


def band_power(
    X: ArrayLike, *, sfreq: float = 173.61, bands: dict[str, tuple[float, float]] | None = None
) -> NDArray:
    """Compute the power of each window in the clinical bands.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows, usually in µV.
    sfreq : float, default=173.61
        Sampling frequency in Hz.
    bands : dict of str to (float, float), default=None
        Lower edge (in) and upper edge (out) in Hz of each band; None takes `EEG_BANDS`.

    Returns
    -------
    power : ndarray of shape (n_samples, n_channels, n_bands)
        Power in the data's unit squared (µV²): the sum over the band's frequencies of the
        periodogram times the frequency step. 0 for a band that holds no frequency.

    See Also
    --------
    periodogram : The spectrum it is taken from.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.spectral import band_power
    >>> power = band_power(np.sin(2 * np.pi * 10 * np.arange(200) / 100)[None], sfreq=100)
    >>> power.round(2)
    array([[[0. , 0. , 0.5, 0. , 0. ]]])
    """
    freqs, psd = periodogram(X, sfreq=sfreq)
    step = freqs[1] if len(freqs) > 1 else sfreq
    edges = (EEG_BANDS if bands is None else bands).values()
    inside = np.array([(freqs >= low) & (freqs < high) for low, high in edges])
    return np.einsum("bf,ncf->ncb", inside.astype(psd.dtype), psd) * step
