"""Whether synthetic windows give away the windows that a generator was trained on."""

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import pairwise_distances_chunked
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_random_state

from eegaug.metrics._check import check_labels, check_number, check_pair
from eegaug.metrics._embedding import Embedding, embed_together

__all__ = [
    "MembershipInferenceResult",
    "membership_inference_attack",
    "nearest_window_ratio_score",
]

_CHUNK_MEGABYTES = 64


def nearest_window_ratio_score(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    X_holdout: ArrayLike,
    embedding: Embedding = "shape",
) -> float:
    """Compare how near synthetic and held-out windows come to the training windows.

    Parameters
    ----------
    X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
        The windows that the generator was trained on, all of them.
    X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
        Synthetic windows.
    X_holdout : array-like of shape (n_holdout, n_times) or (n_holdout, n_channels, n_times)
        Real windows that the generator never saw, of other recordings than `X_real`.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="shape"
        Space of the distances. "shape" sets each window to mean 0 and standard deviation 1: a
        copy is found at any gain, and a quiet window is not taken for a copy.

    Returns
    -------
    score : float
        Mean distance from a synthetic window to its nearest training window over that of a
        held-out window, at most 1: synthetic windows no nearer than held-out ones. 0 for exact
        copies. The score is cut at 1 because lying farther away is no merit (the distances
        tell of that).

    Raises
    ------
    ValueError
        If the windows do not match, are empty or not finite, or every held-out window is also
        a training window.

    See Also
    --------
    membership_inference_attack : Finds memory that this ratio passes over.

    Notes
    -----
    Neighbours are sought in chunks; no full matrix is held for 50,000 windows a side.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import nearest_window_ratio_score
    >>> rng = np.random.default_rng(0)
    >>> train, holdout = rng.normal(size=(2, 50, 100))
    >>> nearest_window_ratio_score(train, 2 * train, X_holdout=holdout) < 1e-6
    True
    """
    train, synthetic = check_pair(X_real, X_synthetic)
    _, holdout = check_pair(X_real, X_holdout, names=("X_real", "X_holdout"))
    train, synthetic, holdout = embed_together(train, synthetic, holdout, embedding=embedding)
    neighbours = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(train)
    expected = neighbours.kneighbors(holdout)[0].mean()
    if expected == 0:
        raise ValueError(
            "X_holdout must hold windows that are not in X_real. Got copies alone instead."
        )
    return float(min(1.0, neighbours.kneighbors(synthetic)[0].mean() / expected))


@dataclass(frozen=True)
class MembershipInferenceResult:
    """What a membership inference attack found.

    Attributes
    ----------
    auc : float
        Area under the ROC curve of telling training from held-out windows by the synthetic
        windows: 0.5 if they give nothing away, 1 if each training window is betrayed.
    low, high : float
        Ends of the bootstrap interval.
    p_value : float
        Share of the random exchanges of training and held-out recordings that reach `auc`.
    flagged : bool
        Whether the whole interval lies above 0.5 and the p-value is at most
        ``(1 - confidence) / 2``. A bootstrap of few recordings is too narrow, the exchange is
        exact; it can flag nothing where fewer than four recordings stand on either side.

    See Also
    --------
    membership_inference_attack : Makes it.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import membership_inference_attack
    >>> X_train, X_holdout = np.random.default_rng(0).normal(size=(2, 20, 64))
    >>> result = membership_inference_attack(X_train, X_holdout, X_train, n_bootstrap=50)
    >>> result.auc, result.flagged
    (1.0, True)
    """

    auc: float
    low: float
    high: float
    p_value: float
    flagged: bool


