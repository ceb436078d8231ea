import gzip
import io
import zipfile

import numpy as np
import pytest

from eegaug.datasets import _bonn, _tables, load_bonn, load_epileptic_seizures

N_COLUMNS = 178
NAMES = [f"X{i}" for i in range(1, N_COLUMNS + 1)]
VALUES = np.random.default_rng(0).integers(-900, 900, (6, N_COLUMNS))
LABELS = [1, 2, 3, 4, 5, 1]
IDS = ["X21.V1.791", "X15.V1.924", "X8.V14", "X1.V1.791", "X2.V14", "X3.V1.791"]


def csv_text(*, id_header: str | None = "Unnamed", values=VALUES, labels=LABELS, ids=IDS):
    header = [*([] if id_header is None else [id_header]), *NAMES, "y"]
    rows = [header]
    for name, row, label in zip(ids, values, labels, strict=True):
        rows.append([*([] if id_header is None else [name]), *row, label])
    return "\n".join(",".join(map(str, row)) for row in rows) + "\n"


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("id_header", ["", '""', "Unnamed", "Unnamed: 0"])
def test_csv_with_every_header_of_the_ids(tmp_path, id_header):
    eeg = load_epileptic_seizures(write(tmp_path / "a.csv", csv_text(id_header=id_header)))
    np.testing.assert_array_equal(eeg.data, VALUES)
    assert eeg.data.dtype == np.float64
    assert eeg.data.flags.c_contiguous
    assert eeg.target.tolist() == [1, 0, 0, 0, 0, 1]
    assert list(eeg.groups) == ["V1.791", "V1.924", "V14", "V1.791", "V14", "V1.791"]
    assert list(eeg.target_names) == ["rest", "seizure"]
    assert eeg.sfreq == 173.61
    assert "1.025 s" in eeg.DESCR


@pytest.mark.parametrize("packing", ["plain", "bom", "crlf", "gz", "zip", "zip with litter"])
def test_csv_packed_in_every_way(tmp_path, packing):
    text = csv_text()
    content = {
        "plain": text.encode(),
        "bom": text.encode("utf-8-sig"),
        "crlf": text.replace("\n", "\r\n").encode(),
        "gz": gzip.compress(text.encode()),
        "zip": zipped({"data.csv": text}),
        "zip with litter": zipped({"a/data.CSV": text, "__MACOSX/a/._data.CSV": b"\x00"}),
    }[packing]
    X, y = load_epileptic_seizures(str(write(tmp_path / "a", content)), return_X_y=True)
    np.testing.assert_array_equal(X, VALUES)
    assert y.tolist() == [1, 0, 0, 0, 0, 1]


def test_csv_with_the_original_labels_and_as_a_frame(tmp_path):
    path = write(tmp_path / "a.csv", csv_text())
    eeg = load_epileptic_seizures(path, binary=False, as_frame=True)
    assert eeg.target.tolist() == LABELS
    assert eeg.target_names[eeg.target[0] - 1] == "seizure"
    assert len(eeg.target_names) == 5
    assert list(eeg.frame.columns) == [*NAMES, "target"]
    np.testing.assert_array_equal(eeg.frame[NAMES], VALUES)
    assert eeg.groups.tolist()[0] == "V1.791"


def test_csv_without_ids_has_no_groups_and_says_so(tmp_path):
    eeg = load_epileptic_seizures(write(tmp_path / "a.csv", csv_text(id_header=None)))
    np.testing.assert_array_equal(eeg.data, VALUES)
    assert eeg.groups is None
    assert "no column of ids" in eeg.DESCR


def replaced(row, column, cell):
    lines = [line.split(",") for line in csv_text().splitlines()]
    lines[row][column] = cell
    return "\n".join(",".join(line) for line in lines)


