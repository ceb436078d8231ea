"""Autocorrelation by lag, and mean spectrograms."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy import signal
from sklearn.utils import check_random_state

from eegaug.metrics._check import check_number
from eegaug.metrics._spectra import mean_autocorrelation
from eegaug.plotting._base import (
    PAIR,
    Display,
    add_legend,
    check_input,
    draw_band,
    recording_band,
    split_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AutocorrelationDisplay", "SpectrogramDisplay"]

# Hz; scalp EEG has little power above.
HIGHEST = 60.0
# Power relative to the mean that is added before the logarithm.
LEAST = 1e-6


@dataclass(eq=False, repr=False)
class AutocorrelationDisplay(Display):
    """Mean autocorrelation of real and synthetic windows, beside the band between recordings.

    Attributes
    ----------
    lags : ndarray of shape (n_lags,)
        Lags in s, or in samples where `sfreq` is None.
    real, synthetic : ndarray of shape (n_lags,)
        Mean over windows and channels.
    band : ndarray of shape (2, n_lags) or None
        The 5 % and 95 % quantiles of the means of single real recordings. None where
        `groups_real` was not given.
    sfreq : float or None, default=None
        Sampling frequency in Hz, if it is known.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    lines_ : list of Line2D
        Means, of the real windows first.

    See Also
    --------
    PSDDisplay : The same information in frequency.
    eegaug.metrics.autocorrelation_distance : The distance of the two.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("lags", "real", "synthetic", "band")

    lags: NDArray
    real: NDArray
    synthetic: NDArray
    band: NDArray | None
    sfreq: float | None = None

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        groups_real: ArrayLike | None = None,
        max_lag: float | None = None,
        ax: "Axes | None" = None,
    ) -> "AutocorrelationDisplay":
        """Compute the autocorrelation and draw it.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Sampling frequency in Hz. None counts lags in samples.
        groups_real : array-like of shape (n_samples,), default=None
            The recording of each real window. None draws no band.
        max_lag : float or None, default=None
            Longest lag in s, or in samples where `sfreq` is None. None takes half of the window.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : AutocorrelationDisplay
            The drawn display.

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
        >>> from eegaug.plotting import AutocorrelationDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 100))
        >>> display = AutocorrelationDisplay.from_windows(real, synthetic, sfreq=100, max_lag=0.2)
        >>> display.lags.shape, float(display.lags[-1])
        ((20,), 0.2)
        >>> plt.close(display.figure_)
        """
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
        rate = sfreq or 1.0
        if max_lag is None:
            max_lag = real.shape[2] / 2 / rate
        check_number(max_lag, name="max_lag", low=0, open_low=True)
        n_lags = min(real.shape[2] - 1, max(1, round(max_lag * rate)))

        def curve(windows: NDArray) -> NDArray:
            return mean_autocorrelation(windows, n_lags).mean(axis=0)

        band = recording_band(curve, real, groups_real)
        lags = np.arange(1, n_lags + 1) / rate
        return cls(lags, curve(real), curve(synthetic), band, sfreq).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        draw_band(ax, self.lags, self.band)
        self.lines_ = []
        for (name, color), curve in zip(PAIR.items(), (self.real, self.synthetic), strict=True):
            self.lines_ += ax.plot(self.lags, curve, color=color, label=name)
        unit = "samples" if self.sfreq is None else "s"
        ax.set(xlabel=f"lag ({unit})", ylabel="mean autocorrelation")
        ax.margins(x=0)
        add_legend(ax)


@dataclass(eq=False, repr=False)
class SpectrogramDisplay(Display):
    """Mean spectrogram of real windows beside that of synthetic ones, on one colour scale.

    Attributes
    ----------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz, up to 60, or in cycles/sample where `sfreq` is None.
    times : ndarray of shape (n_segments,)
        Middles of the segments in s, or in samples where `sfreq` is None.
    real, synthetic : ndarray of shape (n_freqs, n_segments)
        Power density in dB, averaged over windows and channels.
    sfreq : float or None, default=None
        Sampling frequency in Hz, if it is known.
    ax_, figure_ : Axes and Figure
        The frame that was divided into panels, and its figure.
    axes_ : ndarray of Axes of shape (2,)
        Panels: real left, synthetic right.
    images_ : list of AxesImage
        The spectrograms, of the real windows first.

    See Also
    --------
    PSDDisplay : The mean over time.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("freqs", "times", "real", "synthetic")

    freqs: NDArray
    times: NDArray
    real: NDArray
    synthetic: NDArray
    sfreq: float | None = None

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        max_windows: int = 200,
        random_state: int | RandomState | None = 0,
        ax: "Axes | None" = None,
    ) -> "SpectrogramDisplay":
        """Compute the spectrograms and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Sampling frequency in Hz. None counts frequencies in cycles/sample.
        max_windows : int, default=200
            Largest number of windows of either set, drawn at random.
        random_state : int, RandomState instance or None, default=0
            Source of the draw.
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : SpectrogramDisplay
            The drawn display. A segment is a quarter of the window under a Hann taper.

        Raises
        ------
        ValueError
            If the windows do not match or a parameter is out of its range.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import SpectrogramDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
        >>> display = SpectrogramDisplay.from_windows(real, synthetic, sfreq=173.61)
        >>> display.real.shape == (len(display.freqs), len(display.times))
        True
        >>> plt.close(display.figure_)
        """
        check_number(max_windows, name="max_windows", low=1, integer=True)
        rng = check_random_state(random_state)
        levels = []
        for windows in check_input(X_real, X_synthetic, sfreq):
            drawn = windows[rng.permutation(len(windows))[:max_windows]]
            n_segment = max(2, windows.shape[2] // 4)
            freqs, times, density = signal.spectrogram(
                drawn,
                fs=sfreq or 1.0,
                window="hann",
                nperseg=n_segment,
                noverlap=n_segment - max(1, n_segment // 4),
            )
            least = LEAST * density.mean() or np.finfo(float).tiny
            levels.append(10 * np.log10(density + least).mean(axis=(0, 1)))
        kept = freqs <= (HIGHEST if sfreq else 0.5)
        kept[:2] = True  # two frequencies at least
        return cls(freqs[kept], times, levels[0][kept], levels[1][kept], sfreq).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.axes_ = split_axes(ax, 1, 2, sharey="row")[0]
        both = np.concatenate([self.real, self.synthetic])
        half = self.times[:1]  # segments reach from the window's start to its end
        extent = (
            0.0,
            float(self.times[-1] + half[0]),
            float(self.freqs[0]),
            float(self.freqs[-1]),
        )
        self.images_ = []
        for panel, (name, color), levels in zip(
            self.axes_, PAIR.items(), (self.real, self.synthetic), strict=True
        ):
            image = panel.imshow(
                levels,
                origin="lower",
                aspect="auto",
                extent=extent,
                vmin=both.min(),
                vmax=both.max(),
            )
            self.images_.append(image)
            panel.set_title(name, color=color)
            panel.set_xlabel("sample" if self.sfreq is None else "time (s)")
        unit = "cycles/sample" if self.sfreq is None else "Hz"
        self.axes_[0].set_ylabel(f"frequency ({unit})")
        bar = self.figure_.colorbar(self.images_[0], ax=list(self.axes_), location="bottom")
        bar.set_label("mean power density (dB)")