def membership_inference_attack(
    X_train: ArrayLike,
    X_holdout: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    groups_train: ArrayLike | None = None,
    groups_holdout: ArrayLike | None = None,
    embedding: Embedding = "shape",
    n_bootstrap: int = 500,
    confidence: float = 0.95,
    random_state: int | RandomState | None = 0,
) -> MembershipInferenceResult:
    """Try to tell a generator's training windows from held-out ones by what it made.

    A real window is suspected the more, the nearer it lies to a synthetic window compared with
    its nearest real window of another recording. That comparison, the attack's calibration,
    takes out that some windows are near to everything.

    Parameters
    ----------
    X_train : array-like of shape (n_train, n_times) or (n_train, n_channels, n_times)
        The windows that the generator was trained on, all of them.
    X_holdout : array-like of shape (n_holdout, n_times) or (n_holdout, n_channels, n_times)
        Real windows that the generator never saw, of other recordings than `X_train`.
    X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
        Synthetic windows.
    groups_train, groups_holdout : array-like of shape (n_samples,), default=None
        The recording of each window. Windows of a recording are alike, so without it (each
        window for itself) the interval is too narrow.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="shape"
        Space of the distances, as in `nearest_window_ratio_score`.
    n_bootstrap : int, default=500
        Number of resamplings, with replacement, of recordings in either set, and of exchanges
        between the sets.
    confidence : float, default=0.95
        Share of the resamplings that the interval holds.
    random_state : int, RandomState instance or None, default=0
        Source of the resampling.

    Returns
    -------
    result : MembershipInferenceResult
        With `auc`, `low`, `high`, `p_value` and `flagged`.

    Raises
    ------
    ValueError
        If the windows do not match, are fewer than two or not finite, groups are given for one
        side alone, hold fewer than two recordings a side, or share a recording.

    See Also
    --------
    nearest_window_ratio_score : A ratio of distances.

    Notes
    -----
    Distances are taken in chunks of 64 MB; no full matrix is held for 50,000 windows a side.
    The area under the curve is an average over training windows: copies of a tenth of them hardly
    move it. An attack that finds nothing proves nothing about stronger ones.

    References
    ----------
    L. Watson, C. Guo, G. Cormode, A. Sablayrolles, "On the importance of difficulty calibration
    in membership inference attacks", ICLR 2022, arXiv:2111.08440.

    B. van Breugel, H. Sun, Z. Qian, M. van der Schaar, "Membership inference attacks against
    synthetic data through overfitting detection", AISTATS 2023, arXiv:2302.12580.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import membership_inference_attack
    >>> rng = np.random.default_rng(0)
    >>> train, holdout = rng.normal(size=(2, 40, 100))
    >>> result = membership_inference_attack(train, holdout, 2 * train)
    >>> result.auc, result.flagged
    (1.0, True)
    """
    check_number(n_bootstrap, name="n_bootstrap", low=1, integer=True)
    if not 0 < confidence < 1:
        raise ValueError(
            f"The 'confidence' parameter must be a float in the range (0, 1). Got {confidence!r} "
            "instead."
        )
    names = ("X_train", "X_holdout")
    train, holdout = check_pair(X_train, X_holdout, min_samples=2, names=names)
    _, synthetic = check_pair(train, X_synthetic, names=("X_train", "X_synthetic"))
    groups = _group_codes(groups_train, groups_holdout, len(train), len(holdout))

    train, holdout, synthetic = embed_together(train, holdout, synthetic, embedding=embedding)
    pool = np.concatenate([train, holdout])
    to_synthetic = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(synthetic)
    near_synthetic = to_synthetic.kneighbors(pool)[0][:, 0]
    near_real = _nearest_of_other_group(pool, groups)
    # A ratio in all but form: this one is 0, not undefined, where both distances are 0.
    total = near_real + near_synthetic
    suspicion = (near_real - near_synthetic) / np.where(total > 0, total, 1.0)

    rank = np.unique(suspicion, return_inverse=True)[1]
    n_groups = groups.max() + 1
    n_first = groups[: len(train)].max() + 1
    first = np.arange(n_groups) < n_first
    rng = check_random_state(random_state)
    resampled, permuted = [], []
    for _ in range(n_bootstrap):
        sizes = (n_first, n_groups - n_first)
        drawn = np.concatenate([rng.multinomial(n, np.full(n, 1 / n)) for n in sizes])
        resampled.append(_weighted_auc(rank, drawn[groups], first[groups]))
        permuted.append(_weighted_auc(rank, np.ones(len(rank)), rng.permutation(first)[groups]))
    auc = _weighted_auc(rank, np.ones(len(rank)), first[groups])
    low, high = np.quantile(resampled, [(1 - confidence) / 2, (1 + confidence) / 2])
    # The rounding of sums must not tell apart what is equal.
    p_value = (1 + np.sum(np.array(permuted) >= auc - 1e-9)) / (n_bootstrap + 1)
    flagged = low > 0.5 and p_value <= (1 - confidence) / 2
    return MembershipInferenceResult(
        float(auc), float(low), float(high), float(p_value), bool(flagged)
    )


def _weighted_auc(rank: NDArray, weights: NDArray, positive: NDArray[np.bool_]) -> float:
    """Compute the area under the ROC curve; a sort for each resampling would take too long."""
    gain, loss = np.where(positive, weights, 0.0), np.where(positive, 0.0, weights)
    at_rank = np.bincount(rank, loss)
    below = np.cumsum(at_rank) - at_rank / 2
    return gain @ below[rank] / (gain.sum() * loss.sum())


def _group_codes(
    groups_train: ArrayLike | None, groups_holdout: ArrayLike | None, n_train: int, n_holdout: int
) -> NDArray[np.intp]:
    """Give recordings numbers from 0, those of the training windows first."""
    if (groups_train is None) != (groups_holdout is None):
        raise ValueError("groups_train and groups_holdout must be given together or not at all.")
    if groups_train is None or groups_holdout is None:
        return np.arange(n_train + n_holdout)
    first = check_labels(groups_train, n_train, name="groups_train")
    second = check_labels(groups_holdout, n_holdout, name="groups_holdout")
    if shared := sorted(set(first.tolist()) & set(second.tolist()), key=str):
        raise ValueError(
            f"groups_train and groups_holdout must not share a recording. Got {shared[:3]} in "
            "both; hold out whole recordings."
        )
    names_first, codes_first = np.unique(first, return_inverse=True)
    names_second, codes_second = np.unique(second, return_inverse=True)
    for name, recordings in (("train", names_first), ("holdout", names_second)):
        if len(recordings) < 2:
            raise ValueError(f"groups_{name} must hold at least 2 recordings. Got 1 instead.")
    return np.concatenate([codes_first, len(names_first) + codes_second])


def _nearest_of_other_group(features: NDArray, groups: NDArray) -> NDArray:
    def reduce(distances: NDArray, start: int) -> NDArray:
        own = groups[start : start + len(distances), np.newaxis] == groups
        return np.where(own, np.inf, distances).min(axis=1)

    chunks = pairwise_distances_chunked(
        features, reduce_func=reduce, working_memory=_CHUNK_MEGABYTES
    )
    return np.concatenate(list(chunks))
