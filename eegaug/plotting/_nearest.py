"""The synthetic windows that are nearest to training windows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import pairwise_distances_argmin_min

from eegaug.metrics._check import check_number
from eegaug.metrics._embedding import embed
from eegaug.plotting._base import PAIR, Display, check_input, pick_channel, split_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["NearestWindowsDisplay"]


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

    NUMBERS: ClassVar[tuple[str, ...]] = ("correlation",)

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
        times = np.arange(self.synthetic.shape[1]) / (self.sfreq or 1)
        self.axes_ = split_axes(ax, len(self.synthetic), 2, sharey="row")
        self.lines_ = np.empty(self.axes_.shape, dtype=object)
        for column, (traces, (title, color)) in enumerate(
            zip((self.synthetic, self.training), titles.items(), strict=True)
        ):
            self.axes_[0, column].set_title(title, color=color)
            self.axes_[-1, column].set_xlabel("sample" if self.sfreq is None else "time (s)")
            for row, trace in enumerate(traces):
                panel = self.axes_[row, column]
                (self.lines_[row, column],) = panel.plot(times, trace, color=color, linewidth=0.9)
                panel.margins(x=0)
        for panel in self.axes_[:, 0]:
            panel.set_ylabel("µV")
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
