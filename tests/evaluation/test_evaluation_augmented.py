from typing import ClassVar

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.over_sampling import RandomOverSampler
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from eegaug import AugmentedClassifier, JitterOversampler, select_sampler
from eegaug.evaluation import _candidates
from eegaug.evaluation._inner_folds import inner_folds
from eegaug.evaluation._rule import choose

# Checks that fail for a good reason, as {"name of the check": "the reason"}.
EXPECTED_FAILURES: dict[str, str] = {}


def recordings(n_recordings=12, size=5, n_times=12, seizures=4):
    """Windows of noise whose seizures are larger and start high; the last sample has the group."""
    groups = np.repeat(np.arange(n_recordings), size)
    y = (groups < seizures).astype(int)
    X = np.random.default_rng(0).normal(size=(len(y), n_times)) * (1 + y[:, np.newaxis])
    X[:, 0] += 0.5 * y
    X[:, -1] = groups / 100
    return X, y, groups


def hard():
    """Windows whose class shows in one sample of many."""
    groups = np.repeat(np.arange(16), 5)
    y = (groups < 4).astype(int)
    X = np.random.default_rng(0).normal(size=(80, 60))
    X[:, 0] += 2 * y
    return X, y, groups


class Oracle(BaseEstimator):
    """Adds windows that a linear classifier learns the class from, or the opposite of it."""

    calls: ClassVar[list] = []

    def __init__(self, sign=1.0, random_state=None):
        self.sign = sign
        self.random_state = random_state

    def fit_resample(self, X, y, groups=None):
        Oracle.calls.append((X.copy(), None if groups is None else groups.copy()))
        new = np.zeros((400, X.shape[1]))
        labels = np.arange(400) % 2
        new[:, 0] = self.sign * 5 * (2 * labels - 1)
        return np.concatenate([X, new]), np.concatenate([y, labels])


class WithMemory(Oracle):
    """Notes the memory that it was given."""

    def __init__(self, sign=1.0, random_state=None, memory=None):
        super().__init__(sign, random_state)
        self.memory = memory

    def fit_resample(self, X, y, groups=None):
        Oracle.calls.append(self.memory.location)
        return X, y


@pytest.fixture(autouse=True)
def _no_calls():
    Oracle.calls.clear()


# %% The interface of scikit-learn


@parametrize_with_checks(
    [
        AugmentedClassifier(
            LogisticRegression(),
            samplers={"copies": RandomOverSampler(), "class weights": "balanced"},
            n_repeats=1,
            min_gain=0.0,
            random_state=0,
        ),
        AugmentedClassifier(
            RidgeClassifier(),
            samplers={"jitter": JitterOversampler()},
            n_repeats=1,
            random_state=0,
        ),
    ],
    expected_failed_checks=lambda estimator: EXPECTED_FAILURES,
)
def test_sklearn_checks(estimator, check):
    check(estimator)


def test_clone_and_grid_search_reach_inner_parameters():
    X, y, groups = recordings()
    model = AugmentedClassifier(LogisticRegression(), samplers=["jitter, mild"], random_state=0)
    assert clone(model).get_params()["classifier__C"] == 1.0
    search = GridSearchCV(model, {"classifier__C": [0.1, 1.0], "cv": [2]}, cv=GroupKFold(2))
    search.fit(X, y, groups=groups)
    best = search.best_estimator_.classifier_
    assert search.best_params_["classifier__C"] == best.C


def test_groups_are_routed_to_fit():
    X, y, groups = recordings()
    model = AugmentedClassifier(LogisticRegression(), samplers=["class weights"])
    with sklearn.config_context(enable_metadata_routing=True):
        model.set_fit_request(groups=True)
        found = cross_validate(
            model, X, y, cv=GroupKFold(2), params={"groups": groups}, return_estimator=True
        )
    assert all(each.selection_.grouped for each in found["estimator"])


def test_frames_pass_untouched():
    X, y, groups = recordings()
    frame = pd.DataFrame(X, columns=[f"X{i}" for i in range(X.shape[1])])
    model = AugmentedClassifier(LogisticRegression(), samplers=["jitter, mild"], random_state=0)
    model.fit(frame, pd.Series(y), groups=pd.Series(groups))
    assert model.feature_names_in_.tolist() == list(frame.columns)
    assert model.predict(frame).shape == y.shape


