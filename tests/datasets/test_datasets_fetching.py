import hashlib
import logging
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mne
import numpy as np
import pooch
import pytest

from eegaug.datasets import fetch_chb_mit, fetch_helsinki, fetch_siena
from eegaug.datasets._annotation_lists import parse_chb_mit, parse_helsinki, parse_siena
from eegaug.datasets._fetching import LEARNED, PART, fetch_files, sha256_list
from eegaug.datasets._public_recordings import HELSINKI_TABLES

SUMMARY = """\
Data Sampling Rate: 256 Hz
*************************

Channels in EDF Files:
**********************
Channel 1: FP1-F7

File Name: chb01_01.edf
File Start Time: 11:42:54
File End Time: 12:42:54
Number of Seizures in File: 0

File Name: chb01_03.edf
File Start Time: 13:43:04
File End Time: 14:43:04
Number of Seizures in File: 1
Seizure Start Time: 2 seconds
Seizure End Time: 5 seconds

File Name: chb01_08.edf
Number of Seizures in File: 2
Seizure 1 Start Time: 1 seconds
Seizure 1 End Time:   3 seconds
Seizure 2 Start Time: 5 seconds
Seizure 1 End Time:   8 seconds
"""
LIST = """\
Seizure n 1
File name: PN00-1.edf
Registration start time: 19.39.33
Registration end time:  20.22.58
Seizure start time: 19.39.35
Seizure end time: 19:39.38

Seizure n 2 (B2):
File name: PN00-1.edf

Seizure start time: 19.39.40
Seizure end time: 19.39.41
"""


def edf(seconds=10):
    """The bytes of a small EDF file."""
    import tempfile
    from pathlib import Path

    signals = 2e-5 * np.random.default_rng(0).normal(size=(2, seconds * 64))
    raw = mne.io.RawArray(signals, mne.create_info(["C3", "C4"], 64.0, "eeg"), verbose="error")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.edf")
        mne.export.export_raw(path, raw, verbose="error")
        return path.read_bytes()


EDF = edf()


class Server:
    """Files over HTTP on this machine; it can break off, and refuse to go on from the middle."""

    def __init__(self):
        self.files, self.asked = {}, []
        self.break_after, self.ranges = None, True
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.lstrip("/").split("?")[0]
                server.asked.append((self.path, self.headers.get("Range")))
                if name not in server.files:
                    self.send_error(404)
                    return
                content, status = server.files[name], 200
                asked = re.match(r"bytes=(\d+)-", self.headers.get("Range") or "")
                if asked and server.ranges:
                    if int(asked[1]) >= len(content):
                        self.send_error(416)
                        return
                    content, status = content[int(asked[1]) :], 206
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if server.break_after is not None and name.endswith(".edf"):
                    content, server.break_after = content[: server.break_after], None
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def publish_checksums(self):
        lines = [f"{hashlib.sha256(c).hexdigest()} {name}\n" for name, c in self.files.items()]
        self.files["SHA256SUMS.txt"] = "".join(lines).encode()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def chb_mit(server):
    names = ["chb01_01.edf", "chb01_03.edf", "chb01_08.edf"]
    server.files = {f"chb01/{name}": EDF for name in names}
    server.files["chb01/chb01-summary.txt"] = SUMMARY.encode()
    server.files["chb21/chb21_01.edf"] = EDF
    summary = "File Name: chb21_01.edf\nNumber of Seizures in File: 0\n"
    server.files["chb21/chb21-summary.txt"] = summary.encode()
    records = [f"chb01/{name}\n" for name in names]
    server.files["RECORDS"] = "".join([*records, "chb21/chb21_01.edf\n"]).encode()
    server.files["RECORDS-WITH-SEIZURES"] = "".join([*records[1:], "\n"]).encode()
    server.publish_checksums()
    return server


