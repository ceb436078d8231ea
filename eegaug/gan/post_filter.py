"""The post-filter in closed form: the gain that mends the mean spectrum."""

import numpy as np
from numpy.typing import NDArray

from eegaug.spectral import log_spectrum

__all__ = ["apply_filter", "filter_target", "fit_filter"]

# A gain beyond this would repair noise, not colour.
MOST_GAIN = 4.0


def filter_target(real: NDArray) -> NDArray[np.float64]:
    """Compute the spectrum that a filter is to bring about.

    Parameters
    ----------
    real : ndarray of shape (n_samples, n_channels, n_times)
        Real windows.

    Returns
    -------
    target : ndarray of shape (n_channels, n_times // 2 + 1)
        Mean log spectrum at every frequency of the window.
    """
    return log_spectrum(real, sfreq=1.0, fmin=0.0, fmax=1.0)[1]


def fit_filter(target: NDArray, synthetic: NDArray) -> NDArray[np.float64]:
    """Find the gain that brings the synthetic windows' mean log spectrum to the real ones'.

    Parameters
    ----------
    target : ndarray of shape (n_channels, n_times // 2 + 1)
        What `filter_target` gave for the real windows.
    synthetic : ndarray of shape (n_samples, n_channels, n_times)
        Windows, in the same unit.

    Returns
    -------
    gain : ndarray of shape (n_channels, n_times // 2 + 1)
        Gain of amplitude at each frequency of the window, within a factor of 4.

    Notes
    -----
    A generator trained on few windows has the right events long before it has the right mean
    spectrum; the latter takes one linear filter, as the learned post-filter of WaveGAN
    (Donahue et al. 2019), but needs no training.
    """
    difference = target - filter_target(synthetic)
    gain = np.exp(np.clip(0.5 * difference, -np.log(MOST_GAIN), np.log(MOST_GAIN)))
    # Spectra are taken about the mean, so they say nothing of frequency zero.
    gain[:, 0] = 1.0
    return gain


def apply_filter(windows: NDArray, gain: NDArray) -> NDArray:
    """Filter windows with zero phase.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows.
    gain : ndarray of shape (n_channels, n_times // 2 + 1)
        What `fit_filter` found.

    Returns
    -------
    filtered : ndarray of shape (n_samples, n_channels, n_times)
        Windows of the same dtype.
    """
    spectrum = np.fft.rfft(windows, axis=-1) * gain
    return np.fft.irfft(spectrum, n=windows.shape[-1], axis=-1).astype(windows.dtype)
