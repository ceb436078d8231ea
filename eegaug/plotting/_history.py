"""Training curves."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from eegaug.plotting._base import Display, split_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eegaug.over_sampling import GANOversampler

__all__ = ["COLUMNS", "HistoryDisplay"]

# Colours are not those of real and synthetic elsewhere.
LOSSES = {"d_loss": ("critic", "#882255"), "g_loss": ("generator", "#117733")}
COLUMNS = ("step", *LOSSES)


@dataclass(eq=False, repr=False)
class HistoryDisplay(Display):
    """Losses and the monitor's metrics over the steps of a training.

    Attributes
    ----------
    history : DataFrame
        A row a check, with the columns step, d_loss and g_loss, one for each metric of the
        monitor (whose name ends in "_distance" or "_score"), and score, the mean of the
        metrics in units of their real-vs-real references (lower is better).
    ax_, figure_ : Axes and Figure
        The frame that was divided into panels, and its figure.
    axes_ : ndarray of Axes of shape (n_panels,)
        Losses; below it, where the monitor measured anything, its metrics.
    lines_ : list of Line2D
        The curves.

    See Also
    --------
    eegaug.GANOversampler : Has `history_` for each label.
    """

    history: pd.DataFrame

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
        missing = set(COLUMNS) - set(history.columns)
        if missing:
            raise ValueError(
                f"history must have the columns {', '.join(COLUMNS)}. Got a table without "
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

    def _draw(self, ax: "Axes") -> None:
        curves: list[list[tuple[str, dict]]] = [
            [
                (column, {"label": name, "color": color, "marker": "."})
                for column, (name, color) in LOSSES.items()
            ],
            [
                (
                    column,
                    {
                        "label": column.rpartition("_")[0].replace("_", " "),
                        "linewidth": 0.9,
                        "linestyle": "--",
                    },
                )
                for column in self.history
                if column.endswith(("_distance", "_score"))
            ],
        ]
        if "score" in self.history:
            style = {"label": "mean ratio to real vs real", "color": "#808000", "marker": "."}
            curves[1].append(("score", style))
        drawn = [panel for panel in curves if panel]
        self.axes_ = split_axes(ax, len(drawn))[:, 0]
        self.lines_ = []
        for panel, columns, name in zip(self.axes_, drawn, ("loss", "monitor"), strict=False):
            for column, style in columns:
                self.lines_ += panel.plot(self.history["step"], self.history[column], **style)
            panel.set_ylabel(name)
            # Above the panel, where no curve can be.
            panel.legend(
                frameon=False,
                fontsize="small",
                ncols=2,
                loc="lower center",
                bbox_to_anchor=(0.5, 1),
            )
        self.axes_[-1].set_xlabel("training step")
