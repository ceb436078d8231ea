"""One resampling, with recordings for the samplers that take them."""

import inspect
from typing import Any

from numpy.typing import NDArray

__all__ = ["resample", "takes_groups"]


def takes_groups(sampler: Any) -> bool:
    """Tell whether a sampler's `fit_resample` has a parameter `groups`.

    Parameters
    ----------
    sampler : sampler or None
        None takes nothing.

    Returns
    -------
    takes_groups : bool
        By its signature, so that nothing need be requested or switched on beforehand.
    """
    if sampler is None:
        return False
    return "groups" in inspect.signature(sampler.fit_resample).parameters


def resample(sampler: Any, X: Any, y: NDArray, groups: NDArray | None) -> tuple[Any, NDArray]:
    """Resample windows, and hand over their recordings where the sampler takes them.

    Parameters
    ----------
    sampler : sampler
        It is fitted.
    X : array-like, DataFrame or sparse matrix of shape (n_samples, ...)
        Training windows.
    y : ndarray of shape (n_samples,)
        Their labels.
    groups : ndarray of shape (n_samples,) or None
        Their recordings.

    Returns
    -------
    X_resampled : array-like, DataFrame or sparse matrix of shape (n_samples_new, ...)
        As the sampler returns them.
    y_resampled : ndarray of shape (n_samples_new,)
        Their labels.
    """
    known = {"groups": groups} if groups is not None and takes_groups(sampler) else {}
    return sampler.fit_resample(X, y, **known)
