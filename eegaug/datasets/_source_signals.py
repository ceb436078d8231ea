"""Time courses of sources in the brain: ongoing rhythms, interictal spikes and seizures."""

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from eegaug.datasets._neural_mass import Columns
from eegaug.datasets._regimes import draw_columns, record_columns

__all__ = ["colored_noise", "log_uniform", "ongoing", "seizure_rhythm", "take_columns"]

# Seconds of a piece, and of the cross-fade to the next one: pieces are simulated side by side.
PIECE, FADE = 10.0, 1.0


def log_uniform(low: float, high: float, rng: np.random.RandomState) -> float:
    """Draw a number, all ratios as likely."""
    return float(low * (high / low) ** rng.uniform())


def take_columns(columns: Columns, index: NDArray, **factors: NDArray) -> Columns:
    """Return the columns at `index`, some of their parameters multiplied."""
    values = {field.name: getattr(columns, field.name)[index] for field in fields(columns)}
    return Columns(**{name: value * factors.get(name, 1.0) for name, value in values.items()})


def ongoing(
    regimes: list[str], n_samples: int, sfreq: float, rng: np.random.RandomState
) -> NDArray[np.float64]:
    """Simulate a source of unit variance for each regime, as (n_sources, n_samples)."""
    columns, scale = draw_columns(regimes, rng)
    hop, fade = round(PIECE * sfreq), round(FADE * sfreq)
    n_pieces = -(-n_samples // hop)
    index = np.repeat(np.arange(len(regimes)), n_pieces)
    pieces = record_columns(
        take_columns(columns, index), np.sign(scale)[index], hop + fade, sfreq, rng
    ).reshape(len(regimes), n_pieces, hop + fade)
    # Pieces are independent, so their powers add: the squares of the two slopes sum to 1.
    slope = np.sin(np.pi / 2 * (np.arange(fade) + 0.5) / fade)
    joined = pieces[:, :, :hop].copy()
    joined[:, 1:, :fade] *= slope
    joined[:, 1:, :fade] += slope[::-1] * pieces[:, :-1, hop:]
    signals = joined.reshape(len(regimes), -1)[:, :n_samples]
    return signals / signals.std(axis=1, keepdims=True)


def seizure_rhythm(
    columns: Columns,
    n_samples: int,
    sfreq: float,
    speeds: NDArray,
    rng: np.random.RandomState,
) -> NDArray[np.float64]:
    """Simulate ictal columns of unit variance; `speeds` are factors at their begin and end."""
    speed = np.geomspace(speeds[:, 0], speeds[:, 1], n_samples, axis=1)
    clock = np.cumsum(speed, axis=1) - speed[:, :1]
    steady = record_columns(columns, np.ones(len(speeds)), int(clock.max()) + 2, sfreq, rng)
    samples = np.arange(steady.shape[1])
    warped = np.stack(
        [np.interp(times, samples, row) for times, row in zip(clock, steady, strict=True)]
    )
    return warped / warped.std(axis=1, keepdims=True)


def colored_noise(
    n_sources: int,
    n_samples: int,
    sfreq: float,
    rng: np.random.RandomState,
    *,
    exponent: float,
    low: float,
    high: float = np.inf,
) -> NDArray[np.float64]:
    """Draw noise of unit variance whose power falls with frequency, within a band in Hz."""
    # Four periods of the lowest frequency at least, of which a short signal is a part.
    length = max(n_samples, int(np.ceil(4 * sfreq / low)))
    freqs = np.fft.rfftfreq(length, 1 / sfreq)
    gain = np.where((freqs <= high) & (freqs > 0), np.maximum(freqs, low) ** (-exponent / 2), 0)
    # A slope of 24 dB per octave takes off what lies below the band.
    gain *= (freqs / low) ** 4 / (1 + (freqs / low) ** 4)
    noise = np.fft.irfft(gain * np.fft.rfft(rng.standard_normal((n_sources, length))), length)
    return noise[:, :n_samples] / noise.std(axis=1, keepdims=True)
