"""Density and coverage of the neighbourhoods of real windows."""

from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import pairwise_distances_argmin_min
from sklearn.neighbors import NearestNeighbors

from eegaug.metrics._check import check_number, check_pair
from eegaug.metrics._embedding import Embedding, distances_by_row, embed_together

__all__ = [
    "coverage_score",
    "density_score",
]


def density_score(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    n_neighbors: int = 5,
    embedding: Embedding = "kernels",
) -> float:
    """Count in how many real windows' neighbourhoods a synthetic window lies.

    Parameters
    ----------
    X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
        Real windows, more than `n_neighbors`. Each has a ball around it that reaches to its
        `n_neighbors`-th nearest real neighbour.
    X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
        Synthetic windows.
    n_neighbors : int, default=5
        The k of the paper, and its value there.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
        Space in which distances are taken. "kernels" are fixed random convolutions and need
        no extra; "catch22" needs ``eegaug[metrics]``. "raw" takes the samples as they stand,
        so it also serves features of your own, of shape (n_samples, n_features). It is not the
        default because raw windows of one process are nearly orthogonal: a flat line is then
        nearer to every window than any other window is.

    Returns
    -------
    score : float
        Number of balls around a synthetic window over `n_neighbors`, averaged: about 1 for
        windows of the same distribution, 0 far from it. Exceeds 1 where the synthetic windows
        crowd the densest part.

    Raises
    ------
    ValueError
        If the windows do not match, are not finite, or are too few for `n_neighbors`.

    See Also
    --------
    coverage_score : The share of real windows that are met.

    References
    ----------
    M. F. Naeem, S. J. Oh, Y. Uh, Y. Choi, J. Yoo, "Reliable fidelity and diversity metrics for
    generative models", ICML 2020, arXiv:2002.09797.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import density_score
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 100))
    >>> density_score(X, 20 * rng.normal(size=(60, 100)))
    0.0
    """
    real, synthetic = _features(X_real, X_synthetic, n_neighbors, embedding)
    inside = _count_balls(real, _radii(real, n_neighbors), synthetic)
    return float(inside.mean() / n_neighbors)


def coverage_score(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    n_neighbors: int = 5,
    embedding: Embedding = "kernels",
) -> float:
    """Compute the share of real windows that have a synthetic window in their neighbourhood.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Windows, as in `density_score`.
    n_neighbors : int, default=5
        Which neighbour a neighbourhood reaches to.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
        Space in which distances are taken, as in `density_score`.

    Returns
    -------
    score : float
        Between 0 and 1. For equal distributions and sample numbers its expectation is about
        ``1 - 2 ** -n_neighbors``, that is .97.

    Raises
    ------
    ValueError
        If the windows do not match, are not finite, or are too few for `n_neighbors`.

    See Also
    --------
    density_score : How densely the synthetic windows lie among the real ones.

    References
    ----------
    M. F. Naeem et al., ICML 2020, arXiv:2002.09797, as in `density_score`.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import coverage_score
    >>> X = np.random.default_rng(0).normal(size=(60, 100))
    >>> coverage_score(X, X)
    1.0
    >>> coverage_score(X, X[:3]) < 0.5
    True
    """
    real, synthetic = _features(X_real, X_synthetic, n_neighbors, embedding)
    nearest = pairwise_distances_argmin_min(real, synthetic)[1]
    return float((nearest < _radii(real, n_neighbors)).mean())


def _features(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    n_neighbors: int,
    embedding: Embedding,
) -> tuple[NDArray, ...]:
    check_number(n_neighbors, name="n_neighbors", low=1, integer=True)
    real, synthetic = check_pair(X_real, X_synthetic)
    if len(real) <= n_neighbors:
        raise ValueError(
            f"X_real must hold at least n_neighbors + 1 = {n_neighbors + 1} windows. Got "
            f"{len(real)} instead; lower 'n_neighbors' or pass more windows."
        )
    return embed_together(real, synthetic, embedding=embedding)


def _radii(features: NDArray, n_neighbors: int) -> NDArray:
    neighbours = NearestNeighbors(n_neighbors=n_neighbors, algorithm="brute").fit(features)
    return neighbours.kneighbors()[0][:, -1]


def _count_balls(centres: NDArray, radii: NDArray, points: NDArray) -> NDArray:
    """Count for each point the balls around the centres that hold it."""
    return distances_by_row(
        points, centres, lambda distances, start: (distances < radii).sum(axis=1)
    )
