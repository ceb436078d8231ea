"""Folders of recordings that the tests write, whole and damaged."""

import re

import mne
import numpy as np
import pytest

from eegaug.datasets import load_recordings
from eegaug.interop import windows_from_raw

HEADER = "onset\tduration\teventType\n"


@pytest.fixture(autouse=True)
def quiet():
    with mne.utils.use_log_level("error"):
        yield


def save(path, seconds=20, *, names=("C3", "C4"), sfreq=50.0, events=HEADER, own=()):
    """Write a recording of noise, and a table of events beside it unless that is None."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(round(seconds))
    signals = 2e-5 * rng.normal(size=(len(names), round(seconds * sfreq)))
    raw = mne.io.RawArray(signals, mne.create_info(list(names), sfreq, "eeg"))
    for onset, duration, name in own:
        raw.annotations.append(onset, duration, name)
    if path.suffix == ".fif":
        raw.save(path)
    else:
        mne.export.export_raw(path, raw)
    if events is not None:
        table = re.sub(r"_eeg$", "", path.stem) + "_events.tsv"
        path.with_name(table).write_text(events)
    return path


@pytest.fixture
def bids(tmp_path):
    """A folder of two patients in the form of SzCORE, and what is to be passed over."""
    for patient, run, events in [
        ("01", "00", "4\t6\tsz_foc\n12\t2\tbckg\n"),
        ("01", "01", "0\t20\tbckg\n"),
        ("02", "00", "2\t3\tsz\n4\t5\tsz\n"),
    ]:
        name = f"sub-{patient}_task-szMonitoring_run-{run}_eeg.edf"
        save(tmp_path / f"sub-{patient}" / "eeg" / name, events=HEADER + events)
    save(tmp_path / "derivatives" / "sub-03" / "sub-03_eeg.edf")
    save(tmp_path / ".hidden" / "sub-04_eeg.edf")
    (tmp_path / "participants.tsv").write_text("participant_id\nsub-01\n")
    return tmp_path


def test_a_folder_in_bids(bids):
    eeg = load_recordings(bids)
    assert eeg.groups.tolist() == ["sub-01", "sub-01", "sub-02"]
    assert [path.name[7:11] for path in eeg.files] == ["task"] * 3
    assert not any(raw.preload for raw in eeg.raws)
    assert len(eeg.skipped) == 0
    columns = ["recording", "patient", "onset", "duration"]
    assert eeg.seizures[columns].to_numpy().tolist() == [
        [0, "sub-01", 4, 6],
        [2, "sub-02", 2, 3],
        [2, "sub-02", 4, 5],
    ]
    # Overlapping seizures are one: from 2 to 9 s.
    windows = windows_from_raw(eeg.raws[2], window=1)
    assert windows.start[windows.target == 1].tolist() == list(range(2, 9))


def test_a_folder_for_each_patient_and_other_formats(tmp_path):
    save(tmp_path / "anna" / "2020" / "night.edf", events=HEADER + "4\t6\tseizure\n")
    save(tmp_path / "anna" / "day.bdf")
    save(tmp_path / "bert" / "night_raw.fif", events=HEADER + "1\t2\tSeizure 1\n")
    eeg = load_recordings(tmp_path)
    assert [path.name for path in eeg.files] == ["night.edf", "day.bdf", "night_raw.fif"]
    assert eeg.groups.tolist() == ["anna", "anna", "bert"]
    assert load_recordings(tmp_path, groups="recording").groups.tolist() == [
        "anna/2020/night.edf",
        "anna/day.bdf",
        "bert/night_raw.fif",
    ]


def test_columns_of_bids_and_seizures_within_the_file(tmp_path):
    events = "onset\tduration\ttrial_type\n-1\tn/a\ttrigger\n4\t6\tictal\nn/a\t0\tphoto\n"
    save(tmp_path / "a" / "x.edf", events=events, own=[(12.0, 3.0, "ictal")])
    save(tmp_path / "b" / "x.edf", events=None, own=[(1.0, 3.0, "ICTAL")])
    eeg = load_recordings(tmp_path, seizure="ictal")
    windows = windows_from_raw(eeg.raws[0], window=1, seizure="ictal")
    assert windows.start[windows.target == 1].tolist() == [4, 5, 6, 7, 8, 9, 12, 13, 14]
    assert windows.descriptions == {"ictal": "seizure", "trigger": "not used", "photo": "not used"}


def test_onsets_count_from_the_first_sample_of_a_cropped_recording(tmp_path):
    rng = np.random.default_rng(0)
    info = mne.create_info(["C3"], 50.0, "eeg")
    raw = mne.io.RawArray(2e-5 * rng.normal(size=(1, 2000)), info)
    (tmp_path / "a").mkdir()
    raw.set_meas_date(0).crop(10).save(tmp_path / "a" / "x_raw.fif")
    (tmp_path / "a" / "x_raw_events.tsv").write_text(HEADER + "4\t2\tsz\n")
    windows = windows_from_raw(load_recordings(tmp_path).raws[0], window=1)
    assert windows.start[windows.target == 1].tolist() == [4, 5]


def test_a_patient_that_no_name_tells(tmp_path):
    save(tmp_path / "night.edf", events=HEADER + "4\t6\tsz\n")
    with pytest.raises(ValueError, match=r"night\.edf: the patient is not known.*a folder for"):
        load_recordings(tmp_path)
    assert load_recordings(tmp_path, groups="recording").groups.tolist() == ["night.edf"]


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-200])


def replace_events(text):
    def damage(path):
        path.with_name(re.sub("_eeg.edf", "_events.tsv", path.name)).write_text(text)

    return damage


DAMAGES = {
    "truncated": (cut_short, r"is cut short: its header promises \d+ bytes.*get the file again"),
    "empty": (lambda path: path.write_bytes(b""), r"has no EDF header"),
    "text": (lambda path: path.write_text("x" * 600), r"has no EDF header"),
    "no table": (
        lambda path: path.with_name(path.name.replace("_eeg.edf", "_events.tsv")).unlink(),
        r"has no annotations.*run-00_events\.tsv beside it",
    ),
    "empty table": (replace_events(""), r"events\.tsv is no table"),
    "other columns": (
        replace_events("start\tstop\n1\t2\n"),
        r"events\.tsv must have the columns onset, duration and one of eventType",
    ),
    "a seizure without duration": (
        replace_events(HEADER + "0\t20\tbckg\n4\t0\tsz\n"),
        r"events\.tsv, line 3: a seizure must have a duration. Got 'sz' at 4 s",
    ),
    "a seizure with an unknown duration": (
        replace_events(HEADER + "4\tn/a\tsz\n"),
        r"events\.tsv, line 2: 'duration' must be a number of seconds.* Got 'n/a'",
    ),
    "a seizure before the beginning": (
        replace_events(HEADER + "-4\t5\tsz\n"),
        r"events\.tsv, line 2: 'onset' must be a number of seconds, at least 0. Got '-4'",
    ),
    "a seizure behind the end": (
        replace_events(HEADER + "14\t60\tsz\n"),
        r"lasts 20 s, but its annotations have 'sz' until 74 s",
    ),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_recording_is_named_or_skipped(bids, case):
    damage, message = DAMAGES[case]
    path = bids / "sub-01" / "eeg" / "sub-01_task-szMonitoring_run-00_eeg.edf"
    damage(path)
    with pytest.raises(ValueError, match=message) as caught:
        load_recordings(bids)
    assert str(path.parent) in str(caught.value)
    eeg = load_recordings(bids, on_error="skip")
    assert [file.name[:6] for file in eeg.files] == ["sub-01", "sub-02"]
    assert eeg.skipped.file.tolist() == [str(path)]
    assert re.search(message, eeg.skipped.reason[0])


@pytest.mark.parametrize(
    ("ending", "message"),
    [(".bdf", "is cut short: its header promises"), ("_raw.fif", "is damaged at its end")],
)
def test_other_formats_that_are_cut_short(tmp_path, ending, message):
    path = save(tmp_path / "a" / f"x{ending}", events=HEADER + "4\t6\tsz\n")
    assert len(load_recordings(tmp_path).raws) == 1
    content = path.read_bytes()
    for share in (0.5, 0.9):
        path.write_bytes(content[: round(share * len(content))])
        with pytest.raises(ValueError, match=rf"x{re.escape(ending)} {message}"):
            load_recordings(tmp_path)


def test_nothing_left_and_nothing_there(bids, tmp_path):
    for path in bids.rglob("*_eeg.edf"):
        cut_short(path)
    with pytest.raises(ValueError, match=r"No recording of .* first of 3 reasons: .* cut short"):
        load_recordings(bids, on_error="skip")
    (bids / "none").mkdir()
    with pytest.raises(FileNotFoundError, match=r"none holds no recording; expected .*\.edf"):
        load_recordings(bids / "none")
    with pytest.raises(FileNotFoundError, match="is no folder"):
        load_recordings(bids / "nowhere")


def test_a_word_for_seizures_that_nothing_has(bids):
    with pytest.raises(ValueError, match=r"begins with 'ictal'.* descriptions 'bckg', 'sz', 'sz_"):
        load_recordings(bids, seizure="ictal")
