"""Spectra and band powers of windows, on top of `scipy.signal`.

Frequencies are in Hz where the sampling frequency `sfreq` is given, else in cycles/sample.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal

from eegaug._window_checks import check_sfreq, question_sfreq
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


def periodogram(X: ArrayLike, *, sfreq: float | None = None) -> tuple[NDArray, NDArray]:
    """Compute the power spectral density of each whole window under a Hann taper.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows, usually in µV.
    sfreq : float or None, default=None
        Sampling frequency in Hz. None counts frequencies in cycles/sample.

    Returns
    -------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz, or in cycles/sample, from 0 to 0.5, where `sfreq` is None.
    psd : ndarray of shape (n_samples, n_channels, n_freqs)
        Density in the data's unit squared per unit of frequency, usually µV²/Hz. The mean of
        each window is subtracted first.

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
    return signal.periodogram(
        to_3d(X), fs=check_sfreq(sfreq), window="hann", detrend="constant", axis=-1
    )


def welch_psd(
    X: ArrayLike, *, sfreq: float | None = None, segment: float | None = None
) -> tuple[NDArray, NDArray]:
    """Compute Welch's power spectral density of each window.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows, usually in µV.
    sfreq : float or None, default=None
        Sampling frequency in Hz. None counts frequencies in cycles/sample.
    segment : float or None, default=None
        Length of a segment in s, or in samples where `sfreq` is None, cut to the window's
        length; segments overlap by half. None takes 1 s, which resolves the clinical bands, or
        half of the window where `sfreq` is None.

    Returns
    -------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz, or in cycles/sample where `sfreq` is None.
    psd : ndarray of shape (n_samples, n_channels, n_freqs)
        Density in the data's unit squared per unit of frequency, usually µV²/Hz.

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
    >>> welch_psd(np.ones((3, 178)), sfreq=173.61)[1].shape
    (3, 1, 88)
    """
    windows = to_3d(X)
    n_times = windows.shape[-1]
    fs = check_sfreq(sfreq)
    if segment is None:
        segment = n_times / 2 if sfreq is None else 1.0
    nperseg = min(n_times, max(2, round(segment * fs)))
    return signal.welch(windows, fs=fs, window="hann", nperseg=nperseg, axis=-1)


def log_spectrum(
    X: ArrayLike,
    *,
    sfreq: float | None = None,
    fmin: float | None = None,
    fmax: float | None = None,
) -> tuple[NDArray, NDArray]:
    """Compute the mean over windows of the logarithm of the periodogram.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows.
    sfreq : float or None, default=None
        Sampling frequency in Hz. None counts frequencies in cycles/sample.
    fmin, fmax : float or None, default=None
        Range in Hz, or in cycles/sample where `sfreq` is None, both edges in. None takes 1 and
        60 Hz, where scalp EEG has its power, or all frequencies but zero where `sfreq` is
        None. Where no frequency of the window falls into the range, all but zero are used.

    Returns
    -------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz, or in cycles/sample where `sfreq` is None.
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
    >>> X = np.random.default_rng(0).normal(size=(9, 178))
    >>> freqs, log_psd = log_spectrum(X, sfreq=173.61)
    >>> log_psd.shape
    (1, 60)
    >>> log_spectrum(X)[0][[0, -1]].round(3)  # in cycles/sample
    array([0.006, 0.5  ])
    """
    freqs, log_psd = log_periodograms(X, sfreq=sfreq, fmin=fmin, fmax=fmax)
    return freqs, log_psd.mean(axis=0)


def log_periodograms(
    X: ArrayLike, *, sfreq: float | None, fmin: float | None = None, fmax: float | None = None
) -> tuple[NDArray, NDArray]:
    """Return frequencies and the log periodogram of each window, not averaged."""
    freqs, psd = periodogram(X, sfreq=sfreq)
    default = (np.finfo(float).tiny, 0.5) if sfreq is None else (1.0, 60.0)
    low, high = (
        edge if given is None else given for given, edge in zip((fmin, fmax), default, strict=True)
    )
    keep = (freqs >= low) & (freqs <= high)
    if not keep.any():
        keep = freqs > 0
    psd = psd[..., keep]
    least = max(1e-6 * psd.mean(), np.finfo(psd.dtype).tiny)
    return freqs[keep], np.log(psd + least)


def band_power(
    X: ArrayLike,
    *,
    sfreq: float | None = None,
    bands: dict[str, tuple[float, float]] | None = None,
) -> NDArray:
    """Compute the power of each window in the clinical bands.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows, usually in µV.
    sfreq : float
        Sampling frequency in Hz. It must be given, since the bands are in Hz.
    bands : dict of str to (float, float), default=None
        Lower edge (in) and upper edge (out) in Hz of each band; None takes `EEG_BANDS`.

    Returns
    -------
    power : ndarray of shape (n_samples, n_channels, n_bands)
        Power in the data's unit squared (µV²): the sum over the band's frequencies of the
        periodogram times the frequency step. 0 for a band that holds no frequency.

    Raises
    ------
    ValueError
        If `sfreq` is None.

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
    if sfreq is None:
        raise ValueError(
            "The 'sfreq' parameter must be the sampling frequency in Hz, since bands are in Hz. "
            "Got None; pass sfreq=..."
        )
    freqs, psd = periodogram(X, sfreq=sfreq)
    question_sfreq(sfreq, np.shape(X)[-1])
    step = freqs[1] if len(freqs) > 1 else sfreq
    edges = (EEG_BANDS if bands is None else bands).values()
    inside = np.array([(freqs >= low) & (freqs < high) for low, high in edges])
    return np.einsum("bf,ncf->ncb", inside.astype(psd.dtype), psd) * step
