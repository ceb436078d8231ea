"""Windows as a set: how loud they are, and where they lie in an embedding."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

__all__ = ["AmplitudeDisplay", "EmbeddingDisplay"]


@dataclass(eq=False, repr=False)
class AmplitudeDisplay(Display):
    """Distributions of the windows' standard deviation, real and synthetic.

    Attributes
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Edges of the bins in the data's unit, usually µV, evenly spaced in logarithm.
    real, synthetic : ndarray of shape (n_bins,)
        Share of the windows in each bin, in per cent.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    stairs_ : list of StepPatch
        Histograms, of the real windows first.

    See Also
    --------
    eegaug.metrics.amplitude_distance : The distance of the two.
    """

    edges: NDArray
    real: NDArray
    synthetic: NDArray

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float | None = None,
        n_bins: int = 20,
        ax: "Axes | None" = None,
    ) -> "AmplitudeDisplay":
        """Compute the distributions and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
            Real and synthetic windows.
        sfreq : float or None, default=None
            Not used; here so that all displays are called alike.
        n_bins : int, default=20
            Number of bins.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : AmplitudeDisplay
            The drawn display. Each channel of a window counts for itself. A constant one has no
            place on a logarithmic scale and goes with the quietest.

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
        >>> from eegaug.plotting import AmplitudeDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
        >>> display = AmplitudeDisplay.from_windows(real, synthetic, n_bins=5)
        >>> display.real.shape, round(display.real.sum())
        ((5,), 100)
        >>> plt.close(display.figure_)
        """
        check_number(n_bins, name="n_bins", low=1, integer=True)
        spreads = [
            windows.std(axis=2).ravel() for windows in check_input(X_real, X_synthetic, sfreq)
        ]
        both = np.concatenate(spreads)
        quietest = both[both > 0].min() if (both > 0).any() else 1.0
        # A hair wider than the data, so that rounding leaves none outside.
        edges = np.geomspace(0.999 * quietest, 1.001 * max(both.max(), quietest), n_bins + 1)
        shares = [
            100 * np.histogram(np.maximum(spread, quietest), edges)[0] / len(spread)
            for spread in spreads
        ]
        return cls(edges, *shares).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.stairs_ = []
        for (name, color), share in zip(PAIR.items(), (self.real, self.synthetic), strict=True):
            ax.stairs(share, self.edges, fill=True, color=color, alpha=0.25)
            self.stairs_.append(ax.stairs(share, self.edges, color=color, label=name))
        ax.set(xscale="log", xlabel="standard deviation (µV)", ylabel="share of windows (%)")
        add_legend(ax)


@dataclass(eq=False, repr=False)
class EmbeddingDisplay(Display):
    """Real and synthetic windows in the plane in which a fixed embedding of both varies most.

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
