"""The light and the sentence at the top of a report, and the checks by classifiers behind them."""

import numpy as np
import pytest

from eegaug import GANOversampler
from eegaug.metrics import MembershipInferenceResult
from eegaug.report import quality_report
from eegaug.report._findings import Finding
from eegaug.report._gain import measure_gain
from eegaug.report._input import LabelWindows
from eegaug.report._separation import _judge, measure_separation
from eegaug.report._summary import LIKENESS, summarise

N_RECORDINGS, PER_RECORDING = 20, 8


class Numbers:
    """The part of the measurements that the summary reads."""

    attack = None


def recordings(seed, n=N_RECORDINGS, slope=0.0):
    """Noise whose gain and spectrum differ between recordings."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n), PER_RECORDING)
    X = (
        rng.normal(size=(len(groups), 1, 100))
        * np.exp(0.4 * rng.normal(size=n))[groups, None, None]
    )
    X[..., 1:] += (slope + 0.3 * rng.normal(size=n))[groups, None, None] * X[..., :-1]
    return X, groups + 1000 * seed


def windows_of(n_recordings=N_RECORDINGS, groups=True, synthetic=None):
    X, names = recordings(1, n_recordings)
    synthetic = recordings(2)[0] if synthetic is None else synthetic
    return LabelWindows("a", X, synthetic, names if groups else None)


def summary_of(windows=None, attack=None, gain="cannot be tested", sfreq=None, **verdicts):
    topics = {name: verdicts.get(name, "good") for name in LIKENESS}
    topics |= {"gain": gain, "attack": attack.verdict if attack else "cannot be tested"}
    measured = Numbers()
    measured.attack = attack
    findings = [Finding(name, verdict, "") for name, verdict in topics.items()]
    return summarise(windows or windows_of(), measured, findings, sfreq)


def attack(verdict, n_members=9, n_non_members=3):
    detectable = np.nan if verdict == "cannot be tested" else 0.71
    return MembershipInferenceResult(
        verdict, 0.85, 0.7, 0.9, 0.01, detectable, "recording", n_members, n_non_members
    )


@pytest.mark.parametrize(
    ("facts", "light"),
    [
        ({}, "green"),
        ({"waveform": "fair"}, "green"),
        ({"waveform": "fair", "spectrum": "fair"}, "amber"),
        ({"waveform": "poor"}, "amber"),
        ({"waveform": "poor", "spectrum": "poor"}, "red"),
        ({"gain": "loss"}, "red"),
        ({"gain": "gain", "waveform": "poor"}, "amber"),
        ({"attack": attack("memorisation detected")}, "red"),
        ({"attack": attack("not detected at this power")}, "green"),
        ({"windows": windows_of(8)}, "amber"),
        ({"windows": windows_of(8), "waveform": "poor", "spectrum": "poor"}, "amber"),
        ({"windows": windows_of(8), **dict.fromkeys(list(LIKENESS)[:5], "poor")}, "red"),
        ({"windows": windows_of(groups=False), "waveform": "poor", "spectrum": "poor"}, "grey"),
        (dict.fromkeys(LIKENESS, "unknown"), "grey"),
    ],
)
def test_the_first_rule_that_fits_gives_the_light(facts, light):
    assert summary_of(**facts).light == light


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (
            "not detected at this power",
            "no memorisation detected at n = 12 recordings, smallest detectable AUC 0.71",
        ),
        ("memorisation detected", "memorisation detected at n = 12 recordings (AUC 0.85)"),
        ("cannot be tested", "memorisation cannot be tested at n = 12 recordings"),
    ],
)
def test_the_sentence_says_what_the_attack_could_find(verdict, words):
    assert summary_of(attack=attack(verdict)).text.endswith(words)
    assert summary_of().text.endswith("; memorisation was not tested")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda X: 3 * X, "amplitudes are larger than real ones"),
        (lambda X: X / 3, "amplitudes are smaller than real ones"),
        (
            lambda X: X * np.exp(np.random.default_rng(0).normal(size=(len(X), 1, 1))),
            "amplitudes are more spread than real ones",
        ),
        (lambda X: X / X.std(axis=2, keepdims=True), "amplitudes are less spread than real ones"),
        (lambda X: X, "sharp events differ from real ones"),
    ],
)
def test_the_sentence_says_how_amplitudes_differ(change, words):
    X, _ = recordings(1)
    text = summary_of(windows_of(synthetic=change(X)), waveform="poor").text
    assert f"; {words}; " in text


def test_the_sentence_names_the_band_that_differs():
    X, _ = recordings(1)
    rhythm = 3 * np.sin(2 * np.pi * 10 * np.arange(100) / 100)
    facts = {"spectrum": "poor", "sfreq": 100.0}
    assert (
        "; alpha power is higher; " in summary_of(windows_of(synthetic=X + rhythm), **facts).text
    )
    smaller = windows_of(synthetic=X / 3)
    assert "; power is lower in all bands; " in summary_of(smaller, **facts).text
    assert "; spectra differ from real ones; " in summary_of(smaller, spectrum="poor").text


def test_the_sentence_names_three_topics_and_counts_the_rest():
    poor = dict.fromkeys(("channels", "distribution"), "poor")
    fair = dict.fromkeys(("fidelity", "diversity", "realism"), "fair")
    text = summary_of(**poor, **fair).text
    assert "; in part, some windows lie where no real one does; 2 more topics differ; " in text
    assert LIKENESS["channels"] in text
    assert "no topic differs from real windows" in summary_of().text
    assert "a quick classifier gains" in summary_of(gain="gain").text


def test_other_recordings_are_as_hard_to_separate_as_recordings():
    X, groups = recordings(1)
    found = measure_separation(LabelWindows("a", X, recordings(2)[0], groups), 0)
    assert found.verdict == "good"
    assert len(found.recordings) == len(found.synthetic) == 16
    again = measure_separation(LabelWindows("a", X, recordings(2)[0], groups), 0)
    assert again.synthetic.tolist() == found.synthetic.tolist()


@pytest.mark.parametrize(
    "change",
    [
        lambda X: X + 2 * (np.arange(100) == 99),  # a step at the end
        lambda X: X * 20,
        lambda X: X.cumsum(axis=2) / 5,
    ],
)
def test_a_label_of_synthetic_windows_is_found(change):
    X, groups = recordings(1)
    X, synthetic = X / 10, change(recordings(2)[0] / 10)
    found = measure_separation(LabelWindows("a", X, synthetic, groups), 0)
    assert found.verdict == "poor"
    assert np.median(found.synthetic) > np.quantile(found.recordings, 0.9)


def test_windows_as_fit_resample_adds_them_are_separated():
    X, groups = recordings(1)
    windows = LabelWindows("a", X, 20 * X, groups, added=recordings(2)[0])
    assert measure_separation(windows, 0).verdict == "good"


def test_separation_says_what_it_needs():
    X, groups = recordings(1)
    found = measure_separation(LabelWindows("a", X, X), 0)
    assert (found.verdict, found.reason) == (
        "cannot be tested",
        "It needs groups, the recording of each window.",
    )
    found = measure_separation(LabelWindows("a", X[:24], X, groups[:24]), 0)
    assert "It needs 4 recordings with 4 to 160 windows each. Got 3." in found.reason


@pytest.mark.parametrize(
    ("recording", "synthetic", "verdict"),
    [
        ([0.7, 0.8, 0.9], [0.75], "good"),
        ([0.7, 0.8, 0.9], [0.85], "fair"),
        ([0.7, 0.8, 0.9], [0.95], "poor"),
        # Nothing could have been easier.
        ([1.0, 1.0, 1.0], [0.6], "cannot be tested"),
        ([0.7, 1.0, 1.0, 1.0], [1.0], "cannot be tested"),
        ([0.5, 0.6, 1.0], [1.0], "poor"),
    ],
)
def test_a_verdict_that_could_not_be_another_is_not_given(recording, synthetic, verdict):
    assert _judge(np.array(recording), np.array(synthetic)).verdict == verdict


def task(seed, slope=0.15, n=8):
    """Two labels that differ in their spectra."""
    parts = [recordings(seed, n, slope * label) for label in (0, 1)]
    X = np.concatenate([part[0] for part in parts])
    y = np.repeat(["rest", "seizure"], len(parts[0][0]))
    groups = np.concatenate([parts[0][1], parts[1][1] + 500])
    return X, y, groups


def test_windows_of_more_recordings_gain_and_wrong_ones_lose():
    X, y, groups = task(1, 0.5)
    few = (y == "rest") | (groups == 1500)
    real, holdout = (X[few], y[few], groups[few]), task(2, 0.5, 30)
    more = recordings(3, 30, 0.5)[0]
    gain = measure_gain("seizure", more, real, holdout, 0)
    assert gain.verdict == "gain"
    assert gain.n_recordings == 60
    assert gain.without[1] <= gain.without[0] <= gain.without[2]
    assert gain.difference[0] == pytest.approx(gain.augmented[0] - gain.without[0])
    wrong = recordings(3, 30, -1.0)[0]
    loss = measure_gain("seizure", wrong, (X, y, groups), holdout, 0)
    assert loss.verdict == "loss"


@pytest.mark.parametrize(
    ("real", "holdout", "reason"),
    [
        (task(1), None, "It needs X_holdout"),
        (tuple(each[64:] for each in task(1)), task(2), "It needs windows of other labels"),
        (task(1), tuple(each[:80] for each in task(2)), "Got 2 and 8"),
        (task(1, 9.0), task(2, 9.0), "so there is nothing to gain"),
    ],
)
def test_a_gain_that_cannot_be_tested_says_why(real, holdout, reason):
    gain = measure_gain("seizure", real[0][64:], real, holdout, 0)
    assert gain.verdict == "cannot be tested"
    assert reason in gain.reason


def test_a_report_of_a_sampler_shows_its_check_and_its_strengths():
    from sklearn.neighbors import KernelDensity

    X, groups = recordings(1)
    others, other_groups = recordings(4, 30, 0.5)
    X, y = np.concatenate([X, others])[:, 0], np.repeat(["a", "b"], [len(X), len(others)])
    groups = np.concatenate([groups, other_groups])
    sampler = GANOversampler(KernelDensity(bandwidth=0.1), random_state=0)
    sampler.fit_resample(X, y, groups=groups)
    report = quality_report(sampler, X, y, groups=groups, n_resamples=1, random_state=0)
    text = next(each.text for each in report.findings_["a"] if each.topic == "separation")
    assert "windows as fit_resample adds them" in text
    for reason in sampler.strengths_["a"].reasons:
        assert f"<li>{reason}</li>" in report.to_html()
    assert report.provenance_["source"]["kind"] == "GANOversampler"
    assert "KernelDensity" in report.provenance_["source"]["parameters"]["generator"]
    assert report.provenance_["held out"].startswith("no X_holdout; the attack is on windows that")
