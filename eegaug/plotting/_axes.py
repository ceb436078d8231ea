"""What all displays share: checked input, axes to draw on, and the two colours."""

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.metrics._check import check_number, check_pair, check_sfreq

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "REAL_COLOR",
    "SYNTHETIC_COLOR",
    "check_input",
    "draw_pairs",
    "get_axes",
    "pick_channel",
    "split_axes",
]

# Blue and vermilion of Okabe and Ito, told apart with any colour vision.
REAL_COLOR, SYNTHETIC_COLOR = "#0072b2", "#d55e00"


def check_input(
    X_real: ArrayLike, X_synthetic: ArrayLike, sfreq: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two sets of finite windows that agree in channels and length, in the 3-D layout."""
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


def get_axes(ax: "Axes | None") -> "Axes":
    """Return the given axes, or those of a new figure."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "Plotting needs matplotlib. Install it with pip install 'eegaug[plot]'."
        ) from error
    return plt.subplots(layout="constrained")[1] if ax is None else ax


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
            "The 'ax' parameter must be axes of a grid, as plt.subplots makes them, for it is "
            "divided into panels. Got axes at a position of their own instead."
        )
    ax.set_axis_off()
    return place.subgridspec(n_rows, n_columns).subplots(
        sharex=sharex, sharey=sharey, squeeze=False
    )


def draw_pairs(
    ax: "Axes", times: NDArray, left: NDArray, right: NDArray, *, titles: dict[str, str]
) -> tuple[NDArray, NDArray]:
    """Draw traces in µV over time in s, a row a pair under two titles; a row shares its scale.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    times : ndarray of shape (n_times,)
        Time in s.
    left, right : ndarray of shape (n_rows, n_times)
        Traces.
    titles : dict of str to str
        Titles of the two columns, and the colour of each.

    Returns
    -------
    panels, lines : ndarray of shape (n_rows, 2)
        Axes and lines.
    """
    panels = split_axes(ax, len(left), 2, sharey="row")
    lines = np.empty(panels.shape, dtype=object)
    for row, traces in enumerate(zip(left, right, strict=True)):
        for column, (trace, color) in enumerate(zip(traces, titles.values(), strict=True)):
            panel = panels[row, column]
            (lines[row, column],) = panel.plot(times, trace, color=color, linewidth=0.9)
            panel.spines[["top", "right"]].set_visible(False)
            panel.margins(x=0)
        panels[row, 0].set_ylabel("µV")
    for panel, (title, color) in zip(panels[0], titles.items(), strict=True):
        panel.set_title(title, color=color)
    for panel in panels[-1]:
        panel.set_xlabel("time (s)")
    return panels, lines