BAD_CSV = {
    "empty": ("", "is empty; expected a CSV"),
    "only a header": (csv_text().splitlines()[0], "has a header and no rows"),
    "wrong column": (csv_text().replace("X17,", "Z17,", 1), "must be 'X17'. Got 'Z17'"),
    "twice a column": (csv_text().replace("X17,", "X16,", 1), "Column 18 must be 'X17'"),
    "column too few": ("Unnamed,X1,y\nX1.V1,3,1", "must be 'X2'. Got 'y'"),
    "column too many": (csv_text().replace(",y\n", ",y,z\n"), "must be nothing. Got 'z'"),
    "no table": ("<html></html>", "must be 'X1'. Got '<html></html>'"),
    "short row": (csv_text().rsplit(",", 9)[0], "line 7, column X171: expected a finite number"),
    "long first row": (replaced(1, 9, "4,4"), "line 2: expected 180 values"),
    "long later row": (replaced(3, 9, "4,4"), "line 4, saw 181"),
    "blank line": (csv_text().replace("\nX8", "\n\nX8"), "line 4, column X1:"),
    "word": (replaced(5, 2, "much"), "line 6, column X2: expected a finite number. Got 'much'"),
    "missing": (replaced(5, 2, ""), "line 6, column X2: expected a finite number. Got nothing"),
    "NaN": (replaced(2, 178, "nan"), "line 3, column X178:"),
    "infinite": (replaced(2, 178, "inf"), "line 3, column X178:"),
    "label 6": (replaced(4, 179, "6"), "line 5, column y: expected a label from 1 to 5. Got 6"),
    "label 0": (replaced(4, 179, "0"), "line 5, column y"),
    "label 1.5": (replaced(4, 179, "1.5"), "Got 1.5 instead"),
    "no label": (replaced(6, 179, ""), "line 7, column y"),
    "wrong id": (replaced(2, 0, "17"), "line 3: expected an id such as 'X21.V1.791'"),
    "no id": (replaced(2, 0, ""), "line 3: expected an id"),
    "bytes": (b"Unnamed,X1\n\xff\xfe", "line 2: expected text in UTF-8. Got the byte 0xff"),
    "cut gz": (gzip.compress(csv_text().encode())[:-200], "damaged or cut short"),
    "broken gz": (gzip.compress(csv_text().encode())[:300] + b"\xff" * 400, "damaged or cut"),
    "cut zip": (zipped({"a.csv": csv_text()})[:-80], "damaged or cut short"),
    "zip without": (zipped({"a.txt": "1"}), "exactly one .csv file. Got [] instead"),
    "zip with two": (zipped({"a.csv": "1", "b.csv": "1"}), "Got ['a.csv', 'b.csv'] instead"),
}


@pytest.mark.parametrize("case", BAD_CSV)
def test_a_bad_csv_is_reported_with_file_and_place(tmp_path, case):
    content, message = BAD_CSV[case]
    path = write(tmp_path / "windows.csv", content)
    with pytest.raises(ValueError, match=r"windows\.csv") as error:
        load_epileptic_seizures(path)
    assert message in str(error.value)


@pytest.mark.parametrize("pack", [str.encode, lambda t: gzip.compress(t.encode())])
def test_an_oversized_csv_is_refused(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(_tables, "MAX_BYTES", 1000)
    with pytest.raises(ValueError, match="more than 1000 bytes"):
        load_epileptic_seizures(write(tmp_path / "a.csv", pack(csv_text())))


def test_an_oversized_zip_member_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_tables, "MAX_BYTES", 1000)
    path = write(tmp_path / "a.zip", zipped({"a.csv": csv_text()}))
    with pytest.raises(ValueError, match=rf"unpacks to {len(csv_text())} bytes; at most 1000"):
        load_epileptic_seizures(path)


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.csv does not exist"):
        load_epileptic_seizures(tmp_path / "none.csv")
    with pytest.raises(ValueError, match="is a folder"):
        load_epileptic_seizures(tmp_path)
    with pytest.raises(FileNotFoundError, match="none does not exist"):
        load_bonn(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=r"no recording of set Z; expected Z\.zip"):
        load_bonn(tmp_path)


def samples(seed):
    return np.random.default_rng(seed).integers(-900, 900, 4097)


def recording(seed):
    return "\n".join(map(str, samples(seed))) + "\n"


def bonn_files():
    """Two recordings of S and one of each other set, by the path that they have unpacked."""
    names = ["Z/Z001.txt", "O/O001.txt", "N/N001.TXT", "F/F001.txt", "S/S002.txt", "S/S001.txt"]
    return {name: recording(seed) for seed, name in enumerate(names)}


def test_bonn_windows_labels_and_groups(tmp_path):
    for name, text in bonn_files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, text)
    bonn = load_bonn(tmp_path, binary=False)
    assert bonn.data.shape == (6 * 23, 178)
    assert bonn.target[::23].tolist() == [5, 4, 3, 2, 1, 1]
    assert list(bonn.groups[::23]) == ["Z001", "O001", "N001", "F001", "S001", "S002"]
    np.testing.assert_array_equal(bonn.data[:23].ravel(), samples(0)[: 23 * 178])
    np.testing.assert_array_equal(bonn.data[-23:].ravel(), samples(4)[: 23 * 178])
    assert bonn.target_names[bonn.target[0] - 1] == "eyes open"
    framed = load_bonn(str(tmp_path), sets="SZ", n_times=4097, as_frame=True)
    assert framed.data.shape == (3, 4097)
    assert framed.target.tolist() == [1, 1, 0]
    assert framed.groups.tolist() == ["S001", "S002", "Z001"]
    X, y = load_bonn(tmp_path, sets="O", n_times=1000, return_X_y=True)
    assert X.shape == (4, 1000)
    assert not y.any()


