"""Training curves."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from eegaug.plotting._axes import get_axes, split_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eegaug.over_sampling import GANOversampler

__all__ = ["HistoryDisplay"]

LOSSES = {"d_loss": "critic", "g_loss": "generator"}
# Not those that stand for real and synthetic elsewhere.
COLORS = ("#882255", "#117733")


class HistoryDisplay:
    """Losses and the monitor's findings over the steps of a training.

    Use `from_history` or `from_sampler` to make one.

    Parameters
    ----------
    history : DataFrame
        A row a check, with the columns step, d_loss and g_loss, one for each metric of the
        monitor (whose name ends in "_distance" or "_score"), and score, the mean of the
        metrics in units of their floors (lower is better).

    Attributes
    ----------
    ax_ : Axes
        The frame that was divided into panels.
    axes_ : ndarray of Axes of shape (n_panels,)
        Losses; below it, where the monitor measured anything, its findings.
    figure_ : Figure
        The figure.
    lines_ : list of Line2D
        The curves.

    See Also
    --------
    eegaug.GANOversampler : Has `history_` for each label.
    """

    def __init__(self, history: pd.DataFrame):
        self.history = history

    @classmethod
    def from_history(cls, history: pd.DataFrame, *, ax: "Axes | None" = None) -> "HistoryDisplay":
        """Draw the curves of one training.

        Parameters
        ----------
        history : DataFrame
            An entry of `GANOversampler.history_`.
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : HistoryDisplay
            The drawn display.

        Raises
        ------
        ValueError
            If a column is missing.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import pandas as pd
        >>> from eegaug.plotting import HistoryDisplay
        >>> history = pd.DataFrame(
        ...     {"step": [10, 20], "d_loss": [0.1, -1], "g_loss": [0, 0.5], "score": [3.0, 2.0]}
        ... )
        >>> display = HistoryDisplay.from_history(history)
        >>> [panel.get_ylabel() for panel in display.axes_]
        ['loss', 'monitor']
        >>> plt.close(display.figure_)
        """
        missing = {"step", *LOSSES} - set(history.columns)
        if missing:
            raise ValueError(
                f"history must have the columns step, {', '.join(LOSSES)}. Got a table without "
                f"{', '.join(sorted(missing))}."
            )
        return cls(history).plot(ax)

    @classmethod
    def from_sampler(
        cls, sampler: "GANOversampler", label: Hashable, *, ax: "Axes | None" = None
    ) -> "HistoryDisplay":
        """Draw the curves of one label's training.

        Parameters
        ----------
        sampler : GANOversampler
            After `fit_resample`.
        label : hashable
            A key of its `history_`.
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : HistoryDisplay
            The drawn display.

        Raises
        ------
        NotFittedError
            If `fit_resample` was not called before.
        ValueError
            If the label has no history.
        """
        check_is_fitted(sampler, "history_")
        if label not in sampler.history_:
            raise ValueError(
                f"The 'label' parameter must be one of the labels with a history, "
                f"{list(sampler.history_)}. Got {label!r} instead."
            )
        return cls.from_history(sampler.history_[label], ax=ax)

    def plot(self, ax: "Axes | None" = None) -> "HistoryDisplay":
        """Draw the curves.

        Parameters
        ----------
        ax : Axes, default=None
            Axes of a grid to divide into panels; None makes a figure.

        Returns
        -------
        display : HistoryDisplay
            The display itself.
        """
        history = self.history
        checks = [name for name in history if name.endswith(("_distance", "_score"))]
        has_monitor = bool(checks) or "score" in history
        self.ax_ = get_axes(ax)
        self.figure_ = self.ax_.figure
        self.axes_ = split_axes(self.ax_, 1 + has_monitor)[:, 0]
        self.lines_ = []
        for (column, name), color in zip(LOSSES.items(), COLORS, strict=True):
            self.lines_ += self.axes_[0].plot(
                history["step"], history[column], marker=".", color=color, label=name
            )
        self.axes_[0].set_ylabel("loss")
        if has_monitor:
            panel = self.axes_[1]
            for name in checks:
                self.lines_ += panel.plot(
                    history["step"],
                    history[name],
                    linewidth=0.9,
                    linestyle="--",
                    label=name.removesuffix("_distance").removesuffix("_score").replace("_", " "),
                )
            if "score" in history:
                self.lines_ += panel.plot(
                    history["step"],
                    history["score"],
                    marker=".",
                    color="#808000",
                    label="mean, in floors",
                )
            panel.set_ylabel("monitor")
        self.axes_[-1].set_xlabel("training step")
        for panel in self.axes_:
            panel.spines[["top", "right"]].set_visible(False)
            # Above the panel, where no curve can be.
            panel.legend(
                frameon=False,
                fontsize="small",
                ncols=2,
                loc="lower center",
                bbox_to_anchor=(0.5, 1),
            )
        return self
