"""What scalp EEG holds beside the brain: blinks, muscle, drift, movement, line noise, pops."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import windows

from eegaug.datasets._head import lead_field
from eegaug.datasets._source_signals import colored_noise, log_uniform

__all__ = ["add_event", "event_starts", "nuisances", "unit_topographies"]

LINE, FAST = 50.0, 20.0  # Hz: of mains, and of muscle at least
EYES = np.array([[-0.32, 0.86, -0.22], [0.32, 0.86, -0.22]])
# Directions of muscles that scalp EEG shows: both temples, both frontal bellies, the neck.
MUSCLES = np.array(
    [
        [-0.92, 0.35, -0.1],
        [0.92, 0.35, -0.1],
        [-0.3, 0.93, 0.1],
        [0.3, 0.93, 0.1],
        [0, -0.97, -0.2],
    ]
)


def unit_topographies(places: NDArray, moments: NDArray, electrodes: NDArray) -> NDArray:
    """Return how sources show at electrodes, the largest value of each one 1."""
    field = lead_field(places, moments, electrodes)
    field = field - field.mean(axis=0)
    return field / np.abs(field).max(axis=0)


def event_starts(
    per_hour: float, n_samples: int, sfreq: float, rng: np.random.RandomState
) -> list[int]:
    """Draw first samples of events that come independently of each other."""
    count = rng.poisson(per_hour * n_samples / sfreq / 3600)
    return np.sort(rng.randint(n_samples, size=count)).tolist()


def nuisances(
    electrodes: NDArray,
    n_samples: int,
    sfreq: float,
    rng: np.random.RandomState,
    *,
    blinks: float,
    muscle: float,
) -> NDArray[np.float64]:
    """Simulate all of them in µV, as (n_electrodes, n_samples); rates are per hour."""
    signals = rng.standard_normal((len(electrodes), n_samples))
    signals += _drift(len(electrodes), n_samples, sfreq, rng)
    _add_eyes(signals, electrodes, sfreq, rng, per_hour=blinks)
    _add_muscle(signals, electrodes, sfreq, rng, per_hour=muscle)
    _add_movement(signals, electrodes, sfreq, rng, per_hour=0.3 * muscle)
    _add_pops(signals, sfreq, rng)
    if sfreq > 2 * LINE:
        phase = 2 * np.pi * LINE * np.arange(n_samples) / sfreq
        strength = np.exp(rng.normal(-0.3, 0.8, size=(len(electrodes), 1)))
        signals += strength * np.sin(phase + rng.uniform(0, 1, size=(len(electrodes), 1)))
    return signals


def _drift(
    n_electrodes: int, n_samples: int, sfreq: float, rng: np.random.RandomState
) -> NDArray[np.float64]:
    """Return slow potentials of skin and electrodes."""
    slow = colored_noise(n_electrodes, n_samples, sfreq, rng, exponent=2.0, low=0.1, high=0.8)
    return slow * rng.uniform(3, 12, size=(n_electrodes, 1))


def add_event(signals: NDArray, start: int, topography: NDArray, course: NDArray) -> None:
    """Add an event in place; what lies behind the end is cut off."""
    room = signals.shape[1] - start
    signals[:, start : start + len(course)] += np.outer(topography, course[:room])


def _hump(seconds: float, sfreq: float) -> NDArray[np.float64]:
    """Return a Hann window of at least 3 samples."""
    hump: NDArray[np.float64] = windows.hann(max(3, round(seconds * sfreq)))
    return hump


def _add_eyes(
    signals: NDArray,
    electrodes: NDArray,
    sfreq: float,
    rng: np.random.RandomState,
    *,
    per_hour: float,
) -> None:
    """Add blinks, and every fourth time a look to the side."""
    up = unit_topographies(EYES, np.tile([0.0, 0.5, 0.87], (2, 1)), electrodes).sum(axis=1)
    side = unit_topographies(EYES, np.tile([1.0, 0.0, 0.0], (2, 1)), electrodes).sum(axis=1)
    for start in event_starts(per_hour, signals.shape[1], sfreq, rng):
        if rng.uniform() < 0.75:
            course = rng.uniform(40, 110) * _hump(rng.uniform(0.25, 0.45), sfreq)
            add_event(signals, start, up, course)
        else:
            course = rng.uniform(-40, 40) * _hump(rng.uniform(0.6, 1.6), sfreq) ** 0.3
            add_event(signals, start, side, course)


def _add_muscle(
    signals: NDArray,
    electrodes: NDArray,
    sfreq: float,
    rng: np.random.RandomState,
    *,
    per_hour: float,
) -> None:
    """Add bursts of fast noise near one muscle, a third of them in the rhythm of chewing."""
    if sfreq <= 2 * FAST:
        return
    for start in event_starts(per_hour, signals.shape[1], sfreq, rng):
        course = _hump(log_uniform(0.6, 25, rng), sfreq) ** 0.5
        course *= log_uniform(6, 45, rng)
        times = np.arange(len(course)) / sfreq
        if rng.uniform() < 1 / 3:
            course *= np.clip(np.sin(2 * np.pi * rng.uniform(0.8, 2.2) * times), 0, None)
        centre = MUSCLES[rng.randint(len(MUSCLES))]
        distance = np.linalg.norm(electrodes - centre, axis=1)
        topography = np.exp(-0.5 * (distance / rng.uniform(0.3, 0.6)) ** 2)
        noise = colored_noise(1, len(course), sfreq, rng, exponent=-0.5, low=FAST, high=90.0)
        add_event(signals, start, topography, course * noise[0])


def _add_movement(
    signals: NDArray,
    electrodes: NDArray,
    sfreq: float,
    rng: np.random.RandomState,
    *,
    per_hour: float,
) -> None:
    """Add slow, rhythmic shifts of the whole head, as in turning over or being rocked."""
    for start in event_starts(per_hour, signals.shape[1], sfreq, rng):
        course = log_uniform(15, 90, rng) * _hump(rng.uniform(3, 15), sfreq)
        times = np.arange(len(course)) / sfreq
        course *= np.sin(2 * np.pi * rng.uniform(0.6, 3.0) * times + rng.uniform(0, 6))
        topography = electrodes @ rng.normal(size=3)
        add_event(signals, start, topography / np.abs(topography).max(), course)


def _add_pops(signals: NDArray, sfreq: float, rng: np.random.RandomState) -> None:
    """Add jumps of one electrode that is loose, which decay as the amplifier lets them."""
    loose = rng.randint(len(signals))
    for start in event_starts(rng.uniform(2, 30), signals.shape[1], sfreq, rng):
        seconds = rng.uniform(0.2, 1.0)
        course = np.exp(-np.arange(round(4 * seconds * sfreq)) / (seconds * sfreq))
        jump = rng.choice([-1, 1]) * log_uniform(40, 250, rng)
        add_event(signals, start, np.eye(len(signals))[loose], jump * course)
