"""Windows as points in a plane."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.decomposition import PCA
from sklearn.utils import check_random_state

from eegaug.metrics._check import equal_numbers
from eegaug.metrics._embedding import Embedding, embed_together
from eegaug.plotting._axes import REAL_COLOR, SYNTHETIC_COLOR, check_input, get_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EmbeddingDisplay"]


class EmbeddingDisplay:
    """Real and synthetic windows in the plane in which a fixed embedding of both varies most.

    Use `from_windows` to make one.

    Parameters
    ----------
    real, synthetic : ndarray of shape (n_samples, 2)
        Principal components of the windows.
    explained_variance_ratio : ndarray of shape (2,)
        Share of the variance that each component holds.

    Attributes
    ----------
    ax_ : Axes
        The axes.
    figure_ : Figure
        The figure.
    points_ : list of PathCollection
        Points, of the real windows first.

    See Also
    --------
    eegaug.metrics.coverage_score : How much of the real cloud is met.
    eegaug.metrics.density_score : How deep in it the synthetic windows lie.
    """

    def __init__(self, real: NDArray, synthetic: NDArray, explained_variance_ratio: NDArray):
        self.real = real
        self.synthetic = synthetic
        self.explained_variance_ratio = explained_variance_ratio

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float = 173.61,
        embedding: Embedding = "kernels",
        max_points: int = 400,
        random_state: int | RandomState | None = 0,
        ax: "Axes | None" = None,
    ) -> "EmbeddingDisplay":
        """Embed the windows, find the plane and draw them.

        Parameters
        ----------
        X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
            Real windows.
        X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
            Synthetic windows.
        sfreq : float, default=173.61
            Not used; here so that all displays are called alike.
        embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
            As in `eegaug.metrics.density_score`. None of them is fitted to data.
        max_points : int, default=400
            Most windows of either set. As many of one as of the other are drawn, since the
            larger set would rule the plane and hide the smaller.
        random_state : int, RandomState instance or None, default=0
            Source of the draw.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : EmbeddingDisplay
            The drawn display.

        Raises
        ------
        ValueError
            If the windows do not match or are fewer than two.
        ImportError
            If matplotlib, or what the embedding needs, is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import EmbeddingDisplay
        >>> X = np.random.default_rng(0).normal(size=(50, 178))
        >>> display = EmbeddingDisplay.from_windows(X[:30], X[30:])
        >>> display.real.shape, display.synthetic.shape
        ((20, 2), (20, 2))
        >>> plt.close(display.figure_)
        """
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
        rng = check_random_state(random_state)
        n_points = min(len(real), len(synthetic), max_points)
        # A set is cut to size by drawing as many as from a stand-in of that size.
        size = np.empty(n_points)
        real, synthetic = (equal_numbers(each, size, rng)[0] for each in (real, synthetic))
        features = embed_together(real, synthetic, embedding=embedding)
        plane = PCA(n_components=2).fit(np.concatenate(features))
        points = [plane.transform(rows) for rows in features]
        return cls(points[0], points[1], plane.explained_variance_ratio_).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "EmbeddingDisplay":
        """Draw the points.

        Parameters
        ----------
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : EmbeddingDisplay
            The display itself.
        """
        self.ax_ = get_axes(ax)
        self.figure_ = self.ax_.figure
        self.points_ = [
            self.ax_.scatter(
                points[:, 0], points[:, 1], s=14, color=color, marker=marker, alpha=0.6, label=name
            )
            for name, color, marker, points in (
                ("real", REAL_COLOR, "o", self.real),
                ("synthetic", SYNTHETIC_COLOR, "^", self.synthetic),
            )
        ]
        first, second = 100 * self.explained_variance_ratio
        self.ax_.set(
            xlabel=f"component 1 ({first:.0f} % of variance)",
            ylabel=f"component 2 ({second:.0f} % of variance)",
        )
        self.ax_.spines[["top", "right"]].set_visible(False)
        self.ax_.legend(loc="upper right", frameon=False)
        return self