def test_windows_of_several_channels_pass_untouched():
    X, y, groups = recordings()
    X = np.stack([X, -X], axis=1)

    def flatten(windows):
        assert windows.shape[1:] == X.shape[1:]
        return windows.reshape(len(windows), -1)

    model = AugmentedClassifier(
        make_pipeline(FunctionTransformer(flatten), LogisticRegression()),
        samplers={"jitter": JitterOversampler(), "weights": "balanced"},
        random_state=0,
    )
    assert model.fit(X, y, groups).predict_proba(X).shape == (len(X), 2)
    assert "SMOTE" in _candidates.resolve("auto", model.classifier, X, 100)[1]


# %% The choice


@pytest.mark.parametrize(
    ("others", "best"),
    [
        ([[0.6, 0.6, 0.6]], 1),
        ([[0.504, 0.504, 0.504]], 0),  # not more than min_gain
        ([[0.9, 0.5, 0.4]], 0),  # mean 0.1, standard error 0.15
        ([[0.7, 0.6, 0.5]], 0),  # mean 0.1, standard error 0.06
        ([[0.7, 0.6, 0.6]], 1),  # mean 0.13, standard error 0.03
        ([[0.6, 0.6, 0.6], [0.7, 0.7, 0.7]], 2),
        ([[0.6, 0.6, 0.6], [1.0, 0.5, 0.5]], 1),  # the higher mean is noise
        ([[0.1, 0.1, 0.1]], 0),
    ],
)
def test_none_is_kept_unless_another_is_better_by_more_than_its_noise(others, best):
    assert (
        choose(np.array([[0.5, 0.5, 0.5], *others]), min_gain=0.005, n_standard_errors=2.0) == best
    )


def test_one_fold_shows_no_noise_and_chooses_nothing():
    scores = np.array([[0.5], [0.9]])
    assert choose(scores, min_gain=0.0, n_standard_errors=0.1) == 0
    assert choose(scores, min_gain=0.0, n_standard_errors=0.0) == 1  # noise was not asked for


def test_a_sampler_that_helps_is_chosen_and_one_that_harms_is_not():
    X, y, groups = hard()
    samplers = {"helps": Oracle(), "harms": Oracle(sign=-1.0)}
    model = AugmentedClassifier(LogisticRegression(), samplers=samplers, random_state=0)
    model.fit(X, y, groups)
    assert model.best_sampler_ == "helps"
    assert model.sampler_.sign == 1.0
    frame = pd.DataFrame(model.cv_results_)
    assert frame["param_sampler"].tolist() == ["none", "helps", "harms"]
    splits = frame[[f"split{fold}_test_score" for fold in range(12)]]
    assert_allclose(frame["mean_test_score"], splits.mean(axis=1))
    assert_allclose(frame["mean_difference"], splits.sub(splits.loc[0]).mean(axis=1), atol=1e-12)
    assert frame["rank_test_score"].tolist() == [2, 1, 3]
    harmful = {"harms": Oracle(sign=-1.0)}
    kept = select_sampler(
        LogisticRegression(), X, y, groups=groups, samplers=harmful, random_state=0
    )
    assert kept.best_sampler == "none"


def test_samplers_see_training_recordings_alone():
    X, y, groups = recordings()
    scored = []

    class Noting(RidgeClassifier):
        def decision_function(self, X):
            scored.append(X)
            return super().decision_function(X)

    select_sampler(Noting(), X, y, groups=groups, samplers={"oracle": Oracle()}, random_state=0)
    assert len(Oracle.calls) == 12
    for (seen, known), tested in zip(Oracle.calls, scored[1::2], strict=True):
        assert_array_equal(seen[:, -1], known / 100)
        assert not set(known) & set(np.round(tested[:, -1] * 100).astype(int))
        assert len(seen) + len(tested) == len(X)


def test_memory_keeps_resampled_folds_for_other_classifiers(tmp_path):
    X, y, groups = recordings()
    given = {"samplers": {"oracle": Oracle()}, "random_state": 0, "memory": str(tmp_path)}
    first = select_sampler(LogisticRegression(), X, y, groups=groups, **given)
    assert len(Oracle.calls) == 12
    select_sampler(KNeighborsClassifier(1), X, y, groups=groups, **given)
    again = select_sampler(LogisticRegression(), X, y, groups=groups, **given)
    assert len(Oracle.calls) == 12
    assert_array_equal(first.differences, again.differences)


