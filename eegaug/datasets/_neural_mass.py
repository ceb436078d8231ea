"""The neural mass model of Wendling et al. (2002), for many columns at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["Columns", "simulate_columns"]

# Jansen and Rit's connectivity and sigmoid, and Wendling's loops through the fast inhibition.
CONNECTIVITY = 135.0
TO_EXCITATORY, FROM_EXCITATORY = CONNECTIVITY, 0.8 * CONNECTIVITY
TO_SLOW, FROM_SLOW = 0.25 * CONNECTIVITY, 0.25 * CONNECTIVITY
TO_FAST, FROM_FAST = 0.3 * CONNECTIVITY, 0.8 * CONNECTIVITY
SLOW_TO_FAST = 0.1 * CONNECTIVITY
MAX_RATE, THRESHOLD, STEEPNESS = 5.0, 6.0, 0.56


@dataclass(frozen=True)
class Columns:
    """Parameters of cortical columns, each an ndarray of shape (n_columns,).

    Attributes
    ----------
    excitation, slow_inhibition, fast_inhibition : ndarray
        Synaptic gains A, B and G in mV.
    excitation_rate, slow_rate, fast_rate : ndarray
        Reciprocal time constants a, b and g in 1/s.
    input_mean : ndarray
        Mean pulse density p that arrives from outside the column, in pulses/s.
    input_noise : ndarray
        Intensity of the white noise upon it, in pulses/s per √Hz.
    drift_std, drift_time : ndarray
        Standard deviation in pulses/s and correlation time in s of a slow fluctuation of the
        input (an Ornstein-Uhlenbeck process). The published model has none; EEG has more
        power below 4 Hz than white noise can give it.
    """

    excitation: NDArray
    slow_inhibition: NDArray
    fast_inhibition: NDArray
    excitation_rate: NDArray
    slow_rate: NDArray
    fast_rate: NDArray
    input_mean: NDArray
    input_noise: NDArray
    drift_std: NDArray
    drift_time: NDArray


def simulate_columns(
    columns: Columns, n_steps: int, step: float, rng: np.random.RandomState
) -> NDArray[np.float64]:
    """Integrate the model by Heun's stochastic method."""
    # Rows: pyramidal cells, excitatory, slow inhibitory and fast inhibitory interneurons.
    rate = np.stack(
        [columns.excitation_rate, columns.excitation_rate, columns.slow_rate, columns.fast_rate]
    )
    gain = rate * np.stack(
        [columns.excitation, columns.excitation, columns.slow_inhibition, columns.fast_inhibition]
    )
    # What each population's sigmoid sees of the four post-synaptic potentials, and gives back.
    seen = STEEPNESS * np.array(
        [
            [0.0, 1.0, -1.0, -1.0],
            [TO_EXCITATORY, 0.0, 0.0, 0.0],
            [TO_SLOW, 0.0, 0.0, 0.0],
            [TO_FAST, 0.0, -SLOW_TO_FAST / FROM_SLOW, 0.0],
        ]
    )
    given = gain * MAX_RATE * np.array([[1.0], [FROM_EXCITATORY], [FROM_SLOW], [FROM_FAST]])
    damping, stiffness = 2 * rate, rate**2

    def acceleration(psp: NDArray, slope: NDArray, pulses: NDArray) -> NDArray:
        bend = given * expit(seen @ psp - STEEPNESS * THRESHOLD)
        bend[1] += pulses
        bend -= damping * slope
        bend -= stiffness * psp
        return bend

    decay = np.exp(-step / columns.drift_time)
    drift_kick = columns.drift_std * np.sqrt(1 - decay**2)
    kick = gain[1] * columns.input_noise * np.sqrt(step)
    n_columns = rate.shape[1]
    psp, slope, drift = np.zeros((4, n_columns)), np.zeros((4, n_columns)), np.zeros(n_columns)
    potential = np.empty((n_steps, n_columns))
    for i in range(n_steps):
        white, slow = rng.standard_normal((2, n_columns))
        pulses = gain[1] * (columns.input_mean + drift)
        noise = kick * white
        first = acceleration(psp, slope, pulses)
        ahead = slope + step * first
        ahead[1] += noise
        second = acceleration(psp + step * slope, ahead, pulses)
        psp = psp + (step / 2) * (slope + ahead)
        slope = slope + (step / 2) * (first + second)
        slope[1] += noise
        drift = decay * drift + drift_kick * slow
        potential[i] = psp[1] - psp[2] - psp[3]
    return np.ascontiguousarray(potential.T)
