"""The benchmarks of streams run, and their tables say what was measured."""

import importlib
import json
from pathlib import Path

import keras
import pandas as pd
import pytest


@pytest.fixture
def in_process(script, monkeypatch):
    """Run the cases here in place of fresh processes, on small windows."""

    def run_here(name, measure, case, **options):
        module = importlib.import_module(Path(name).stem)
        return json.loads(json.dumps(module.MEASURES[measure](**case)))

    monkeypatch.setattr(script("results"), "in_fresh_process", run_here)
    script("stream", N_REST=40, N_RARE=20, N_CHANNELS=2, N_TIMES=96, BATCH=8)


@pytest.fixture
def eager(monkeypatch):
    """Train networks without compilation, which takes longer than their few steps."""
    compiled = keras.Model.compile

    def without(self, *arguments, **options):
        compiled(self, *arguments, run_eagerly=True, **options)

    monkeypatch.setattr(keras.Model, "compile", without)


@pytest.mark.uncompiled
def test_every_way_to_make_batches_is_timed(script, run, in_process, eager, tmp_path):
    run("stream", "--quick", "--results", tmp_path)
    rows = pd.read_json(tmp_path / "stream.jsonl", lines=True)
    stream = script("stream")
    assert set(rows["what"]) == {*stream.NETWORKS, *stream.WAYS, *stream.TRAINED} - {"braindecode"}
    assert (rows["ms"] > 0).all()
    assert len(script("speed_tables").stream_table(rows)) == len(rows)


def test_rates_are_over_that_of_eegnet(script):
    rows = pd.DataFrame(
        {"what": ["EEGNet", "stream"], "ms": [40.0, 10.0], "processor_ms": [60.0, 20.0]}
    )
    first, second = script("speed_tables").stream_table(rows).to_dict("records")
    assert (first["batches a second"], first["times EEGNet's"]) == ("25.0", "1.00")
    assert (second["batches a second"], second["times EEGNet's"]) == ("100.0", "4.00")
    assert second["processor, times EEGNet's"] == "3.00"


def test_all_arms_train_as_many_steps_on_the_same_folds(folder, script, run, eager, tmp_path):
    options = ["--results", tmp_path, "--seeds", 0, "--splits", 2, "--sets", "delhi", "--quick"]
    options += ["--data", folder, "--k", 2, "--networks", "CNN"]
    arms = [name for name in script("stream_gain").ARMS if not name.startswith("GAN")]
    run("stream_gain", *options, "--arms", *arms)
    rows = pd.read_json(tmp_path / "stream_gain.jsonl", lines=True)
    assert rows.groupby("sampler")["n_steps"].agg(list).to_dict() == {arm: [3, 3] for arm in arms}
    assert rows.groupby("fold")["n_train"].nunique().tolist() == [1, 1]
    assert rows["average_precision"].between(0, 1).all()
    content = (tmp_path / "stream_gain.jsonl").read_bytes()
    run("stream_gain", *options, "--arms", *arms)
    assert (tmp_path / "stream_gain.jsonl").read_bytes() == content
    (row,) = script("tables").stream_gain_table(folder=tmp_path).to_dict("records")
    assert row["folds"] == "2"
    assert row["jitter, stream"][0] in "+-"
    assert script("tables").stream_gain_table(folder=tmp_path / "none").empty


def test_a_network_learns_from_a_stream(script):
    import numpy as np

    from eegaug.streams import BalancedWindows

    networks = script("networks")
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [90, 10])
    X = rng.normal(size=(100, 2, 64)).astype(np.float32)
    X[y == 1] += 2 * np.sin(np.arange(64) / 2)
    stream = BalancedWindows(X, y, random_state=0)
    network = networks.SmallNetwork("cnn", n_steps=40, random_state=0)
    network.fit_stream(stream, np.std(X))
    scores = network.decision_function(X)
    assert scores[y == 1].min() > np.median(scores[y == 0])
    assert network.predict(X).tolist() == [int(score > 0) for score in scores]
