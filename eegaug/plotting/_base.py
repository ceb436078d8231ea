"""Shared by all displays: checked input, axes to draw on, two colours and one look."""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.metrics._check import check_labels, check_number, check_pair, check_sfreq

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "PAIR",
    "Display",
    "add_legend",
    "check_input",
    "draw_band",
    "import_pyplot",
    "pick_channel",
    "recording_band",
    "split_axes",
]

#: Names and colours: blue and vermilion of Okabe and Ito, which any colour vision tells apart.
PAIR = {"real": "#0072b2", "synthetic": "#d55e00"}


class Display:
    """A figure that a class method of the subclass computes and `_draw` draws."""

    #: Attributes with the numbers of the figure, none of which is a window.
    NUMBERS: ClassVar[tuple[str, ...]] = ()

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : Axes, default=None
            Where to draw; None makes a figure. A display of several panels divides the axes,
            which must then be of a grid, as ``plt.subplots`` makes them.

        Returns
        -------
        display : Display
            The display itself.
        """
        plt = import_pyplot()
        self.ax_: Axes = plt.subplots(layout="constrained")[1] if ax is None else ax
        self.figure_ = self.ax_.figure
        self._draw(self.ax_)
        return self

    def _draw(self, ax: "Axes") -> None:
        raise NotImplementedError


def import_pyplot() -> ModuleType:
    """Return matplotlib.pyplot, or name the extra that has it."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "Figures need matplotlib. Install it with pip install 'eegaug[plot]'."
        ) from error
    return plt


def check_input(
    X_real: ArrayLike, X_synthetic: ArrayLike, sfreq: float | None
) -> tuple[NDArray, NDArray]:
    """Return two sets of finite 3-D windows that agree in channels and length."""
    check_sfreq(sfreq)
    return check_pair(X_real, X_synthetic, min_times=2)


def pick_channel(windows: NDArray, channel: int) -> NDArray:
    """Return the traces of one channel."""
    check_number(channel, name="channel", low=0, integer=True)
    if channel >= windows.shape[1]:
        raise ValueError(
            f"The 'channel' parameter must be less than the number of channels, "
            f"{windows.shape[1]}. Got {channel!r} instead."
        )
    return windows[:, channel]


def recording_band(
    means_of: Callable[[NDArray], NDArray], windows: NDArray, groups: ArrayLike | None
) -> NDArray | None:
    """Return the 5 % and 95 % quantiles over recordings of each recording's mean curve."""
    if groups is None:
        return None
    labels = check_labels(groups, len(windows), name="groups_real")
    curves = [means_of(windows[labels == label]) for label in np.unique(labels)]
    return np.quantile(curves, [0.05, 0.95], axis=0)


def draw_band(ax: "Axes", x: NDArray, band: NDArray | None) -> None:
    """Draw the band between recordings, where it is known."""
    if band is not None:
        label = "middle 90 % of real recordings"
        ax.fill_between(x, *band, color="#808080", alpha=0.25, linewidth=0, label=label)


def add_legend(ax: "Axes") -> None:
    """Add a legend at a fixed place and take off the frame."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="upper right", frameon=False)


def split_axes(
    ax: "Axes",
    n_rows: int,
    n_columns: int = 1,
    *,
    sharex: bool = True,
    sharey: 'bool | Literal["row"]' = False,
) -> NDArray:
    """Put a grid of axes in the place of one, which stays as an empty frame."""
    place = ax.get_subplotspec()
    if place is None:
        raise ValueError(
            "The 'ax' parameter must be axes of a grid, as plt.subplots makes them, since it is "
            "divided into panels. Got axes at a position of their own instead."
        )
    ax.set_axis_off()
    panels = place.subgridspec(n_rows, n_columns).subplots(
        sharex=sharex, sharey=sharey, squeeze=False
    )
    for panel in panels.flat:
        panel.spines[["top", "right"]].set_visible(False)
    return panels