def test_chb_mit_is_fetched_once_with_its_seizures(chb_mit, tmp_path):
    options = {"folder": tmp_path, "base_url": chb_mit.url}
    eeg = fetch_chb_mit(["chb01", "chb21"], **options)
    assert [path.name for path in eeg.files] == [
        "chb01_01.edf",
        "chb01_03.edf",
        "chb01_08.edf",
        "chb21_01.edf",
    ]
    assert eeg.groups.tolist() == ["chb01"] * 4  # chb21 is the same girl
    assert eeg.seizures[["recording", "onset", "duration"]].to_numpy().tolist() == [
        [1, 2, 3],
        [2, 1, 2],
        [2, 5, 3],
    ]
    raw = eeg.raws[2]
    assert not raw.preload
    assert raw.annotations.description.tolist() == ["seizure", "seizure"]
    np.testing.assert_allclose(raw.annotations.onset, [1, 5])
    assert "Open Data Commons" in eeg.DESCR
    assert "doi:10.13026/C2K01R" in eeg.DESCR
    asked = len(chb_mit.asked)
    fetch_chb_mit(["chb01", "chb21"], **options)
    assert len(chb_mit.asked) == asked
    offline = fetch_chb_mit(None, folder=tmp_path, download_if_missing=False)
    assert offline.files == eeg.files


def test_files_without_a_seizure_are_left_out_on_request(chb_mit, tmp_path):
    eeg = fetch_chb_mit(["chb01"], only_seizures=True, folder=tmp_path, base_url=chb_mit.url)
    assert [path.name for path in eeg.files] == ["chb01_03.edf", "chb01_08.edf"]
    assert not (tmp_path / "chb01" / "chb01_01.edf").exists()
    offline = fetch_chb_mit(
        ["chb01"], only_seizures=True, folder=tmp_path, download_if_missing=False
    )
    assert offline.files == eeg.files


