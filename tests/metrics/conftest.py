import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter

SFREQ = 173.61


def simulate_windows(n_recordings, n_windows, *, n_channels=1, seed=0):
    """AR(2) noise with a gain and a rhythm of its own for each recording."""
    rng = np.random.RandomState(seed)
    gains = np.exp(0.5 * rng.normal(size=n_recordings))
    rhythms = np.exp(rng.uniform(np.log(4), np.log(12), size=n_recordings))
    recordings = []
    for gain, rhythm in zip(gains, rhythms, strict=True):
        poles = [1, -1.8 * np.cos(2 * np.pi * rhythm / SFREQ), 0.81]
        source = rng.standard_t(4, size=(n_channels, 300 + n_windows * 178))
        x = lfilter([1], poles, source)[:, 300:]
        x *= 50 * gain / x.std()
        recordings.append(x.reshape(n_channels, n_windows, 178).swapaxes(0, 1))
    windows = np.concatenate(recordings)
    if n_channels > 1:
        windows = windows + 0.5 * np.roll(windows, 1, axis=1)
    return windows, np.repeat(np.arange(n_recordings), n_windows)


@pytest.fixture(scope="session")
def simulate():
    return simulate_windows


@pytest.fixture(scope="session")
def simulated():
    return simulate_windows(24, 12)


@pytest.fixture(scope="session")
def simulated_channels():
    return simulate_windows(24, 12, n_channels=3)


@pytest.fixture(scope="session")
def bonn_seizures():
    folder = os.environ.get("EEGAUG_DATA")
    if not folder:
        pytest.skip("EEGAUG_DATA does not name the folder of the real recordings")
    table = pd.read_csv(Path(folder) / "uci_epileptic_seizure_recognition.csv.gz")
    table = table[table["y"] == 1]
    recording = table.iloc[:, 0].str.split(".", n=1).str[1]
    table = table[recording.groupby(recording).cumcount() < 12]
    groups = recording[table.index].factorize()[0]
    return table.iloc[:, 1:179].to_numpy(np.float64)[:, np.newaxis], groups
