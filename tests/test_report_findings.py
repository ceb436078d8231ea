import base64
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from scipy.signal import lfilter
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from eegaug.metrics import METRICS, MembershipInferenceResult
from eegaug.report import _pictures, quality_report
from eegaug.report._findings import TOPICS, judge
from eegaug.report._input import LabelWindows, draw_windows

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


@pytest.fixture(scope="module", autouse=True)
def _texts_in_place_of_pictures():
    """Keep the texts of figures alone: to draw them takes half of the time of a report."""

    def texts_of(figure):
        texts = " ".join(text.get_text() for text in figure.findobj(Text))
        return f"data:image/svg+xml;base64,{base64.b64encode(texts.encode()).decode()}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_pictures, "_svg_uri", texts_of)
        yield


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
    params = {"n_resamples": 3, "random_state": 0, "sfreq": 100.0, **given, **params}
    return quality_report({"a": synthetic}, X, ["a"] * len(X), groups=groups, **params)


def verdicts(report, label="a"):
    return {finding.topic: finding.verdict for finding in report.findings_[label]}


@pytest.fixture(scope="module")
def good(real, holdout):
    return report_on(make_windows(N_RECORDINGS, 3)[0], real, holdout)


def test_windows_of_the_same_kind_are_good(good):
    found = verdicts(good)
    assert "poor" not in found.values()
    assert list(found.values()).count("good") >= 5  # of seven topics
    assert "recordings" not in found


def test_the_table_is_tidy(good):
    columns = ["label", "metric", "value", "low", "high", "real_vs_real", "ratio", "better"]
    assert good.table_.columns.tolist() == [*columns, "verdict"]
    assert not good.table_.duplicated(["label", "metric"]).any()
    assert (good.table_["label"] == "a").all()
    assert np.isfinite(good.table_["ratio"]).all()
    assert "membership_inference_attack" in set(good.table_["metric"])


def test_copies_are_found(real, holdout):
    found = verdicts(report_on(1.1 * real[0], real, holdout))
    assert (found["memory"], found["attack"]) == ("poor", "memorisation detected")


def test_wrong_amplitude_and_lost_variety_are_found(real):
    loud = report_on(5 * make_windows(N_RECORDINGS, 3)[0], real)
    assert verdicts(loud)["waveform"] == "poor"
    worst = text_of(loud, "waveform")
    assert worst.startswith("Amplitudes or sharp events are not those of real windows")
    assert re.search(r"amplitude distance \d+\.\d times real vs real", worst)
    collapsed = report_on(np.repeat(real[0][:2], 60, axis=0), real)
    assert verdicts(collapsed)["diversity"] == "poor"


def test_without_held_out_windows_memory_is_unknown(real, holdout):
    report = report_on(holdout[0], real)
    assert verdicts(report)["attack"] == "cannot be tested"
    assert "memory" not in verdicts(report)
    assert "X_holdout" in text_of(report, "attack")
    other = report_on(holdout[0], real, holdout, y_holdout=["b"] * len(holdout[0]))
    assert verdicts(other)["attack"] == "cannot be tested"


def test_an_attack_that_detects_nothing_is_no_praise(good):
    text = text_of(good, "attack")
    assert verdicts(good)["attack"] == "not detected at this power"
    detectable = float(re.search(r"detectable from (0\.\d+) on", text)[1])
    assert 0.5 < detectable < 0.9
    assert "20 training recordings with 20 held out" in text
    row = good.table_.set_index("metric").loc["membership_inference_attack"]
    assert row["verdict"] == "not detected at this power"
    assert row["value"] < detectable
    cards = re.findall(r"<div><h3>(.*?)</h3>(.*?)</div>", good.to_html())
    assert [title for title, card in cards if "inference attack" in card] == ["What is not known"]


def test_too_few_recordings_cannot_be_tested(real, holdout):
    few = [(X[:12], groups[:12]) for X, groups in (real, holdout)]
    report = report_on(few[0][0], *few)  # copies
    assert verdicts(report)["attack"] == "cannot be tested"
    assert "too few exchanges of 2 training recordings" in text_of(report, "attack")


def text_of(report, topic):
    return next(finding.text for finding in report.findings_["a"] if finding.topic == topic)


def test_caveats_are_stated(real, holdout):
    X, groups = real
    few = report_on(holdout[0], (X[:48], groups[:48]))
    assert "only 8 recordings" in text_of(few, "recordings")
    none = report_on(holdout[0], (X, None))
    assert "No recordings were given" in text_of(none, "recordings")
    head = none.to_html().partition("<table>")[0]
    assert "No recordings were given as groups" in head
    assert "No recordings were given" not in few.to_html()


def test_without_sfreq_bands_are_left_out_and_the_rest_is_there(real, holdout, good):
    report = report_on(holdout[0], real, sfreq=None)
    rows = report.table_.set_index("metric")
    assert rows.loc["band_power_distance", "verdict"] == "unknown"
    assert rows.loc["psd_distance", "verdict"] != "unknown"
    assert verdicts(report)["spectrum"] != "unknown"
    assert "Not measured: band_power_distance needs sfreq" in text_of(report, "spectrum")
    assert "frequency (cycles/sample)" in spectra_of(report)
    figure = re.search(r"<figure><h4>Band power</h4>(.*?)</figure>", report.to_html())[1]
    assert "sfreq was not given" in figure
    assert "<img" not in figure
    assert "Not measured" not in text_of(good, "spectrum")


def test_every_metric_of_one_class_has_a_topic():
    topics = {m.topic for m in METRICS.values() if "y_real" not in m.needs}
    assert topics == {topic.name for topic in TOPICS}


