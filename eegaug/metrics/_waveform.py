"""Distances between properties of the waveform: amplitude, line length, spikes, covariance."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.metrics._check import check_number, check_pair, check_sfreq
from eegaug.metrics._distribution import mean_wasserstein

__all__ = [
    "amplitude_distance",
    "covariance_distance",
    "line_length_distance",
    "spike_rate_distance",
]


def amplitude_distance(X_real: ArrayLike, X_synthetic: ArrayLike) -> float:
    """Compute the Wasserstein distance between the distributions of sample values.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows.

    Returns
    -------
    distance : float
        Distance of order 1 in the data's unit (µV), averaged over channels.

    Raises
    ------
    ValueError
        If the windows do not match, are empty or not finite.

    See Also
    --------
    line_length_distance : Sensitive to fast activity.
    spike_rate_distance : Sensitive to sharp events.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import amplitude_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> round(amplitude_distance(X, X + 3), 6)
    3.0
    """
    real, synthetic = check_pair(X_real, X_synthetic)
    n_channels = real.shape[1]
    return mean_wasserstein(
        real.swapaxes(0, 1).reshape(n_channels, -1).T,
        synthetic.swapaxes(0, 1).reshape(n_channels, -1).T,
    )


def line_length_distance(X_real: ArrayLike, X_synthetic: ArrayLike) -> float:
    """Compute the Wasserstein distance between the distributions of line length.

    Line length, the sum of absolute steps from sample to sample, rises with both amplitude and
    frequency and is a common feature of seizure detectors.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows of at least 2 samples.

    Returns
    -------
    distance : float
        Distance of order 1 between the windows' mean absolute steps, in the data's unit (µV)
        per sample, averaged over channels.

    Raises
    ------
    ValueError
        If the windows do not match, are shorter than 2 samples, empty or not finite.

    See Also
    --------
    amplitude_distance : Sensitive to slow activity.
    spike_rate_distance : Sensitive to sharp events.

    References
    ----------
    R. Esteller, J. Echauz, T. Tcheng, B. Litt, B. Pless, "Line length: an efficient feature for
    seizure onset detection", Proc. IEEE EMBS 2, 1707-1710, 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import line_length_distance
    >>> X = np.tile(np.arange(100.0), (5, 1))
    >>> line_length_distance(X, 3 * X)
    2.0
    """
    real, synthetic = check_pair(X_real, X_synthetic, min_times=2)
    return mean_wasserstein(
        np.abs(np.diff(real)).mean(axis=2), np.abs(np.diff(synthetic)).mean(axis=2)
    )


def spike_rate_distance(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    sfreq: float | None = None,
    n_deviations: float = 4.0,
) -> float:
    """Compute the Wasserstein distance between the distributions of the rate of sharp events.

    An event is a run of samples farther from the median than `n_deviations` robust standard
    deviations. Median and deviation (median distance from the median, over 0.6745) are those of
    the same window and channel.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows.
    sfreq : float or None, default=None
        Sampling frequency in Hz. With None, rates are per sample.
    n_deviations : float, default=4.0
        Threshold in robust standard deviations; 4 is that of the reference.

    Returns
    -------
    distance : float
        Distance of order 1 between the windows' rates, in events per s (per sample without
        `sfreq`), averaged over channels. The gain and offset of either side leave it as it is.
        A window with a robust standard deviation of 0 has no events.

    Raises
    ------
    ValueError
        If the windows do not match, are empty or not finite, or `sfreq` or `n_deviations` is
        not positive.

    See Also
    --------
    line_length_distance : Sensitive to fast activity of any kind.

    References
    ----------
    R. Quian Quiroga, Z. Nadasdy, Y. Ben-Shaul, "Unsupervised spike detection and sorting with
    wavelets and superparamagnetic clustering", Neural Comput. 16, 1661-1687, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import spike_rate_distance
    >>> X = np.random.default_rng(0).uniform(-1, 1, size=(5, 200))
    >>> spikes = X.copy()
    >>> spikes[:, [50, 150]] = 20
    >>> spike_rate_distance(X, spikes, sfreq=100)
    1.0
    """
    fs = check_sfreq(sfreq)
    check_number(n_deviations, name="n_deviations", low=0, open_low=True)
    real, synthetic = check_pair(X_real, X_synthetic)
    return mean_wasserstein(
        _event_rate(real, fs, n_deviations), _event_rate(synthetic, fs, n_deviations)
    )


def covariance_distance(X_real: ArrayLike, X_synthetic: ArrayLike) -> float:
    """Compute the log-Euclidean distance between the mean channel covariances.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows of at least 2 samples.

    Returns
    -------
    distance : float
        Frobenius norm of the difference of the matrix logarithms. Each window is centred
        first. A thousandth of the real windows' mean channel variance is added to both
        diagonals, since bipolar montages have linearly dependent channels. For one channel the
        distance is the absolute logarithm of the variance ratio. A common gain, or any offset,
        leaves it as it is.

    Raises
    ------
    ValueError
        If the windows do not match, are shorter than 2 samples, empty or not finite.

    See Also
    --------
    psd_distance : What each channel does by itself.

    References
    ----------
    V. Arsigny, P. Fillard, X. Pennec, N. Ayache, "Log-Euclidean metrics for fast and simple
    calculus on diffusion tensors", Magn. Reson. Med. 56, 411-421, 2006.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import covariance_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 3, 100))
    >>> covariance_distance(X, X)
    0.0
    >>> covariance_distance(X, X - X.mean(axis=1, keepdims=True)) > 1
    True
    """
    real, synthetic = check_pair(X_real, X_synthetic, min_times=2)
    covariance_real, covariance_synthetic = _covariance(real), _covariance(synthetic)
    n_channels = len(covariance_real)
    ridge = max(1e-3 * np.trace(covariance_real) / n_channels, np.finfo(np.float64).tiny)
    gap = _matrix_log(covariance_real, ridge) - _matrix_log(covariance_synthetic, ridge)
    return float(np.linalg.norm(gap))


def _event_rate(windows: NDArray, sfreq: float, n_deviations: float) -> NDArray:
    deviation = np.abs(windows - np.median(windows, axis=2, keepdims=True))
    robust_sd = np.median(deviation, axis=2, keepdims=True) / 0.6745
    above = (deviation > n_deviations * robust_sd) & (robust_sd > 0)
    n_events = above[..., 0] + (above[..., 1:] & ~above[..., :-1]).sum(axis=2)
    return n_events * (sfreq / windows.shape[2])


def _covariance(windows: NDArray) -> NDArray:
    centred = windows - windows.mean(axis=2, keepdims=True)
    by_channel = centred.swapaxes(0, 1).reshape(windows.shape[1], -1)
    return by_channel @ by_channel.T / by_channel.shape[1]


def _matrix_log(covariance: NDArray, ridge: float) -> NDArray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.log(np.clip(values, 0, None) + ridge)) @ vectors.T
