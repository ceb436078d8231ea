"""The data sets of the benchmarks, each in the layout (n_samples, n_channels, n_times)."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from eegaug.datasets import load_epileptic_seizures, load_neonatal, make_seizure_windows

CSV = "uci_epileptic_seizure_recognition.csv.gz"
NEONATAL = "helsinki_neonatal_18ch_64hz.npz"
DELHI = "delhi_1ch_200hz.npz"


@dataclass(frozen=True)
class Windows:
    """Windows with labels (1 is a seizure), recordings and sampling frequency in Hz.

    `n_majority` is how many other windows a training fold keeps, to save time; None keeps all.
    """

    X: np.ndarray
    y: np.ndarray
    groups: np.ndarray
    sfreq: float
    n_majority: int | None = None
    ch_names: tuple[str, ...] | None = None


def bonn(folder):
    """Epileptic Seizure Recognition CSV, seizure against the rest, in µV."""
    data = load_epileptic_seizures(folder / CSV)
    return _windows(data.data[:, None], data.target, data.groups, data.sfreq, 1500)


def bonn_classes(folder):
    """The same with its five classes."""
    data = load_epileptic_seizures(folder / CSV, binary=False)
    return _windows(data.data[:, None], data.target, data.groups, data.sfreq)


def delhi(folder):
    """Scalp EEG of Swami et al. (2016), ictal against the rest, in its own unit."""
    data = np.load(folder / DELHI)
    return _windows(data["X"][:, None], data["y"], data["groups"], float(data["sfreq"]))


def delhi_unit_variance(folder):
    """The same, each window at unit variance."""
    data = delhi(folder)
    centred = data.X - data.X.mean(axis=2, keepdims=True)
    deviation = centred.std(axis=(1, 2), keepdims=True)
    scaled = centred / np.where(deviation > 0, deviation, 1)
    return _windows(scaled, data.y, data.groups, data.sfreq)


def neonatal(folder):
    """Helsinki neonatal windows of 18 channels; classes come from different infants."""
    data = load_neonatal(folder / NEONATAL)
    return _windows(data.data, data.target, data.groups, data.sfreq, ch_names=data.ch_names)


def simulated_channels(folder):
    """Simulated windows of 18 bipolar channels, with a focus of its own in each recording."""
    data = make_seizure_windows(100, 8, n_channels=18, n_times=256, sfreq=128.0, random_state=0)
    return _windows(data.data, data.target, data.groups, data.sfreq, ch_names=data.ch_names)


def simulated(folder):
    """Simulated windows, which come with the library."""
    data = make_seizure_windows(150, 8, random_state=0)
    return _windows(data.data[:, None], data.target, data.groups, data.sfreq)


SETS = {
    "bonn": bonn,
    "delhi": delhi,
    "delhi, unit variance": delhi_unit_variance,
    "neonatal": neonatal,
    "simulated": simulated,
    "simulated, 18 channels": simulated_channels,
}


def folder_of(path):
    """Return the folder of the data: the one given, or that of `EEGAUG_DATA`."""
    path = path or os.environ.get("EEGAUG_DATA")
    if path is None:
        raise SystemExit("Name the folder of the data sets by --data or by EEGAUG_DATA.")
    return Path(path)


@lru_cache
def load(name, folder):
    """Load a data set of `SETS` from a folder; "simulated" needs none."""
    return SETS[name](None if name.startswith("simulated") else folder_of(folder))


def _windows(X, y, groups, sfreq, n_majority=None, ch_names=None):
    groups = np.asarray(groups).astype(str)
    ch_names = None if ch_names is None else tuple(ch_names)
    X, y = np.asarray(X, np.float32), np.asarray(y)
    return Windows(X, y, groups, float(sfreq), n_majority, ch_names)
