"""Commands on recordings and epochs, as a user types them."""

import os
import re
from pathlib import Path

import mne
import numpy as np
import pandas as pd
import pytest

from eegaug import over_sampling
from eegaug._cli import main
from eegaug._cli._samplers import SAMPLERS
from eegaug.datasets import load_recordings, load_windows
from eegaug.evaluation import read_events, score_events

pytestmark = pytest.mark.uncompiled

TINY = ["--n-steps", "2", "--width", "2"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Simulate three patients once; the tests copy what they change."""
    place = tmp_path_factory.mktemp("simulated")
    few = ["--patients", "3", "--recordings", "1", "--duration", "150", "--sfreq", "64"]
    assert main(["simulate", str(place / "rec"), *few]) == 0
    return place / "rec"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    for path in folder.rglob("*.*"):
        copy = Path("rec", path.relative_to(folder))
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    with mne.utils.use_log_level("error"):
        yield


def edf(number):
    name = f"sub-patient{number}"
    return Path("rec", name, "eeg", f"{name}_task-szMonitoring_run-00_eeg.edf")


def tree():
    return sorted(str(path) for path in Path().rglob("*"))


def failed(arguments, capfd):
    """Run a command that must fail, and return its one line."""
    assert main(arguments) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"eegaug {arguments[0]}: ")
    return line


def test_every_sampler_of_the_library_has_a_name():
    known = {
        name
        for name in over_sampling.__all__
        if name.endswith("Oversampler") and not name.startswith("Base")
    }
    assert {f"{name.lower()}oversampler" for name in SAMPLERS} >= {name.lower() for name in known}
    assert SAMPLERS["jitter-recombined"](random_state=0).recombine
    assert SAMPLERS["none"] is None


def test_detect_prints_scores_and_writes_nothing(capfd):
    before = tree()
    assert main(["detect", "rec", "--seed", "1"]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    assert "3 recordings of 3 groups, 0.1 h; 0 left out" in out
    assert re.search(r"^none +\d\.\d\d \[\d\.\d\d, \d\.\d\d\]", out, re.MULTILINE)
    assert re.search(r"^jitter against none, f1: [+-]\d\.\d\d \[.*\]: ", out, re.MULTILINE)
    assert "sub-patient3" in out
    assert tree() == before


def test_detect_writes_what_was_found_in_the_form_of_szcore(capfd):
    few = ["--samplers", "surrogate", "--events", "found", "--out", "scores.csv"]
    assert main(["detect", "rec", *few, "--rest-ratio", "4", "--classifier", "forest"]) == 0
    scores = pd.read_csv("scores.csv")
    assert scores["sampler"].tolist() == ["none"] * 3 + ["surrogate"] * 3
    eeg = load_recordings("rec")
    tables = [path.with_name(path.name.replace("_eeg.edf", "_events.tsv")) for path in eeg.files]
    truth = [read_events(table) for table in tables]
    for sampler in ("none", "surrogate"):
        folder = Path("found", sampler)
        found = [read_events(folder / table.relative_to("rec")) for table in tables]
        # The tables in the files have the scores that the command wrote.
        own = score_events(truth, found).loc[("all", "event")]
        part = scores[scores["sampler"] == sampler]
        assert (own.tp, own.fp) == (part.tp.sum(), part.fp.sum())
    before = tree()
    again = ["detect", "rec", "--events", "found"]
    assert "--events found must be a folder that does not exist yet" in failed(again, capfd)
    assert "scores.csv exists" in failed(["detect", "rec", "--out", "scores.csv"], capfd)
    assert tree() == before


def test_detect_names_what_is_wrong_and_leaves_nothing(capfd):
    before = tree()
    detect = ["detect", "rec", "--events", "found", "--out", "scores.csv"]
    assert "begins with 'ictal'" in failed([*detect, "--seizure", "ictal"], capfd)
    assert "fit in each recording" in failed([*detect, "--window", "500"], capfd)
    assert "['Cz'], which it lacks" in failed([*detect, "--channels", "Cz"], capfd)
    assert "is no folder" in failed(["detect", "nothing"], capfd)
    edf(1).write_bytes(edf(1).read_bytes()[:-100])
    line = failed(detect, capfd)
    assert "is cut short" in line
    assert str(edf(1)) in line
    assert tree() == before


def test_detect_counts_what_it_leaves_out(capfd):
    edf(1).write_bytes(edf(1).read_bytes()[:-100])
    assert main(["detect", "rec", "--skip-damaged"]) == 0
    out = capfd.readouterr().out
    assert "2 recordings of 2 groups, 0.1 h; 1 left out" in out
    assert f"left out: {edf(1)} is cut short" in out


def test_windows_come_straight_from_a_folder(capfd):
    cut = ["--window", "2", "--overlap", "0.75", "--channels", "F3-C3", "C3-P3"]
    assert main(["resample", "rec", "out.npz", *cut, "--rest-ratio", "5"]) == 0
    assert "3 recordings of 3 groups" in capfd.readouterr().out
    made = load_windows("out.npz")
    assert made.data.shape[1:] == (2, 128)
    assert made.sfreq == 64
    assert made.ch_names == ["F3-C3", "C3-P3"]
    numbers = np.bincount(made.target)
    assert numbers[0] == numbers[1]
    assert set(made.groups) == {"sub-patient1", "sub-patient2", "sub-patient3", "synthetic"}
    assert (made.groups == "synthetic").sum() == made.groups[::-1].tolist().index("sub-patient3")
    assert set(made.target[made.groups == "synthetic"]) == {1}


def test_fit_takes_a_recording_with_a_table_of_its_seizures(capfd):
    Path("seizures.tsv").write_text("onset\tduration\tdescription\n20\t60\tictal\n")
    fit = ["fit", str(edf(2)), "--annotations", "seizures.tsv", "--seizure", "ictal", *TINY]
    fit += ["--window", "1", "--channels", "F3-C3", "--label", "1", "--out", "gan.eegaug"]
    assert main([*fit, "--sfreq", "32"]) == 0
    assert "gan.eegaug: generators of 1" in capfd.readouterr().out
    assert main(["sample", "gan.eegaug", "-n", "3", "--out", "made-epo.fif"]) == 0
    epochs = mne.read_epochs("made-epo.fif")
    assert epochs.ch_names == ["F3-C3"]
    assert epochs.info["sfreq"] == 32
    assert len(epochs.times) == 32


def test_a_recording_without_a_seizure_must_be_stated(capfd):
    table = edf(2).with_name(edf(2).name.replace("_eeg.edf", "_events.tsv"))
    table.write_text("onset\tduration\teventType\n0\t150\tbckg\n")
    raw = mne.io.read_raw_edf(edf(2), preload=True)
    raw.set_annotations(None)
    mne.export.export_raw(edf(2), raw, overwrite=True)
    resample = ["resample", str(edf(2)), "out.npz"]
    assert "No annotation of" in failed(resample, capfd)
    line = failed([*resample, "--no-seizure"], capfd)
    assert "class" in line
    folder = ["resample", "rec", "out.npz", "--annotations", str(table)]
    assert "--annotations is for a single recording. rec is a folder" in failed(folder, capfd)
    assert not Path("out.npz").exists()


def test_compare_takes_recordings_with_their_patients(capfd):
    compare = ["compare", "rec", "--label", "1", "--samplers", "none", "jitter-recombined"]
    compare += ["--channels", "F3-C3", "C3-P3", "--rest-ratio", "3", "--folds", "3"]
    assert main(compare) == 0
    out = capfd.readouterr().out
    assert "names no recordings" not in out
    assert "jitter-recombined" in out
    assert "band power + logistic" in out


@pytest.fixture
def epochs():
    rng = np.random.default_rng(0)
    info = mne.create_info(["C3", "C4"], 100.0, "eeg")
    labels = np.repeat([1, 2], [12, 4])
    events = np.column_stack([100 * np.arange(16), np.zeros(16, int), labels])
    made = mne.EpochsArray(
        2e-5 * rng.normal(size=(16, 2, 50)),
        info,
        events,
        event_id={"rest": 1, "seizure": 2},
        metadata=pd.DataFrame({"patient": np.arange(16) // 4}),
    )
    made.save("real-epo.fif", fmt="double")
    return made


# MNE reads metadata by what the newest pandas deprecates.
@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
def test_resample_takes_epochs_and_gives_epochs(epochs, capfd):
    assert main(["resample", "real-epo.fif", "all-epo.fif", "--groups-column", "patient"]) == 0
    out = capfd.readouterr().out
    assert "all-epo.fif: 16 real windows and 8 new ones behind them" in out
    assert "100 Hz" in out
    made = mne.read_epochs("all-epo.fif")
    assert len(made["rest"]) == len(made["seizure"]) == 12
    np.testing.assert_array_equal(made.get_data(copy=False)[:16], epochs.get_data(copy=False))
    assert made.metadata["synthetic"].sum() == 8
    assert made.ch_names == ["C3", "C4"]


def test_epochs_go_into_an_archive_in_microvolts(epochs):
    resample = ["resample", "real-epo.fif", "all.npz", "--groups-column", "patient"]
    assert main([*resample, "--sampler", "surrogate"]) == 0
    made = load_windows("all.npz")
    np.testing.assert_allclose(made.data[:16], 1e6 * epochs.get_data(copy=False))
    assert made.target[:16].tolist() == ["rest"] * 12 + ["seizure"] * 4
    assert made.groups[:16].tolist() == [str(i // 4) for i in range(16)]
    assert (made.sfreq, made.ch_names) == (100, ["C3", "C4"])


def test_mistakes_with_epochs(epochs, capfd):
    before = tree()
    resample = ["resample", "real-epo.fif"]
    message = failed([*resample, "x.npz", "--groups-column", "age"], capfd)
    assert "metadata has no column 'age'" in message
    assert "--sfreq must be that of" in failed([*resample, "x.npz", "--sfreq", "50"], capfd)
    assert "a CSV holds windows of a single channel" in failed([*resample, "x.csv"], capfd)
    assert "OUT x.txt must end in" in failed([*resample, "x.txt"], capfd)
    assert "exists. Give --force" in failed([*resample, "real-epo.fif"], capfd)
    assert "in a folder that exists" in failed([*resample, "no/x.npz"], capfd)
    assert "--growth must be a number or auto" in failed(
        [*resample, "x.npz", "--growth", "much"], capfd
    )
    assert "none-epo.fif does not exist" in failed(["resample", "none-epo.fif", "x.npz"], capfd)
    assert tree() == before


def test_resample_of_a_table_gives_a_table_that_is_read_again(capfd):
    assert main(["simulate", "data.csv", "--seed", "3"]) == 0
    resample = ["resample", "data.csv", "all.csv", "--growth", "2", "--seed", "5"]
    assert main(resample) == 0
    real, made = load_windows("data.csv"), load_windows("all.csv")
    numbers = np.bincount(made.target)
    assert numbers[0] == numbers[1] == 2 * np.bincount(real.target).max()
    np.testing.assert_array_equal(made.data[: len(real.data)], real.data)
    assert made.groups[: len(real.data)].tolist() == real.groups.astype(str).tolist()
    assert set(made.groups[len(real.data) :]) == {"synthetic"}
    first = Path("all.csv").read_bytes()
    assert main([*resample, "--force"]) == 0
    assert Path("all.csv").read_bytes() == first


def test_simulate_makes_what_is_there_no_second_time(capfd):
    before = tree()
    assert "rec exists" in failed(["simulate", "rec"], capfd)
    assert "must end in" in failed(["simulate", "data.txt"], capfd)
    assert "'duration' parameter" in failed(["simulate", "new", "--duration", "1"], capfd)
    assert tree() == before
    assert os.listdir() == ["rec"]