def test_licence_and_citation_are_said_once(chb_mit, tmp_path):
    said = []

    class Handler(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    handler = Handler()
    pooch.get_logger().addHandler(handler)
    try:
        for _ in range(2):
            fetch_chb_mit(["chb01"], folder=tmp_path / "new", base_url=chb_mit.url)
    finally:
        pooch.get_logger().removeHandler(handler)
    (words,) = [text for text in said if "Licence" in text]
    assert "Open Data Commons" in words
    assert "doi:10.13026/C2K01R" in words


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_goes_on_where_it_broke_off(server, tmp_path, ranges):
    content = np.random.default_rng(0).bytes(200_000)
    server.files["x.edf"] = content
    server.break_after, server.ranges = 150_000, ranges
    with pytest.raises(OSError, match=r"x\.edf cannot be fetched.*Call again"):
        fetch_files(["x.edf"], tmp_path, server.url)
    part = (tmp_path / f"x.edf{PART}").read_bytes()
    assert len(part) > 100_000
    assert content.startswith(part)
    assert not (tmp_path / "x.edf").exists()
    (path,) = fetch_files(["x.edf"], tmp_path, server.url)
    assert path.read_bytes() == content
    assert server.asked[-1] == ("/x.edf", f"bytes={len(part)}-")
    assert sorted(file.name for file in tmp_path.iterdir()) == [LEARNED, "x.edf"]


def test_a_part_that_is_too_long_is_begun_anew(server, tmp_path):
    server.files["x.edf"] = EDF
    (tmp_path / f"x.edf{PART}").write_bytes(EDF)
    (path,) = fetch_files(["x.edf"], tmp_path, server.url)
    assert path.read_bytes() == EDF


def test_a_checksum_of_the_publisher_is_compared(server, tmp_path):
    server.files["x.edf"] = EDF
    wrong = {"x.edf": "sha256:" + "0" * 64}
    with pytest.raises(ValueError, match=r"x\.edf is not what was expected.*Call again"):
        fetch_files(["x.edf"], tmp_path, server.url, checksums=wrong)
    assert not any(tmp_path.iterdir())


def test_the_first_checksum_holds_from_then_on(server, tmp_path):
    server.files["x.edf"] = EDF
    (path,) = fetch_files(["x.edf"], tmp_path, server.url)
    path.write_bytes(EDF[:-1])  # damaged on the disk: fetched again
    fetch_files(["x.edf"], tmp_path, server.url)
    assert path.read_bytes() == EDF
    path.unlink()
    server.files["x.edf"] = EDF[::-1]
    with pytest.raises(ValueError, match=f"delete {re.escape(str(tmp_path / LEARNED))}"):
        fetch_files(["x.edf"], tmp_path, server.url)


def test_a_file_that_is_not_there_is_named(server, tmp_path):
    with pytest.raises(OSError, match=r"none\.edf cannot be fetched \(404"):
        fetch_files(["none.edf"], tmp_path, server.url)


def test_a_list_of_checksums():
    digest = "A" * 64
    assert sha256_list(f"{digest} a/b.edf\n{digest} *./c d.edf\nother\n") == {
        "a/b.edf": f"sha256:{digest.lower()}",
        "c d.edf": f"sha256:{digest.lower()}",
    }


def test_siena_is_fetched(server, tmp_path):
    server.files = {
        "PN00/PN00-1.edf": EDF,
        "PN00/Seizures-list-PN00.txt": LIST.encode("latin-1"),
        "RECORDS": b"PN00/PN00-1.edf\n",
    }
    server.publish_checksums()
    eeg = fetch_siena(folder=tmp_path, base_url=server.url)
    assert eeg.seizures[["onset", "duration"]].to_numpy().tolist() == [[2, 3], [7, 1]]
    assert eeg.groups.tolist() == ["PN00"]
    other = LIST.replace(
        "File name: PN00-1.edf\n\n", "File name: PN00-9.edf\nRegistration start time: 19.39.33\n"
    )
    (tmp_path / "PN00" / "Seizures-list-PN00.txt").write_text(other)
    with pytest.raises(ValueError, match=r"lists seizures of PN00-9\.edf"):
        fetch_siena(folder=tmp_path, download_if_missing=False)


def test_helsinki_is_fetched(server, tmp_path):
    votes = {"A": "1,2\n0,0\n1,1\n1,1\n", "B": "1,2\n0,0\n1,0\n1,\n", "C": "1,2\n0,0\n0,0\n1,\n"}
    votes["A"] = "1,2\n0,0\n1,1\n1,\n"
    server.files = {
        name: text.encode() for name, text in zip(HELSINKI_TABLES, votes.values(), strict=True)
    }
    server.files |= {"eeg1.edf": EDF, "eeg2.edf": EDF}
    eeg = fetch_helsinki(None, folder=tmp_path, base_url=server.url)
    assert eeg.groups.tolist() == ["infant 1", "infant 2"]
    assert eeg.seizures[["recording", "onset", "duration"]].to_numpy().tolist() == [[0, 2, 1]]
    assert all(path.endswith("?download=1") for path, _ in server.asked)
    fewer = fetch_helsinki([2], agreement=1, folder=tmp_path, download_if_missing=False)
    assert fewer.seizures[["onset", "duration"]].to_numpy().tolist() == [[1, 1]]
    with pytest.raises(ValueError, match=r"'infants' parameter must be of 1, 2. Got \[3\]"):
        fetch_helsinki([3], folder=tmp_path, download_if_missing=False)


def test_a_file_that_is_cut_short_is_named_or_skipped(chb_mit, tmp_path):
    fetch_chb_mit(["chb01"], folder=tmp_path, base_url=chb_mit.url)
    short = tmp_path / "chb01" / "chb01_03.edf"
    short.write_bytes(EDF[:-100])
    local = {"folder": tmp_path, "download_if_missing": False}
    with pytest.raises(ValueError, match=r"chb01_03\.edf is cut short: its header promises"):
        fetch_chb_mit(["chb01"], **local)
    eeg = fetch_chb_mit(["chb01"], on_error="skip", **local)
    assert [path.name for path in eeg.files] == ["chb01_01.edf", "chb01_08.edf"]
    assert eeg.skipped.file.tolist() == [str(short)]
    assert "cut short" in eeg.skipped.reason[0]
    assert eeg.seizures.recording.tolist() == [1, 1]
    for content in (b"", b"no header", EDF[:300]):
        short.write_bytes(content)
        with pytest.raises(ValueError, match=r"chb01_03\.edf .* has no EDF header"):
            fetch_chb_mit(["chb01"], **local)


def test_a_seizure_behind_the_end_is_named(chb_mit, tmp_path):
    fetch_chb_mit(["chb01"], folder=tmp_path, base_url=chb_mit.url)
    summary = tmp_path / "chb01" / "chb01-summary.txt"
    summary.write_text(SUMMARY.replace("End Time: 5 ", "End Time: 50 "))
    with pytest.raises(ValueError, match=r"chb01_03\.edf lasts 10 s, .* 'seizure' until 50 s"):
        fetch_chb_mit(["chb01"], folder=tmp_path, download_if_missing=False)


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"'patients' parameter must be of"):
        fetch_chb_mit(["chb01"], folder=tmp_path, download_if_missing=False)
    (tmp_path / "chb01").mkdir()
    (tmp_path / "chb01" / "chb01_01.edf").write_bytes(EDF)
    with pytest.raises(FileNotFoundError, match=r"lacks chb01/chb01-summary\.txt; expected"):
        fetch_chb_mit(["chb01"], folder=tmp_path, download_if_missing=False)


