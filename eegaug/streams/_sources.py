"""Sources of the windows of a batch: real windows of one class, or a fitted sampler."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from eegaug.over_sampling import BaseWindowOverSampler
from eegaug.windows import WindowScaler, cast_like, evenly, to_3d

__all__ = ["Source", "build_sources"]

# More windows of a class than these change the range of its values little.
MAX_MEASURED = 2000
# Real windows a sampler gets for each one it makes, whose spectra and amplitudes it mixes.
POOL = 4


@dataclass(frozen=True, eq=False)
class RealWindows:
    """The real windows of one class, of which all recordings are drawn alike often."""

    X: Any
    rows: NDArray[np.intp]
    groups: NDArray | None

    @cached_property
    def _cumulated(self) -> NDArray[np.float64]:
        """The cumulated probabilities of the windows."""
        weights = np.ones(len(self.rows))
        if self.groups is not None:
            _, recording, counts = np.unique(self.groups, return_inverse=True, return_counts=True)
            weights = 1.0 / counts[recording]
        cumulated = np.cumsum(weights)
        return cumulated / cumulated[-1]

    def draw(self, n: int, rng: RandomState) -> NDArray[np.floating]:
        """Draw windows with replacement, in three dimensions and floating point."""
        if self.groups is None:
            places = rng.randint(len(self.rows), size=n)
        else:
            places = np.searchsorted(self._cumulated, rng.uniform(size=n), side="right")
        return self.take(places)

    def take(self, places: NDArray[np.intp]) -> NDArray[np.floating]:
        """Return copies of some windows."""
        windows = self.X[self.rows[places]]
        windows = windows.toarray() if sparse.issparse(windows) else windows
        return to_3d(np.ascontiguousarray(windows))

    @cached_property
    def scaler(self) -> WindowScaler:
        """Scaler of the windows, computed on some of them."""
        return WindowScaler.from_windows(self.take(evenly(len(self.rows), MAX_MEASURED)))

    def make(self, n: int, rng: RandomState) -> NDArray[np.float32]:
        """Return windows as they are, in single precision."""
        return self.draw(n, rng).astype(np.float32)


@dataclass(frozen=True, eq=False)
class SampledWindows:
    """Windows of one class that a fitted sampler makes; `real` is None where there are none."""

    sampler: BaseWindowOverSampler
    label: Hashable
    real: RealWindows | None
    dtype: np.dtype

    def make(self, n: int, rng: RandomState) -> NDArray[np.float32]:
        """Return windows as `fit_resample` would add them, in any order, in single precision."""
        pool = scaler = None
        if self.real is not None:
            pool, scaler = self.real.draw(POOL * n, rng), self.real.scaler
        new = self.sampler._new_windows(pool, scaler, n, self.label, rng)
        # Otherwise whole numbers would tell real windows from synthetic ones.
        new = cast_like(new, self.dtype, ndim=3).astype(np.float32, copy=False)
        # Windows of a generator and of real windows are in two blocks.
        return new[rng.permutation(n)]


@dataclass(frozen=True, eq=False)
class Source:
    """One part of every batch: a class, its share, and what makes its windows."""

    code: int
    share: float
    maker: RealWindows | SampledWindows
    #: Whether a call costs so much that windows of several batches are made at once.
    is_slow: bool = False


def build_sources(
    data: tuple[Any, NDArray, NDArray | None] | None,
    samplers: Sequence[tuple[BaseWindowOverSampler, float]],
    shares: Mapping[Hashable, float],
    synthetic_share: float,
) -> list[Source]:
    """Return the parts of every batch, class by class."""
    sources = []
    for code, (label, share) in enumerate(shares.items()):
        real, dtype = None, np.dtype(np.float32)
        if data is not None:
            X, y, groups = data
            rows, dtype = np.flatnonzero(y == label), X.dtype
            real = RealWindows(X, rows, None if groups is None else groups[rows])
            sources.append(Source(code, share * (1 - synthetic_share), real))
        for sampler, weight in samplers:
            maker = SampledWindows(sampler, label, real, dtype)
            is_slow = label in getattr(sampler, "generators_", {})
            sources.append(Source(code, share * synthetic_share * weight, maker, is_slow))
    return sources
