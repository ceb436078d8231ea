"""Strengths of augmentation, estimated from the differences between real recordings."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from eegaug._notebooks import HTMLTableMixin
from eegaug.transforms._waves import chunks, deviation, waves_of

__all__ = ["AugmentationStrengths", "estimate_strengths", "growth_factor", "measure_windows"]

# Bands of equal width on a logarithmic axis, from one cycle a window to the Nyquist frequency.
N_BANDS = 6
# Share of a window's power that is added to each band, so that empty bands do not count.
MIN_SHARE = 1e-3
# Standard deviation of a log band power under a random filter whose log gain has a deviation of 1.
FILTER_SPREAD = 1.43
# Share of the spread of the mean log frequency that is taken for a change of tempo.
TEMPO_SHARE = 1 / 3
# Recordings that the spread seen in the other classes counts for.
PRIOR_RECORDINGS = 2
# Normal-reference bandwidth of a kernel density estimate in one dimension.
BANDWIDTH = (4 / 3) ** 0.2
# Windows that were normalised keep this spread of log amplitude by rounding.
MIN_SPREAD = 1e-3
# Upper limits of the strengths.
MAX_SCALE, MAX_FILTER, MAX_STRETCH = 0.6, 0.8, 0.2
# What each class is brought to at most by growth, in windows and in values (128 MiB in float32),
# and the largest factor.
GROWN_WINDOWS, GROWN_VALUES, MAX_GROWTH = 4000, 2**25, 4.0


@dataclass(frozen=True)
class AugmentationStrengths(HTMLTableMixin):
    r"""How strongly the windows of one class are augmented, and why.

    A fitted `JitterOversampler` or `GANOversampler` has one for each label in `strengths_`.

    Parameters
    ----------
    scale : float
        Standard deviation of the natural logarithm of the amplitude factor; 0 keeps amplitudes.
    filter : float
        Standard deviation of the natural logarithm of the gain of the random filter.
    stretch : float
        Standard deviation of the natural logarithm of the rate at which a window is read.
    mix : bool
        Whether the smoothed spectrum of a window is moved toward that of another one.
    n_recordings : int or None
        Number of recordings of the class; None where `groups` were not given, and each window
        counted as a recording.
    spreads : dict
        Standard deviations between recordings that the strengths follow: "amplitude" of log
        amplitude, "shape" of log band powers, "tempo" of mean log frequency. No unit of the data
        is in them. With few recordings they are shrunk toward those of the other classes.
    reasons : tuple of str
        A line of text for each strength.

    See Also
    --------
    eegaug.JitterOversampler : Estimates them and augments by them.
    eegaug.GANOversampler : Augments its windows and real ones by them.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug import JitterOversampler
    >>> rng = np.random.default_rng(0)
    >>> groups = np.repeat(np.arange(10), 5)
    >>> gains = np.exp(0.3 * rng.normal(size=10))
    >>> X = gains[groups, np.newaxis] * rng.normal(size=(50, 64))
    >>> y = np.repeat([0, 1], [35, 15])
    >>> sampler = JitterOversampler(random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y, groups=groups)
    >>> print(*sampler.strengths_[1].reasons, sep="\n")
    scale 0.22: log amplitude has a spread of 0.26 between 3 recordings
    filter 0.13: log band shape has a spread of 0.21 between 3 recordings
    stretch 0.01: mean log frequency has a spread of 0.03 between 3 recordings
    """

    scale: float
    filter: float
    stretch: float
    mix: bool
    n_recordings: int | None
    spreads: Mapping[str, float]
    reasons: tuple[str, ...]

    def as_kwargs(self) -> dict[str, Any]:
        """Return the strengths alone.

        Returns
        -------
        strengths : dict
            Name to value, for `scale`, `filter`, `stretch` and `mix`.
        """
        names = ("scale", "filter", "stretch", "mix")
        return {name: getattr(self, name) for name in names}

    def with_stated(self, **values: float | bool) -> "AugmentationStrengths":
        """Return these strengths with some that a user states.

        Parameters
        ----------
        **values : float or bool
            Strengths by name.

        Returns
        -------
        strengths : AugmentationStrengths
            A copy with these values, which the reasons name as stated.
        """
        kept = [reason for reason in self.reasons if reason.partition(" ")[0] not in values]
        stated = [f"{name} {value}: as stated" for name, value in values.items()]
        return replace(self, **values, reasons=(*kept, *stated))  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Spread:
    """Variances of amplitude, band shape and tempo between the recordings of one class."""

    variances: NDArray[np.float64]
    n: int


def estimate_strengths(
    classes: Mapping[Hashable, tuple[Any, NDArray | None]],
) -> dict[Hashable, AugmentationStrengths]:
    """Estimate how strongly the windows of each class may be augmented.

    Classes are given by label as windows of shape (n_samples, n_channels, n_times), or what gives
    slices of them, and their recordings; without these, each window counts as one.
    """
    spreads = {}
    for label, (windows, groups) in classes.items():
        units = np.arange(len(windows)) if groups is None else np.asarray(groups)
        measures = measure_windows(windows)
        used = np.isfinite(measures[0][:, 0])
        variances = [_variance_between(values[used], units[used]) for values in measures]
        spreads[label] = _Spread(np.array(variances), len(np.unique(units[used])))
    return {label: _strengths_of(label, spreads, classes[label][1] is None) for label in spreads}


def growth_factor(n_windows: Mapping[Hashable, int], window_size: int = 1) -> float:
    """Return how far classes of windows of `window_size` values may grow beyond the largest."""
    largest = max(1, *n_windows.values()) if n_windows else 1
    target = min(GROWN_WINDOWS, GROWN_VALUES / window_size)
    return float(np.clip(target / largest, 1.0, MAX_GROWTH))


def _strengths_of(
    label: Hashable, spreads: Mapping[Hashable, _Spread], by_window: bool
) -> AugmentationStrengths:
    """Shrink the spread of one class toward that of the others, and turn it into strengths."""
    own = spreads[label]
    n_recordings = None if by_window else own.n
    others = [spread for other, spread in spreads.items() if other != label and spread.n > 1]
    degrees = max(own.n - 1, 0)
    if not degrees and not others:
        names = dict.fromkeys(("amplitude", "shape", "tempo"), 0.0)
        reason = "no spread between recordings is known: no more than shifts and flips"
        return AugmentationStrengths(0.0, 0.0, 0.0, False, n_recordings, names, (reason,))
    variances = degrees * own.variances
    if others:
        prior = np.average(
            [other.variances for other in others], axis=0, weights=[o.n - 1 for o in others]
        )
        variances = variances + PRIOR_RECORDINGS * prior
        degrees += PRIOR_RECORDINGS
    amplitude, shape, tempo = np.sqrt(variances / degrees).tolist()
    amplitude = amplitude if amplitude >= MIN_SPREAD else 0.0
    bandwidth = BANDWIDTH * max(own.n, 1) ** -0.2
    scale = min(MAX_SCALE, bandwidth * amplitude)
    gain = min(MAX_FILTER, bandwidth * shape / FILTER_SPREAD)
    stretch = min(MAX_STRETCH, bandwidth * tempo * TEMPO_SHARE)
    mix = shape >= MIN_SPREAD
    known = f"between {own.n} {'windows' if by_window else 'recordings'}"
    reasons = (
        f"scale {scale:.2f}: log amplitude has a spread of {amplitude:.2f} {known}",
        f"filter {gain:.2f}: log band shape has a spread of {shape:.2f} {known}",
        f"stretch {stretch:.2f}: mean log frequency has a spread of {tempo:.2f} {known}",
    )
    spread = {"amplitude": amplitude, "shape": shape, "tempo": tempo}
    return AugmentationStrengths(scale, gain, stretch, mix, n_recordings, spread, reasons)


def measure_windows(windows: Any) -> tuple[NDArray, NDArray, NDArray]:
    """Return log amplitude, log shares of bands and mean log frequency, each a row by window."""
    n, n_channels, n_times = windows.shape
    n_lines = max(1, n_times // 2)
    log_lines = np.log(np.arange(1, n_lines + 1))
    edges = np.unique(np.geomspace(1, n_lines + 1, N_BANDS + 1).round().astype(int)) - 1
    amplitude, tempo = np.empty((n, 1)), np.empty((n, 1))
    shares = np.empty((n, len(edges) - 1))
    for part in chunks(n, n_channels, n_times):
        waves, _, unit = waves_of(windows[part])
        power = np.abs(fft.rfft(waves, axis=-1)[..., 1:])
        power = np.einsum("ncf,ncf->nf", power, power, dtype=np.float64)
        total = power.sum(axis=1, keepdims=True)
        power = np.divide(power, total, out=np.zeros_like(power), where=total > 0)
        shares[part] = np.add.reduceat(power, edges[:-1], axis=1)
        tempo[part, 0] = power @ log_lines
        variance = np.mean(deviation(waves) ** 2, axis=1)
        with np.errstate(divide="ignore"):  # flat windows give -inf and are passed over
            amplitude[part] = np.log(unit) + 0.5 * np.log(variance)
    return amplitude, np.log(shares + MIN_SHARE), tempo


def _variance_between(values: NDArray, units: NDArray) -> float:
    """Return the variance between units beyond what windows within them explain, over columns."""
    _, unit = np.unique(units, return_inverse=True)
    sizes = np.bincount(unit)
    k, n = len(sizes), len(values)
    if k < 2:
        return 0.0
    sums = np.stack([np.bincount(unit, column) for column in values.T], axis=1)
    means = sums / sizes[:, np.newaxis]
    between = means.var(axis=0, ddof=1)
    if n > k:
        within = ((values - means[unit]) ** 2).sum(axis=0) / (n - k)
        between = np.maximum(0.0, between - within * np.mean(1 / sizes))
    return float(between.mean())
