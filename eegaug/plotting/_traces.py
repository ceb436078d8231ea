"""Random real windows beside random synthetic ones."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from eegaug.metrics._check import check_number
from eegaug.plotting._base import PAIR, Display, check_input, pick_channel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["WindowsDisplay"]

# Space between traces, in widths of a trace, and between the two blocks.
GAP, BLOCK_GAP = 0.08, 0.2
INK = "#000000"


@dataclass(eq=False, repr=False)
class WindowsDisplay(Display):
    """Random real windows beside random synthetic ones, all on one scale.

    Attributes
    ----------
    traces : ndarray of shape (n_windows, n_times)
        What is drawn, row by row, usually in µV.
    is_synthetic : ndarray of bool of shape (n_windows,)
        Which of the traces are synthetic: the answer of a blinded display.
    n_columns : int
        Number of columns.
    blinded : bool, default=False
        Whether both kinds are mixed, numbered from 1 and drawn in one colour.
    sfreq : float or None, default=None
        Sampling frequency in Hz. None counts samples.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    lines_ : list of Line2D
        The traces.
    scale_ : float
        Height of a row in the data's unit, usually µV.

    See Also
    --------
    NearestWindowsDisplay : Pairs that resemble each other most.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("is_synthetic",)

    traces: NDArray
    is_synthetic: NDArray
    n_columns: int
    blinded: bool = False
    sfreq: float | None = None

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        n_rows: int = 3,
        n_columns: int = 4,
        blinded: bool = False,
        channel: int = 0,
        random_state: int | RandomState | None = 0,
        ax: "Axes | None" = None,
    ) -> "WindowsDisplay":
        """Draw windows of each set at random and plot them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Sampling frequency in Hz. None counts samples.
        n_rows, n_columns : int, default=3 and 4
            Rows, and columns of each set. A set with fewer windows gives fewer rows.
        blinded : bool, default=False
            Whether to mix real and synthetic traces in one colour, numbered from 1. Try to tell
            them apart before you look at `is_synthetic`.
        channel : int, default=0
            Channel to draw.
        random_state : int, RandomState instance or None, default=0
            Source of the draw and of the order.
        ax : Axes, default=None
            Where to draw; None makes a figure.

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
        >>> display = WindowsDisplay.from_windows(real, synthetic, sfreq=173.61, blinded=True)
        >>> display.traces.shape, int(display.is_synthetic.sum())
        ((24, 178), 12)
        >>> plt.close(display.figure_)
        """
        check_number(n_rows, name="n_rows", low=1, integer=True)
        check_number(n_columns, name="n_columns", low=1, integer=True)
        pair = check_input(X_real, X_synthetic, sfreq)
        rng = check_random_state(random_state)
        n_columns = min(n_columns, *map(len, pair))
        n_rows = min(n_rows, *(len(windows) // n_columns for windows in pair))
        drawn = [
            pick_channel(windows, channel)[rng.permutation(len(windows))[: n_rows * n_columns]]
            for windows in pair
        ]
        # Each row has real traces on the left and synthetic ones on the right.
        blocks = [block.reshape(n_rows, n_columns, -1) for block in drawn]
        traces = np.concatenate(blocks, axis=1).reshape(2 * n_rows * n_columns, -1)
        is_synthetic = np.tile(np.repeat([False, True], n_columns), n_rows)
        if blinded:
            order = rng.permutation(len(traces))
            traces, is_synthetic = traces[order], is_synthetic[order]
        return cls(traces, is_synthetic, 2 * n_columns, blinded, sfreq).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        n_times = self.traces.shape[1]
        centred = self.traces - self.traces.mean(axis=1, keepdims=True)
        # One scale for all. The loudest traces may reach into the rows beside them.
        scale = 1.2 * float(np.quantile(np.ptp(centred, axis=1), 0.9))
        self.scale_ = scale if scale > 0 else 1.0
        self.lines_ = []
        for place, (trace, synthetic) in enumerate(zip(centred, self.is_synthetic, strict=True)):
            row, column = divmod(place, self.n_columns)
            left = self._left(column)
            color = INK if self.blinded else PAIR["synthetic" if synthetic else "real"]
            self.lines_ += ax.plot(
                left + np.linspace(0, 1, n_times),
                trace / self.scale_ - row,
                color=color,
                linewidth=0.7,
            )
            if self.blinded:
                ax.text(left, 0.36 - row, str(place + 1), fontsize="x-small", color=INK)
        self._label(ax, len(self.traces) // self.n_columns, n_times)

    def _left(self, column: int) -> float:
        gap = 0 if self.blinded or column < self.n_columns // 2 else BLOCK_GAP
        return column * (1 + GAP) + gap

    def _label(self, ax: "Axes", n_rows: int, n_times: int) -> None:
        """Title the blocks and say how wide and how high a trace is."""
        if not self.blinded:
            half = self.n_columns // 2
            for start, (name, color) in zip((0, half), PAIR.items(), strict=True):
                middle = (self._left(start) + self._left(start + half - 1) + 1) / 2
                ax.text(middle, 0.55, name, color=color, ha="center", va="bottom")
        width = f"{n_times} samples" if self.sfreq is None else f"{n_times / self.sfreq:.3g} s"
        edge, base = -0.06, 0.75 - n_rows
        bar = _round_down(self.scale_ / 2)
        ax.plot([edge, edge], [base - bar / self.scale_, base], color=INK, linewidth=1.5)
        text = f"bar: {bar:g} µV; a trace lasts {width}"
        ax.text(edge, 0.15 - n_rows, text, fontsize="small", va="top")
        ax.set_ylim(-0.05 - n_rows, 0.85)
        ax.margins(x=0.01)
        ax.set_axis_off()


def _round_down(value: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above the value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(digit * power for digit in (1, 2, 5) if digit * power <= value * (1 + 1e-9)))
