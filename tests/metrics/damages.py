"""Damage of known size, planted to show what a metric sees."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import signal
from sklearn.utils import check_random_state

SFREQ = 173.61


@dataclass(frozen=True)
class _Context:
    rng: RandomState
    groups: NDArray
    train: NDArray | None


def plant_damage(X, damage, level, *, groups=None, X_train=None, random_state=0):
    """Damage windows of shape (n_samples, n_channels, n_times) by a level from 0 to 1.

    With one seed the damages are nested: what a lower level spoils, a higher one spoils too.

    - "noise": white noise of ``2 * level ** 2`` standard deviations of all samples.
    - "low_pass": a Butterworth filter whose edge falls from a third of the Nyquist frequency,
      two octaves down.
    - "scaling": amplitude times 1 to 2.5.
    - "spikes": up to 4 one-sample events per s of 8 standard deviations of the window.
    - "channel_mixing": each channel replaced by the mean over channels, in part.
    - "dropped_modes": windows of up to 90 % of the recordings, the loudest first, replaced by
      others.
    - "collapse": up to 98 % of the windows replaced by copies of the rest.
    - "copies": windows replaced by windows of `X_train` plus 1 % of noise.
    """
    groups = np.arange(len(X)) if groups is None else groups
    context = _Context(check_random_state(random_state), groups, X_train)
    return DAMAGES[damage](X, level, context)


def _noise(windows: NDArray, level: float, context: _Context) -> NDArray:
    return windows + 2 * level**2 * windows.std() * context.rng.normal(size=windows.shape)


def _low_pass(windows: NDArray, level: float, context: _Context) -> NDArray:
    if level == 0:
        return windows.copy()
    edge = SFREQ / 6 * 2.0 ** (-2 * level)
    sections = signal.butter(4, edge, fs=SFREQ, output="sos")
    return signal.sosfiltfilt(sections, windows, axis=2, padlen=min(windows.shape[2] - 1, 30))


def _scaling(windows: NDArray, level: float, context: _Context) -> NDArray:
    return windows * (1 + 1.5 * level)


def _spikes(windows: NDArray, level: float, context: _Context) -> NDArray:
    chance = 4 * level / SFREQ
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
