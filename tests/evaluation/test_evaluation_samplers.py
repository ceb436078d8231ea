import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from numpy.testing import assert_allclose, assert_array_equal
from pandas.testing import assert_frame_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from eegaug.evaluation import _samplers, compare_samplers, paired_differences
from eegaug.over_sampling import JitterOversampler

FIGURES = [
    "average_precision",
    "roc_auc",
    "f1",
    "f1_tuned",
    "balanced_accuracy",
    "sensitivity_at_95_specificity",
]
SECONDS = ["seconds_resample", "seconds_classifier"]
SAMPLERS = {"none": None, "random": RandomOverSampler(), "jitter": JitterOversampler()}
CLASSIFIERS = {"logistic": LogisticRegression(), "svm": SVC()}


def recordings(n_recordings=24, size=5, n_times=12):
    """Windows of which every third recording is a seizure, numbered by their last sample."""
    groups = np.repeat(np.arange(n_recordings), size)
    y = (groups % 3 == 0).astype(int)
    X = np.random.default_rng(0).normal(size=(len(y), n_times)) * (1 + y[:, np.newaxis])
    X[:, 0] += 2 * y
    X[:, -1] = groups / 100
    return X, y, groups


def numbers(windows):
    return set((windows[:, -1] * 100).round().astype(int))


X, Y, GROUPS = recordings()


def compare(samplers=SAMPLERS, classifiers=CLASSIFIERS, **params):
    return compare_samplers(
        samplers, classifiers, X, Y, **{"groups": GROUPS, "n_splits": 2} | params
    )


def less_seconds(results):
    return results.drop(columns=SECONDS)


class Spy(BaseEstimator, ClassifierMixin):
    """Notes what it is trained and asked on; a sampler and a classifier in one."""

    resampled: list = []  # noqa: RUF012
    trained: list = []  # noqa: RUF012
    asked: list = []  # noqa: RUF012

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit_resample(self, X, y):
        Spy.resampled.append((X, y, self.random_state))
        return np.concatenate([X, X[y == 1][:3]]), np.concatenate([y, [1, 1, 1]])

    def fit(self, X, y):
        Spy.trained.append((X, y, self.random_state))
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        Spy.asked.append(X)
        return X[:, 0]

    def predict(self, X):
        return (X[:, 0] > 0).astype(int)


@pytest.fixture
def spy():
    for notes in (Spy.resampled, Spy.trained, Spy.asked):
        notes.clear()
    return Spy


def test_one_row_for_each_sampler_classifier_seed_and_fold():
    results = compare(seeds=(3, 1))
    names = ["sampler", "classifier", "seed", "fold"]
    expected = [
        (s, c, seed, fold)
        for s in SAMPLERS
        for c in CLASSIFIERS
        for seed in (3, 1)
        for fold in (0, 1)
    ]
    assert results[names].to_records(index=False).tolist() == expected
    assert results[FIGURES].notna().all(axis=None)
    assert (results[FIGURES] >= 0).all(axis=None)
    assert (results[FIGURES] <= 1 + 1e-12).all(axis=None)
    assert (results[SECONDS] >= 0).all(axis=None)
    assert (results["n_train"] + results["n_test"] == len(Y)).all()


def test_same_again_with_other_numbers_of_jobs_and_other_backends():
    first = compare()
    assert_frame_equal(less_seconds(first), less_seconds(compare()))
    with joblib.parallel_config(backend="threading", n_jobs=2):
        assert_frame_equal(less_seconds(first), less_seconds(compare()))


def test_seeds_give_other_folds():
    results = compare({"none": None}, seeds=(0, 1))
    by_seed = results.groupby("seed")["average_precision"].apply(tuple)
    assert by_seed[0] != by_seed[1]


def test_sampler_runs_once_a_fold_inside_training_for_all_classifiers(spy):
    compare({"spy": spy()}, {"a": spy(), "b": spy()}, threshold_splits=0, seeds=(5,))
    assert len(spy.resampled) == 2
    assert len(spy.trained) == len(spy.asked) == 4
    for fold in range(2):
        sampled, y_sampled, seed = spy.resampled[fold]
        assert not numbers(sampled) & numbers(spy.asked[2 * fold])
        assert numbers(sampled) | numbers(spy.asked[2 * fold]) == set(GROUPS)
        for X_train, y_train, classifier_seed in spy.trained[2 * fold : 2 * fold + 2]:
            assert_array_equal(X_train[:-3], sampled)
            assert_array_equal(y_train[:-3], y_sampled)
            assert classifier_seed == seed
    assert spy.resampled[0][2] != spy.resampled[1][2]