def test_summaries_of_chb_mit():
    assert parse_chb_mit(SUMMARY, "x") == {
        "chb01_01.edf": [],
        "chb01_03.edf": [(2, 5)],
        "chb01_08.edf": [(1, 3), (5, 8)],
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Seizure Start Time: 2 ", "Seizure Start Time: 9 ", "line 18: a seizure's end must"),
        ("Seizure Start Time: 2 seconds\n", "", "line 17: a seizure's end must"),
        ("Seizure End Time: 5 seconds\n", "", r"line 19: chb01_03\.edf must have 1"),
        ("Seizures in File: 0", "Seizures in File: 1", r"line 13: chb01_01\.edf must have 1"),
        ("Seizures in File: 1", "Seizures in File: x", "line 16: expected a number"),
    ],
)
def test_a_damaged_summary_is_named(old, new, message):
    assert old in SUMMARY
    with pytest.raises(ValueError, match=f"chb01-summary.txt, {message}"):
        parse_chb_mit(SUMMARY.replace(old, new), "chb01-summary.txt")


def test_lists_of_siena_with_their_misprints():
    text = """
Seizure n 1
File name: PN01.edf
Registration start time: 19.00.44
Registration end time: 07.54.56
Start time: 21:51:02
End time: 21:51:56

Seizure n 2
Start time: 07:53:17
End time: 07:54:31

File name: PNO6-1.edf
Registration start time:1 6.49.25
Seizure start time: 16.49.35
Seizure end time: 16:49.45

File name: PN00-3.edf
Registration start time: 18.15.44
Seizure start time: 18.28.29
Seizure end time: 19.29.29
"""
    assert parse_siena(text, "x") == {
        "PN01-1.edf": [(10218, 10272), (46353, 46427)],
        "PN06-1.edf": [(10, 20)],
        "PN00-3.edf": [(765, 825)],
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Registration start time: 19.39.33\n", "", "line 5: a seizure's end must follow"),
        ("Seizure start time: 19.39.35\n", "", "line 5: a seizure's end must follow"),
        ("19:39.38", "19.39.34", "line 6: .* Got 2 and 1 s"),
        ("19:39.38", "soon", "line 6: expected a time, such as '19.39.33'. Got 'soon'"),
    ],
)
def test_a_damaged_list_is_named(old, new, message):
    assert old in LIST
    with pytest.raises(ValueError, match=message):
        parse_siena(LIST.replace(old, new), "Seizures-list-PN00.txt")


def test_tables_of_helsinki():
    tables = {"A": "1,7\n1,0\n1,1\n0,\n1,\n", "B": "1,7\n1,0\n0,1\n0,\n1,\n"}
    assert parse_helsinki(tables, 2) == {1: [(0, 1), (3, 4)], 7: [(1, 2)]}
    assert parse_helsinki(tables, 1) == {1: [(0, 2), (3, 4)], 7: [(1, 2)]}


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("1,x\n0,0\n", "numbers of infants"),
        ("1,7\n0,2\n", "column 7: expected 0 or 1"),
        ("1\n0\n", "infant 7 must have as many"),
        ("1,7\n0,0\n1,1\n", "infant 1 must have as many"),
    ],
)
def test_a_damaged_table_is_named(second, message):
    with pytest.raises(ValueError, match=message):
        parse_helsinki({"A.csv": "1,7\n0,1\n", "B.csv": second}, 2)
