"""Windows real beside synthetic."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.metrics._check import check_number
from eegaug.plotting._axes import (
    REAL_COLOR,
    SYNTHETIC_COLOR,
    check_input,
    draw_pairs,
    get_axes,
    pick_channel,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["WindowsDisplay"]


class WindowsDisplay:
    """Real windows beside synthetic ones, from quiet to loud.

    Use `from_windows` to make one.

    Parameters
    ----------
    times : ndarray of shape (n_times,)
        Time in s.
    real, synthetic : ndarray of shape (n_windows, n_times)
        Traces, usually in µV.

    Attributes
    ----------
    ax_ : Axes
        The frame that was divided into panels.
    axes_ : ndarray of Axes of shape (n_windows, 2)
        Panels: real left, synthetic right.
    figure_ : Figure
        The figure.
    lines_ : ndarray of Line2D of shape (n_windows, 2)
        The traces.

    See Also
    --------
    NearestWindowsDisplay : Pairs that resemble each other most.
    """

    def __init__(self, times: NDArray, real: NDArray, synthetic: NDArray):
        self.times = times
        self.real = real
        self.synthetic = synthetic

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float = 173.61,
        n_windows: int = 4,
        channel: int = 0,
        ax: "Axes | None" = None,
    ) -> "WindowsDisplay":
        """Choose windows of either set and draw them.

        Parameters
        ----------
        X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
            Real windows.
        X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
            Synthetic windows.
        sfreq : float, default=173.61
            Sampling frequency in Hz.
        n_windows : int, default=4
            Number of rows. Each set gives the windows at evenly spaced ranks of its standard
            deviation, the quietest and the loudest left out: no choice by taste.
        channel : int, default=0
            Channel to draw.
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : WindowsDisplay
            The drawn display.

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
        >>> from eegaug.plotting import WindowsDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
        >>> display = WindowsDisplay.from_windows(real, synthetic)
        >>> display.axes_.shape
        (4, 2)
        >>> plt.close(display.figure_)
        """
        check_number(n_windows, name="n_windows", low=1, integer=True)
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
        n_windows = min(n_windows, len(real), len(synthetic))
        chosen = []
        for windows in (real, synthetic):
            traces = pick_channel(windows, channel)
            ranks = (np.arange(n_windows) + 0.5) / n_windows * len(traces)
            chosen.append(traces[traces.std(axis=1).argsort()[ranks.astype(int)]])
        return cls(np.arange(real.shape[2]) / sfreq, *chosen).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "WindowsDisplay":
        """Draw the windows.

        Parameters
        ----------
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : WindowsDisplay
            The display itself.
        """
        self.ax_ = get_axes(ax)
        self.figure_ = self.ax_.figure
        titles = {"real": REAL_COLOR, "synthetic": SYNTHETIC_COLOR}
        self.axes_, self.lines_ = draw_pairs(
            self.ax_, self.times, self.real, self.synthetic, titles=titles
        )
        return self
