"""Samplers compared by detected seizures: folds, thresholds, intervals, and wrong recordings."""

import mne
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin

from eegaug import JitterOversampler
from eegaug.datasets import load_recordings
from eegaug.evaluation import (
    EventComparison,
    compare_on_recordings,
    make_detector,
    read_events,
    write_recordings,
)

SFREQ = 32.0


@pytest.fixture(autouse=True)
def quiet():
    with mne.utils.use_log_level("error"):
        yield


def recording(seed, seizures=((60.0, 20.0),), *, seconds=200, names=("C3", "C4", "Cz"), gain=4.0):
    """Make noise that is louder in seizures."""
    rng = np.random.default_rng(seed)
    samples = 2e-5 * rng.normal(size=(len(names), round(seconds * SFREQ)))
    for onset, duration in seizures:
        samples[:, round(onset * SFREQ) : round((onset + duration) * SFREQ)] *= gain
    raw = mne.io.RawArray(samples, mne.create_info(list(names), SFREQ, "eeg"))
    onsets, durations = zip(*seizures, strict=True) if seizures else ((), ())
    return raw.set_annotations(mne.Annotations(onsets, durations, ["sz"] * len(onsets)))


RAWS = [recording(0), recording(1, ()), recording(2), recording(3), recording(4, ())]
GROUPS = ["a", "a", "b", "c", "d"]


class Notes(ClassifierMixin, BaseEstimator):
    """A classifier by amplitude that writes down what it learned and was asked."""

    def __init__(self, log=None, random_state=None):
        self.log, self.random_state = log, random_state

    def __sklearn_clone__(self):
        return self

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.log.append(("fit", X, y))
        return self

    def predict_proba(self, X):
        self.log.append(("predict", X, None))
        share = np.clip(X.std(axis=(1, 2)) / 80, 0, 1)
        return np.column_stack([1 - share, share])


def test_a_patient_is_predicted_by_what_never_saw_him():
    log = []
    comparison = compare_on_recordings({"none": None}, Notes(log), RAWS, groups=GROUPS)
    kinds = "".join(kind[0] for kind, _, _ in log)
    assert kinds == "fpp" + "fp" * 3  # "a" has two recordings
    whole = {
        name: np.float32(1e6 * raw.get_data()) for name, raw in zip("axbcd", RAWS, strict=True)
    }
    own = iter(["a", "b", "c", "d"])
    for kind, X, y in log:
        if kind != "fit":
            continue
        patient = next(own)
        left_out = {"a": ["a", "x"]}.get(patient, [patient])
        for name, samples in whole.items():
            seen = np.isin(X[:, 0], samples[0]).mean()
            assert seen < 0.001 if name in left_out else seen > 0.1
        assert set(y) == {0, 1}
    assert [len(part) for part in comparison.predictions["none"]] == [99] * 5
    assert_array_equal(comparison.predictions["none"][3]["start"], np.arange(0, 198, 2))


def test_seizures_that_are_easy_are_found_and_nothing_else():
    comparison = compare_on_recordings(
        {"none": None, "jitter": JitterOversampler()}, None, RAWS, groups=GROUPS, random_state=0
    )
    for name in ("none", "jitter"):
        assert_allclose(comparison.scores.loc[name, "value"], [1, 1, 1, 0])
        kinds = [events.eventType.tolist() for events in comparison.events[name]]
        assert kinds == [["sz"], ["bckg"], ["sz"], ["sz"], ["bckg"]]
        assert abs(comparison.events[name][0].onset[0] - 60) <= 8
    assert set(comparison.differences["verdict"]) == {"not shown at this power"}
    assert comparison.patients.loc["none"].n_reference.tolist() == [1, 1, 1, 0]
    assert "jitter against none, f1: +0.00" in repr(comparison)
    assert "3 seizures of 4 patients" in comparison._repr_html_()


def test_the_seed_makes_the_same_again_and_samplers_get_patients():
    seen = []

    class Seen(JitterOversampler):
        def fit_resample(self, X, y, groups=None):
            seen.append((self.random_state, sorted(set(groups))))
            return super().fit_resample(X, y, groups=groups)

    first, same, other = (
        compare_on_recordings(
            {"none": None, "jitter": Seen()},
            None,
            RAWS,
            groups=GROUPS,
            rest_ratio=4,
            random_state=seed,
        )
        for seed in (0, 0, 1)
    )
    assert [groups for _, groups in seen[:4]] == [
        ["b", "c", "d"],
        ["a", "c", "d"],
        ["a", "b", "d"],
        ["a", "b", "c"],
    ]
    assert [state for state, _ in seen[:4]] == [state for state, _ in seen[4:8]]
    assert all(state is not None for state, _ in seen)
    pd.testing.assert_frame_equal(first.counts, same.counts)
    pd.testing.assert_frame_equal(first.scores, same.scores)
    for name in ("none", "jitter"):
        for a, b in zip(first.predictions[name], same.predictions[name], strict=True):
            pd.testing.assert_frame_equal(a, b)
    changed = other.predictions["jitter"][0].probability
    assert not np.allclose(first.predictions["jitter"][0].probability, changed)