def test_threshold_is_found_without_the_test_fold_and_without_windows_trained_on(spy):
    compare({"spy": spy()}, {"a": spy()}, threshold_splits=3)
    assert len(spy.resampled) == 2 * (1 + 3)
    # The order of asking in each run: three inner folds, then the test fold.
    for run in range(2):
        asked = [numbers(windows) for windows in spy.asked[4 * run : 4 * run + 4]]
        sampled = [numbers(windows) for windows, *_ in spy.resampled[4 * run : 4 * run + 4]]
        outer, *inner = sampled
        for part, rest in zip(inner, asked[:3], strict=True):
            assert not part & rest
            assert part | rest == outer
        assert not outer & asked[3]


class GroupedSpy(Spy):
    """A sampler that takes groups."""

    def fit_resample(self, X, y, groups=None):
        Spy.resampled.append((X, y, groups))
        return X, y


def test_samplers_that_take_groups_get_those_of_their_windows(spy):
    compare({"grouped": GroupedSpy(), "plain": spy()}, {"a": spy()})
    assert len(spy.resampled) == 2 * 2 * 3
    for sampled, _, groups in spy.resampled:
        if not isinstance(groups, int):  # the plain one notes its seed
            assert_array_equal((sampled[:, -1] * 100).round(), groups)
    assert sum(not isinstance(groups, int) for *_, groups in spy.resampled) == 6
    spy.resampled.clear()
    compare({"grouped": GroupedSpy()}, {"a": spy()}, groups=None, threshold_splits=0)
    assert [groups for *_, groups in spy.resampled] == [None, None]


def test_file_made_without_handing_over_groups_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "results.jsonl"
    with monkeypatch.context() as before:
        before.setattr(_samplers, "takes_groups", lambda sampler: False)
        compare({"grouped": GroupedSpy()}, {"svm": SVC()}, results_path=path)
    with pytest.raises(ValueError, match="sampler 'grouped'"):
        compare({"grouped": GroupedSpy()}, {"svm": SVC()}, results_path=path)


def test_tuned_f1_uses_the_threshold():
    classifier = {"shifted": make_pipeline(StandardScaler(), SVC(class_weight={0: 1, 1: 1e-3}))}
    results = compare({"none": None}, classifier)
    assert (results["f1"] == 0).all()
    assert (results["f1_tuned"] > 0.5).all()


def test_thinning_keeps_few_seizure_recordings_in_training_alone(spy):
    compare({"spy": spy()}, {"a": spy()}, n_minority_groups=2, threshold_splits=0)
    for (sampled, y, _), asked in zip(spy.resampled, spy.asked, strict=True):
        assert len(numbers(sampled[y == 1])) == 2
        rest = set(GROUPS[Y == 0])
        assert numbers(sampled[y == 0]) == rest - numbers(asked)
        assert len(numbers(asked) - rest) == 4


def test_no_threshold_where_one_seizure_recording_is_left():
    results = compare({"none": None}, n_minority_groups=1)
    assert results["f1_tuned"].isna().all()
    assert results["average_precision"].notna().all()


def test_every_random_state_is_set_from_the_seed():
    classifier = {
        "forest": make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=3))
    }
    first, again = (compare({"random": RandomOverSampler()}, classifier) for _ in range(2))
    assert_frame_equal(less_seconds(first), less_seconds(again))


def test_estimators_given_are_left_alone():
    sampler, classifier = JitterOversampler(), LogisticRegression()
    compare({"jitter": sampler}, {"logistic": classifier})
    assert sampler.random_state is None
    assert not hasattr(sampler, "sampling_strategy_")
    assert not hasattr(classifier, "coef_")


@pytest.mark.parametrize("classifier", [LogisticRegression(), RandomForestClassifier(5), SVC()])
def test_figures_are_of_the_positive_class_whatever_its_name(classifier):
    plain = compare({"none": None}, {"c": classifier})
    for rest, seizure in (("a", "b"), ("b", "a")):
        names = np.where(Y == 1, seizure, rest)
        named = compare_samplers(
            {"none": None},
            {"c": classifier},
            X,
            names,
            groups=GROUPS,
            n_splits=2,
            pos_label=seizure,
        )
        assert named["roc_auc"].mean() > 0.7
        if seizure > rest:
            assert_frame_equal(less_seconds(named), less_seconds(plain))