@pytest.mark.parametrize("n_windows", [7, 12, 100, None])
def test_windows_are_drawn_evenly_from_recordings(n_windows):
    groups = np.repeat(["a", "b", "c"], [40, 3, 10])
    X = np.arange(53.0)[:, None, None]
    windows = LabelWindows("a", X, X[:5], groups, X[:9])
    drawn = draw_windows(windows, n_windows, 0)
    assert len(drawn.real) == len(drawn.groups) == min(n_windows or 53, 53)
    rows = drawn.real[:, 0, 0].astype(int)
    assert len(set(rows)) == len(rows)
    assert drawn.groups.tolist() == groups[rows].tolist()
    if n_windows:
        counts = pd.Series(drawn.groups).value_counts()
        fewest = min(counts["a"], counts["c"])
        assert counts["b"] == min(3, fewest, counts["b"])
        assert counts["a"] - counts["c"] in (0, 1) or counts["c"] == 10
    assert len(drawn.holdout) == min(n_windows or 9, 9)
    assert draw_windows(windows, n_windows, 0).real.tolist() == drawn.real.tolist()


def test_the_page_says_what_was_drawn(real, holdout, good):
    few = report_on(holdout[0], real, max_windows=40, n_resamples=1)
    said = "The metrics are of 40 real and 40 synthetic windows drawn at random, evenly from all"
    assert said in few.to_html()
    assert "windows drawn at random" not in good.to_html()
    everything = report_on(holdout[0], real, max_windows=None, n_resamples=1)
    assert "windows drawn at random" not in everything.to_html()
    # A classifier has up to five times as many, which is all of them here.
    score = "discriminative_score"
    values = [r.table_.set_index("metric")["value"] for r in (few, everything)]
    assert values[0][score] == values[1][score]
    assert values[0]["psd_distance"] != values[1]["psd_distance"]


def test_metrics_that_cannot_be_had_do_not_cost_the_rest(real, holdout):
    X, _ = real
    report = report_on(holdout[0], (X[:6], np.repeat([1, 2], 3)))
    found = verdicts(report)
    assert found["diversity"] == "unknown"
    assert found["spectrum"] != "unknown"
    assert "n_neighbors" in text_of(report, "diversity")
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


class FittedSampler(BaseEstimator):
    """What the report needs of a sampler."""

    def fit(self):
        return self

    def sample(self, n, *, label, random_state=None):
        self.asked_ = (n, label, random_state)
        return make_windows(-(-n // PER_RECORDING), 3)[0][:n]


def test_a_sampler_is_asked_for_enough_windows(real):
    X, groups = real
    sampler = FittedSampler()
    with pytest.raises(NotFittedError):
        quality_report(sampler, X, ["a"] * len(X))
    sampler.generators_ = {"a": None}
    sampler.history_ = {"a": pd.DataFrame({"step": [1], "d_loss": [0.0], "g_loss": [0.0]})}
    params = {"groups": groups, "n_resamples": 2}
    report = quality_report(sampler, X, ["a"] * len(X), **params)
    assert sampler.asked_[:2] == (200, "a")
    assert "Training</h4>" in report.to_html()
    sampler.history_ = {"a": pd.DataFrame()}  # as of a generator without a history
    report = quality_report(sampler, X, ["a"] * len(X), n_synthetic=30, **params)
    assert sampler.asked_[0] == 30
    assert "Training</h4>" not in report.to_html()
    sampler.generators_ = {}
    with pytest.raises(ValueError, match="trained no generator"):
        quality_report(sampler, X, ["a"] * len(X))


def test_a_sampler_knows_its_sampling_frequency_and_its_attack(real, holdout):
    sampler = FittedSampler()
    sampler.generators_ = {"a": None}
    sampler.sfreq_ = 100.0
    attack = MembershipInferenceResult(
        "memorisation detected", 0.9, 0.8, 1.0, 0.001, 0.6, "recording", 15, 5
    )
    sampler.membership_inference_ = {"a": attack}
    X, groups = real
    params = {"groups": groups, "n_resamples": 1, "random_state": 0}
    report = quality_report(sampler, X, ["a"] * len(X), **params)
    assert "frequency (Hz)" in spectra_of(report)
    assert verdicts(report)["attack"] == "memorisation detected"
    assert "by the sampler" in text_of(report, "attack")
    assert str(attack) in text_of(report, "attack")
    row = report.table_.set_index("metric").loc["membership_inference_attack"]
    assert row["value"] == 0.9
    params |= {"X_holdout": holdout[0], "y_holdout": ["a"] * 120, "groups_holdout": holdout[1]}
    sampler.sfreq_ = None
    report = quality_report(sampler, X, ["a"] * len(X), sfreq=50.0, **params)
    assert "frequency (Hz)" in spectra_of(report)
    assert verdicts(report)["attack"] == "not detected at this power"
    assert "by the sampler" not in text_of(report, "attack")


def spectra_of(report):
    image = re.search(r"<h4>Spectra</h4>[^,]*<img src=\"[^,]*,([^\"]*)", report.to_html())[1]
    return base64.b64decode(image).decode()


def test_a_trained_sampler_is_reported_on():
    from eegaug import GANOversampler
    from eegaug.gan import GANGenerator

    X, _ = make_windows(10, 1)
    y = np.where(np.arange(60) < 42, "rest", "seizure")
    generator = GANGenerator(n_steps=2, width=2, batch_size=4, n_checks=1)
    sampler = GANOversampler(generator=generator, random_state=0)
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
        ({"max_windows": 1}, ValueError, "'max_windows'"),
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
