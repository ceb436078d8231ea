"""Windows side by side: real and synthetic ones, and the most similar pairs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import pairwise_distances_argmin_min

from eegaug.metrics._check import check_number
from eegaug.metrics._embedding import embed
from eegaug.plotting._base import PAIR, Display, check_input, pick_channel, split_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["NearestWindowsDisplay", "WindowsDisplay"]


def _draw_traces(
    display: "WindowsDisplay | NearestWindowsDisplay",
    left: NDArray,
    right: NDArray,
    titles: dict[str, str],
) -> tuple[NDArray, NDArray]:
    """Draw a row for each pair under two titles with their colours; a row shares its scale."""
    times = np.arange(left.shape[1]) / (display.sfreq or 1)
    panels = split_axes(display.ax_, len(left), 2, sharey="row")
    lines = np.empty(panels.shape, dtype=object)
    for column, (traces, color) in enumerate(zip((left, right), titles.values(), strict=True)):
        for row, trace in enumerate(traces):
            (lines[row, column],) = panels[row, column].plot(
                times, trace, color=color, linewidth=0.9
            )
            panels[row, column].margins(x=0)
    for panel in panels[:, 0]:
        panel.set_ylabel("µV")
    for panel, (title, color) in zip(panels[0], titles.items(), strict=True):
        panel.set_title(title, color=color)
    for panel in panels[-1]:
        panel.set_xlabel("sample" if display.sfreq is None else "time (s)")
    return panels, lines


@dataclass(eq=False, repr=False)
class WindowsDisplay(Display):
    """Real windows beside synthetic ones, from quiet to loud.

    Attributes
    ----------
    real, synthetic : ndarray of shape (n_windows, n_times)
        Traces, usually in µV.
    sfreq : float or None, default=None
        Sampling frequency in Hz. None counts samples.
    ax_, figure_ : Axes and Figure
        The frame that was divided into panels, and its figure.
    axes_ : ndarray of Axes of shape (n_windows, 2)
        Panels: real left, synthetic right.
    lines_ : ndarray of Line2D of shape (n_windows, 2)
        The traces.

    See Also
    --------
    NearestWindowsDisplay : Pairs that resemble each other most.
    """

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
        n_windows: int = 4,
        channel: int = 0,
        ax: "Axes | None" = None,
    ) -> "WindowsDisplay":
        """Choose windows of either set and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Sampling frequency in Hz. None counts samples.
        n_windows : int, default=4
            Number of rows. Each set gives the windows at evenly spaced ranks of its standard
            deviation, without the quietest and the loudest: no choice by taste.
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
        >>> display = WindowsDisplay.from_windows(real, synthetic, sfreq=173.61)
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
        return cls(chosen[0], chosen[1], sfreq).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.axes_, self.lines_ = _draw_traces(self, self.real, self.synthetic, PAIR)


@dataclass(eq=False, repr=False)
class NearestWindowsDisplay(Display):
    """The synthetic windows closest to any training window, and that window beside each.

    If a generator copies, it shows here first.

    Attributes
    ----------
    synthetic, training : ndarray of shape (n_windows, n_times)
        Traces, usually in µV, the closest pair first.
    correlation : ndarray of shape (n_windows,)
        Pearson's correlation of each pair over all channels.
    sfreq : float or None, default=None
        Sampling frequency in Hz. None counts samples.
    ax_, figure_ : Axes and Figure
        The frame that was divided into panels, and its figure.
    axes_ : ndarray of Axes of shape (n_windows, 2)
        Panels: synthetic left, training right.
    lines_ : ndarray of Line2D of shape (n_windows, 2)
        The traces.

    See Also
    --------
    eegaug.metrics.nearest_window_ratio_score : The same in one number.
    eegaug.metrics.membership_inference_attack : Tests whether training windows are given away.
    """

    synthetic: NDArray
    training: NDArray
    correlation: NDArray
    sfreq: float | None = None

    @classmethod
    def from_windows(
        cls,
        X_train: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        n_windows: int = 3,
        channel: int = 0,
        ax: "Axes | None" = None,
    ) -> "NearestWindowsDisplay":
        """Find the closest pairs and draw them.

        Distances are those of `eegaug.metrics.nearest_window_ratio_score`: between windows at
        mean 0 and standard deviation 1, so that a copy is found at any gain. They are a
        correlation in other form.

        Parameters
        ----------
        X_train, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            The windows that the generator was trained on, and synthetic ones.
        sfreq : float or None, default=None
            Sampling frequency in Hz. None counts samples.
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

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import NearestWindowsDisplay
        >>> train = np.random.default_rng(0).normal(size=(30, 178))
        >>> display = NearestWindowsDisplay.from_windows(train, 2 * train, sfreq=173.61)
        >>> display.correlation.round(6)
        array([1., 1., 1.])
        >>> plt.close(display.figure_)
        """
        check_number(n_windows, name="n_windows", low=1, integer=True)
        train, synthetic = check_input(X_train, X_synthetic, sfreq)
        shapes, others = embed(train, "shape"), embed(synthetic, "shape")
        index, distance = pairwise_distances_argmin_min(others, shapes)
        closest = distance.argsort(kind="stable")[:n_windows]
        return cls(
            pick_channel(synthetic, channel)[closest],
            pick_channel(train, channel)[index[closest]],
            (shapes[index[closest]] * others[closest]).mean(axis=1),
            sfreq,
        ).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        titles = {"synthetic": PAIR["synthetic"], "nearest training": PAIR["real"]}
        self.axes_, self.lines_ = _draw_traces(self, self.synthetic, self.training, titles)
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