def test_memory_reaches_samplers_that_have_one(tmp_path):
    X, y, groups = recordings()
    memory = joblib.Memory(tmp_path, verbose=0)
    given = {"samplers": {"own": WithMemory()}, "memory": memory}
    select_sampler(LogisticRegression(), X, y, groups=groups, **given)
    assert Oracle.calls == [memory.location] * 12


def test_all_at_once_choose_as_one_by_one():
    X, y, groups = recordings()
    given = {"groups": groups, "samplers": ["jitter, mild", "class weights"], "random_state": 0}
    one = select_sampler(RandomForestClassifier(5), X, y, **given)
    with joblib.parallel_config("threading", n_jobs=2):
        both = select_sampler(RandomForestClassifier(5), X, y, **given)
    assert_array_equal(one.differences, both.differences)


def test_dask_chooses_as_one_process_does():
    distributed = pytest.importorskip("distributed")
    X, y, groups = recordings()
    given = {"groups": groups, "samplers": ["jitter, mild"], "random_state": 0}
    one = select_sampler(LogisticRegression(), X, y, **given)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        far = select_sampler(LogisticRegression(), X, y, **given)
    assert_array_equal(one.differences, far.differences)


# %% Folds


@settings(deadline=None)
@given(
    seizures=st.integers(2, 6),
    others=st.integers(2, 12),
    cv=st.integers(2, 4),
    seed=st.integers(0, 10**6),
    mixed=st.booleans(),
)
def test_folds_keep_recordings_whole_and_hold_every_class(seizures, others, cv, seed, mixed):
    rng = np.random.RandomState(seed)
    sizes = rng.randint(2, 9, size=seizures + others)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    y = np.where(groups < seizures, 2, 0)
    if mixed:  # recordings of seizures hold other windows too
        first = np.r_[True, groups[1:] != groups[:-1]]
        y[first] = 0
    folds = inner_folds(y, y, groups, cv=cv, n_repeats=3, rng=rng)
    n_splits = len(folds) // 3
    assert n_splits == min(cv, seizures, len(sizes) if mixed else others)
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
        assert set(y[train]) == set(y[test]) == {0, 2}
        assert len(train) + len(test) == len(y)
        held_out = len(set(groups[test][y[test] == 2]))
        assert held_out in (seizures // n_splits, -(-seizures // n_splits))


def test_repeats_draw_other_folds_where_recordings_differ_in_length():
    sizes = 2 ** np.arange(8)
    groups = np.repeat(np.arange(8), sizes)
    y = (groups % 2).astype(int)
    folds = inner_folds(y, y, groups, cv=2, n_repeats=5, rng=np.random.RandomState(0))
    assert len({tuple(sorted(set(groups[train]))) for train, _ in folds}) > 4


def test_two_seizure_recordings_choose_and_say_how_little_that_shows():
    X, y, groups = recordings(seizures=2)
    result = select_sampler(
        LogisticRegression(), X, y, groups=groups, samplers=["jitter, mild"], random_state=0
    )
    assert len(result.differences[0]) == 12
    assert "every fold trains on one and tests on the other" in " ".join(repr(result).split())


def test_one_seizure_recording_is_refused():
    X, y, groups = recordings(seizures=1)
    model = AugmentedClassifier(LogisticRegression(), samplers=["jitter, mild"])
    with pytest.raises(ValueError, match=r"at least 2 recordings.*Got 1 recording of class 1"):
        model.fit(X, y, groups)


def test_folds_of_ones_own_need_every_class():
    X, y, groups = recordings()
    given = {"groups": groups, "samplers": ["jitter, mild"]}
    halves = np.flatnonzero(groups % 2 == 0), np.flatnonzero(groups % 2)
    result = select_sampler(LogisticRegression(), X, y, cv=[halves, halves[::-1]], **given)
    assert result.differences.shape == (2, 2)
    bad = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    with pytest.raises(ValueError, match="'cv' parameter must give folds with every class"):
        select_sampler(LogisticRegression(), X, y, cv=[bad], **given)


# %% Candidates


def test_auto_leaves_out_what_cannot_be_compared():
    X, y, groups = recordings(seizures=2, size=4)
    result = select_sampler(KNeighborsClassifier(1), X, y, groups=groups, random_state=0)
    assert set(result.left_out) == {"SMOTE", "class weights"}
    assert "Left out: " in repr(result)
    assert result.to_frame().index.tolist() == ["none", "jitter, mild", "jitter", "jitter, grown"]


def test_auto_takes_all_without_a_generator_where_it_can():
    chosen, left_out = _candidates.resolve("auto", LogisticRegression(), np.zeros((20, 4)), 6)
    assert set(_candidates.CANDIDATES) - set(chosen) == {"GAN"}
    assert not left_out
    weighted = LogisticRegression(class_weight="balanced")
    assert "class weights" in _candidates.resolve("auto", weighted, np.zeros((20, 4)), 6)[1]


def test_the_documented_list_is_the_list():
    lines = select_sampler.__doc__.splitlines()
    rules = [number for number, line in enumerate(lines) if line.startswith("    =====")]
    names = [line[4:17].strip() for line in lines[rules[1] + 1 : rules[2]]]
    assert names == list(_candidates.CANDIDATES)


@pytest.mark.parametrize(
    ("samplers", "message"),
    [
        ("smote", "must be 'auto', a mapping"),
        (["jiter"], "must be 'auto', a mapping"),
        ({"x": "heavy"}, "Got 'heavy' under the name 'x'"),
        ({"x": LogisticRegression()}, "under the name 'x'"),
        ({"none": JitterOversampler()}, "must have None under the name 'none'"),
    ],
)
def test_wrong_candidates_are_named(samplers, message):
    X, y, groups = recordings()
    with pytest.raises(ValueError, match=message):
        select_sampler(LogisticRegression(), X, y, groups=groups, samplers=samplers)


def test_class_weights_need_a_classifier_that_has_them():
    X, y, groups = recordings()
    with pytest.raises(ValueError, match="needs a classifier with a parameter 'class_weight'"):
        select_sampler(KNeighborsClassifier(), X, y, groups=groups, samplers=["class weights"])


def test_an_error_names_the_candidate():
    class Broken(Oracle):
        def fit_resample(self, X, y, groups=None):
            raise RuntimeError("broken")

    X, y, groups = recordings()
    with pytest.raises(RuntimeError, match="broken") as caught:
        select_sampler(LogisticRegression(), X, y, groups=groups, samplers={"bad": Broken()})
    assert caught.value.__notes__ == ["Raised with the candidate 'bad' in inner fold 0."]


# %% Probabilities


@pytest.mark.parametrize("labels", [[0, 1], ["rest", "seizure"], ["b", "a"]])
def test_probabilities_hold_for_the_training_prevalence(labels):
    X, y, groups = recordings(n_recordings=40, seizures=4)
    names = np.array(labels)[y]
    # The forced choice: only one candidate but "none", which is far better.
    given = {"samplers": {"oracle": LabelOracle()}, "random_state": 0, "scoring": "accuracy"}
    classifier = CountingClassifier()
    model = AugmentedClassifier(classifier, **given).fit(X, names, groups)
    assert model.best_sampler_ == "oracle"
    proba = model.predict_proba(X)[:, list(model.classes_).index(labels[1])]
    assert_allclose(proba, 0.1)
    raw = AugmentedClassifier(classifier, correct_prior=False, **given).fit(X, names, groups)
    assert_allclose(raw.predict_proba(X).min(axis=1), 178 / 358)
    assert set(model.predict(X)) == {labels[0]}


def test_auto_corrects_where_that_lowers_the_brier_score():
    X, y, groups = recordings(n_recordings=40, seizures=4)
    given = {"samplers": ["class weights"], "random_state": 0, "scoring": "balanced_accuracy"}
    given |= {"correct_prior": "auto"}
    # In a forest of pure leaves class weights move no probability.
    for classifier in (LogisticRegression(C=0.01), RandomForestClassifier(20)):
        model = AugmentedClassifier(classifier, **given).fit(X, y, groups)
        with_it, without = (
            model.cv_results_[f"mean_test_brier{suffix}"] for suffix in ("", "_uncorrected")
        )
        assert with_it[0] == without[0]
        assert model.selection_.correct_prior == (
            with_it[model.best_index_] < without[model.best_index_]
        )
    for asked in (True, False):
        model.set_params(correct_prior=asked).fit(X, y, groups)
        assert model.selection_.correct_prior == asked


class LabelOracle(BaseEstimator):
    """Grows the rarer class to nearly the same number, and marks the first window."""

    def fit_resample(self, X, y):
        rare = np.flatnonzero(y == min(np.unique(y), key=lambda label: (y == label).sum()))
        n = len(y) - 2 * len(rare) - 2
        X = np.concatenate([X, X[np.resize(rare, n)]])
        X[0, 0] = 1e6
        return X, np.concatenate([y, y[np.resize(rare, n)]])


class CountingClassifier(ClassifierMixin, BaseEstimator):
    """Knows the share of the classes alone, and is wrong unless a window is marked."""

    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / counts.sum()
        self.marked_ = X[0, 0] == 1e6
        return self

    def predict_proba(self, X):
        shares = self.shares_ if self.marked_ else 1 - self.shares_
        return np.tile(shares, (len(X), 1))

    def predict(self, X):
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]


