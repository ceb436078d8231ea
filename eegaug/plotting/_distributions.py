"""Distributions of amplitude and line length over windows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.metrics._check import check_number
from eegaug.plotting._base import PAIR, Display, add_legend, check_input

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AmplitudeDisplay", "LineLengthDisplay"]


@dataclass(eq=False, repr=False)
class HistogramDisplay(Display):
    """Distributions of one number of each window and channel, real and synthetic."""

    NUMBERS: ClassVar[tuple[str, ...]] = ("edges", "real", "synthetic")
    AXIS: ClassVar[str]

    edges: NDArray
    real: NDArray
    synthetic: NDArray

    @staticmethod
    def _measure(windows: NDArray) -> NDArray:
        raise NotImplementedError

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        n_bins: int = 20,
        ax: "Axes | None" = None,
    ) -> Self:
        """Compute the distributions and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Not used; here so that all displays are called alike.
        n_bins : int, default=20
            Number of bins.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : AmplitudeDisplay or LineLengthDisplay
            The drawn display. Each channel of a window counts for itself. A constant one has no
            place on a logarithmic scale and goes with the lowest.

        Raises
        ------
        ValueError
            If the windows do not match or a parameter is out of its range.
        ImportError
            If matplotlib is not installed.
        """
        check_number(n_bins, name="n_bins", low=1, integer=True)
        values = [
            cls._measure(windows).ravel() for windows in check_input(X_real, X_synthetic, sfreq)
        ]
        both = np.concatenate(values)
        lowest = both[both > 0].min() if (both > 0).any() else 1.0
        # A hair wider than the data, so that rounding leaves none outside.
        edges = np.geomspace(0.999 * lowest, 1.001 * max(both.max(), lowest), n_bins + 1)
        shares = [
            100 * np.histogram(np.maximum(each, lowest), edges)[0] / len(each) for each in values
        ]
        return cls(edges, *shares).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.stairs_ = []
        for (name, color), share in zip(PAIR.items(), (self.real, self.synthetic), strict=True):
            ax.stairs(share, self.edges, fill=True, color=color, alpha=0.25)
            self.stairs_.append(ax.stairs(share, self.edges, color=color, label=name))
        ax.set(xscale="log", xlabel=self.AXIS, ylabel="share of windows (%)")
        add_legend(ax)


@dataclass(eq=False, repr=False)
class AmplitudeDisplay(HistogramDisplay):
    """Distributions of the windows' standard deviation, real and synthetic.

    Attributes
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Edges of the bins in the data's unit, usually µV, evenly spaced in logarithm.
    real, synthetic : ndarray of shape (n_bins,)
        Share of the windows in each bin, in per cent.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    stairs_ : list of StepPatch
        Histograms, of the real windows first.

    See Also
    --------
    LineLengthDisplay : The same of line length.
    eegaug.metrics.amplitude_distance : The distance of the two.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from eegaug.plotting import AmplitudeDisplay
    >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
    >>> display = AmplitudeDisplay.from_windows(real, synthetic, n_bins=5)
    >>> display.real.shape, round(display.real.sum())
    ((5,), 100)
    >>> plt.close(display.figure_)
    """

    AXIS: ClassVar[str] = "standard deviation (µV)"

    @staticmethod
    def _measure(windows: NDArray) -> NDArray:
        return windows.std(axis=2)


@dataclass(eq=False, repr=False)
class LineLengthDisplay(HistogramDisplay):
    """Distributions of the windows' line length, real and synthetic.

    Line length is the mean absolute difference between samples that follow each other.

    Attributes
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Edges of the bins in the data's unit per sample, usually µV, evenly spaced in logarithm.
    real, synthetic : ndarray of shape (n_bins,)
        Share of the windows in each bin, in per cent.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    stairs_ : list of StepPatch
        Histograms, of the real windows first.

    See Also
    --------
    AmplitudeDisplay : The same of amplitude.
    eegaug.metrics.line_length_distance : The distance of the two.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from eegaug.plotting import LineLengthDisplay
    >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
    >>> display = LineLengthDisplay.from_windows(real, synthetic)
    >>> display.ax_.get_xlabel()
    'line length (µV per sample)'
    >>> plt.close(display.figure_)
    """

    AXIS: ClassVar[str] = "line length (µV per sample)"

    @staticmethod
    def _measure(windows: NDArray) -> NDArray:
        return np.abs(np.diff(windows)).mean(axis=2)
