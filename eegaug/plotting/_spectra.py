"""Mean spectra beside the band between recordings, and power in the clinical bands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from eegaug.metrics._check import check_labels, check_number
from eegaug.plotting._base import (
    PAIR,
    Display,
    add_legend,
    check_input,
    draw_band,
    recording_band,
)
from eegaug.spectral import EEG_BANDS, band_power, log_periodograms

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BandPowerDisplay", "PSDDisplay"]

# Of a natural logarithm of power.
DECIBELS = 10 / np.log(10)


@dataclass(eq=False, repr=False)
class PSDDisplay(Display):
    """Mean log spectra with bootstrap intervals, beside the band between real recordings.

    Attributes
    ----------
    freqs : ndarray of shape (n_freqs,)
        Frequencies in Hz, or in cycles/sample where `sfreq` is None.
    real, synthetic : ndarray of shape (3, n_freqs)
        Mean, lower and upper end of the interval, in dB re 1 µV² per unit of frequency.
    sfreq : float or None, default=None
        Sampling frequency in Hz, if it is known.
    band : ndarray of shape (2, n_freqs) or None, default=None
        The 5 % and 95 % quantiles of the mean spectra of single real recordings, in dB. None
        where `groups_real` was not given.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    lines_ : list of Line2D
        Means, of the real windows first.
    intervals_ : list of FillBetweenPolyCollection
        Intervals, of the real windows first.

    See Also
    --------
    eegaug.metrics.psd_distance : The distance of the two.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("freqs", "real", "synthetic", "band")

    freqs: NDArray
    real: NDArray
    synthetic: NDArray
    sfreq: float | None = None
    band: NDArray | None = None

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        groups_real: ArrayLike | None = None,
        groups_synthetic: ArrayLike | None = None,
        fmin: float | None = None,
        fmax: float | None = None,
        n_bootstrap: int = 200,
        confidence: float = 0.95,
        random_state: int | RandomState | None = 0,
        ax: "Axes | None" = None,
    ) -> "PSDDisplay":
        """Compute the spectra and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Sampling frequency in Hz. None counts frequencies in cycles/sample.
        groups_real, groups_synthetic : array-like of shape (n_samples,), default=None
            The recording of each window: the unit of the bootstrap and of the band. None takes
            each window as a unit, which suits a generator's windows but makes the interval of
            real ones too narrow, and draws no band.
        fmin, fmax : float or None, default=None
            Range in Hz, or in cycles/sample where `sfreq` is None. None takes 1 and 60 Hz, or
            all frequencies but zero where `sfreq` is None.
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
        'frequency (cycles/sample)'
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
        levels, band = [], None
        for windows, groups, name in (
            (real, groups_real, "groups_real"),
            (synthetic, groups_synthetic, "groups_synthetic"),
        ):
            labels = np.arange(len(windows)) if groups is None else groups
            labels = check_labels(labels, len(windows), name=name)
            freqs, log_psd = log_periodograms(windows, sfreq=sfreq, fmin=fmin, fmax=fmax)
            rows = log_psd.mean(axis=1)
            mean, means = _bootstrap(rows, labels, n_bootstrap, rng)
            if windows is real:
                band = recording_band(lambda some: DECIBELS * some.mean(axis=0), rows, groups)
            tail = (1 - confidence) / 2
            level = np.vstack([mean, np.quantile(means, [tail, 1 - tail], axis=0)])
            levels.append(DECIBELS * level)
        return cls(freqs, levels[0], levels[1], sfreq, band).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.lines_, self.intervals_ = [], []
        draw_band(ax, self.freqs, self.band)
        for (name, color), (mean, low, high) in zip(
            PAIR.items(), (self.real, self.synthetic), strict=True
        ):
            self.lines_ += ax.plot(self.freqs, mean, color=color, label=name)
            self.intervals_.append(
                ax.fill_between(self.freqs, low, high, color=color, alpha=0.25, linewidth=0)
            )
        unit, density = (
            ("cycles/sample", "µV² per cycle/sample") if self.sfreq is None else ("Hz", "µV²/Hz")
        )
        ax.set(xlabel=f"frequency ({unit})", ylabel=f"mean log spectrum (dB re 1 {density})")
        ax.margins(x=0)
        add_legend(ax)


@dataclass(eq=False, repr=False)
class BandPowerDisplay(Display):
    """Distributions of the windows' power in each band, real beside synthetic.

    Attributes
    ----------
    bands : list of str
        Names of the bands.
    real, synthetic : ndarray of shape (n_samples, n_bands)
        Power of each window in dB re 1 µV².
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    boxes_ : list of dict
        What `Axes.boxplot` returned, for the real windows first: median, quartiles, and
        whiskers over the middle 95 %.

    See Also
    --------
    eegaug.metrics.band_power_distance : The distance of the two.
    """

    bands: list[str]
    real: NDArray
    synthetic: NDArray

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        bands: dict[str, tuple[float, float]] | None = None,
        ax: "Axes | None" = None,
    ) -> "BandPowerDisplay":
        """Compute the powers and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float
            Sampling frequency in Hz. It must be given, since the bands are in Hz.
        bands : dict of str to (float, float), default=None
            Lower and upper edge in Hz of each band; None takes `eegaug.spectral.EEG_BANDS`.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : BandPowerDisplay
            The drawn display. Each channel of a window counts for itself. Bands that hold no
            frequency of the window are left out. A millionth of the real windows' mean power is
            added, so that silence has a logarithm.

        Raises
        ------
        ValueError
            If `sfreq` is None, or the windows do not match or hold no frequency of any band.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import BandPowerDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
        >>> display = BandPowerDisplay.from_windows(real, synthetic, sfreq=173.61)
        >>> display.bands
        ['delta', 'theta', 'alpha', 'beta', 'gamma']
        >>> plt.close(display.figure_)
        """
        edges = EEG_BANDS if bands is None else bands
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
        powers = [
            band_power(windows, sfreq=sfreq, bands=edges).reshape(-1, len(edges))
            for windows in (real, synthetic)
        ]
        freqs = np.fft.rfftfreq(real.shape[2], 1 / (sfreq or 1))
        held = [bool(((freqs >= low) & (freqs < high)).any()) for low, high in edges.values()]
        if not any(held):
            raise ValueError(
                f"Windows of {real.shape[2]} samples at sfreq={sfreq} Hz hold no frequency of the "
                f"bands {', '.join(edges)}. Use longer windows or other bands."
            )
        powers = [power[:, held] for power in powers]
        least = 1e-6 * powers[0].mean() or 1e-6
        levels = [10 * np.log10(power + least) for power in powers]
        return cls([name for name, kept in zip(edges, held, strict=True) if kept], *levels).plot(
            ax
        )

    def _draw(self, ax: "Axes") -> None:
        places = np.arange(len(self.bands))
        self.boxes_ = []
        for (name, color), levels, side in zip(
            PAIR.items(), (self.real, self.synthetic), (-0.2, 0.2), strict=True
        ):
            line = {"color": color}
            boxes = ax.boxplot(
                levels,
                positions=places + side,
                widths=0.32,
                whis=(2.5, 97.5),
                showfliers=False,
                patch_artist=True,
                manage_ticks=False,
                boxprops={"facecolor": (color, 0.25), "edgecolor": color},
                medianprops=line,
                whiskerprops=line,
                capprops=line,
            )
            boxes["boxes"][0].set_label(name)
            self.boxes_.append(boxes)
        ax.set_xticks(places, self.bands)
        ax.set_ylabel("band power (dB re 1 µV²)")
        add_legend(ax)


def _bootstrap(
    values: NDArray, labels: NDArray, n_bootstrap: int, rng: RandomState
) -> tuple[NDArray, NDArray]:
    """Return the mean of the rows, and means of redrawn recordings, a row for each drawing."""
    units, sizes = np.unique(labels, return_inverse=True, return_counts=True)[1:]
    sums = np.stack([np.bincount(units, column) for column in values.T], axis=1)
    drawn = rng.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), n_bootstrap)
    return values.mean(axis=0), drawn @ sums / (drawn @ sizes)[:, np.newaxis]
