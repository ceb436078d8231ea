"""Resampling, with `groups` for the samplers that have that parameter."""

import inspect
from typing import Any

from numpy.typing import NDArray

__all__ = ["resample", "takes_groups"]


def takes_groups(sampler: Any) -> bool:
    """Return whether `fit_resample` of a sampler has a parameter `groups`."""
    if sampler is None:
        return False
    return "groups" in inspect.signature(sampler.fit_resample).parameters


def resample(sampler: Any, X: Any, y: NDArray, groups: NDArray | None) -> tuple[Any, NDArray]:
    """Resample windows, with their recordings if the sampler takes them."""
    known = {"groups": groups} if groups is not None and takes_groups(sampler) else {}
    return sampler.fit_resample(X, y, **known)