def test_frames_three_classes_and_3d_windows():
    three = np.where(GROUPS % 3 == 2, 2, Y)
    frame = pd.DataFrame(X).add_prefix("X")
    logistic = {"logistic": make_pipeline(StandardScaler(), LogisticRegression())}
    results = compare_samplers(SAMPLERS, logistic, frame, three, groups=GROUPS, n_splits=2)
    assert results["roc_auc"].mean() > 0.6
    flat = make_pipeline(FunctionTransformer(lambda X: X.reshape(len(X), -1)), SVC())
    deep = compare_samplers({"jitter": JitterOversampler()}, {"svm": flat}, X[:, None], Y)
    assert len(deep) == 5


def test_error_names_the_run():
    with pytest.raises(ValueError, match="n_neighbors") as caught:
        compare({"smote": SMOTE(k_neighbors=50)})
    assert caught.value.__notes__ == ["Raised with the sampler 'smote', seed 0, fold 0."]
    with pytest.raises(ValueError, match="n_neighbors") as caught:
        compare({"smote": SMOTE(k_neighbors=11)})
    assert "threshold_splits=0" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"pos_label": 7}, "Every fold needs windows of class 7 and others"),
        ({"n_splits": 9}, "With n_splits=9 and seed 0 one lacks them"),
        ({"n_minority_groups": 5}, "'n_minority_groups' parameter must not exceed .* Got 5"),
        ({"n_minority_groups": 0}, "'n_minority_groups' parameter must be None or at least 1"),
        ({"n_majority_windows": 0}, "'n_majority_windows' parameter must be None or at least 1"),
        ({"n_minority_groups": 2, "groups": None}, "'n_minority_groups' parameter needs 'groups'"),
        ({"groups": GROUPS[:-1]}, "must hold as many windows. Got 120 and 120 and 119"),
    ],
)
def test_wrong_parameters(params, message):
    with pytest.raises(ValueError, match=message):
        compare(**params)


class Interrupted(RandomOverSampler):
    """Fails in the third run."""

    runs = 0

    def fit_resample(self, X, y, **params):
        Interrupted.runs += 1
        if Interrupted.runs == 3:
            raise KeyboardInterrupt
        return super().fit_resample(X, y, **params)


def test_killed_run_goes_on_where_it_ended(tmp_path):
    path = tmp_path / "results.jsonl"
    params = {"threshold_splits": 0, "seeds": (0, 1), "results_path": path}
    samplers = {"killed": Interrupted()}
    with pytest.raises(KeyboardInterrupt):
        compare(samplers, **params)
    kept = pd.read_json(path, lines=True)
    assert len(kept) == 2 * len(CLASSIFIERS)
    resumed = compare(samplers, **params)
    assert Interrupted.runs == 3 + 2
    whole = compare(samplers, **params | {"results_path": None})
    assert_frame_equal(
        less_seconds(resumed).drop(columns=["settings", "estimators"]), less_seconds(whole)
    )
    again = compare(samplers, **params)
    assert_frame_equal(again, resumed)
    assert len(pd.read_json(path, lines=True)) == len(resumed)


def test_torn_last_line_is_made_anew(tmp_path):
    path = tmp_path / "results.jsonl"
    whole = compare(results_path=path)
    path.write_bytes(path.read_bytes()[:-40])
    continued = compare(results_path=path)
    assert_frame_equal(less_seconds(continued), less_seconds(whole))
    assert len(pd.read_json(path, lines=True)) == len(whole)


