"""Windows from anyone's own file."""

import gzip

import numpy as np
import pytest

from eegaug.datasets import _windows_file, load_epileptic_seizures, load_windows


def load(tmp_path, text, **options):
    path = tmp_path / "own.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_windows(path, **options)


def test_samples_labels_and_recordings_are_distinguished(tmp_path):
    windows = load(
        tmp_path, "id,t1,label,t2,groups,t3\n7,1,x,2,g1,3\n8,4,y,5,g2,6\n", label_column="label"
    )
    assert windows.data.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert windows.data.dtype == np.float64
    assert windows.target.tolist() == ["x", "y"]
    assert windows.groups.tolist() == ["g1", "g2"]
    assert windows.sfreq is None


@pytest.mark.parametrize(
    "header", ["subject,age,X1,X2,y", "X1,X2,subject,age,y", "Unnamed: 0,subject,X1,age,X2,y"]
)
def test_columns_that_are_no_samples_are_named(header, tmp_path):
    cells = {"subject": ["7", "8"], "age": ["40", "50"], "X1": "12", "X2": "34", "y": "01"}
    rows = [",".join(cells.get(name, "05")[i] for name in header.split(",")) for i in (0, 1)]
    text = "\n".join([header, *rows])
    message = r"own\.csv must be samples.* 'subject', 'age'.* drop=\['subject', 'age'\].*"
    with pytest.raises(ValueError, match=message + "groups_column='subject'"):
        load(tmp_path, text)
    windows = load(tmp_path, text, groups_column="subject", drop=["age"])
    assert windows.data.tolist() == [[1, 3], [2, 4]]
    assert windows.groups.tolist() == [7, 8]
    assert load(tmp_path, text, drop=["subject", "age"]).groups is None


def test_columns_to_drop_or_to_group_by_must_be_there(tmp_path):
    text = "t1,t2,y\n1,2,0\n"
    with pytest.raises(ValueError, match=r"own\.csv.* column 'patient'.* 'groups_column'"):
        load(tmp_path, text, groups_column="patient")
    with pytest.raises(ValueError, match=r"own\.csv.* column 'age'.* 'drop'"):
        load(tmp_path, text, drop=["age"])
    assert load(tmp_path, text).groups is None


@pytest.mark.parametrize("header", ["", "Unnamed", "Unnamed: 0", "id"])
def test_ids_of_the_published_csv_name_recordings(header, tmp_path):
    windows = load(tmp_path, f"{header},t1,t2,y\nX1.V1.7,1,2,0\nX2.V8,3,4,1\n")
    assert windows.groups.tolist() == ["V1.7", "V8"]
    assert load(tmp_path, f"{header},t1,t2,y\n0,1,2,0\n1,3,4,1\n").groups is None


def test_the_published_csv_is_read_alike(tmp_path):
    names = ",".join(f"X{i}" for i in range(1, 179))
    rows = "".join(f"X{i}.V1.7,{'9,' * 178}{i}\n" for i in (1, 2))
    text = f",{names},y\n{rows}"
    ours = load(tmp_path, gzip.compress(text.encode()))
    theirs = load_epileptic_seizures(tmp_path / "own.csv", binary=False)
    np.testing.assert_array_equal(ours.data, theirs.data)
    np.testing.assert_array_equal(ours.target, theirs.target)
    assert ours.groups.tolist() == theirs.groups.tolist()


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["0", "1"], [0, 1]),
        (["0.0", "1.0"], [0, 1]),
        (["0.5", "1.0"], [0.5, 1.0]),
        (["True", "False"], [True, False]),
        (["a", "1"], ["a", "1"]),
    ],
)
def test_labels_have_a_type_of_their_own(labels, expected, tmp_path):
    X, y = load(
        tmp_path, "t1,t2,y\n" + "".join(f"1,2,{label}\n" for label in labels), return_X_y=True
    )
    assert X.shape == (2, 2)
    assert y.tolist() == expected
    assert set(map(type, y.tolist())) == set(map(type, expected))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("t1,t2,t3\n1,2,3\n", "line 1: expected a column 'y'"),
        ("\nt1,t2,y\n1,2,0\n", "line 1: expected the columns .*Got an empty line"),
        ("t1,t2,y\n1,2,0\n1,'2\",1\n", "line 3: expected each quote closed on its line"),
        ("t1,y\n1,0\n", "at least 2 columns"),
        ("t1,t2,y\n", "a header and no rows"),
        ("t1,t2,y\n1,2,0\n1,,1\n", "line 3, column t2: expected a finite number"),
        ("t1,t2,y\n1,2,0\n1,2,\n", "line 3, column y: expected a value"),
        ("t1,t2,groups,y\n1,2,,0\n", "line 2, column groups: expected a value"),
        ("t1,t2,y\n1,2,0,4\n", "line 2: expected 3 values"),
    ],
)
def test_a_bad_csv_is_reported_with_file_and_place(text, message, tmp_path):
    with pytest.raises(ValueError, match=message) as error:
        load(tmp_path, text)
    assert "own.csv" in str(error.value)


