"""The figures that docstrings state, and the real data, where EEGAUG_DATA names its folder."""

import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eegaug.datasets import load_bonn, load_epileptic_seizures, make_seizure_windows
from eegaug.spectral import band_power

ROW = re.compile(r"^ +(Bonn|simulated) ([\w, ]+?)((?:  +[\d.]+){8})$", re.MULTILINE)


def figures(data, groups):
    """Compute a row of the table: band shares in %, std in µV, log spreads of the std."""
    power = band_power(data, sfreq=173.61)[:, 0]
    shares = 100 * (power / power.sum(axis=1, keepdims=True)).mean(axis=0)
    std = data.std(axis=1)
    by_recording = pd.Series(np.log(std)).groupby(groups)
    spreads = [by_recording.mean().std(), by_recording.std().mean()]
    return np.array([*shares, np.median(std), *spreads])


@pytest.fixture(scope="module")
def table():
    rows = ROW.findall(make_seizure_windows.__doc__)
    assert len(rows) == 6
    return {name: np.array(values.split(), dtype=float) for _, name, values in rows}


@pytest.fixture(scope="module")
def data_folder():
    if "EEGAUG_DATA" not in os.environ:
        pytest.skip("EEGAUG_DATA does not name the folder with the real data")
    return Path(os.environ["EEGAUG_DATA"])


@pytest.fixture(scope="module")
def csv(data_folder):
    path = data_folder / "uci_epileptic_seizure_recognition.csv.gz"
    return load_epileptic_seizures(path, binary=False)


# Half a unit is rounding; the rest is for platforms whose exp differs in the last bit, after
# which discharges are as irregular but no longer the same.
SIMULATED_ERROR = np.array([1, 1, 1, 1, 1, 6, 0.02, 0.02])
BONN_ERROR = np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.005, 0.005]) + 1e-9


def test_the_docstring_states_the_simulated_figures(table):
    eeg = make_seizure_windows(300, 8, seizure_fraction=1 / 3, n_classes=3, random_state=0)
    for label, name in enumerate(eeg.target_names):
        rows = eeg.target == label
        error = np.abs(figures(eeg.data[rows], eeg.groups[rows]) - table[str(name)])
        assert (error <= SIMULATED_ERROR).all(), (name, error)


@pytest.mark.parametrize(("name", "labels"), [("Z, O", (4, 5)), ("N, F", (2, 3)), ("S", (1,))])
def test_the_docstring_states_the_bonn_figures(table, csv, name, labels):
    rows = np.isin(csv.target, labels)
    error = np.abs(figures(csv.data[rows], csv.groups[rows]) - table[name])
    assert (error <= BONN_ERROR).all(), error


def test_the_csv_has_23_windows_a_recording(csv):
    assert csv.data.shape == (9200, 178)
    assert (np.unique(csv.groups, return_counts=True)[1] == 23).all()
    assert (np.bincount(csv.target) == [0, 1840, 1840, 1840, 1840, 1840]).all()


def readable_recordings(folder):
    """Map the names of the recordings whose archive member is whole to their content."""
    recordings, n_damaged = {}, 0
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                try:
                    recordings[name] = archive.read(name)
                except zipfile.BadZipFile:
                    n_damaged += 1
    return recordings, n_damaged


def in_order(windows, labels):
    """Return windows with their labels in an order that does not depend on the file."""
    table = np.column_stack([labels, windows])
    return table[np.lexsort(table.T[::-1])]


def test_each_whole_recording_is_a_recording_of_the_csv(data_folder, csv, tmp_path):
    recordings, _ = readable_recordings(data_folder / "bonn")
    assert recordings
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as archive:
        for name, content in recordings.items():
            archive.writestr(name, content)
    sets = "".join(sorted({name[0] for name in recordings}))
    bonn = load_bonn(tmp_path, sets=sets, binary=False)
    of_row = {tuple(row): i for i, row in enumerate(csv.data)}
    rows = np.array([of_row[tuple(window)] for window in bonn.data])
    assert (csv.target[rows] == bonn.target).all()
    pairs = set(zip(bonn.groups, csv.groups[rows], strict=True))
    assert len(pairs) == len(recordings) == len({csv_name for _, csv_name in pairs})


def test_every_csv_row_is_a_bonn_window(data_folder, csv):
    _, n_damaged = readable_recordings(data_folder / "bonn")
    if n_damaged:
        pytest.skip(f"{n_damaged} recordings in the archives of {data_folder} are damaged")
    bonn = load_bonn(data_folder / "bonn", binary=False)
    assert (in_order(bonn.data, bonn.target) == in_order(csv.data, csv.target)).all()
