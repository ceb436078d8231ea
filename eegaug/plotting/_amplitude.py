"""How loud windows are."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.metrics._check import check_number
from eegaug.plotting._axes import REAL_COLOR, SYNTHETIC_COLOR, check_input, get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AmplitudeDisplay"]


class AmplitudeDisplay:
    """Distributions of the windows' standard deviation, real and synthetic.

    Use `from_windows` to make one.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Edges of the bins in the data's unit, usually µV, evenly spaced in logarithm.
    real, synthetic : ndarray of shape (n_bins,)
        Share of the windows in each bin, in per cent.

    Attributes
    ----------
    ax_ : Axes
        The axes.
    figure_ : Figure
        The figure.
    stairs_ : list of StepPatch
        Histograms, of the real windows first.

    See Also
    --------
    eegaug.metrics.amplitude_distance : The distance of the two.
    """

    def __init__(self, edges: NDArray, real: NDArray, synthetic: NDArray):
        self.edges = edges
        self.real = real
        self.synthetic = synthetic

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float = 173.61,
        n_bins: int = 20,
        ax: "Axes | None" = None,
    ) -> "AmplitudeDisplay":
        """Compute the distributions and draw them.

        Parameters
        ----------
        X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
            Real windows.
        X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
            Synthetic windows.
        sfreq : float, default=173.61
            Not used; here so that all displays are called alike.
        n_bins : int, default=20
            Number of bins.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : AmplitudeDisplay
            The drawn display. Each channel of a window counts for itself. A constant one has no
            place on a logarithmic scale and goes with the quietest.

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
        >>> from eegaug.plotting import AmplitudeDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
        >>> display = AmplitudeDisplay.from_windows(real, synthetic, n_bins=5)
        >>> display.real.shape, round(display.real.sum())
        ((5,), 100)
        >>> plt.close(display.figure_)
        """
        check_number(n_bins, name="n_bins", low=1, integer=True)
        spreads = [
            windows.std(axis=2).ravel() for windows in check_input(X_real, X_synthetic, sfreq)
        ]
        both = np.concatenate(spreads)
        quietest = both[both > 0].min() if (both > 0).any() else 1.0
        # A hair wider than the data, so that rounding leaves none outside.
        edges = np.geomspace(0.999 * quietest, 1.001 * max(both.max(), quietest), n_bins + 1)
        shares = [
            100 * np.histogram(np.maximum(spread, quietest), edges)[0] / len(spread)
            for spread in spreads
        ]
        return cls(edges, *shares).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "AmplitudeDisplay":
        """Draw the distributions.

        Parameters
        ----------
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : AmplitudeDisplay
            The display itself.
        """
        self.ax_ = get_axes(ax)
        self.figure_ = self.ax_.figure
        self.stairs_ = []
        for name, color, share in (
            ("real", REAL_COLOR, self.real),
            ("synthetic", SYNTHETIC_COLOR, self.synthetic),
        ):
            self.ax_.stairs(share, self.edges, fill=True, color=color, alpha=0.25)
            self.stairs_.append(self.ax_.stairs(share, self.edges, color=color, label=name))
        self.ax_.set(xscale="log", xlabel="standard deviation (µV)", ylabel="share of windows (%)")
        self.ax_.spines[["top", "right"]].set_visible(False)
        self.ax_.legend(loc="upper right", frameon=False)
        return self
