"""Distances between distributions of windows: sliced Wasserstein, kernel MMD and Fréchet."""

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import pdist
from scipy.stats import wasserstein_distance
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.utils import check_random_state, gen_batches

from eegaug.metrics._check import check_number, check_pair, equal_numbers
from eegaug.metrics._embedding import Embedding, embed_together

__all__ = ["frechet_distance", "mmd_distance", "sliced_wasserstein_distance"]

_BLOCK_VALUES = 4_000_000  # 32 MB of kernel values at a time
_MEDIAN_SAMPLES = 1000


def sliced_wasserstein_distance(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    n_projections: int = 128,
    random_state: int | RandomState | None = 0,
) -> float:
    """Compute the sliced Wasserstein distance of order 2 between the windows.

    Both sets are projected on random unit vectors of the space of flattened windows; in one
    dimension, and for equal sample numbers, the optimal transport pairs sorted values.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows. From the larger set as many are drawn as the smaller has.
    n_projections : int, default=128
        Number of random directions.
    random_state : int, RandomState instance or None, default=0
        Source of the directions and of the draw. A fixed default, so that two calls compare.

    Returns
    -------
    distance : float
        Root of the mean squared distance over directions, in the data's unit (µV).

    Raises
    ------
    ValueError
        If the windows do not match, are empty or not finite.

    See Also
    --------
    mmd_distance : By a kernel.
    frechet_distance : By mean and covariance alone.

    References
    ----------
    N. Bonneel, J. Rabin, G. Peyré, H. Pfister, "Sliced and Radon Wasserstein barycenters of
    measures", J. Math. Imaging Vis. 51, 22-45, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import sliced_wasserstein_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> sliced_wasserstein_distance(X, X)
    0.0
    >>> sliced_wasserstein_distance(X, X + 1) < sliced_wasserstein_distance(X, X + 2)
    True
    """
    check_number(n_projections, name="n_projections", low=1, integer=True)
    real, synthetic = check_pair(X_real, X_synthetic)
    rng = check_random_state(random_state)
    directions = rng.normal(size=(real[0].size, n_projections))
    directions /= np.linalg.norm(directions, axis=0)
    real, synthetic = equal_numbers(real, synthetic, rng)
    # Directions lead, so that each sort runs over contiguous memory.
    sorted_real = np.sort(directions.T @ real.reshape(len(real), -1).T, axis=1)
    sorted_synthetic = np.sort(directions.T @ synthetic.reshape(len(real), -1).T, axis=1)
    return float(np.sqrt(np.mean((sorted_real - sorted_synthetic) ** 2)))


def mmd_distance(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    embedding: Embedding = "kernels",
    random_state: int | RandomState | None = 0,
) -> float:
    """Compute the maximum mean discrepancy under a Gaussian kernel.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real windows, at least two, and synthetic ones. The kernel's width is the median distance
        between real windows (between 1,000 of them where there are more).
    embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
        Space of the kernel, as in `density_score`.
    random_state : int, RandomState instance or None, default=0
        Source of the draw for the median.

    Returns
    -------
    distance : float
        Root of the biased (V-statistic) estimate, which is never negative and 0 for equal sets;
        at most the root of 2.

    Raises
    ------
    ValueError
        If the windows do not match, are too few or not finite.

    See Also
    --------
    sliced_wasserstein_distance : By projections.
    frechet_distance : By mean and covariance alone.

    References
    ----------
    A. Gretton, K. M. Borgwardt, M. J. Rasch, B. Schölkopf, A. Smola, "A kernel two-sample
    test", J. Mach. Learn. Res. 13, 723-773, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import mmd_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> mmd_distance(X, X) < mmd_distance(X, 1.5 * X) < mmd_distance(X, 3 * X)
    True
    """
    real, synthetic = check_pair(X_real, X_synthetic)
    if len(real) < 2:
        raise ValueError("X_real must hold at least 2 windows. Got 1 instead.")
    real, synthetic = embed_together(real, synthetic, embedding=embedding)
    rng = check_random_state(random_state)
    width = np.median(pdist(real[rng.permutation(len(real))[:_MEDIAN_SAMPLES]]))
    gamma = 1 / (2 * width**2) if width > 0 else 1.0
    squared = (
        _kernel_mean(real, real, gamma)
        + _kernel_mean(synthetic, synthetic, gamma)
        - 2 * _kernel_mean(real, synthetic, gamma)
    )
    return float(np.sqrt(max(squared, 0.0)))


def frechet_distance(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    embedding: Embedding = "kernels",
    random_state: int | RandomState | None = 0,
) -> float:
    """Compute the Fréchet distance between Gaussians fitted to fixed features.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows, at least two of each. From the larger set as many windows
        are drawn as the smaller has, since the distance of few windows is biased upwards.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
        The features, as in `density_score`; no network is trained.
    random_state : int, RandomState instance or None, default=0
        Source of the draw.

    Returns
    -------
    distance : float
        Squared Fréchet distance, as in the FID of images, in units of the real features'
        variance. Compare values of equal sample numbers only.

    Raises
    ------
    ValueError
        If the windows do not match, are too few or not finite.
    ImportError
        If `embedding` is "catch22" and pycatch22 is not installed.

    See Also
    --------
    mmd_distance : By a kernel.
    sliced_wasserstein_distance : By projections.

    References
    ----------
    M. Heusel, H. Ramsauer, T. Unterthiner, B. Nessler, S. Hochreiter, "GANs trained by a two
    time-scale update rule converge to a local Nash equilibrium", NeurIPS 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import frechet_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> frechet_distance(X, X) < 1e-6 < frechet_distance(X, 2 * X)
    True
    """
    real, synthetic = check_pair(X_real, X_synthetic, min_samples=2)
    real, synthetic = equal_numbers(real, synthetic, check_random_state(random_state))
    real, synthetic = embed_together(real, synthetic, embedding=embedding)
    shift = real.mean(axis=0) - synthetic.mean(axis=0)
    root_real, trace_real = _covariance_root(real)
    root_synthetic, trace_synthetic = _covariance_root(synthetic)
    # The trace of the product's root is the nuclear norm of the roots' product.
    overlap = np.linalg.svd(root_real @ root_synthetic, compute_uv=False).sum()
    return float(max(shift @ shift + trace_real + trace_synthetic - 2 * overlap, 0.0))


def mean_wasserstein(first: NDArray, second: NDArray) -> float:
    """Average over columns the Wasserstein distance of order 1 in one dimension."""
    columns = zip(first.T, second.T, strict=True)
    return float(np.mean([wasserstein_distance(a, b) for a, b in columns]))


def _kernel_mean(first: NDArray, second: NDArray, gamma: float) -> float:
    block = max(1, _BLOCK_VALUES // len(second))
    rows = gen_batches(len(first), block)
    total = sum(rbf_kernel(first[batch], second, gamma=gamma).sum() for batch in rows)
    return total / (len(first) * len(second))


def _covariance_root(features: NDArray) -> tuple[NDArray, float]:
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(features, rowvar=False)))
    values = np.clip(values, 0, None)
    return (vectors * np.sqrt(values)) @ vectors.T, values.sum()
