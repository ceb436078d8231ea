"""How strongly windows may be augmented: as much as real recordings differ, and no more."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["AugmentationStrengths", "estimate_strengths", "growth_factor"]

# Bands of equal width on a logarithmic axis, from one cycle a window to the Nyquist frequency.
N_BANDS = 6
# Share of a window's power that is added to each band, so that empty bands do not count.
LEAST_SHARE = 1e-3
# Standard deviation of a log band power under a random filter whose log gain has a deviation of 1.
FILTER_SPREAD = 1.43
# Recordings that the spread seen in the other classes counts for.
PRIOR_RECORDINGS = 2
# Normal-reference bandwidth of a kernel density estimate in one dimension.
BANDWIDTH = (4 / 3) ** 0.2
# Spread of log amplitude that normalised windows keep by rounding, and stronger is not believed.
LEAST_SPREAD, MOST_SCALE, MOST_FILTER = 1e-3, 0.6, 0.8
# Windows that both classes are brought to at most by growth, and the largest factor.
GROWN_WINDOWS, MOST_GROWTH = 4000, 4.0
# Samples that are measured at a time: temporary arrays stay small beside the windows.
CHUNK_SAMPLES = 2**22


@dataclass(frozen=True)
class AugmentationStrengths:
    """Strengths for one class, with what they were derived from."""

    scale: float
    filter: float
    n_recordings: int | None
    amplitude_spread: float
    shape_spread: float
    reasons: tuple[str, ...]

    def as_kwargs(self) -> dict[str, Any]:
        """Return what `augment` takes."""
        return {"scale": self.scale, "filter": self.filter}


@dataclass(frozen=True)
class _Spread:
    """Variance between recordings of one class and the number that it is known from."""

    amplitude: float
    shape: float
    n: int


def estimate_strengths(
    windows: NDArray, y: NDArray, groups: NDArray | None = None
) -> dict[Hashable, AugmentationStrengths]:
    """Estimate by label how strongly windows may be augmented; without `groups`, windows count."""
    log_amplitude, log_shape = _measure(windows)
    labels = np.unique(y)
    units = np.arange(len(windows)) if groups is None else np.asarray(groups)
    spreads = {}
    for label in labels:
        of_label = (y == label) & np.isfinite(log_amplitude)
        spreads[label] = _Spread(
            _variance_between(log_amplitude[of_label, np.newaxis], units[of_label]),
            _variance_between(log_shape[of_label], units[of_label]),
            len(np.unique(units[of_label])),
        )
    return {label: _strengths_of(label, spreads, groups is None) for label in labels.tolist()}


def growth_factor(n_windows: Mapping[Hashable, int]) -> float:
    """Return how far classes may grow beyond the largest: 4 times if it is small, else once."""
    largest = max(n_windows.values(), default=0)
    return float(np.clip(GROWN_WINDOWS / max(largest, 1), 1.0, MOST_GROWTH))


def _strengths_of(
    label: Hashable, spreads: Mapping[Hashable, _Spread], by_window: bool
) -> AugmentationStrengths:
    """Shrink the spread of one class toward that of the others, and turn it into strengths."""
    own = spreads[label]
    others = [spread for other, spread in spreads.items() if other != label and spread.n > 1]
    if own.n < 2 and not others:
        reason = "no spread between recordings is known: only shifted and flipped"
        return AugmentationStrengths(0.0, 0.0, own.n, 0.0, 0.0, (reason,))
    weight = PRIOR_RECORDINGS if others else 0
    degrees = max(own.n - 1, 0)
    known = [spread.n - 1 for spread in others] or None
    amplitude, shape = (
        float(np.sqrt((degrees * of_own + weight * prior) / (degrees + weight)))
        for of_own, prior in (
            (
                own.amplitude,
                np.average([s.amplitude for s in others], weights=known) if others else 0.0,
            ),
            (own.shape, np.average([s.shape for s in others], weights=known) if others else 0.0),
        )
    )
    bandwidth = BANDWIDTH * max(own.n, 1) ** -0.2
    if amplitude < LEAST_SPREAD:
        amplitude = 0.0
    scale = min(MOST_SCALE, bandwidth * amplitude)
    gain = min(MOST_FILTER, bandwidth * shape / FILTER_SPREAD)
    unit = "windows" if by_window else "recordings"
    reasons = (
        f"scale {scale:.2f}: log amplitude has a spread of {amplitude:.2f} between {own.n} {unit}",
        f"filter {gain:.2f}: log band shape has a spread of {shape:.2f} between {own.n} {unit}",
    )
    return AugmentationStrengths(
        scale, gain, None if by_window else own.n, amplitude, shape, reasons
    )


def _measure(windows: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return log amplitude and log shares of power in bands, by window; flat windows give -inf."""
    n, n_channels, n_times = windows.shape
    n_lines = n_times // 2
    edges = np.unique(np.geomspace(1, n_lines + 1, N_BANDS + 1).round().astype(int)) - 1
    power, shares = np.empty(n), np.empty((n, len(edges) - 1))
    step = max(1, CHUNK_SAMPLES // (n_channels * n_times))
    for part in (slice(start, start + step) for start in range(0, n, step)):
        waves = windows[part].astype(np.float64)
        waves -= waves.mean(axis=-1, keepdims=True)
        # Any unit: squares of volts, or of numbers in the millions, stay within range.
        largest = np.abs(waves).max(axis=(1, 2), keepdims=True)
        waves /= np.where(largest > 0, largest, 1.0)
        power[part] = np.mean(waves**2, axis=(1, 2))
        lines = (np.abs(fft.rfft(waves, axis=-1)[..., 1:]) ** 2).mean(axis=1)
        bands = np.add.reduceat(lines, edges[:-1], axis=1)
        total = bands.sum(axis=1, keepdims=True)
        shares[part] = np.divide(bands, total, out=np.zeros_like(bands), where=total > 0)
        with np.errstate(divide="ignore"):
            power[part] = 0.5 * np.log(power[part]) + np.log(largest[:, 0, 0])
    return power, np.log(shares + LEAST_SHARE)


def _variance_between(values: NDArray, units: NDArray) -> float:
    """Return the variance between units beyond what windows within them explain, over columns."""
    _, unit = np.unique(units, return_inverse=True)
    sizes = np.bincount(unit)
    k, n = len(sizes), len(values)
    if k < 2:
        return 0.0
    means = np.stack([np.bincount(unit, column) for column in values.T], axis=1) / sizes[:, None]
    between = means.var(axis=0, ddof=1)
    if n > k:
        within = ((values - means[unit]) ** 2).sum(axis=0) / (n - k)
        between = np.maximum(0.0, between - within * np.mean(1 / sizes))
    return float(between.mean())
