"""The cases of quality run, go on where they stopped, and show what their files hold."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from eegaug import JitterOversampler

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


class Refusing(BaseEstimator):
    """A sampler that takes nothing."""

    def fit_resample(self, X, y):
        raise ValueError("not these")


@pytest.fixture
def models(script):
    """Three samplers in place of all: "GANOversampler" is here a name alone."""
    models = script("models")
    samplers = {name: models.SAMPLERS[name] for name in ("none", "SMOTE", "class weights")}
    samplers["GANOversampler"] = lambda sfreq, seed: JitterOversampler(random_state=seed)
    return script("models", SAMPLERS=samplers)


def rows_of(path, name):
    return pd.read_json(path / f"{name}.jsonl", lines=True, dtype={"k": str})


def test_gain_on_all_sets(folder, models, run, tmp_path):
    # Takes seconds: five data sets are crossed with everything, and resumed.
    options = ["--data", folder, "--results", tmp_path, "--seeds", 0, "--splits", 2]
    options += ["--k", 2, "all", "--classifiers", "5-NN", "band power + logistic"]
    run("gain", *options)
    rows = rows_of(tmp_path, "gain")
    sets = {"bonn", "delhi", "delhi, unit variance", "neonatal", "simulated"}
    assert set(rows["set"]) == sets | {"simulated, 18 channels"}
    # Two folds of each set and number, two classifiers, of which one has no class weights.
    assert set(rows.groupby(["set", "k"]).size()) == {2 * (2 + 2 + 1 + 2)}
    measured = ["average_precision", "f1", "f1_tuned", "brier"]
    assert rows[measured].apply(lambda values: values.between(0, 1).all()).all()
    # Of four seizure recordings in the training folds of the CSV two are left, of four windows.
    n_train = rows[rows["set"] == "bonn"].groupby("k")["n_train"].unique()
    assert n_train["all"] - n_train["2"] == [8]
    assert {"code", "cores", "tensorflow"} <= set(rows)
    content = (tmp_path / "gain.jsonl").read_bytes()
    run("gain", *options)
    assert (tmp_path / "gain.jsonl").read_bytes() == content


def test_rows_are_measured_again_on_request_alone(folder, models, run, tmp_path, script):
    options = ["--data", folder, "--results", tmp_path, "--seeds", 0, "--splits", 2, "--k", 2]
    options += ["--sets", "delhi", "--classifiers", "5-NN", "--threshold-splits", 0]
    run("gain", *options, "--samplers", "none", "SMOTE")
    script("models", SAMPLERS=models.SAMPLERS | {"SMOTE": lambda sfreq, seed: Refusing()})
    run("gain", *options, "--samplers", "SMOTE", "--again")
    rows = rows_of(tmp_path, "gain").set_index("sampler")
    assert rows.index.tolist() == ["none", "none", "SMOTE", "SMOTE"]
    assert rows.loc["SMOTE", "error"].tolist() == ["ValueError: not these"] * 2
    assert rows.loc["SMOTE", "average_precision"].isna().all()
    assert rows["f1_tuned"].isna().all() if "f1_tuned" in rows else True


def test_a_number_of_recordings_that_no_fold_has_is_left_out(folder, models, run, tmp_path):
    options = ["--data", folder, "--results", tmp_path, "--sets", "delhi", "--k", 30]
    printed = run("gain", *options, "--seeds", 0, "--classifiers", "5-NN")
    assert "left out, k=30" in printed
    assert not (tmp_path / "gain.jsonl").exists()


def test_seeds_change_samplers_and_not_folds(folder, models, run, tmp_path, script):
    options = ["--data", folder, "--results", tmp_path, "--seeds", 0, 1, "--splits", 2]
    options += ["--sets", "bonn", "--k", 2, "--threshold-splits", 0]
    options += ["--samplers", "none", "GANOversampler", "--classifiers", "5-NN"]
    run("seeds", *options)
    table = script("tables").seeds_table(folder=tmp_path).set_index("sampler")
    assert table.loc["none", "5-NN"] == "0.000"
    assert float(table.loc["GANOversampler", "5-NN"]) >= 0


def test_leakage_shows_in_the_random_splits_alone(folder, models, run, tmp_path, script):
    nearest = make_pipeline(FunctionTransformer(models.rows), KNeighborsClassifier(1))
    script("models", CLASSIFIERS={"1-NN": lambda sfreq, seed, weight=None: nearest})
    script("gain", FEW_CLASSIFIERS=("1-NN",))
    options = ["--data", folder, "--results", tmp_path, "--seeds", 0, "--splits", 4]
    options += ["--samplers", "none", "SMOTE"]
    run("leakage", *options)
    f1 = rows_of(tmp_path, "leakage").groupby(["sampler", "design"])["f1"].mean()
    for name in ("none", "SMOTE"):
        # Recordings are noise, so nothing but knowing a recording finds a seizure.
        assert f1[name, "split at random"] > 0.9
        assert f1[name, "resampled, then split"] > 0.9
        assert f1[name, "split by recording"] < 0.6
    content = (tmp_path / "leakage.jsonl").read_bytes()
    run("leakage", *options)
    assert (tmp_path / "leakage.jsonl").read_bytes() == content
    assert not script("tables").leakage_table(tmp_path).empty
    assert script("pictures").leakage_figure(tmp_path) is not None


def test_classes(folder, models, run, tmp_path, script):
    script("gain", FEW_CLASSIFIERS=("5-NN",))
    options = [
        "--data",
        folder,
        "--results",
        tmp_path,
        "--seeds",
        0,
        "--samplers",
        "none",
        "SMOTE",
    ]
    run("classes", *options)
    rows = rows_of(tmp_path, "classes")
    assert rows.groupby("sampler").size().to_dict() == {"none": 5, "SMOTE": 5}
    content = (tmp_path / "classes.jsonl").read_bytes()
    run("classes", *options)
    assert (tmp_path / "classes.jsonl").read_bytes() == content


def test_three_of_five_classes_are_thinned(script):
    gain = script("gain", N_THINNED_RECORDINGS=2)
    y, groups = np.repeat([1, 2, 3, 4, 5], 16), np.repeat(np.arange(20), 4)
    kept = gain.thin(np.arange(80), y, groups, np.random.RandomState(0))
    assert np.bincount(y[kept])[1:].tolist() == [8, 8, 4, 8, 4]
    assert all(len(set(groups[kept][y[kept] == label])) == 2 for label in gain.THINNED)


@pytest.mark.uncompiled
def test_windows(folder, run, tmp_path, script):
    plan = [("bonn", (3,), ["jitter", "kernel density", "dense, bce"])]
    script("windows", PLAN=plan)
    options = ["--data", folder, "--results", tmp_path, "--seeds", 0, "--steps", 2]
    run("windows", *options)
    rows = rows_of(tmp_path, "windows")
    assert rows["sampler"].tolist() == plan[0][2]
    assert {"psd_distance", "psd_distance_real_vs_real", "warnings"} <= set(rows)
    content = (tmp_path / "windows.jsonl").read_bytes()
    run("windows", *options)
    assert (tmp_path / "windows.jsonl").read_bytes() == content


def test_the_critic_gets_the_names_of_the_data(script):
    windows = script("windows")
    loaded = script("data").Windows(None, None, None, 64.0, ch_names=("C3", "C4"))
    sampler = windows.sampler_of("dropped in the critic", loaded, 0, None)
    assert sampler.generator.channels.get_params()["ch_names"] == ("C3", "C4")
    assert sampler.generator.channels.dropout == 0.1


@pytest.mark.parametrize("body", ["cnn", "eegnet"])
def test_the_networks_learn_repeat_and_leave_the_global_seed(script, body):
    network = script("networks").SmallNetwork(body, n_steps=40, random_state=3)
    rng = np.random.default_rng(0)
    y = np.repeat(["rest", "seizure"], 30)
    seizure = (y == "seizure")[:, np.newaxis, np.newaxis]
    X = rng.normal(size=(60, 2, 64)) + 3 * seizure * np.sin(np.arange(64))
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.RandomState(5).random()
    scores = network.fit(X, y).decision_function(X)
    assert np.random.random() == expected  # noqa: NPY002
    # Batch normalisation has averages of few steps here.
    assert np.mean((scores > np.median(scores)) == (y == "seizure")) > 0.9
    np.testing.assert_array_equal(network.fit(X, y).decision_function(X), scores)
    np.testing.assert_allclose(network.predict_proba(X).sum(axis=1), 1)


def test_every_sampler_and_classifier_can_be_made(script):
    models = script("models")
    for make in models.SAMPLERS.values():
        make(64.0, 0)
    for make in models.CLASSIFIERS.values():
        make(64.0, 0)


def made_results(path, gain):
    """Write results in which `GANOversampler` is better than none by a number for each k."""
    rows = [
        {
            "set": "bonn",
            "k": k,
            "sampler": sampler,
            "classifier": classifier,
            "seed": 0,
            "fold": fold,
            "n_train": 100,
            "n_test": 10,
            "average_precision": 0.8 + 0.001 * fold + plus * (sampler == "GANOversampler"),
            "f1": 0.5,
        }
        for k, plus in gain.items()
        for sampler in ("none", "jitter", "class weights", "GANOversampler")
        for classifier in ("forest", "SVM")
        for fold in range(3)
    ]
    frame = pd.DataFrame(rows)
    frame.to_json(path / "gain.jsonl", orient="records", lines=True)
    return frame


def test_the_readme_table_is_made_from_the_results(script, tmp_path):
    made_results(tmp_path, {"5": 0.1, "all": -0.1})
    text = "before\n<!-- results: gain 5 all -->\nearlier\n<!-- end of results -->\nafter\n"
    filled = script("draw").filled(text, tmp_path)
    assert filled.startswith("before\n<!-- results: gain 5 all -->\n")
    assert filled.endswith("<!-- end of results -->\nafter\n")
    assert "earlier" not in filled
    head, _, five, every = [line for line in filled.split("\n") if line.startswith("|")][:4]
    columns = "AP, none | jitter | GANOversampler | F1, none | jitter | GANOversampler"
    assert head == f"| data set | seizure recordings | {columns} |"
    level = "+0.000 (+0.000, +0.000)"
    assert (
        five
        == f"| bonn | 5 | .801 | {level} | +0.100 (+0.100, +0.100) | .500 | {level} | {level} |"
    )
    assert every.startswith(f"| bonn | all | .801 | {level} | -0.100 (-0.100, -0.100) | ")
    assert "Means of up to 2 classifiers over 3 folds, with 95 % intervals." in filled
    assert script("draw").filled(filled, tmp_path) == filled


def test_a_stopped_run_is_compared_on_the_folds_that_it_has(script, tmp_path):
    rows = made_results(tmp_path, {"5": 0.1})
    # The best fold of all is not yet measured with the GAN.
    rows.loc[rows["fold"] == 2, "average_precision"] += 0.15
    rows = rows[(rows["sampler"] != "GANOversampler") | (rows["fold"] != 2)]
    means = script("tables").paired_means(rows, "average_precision")
    assert list(means.columns) == ["forest", "SVM"]
    np.testing.assert_allclose(means.loc["none"], 0.851)
    np.testing.assert_allclose(means.loc["jitter"], 0.851)
    np.testing.assert_allclose(means.loc["GANOversampler"], 0.951)


def test_tables_are_empty_and_figures_none_where_nothing_was_measured(script, tmp_path):
    tables, draw = script("tables"), script("draw")
    arguments = {
        "figure": ["5"],
        "verdict": ["none"],
        "means": ["windows", "sampler", "f1", "set=bonn"],
    }
    for name, make in tables.TABLES.items():
        assert make(*arguments.get(name, []), folder=tmp_path).empty
    assert all(
        picture(folder=tmp_path) is None for picture in script("pictures").PICTURES.values()
    )
    text = "<!-- results: gain 5 -->\nearlier\n<!-- end of results -->\n"
    assert "Not measured yet" in draw.filled(text, tmp_path)


def test_one_command_draws_what_the_pages_show(script, run, tmp_path):
    made_results(tmp_path, {"5": 0.1, "10": 0.0})
    readme = (BENCHMARKS.parent / "README.md").read_text()
    run("tables", "--results", tmp_path, "--to", tmp_path / "pages")
    assert (BENCHMARKS.parent / "README.md").read_text() == readme
    drawn = {path.name for path in (tmp_path / "pages").iterdir()}
    assert {"gain.svg", "sets.txt", "classifiers.txt"} <= drawn


def test_the_readme_says_what_the_results_say(script):
    draw = script("draw")
    readme = (BENCHMARKS.parent / "README.md").read_text()
    assert draw.PLACE.search(readme)
    assert draw.filled(readme) == readme, "run benchmarks/run.py tables"


def test_ranks_are_drawn_from_data_sets_that_have_all_samplers(script, tmp_path):
    rows = made_results(tmp_path, {"2": 0.1, "4": 0.2})
    rows.loc[rows["sampler"] == "jitter", "average_precision"] += 0.05
    others = rows[rows["sampler"] != "class weights"].assign(set="delhi")
    both = pd.concat([rows, others])
    both.to_json(tmp_path / "gain.jsonl", orient="records", lines=True)
    draw_ranks = script("pictures").ranks_figure
    (axes,) = draw_ranks(folder=tmp_path).axes
    shown = " ".join(text.get_text() for text in axes.texts)
    assert "GANOversampler (1)" in shown
    assert "jitter (2)" in shown
    assert "(3) none" in shown
    others.assign(sampler="none").drop_duplicates(["k", "classifier", "fold"]).to_json(
        tmp_path / "gain.jsonl", orient="records", lines=True
    )
    assert draw_ranks(folder=tmp_path) is None


def test_selection_says_what_it_chose_and_corrects_probabilities(folder, script, run, tmp_path):
    script("gain")
    options = ["--data", folder, "--results", tmp_path, "--sets", "delhi", "--seeds", 0]
    options += ["--k", 2, "--splits", 2, "--threshold-splits", 0]
    options += ["--classifiers", "band power + forest"]
    script("models", N_TREES=3)
    run("gain", *options, "--samplers", "none", "SMOTE")
    augmented = script("gain").AugmentedClassifier
    script(
        "gain",
        AugmentedClassifier=lambda *args, **kwargs: augmented(
            *args, samplers=["jitter, mild"], n_repeats=1, **kwargs
        ),
    )
    run("gain", *options, "--samplers", "selection")
    rows = rows_of(tmp_path, "gain").set_index("sampler")
    assert rows.loc["selection", "chosen"].isin(["none", "jitter, mild"]).all()
    assert rows.loc["none", "brier"].tolist() == rows.loc["none", "brier_corrected"].tolist()
    assert (rows.loc["SMOTE", "brier"] != rows.loc["SMOTE", "brier_corrected"]).all()


def test_only_named_channels_are_reflected(folder, script, run, tmp_path):
    script("models", N_TREES=3)
    options = ["--data", folder, "--results", tmp_path, "--seeds", 0, "--k", 2, "--splits", 2]
    options += ["--sets", "delhi", "simulated, 18 channels", "--threshold-splits", 0]
    options += ["--classifiers", "band power + forest"]
    run("gain", *options, "--samplers", "jitter", "jitter, reflected")
    rows = rows_of(tmp_path, "gain").set_index(["set", "sampler"])
    assert ("delhi", "jitter, reflected") not in rows.index
    scores = [
        rows.loc[("simulated, 18 channels", name), "average_precision"].tolist()
        for name in ("jitter", "jitter, reflected")
    ]
    assert scores[0] != scores[1]
