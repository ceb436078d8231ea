"""The synthetic windows that come closest to training windows, beside those."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.neighbors import NearestNeighbors

from eegaug.metrics._check import check_number
from eegaug.metrics._embedding import embed
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

__all__ = ["NearestWindowsDisplay"]


class NearestWindowsDisplay:
    """The synthetic windows closest to any training window, and that window beside each.

    If a generator copies, it shows here first. Use `from_windows` to make one.

    Parameters
    ----------
    times : ndarray of shape (n_times,)
        Time in s.
    synthetic, training : ndarray of shape (n_windows, n_times)
        Traces, usually in µV, the closest pair first.
    correlation : ndarray of shape (n_windows,)
        Pearson's correlation of each pair over all channels.

    Attributes
    ----------
    ax_ : Axes
        The frame that was divided into panels.
    axes_ : ndarray of Axes of shape (n_windows, 2)
        Panels: synthetic left, training right.
    figure_ : Figure
        The figure.
    lines_ : ndarray of Line2D of shape (n_windows, 2)
        The traces.

    See Also
    --------
    eegaug.metrics.nearest_window_ratio_score : The same in one number.
    eegaug.metrics.membership_inference_attack : What an attack makes of it.
    """

    def __init__(
        self, times: NDArray, synthetic: NDArray, training: NDArray, correlation: NDArray
    ):
        self.times = times
        self.synthetic = synthetic
        self.training = training
        self.correlation = correlation

    @classmethod
    def from_windows(
        cls,
        X_train: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float = 173.61,
        n_windows: int = 3,
        channel: int = 0,
        ax: "Axes | None" = None,
    ) -> "NearestWindowsDisplay":
        """Find the closest pairs and draw them.

        Distances are those of the memory metrics: between windows at mean 0 and standard
        deviation 1, so that a copy is found at any gain. They are a correlation in other form.

        Parameters
        ----------
        X_train : array-like of shape (n_train, n_times) or (n_train, n_channels, n_times)
            The windows that the generator was trained on.
        X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
            Synthetic windows.
        sfreq : float, default=173.61
            Sampling frequency in Hz.
        n_windows : int, default=3
            Number of pairs.
        channel : int, default=0
            Channel to draw; all channels count for the distance.
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : NearestWindowsDisplay
            The drawn display.

        Raises
        ------
        ValueError
            If the windows do not match or a parameter is out of its range.
        ImportError
            If matplotlib is not installed.

        See Also
        --------
        eegaug.metrics.membership_inference_attack : Puts a number to it.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import NearestWindowsDisplay
        >>> train = np.random.default_rng(0).normal(size=(30, 178))
        >>> display = NearestWindowsDisplay.from_windows(train, 2 * train)
        >>> display.correlation.round(6)
        array([1., 1., 1.])
        >>> plt.close(display.figure_)
        """
        check_number(n_windows, name="n_windows", low=1, integer=True)
        train, synthetic = check_input(X_train, X_synthetic, sfreq)
        shapes, others = embed(train, "shape"), embed(synthetic, "shape")
        neighbours = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(shapes)
        distance, index = (found[:, 0] for found in neighbours.kneighbors(others))
        closest = distance.argsort(kind="stable")[:n_windows]
        pairs = shapes[index[closest]] * others[closest]
        return cls(
            np.arange(train.shape[2]) / sfreq,
            pick_channel(synthetic, channel)[closest],
            pick_channel(train, channel)[index[closest]],
            pairs.mean(axis=1),
        ).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "NearestWindowsDisplay":
        """Draw the pairs.

        Parameters
        ----------
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : NearestWindowsDisplay
            The display itself.
        """
        self.ax_ = get_axes(ax)
        self.figure_ = self.ax_.figure
        titles = {"synthetic": SYNTHETIC_COLOR, "nearest training": REAL_COLOR}
        self.axes_, self.lines_ = draw_pairs(
            self.ax_, self.times, self.synthetic, self.training, titles=titles
        )
        for panel, correlation in zip(self.axes_[:, 1], self.correlation, strict=True):
            panel.annotate(
                f"r = {correlation:.2f}",
                (1.02, 0.5),
                xycoords="axes fraction",
                rotation=270,
                ha="left",
                va="center",
                fontsize="small",
            )
        return self
