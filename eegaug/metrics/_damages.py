"""Damage of known size, planted to show what a metric sees, and the table of who sees what."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy import signal
from sklearn.utils import check_random_state

from eegaug.metrics._check import (
    check_labels,
    check_number,
    check_pair,
    check_sfreq,
    check_windows,
)

__all__ = ["DAMAGES", "DAMAGES_SEEN", "plant_damage"]


@dataclass(frozen=True)
class _Context:
    rng: RandomState
    sfreq: float
    groups: NDArray
    train: NDArray | None


def plant_damage(
    X: ArrayLike,
    damage: str,
    level: float,
    *,
    groups: ArrayLike | None = None,
    X_train: ArrayLike | None = None,
    sfreq: float = 173.61,
    random_state: int | RandomState | None = 0,
) -> NDArray[np.float64]:
    """Damage windows by a known amount.

    With one seed the damages are nested: what a lower level spoils, a higher one spoils too.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows.
    damage : str
        One of `DAMAGES`.

        - "noise": white noise of ``2 * level ** 2`` standard deviations of all samples.
        - "low_pass": a Butterworth filter whose edge falls from a third of the Nyquist
          frequency, two octaves down.
        - "scaling": amplitude times 1 to 2.5.
        - "spikes": up to 4 one-sample events per s of 8 standard deviations of the window.
        - "channel_mixing": each channel replaced by the mean over channels, in part.
        - "dropped_modes": windows of up to 90 % of the recordings, the loudest first, replaced
          by others.
        - "collapse": up to 98 % of the windows replaced by copies of the rest.
        - "copies": windows replaced by training windows plus 1 % of noise.
    level : float
        From 0 (untouched) to 1.
    groups : array-like of shape (n_samples,), default=None
        The recording of each window, for "dropped_modes". None takes each for itself.
    X_train : array-like of shape (n_train, ...), default=None
        Training windows, for "copies".
    sfreq : float, default=173.61
        Sampling frequency in Hz.
    random_state : int, RandomState instance or None, default=0
        Source of the damage.

    Returns
    -------
    damaged : ndarray of shape (n_samples, n_channels, n_times)
        A damaged copy in the 3-D layout.

    Raises
    ------
    ValueError
        If the damage is unknown, the level is not in [0, 1], or "copies" lacks `X_train`.

    See Also
    --------
    with_floor : Measure what was planted.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import plant_damage, psd_distance
    >>> X = np.random.default_rng(0).normal(size=(50, 178))
    >>> [round(psd_distance(X, plant_damage(X, "scaling", level)), 2) for level in (0, 0.5, 1)]
    [0.0, 1.12, 1.83]
    """
    if damage not in DAMAGES:
        raise ValueError(f"No damage is named {damage!r}. Choose from: {', '.join(DAMAGES)}.")
    check_number(level, name="level", low=0)
    if level > 1:
        raise ValueError(f"The 'level' parameter must be in the range [0, 1]. Got {level!r}.")
    check_sfreq(sfreq)
    windows = check_windows(X, name="X")
    if groups is None:
        groups = np.arange(len(windows))
    train = None
    if X_train is not None:
        _, train = check_pair(windows, X_train, names=("X", "X_train"))
    context = _Context(
        rng=check_random_state(random_state),
        sfreq=sfreq,
        groups=check_labels(groups, len(windows), name="groups"),
        train=train,
    )
    return DAMAGES[damage](windows, level, context)


def _noise(windows: NDArray, level: float, context: _Context) -> NDArray:
    return windows + 2 * level**2 * windows.std() * context.rng.normal(size=windows.shape)


def _low_pass(windows: NDArray, level: float, context: _Context) -> NDArray:
    if level == 0:
        return windows.copy()
    edge = context.sfreq / 6 * 2.0 ** (-2 * level)
    sections = signal.butter(4, edge, fs=context.sfreq, output="sos")
    return signal.sosfiltfilt(sections, windows, axis=2, padlen=min(windows.shape[2] - 1, 30))


def _scaling(windows: NDArray, level: float, context: _Context) -> NDArray:
    return windows * (1 + 1.5 * level)


def _spikes(windows: NDArray, level: float, context: _Context) -> NDArray:
    chance = 4 * level / context.sfreq
    sign = context.rng.choice([-1.0, 1.0], size=windows.shape)
    hit = context.rng.uniform(size=windows.shape) < chance
    return windows + hit * sign * 8 * windows.std(axis=2, keepdims=True)


def _channel_mixing(windows: NDArray, level: float, context: _Context) -> NDArray:
    return (1 - level) * windows + level * windows.mean(axis=1, keepdims=True)


def _dropped_modes(windows: NDArray, level: float, context: _Context) -> NDArray:
    names, codes = np.unique(context.groups, return_inverse=True)
    loudness = [windows[codes == code].std() for code in range(len(names))]
    n_dropped = round(0.9 * level * len(names))
    dropped = np.argsort(loudness)[::-1][:n_dropped]
    return _replace(windows, np.isin(codes, dropped), context.rng)


def _collapse(windows: NDArray, level: float, context: _Context) -> NDArray:
    order = context.rng.permutation(len(windows))
    lost = np.zeros(len(windows), bool)
    lost[order[: round(0.98 * level * len(windows))]] = True
    return _replace(windows, lost, context.rng)


def _copies(windows: NDArray, level: float, context: _Context) -> NDArray:
    if context.train is None:
        raise ValueError("The damage 'copies' needs X_train, the windows that are copied.")
    order = context.rng.permutation(len(windows))[: round(level * len(windows))]
    source = context.train[context.rng.randint(len(context.train), size=len(windows))]
    noise = context.rng.normal(size=windows.shape) * source.std(axis=2, keepdims=True)
    damaged = windows.copy()
    damaged[order] = (source + 0.01 * noise)[order]
    return damaged


def _replace(windows: NDArray, lost: NDArray, rng: RandomState) -> NDArray:
    left = np.flatnonzero(~lost)
    damaged = windows.copy()
    damaged[lost] = windows[left[rng.randint(len(left), size=lost.sum())]]
    return damaged


#: What can be planted, by name.
DAMAGES: dict[str, Callable[[NDArray, float, _Context], NDArray]] = {
    "noise": _noise,
    "low_pass": _low_pass,
    "scaling": _scaling,
    "spikes": _spikes,
    "channel_mixing": _channel_mixing,
    "dropped_modes": _dropped_modes,
    "collapse": _collapse,
    "copies": _copies,
}

_SIGNAL = ("noise", "low_pass", "scaling", "spikes")

#: The damages that each metric is meant to see. The tests hold every entry, on simulated and on
#: real windows, to a rank correlation of at least 0.95 between the level and the metric.
DAMAGES_SEEN: dict[str, tuple[str, ...]] = {
    "psd_distance": (*_SIGNAL, "channel_mixing", "dropped_modes"),
    "band_power_distance": (*_SIGNAL, "channel_mixing", "dropped_modes"),
    "autocorrelation_distance": ("noise", "low_pass", "spikes"),
    "amplitude_distance": (*_SIGNAL, "dropped_modes"),
    "line_length_distance": (*_SIGNAL, "dropped_modes"),
    "spike_rate_distance": ("spikes",),
    "covariance_distance": (*_SIGNAL, "channel_mixing", "dropped_modes"),
    "sliced_wasserstein_distance": ("noise", "scaling", "spikes", "dropped_modes", "collapse"),
    "mmd_distance": (*_SIGNAL, "channel_mixing", "dropped_modes", "collapse"),
    "frechet_distance": (*_SIGNAL, "channel_mixing", "dropped_modes", "collapse"),
    "density_score": (*_SIGNAL, "channel_mixing"),
    "coverage_score": (*_SIGNAL, "dropped_modes", "collapse"),
    # Heavy noise falls into the wide neighbourhoods of outliers, which density discounts.
    "manifold_precision_score": ("low_pass", "scaling", "spikes"),
    "manifold_recall_score": ("dropped_modes", "collapse"),
    "discriminative_score": (*_SIGNAL, "channel_mixing", "dropped_modes"),
    "nearest_window_ratio_score": ("copies",),
    "membership_inference_attack": ("copies",),
}