def test_seeds_samplers_and_classifiers_may_be_added(tmp_path):
    path = tmp_path / "results.jsonl"
    compare({"none": None}, {"svm": SVC()}, results_path=path)
    compare(results_path=path, seeds=(0, 1))
    n_rows = 2 * 2 * len(SAMPLERS) * len(CLASSIFIERS)
    assert len(pd.read_json(path, lines=True)) == n_rows
    part = compare({"jitter": JitterOversampler()}, results_path=path)
    assert set(part["sampler"]) == {"jitter"}
    assert len(pd.read_json(path, lines=True)) == n_rows


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_splits": 3}, r"made with other settings. It holds \[data=.*n_splits=2.*n_splits=3"),
        ({"n_minority_groups": 2}, "made with other settings"),
        ({"groups": GROUPS // 2}, "made with other settings"),
        ({"samplers": {"none": None, "jitter": JitterOversampler(scale=1)}}, "sampler 'jitter'"),
        ({"classifiers": {"svm": SVC(C=2)}}, "classifier 'svm'"),
    ],
)
def test_file_of_other_settings_is_refused(tmp_path, change, message):
    path = tmp_path / "results.jsonl"
    compare(results_path=path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=message):
        compare(results_path=path, **change)
    assert path.read_bytes() == before


def test_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("a, b\n1, 2\n")
    with pytest.raises(ValueError, match=r"Line 1 of .*notes.txt is not a row of results"):
        compare(results_path=path)
    assert path.read_text() == "a, b\n1, 2\n"


def test_progress_is_shown_where_it_is_asked_for(capsys, monkeypatch):
    compare({"none": None})
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    compare({"none": None}, verbose=0)
    assert capsys.readouterr() == ("", "")
    compare({"none": None}, verbose=1)
    assert "Comparing samplers" in capsys.readouterr().err


def table(differences, n_train=400, n_test=100, classifier="forest"):
    n = len(differences)
    base = np.full(n, 0.5)
    return pd.DataFrame(
        {
            "sampler": np.repeat(["none", "new"], n),
            "classifier": classifier,
            "seed": np.tile(np.arange(n) // 5, 2),
            "fold": np.tile(np.arange(n) % 5, 2),
            "n_train": n_train,
            "n_test": n_test,
            "average_precision": np.concatenate([base, base + differences]),
        }
    )


def test_interval_is_that_of_nadeau_and_bengio():
    differences = np.array([0.1, 0.2, 0.0, 0.1, 0.15])
    row = paired_differences(table(differences)).iloc[0]
    # 1/5 + 100/400 of the variance 0.0055, by the 97.5 % quantile of t with 4 degrees, 2.776445.
    half = 2.776445105 * np.sqrt(0.45 * 0.0055)
    assert_allclose([row["lower"], row["upper"]], [0.11 - half, 0.11 + half])
    assert_allclose(row["mean_difference"], 0.11)
    assert row["n_runs"] == 5


@pytest.mark.parametrize(
    ("differences", "verdict", "harm_rate"),
    [
        ([0.1, 0.11, 0.1, 0.12, 0.1], "gain", 0),
        ([-0.1, -0.11, -0.1, -0.12, -0.1], "harm", 1),
        ([0.1, -0.1, 0.1, -0.005, 0.0], "no gain", 0.2),
        ([0.0] * 5, "no gain", 0),
        ([0.3], "no gain", 0),
    ],
)
def test_verdicts(differences, verdict, harm_rate):
    row = paired_differences(table(np.array(differences))).iloc[0]
    assert row["verdict"] == verdict
    assert row["harm_rate"] == harm_rate


def test_overlap_of_training_sets_widens_the_interval():
    differences = np.random.default_rng(0).normal(0.02, 0.05, 10)
    narrow = paired_differences(table(differences, n_test=1)).iloc[0]
    wide = paired_differences(table(differences, n_test=200)).iloc[0]
    assert wide["upper"] - wide["lower"] > 1.5 * (narrow["upper"] - narrow["lower"])


def test_runs_are_paired_by_seed_and_fold_whatever_their_order():
    results = table(np.array([0.1, 0.2, 0.0, 0.1, 0.15]))
    results["average_precision"] += results["fold"] / 10
    shuffled = results.sample(frac=1, random_state=0)
    assert_frame_equal(paired_differences(results), paired_differences(shuffled))


def test_nan_is_left_out():
    results = table(np.array([0.1, np.nan, 0.1, 0.12]))
    assert paired_differences(results)["n_runs"].tolist() == [3]
    results["average_precision"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        row = paired_differences(results).iloc[0]
    assert row["n_runs"] == 0
    assert row["verdict"] == "no gain"


@pytest.mark.parametrize(
    ("results", "params", "message"),
    [
        (table(np.zeros(5)), {"baseline": "smote"}, r"\['new', 'none'\]. Got 'smote' instead"),
        (table(np.zeros(5)), {"metric": "auc"}, "The 'metric' parameter must name .* 'auc'"),
        (table(np.zeros(5)).iloc[1:], {}, "lacks runs of the baseline 'none'"),
        (pd.concat([table(np.zeros(5))] * 2), {}, "every sampler, classifier, seed and fold once"),
    ],
)
def test_wrong_results(results, params, message):
    with pytest.raises(ValueError, match=message):
        paired_differences(results, **params)


def test_from_comparison_to_verdict():
    verdicts = paired_differences(compare(seeds=(0, 1)))
    assert verdicts["sampler"].tolist() == ["random", "random", "jitter", "jitter"]
    assert (verdicts["lower"] <= verdicts["mean_difference"]).all()