def test_nothing_is_corrected_without_a_sampler():
    X, y, groups = recordings(n_recordings=40, seizures=4)
    model = AugmentedClassifier(
        LogisticRegression(), samplers=["class weights"], min_gain=1.0, random_state=0
    )
    model.fit(X, y, groups)
    plain = LogisticRegression().fit(X, y)
    assert model.best_sampler_ == "none"
    assert_array_equal(model.predict_proba(X), plain.predict_proba(X))
    assert_array_equal(model.predict(X), plain.predict(X))
    assert_array_equal(model.decision_function(X), plain.decision_function(X))


def test_classifiers_without_probabilities_are_left_as_they_are():
    X, y, groups = hard()
    model = AugmentedClassifier(
        RidgeClassifier(alpha=1e3), samplers={"oracle": Oracle()}, random_state=0
    ).fit(X, y, groups)
    assert model.best_sampler_ == "oracle"
    assert not hasattr(model, "predict_proba")
    assert_array_equal(model.predict(X), (model.decision_function(X) > 0).astype(int))


def test_three_classes_are_compared_by_the_mean_of_their_average_precision():
    groups = np.repeat(np.arange(18), 5)
    y = np.array(["a", "b", "c"])[groups % 3]
    X = np.random.default_rng(0).normal(size=(90, 8)) + (groups % 3)[:, np.newaxis]
    model = AugmentedClassifier(LogisticRegression(), samplers=["jitter, mild"], random_state=0)
    assert model.fit(X, y, groups).predict_proba(X).shape == (90, 3)
    assert model.selection_.cv_results["mean_test_score"][0] > 0.5


