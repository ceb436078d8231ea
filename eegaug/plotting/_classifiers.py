"""Scores of quick classifiers: gain by synthetic windows, and separation from real ones."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.plotting._base import PAIR, Display, add_legend, split_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["GainDisplay", "SeparationDisplay"]


@dataclass(eq=False, repr=False)
class GainDisplay(Display):
    """Score of a classifier without and with synthetic windows, and the difference.

    Attributes
    ----------
    without, augmented, difference : ndarray of shape (3,)
        Value, lower and upper end of its interval.
    score : str
        Name of the score.
    ax_, figure_ : Axes and Figure
        The frame that was divided into panels, and its figure.
    axes_ : ndarray of Axes of shape (2,)
        Scores above, the difference below.

    See Also
    --------
    eegaug.evaluation.compare_samplers : The honest test, with folds and several classifiers.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("without", "augmented", "difference")

    without: NDArray
    augmented: NDArray
    difference: NDArray
    score: str = "average precision"

    @classmethod
    def from_scores(
        cls,
        without: ArrayLike,
        augmented: ArrayLike,
        difference: ArrayLike,
        *,
        score: str = "average precision",
        ax: "Axes | None" = None,
    ) -> "GainDisplay":
        """Draw scores that were computed before.

        Parameters
        ----------
        without, augmented, difference : array-like of shape (3,)
            Value, lower and upper end of the interval: trained on real windows alone, on real
            and synthetic ones, and the second less the first.
        score : str, default="average precision"
            Name of the score.
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : GainDisplay
            The drawn display.

        Raises
        ------
        ValueError
            If one of the three does not hold three numbers.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> from eegaug.plotting import GainDisplay
        >>> display = GainDisplay.from_scores([0.7, 0.6, 0.8], [0.8, 0.7, 0.9], [0.1, 0, 0.2])
        >>> len(display.axes_)
        2
        >>> plt.close(display.figure_)
        """
        numbers = [np.asarray(each, float) for each in (without, augmented, difference)]
        if any(each.shape != (3,) for each in numbers):
            raise ValueError(
                "The 'without', 'augmented' and 'difference' parameters must hold a value and "
                f"the ends of its interval. Got the shapes {[each.shape for each in numbers]}; "
                "give three numbers for each."
            )
        return cls(numbers[0], numbers[1], numbers[2], score).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.axes_ = split_axes(ax, 2, sharex=False)[:, 0]
        rows = [("real and synthetic", self.augmented), ("real alone", self.without)]
        colors = (PAIR["synthetic"], PAIR["real"])
        for row, ((_, score), color) in enumerate(zip(rows, colors, strict=True)):
            _draw_interval(self.axes_[0], score, row, color)
        self.axes_[0].set_yticks([0, 1], [name for name, _ in rows])
        self.axes_[0].set_xlabel(self.score)
        _draw_interval(self.axes_[1], self.difference, 0, "#808080")
        self.axes_[1].axvline(0, color="#000000", linewidth=0.8)
        self.axes_[1].set_yticks([0], ["gain"])
        self.axes_[1].set_xlabel(f"difference of {self.score}")
        for panel in self.axes_:
            panel.spines[["top", "right", "left"]].set_visible(False)
            panel.margins(y=0.5)
            panel.locator_params(axis="x", nbins=4)


def _draw_interval(ax: "Axes", score: NDArray, row: int, color: str) -> None:
    ax.plot(score[1:], [row, row], color=color, linewidth=3, solid_capstyle="round")
    ax.plot(score[0], row, "o", color=color, markersize=8)


@dataclass(eq=False, repr=False)
class SeparationDisplay(Display):
    """How well a classifier separates synthetic windows, beside single real recordings.

    Attributes
    ----------
    recordings : ndarray of shape (n_recordings,)
        AUC with which a classifier separates each real recording from the others.
    synthetic : ndarray of shape (n_recordings,)
        AUC with which it separates as many synthetic windows from the same other recordings.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    points_ : list of PathCollection
        Points, of the real recordings first.

    See Also
    --------
    eegaug.metrics.discriminative_score : A classifier on all windows.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("recordings", "synthetic")

    recordings: NDArray
    synthetic: NDArray

    @classmethod
    def from_scores(
        cls, recordings: ArrayLike, synthetic: ArrayLike, *, ax: "Axes | None" = None
    ) -> "SeparationDisplay":
        """Draw areas under the ROC curve that were computed before.

        Parameters
        ----------
        recordings, synthetic : array-like of shape (n_recordings,)
            AUC of each real recording, and of synthetic windows in its place.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : SeparationDisplay
            The drawn display.

        Raises
        ------
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> from eegaug.plotting import SeparationDisplay
        >>> display = SeparationDisplay.from_scores([0.7, 0.8], [0.6, 0.55])
        >>> display.ax_.get_xlabel()
        'AUC of a linear classifier'
        >>> plt.close(display.figure_)
        """
        return cls(np.asarray(recordings, float), np.asarray(synthetic, float)).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.points_ = []
        names = {"a real recording": PAIR["real"], "synthetic windows": PAIR["synthetic"]}
        for row, ((name, color), values) in enumerate(
            zip(names.items(), (self.recordings, self.synthetic), strict=True)
        ):
            # Spread by rank, so that equal values stay visible.
            height = row + np.linspace(-0.25, 0.25, len(values))
            order = np.sort(values)
            self.points_.append(
                ax.scatter(order, height, s=16, color=color, alpha=0.6, label=name)
            )
            ax.plot([np.median(values)] * 2, [row - 0.35, row + 0.35], color=color, linewidth=2)
        ax.axvline(0.5, color="#000000", linewidth=0.8, linestyle=":")
        ax.set(xlabel="AUC of a linear classifier", yticks=[], ylim=(-0.6, 2.2))
        ax.set_xlim(min(0.4, ax.get_xlim()[0]), 1.02)
        add_legend(ax)
