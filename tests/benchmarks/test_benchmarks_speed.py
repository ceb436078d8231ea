"""The benchmarks of speed run, measure what they say, and tell it; no test looks at a time."""

import importlib
import json
import sys
import types
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from eegaug.gan import GANGenerator


@pytest.fixture
def in_process(script, monkeypatch):
    """Run the cases of scripts here in place of fresh processes; return what was asked for."""
    asked = []

    def run_here(name, measure, case, **options):
        asked.append((name, case, options))
        module = importlib.import_module(Path(name).stem)
        measures = getattr(module, "MEASURES", {measure: getattr(module, "measure", None)})
        return json.loads(json.dumps(measures[measure](**json.loads(json.dumps(case)))))

    monkeypatch.setattr(script("results"), "in_fresh_process", run_here)
    return asked


@pytest.fixture
def tiny(script):
    """Let the cases of `speed.py` train the smallest networks."""
    small = {"architecture": "dense", "width": 2, "latent_dim": 2, "n_checks": 1}

    def generator_with(steps, **options):
        return GANGenerator(**small | {"n_steps": 1} | options)

    script("speed", generator_with=generator_with)


def test_a_case_runs_in_a_process_of_its_own(script, tmp_path):
    results = script("results")
    path = tmp_path / "twice.py"
    path.write_text(
        "import os, sys\n"
        f"sys.path.insert(0, {str(Path(results.__file__).parent)!r})\n"
        "import results\n"
        "def measure(number):\n"
        "    print('a line of its own')\n"
        "    return [2 * number, os.environ.get('OMP_NUM_THREADS')]\n"
        "results.start({'twice': measure})\n"
    )
    assert results.in_fresh_process(path, "twice", {"number": 4}, threads=1) == [8, "1"]
    with pytest.raises(SystemExit, match=r"(?s)twice.py failed.*unexpected keyword.*look here"):
        results.in_fresh_process(path, "twice", {"letter": 4}, hint="look here")


def test_the_newest_run_of_each_part_counts(script, tmp_path, monkeypatch):
    rows = script("results")
    path = tmp_path / "file.jsonl"
    assert rows.newest("file", tmp_path).empty
    times = iter(["2026-01-01 10:00:00", "2026-01-02 10:00:00", "2026-01-03 10:00:00"])
    monkeypatch.setattr(rows.time, "strftime", lambda form: next(times))
    for part, value in (("one", 1.0), ("two", np.inf), ("one", 3.0)):
        rows.append_run(path, part, [{"value": value}, {"value": value}])
    found = rows.newest("file", tmp_path)
    assert found["part"].tolist() == ["two", "two", "one", "one"]
    assert found["value"].isna().tolist() == [True, True, False, False]
    assert found["value"].tolist()[2:] == [3.0, 3.0]
    assert {"run", "cpu", "cores", "python", "tensorflow", "numpy"} <= set(found)


def test_a_step_is_timed_where_all_compute_the_same(script, run, in_process, tmp_path):
    # Takes seconds: the default networks are compiled twice, once for each engine.
    script("step", N_TIMES=32)
    options = ["--engines", "keras", "--objectives", "wgan-gp"]
    run("step", "--quick", "--results", tmp_path, *options)
    rows = pd.read_json(tmp_path / "step.jsonl", lines=True).set_index("engine")
    assert rows.index.tolist() == ["eegaug", "keras"]
    assert rows["n_parameters"].nunique() == 1
    np.testing.assert_allclose(*rows["critic_loss"], rtol=1e-4)
    np.testing.assert_allclose(*rows["penalty"], rtol=1e-4)
    assert rows["penalty"].iloc[0] > 0
    # Three passes of the critic at the least, each of a multiplication and an addition a weight.
    assert (rows["mflop"] * 1e6 > 2 * 3 * rows["n_parameters"] * rows["batch_size"]).all()
    assert len(script("speed_tables").step_table(rows.reset_index())) == 2


def test_an_engine_that_computes_something_else_stops_the_run(script):
    step = script("step")
    ours = {"n_parameters": [1, 2], "check": {"penalty": 1.0}}
    step.check_equal(ours, {"n_parameters": [1, 2], "check": {"penalty": 1.0001}}, "keras")
    with pytest.raises(SystemExit, match="keras gives penalty"):
        step.check_equal(ours, {"n_parameters": [1, 2], "check": {"penalty": 1.1}}, "keras")
    with pytest.raises(SystemExit, match="PyTorch has"):
        step.check_equal(ours, {"n_parameters": [1, 3], "check": {}}, "PyTorch")