def test_average_precision_is_of_the_rarer_class():
    X, y, groups = recordings()
    given = {"groups": groups, "samplers": ["class weights"], "random_state": 0}
    one = select_sampler(LogisticRegression(), X, y, **given)
    turned = select_sampler(LogisticRegression(), X, np.array(["z", "a"])[y], **given)
    assert_allclose(one.cv_results["mean_test_score"], turned.cv_results["mean_test_score"])


# %% The report


def test_the_report_says_what_why_and_how_sure():
    X, y, groups = hard()
    result = select_sampler(
        LogisticRegression(),
        X,
        y,
        groups=groups,
        samplers={"<oracle>": Oracle()},
        random_state=0,
    )
    text = " ".join(repr(result).split())
    assert text.startswith("Selected: <oracle>.")
    assert f"better than none by {result.cv_results['mean_difference'][1]:.3f}" in text
    assert f"A gain is {result.verdict}." in text
    assert "only 4 recordings of class 1" in text
    html = result._repr_html_()
    assert "&lt;oracle&gt;" in html
    assert "<oracle>" not in html


def test_without_groups_the_report_warns():
    X, y, _ = recordings()
    result = select_sampler(LogisticRegression(), X, y, samplers=["jitter, mild"], random_state=0)
    assert not result.grouped
    assert "No groups were given" in repr(result)


def test_verdict_follows_the_interval():
    X, y, groups = hard()
    given = {"groups": groups, "random_state": 0}
    result = select_sampler(
        LogisticRegression(), X, y, samplers={"oracle": Oracle()}, n_repeats=5, **given
    )
    lower, upper = result.interval
    assert lower < result.cv_results["mean_difference"][1] < upper
    assert (result.verdict == "shown") == (lower > 0)
    alone = select_sampler(LogisticRegression(), X, y, samplers=[], **given)
    assert alone.verdict == "cannot be tested"
    assert "There was no other candidate." in repr(alone)


def test_plot_draws_every_candidate():
    plt = pytest.importorskip("matplotlib.pyplot")
    X, y, groups = recordings()
    result = select_sampler(
        LogisticRegression(), X, y, groups=groups, samplers=["jitter, mild"], random_state=0
    )
    ax = result.plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["none", "jitter, mild"]
    points = ax.collections[-1].get_offsets()
    assert_allclose(points[:, 0], result.cv_results["mean_difference"])
    plt.close(ax.figure)
