"""Where real and synthetic windows lie in an embedding."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.decomposition import PCA
from sklearn.utils import check_random_state

from eegaug.metrics._check import check_number
from eegaug.metrics._embedding import Embedding, embed_together
from eegaug.plotting._base import PAIR, Display, add_legend, check_input

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EmbeddingDisplay"]


@dataclass(eq=False, repr=False)
class EmbeddingDisplay(Display):
    """Real and synthetic windows in the plane of largest variance of a fixed embedding.

    Attributes
    ----------
    real, synthetic : ndarray of shape (n_samples, 2)
        Principal components of the windows.
    explained_variance_ratio : ndarray of shape (2,)
        Share of the variance that each component holds.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    points_ : list of PathCollection
        Points, of the real windows first.

    See Also
    --------
    eegaug.metrics.coverage_score : Share of the real windows that synthetic ones come near to.
    eegaug.metrics.density_score : How deep in the real cloud the synthetic windows lie.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("explained_variance_ratio",)

    real: NDArray
    synthetic: NDArray
    explained_variance_ratio: NDArray

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        embedding: Embedding = "kernels",
        max_points: int = 400,
        random_state: int | RandomState | None = 0,
        ax: "Axes | None" = None,
    ) -> "EmbeddingDisplay":
        """Embed the windows, find the plane and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Not used; here so that all displays are called alike.
        embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
            As in `eegaug.metrics.density_score`. None of them is fitted to data.
        max_points : int, default=400
            Largest number of windows of either set. As many of one as of the other are drawn,
            since the larger set would decide the plane and hide the smaller.
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
            If the windows do not match or a parameter is out of its range.
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
        check_number(max_points, name="max_points", low=1, integer=True)
        pair = check_input(X_real, X_synthetic, sfreq)
        rng = check_random_state(random_state)
        n_points = min(*map(len, pair), max_points)
        drawn = [windows[rng.permutation(len(windows))[:n_points]] for windows in pair]
        features = embed_together(*drawn, embedding=embedding)
        plane = PCA(n_components=2).fit(np.concatenate(features))
        real, synthetic = (plane.transform(rows) for rows in features)
        return cls(real, synthetic, plane.explained_variance_ratio_).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.points_ = [
            ax.scatter(
                points[:, 0], points[:, 1], s=14, color=color, marker=marker, alpha=0.6, label=name
            )
            for (name, color), points, marker in zip(
                PAIR.items(), (self.real, self.synthetic), "o^", strict=True
            )
        ]
        first, second = 100 * self.explained_variance_ratio
        ax.set(
            xlabel=f"component 1 ({first:.0f} % of variance)",
            ylabel=f"component 2 ({second:.0f} % of variance)",
        )
        add_legend(ax)