@pytest.mark.uncompiled
def test_time_to_quality(folder, script, run, in_process, tmp_path, monkeypatch):
    quality = script("time_to_quality", N_RECORDINGS=3)
    options = ["--data", folder, "--results", tmp_path, "--seeds", 0]
    with pytest.raises(SystemExit, match="must be one of"):
        run("time_to_quality", *options, "--peer", "gan")
    made = types.SimpleNamespace(
        set_random_state=lambda seed: None,
        fit=lambda table: made.__dict__.update(table=table),
        sample=lambda n: pd.DataFrame(np.zeros((n, made.table.shape[1]))),
    )
    fake = types.ModuleType("ctgan")
    fake.CTGAN = lambda epochs: made
    monkeypatch.setitem(sys.modules, "ctgan", fake)
    versions = script("results").versions
    monkeypatch.setattr(
        script("results"), "versions", lambda *names: dict.fromkeys(names, "0") | versions()
    )
    run("time_to_quality", *options, "--quick", "--peer", "ctgan=elsewhere", "--limit", 0)
    rows = pd.read_json(tmp_path / "time_to_quality.jsonl", lines=True)
    # Over the limit after the first of its budgets, so the second was not tried.
    assert rows["peer"].tolist() == ["reference", "GANOversampler", "ctgan"]
    assert rows["psd_distance_ratio"].iloc[0] == 1
    assert rows["default_seconds"].tolist() == [rows["seconds"].iloc[1]] * 3
    assert rows["psd_distance_ratio"].iloc[2] > 1
    assert made.table.shape == (3 * 4, 178)
    assert [options.get("python") for _, _, options in in_process] == [None, None, "elsewhere"]
    assert [case["options"] for _, case, _ in in_process] == [quality.REFERENCE, {}, {}]


def test_windows_that_are_not_finite_reach_no_gate(script):
    quality = script("time_to_quality").quality
    held_out = np.random.default_rng(0).normal(size=(20, 64))
    assert quality(held_out, np.full((20, 64), np.nan))["psd_distance"] == np.inf
    assert quality(held_out, held_out)["psd_distance"] == 0


def trials(peer, budget, seconds, ratio, seed=0):
    return {
        "peer": peer,
        "seed": seed,
        "budget": budget,
        "seconds": seconds,
        "psd_distance_ratio": ratio,
        "sliced_wasserstein_distance_ratio": 1.0,
        "peer_version": peer,
        "default_seconds": 10.0,
    }


def test_the_time_to_the_gate_is_that_of_the_first_budget_within_it(script):
    rows = [
        trials("reference", 1, 20.0, 1.0),
        trials("GANOversampler", 0.5, 6.0, 1.5),
        trials("GANOversampler", 1, 10.0, 1.0),
        trials("slow", 1, 50.0, 1.2),
        trials("slow", 2, 100.0, 1.04),
        trials("slow", 4, 200.0, 1.0),
        trials("bad", 1, 50.0, 3.0),
        trials("bad", 2, 99.0, None),
        # The second seed ran into the limit, so the larger budget says nothing.
        trials("uneven", 1, 30.0, 2.0),
        trials("uneven", 1, 40.0, 2.0, seed=1),
        trials("uneven", 2, 70.0, 1.0),
    ]
    table = script("speed_tables").quality_table(pd.DataFrame(rows)).set_index("peer")
    assert table["seconds to the gate"].to_dict() == {
        "reference": "20.0",
        "GANOversampler": "10.0",
        "slow": "100.0",
        "bad": "never",
        "uneven": "never",
    }
    assert table.loc["slow", "over the default's"] == "10.0"
    assert table.loc["bad", "best spectrum"] == "3.00"
    assert table.loc["uneven", "seconds tried"] == "35"


@pytest.mark.uncompiled
def test_cross_validation(folder, script, run, in_process, tiny, tmp_path):
    script("speed", N_SPLITS=2)
    parts = ["jitter", "sampler's memory, again"]
    options = ["--data", folder, "--results", tmp_path, "--quick"]
    run("cross_validation", *options, "--parts", *parts)
    rows = pd.read_json(tmp_path / "cross_validation.jsonl", lines=True).set_index("case")
    assert rows.index.tolist() == ["SMOTE", *parts]
    assert rows["average_precision"].between(0, 1).all()
    with pytest.raises(SystemExit, match="must be among"):
        run("cross_validation", *options, "--parts", "nothing")