def test_patients_side_by_side_give_the_same():
    alone, beside = (
        compare_on_recordings(
            {"none": None}, None, RAWS, groups=GROUPS, random_state=0, n_jobs=n_jobs
        )
        for n_jobs in (None, 2)
    )
    pd.testing.assert_frame_equal(alone.counts, beside.counts)


def made(rows, n_bootstrap=2000):
    """A result out of counts of events: sampler, threshold, patient, seizures, found, false."""
    counts = pd.DataFrame(
        rows, columns=["sampler", "threshold", "patient", "n_reference", "tp", "fp"]
    ).assign(hours=24.0, n_recordings=1)
    counts = counts.set_index(["sampler", "threshold", "patient"])
    names = counts.index.unique("sampler")
    patients = counts.index.unique("patient").to_numpy()
    return EventComparison(counts, {name: [] for name in names}, [], {}, patients, n_bootstrap, 0)


def test_a_threshold_is_chosen_on_the_other_patients():
    rows = []
    for patient in "abc":
        # What is best for "a" alone is worst for the others.
        good, bad = (0.2, 0.8) if patient == "a" else (0.8, 0.2)
        rows += [("none", good, patient, 4, 4, 0), ("none", bad, patient, 4, 0, 4)]
    # For "b" and "c" the two others disagree: what is found and what is false cancel out.
    chosen = made(rows).thresholds["none"]
    assert chosen["a"] == 0.8
    assert made(rows).patients.loc[("none", "a")].tp == 0


def test_of_equally_good_thresholds_the_middle_one_is_taken():
    rows = [("none", t, p, 2, 2, 0) for t in (0.1, 0.2, 0.3, 0.4, 0.5) for p in "ab"]
    rows += [("none", 0.9, p, 2, 0, 0) for p in "ab"]
    assert set(made(rows).thresholds) == {0.3}


def test_scores_are_those_of_pooled_counts_and_intervals_those_of_patients():
    rng = np.random.default_rng(0)
    rows = [
        ("none", 0.5, f"p{i:02d}", *counts)
        for i, counts in enumerate(
            zip([6] * 30, rng.binomial(6, 0.5, 30), rng.poisson(3, 30), strict=True)
        )
    ]
    result = made(rows, 4000)
    n, tp, fp = np.array([row[3:] for row in rows]).T
    expected = [
        tp.sum() / n.sum(),
        tp.sum() / (tp + fp).sum(),
        2 * tp.sum() / (tp + n + fp).sum(),
        fp.mean(),
    ]
    assert_allclose(result.scores["value"], expected)
    # A mean over patients has an interval that is known well enough.
    half = 1.96 * fp.std() / np.sqrt(30)
    row = result.scores.loc[("none", "false_alarms_per_day")]
    assert_allclose([row.lower, row.upper], [fp.mean() - half, fp.mean() + half], rtol=0.1)
    assert_allclose(result.curve.loc[("none", 0.5)], expected)


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ((4, 0), "gain"),
        ((1, 6), "harm"),
        ((2, 2), "not shown at this power"),
    ],
)
def test_verdicts_can_come_out_each_way(other, verdict):
    rows = [("none", 0.5, f"p{i}", 4, 2 + i % 2, 2) for i in range(12)]
    rows += [("x", 0.5, f"p{i}", 4, min(4, other[0] + i % 2), other[1]) for i in range(12)]
    found = made(rows).differences.loc["x"]
    assert found.verdict["f1"] == verdict
    if verdict != "not shown at this power":
        assert found.verdict["false_alarms_per_day"] == verdict
    assert np.sign(found.difference["f1"]) == {"gain": 1, "harm": -1}.get(verdict, 0)


def test_one_patient_and_nothing_detected_cannot_be_tested():
    rows = [(name, 0.5, "a", 4, 2, 2) for name in ("none", "x")]
    assert set(made(rows).differences["verdict"]) == {"cannot be tested"}
    silent = [(name, 0.5, p, 4, 0, 0) for name in ("none", "x") for p in "ab"]
    assert made(silent).differences.loc["x"].verdict["precision"] == "cannot be tested"


def test_one_sampler_has_no_difference():
    result = made([("none", 0.5, p, 4, 2, 2) for p in "ab"])
    assert len(result.differences) == 0
    assert "4 patients" not in repr(result)


