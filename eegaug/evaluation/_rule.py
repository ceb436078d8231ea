"""The rule that decides between a candidate and "none"."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["choose", "needed_difference", "standard_error"]


def choose(scores: NDArray, *, min_gain: float, n_standard_errors: float) -> int:
    """Return the best row that exceeds the first by more than its noise, else 0."""
    differences = scores - scores[0]
    errors = standard_error(differences)
    needed = needed_difference(errors, min_gain=min_gain, n_standard_errors=n_standard_errors)
    mean = differences.mean(axis=1)
    return int(np.argmax(np.where(mean > needed, mean, 0.0)))


def needed_difference(
    errors: NDArray, *, min_gain: float, n_standard_errors: float
) -> NDArray[np.float64]:
    """Return the mean difference that each candidate must exceed, given its standard error."""
    # 0 times the infinite error of a single fold is NaN.
    noise = n_standard_errors * errors if n_standard_errors else np.zeros_like(errors)
    return np.maximum(min_gain, noise)


def standard_error(differences: NDArray) -> NDArray[np.float64]:
    """Return the standard error of the mean of each row; infinite for a single fold."""
    n_folds = differences.shape[1]
    if n_folds < 2:
        return np.full(len(differences), np.inf)
    return differences.std(axis=1, ddof=1) / np.sqrt(n_folds)
