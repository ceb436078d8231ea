"""The soak script notes what goes wrong, and sees it."""

import json
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from eegaug import JitterOversampler
from eegaug.gan import GANGenerator

TINY = {"n_steps": 2, "n_checks": 1, "width": 2, "latent_dim": 2}


@pytest.fixture
def soak(script, tmp_path, monkeypatch):
    monkeypatch.setenv("SOAK_LOG", str(tmp_path / "log"))
    return script("soak")


def test_a_fit_is_noted_with_what_was_right(soak, tmp_path, monkeypatch):
    X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
    y = np.repeat([0, 1], [16, 8])
    sampler = soak.Watched(
        GANGenerator(**TINY), min_windows=2, random_state=0, sampling_strategy=0.75, growth=1
    )
    sampler.fit_resample(X, y)
    # Whatever the training did, one window too few, not finite and changed must be seen.
    made = np.vstack([X * 2, np.full((3, 16), np.nan, X.dtype)])
    monkeypatch.setattr(
        soak.GANOversampler, "fit_resample", lambda *_: (made, np.repeat([0, 1], [16, 11]))
    )
    sampler.fit_resample(X, y)
    begun, right, again, wrong = soak.read(tmp_path / "log")
    assert begun["event"] == again["event"] == "begin"
    assert begun["key"] == right["key"] == again["key"]
    faults = ("wrong_counts", "not_finite", "originals_changed")
    assert [right[name] for name in faults] == [False] * 3
    assert [wrong[name] for name in faults] == [True] * 3
    assert right["hash"] != wrong["hash"]


def test_growth_counts_from_the_warm_up_on(soak):
    fits = [
        {"resident": size, "threads": threads, "files": 5}
        for size, threads in [*[(10, 1)] * soak.WARM_UP, (100, 2), (110, 4)]
    ]
    fits[soak.WARM_UP - 1]["resident"] = 100
    found = soak.growth(pd.DataFrame(fits))
    assert found["undisturbed_fits"] == soak.WARM_UP + 2
    assert found["memory_growth_percent"] == 10.0
    assert found["threads_left"] == 3
    assert found["files_left_open"] == 0


def test_windows_that_differ_from_those_repeated_are_counted(soak):
    fits = pd.DataFrame({"key": ["a", "a", "b", "c"], "hash": ["1", "2", "3", "4"]})
    assert soak.compare(fits, pd.DataFrame({"key": ["a", "b"], "hash": ["1", "3"]})) == (1, 3)


# Whatever started the tests may have them, and their children, ignore it.
HEED = "import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler); "


@pytest.mark.parametrize(
    ("code", "how", "stopped"),
    [
        (HEED + "print(1, flush=True); time.sleep(600)", signal.SIGKILL, True),
        (HEED + "print(1, flush=True); time.sleep(600)", signal.SIGINT, True),
        ("print(1, flush=True)", signal.SIGKILL, False),
    ],
)
def test_workers_are_stopped_or_had_ended(soak, code, how, stopped):
    worker = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    worker.stdout.read(1)
    if not stopped:
        worker.wait()
    assert soak.stop(worker, how) is stopped


def test_a_worker_that_fails_by_itself_ends_the_soak(soak):
    worker = subprocess.Popen([sys.executable, "-c", "1 / 0"], stderr=subprocess.PIPE)
    worker.wait()
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        soak.stop(worker, signal.SIGKILL)


def test_the_whole_with_a_sampler_that_trains_nothing(soak, script, run, tmp_path, monkeypatch):
    class Jitter(JitterOversampler):
        def fit_resample(self, X, y):
            soak.note(event="begin", key="a")
            X_all, y_all = super().fit_resample(X, y)
            facts = dict.fromkeys(("wrong_counts", "not_finite", "originals_changed"), False)
            soak.note(event="end", key="a", hash="b", resident=1, threads=1, files=1, **facts)
            return X_all, y_all

    def start(arguments, log, cwd):
        """Work here, and start an empty process in place of the worker."""
        monkeypatch.setenv("SOAK_LOG", str(log))
        Jitter().fit_resample(np.ones((4, 8)), [0, 0, 0, 1])
        worker = subprocess.Popen([sys.executable, "-c", ""], stderr=subprocess.PIPE)
        worker.wait()
        return worker

    monkeypatch.setattr(soak, "start", start)
    found = json.loads(run("soak", "--minutes", 0.01, "--results", tmp_path))
    row = json.loads((tmp_path / "soak.jsonl").read_text())
    assert found["fits"] == found["cross_validations"] == row["fits"] > 0
    assert found["compared"] == found["fits"]
    assert found["differing"] == found["killed"] == found["wrong_counts"] == 0
    assert row["part"] == "soak"
    table = script("speed_tables").soak_table(pd.DataFrame([row])).set_index("in the soak")
    assert table.loc["fits", "number"] == str(row["fits"])
    assert "growth of its memory in %" not in table.index