@pytest.mark.uncompiled
def test_growth(script, run, in_process, tiny, tmp_path):
    majority = {"n_rest": 300, "n_new": 200, "n_times": 16, "result": "balanced"}
    script("speed", QUICK_AXES={"n_times": [{"n_times": 16}], "majority": [majority]})
    run("growth", "--quick", "--parts", "n_times", "majority", "--results", tmp_path)
    rows = pd.read_json(tmp_path / "growth.jsonl", lines=True).set_index("axis")
    assert rows["n_made"].to_dict() == {"n_times": 100, "majority": 200}
    assert rows.loc["n_times", "data_bytes"] == (1000 + 115) * 16 * 4
    assert (rows["bytes_peak"] >= rows["bytes_before"]).all()
    assert script("pictures").growth_figure(tmp_path) is not None


def test_growth_tells_the_exponent_since_the_smallest(script):
    rows = pd.DataFrame(
        {
            "axis": ["n_windows", "n_windows", "n_times", "n_times"],
            "result": "",
            "n_rare": [100, 10_000, None, None],
            "n_times": [None, None, 64, 256],
            "seconds": [7.0, 7.0, 2.0, 8.0],
        }
    )
    exponents = script("speed_tables").growth_curves(rows)["exponent"]
    np.testing.assert_allclose(exponents, [np.nan, 0, np.nan, 1])


def test_sampling(script, run, in_process, tiny, tmp_path):
    from eegaug.gan import training

    batch = training.BATCH
    run("sampling", "--quick", "--results", tmp_path)
    rows = pd.read_json(tmp_path / "sampling.jsonl", lines=True)
    assert rows.groupby("part", sort=False)["way"].agg(list).to_dict() == {
        "numbers": ["sample", "predict"],
        "batches": ["sample", "predict"],
        "a million": ["sample"],
    }
    assert batch == training.BATCH
    assert len(script("speed_tables").sampling_table(rows)) == 3


@pytest.mark.uncompiled
def test_side_by_side(run, in_process, tiny, tmp_path):
    # Processes have tests of their own, and take seconds to start.
    with joblib.parallel_config("threading"):
        run("side_by_side", "--quick", "--parts", "2 labels", "--results", tmp_path)
    rows = pd.read_json(tmp_path / "side_by_side.jsonl", lines=True)
    assert rows["n_jobs"].tolist() == [1, 2]


def test_side_by_side_divides_one_after_the_other_by_side_by_side(script):
    rows = pd.DataFrame(
        {
            "n_labels": 2,
            "n_jobs": [1, 2],
            "seconds_first": [10.0, 20.0],
            "seconds": [10.0, 5.0],
        }
    )
    (row,) = script("speed_tables").side_by_side_table(rows).to_dict("records")
    assert row["times as fast"] == "2.00"
    assert row["times as fast, workers started"] == "0.50"


def test_first_fits_of_two_checkouts_take_turns(script, run, in_process, tmp_path):
    run("first_fit", "--quick", "--results", tmp_path, "--against", "elsewhere")
    assert [Path(options["checkout"]).name for _, _, options in in_process][1:] == ["elsewhere"]
    rows = pd.read_json(tmp_path / "first_fit.jsonl", lines=True)
    fits = rows.groupby("checkout").fit.apply(list).to_dict()
    assert fits == {"this": [0, 1, 2], "other": [0, 1, 2]}
    assert (rows.processor_seconds > 0).all()
    rows.loc[rows.checkout == "this", "seconds"] = 3.0
    rows.loc[rows.checkout == "other", "seconds"] = 4.0
    table = script("speed_tables").first_fit_table(rows)
    assert table["seconds, over before"].tolist() == ["0.75"] * 3


def test_import_time(script, run, tmp_path):
    speed = script("speed")
    run("import_time", "--quick", "--results", tmp_path)
    rows = pd.read_json(tmp_path / "import_time.jsonl", lines=True)
    assert rows["what"].tolist() == list(speed.IMPORTED)
    log = "import time: 9 | 9 | numpy\neegaug from here\nimport time: 5 |  7 |   eegaug.x\n"
    assert speed.slowest_modules(log) == [(5, "eegaug.x")]
