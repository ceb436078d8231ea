"""The benchmark scripts run, go on where they stopped, and show what their files hold."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTE
from sklearn.neighbors import KNeighborsClassifier

from eegaug import JitterOversampler

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
# "GANOversampler" is here a name alone: what it does is tested elsewhere.
SAMPLERS = {
    "none": None,
    "SMOTE": SMOTE(k_neighbors=2),
    "jitter": JitterOversampler(),
    "GANOversampler": JitterOversampler(noise=0.1),
}
NEAREST = {"1-NN": KNeighborsClassifier(1)}


def test_gain(csv, script, run, tmp_path):
    panel = script("gain").classifiers
    assert set(panel()) - set(panel("balanced")) == {"5-NN"}
    fast = ("5-NN", "band power + logistic")
    gain = script(
        "gain",
        SAMPLERS=SAMPLERS,
        classifiers=lambda weight=None: {k: v for k, v in panel(weight).items() if k in fast},
    )
    options = [csv, "--results", tmp_path, "--recordings", 3, 0, "--splits", 2, "--seeds", 0]
    printed = run(gain, *options)
    files = {path: path.read_bytes() for path in tmp_path.glob("*.jsonl")}
    assert {path.stem for path in files} == {"gain_3", "gain_all"}
    rows = pd.read_json(tmp_path / "gain_3.jsonl", lines=True)
    assert rows.groupby("sampler").size().to_dict() == dict.fromkeys(SAMPLERS, 4) | {
        "class weights": 2
    }
    # Three of the four seizure recordings of a training fold are left, of four windows each.
    n_all = pd.read_json(tmp_path / "gain_all.jsonl", lines=True)["n_train"]
    assert (n_all - rows["n_train"]).unique().tolist() == [4]
    facts = json.loads((tmp_path / "gain_3.about.json").read_text())
    assert {"seconds", "cores", "tensorflow"} <= set(facts)
    assert run(gain, *options) == printed
    assert {path: path.read_bytes() for path in files} == files
    assert run(gain, "--results", tmp_path, "--table") == printed


def test_leakage_shows_in_the_random_splits_alone(csv, script, run, tmp_path):
    samplers = {name: SAMPLERS[name] for name in ("none", "SMOTE")}
    leakage = script("leakage", SAMPLERS=samplers, CLASSIFIERS=NEAREST, N_SPLITS=4)
    path = tmp_path / "leakage.jsonl"
    printed = run(leakage, csv, "--results", path, "--seeds", 0)
    f1 = pd.read_json(path, lines=True).groupby(["sampler", "design"])["f1"].mean()
    for name in samplers:
        # Recordings are noise, so nothing but knowing a recording tells a seizure.
        assert f1[name, "split at random"] > 0.9
        assert f1[name, "resampled, then split"] > 0.9
        assert f1[name, "split by recording"] < 0.6
    content = path.read_bytes()
    assert run(leakage, csv, "--results", path, "--seeds", 0) == printed
    assert path.read_bytes() == content


def test_five_classes(csv, script, run, tmp_path):
    samplers = {name: SAMPLERS[name] for name in ("none", "SMOTE", "jitter")}
    five = script("five_classes", SAMPLERS=samplers, CLASSIFIERS=NEAREST, N_RECORDINGS=2)
    path = tmp_path / "five_classes.jsonl"
    printed = run(five, csv, "--results", path, "--seeds", 0)
    rows = pd.read_json(path, lines=True)
    assert rows.groupby("sampler").size().to_dict() == dict.fromkeys(samplers, 5)
    content = path.read_bytes()
    assert run(five, csv, "--results", path, "--seeds", 0) == printed
    assert path.read_bytes() == content


def test_five_classes_thins_three_of_them(script):
    five = script("five_classes", N_RECORDINGS=2)
    y, groups = np.repeat([1, 2, 3, 4, 5], 16), np.repeat(np.arange(20), 4)
    kept = five.thin(np.arange(80), y, groups, np.random.RandomState(0))
    assert np.bincount(y[kept])[1:].tolist() == [8, 8, 4, 8, 4]
    assert all(len(set(groups[kept][y[kept] == label])) == 2 for label in five.THINNED)


def test_seed_floor(csv, script, run, tmp_path):
    floor = script("seed_floor", SAMPLERS=SAMPLERS, PANEL=["1-NN"], classifiers=lambda: NEAREST)
    path = tmp_path / "seed_floor.jsonl"
    options = ["--recordings", 3, "--splits", 2, "--seeds", 0, 1]
    printed = run(floor, csv, "--results", path, *options)
    table = [line.split() for line in printed.splitlines()]
    assert ["none", "1-NN", "2", "2", "0.0", "0.0"] in [
        [*line[:4], *(str(float(x)) for x in line[4:])]
        for line in table
        if len(line) == 6 and line[0] != "sampler"
    ]
    assert run(floor, "--results", path, "--table") == printed


def test_the_network_learns_repeats_and_leaves_the_global_seed(script):
    network = script("small_cnn").SmallCNN(n_steps=40, random_state=3)
    rng = np.random.default_rng(0)
    y = np.repeat(["rest", "seizure"], 30)
    X = rng.normal(size=(60, 64)) + 3 * (y == "seizure")[:, np.newaxis] * np.sin(np.arange(64))
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.RandomState(5).random()
    scores = network.fit(X, y).decision_function(X)
    assert np.random.random() == expected  # noqa: NPY002
    assert ((scores > 0) == (y == "seizure")).all()
    np.testing.assert_array_equal(network.fit(X, y).decision_function(X), scores)


def made_results(folder, number, gain):
    """Write results in which `GANOversampler` is better than none by a number."""
    rows = [
        {
            "sampler": sampler,
            "classifier": classifier,
            "seed": 0,
            "fold": fold,
            "n_train": 100,
            "n_test": 10,
            "average_precision": 0.8 + 0.001 * fold + gain * (sampler == "GANOversampler"),
            "f1": 0.5,
        }
        for sampler in ("none", "jitter", "class weights", "GANOversampler")
        for classifier in ("forest", "SVM")
        for fold in range(3)
    ]
    pd.DataFrame(rows).to_json(folder / f"gain_{number}.jsonl", orient="records", lines=True)


def test_the_readme_table_is_made_from_the_results(script, tmp_path):
    made_results(tmp_path, 5, 0.1)
    made_results(tmp_path, "all", -0.1)
    text = "before\n<!-- results: gain 5 all -->\nearlier\n<!-- end of results -->\nafter\n"
    filled = script("readme_table").filled(text, tmp_path)
    assert filled.startswith("before\n<!-- results: gain 5 all -->\n")
    assert filled.endswith("<!-- end of results -->\nafter\n")
    assert "earlier" not in filled
    assert "| GANOversampler | .901 | .500 | .701 | .500 |" in filled
    assert "class weights" not in filled
    assert "5 recordings, AP, `GANOversampler` against none: +0.100; verdicts for 2" in filled
    assert "gain 2, no gain 0, harm 0; 0% of the cells" in filled
    assert "gain 0, no gain 0, harm 2; 100% of the cells" in filled
    assert script("readme_table").filled(filled, tmp_path) == filled


def test_a_stopped_run_is_compared_on_the_folds_that_it_has(script, tmp_path):
    made_results(tmp_path, 5, 0.1)
    rows = pd.read_json(tmp_path / "gain_5.jsonl", lines=True)
    # The best fold of all is not yet measured with the GAN.
    rows.loc[rows["fold"] == 2, "average_precision"] += 0.15
    rows = rows[(rows["sampler"] != "GANOversampler") | (rows["fold"] != 2)]
    means = script("gain_results").paired_means(rows, "average_precision")
    assert list(means.columns) == ["forest", "SVM"]
    np.testing.assert_allclose(means.loc["none"], 0.851)
    np.testing.assert_allclose(means.loc["jitter"], 0.851)
    np.testing.assert_allclose(means.loc["GANOversampler"], 0.951)
    rows.to_json(tmp_path / "gain_5.jsonl", orient="records", lines=True)
    text = script("readme_table").gain_table(["5"], tmp_path)
    assert "| GANOversampler | .951 | .500 |" in text
    assert "5 recordings: 2 classifiers and 2 folds (seeds 0)" in text


def test_the_readme_says_what_the_results_say(script):
    table = script("readme_table")
    readme, results = (BENCHMARKS.parent / "README.md").read_text(), BENCHMARKS / "results"
    assert table.PLACE.search(readme) or not (results / "gain_5.jsonl").exists()
    assert table.filled(readme, results) == readme, "run benchmarks/readme_table.py"