WRONG = {
    "seizures of one patient": (
        [recording(0), recording(1, ())],
        ["a", "b"],
        r"of at least two patients. Got seizures of a, of 2 patients",
    ),
    "no seizure": (
        [recording(0, ()), recording(1, ())],
        ["a", "b"],
        r"Got seizures of none.*descriptions of annotations are none",
    ),
    "other channels": (
        [recording(0), recording(1, names=("C3", "C4", "Pz"))],
        ["a", "b"],
        r"recording 2 lacks \['Cz'\] and has \['Pz'\]",
    ),
    "another unit": (
        [recording(0), recording(1).apply_function(lambda x: 1e3 * x)],
        ["a", "b"],
        r"recording 2 has \d+ times the amplitude of recording 1",
    ),
    "another rate": (
        [recording(0), recording(1).resample(64)],
        ["a", "b"],
        r"recording 2 has 64 Hz and recording 1 32 Hz. Give 'sfreq'",
    ),
    "shorter than a window": (
        [recording(0), recording(1), recording(2, (), seconds=3)],
        ["a", "b", "c"],
        r"recording 3 has 96 samples \(3 s\)",
    ),
    "groups of another length": ([recording(0)], ["a", "b"], "inconsistent numbers"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_recordings_are_named(case):
    raws, groups, message = WRONG[case]
    with pytest.raises(ValueError, match=message):
        compare_on_recordings({"none": None}, None, raws, groups=groups)


@pytest.mark.parametrize("samplers", [{}, {"none": None, "x": "jitter"}])
def test_what_is_no_sampler_is_named_before_anything_is_read(samplers):
    with pytest.raises(ValueError, match="'samplers' parameter must"):
        compare_on_recordings(samplers, None, RAWS, groups=GROUPS)


def test_a_failing_sampler_is_named():
    class Fails(JitterOversampler):
        def fit_resample(self, X, y, groups=None):
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no") as caught:
        compare_on_recordings({"x": Fails()}, None, RAWS, groups=GROUPS)
    assert caught.value.__notes__ == ["Raised with the sampler 'x', without the patient 'a'."]


def test_rates_and_channels_are_brought_together_on_demand():
    raws = [recording(0), recording(1, names=("Pz", "C4", "C3")), recording(2).resample(64)]
    comparison = compare_on_recordings(
        {"none": None}, None, raws, groups=["a", "b", "c"], ch_names=["C3", "C4"], sfreq=32
    )
    assert_allclose(comparison.scores.loc["none", "value"], [1, 1, 1, 0])


def test_a_detector_takes_any_number_of_channels():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 3 == 0
    for n_channels, n_features in [(1, 5), (2, 10), (4, 15), (5, 20), (18, 25)]:
        X = 20 * rng.normal(size=(60, n_channels, 64)) * np.where(y, 4, 1)[:, None, None]
        detector = make_detector(sfreq=32).fit(X, y)
        assert detector[0].transform(X).shape == (60, n_features)
        assert detector.score(X, y) == 1
    shuffled = X[:, rng.permutation(18)]
    assert_allclose(detector.predict_proba(shuffled), detector.predict_proba(X))


def test_recordings_go_through_a_folder(tmp_path):
    files = write_recordings(RAWS, GROUPS, tmp_path / "made")
    names = [path.relative_to(tmp_path / "made").as_posix() for path in files]
    assert names[1] == "sub-a/eeg/sub-a_task-szMonitoring_run-01_eeg.edf"
    eeg = load_recordings(tmp_path / "made")
    assert eeg.groups.tolist() == [f"sub-{name}" for name in GROUPS]
    assert eeg.files == files
    assert_allclose(eeg.seizures.onset, [60, 60, 60])
    assert_allclose(eeg.raws[3].get_data(), RAWS[3].get_data(), atol=2e-8)
    table = files[1].with_name(files[1].name.replace("_eeg.edf", "_events.tsv"))
    assert read_events(table).eventType.tolist() == ["bckg"]


def test_a_folder_of_recordings_appears_whole_or_not_at_all(tmp_path):
    with pytest.raises(ValueError, match=r"must have names that differ.* Got \['a 1', 'a1'\]"):
        write_recordings(RAWS[:2], ["a 1", "a1"], tmp_path / "made")
    with pytest.raises(ValueError, match="inconsistent numbers"):
        write_recordings(RAWS, ["a"], tmp_path / "made")
    bad = recording(0)
    bad._annotations = mne.Annotations([900.0], [5.0], ["sz"])
    with pytest.raises(ValueError, match="no part within 200 s"):
        write_recordings([RAWS[0], bad], ["a", "b"], tmp_path / "made")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "made").mkdir()
    with pytest.raises(FileExistsError, match="made exists"):
        write_recordings(RAWS, GROUPS, tmp_path / "made")
