"""Regimes of the neural mass model, and what an amplifier records of a column."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from eegaug.datasets._neural_mass import Columns, simulate_columns

__all__ = ["draw_columns", "record_columns"]

# Each recording draws its own values, uniformly between the two given (µV per mV and the input's
# noise on a logarithmic scale). The ranges were fitted by hand to the Bonn recordings. Interictal
# and ictal ones lie in Wendling's regimes of sporadic and sustained spikes; his background rests
# at strong slow inhibition, which leaves too little alpha for the Bonn sets Z and O.
REGIMES: dict[str, dict[str, tuple[float, float]]] = {
    "background": {
        "excitation": (3.2, 4.5),
        "slow_inhibition": (9.2, 13.2),
        "fast_inhibition": (10.0, 25.0),
        "input_noise": (2.0, 5.0),
        "drift_std": (28.0, 80.0),
        "drift_time": (0.1, 0.3),
        "tempo": (0.92, 1.2),
        "slow_ratio": (0.45, 0.55),
        "microvolts": (36.0, 68.0),
    },
    "interictal": {
        "excitation": (4.0, 4.7),
        "slow_inhibition": (52.0, 66.0),
        "fast_inhibition": (10.0, 25.0),
        "input_noise": (1.8, 5.0),
        "drift_std": (35.0, 72.0),
        "drift_time": (0.08, 0.35),
        "tempo": (0.75, 1.2),
        "slow_ratio": (0.42, 0.58),
        "microvolts": (13.0, 38.0),
    },
    "ictal": {
        "excitation": (5.0, 6.2),
        "slow_inhibition": (20.0, 40.0),
        "fast_inhibition": (5.0, 25.0),
        "input_noise": (2.0, 6.0),
        "drift_std": (10.0, 80.0),
        "drift_time": (0.08, 0.3),
        "tempo": (0.8, 1.4),
        "slow_ratio": (0.44, 0.57),
        "microvolts": (30.0, 85.0),
    },
}
EXCITATION_RATE, FAST_RATE, INPUT_MEAN = 100.0, 500.0, 90.0
LOGARITHMIC = ("input_noise", "microvolts")

# The Bonn amplifier's band in Hz; the high pass takes off offset and slow drift.
HIGH_PASS, LOW_PASS = 0.53, 40.0
# Hz at least, so that Heun's method is stable and true at the fast inhibition's 500/s.
INTEGRATION_RATE = 800.0
# Seconds discarded, after which neither the model nor the high pass remembers its start.
TRANSIENT = 3.0


def draw_columns(
    regimes: Sequence[str], rng: np.random.RandomState
) -> tuple[Columns, NDArray[np.float64]]:
    """Draw the parameters of one column for each regime, and its signed scale in µV per mV."""
    ranges = {name: np.array([REGIMES[k][name] for k in regimes]).T for name in REGIMES["ictal"]}
    drawn = {}
    for name, (low, high) in ranges.items():
        position = rng.uniform(size=len(regimes))
        if name in LOGARITHMIC:
            drawn[name] = low * (high / low) ** position
        else:
            drawn[name] = low + (high - low) * position
    excitation_rate = EXCITATION_RATE * drawn.pop("tempo")
    slow_rate = excitation_rate * drawn.pop("slow_ratio")
    scale = drawn.pop("microvolts") * rng.choice([-1.0, 1.0], size=len(regimes))
    columns = Columns(
        **drawn,
        excitation_rate=excitation_rate,
        slow_rate=slow_rate,
        fast_rate=np.full(len(regimes), FAST_RATE),
        input_mean=np.full(len(regimes), INPUT_MEAN),
    )
    return columns, scale


def record_columns(
    columns: Columns, scale: NDArray, n_samples: int, sfreq: float, rng: np.random.RandomState
) -> NDArray[np.float64]:
    """Simulate columns and pass them through the amplifier, as (n_columns, n_samples) in µV."""
    n_substeps = int(np.ceil(INTEGRATION_RATE / sfreq))
    n_transient = int(np.ceil(TRANSIENT * sfreq))
    rate = sfreq * n_substeps
    potential = simulate_columns(columns, (n_transient + n_samples) * n_substeps, 1 / rate, rng)
    filters = np.vstack(
        [
            signal.butter(2, HIGH_PASS, "highpass", fs=rate, output="sos"),
            signal.butter(2, min(LOW_PASS, 0.4 * sfreq), "lowpass", fs=rate, output="sos"),
        ]
    )
    seen = signal.sosfilt(filters, potential, axis=1)
    return scale[:, None] * seen[:, n_transient * n_substeps :: n_substeps]