def save(tmp_path, **arrays):
    np.savez(tmp_path / "own.npz", **arrays)
    return load_windows(tmp_path / "own.npz")


X = np.arange(12, dtype="float32").reshape(2, 2, 3)


def test_npz_files_keep_layout_and_dtype(tmp_path):
    windows = save(tmp_path, X=X, y=[0, 1], groups=["a", "b"], sfreq=64, ch_names=["C3", "C4"])
    np.testing.assert_array_equal(windows.data, X)
    assert windows.data.dtype == np.float32
    assert windows.target.tolist() == [0, 1]
    assert windows.groups.tolist() == ["a", "b"]
    assert windows.sfreq == 64.0
    assert windows.ch_names == ["C3", "C4"]
    assert save(tmp_path, X=X[:, 0], y=[0, 1], ch_names=["C3"]).ch_names == ["C3"]
    assert save(tmp_path, X=X, y=[0, 1]).ch_names is None
    assert save(tmp_path, X=X, y=["a", "b"]).groups is None
    np.savez(tmp_path / "other.npz", X=X, y=[0, 1], patient=[7, 8])
    assert load_windows(tmp_path / "other.npz", groups_column="patient").groups.tolist() == [7, 8]
    with pytest.raises(ValueError, match=r"other\.npz: expected the arrays X, y, who"):
        load_windows(tmp_path / "other.npz", groups_column="who")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": X}, r"expected the arrays X, y. Got \['X'\]"),
        ({"X": X, "y": [0]}, r"array y: .* n_samples = 2.* Got \(1,\)"),
        ({"X": X, "y": [[0], [1]]}, r"array y: expected the shape \(n_samples\)"),
        ({"X": X, "y": [0, 1], "sfreq": [1, 2]}, r"array sfreq: .* Got \(2,\)"),
        ({"X": X, "y": [0, 1], "sfreq": np.nan}, "array sfreq: expected finite"),
        ({"X": X, "y": [0, 1], "sfreq": -1}, "array sfreq: expected a positive .* Got -1"),
        ({"X": X, "y": [0, np.nan]}, "array y: expected finite values.* in window 1"),
        ({"X": X, "y": [0, 1], "groups": [np.inf, 1]}, "array groups: expected finite values"),
        ({"X": X, "y": [0, 1], "ch_names": ["C3"]}, "array ch_names: .* n_channels = 2"),
        ({"X": X[:, 0], "y": [0, 1], "ch_names": ["C3", "C4"]}, "ch_names: .* n_channels = 1"),
        ({"X": X, "y": [0, 1], "ch_names": [1, 2]}, "array ch_names: .* of the kind U"),
        ({"X": X * np.nan, "y": [0, 1]}, "array X: expected finite values.* in window 0"),
        (
            {"X": X[0, 0], "y": [0, 1, 2]},
            r"n_channels, n_times\) or \(n_samples, n_times\).* \(3,",
        ),
        ({"X": X, "y": np.array([{}, 1], object)}, "objects are never read"),
    ],
    ids=str,
)
def test_a_bad_npz_is_reported_with_the_file(arrays, message, tmp_path):
    with pytest.raises(ValueError, match=message) as error:
        save(tmp_path, **arrays)
    assert "own.npz" in str(error.value)


def test_npz_files_have_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(_windows_file, "NPZ_MAX_BYTES", 100)
    with pytest.raises(ValueError, match="at most 100 are read"):
        save(tmp_path, X=X, y=[0, 1])


def test_missing_and_damaged_files(tmp_path):
    for name in ("none.csv", "none.npz"):
        with pytest.raises(FileNotFoundError, match="does not exist"):
            load_windows(tmp_path / name)
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(ValueError, match=r"bad\.npz is damaged or cut short"):
        load_windows(tmp_path / "bad.npz")
