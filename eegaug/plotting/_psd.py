"""Mean spectra with bootstrap intervals."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from eegaug.metrics._check import check_labels, check_number
from eegaug.plotting._axes import REAL_COLOR, SYNTHETIC_COLOR, check_input, get_axes
from eegaug.spectral import log_spectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PSDDisplay"]

# Of a natural logarithm of power.
DECIBELS = 10 / np.log(10)


class PSDDisplay:
    """Mean log spectra of real and synthetic windows, each with a bootstrap interval.

    Use `from_windows` to make one.

    Parameters
    ----------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz.
    real, synthetic : ndarray of shape (3, n_freqs)
        Mean, lower and upper end of the interval, in dB re 1 µV²/Hz.

    Attributes
    ----------
    ax_ : Axes
        The axes.
    figure_ : Figure
        The figure.
    lines_ : list of Line2D
        Means, of the real windows first.
    intervals_ : list of FillBetweenPolyCollection
        Intervals, of the real windows first.

    See Also
    --------
    eegaug.metrics.psd_distance : The distance of the two.
    """

    def __init__(self, freqs: NDArray, real: NDArray, synthetic: NDArray):
        self.freqs = freqs
        self.real = real
        self.synthetic = synthetic

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float = 173.61,
        groups_real: ArrayLike | None = None,
        groups_synthetic: ArrayLike | None = None,
        fmin: float = 1.0,
        fmax: float = 60.0,
        n_bootstrap: int = 200,
        confidence: float = 0.95,
        random_state: int | RandomState | None = 0,
        ax: "Axes | None" = None,
    ) -> "PSDDisplay":
        """Compute the spectra and draw them.

        Parameters
        ----------
        X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
            Real windows.
        X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
            Synthetic windows.
        sfreq : float, default=173.61
            Sampling frequency in Hz.
        groups_real, groups_synthetic : array-like of shape (n_samples,), default=None
            The recording of each window: the unit that is drawn again in the bootstrap. None
            takes each window for itself, which suits a generator's windows but makes the
            interval of real ones too narrow.
        fmin, fmax : float, default=1.0 and 60.0
            Range in Hz.
        n_bootstrap : int, default=200
            Number of resamplings.
        confidence : float, default=0.95
            Share of the resamplings that the interval holds, at each frequency by itself.
        random_state : int, RandomState instance or None, default=0
            Source of the resamplings.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : PSDDisplay
            The drawn display. Logarithms are averaged over windows and channels.

        Raises
        ------
        ValueError
            If windows and recordings do not match or a parameter is out of its range.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import PSDDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
        >>> display = PSDDisplay.from_windows(real, synthetic)
        >>> display.ax_.get_xlabel()
        'frequency (Hz)'
        >>> plt.close(display.figure_)
        """
        check_number(n_bootstrap, name="n_bootstrap", low=1, integer=True)
        if not 0 < confidence < 1:
            raise ValueError(
                "The 'confidence' parameter must be a float in the range (0, 1). Got "
                f"{confidence!r} instead."
            )
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
        rng = check_random_state(random_state)
        levels = []
        for windows, groups, name in (
            (real, groups_real, "groups_real"),
            (synthetic, groups_synthetic, "groups_synthetic"),
        ):
            if groups is None:
                groups = np.arange(len(windows))
            units = np.unique(check_labels(groups, len(windows), name=name), return_inverse=True)[
                1
            ]
            sizes = np.bincount(units)
            params = {"sfreq": sfreq, "fmin": fmin, "fmax": fmax}
            freqs, mean = log_spectrum(windows, **params)
            parts = [
                log_spectrum(windows[units == unit], **params)[1] for unit in range(len(sizes))
            ]
            drawn = rng.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), n_bootstrap)
            weights = drawn * sizes
            means = weights @ np.mean(parts, axis=1) / weights.sum(axis=1, keepdims=True)
            tail = (1 - confidence) / 2
            level = np.vstack([mean.mean(axis=0), np.quantile(means, [tail, 1 - tail], axis=0)])
            levels.append(DECIBELS * level)
        return cls(freqs, *levels).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "PSDDisplay":
        """Draw the spectra.

        Parameters
        ----------
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : PSDDisplay
            The display itself.
        """
        self.ax_ = get_axes(ax)
        self.figure_ = self.ax_.figure
        self.lines_, self.intervals_ = [], []
        for name, color, (mean, low, high) in (
            ("real", REAL_COLOR, self.real),
            ("synthetic", SYNTHETIC_COLOR, self.synthetic),
        ):
            self.lines_ += self.ax_.plot(self.freqs, mean, color=color, label=name)
            self.intervals_.append(
                self.ax_.fill_between(self.freqs, low, high, color=color, alpha=0.25, linewidth=0)
            )
        self.ax_.set(xlabel="frequency (Hz)", ylabel="mean log spectrum (dB re 1 µV²/Hz)")
        self.ax_.spines[["top", "right"]].set_visible(False)
        self.ax_.margins(x=0)
        self.ax_.legend(loc="upper right", frameon=False)
        return self
