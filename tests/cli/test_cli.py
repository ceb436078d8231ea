"""The command line: files in, files out, one line for a mistake."""

import argparse
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import eegaug
from eegaug import load_sampler
from eegaug._cli import _fit, _samplers, main
from eegaug.datasets import load_windows
from eegaug.gan import GANGenerator

pytestmark = pytest.mark.uncompiled

TINY = ["--n-steps", "2", "--width", "2"]
RNG = np.random.default_rng(0)
X = 50 * RNG.normal(size=(36, 16))
Y = np.repeat([0, 1], [24, 12])
GROUPS = np.arange(36) // 3


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    table = pd.DataFrame(X, columns=[f"X{i}" for i in range(1, 17)])
    table.assign(y=Y, groups=GROUPS).to_csv("data.csv", index=False)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Train once; the tests read the results."""
    folder = tmp_path_factory.mktemp("trained")
    known = {"y": np.array(["a", "b"])[Y], "sfreq": 100.0, "ch_names": ["Fz", "Cz"]}
    np.savez(folder / "data.npz", X=X.reshape(36, 2, 8), **known)
    (folder / "data.csv").write_text(
        pd.DataFrame(X).assign(seizure=Y).to_csv(index=False), encoding="utf-8"
    )
    flat, channels = folder / "flat.eegaug", folder / "channels.eegaug"
    label = ["--label", "1", "--label-column", "seizure"]
    assert main(["fit", str(folder / "data.csv"), *label, "--out", str(flat), *TINY]) == 0
    assert main(["fit", str(folder / "data.npz"), "--out", str(channels), *TINY]) == 0
    return str(flat), str(channels)


def failed(arguments, capfd):
    """Run a command that must fail, and return its one line."""
    assert main(arguments) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"eegaug {arguments[0]}: ")
    return line


def test_options_of_the_generator_are_its_parameters(tmp_path):
    parser = argparse.ArgumentParser()
    _fit.add_arguments(parser)
    arguments = ["data.csv", "--out", "a", "--no-spectral-critic", "--learning-rate", "0.01"]
    sampler = _samplers.gan_of(parser.parse_args(arguments), 64.0)
    expected = GANGenerator(spectral_critic=False, learning_rate=0.01).get_params()
    assert sampler.generator.get_params() == expected
    assert sampler.sfreq == 64.0
    helps = {action.dest: action.help for action in parser._actions}
    for name, value in GANGenerator().get_params().items():
        if isinstance(value, int | float | str):
            assert helps[name].endswith(f"({value})")
            assert len(helps[name]) > len(f"{name} ({value})")  # not just its name
    assert helps["width"].startswith("Number of filters of the layers next to the window")


def test_the_sampling_frequency_is_that_of_the_option_or_the_file_or_not_stated(capfd):
    jitter = ["compare", "data.csv", "--label", "1", "--samplers", "none", "--folds", "2"]
    assert main(jitter) == 0
    out = capfd.readouterr().out
    assert "Band power is left out (sampling frequency: not stated; give it by --sfreq)" in out
    assert "band power + logistic" not in out
    assert main([*jitter, "--sfreq", "100"]) == 0
    assert "band power + logistic" in capfd.readouterr().out
    assert "--sfreq must be a positive number" in failed([*jitter, "--sfreq", "-1"], capfd)
    fit = ["fit", "data.csv", "--out", "a", *TINY]
    assert main([*fit, "--sfreq", "64"]) == 0
    assert "sampling frequency: 64 Hz" in capfd.readouterr().out
    assert load_sampler("a").sfreq_ == 64.0
    assert main([*fit, "--force"]) == 0
    assert "sampling frequency: not stated" in capfd.readouterr().out


def test_fit_keeps_what_was_asked_for(trained):
    flat, channels = map(load_sampler, trained)
    assert list(flat.generators_) == [1]
    generator = flat.generator
    assert (generator.n_steps, generator.width) == (2, 2)
    assert flat.random_state == 0
    assert flat.sfreq_ is None
    assert list(channels.generators_) == ["b"]
    assert channels.sfreq_ == 100.0
    assert channels.ch_names_ == ["Fz", "Cz"]
    assert flat.ch_names_ is None
    assert channels.sample(1, "b").shape == (1, 2, 8)


def test_sample_writes_a_csv_that_the_loader_reads(trained, capfd):
    for out in ("one.csv", "two.csv"):
        assert main(["sample", trained[0], "-n", "5", "--out", out, "--seed", "3"]) == 0
    assert capfd.readouterr().out == "one.csv: 5 windows of 1\ntwo.csv: 5 windows of 1\n"
    made = load_windows("one.csv")
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    assert made.target.tolist() == [1] * 5
    expected = load_sampler(trained[0]).sample(5, 1, np.random.RandomState(3))
    np.testing.assert_array_equal(made.data, expected)


def test_sample_writes_npz_and_fif(trained):
    sample = ["sample", trained[1], "-n", "4", "--label", "b", "--seed", "3", "--out"]
    assert main([*sample, "made.npz"]) == 0
    made = load_windows("made.npz")
    assert made.data.shape == (4, 2, 8)
    assert made.target.tolist() == ["b"] * 4
    assert made.sfreq == 100.0
    assert made.ch_names == ["Fz", "Cz"]
    mne = pytest.importorskip("mne")
    for unit, volts in {"uV": 1e-6, "V": 1.0}.items():
        assert main([*sample, "made-epo.fif", "--unit", unit, "--force"]) == 0
        epochs = mne.read_epochs("made-epo.fif", verbose="error")
        np.testing.assert_allclose(epochs.get_data(copy=False), volts * made.data, rtol=1e-12)
        assert epochs.event_id == {"b": 1}
        assert epochs.info["sfreq"] == 100.0
        assert epochs.ch_names == ["Fz", "Cz"]
    assert main(["sample", trained[0], "-n", "2", "--out", "flat-epo.fif", "--sfreq", "64"]) == 0
    assert mne.read_epochs("flat-epo.fif", verbose="error").ch_names == ["EEG001"]


def test_describe_prints_the_card(trained, capfd):
    assert main(["describe", trained[0]]) == 0
    assert capfd.readouterr().out == load_sampler(trained[0]).describe()


@pytest.mark.parametrize("source", ["sampler", "table"])
def test_report_writes_a_page(source, trained, capfd):
    synthetic = trained[0]
    if source == "table":
        synthetic = "made.csv"
        main(["sample", trained[0], "-n", "12", "--out", synthetic])
    report = ["report", "data.csv", synthetic, "--n-resamples", "2", "--out", "page.html"]
    assert main(report) == 0
    assert Path("page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "1: spectrum " in capfd.readouterr().out
    assert "page.html exists. Give --force" in failed(report, capfd)


def test_report_takes_windows_held_out(trained, capfd):
    table = pd.read_csv("data.csv").assign(groups=GROUPS + 100)
    table.iloc[:, :16] += 1.0
    table.to_csv("others.csv", index=False)
    report = ["report", "data.csv", trained[0], "--n-resamples", "2", "--out", "page.html"]
    assert main([*report, "--holdout", "others.csv"]) == 0
    assert "attack unknown" not in capfd.readouterr().out


def test_compare_prints_a_table_and_writes_the_folds(capfd):
    few = ["--folds", "2", "--out", "folds.csv"]
    compare = ["compare", "data.csv", "--label", "1", "--samplers", "none", "jitter", *few]
    compare += ["--sfreq", "100"]
    assert main(compare) == 0
    out = capfd.readouterr().out
    assert "average_precision" in out
    assert "names no recordings" not in out
    folds = pd.read_csv("folds.csv")
    assert len(folds) == 2 * 2 * 2
    assert set(folds["sampler"]) == {"none", "jitter"}
    assert set(folds["classifier"]) == {"random forest", "band power + logistic"}


def test_compare_names_columns_that_are_no_samples(capfd):
    table = pd.read_csv("data.csv").rename(columns={"groups": "subject"})
    table.assign(age=40).to_csv("data.csv", index=False)
    compare = ["compare", "data.csv", "--label", "1", "--samplers", "none", "--folds", "2"]
    assert "Got 'subject', 'age' besides" in failed(compare, capfd)
    assert main([*compare, "--groups-column", "subject", "--drop", "age"]) == 0
    assert "names no recordings" not in capfd.readouterr().out


def test_compare_knows_windows_of_many_channels_and_no_recordings(capfd):
    np.savez("data.npz", X=X.reshape(36, 2, 8), y=Y)
    few = ["--samplers", "surrogate", "gan", "--folds", "2", *TINY[:4]]
    assert main(["compare", "data.npz", "--label", "1", *few]) == 0
    out = capfd.readouterr().out
    assert "names no recordings" in out
    assert "surrogate" in out


MISTAKES = {
    "no data": (["fit", "none.csv", "--out", "a"], "none.csv does not exist"),
    "no such label": (["fit", "data.csv", "--label", "7", "--out", "a"], "one of 0, 1"),
    "no such column": (
        ["fit", "data.csv", "--label-column", "z", "--out", "a"],
        "expected a column 'z'",
    ),
    "no folder": (["fit", "data.csv", "--out", "none/a"], "in a folder that exists"),
    "a folder": (["fit", "data.csv", "--out", "."], "must be a file"),
    "in the way": (["fit", "data.csv", "--out", "data.csv"], "data.csv exists. Give --force"),
    "bad value": (["fit", "data.csv", "--out", "a", "--n-steps", "0"], "'n_steps' parameter"),
    "no sampler": (["describe", "data.csv"], "data.csv is no saved GANOversampler"),
    "no file": (["describe", "none"], "none does not exist"),
    "too many folds": (
        ["compare", "data.csv", "--label", "1", "--samplers", "none", "--folds", "9"],
        "windows of class '1' and others",
    ),
    "no synthetic": (["report", "data.csv", "none", "--out", "a"], "No such file"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_one_line(case, capfd):
    arguments, message = MISTAKES[case]
    before = sorted(os.listdir())
    assert message in failed(arguments, capfd)
    assert sorted(os.listdir()) == before


def test_mistakes_with_a_sampler(trained, capfd):
    pytest.importorskip("mne")
    flat = ["sample", trained[0], "-n", "3", "--out", "a-epo.fif"]
    assert "epochs of MNE need a sampling frequency" in failed(flat, capfd)
    sample = ["sample", trained[1], "-n", "3", "--out"]
    assert "a CSV holds windows of a single channel" in failed([*sample, "a.csv"], capfd)
    assert "must end in .csv, .npz, .fif" in failed([*sample, "a.txt"], capfd)
    assert "There is no label 0; expected one of b" in failed(
        [*sample, "a.npz", "--label", "0"], capfd
    )
    assert "nothing to make" in failed([*sample, "a.npz", "-n", "0"], capfd)
    assert "out of memory. Unable to allocate" in failed(
        [*sample, "a.npz", "-n", str(10**15)], capfd
    )
    assert os.listdir() == ["data.csv"]


def test_a_missing_extra_is_named(trained, capfd, monkeypatch):
    monkeypatch.setitem(sys.modules, "mne", None)
    sample = ["sample", trained[1], "-n", "3", "--out", "a-epo.fif"]
    assert 'pip install "eegaug[mne]"' in failed(sample, capfd)


def test_a_class_that_gets_no_generator_is_said(capfd):
    table = pd.read_csv("data.csv").iloc[:30]
    table.to_csv("few.csv", index=False)
    assert main(["fit", "few.csv", "--label", "1", "--out", "a", *TINY]) == 1
    warning, error = capfd.readouterr().err.splitlines()
    assert warning.startswith("eegaug: warning: GANOversampler makes the windows of some")
    assert "No generator was trained, and nothing is saved (1: it has 6 windows" in error
    assert sorted(os.listdir()) == ["data.csv", "few.csv"]


@pytest.mark.parametrize("arguments", [[], ["sing"], ["fit"], ["sample", "a", "-n", "x"]])
def test_wrong_arguments_exit_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: eegaug" in capsys.readouterr().err


def test_a_process_of_its_own_is_quiet(trained):
    run = [sys.executable, "-m", "eegaug", "sample", trained[0], "-n", "2", "--out", "made.csv"]
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(run, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "made.csv: 2 windows of 1\n"
    assert done.stderr == ""


def test_the_console_script_is_this_function():
    project = Path(eegaug.__file__).parents[1] / "pyproject.toml"
    scripts = tomllib.loads(project.read_text())["project"]["scripts"]
    assert scripts == {"eegaug": "eegaug._cli:main"}