@pytest.mark.parametrize("form", ["zips", "lower case", "wrapped", "one zip", "both", "crlf"])
def test_bonn_in_every_wrapping(tmp_path, form):
    files = bonn_files()
    expected = np.stack([samples(i)[: 23 * 178] for i in (0, 1, 2, 3, 5, 4)]).reshape(-1, 178)
    path = tmp_path
    if form == "one zip":
        path = write(tmp_path / "bonn.zip", zipped({f"bonn/{k}": v for k, v in files.items()}))
    elif form == "crlf":
        for name, text in files.items():
            write(tmp_path / name[2:], text.replace("\n", "\r\n"))
    else:
        for letter in "ZONFS":
            members = {k[2:]: v for k, v in files.items() if k[0] == letter}
            name = f"{letter}.zip"
            if form == "lower case":
                members, name = {k.lower(): v for k, v in members.items()}, f"set{letter}.ZIP"
            elif form == "wrapped":
                litter = {f"__MACOSX/{letter}/._{k}": b"\x00\x05" for k in members}
                also = {f"__MACOSX/{letter}/{k}": b"\x00\x05" for k in members}
                members = {f"set_{letter}/{letter}/{k}": v for k, v in members.items()}
                members = litter | also | members | {"readme.txt": "Read me", ".DS_Store": b"\x00"}
            elif form == "both" and letter == "Z":
                write(tmp_path / "Z001.txt", members["Z001.txt"])
                members["Z001.txt"] = "an older copy that is not read"
            write(tmp_path / name, zipped(members))
    (tmp_path / "__MACOSX").mkdir()
    write(tmp_path / "__MACOSX" / "Z001.txt", "no recording")
    np.testing.assert_array_equal(load_bonn(path).data, expected)


def lines(**changes):
    text = recording(0).splitlines()
    for place, line in changes.items():
        text[int(place[1:]) - 1] = line
    return "\n".join(text)


BAD_BONN = {
    "cut short": (recording(0)[:9000], "must have 4097 lines"),
    "too long": (recording(0) + "7\n", "Got 4098 instead"),
    "empty": ("", "Got 0 instead"),
    "word": (lines(_7="much"), "line 7: expected one finite number. Got 'much'"),
    "two": (lines(_7="3 4"), "line 7: expected one finite number. Got '3 4'"),
    "blank": (lines(_9=""), "line 9: expected one finite number. Got ''"),
    "NaN": (lines(_4097="nan"), "line 4097: expected one finite number"),
    "bytes": (b"12\n\xff", "line 2: expected text in UTF-8"),
    "large": ("1\n" * 2**20, "more than 1048576 bytes"),
}


@pytest.mark.parametrize("case", BAD_BONN)
def test_a_bad_recording_is_reported_with_file_and_line(tmp_path, case):
    content, message = BAD_BONN[case]
    write(tmp_path / "S001.txt", content)
    with pytest.raises(ValueError, match=r"S001\.txt") as error:
        load_bonn(tmp_path, sets="S")
    assert message in str(error.value)


@pytest.mark.parametrize("damage", ["cut", "overwritten", "header lost", "oversized"])
def test_a_damaged_archive_is_reported(tmp_path, monkeypatch, damage):
    content = zipped({"S001.txt": recording(0)})
    if damage == "cut":
        content, message = content[:-100], "S.zip is damaged or cut short"
    elif damage == "overwritten":
        content = content[:500] + b"\x00" * 500 + content[1000:]
        message = "S.zip:S001.txt is damaged or cut short"
    elif damage == "header lost":
        content, message = b"\x00" * 30 + content[30:], "S.zip:S001.txt cannot be unpacked"
    else:
        monkeypatch.setattr(_bonn, "MAX_BYTES", 99)
        message = f"unpacks to {len(recording(0))} bytes; at most 99 are read"
    write(tmp_path / "S.zip", content)
    with pytest.raises(ValueError, match=r"S\.zip") as error:
        load_bonn(tmp_path, sets="S")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("sets", ""), ("sets", "ZX"), ("sets", "ZZ"), ("n_times", 1), ("n_times", 4098)],
)
def test_a_wrong_parameter_of_load_bonn_is_named(tmp_path, parameter, value):
    with pytest.raises(ValueError, match=f"'{parameter}' parameter of load_bonn must be"):
        load_bonn(tmp_path, **{parameter: value})


def test_both_loaders_agree(tmp_path):
    write(tmp_path / "F001.txt", recording(3))
    windows = samples(3)[: 23 * 178].reshape(23, 178)
    ids = [f"X{i}.V1.5" for i in range(1, 24)]
    path = write(tmp_path / "a.csv", csv_text(values=windows, labels=[2] * 23, ids=ids))
    for binary in (True, False):
        bonn = load_bonn(tmp_path, sets="F", binary=binary)
        csv = load_epileptic_seizures(path, binary=binary)
        np.testing.assert_array_equal(bonn.data, csv.data)
        np.testing.assert_array_equal(bonn.target, csv.target)
        np.testing.assert_array_equal(bonn.target_names, csv.target_names)
