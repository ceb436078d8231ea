import re

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from eegaug.report import quality_report
from eegaug.report._findings import judge

pytestmark = pytest.mark.uncompiled

N_RECORDINGS, PER_RECORDING = 20, 6


def make_windows(n_recordings, seed, n_channels=1):
    """Coloured noise, with a gain of its own for each recording."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(n_recordings * PER_RECORDING, n_channels, 164))
    groups = np.repeat(np.arange(n_recordings), PER_RECORDING)
    gains = 30 * np.exp(0.3 * rng.normal(size=n_recordings))
    windows = lfilter([1], [1, -1.2, 0.6], noise)[..., 100:] * gains[groups, None, None]
    return windows, groups + 1000 * seed


@pytest.fixture(scope="module")
def real():
    return make_windows(N_RECORDINGS, 1)


@pytest.fixture(scope="module")
def holdout():
    return make_windows(N_RECORDINGS, 2)


def report_on(synthetic, real, holdout=None, **params):
    X, groups = real
    given = {}
    if holdout is not None:
        given = {
            "X_holdout": holdout[0],
            "y_holdout": ["a"] * len(holdout[0]),
            "groups_holdout": holdout[1],
        }
    params = {"n_resamples": 3, "random_state": 0, **given, **params}
    return quality_report({"a": synthetic}, X, ["a"] * len(X), groups=groups, **params)


def verdicts(report, label="a"):
    return {finding.topic: finding.verdict for finding in report.findings_[label]}


@pytest.fixture(scope="module")
def good(real, holdout):
    return report_on(make_windows(N_RECORDINGS, 3)[0], real, holdout)


def test_windows_of_the_same_kind_are_good(good):
    found = verdicts(good)
    assert "poor" not in found.values()
    assert list(found.values()).count("good") >= 6
    assert "recordings" not in found


def test_the_table_is_tidy(good):
    columns = ["label", "metric", "value", "low", "high", "floor", "ratio", "better", "verdict"]
    assert good.table_.columns.tolist() == columns
    assert not good.table_.duplicated(["label", "metric"]).any()
    assert (good.table_["label"] == "a").all()
    assert np.isfinite(good.table_["ratio"]).all()
    assert "membership_inference_attack" in set(good.table_["metric"])


def test_copies_are_found(real, holdout):
    found = verdicts(report_on(1.1 * real[0], real, holdout))
    assert (found["memory"], found["attack"]) == ("poor", "poor")


def test_wrong_amplitude_and_lost_variety_are_found(real):
    loud = report_on(5 * make_windows(N_RECORDINGS, 3)[0], real)
    assert verdicts(loud)["waveform"] == "poor"
    worst = next(f.text for f in loud.findings_["a"] if f.topic == "waveform")
    assert worst.startswith("Amplitudes or sharp events are not those of real windows")
    assert re.search(r"amplitude distance \d+\.\d times its floor", worst)
    collapsed = report_on(np.repeat(real[0][:2], 60, axis=0), real)
    assert verdicts(collapsed)["diversity"] == "poor"


def test_without_held_out_windows_memory_is_unknown(real, holdout):
    report = report_on(holdout[0], real)
    assert verdicts(report)["attack"] == "unknown"
    assert "memory" not in verdicts(report)
    text = next(f.text for f in report.findings_["a"] if f.topic == "attack")
    assert "could not be done" in text
    assert "X_holdout" in text
    other = report_on(holdout[0], real, holdout, y_holdout=["b"] * len(holdout[0]))
    assert verdicts(other)["attack"] == "unknown"


def test_reservations_are_stated(real, holdout):
    X, groups = real
    few = report_on(holdout[0], (X[:48], groups[:48]))
    text = next(f.text for f in few.findings_["a"] if f.topic == "recordings")
    assert "only 8 recordings" in text
    none = report_on(holdout[0], (X, None))
    text = next(f.text for f in none.findings_["a"] if f.topic == "recordings")
    assert "No recordings were given" in text


def test_metrics_that_cannot_be_had_do_not_cost_the_rest(real, holdout):
    X, _ = real
    report = report_on(holdout[0], (X[:6], np.repeat([1, 2], 3)))
    found = verdicts(report)
    assert found["diversity"] == "unknown"
    assert found["spectrum"] != "unknown"
    text = next(f.text for f in report.findings_["a"] if f.topic == "diversity")
    assert "n_neighbors" in text
    rows = report.table_.set_index("metric")
    assert np.isnan(rows.loc["coverage_score", "value"])
    assert rows.loc["coverage_score", "better"] == "higher"


def test_channels_are_judged_where_there_are_several():
    X, groups = make_windows(N_RECORDINGS, 1, n_channels=3)
    X = X + 2 * X[:, :1]
    mixed, _ = make_windows(N_RECORDINGS, 3, n_channels=3)
    report = report_on(3 * mixed, (X, groups), channel=2)
    assert verdicts(report)["channels"] == "poor"
    assert "Channel 2." in report.to_html()


def test_one_channel_has_no_say_on_channels(good):
    assert "channels" not in verdicts(good)


@pytest.mark.parametrize(
    ("better", "ratio", "verdict"),
    [
        ("lower", 0.2, "good"),
        ("lower", 1.5, "good"),
        ("lower", 1.6, "fair"),
        ("lower", 3.1, "poor"),
        ("higher", 1.7, "good"),
        ("higher", 0.8, "good"),
        ("higher", 0.79, "fair"),
        ("higher", 0.49, "poor"),
        ("higher", np.nan, "unknown"),
    ],
)
def test_limits(better, ratio, verdict):
    assert judge(pd.Series({"metric": "m", "ratio": ratio, "better": better})) == verdict


class StandInSampler(BaseEstimator):
    """What the report needs of a sampler."""

    def fit(self):
        return self

    def sample(self, n, label, random_state=None):
        self.asked_ = (n, label, random_state)
        return make_windows(-(-n // PER_RECORDING), 3)[0][:n]


def test_a_sampler_is_asked_for_enough_windows(real):
    X, groups = real
    sampler = StandInSampler()
    with pytest.raises(NotFittedError):
        quality_report(sampler, X, ["a"] * len(X))
    sampler.generators_ = {"a": None}
    sampler.history_ = {"a": pd.DataFrame({"step": [1], "d_loss": [0.0], "g_loss": [0.0]})}
    params = {"groups": groups, "n_resamples": 2}
    report = quality_report(sampler, X, ["a"] * len(X), **params)
    assert sampler.asked_[:2] == (200, "a")
    assert "Training</h4>" in report.to_html()
    quality_report(sampler, X, ["a"] * len(X), n_synthetic=30, **params)
    assert sampler.asked_[0] == 30
    sampler.generators_ = {}
    with pytest.raises(ValueError, match="trained no generator"):
        quality_report(sampler, X, ["a"] * len(X))


@pytest.mark.uncompiled(False)
def test_a_trained_sampler_is_reported_on():
    from eegaug import GANOversampler

    X, _ = make_windows(10, 1)
    y = np.where(np.arange(60) < 42, "rest", "seizure")
    sampler = GANOversampler(n_steps=2, width=2, batch_size=4, n_checks=1, random_state=0)
    sampler.fit_resample(X, y)
    report = quality_report(sampler, X, y, n_synthetic=20, n_resamples=1, random_state=0)
    assert list(report.findings_) == ["seizure"]
    assert "Training</h4>" in report.to_html()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"sampler_or_windows": [1, 2]}, TypeError, "fitted GANOversampler or a dict"),
        ({"sampler_or_windows": {}}, ValueError, "at least one label"),
        ({"sampler_or_windows": {"b": np.ones((9, 64))}}, ValueError, "Got 0 of 'b'"),
        ({"sampler_or_windows": {"a": np.ones((9, 60))}}, ValueError, "synthetic windows of 'a'"),
        ({"y": ["a"]}, ValueError, "y must hold one label"),
        ({"groups": [1]}, ValueError, "groups must hold one label"),
        ({"X_holdout": np.ones((9, 64))}, ValueError, "y_holdout"),
        (
            {"X_holdout": np.ones((9, 64)), "y_holdout": ["a"] * 9},
            ValueError,
            "groups_holdout must be given together",
        ),
        (
            {
                "X_holdout": np.ones((9, 64)),
                "y_holdout": ["a"] * 9,
                "groups_holdout": [1003, *range(8)],
            },
            ValueError,
            r"must not share a recording. Got \[1003\]",
        ),
        ({"sfreq": -1}, ValueError, "'sfreq'"),
        ({"path": "no/such/folder/report.html"}, FileNotFoundError, "'path'"),
    ],
)
def test_bad_input_is_named_before_anything_is_measured(change, error, message, real, monkeypatch):
    monkeypatch.setattr(
        "eegaug.report._report.measure", lambda *args, **kwargs: pytest.fail("measured")
    )
    X, groups = real
    params = {
        "sampler_or_windows": {"a": X},
        "X": X[:, 0],
        "y": ["a"] * len(X),
        "groups": groups,
        **change,
    }
    with pytest.raises(error, match=message):
        quality_report(**params)
