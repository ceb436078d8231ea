"""A simulated patient: what is his own in all his recordings, and what changes between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eegaug._electrodes import TEN_TWENTY, electrode_positions
from eegaug.datasets._head import OCCIPITAL, cortex, unit
from eegaug.datasets._neural_mass import Columns
from eegaug.datasets._nuisances import add_event, event_starts, unit_topographies
from eegaug.datasets._regimes import draw_columns
from eegaug.datasets._source_signals import (
    colored_noise,
    log_uniform,
    ongoing,
    seizure_rhythm,
    take_columns,
)

__all__ = ["Patient", "background", "draw_patient", "seizures"]

N_RHYTHMS, N_NOISES = 3, 24
# Ranges that set how hard the task is; see the notes of `make_seizure_recordings`.
ICTAL_AMPLITUDE = (28.0, 100.0)  # µV at the electrode that sees most of it
RHYTHMIC_BURSTS = (10.0, 60.0)  # of drowsiness, per hour
BURST_AMPLITUDE, LONGEST_BURST = (10.0, 45.0), 9.0  # µV, s
# Share of a seizure until its focus has full amplitude; seconds from one source to the next.
GROWTH, LAG = 0.45, 0.02


@dataclass(frozen=True)
class Patient:
    """What all recordings of a patient have in common.

    Attributes
    ----------
    focus : str
        The 10-20 electrode nearest to where seizures begin.
    places, moments : ndarray of shape (n_sources, 3)
        Sources of a seizure: the focus first, then those it spreads to.
    delays, gains : ndarray of shape (n_sources,)
        When each joins, as a share of the seizure, and how strongly.
    columns : Columns
        The neural mass of the focus.
    speeds : ndarray of shape (2,)
        Factor on its speed when a seizure begins and ends.
    amplitude : float
        Of a seizure, in µV.
    exponent, strength : float
        Slope and amplitude in µV of the ongoing activity.
    blinks, muscle, bursts : float
        How many there are in an hour.
    """

    focus: str
    places: NDArray
    moments: NDArray
    delays: NDArray
    gains: NDArray
    columns: Columns
    speeds: NDArray
    amplitude: float
    exponent: float
    strength: float
    blinks: float
    muscle: float
    bursts: float


def draw_patient(rng: np.random.RandomState) -> Patient:
    """Draw a patient with seizures of one focus."""
    lateral = [name for name in TEN_TWENTY if not name.endswith("z")]
    focus = lateral[rng.randint(len(lateral))]
    towards = electrode_positions([focus])
    n_spread = rng.randint(1, 4)
    near = unit(towards + 0.45 * rng.normal(size=(n_spread, 3)))
    if rng.uniform() < 0.4:  # the last one on the other side
        near[-1] = towards[0] * [-1, 1, 1]
    around = np.vstack([unit(towards + 0.15 * rng.normal(size=(1, 3))), near])
    start = rng.uniform(0.9, 1.6)
    return Patient(
        focus=focus,
        places=rng.uniform(0.68, 0.82, size=(len(around), 1)) * around,
        moments=unit(around + 0.6 * rng.normal(size=around.shape)),
        delays=np.concatenate([[0], rng.uniform(0.1, 0.6, size=n_spread)]),
        gains=np.concatenate([[1], rng.uniform(0.3, 0.9, size=n_spread)]),
        columns=draw_columns(["ictal"], rng)[0],
        speeds=start * np.array([1, rng.uniform(0.5, 0.9)]),
        amplitude=log_uniform(*ICTAL_AMPLITUDE, rng),
        exponent=rng.uniform(1.1, 2.0),
        strength=log_uniform(6, 14, rng),
        blinks=log_uniform(100, 900, rng),
        muscle=log_uniform(20, 150, rng),
        bursts=log_uniform(*RHYTHMIC_BURSTS, rng),
    )


def background(
    patient: Patient,
    electrodes: NDArray,
    n_samples: int,
    sfreq: float,
    rng: np.random.RandomState,
) -> NDArray[np.float64]:
    """Simulate activity between seizures in µV, as (n_electrodes, n_samples)."""
    scattered = 0.8 * cortex(N_RHYTHMS + N_NOISES, rng)
    places = np.vstack([OCCIPITAL, patient.places[:1], scattered])
    moments = unit(places + 0.5 * rng.normal(size=places.shape))
    sources = np.vstack(
        [
            ongoing(
                ["background"] * 2 + ["interictal"] + ["background"] * N_RHYTHMS,
                n_samples,
                sfreq,
                rng,
            ),
            colored_noise(N_NOISES, n_samples, sfreq, rng, exponent=patient.exponent, low=0.6),
        ]
    )
    strength = patient.strength * np.exp(0.2 * rng.normal())
    levels = np.concatenate(
        [
            strength * rng.uniform(0.6, 1.6, size=2),
            patient.amplitude * rng.uniform(0.2, 0.5, size=1),
            strength * rng.uniform(0.3, 1.0, size=N_RHYTHMS),
            strength * rng.uniform(0.3, 0.8, size=N_NOISES),
        ]
    )
    # Rhythms and spikes come and go within seconds to minutes.
    n_modulated = 3 + N_RHYTHMS
    waxing = colored_noise(n_modulated, n_samples, sfreq, rng, exponent=1.5, low=0.01, high=0.3)
    waxing[2] -= 1.0  # spikes are rarer
    sources[:n_modulated] *= np.exp(0.5 * waxing)
    signals = (unit_topographies(places, moments, electrodes) * levels) @ sources
    _add_rhythmic_bursts(signals, patient, electrodes, sfreq, rng)
    return signals


def _add_rhythmic_bursts(
    signals: NDArray,
    patient: Patient,
    electrodes: NDArray,
    sfreq: float,
    rng: np.random.RandomState,
) -> None:
    """Add short rhythms of drowsiness: like a seizure for seconds, without its evolution."""
    starts = event_starts(patient.bursts, signals.shape[1], sfreq, rng)
    if not starts:
        return
    columns = draw_columns(["ictal"] * len(starts), rng)[0]
    longest = round(LONGEST_BURST * sfreq)
    rhythms = seizure_rhythm(columns, longest, sfreq, np.ones((len(starts), 2)), rng)
    places = 0.75 * unit(rng.normal([0, 0, 0.6], size=(len(starts), 3)))
    moments = unit(places + 0.5 * rng.normal(size=places.shape))
    topographies = unit_topographies(places, moments, electrodes)
    for start, rhythm, topography in zip(starts, rhythms, topographies.T, strict=True):
        n_samples = round(log_uniform(1.5, LONGEST_BURST, rng) * sfreq)
        course = log_uniform(*BURST_AMPLITUDE, rng) * np.hanning(n_samples) ** 0.5
        add_event(signals, start, topography, course * rhythm[:n_samples])


def seizures(
    patient: Patient,
    electrodes: NDArray,
    lengths: list[int],
    sfreq: float,
    rng: np.random.RandomState,
) -> list[NDArray[np.float64]]:
    """Simulate seizures in µV, each (n_electrodes, n_samples): they grow, slow and spread."""
    if not lengths:
        return []
    tempo = np.exp(0.07 * rng.normal(size=len(lengths)))
    columns = take_columns(
        patient.columns, np.zeros(len(lengths), int), excitation_rate=tempo, slow_rate=tempo
    )
    speeds = patient.speeds * np.exp(0.06 * rng.normal(size=(len(lengths), 2)))
    rhythms = seizure_rhythm(columns, max(lengths), sfreq, speeds, rng)
    return [
        _spread(patient, electrodes, rhythm[:length], sfreq, rng)
        for rhythm, length in zip(rhythms, lengths, strict=True)
    ]


def _spread(
    patient: Patient,
    electrodes: NDArray,
    rhythm: NDArray,
    sfreq: float,
    rng: np.random.RandomState,
) -> NDArray[np.float64]:
    """Return what a seizure's rhythm gives at electrodes, in µV."""
    share = np.linspace(0, 1, len(rhythm))
    places = patient.places + 0.04 * rng.normal(size=patient.places.shape)
    topographies = unit_topographies(places, patient.moments, electrodes)
    amplitude = patient.amplitude * np.exp(0.25 * rng.normal())
    end = np.clip((1 - share) * len(rhythm) / sfreq, 0, 1)
    signals = np.zeros((len(electrodes), len(rhythm)))
    for source, (delay, gain) in enumerate(zip(patient.delays, patient.gains, strict=True)):
        growth = np.clip((share - delay) / (GROWTH * (1 - delay)), 0, 1)
        course = amplitude * gain * growth * end * np.roll(rhythm, round(source * LAG * sfreq))
        signals += np.outer(topographies[:, source], course)
    return signals
