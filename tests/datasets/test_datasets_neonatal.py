"""The loader of the neonatal archive, on made files and, where it is there, on the real one."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from eegaug.datasets import _neonatal, load_neonatal

ARRAYS = {
    "X": np.random.default_rng(0).normal(0, 30, (6, 3, 8)).astype("float32"),
    "y": np.array([1, 0, 0, 1, 1, 0]),
    "groups": np.array([9, 2, 2, 9, 4, 5]),
    "ch_names": np.array(["F4-C4", "C4-P4", "P4-O2"]),
    "sfreq": np.array(64.0),
}


def made(tmp_path, **changes):
    path = tmp_path / "neonatal.npz"
    np.savez(path, **{k: v for k, v in (ARRAYS | changes).items() if v is not None})
    return path


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def packed(tmp_path, **members):
    path = tmp_path / "neonatal.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({k: npy(v) for k, v in ARRAYS.items()} | members).items():
            archive.writestr(f"{name}.npy", content)
    return path


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["f4", ">f8"])
def test_what_was_saved_comes_back(tmp_path, save, dtype):
    save(tmp_path / "a.npz", **ARRAYS | {"X": np.asfortranarray(ARRAYS["X"].astype(dtype))})
    eeg = load_neonatal(tmp_path / "a.npz")
    assert_array_equal(eeg.data, ARRAYS["X"])
    assert eeg.data.dtype == dtype
    assert eeg.data.flags.writeable
    assert eeg.target.tolist() == [1, 0, 0, 1, 1, 0]
    assert eeg.groups.tolist() == [9, 2, 2, 9, 4, 5]
    assert eeg.ch_names == ["F4-C4", "C4-P4", "P4-O2"]
    assert eeg.sfreq == 64.0
    assert list(eeg.target_names) == ["rest", "seizure"]
    assert "infants" in eeg.DESCR
    X, y = load_neonatal(str(tmp_path / "a.npz"), return_X_y=True)
    assert_array_equal(X, eeg.data)
    assert_array_equal(y, eeg.target)


BAD = {
    "no X": ({"X": None}, "without X.npy"),
    "no sfreq": ({"sfreq": None}, "without sfreq.npy"),
    "flat X": ({"X": np.ones((6, 8), "f4")}, r"shape \(n_samples, n_channels, n_times\)"),
    "whole numbers": ({"X": np.ones((6, 3, 8), int)}, "Got .* and int64"),
    "labels too few": ({"y": np.array([1, 0])}, r"array y: .* n_samples = 6.* Got \(2,\)"),
    "labels in 2-D": ({"y": np.ones((6, 1), int)}, r"array y: .* Got \(6, 1\)"),
    "infants too many": ({"groups": np.arange(7)}, r"array groups: .* Got \(7,\)"),
    "names too few": ({"ch_names": np.array(["C3"])}, "array ch_names: .* n_channels = 3"),
    "label 2": (
        {"y": np.array([1, 0, 2, 0, 0, 0])},
        "array y: expected the labels .* Got 2",
    ),
    "NaN": ({"X": np.full((6, 3, 8), np.nan)}, "array X: expected finite .* window 0"),
    "no windows": (
        {"X": np.ones((0, 3, 8)), "y": np.ones(0, int), "groups": np.ones(0, int)},
        "expected windows",
    ),
    "sfreq 0": ({"sfreq": np.array(0.0)}, "array sfreq: expected a positive number. Got 0.0"),
    "sfreq of many": ({"sfreq": np.ones(2)}, "array sfreq"),
    "pickle": (
        {"groups": np.array([{}] * 6, object)},
        "groups must hold .* Python objects are never read",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_archive_is_reported_with_file_and_array(tmp_path, case):
    changes, message = BAD[case]
    with pytest.raises(ValueError, match=rf"neonatal\.npz.*{message}"):
        load_neonatal(made(tmp_path, **changes))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"nothing of the kind", "is no array in NumPy's format"),
        (b"", "is no array in NumPy's format"),
        (npy(ARRAYS["X"])[:-40], "Got 536 bytes"),
        (npy(ARRAYS["X"]) + b"more", "Got 580 bytes"),
        # A header that promises terabytes must not make anyone reserve them.
        (npy(ARRAYS["X"]).replace(b"(6, 3, 8), }        ", b"(600000, 300000, 80)}"), "Got 57"),
        (b"\x93NUMPY\x03\x00" + npy(ARRAYS["X"])[8:], "is no array in NumPy's format"),
    ],
)
def test_a_damaged_array_is_reported(tmp_path, content, message):
    with pytest.raises(ValueError, match=rf"neonatal\.npz:X .*{message}"):
        load_neonatal(packed(tmp_path, X=content))


def test_files_that_are_no_archive(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"none\.npz does not exist"):
        load_neonatal(tmp_path / "none.npz")
    with pytest.raises(ValueError, match="is a folder"):
        load_neonatal(tmp_path)
    path = made(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-50])
    with pytest.raises(ValueError, match=r"neonatal\.npz is damaged or cut short"):
        load_neonatal(path)
    path.write_bytes(npy(ARRAYS["X"]))
    with pytest.raises(ValueError, match=r"neonatal\.npz is damaged or cut short"):
        load_neonatal(path)
    path.write_bytes(whole)
    monkeypatch.setattr(_neonatal, "MAX_BYTES", 99)
    with pytest.raises(ValueError, match="at most 99 are read"):
        load_neonatal(path)


DATA = os.environ.get("EEGAUG_DATA")


@pytest.mark.skipif(not DATA, reason="EEGAUG_DATA names no folder with the real data")
def test_the_real_archive():
    eeg = load_neonatal(Path(DATA) / "helsinki_neonatal_18ch_64hz.npz")
    assert eeg.data.shape == (593, 18, 64)
    assert eeg.data.dtype == np.float32
    assert np.bincount(eeg.target).tolist() == [288, 305]
    assert eeg.sfreq == 64.0
    assert len(set(eeg.ch_names)) == 18
    assert len(np.unique(eeg.groups)) == 46
    # The confound that the description states: no infant has windows of both classes.
    assert not set(eeg.groups[eeg.target == 1]) & set(eeg.groups[eeg.target == 0])
    assert eeg.data[eeg.target == 0].std() > eeg.data[eeg.target == 1].std()
