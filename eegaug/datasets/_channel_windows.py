"""Short recordings of many channels: one focus each, somewhere in the head."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eegaug._electrodes import TEN_TWENTY, electrode_positions
from eegaug.datasets._head import OCCIPITAL, cortex, montage, unit
from eegaug.datasets._nuisances import nuisances, unit_topographies
from eegaug.datasets._regimes import draw_columns, record_columns
from eegaug.datasets._source_signals import colored_noise, log_uniform

__all__ = ["simulate_channels"]

N_RHYTHMS, N_NOISES = 2, 20
#: µV at the electrode that sees most of the focus, drawn anew for each recording.
AMPLITUDES = {"background": (4.0, 15.0), "interictal": (12.0, 45.0), "ictal": (8.0, 50.0)}
LAG = 0.02  # s from the focus to the source that it reaches
BLINKS, MUSCLE = 600.0, 200.0  # per hour


def simulate_channels(
    regimes: Sequence[str],
    ch_names: Sequence[str],
    n_samples: int,
    sfreq: float,
    rng: np.random.RandomState,
) -> NDArray[np.float64]:
    """Simulate a recording in µV for each regime, as (n_recordings, n_channels, n_samples)."""
    _, electrode_names, matrix = montage(ch_names)
    electrodes = electrode_positions(electrode_names)
    lag = round(LAG * sfreq)
    kinds = [kind for regime in regimes for kind in [regime, *["background"] * (2 + N_RHYTHMS)]]
    columns, signs = draw_columns(kinds, rng)
    rhythms = record_columns(columns, np.sign(signs), n_samples + lag, sfreq, rng)
    rhythms /= rhythms.std(axis=1, keepdims=True)
    by_recording = rhythms.reshape(len(regimes), -1, n_samples + lag)
    return np.stack(
        [
            matrix @ _recording(regime, sources, lag, electrodes, sfreq, rng)
            for regime, sources in zip(regimes, by_recording, strict=True)
        ]
    )


def _recording(
    regime: str,
    rhythms: NDArray,
    lag: int,
    electrodes: NDArray,
    sfreq: float,
    rng: np.random.RandomState,
) -> NDArray[np.float64]:
    """Place sources in the head and record them, as (n_electrodes, n_samples) in µV."""
    n_samples = rhythms.shape[1] - lag
    lateral = [name for name in TEN_TWENTY if not name.endswith("z")]
    towards = electrode_positions([lateral[rng.randint(len(lateral))]])
    scattered = cortex(N_RHYTHMS + N_NOISES, rng)
    near = towards + rng.normal(scale=[[0.15], [0.45]], size=(2, 3))
    places = 0.78 * unit(np.vstack([near, OCCIPITAL, scattered]))
    moments = places + 0.5 * rng.normal(size=places.shape)
    amplitude = log_uniform(*AMPLITUDES[regime], rng)
    strength = log_uniform(6, 14, rng)
    levels = np.concatenate(
        [
            amplitude * np.array([1, rng.uniform(0.3, 0.9)]),
            strength * rng.uniform(0.5, 1.6, size=2),
            strength * rng.uniform(0.3, 1.0, size=N_RHYTHMS),
            strength * rng.uniform(0.3, 0.8, size=N_NOISES),
        ]
    )
    noise = colored_noise(N_NOISES, n_samples, sfreq, rng, exponent=rng.uniform(1.1, 2.0), low=0.6)
    focus, others = rhythms[0], rhythms[1:, lag:]
    sources = np.vstack([focus[lag:], focus[:n_samples], others, noise])
    signals = (unit_topographies(places, moments, electrodes) * levels) @ sources
    return signals + nuisances(electrodes, n_samples, sfreq, rng, blinks=BLINKS, muscle=MUSCLE)
