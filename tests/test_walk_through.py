"""The first ten minutes with the library, as a user spends them, and what is seen of them.

Everything here runs in this process but what only a fresh one shows: it takes seconds, as it
imports TensorFlow.
"""

import inspect
import io
import os
import subprocess
import sys
import textwrap
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KernelDensity

from eegaug import (
    AugmentedClassifier,
    GANOversampler,
    ImplausibleWindowsWarning,
    JitterOversampler,
    SurrogateOversampler,
    _notebooks,
    _progress,
    compare_samplers,
    load_sampler,
    quality_report,
    select_sampler,
)
from eegaug.datasets import load_windows, make_seizure_windows
from eegaug.evaluation import compare_generators
from eegaug.gan import GANGenerator
from eegaug.gan.backend import _without_greetings
from eegaug.metrics import METRICS, psd_distance, with_reference
from eegaug.over_sampling import Fallback
from eegaug.spectral import band_power, periodogram

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 16))
X3 = RNG.normal(size=(24, 2, 16))
Y = np.repeat([0, 1], [16, 8])
GROUPS = np.arange(24) // 2
MANY = RNG.normal(size=(150, 16))
FRAME = pd.DataFrame(X, columns=[f"X{i}" for i in range(1, 17)])
GAPS = np.where(X > 2, np.nan, X)
LEVELS = pd.MultiIndex.from_product([["Pz", "Cz"], range(8)])
WINDOWS = r"X must have the shape \(n_samples, n_times\) or .* Got .*"
LABEL = "y must hold one label for each window. Got .* Give a list"


def resample(X=X, y=Y, groups=None, **params):
    return JitterOversampler(random_state=0, **params).fit_resample(X, y, groups)


def gan(**params):
    params = {"generator": KernelDensity(), "min_windows": 2, "random_state": 0} | params
    sampler = GANOversampler(**params)
    sampler.fit_resample(X, Y)
    return sampler


def network(X=X, y=None, fit=None, **params):
    return GANGenerator(**params).fit(X, y, **(fit or {}))


def report(source=None, X=X, y=Y, **params):
    source = {1: X[y == 1]} if source is None else source
    return quality_report(source, X, y, **{"n_resamples": 2, **params})


@pytest.fixture(scope="module")
def plain_report():
    return report()


def compare(samplers=None, classifiers=None, X=X, y=Y, **params):
    samplers = {"none": None} if samplers is None else samplers
    classifiers = {"line": LogisticRegression()} if classifiers is None else classifiers
    params = {"groups": GROUPS, "n_splits": 2, "threshold_splits": 0} | params
    return compare_samplers(samplers, classifiers, X, y, **params)


def select(**params):
    usual = {"classifier": LogisticRegression(), "X": X, "y": Y, "groups": GROUPS}
    return select_sampler(**usual | {"samplers": ["jitter"]} | params)


def generators(**params):
    usual = {"samplers": {"jitter": JitterOversampler()}, "X": MANY, "y": np.arange(150) // 100}
    return compare_generators(**usual | {"groups": np.arange(150) // 5, "n_groups": 4} | params)


def parameter(name, got):
    return rf"The '{name}' parameter .*must.*\. Got {got}"


# What is called, and what its error says: the name, what is required, what was got, what to do.
WRONG = {
    # windows
    "None": (lambda: resample(None), WINDOWS + "load_windows"),
    "a path": (lambda: resample("data.csv"), WINDOWS + "load_windows"),
    "a dict": (lambda: resample({"a": 1}), WINDOWS),
    "a number": (lambda: resample(3.0), WINDOWS),
    "nothing": (lambda: resample([], []), WINDOWS),
    "one window": (lambda: resample(X[0]), WINDOWS + r"window\[np.newaxis\]"),
    "a series of windows": (lambda: resample(pd.Series(list(X))), WINDOWS + r"np\.stack"),
    "4-D": (lambda: resample(X3[:, None]), WINDOWS + r"windows\.reshape\(-1"),
    "5-D": (lambda: resample(X3[:, None, None]), WINDOWS + r"windows\.reshape\(-1"),
    "no rows": (lambda: resample(X[:0], Y[:0]), r"0 sample\(s\) \(shape=\(0, 16\)\)"),
    "no channel": (lambda: resample(X3[:, :0]), r"at least 1 channel.* Got the shape \(24, 0, 16"),
    "one sample": (lambda: resample(X[:, :1]), r"2 samples in time.* Got the shape \(24, 1\)"),
    "two lengths": (lambda: resample([[1, 2]] * 23 + [[1]]), "one length.* Cut all windows"),
    "text": (lambda: resample(X.astype(str)), r"must hold real numbers.* <U.* X\.astype\(float\)"),
    "bytes": (
        lambda: resample(X.astype("S5")),
        r"must hold real numbers.*S5.* X\.astype\(float\)",
    ),
    "dates": (lambda: resample(X.astype("M8[s]")), r"must hold real numbers.* datetime64\[s\]"),
    "a word": (
        lambda: resample(np.full((24, 4), "a", object)),
        "numbers.* could not convert.*'a'",
    ),
    "objects": (
        lambda: resample(np.full((24, 4), {}, object)),
        r"must hold real numbers.* 'dict'",
    ),
    "complex": (lambda: resample(X * 1j), "must hold real numbers.* complex128.* Fourier"),
    "masked": (lambda: resample(np.ma.masked_greater(X, 2)), r"Got \d+ that are masked.* Interp"),
    "NaN": (lambda: resample(GAPS), r"NaN.* 5 of 24 windows, first in window 4, sample 15.*MNE"),
    "NaN in 3-D": (
        lambda: resample(np.where(X3[3, 1, 7] == X3, np.nan, X3)),
        "NaN.* 1 of 24 windows, first in window 3, channel 1, sample 7 .*autoreject",
    ),
    "infinity": (lambda: resample(X / 0.0), "infinity.* 24 of 24 windows.* Interpolate"),
    "None among objects": (lambda: resample(np.full((24, 4), None)), "NaN.* 24 of 24.* drop"),
    # frames
    "a subject column": (lambda: resample(FRAME.assign(subject=1)), r"Got 'subject'.*pop\("),
    "an index column": (lambda: resample(FRAME.reset_index()), r"Got 'index'.*X\.drop\("),
    "Unnamed: 0": (lambda: resample(FRAME.assign(**{"Unnamed: 0": 1})), "Got 'Unnamed: 0'"),
    "levels": (lambda: resample(pd.DataFrame(X, columns=LEVELS)), "MultiIndex of 2.*sort_index"),
    "unsorted levels": (
        lambda: resample(pd.DataFrame(X, columns=LEVELS[RNG.permutation(16)])),
        r"MultiIndex of 2 levels.* X\.sort_index\(axis=1\)\.to_numpy\(\)\.reshape",
    ),
    "one name twice": (
        lambda: resample(FRAME.rename(columns={"X2": "X1"})),
        r"unique column names. Got 'X1' more than once; rename",
    ),
    "backwards": (
        lambda: resample(FRAME[FRAME.columns[::-1]]),
        "'X15' does not follow 'X16'. Sort",
    ),
    "a gap": (lambda: resample(FRAME.drop(columns="X5")), "'X6' does not follow 'X4'. Sort"),
    "one column": (lambda: resample(FRAME[["X1"]]), "one column alone.* Drop"),
    "no column": (lambda: resample(FRAME[[]]), "a column for each sample. Got none"),
    "a word in a column": (
        lambda: resample(FRAME.assign(X3="a")),
        "numbers. Got the dtype str in column 'X3'",
    ),
    "a category": (
        lambda: resample(FRAME.assign(X3=pd.Categorical(Y))),
        "category in column 'X3'",
    ),
    "NA": (lambda: resample(FRAME.convert_dtypes().mask(FRAME > 2)), "NaN.* 5 of 24 windows"),
    # labels
    "y None": (lambda: resample(y=None), "requires y to be passed"),
    "y NaN": (lambda: resample(y=np.where(Y, np.nan, 0)), r"missing values.*pd\.notna\(y\)"),
    "y NA": (
        lambda: resample(y=pd.Series(Y).astype("Int8").mask(Y == 1)),
        "missing values.*notna",
    ),
    "y continuous": (lambda: resample(y=X[:, 0]), r"y must hold the class.* Got 0\.1.* y > thr"),
    "y infinite": (lambda: resample(y=np.where(Y, np.inf, 0)), "class .* Got infinity.* whole"),
    "y complex": (lambda: resample(y=Y * 1j), "y must hold the class .* Got 1j"),
    "y mixed": (lambda: resample(y=["a"] * 16 + [1] * 8), "y .* of one kind.* numbers and text"),
    "y bytes": (lambda: resample(y=np.where(Y, b"a", b"b")), "bytes is not supported. Convert"),
    "y pairs": (lambda: resample(y=[(1, 2)] * 24), LABEL),
    "y a dict": (lambda: resample(y={"a": 1}), LABEL),
    "y a number": (lambda: resample(y=1), LABEL),
    "y a word": (lambda: resample(y="target"), LABEL),
    "y short": (lambda: resample(y=Y[:5]), "X and y must hold as many windows. Got 24 and 5"),
    "one class": (lambda: resample(y=0 * Y), "more than 1 class. Got 1 class"),
    "X transposed": (lambda: resample(X.T), "X and y must hold as many windows. Got 16 and 24"),
    # recordings
    "groups short": (lambda: resample(groups=GROUPS[:4]), r"groups .* 24 windows. Got .*\(4,\)"),
    "groups NaN": (lambda: resample(groups=np.where(GROUPS, GROUPS, np.nan)), "missing.* leave"),
    "groups None": (
        lambda: resample(groups=[None] * 24),
        "groups .* missing values.* name of its",
    ),
    "groups mixed": (lambda: resample(groups=[1] * 12 + ["a"] * 12), "numbers and text instead"),
    "groups 2-D": (lambda: resample(groups=np.c_[GROUPS, GROUPS]), r"groups .* shape \(24, 2\)"),
    "groups a word": (lambda: resample(groups="rec"), r"groups must hold .* shape \(\)"),
    # samplers
    "strategy": (lambda: resample(sampling_strategy="most"), "'sampling_strategy' .* Got 'most'"),
    "ratio 0": (lambda: resample(sampling_strategy=0), "'sampling_strategy' .* Got 0 instead"),
    "ratio 2": (lambda: resample(sampling_strategy=2.0), r"range \(0.0, 1.0\].* Got 2.0 instead"),
    "a list": (lambda: resample(sampling_strategy=[1]), r"'sampling_strategy' .* Got \[1\]"),
    "no such label": (
        lambda: resample(sampling_strategy={9: 20}),
        r"\{9\} target class .* not pr",
    ),
    "fewer": (lambda: resample(sampling_strategy={1: 2}), "there is 8 samples and 2 samples are"),
    "many": (
        lambda: resample(sampling_strategy={1: "many"}),
        parameter("sampling_strategy", "'m"),
    ),
    "a NaN of them": (
        lambda: resample(sampling_strategy={1: np.nan}),
        parameter("sampling_strategy", "nan for class 1"),
    ),
    "growth 0": (lambda: resample(growth=0), parameter("growth", "0 instead")),
    "growth big": (lambda: resample(growth="big"), parameter("growth", "'big'")),
    "shift 2": (lambda: resample(shift=2), parameter("shift", "2")),
    "scale NaN": (lambda: resample(scale=np.nan), parameter("scale", "nan")),
    "noise": (lambda: resample(noise=np.inf), parameter("noise", "inf")),
    "a Generator": (
        lambda: JitterOversampler(random_state=RNG).fit(X, Y),
        "'random_state' .* Got",
    ),
    "surrogates": (
        lambda: SurrogateOversampler(method="fft").fit_resample(X, Y),
        parameter("method", "'fft'"),
    ),
    "generator a word": (lambda: gan(generator="wavegan"), parameter("generator", "'wavegan'")),
    "generator a class": (lambda: gan(generator=GANGenerator), r"not a class.* GANGenerator\(\)"),
    "generator a classifier": (lambda: gan(generator=LogisticRegression()), "'fit' and 'sample'"),
    "architecture": (
        lambda: gan(generator=GANGenerator(architecture="wavgan")),
        "'architecture' .*'wavegan'.* Got 'wavgan'",
    ),
    "conditioning": (lambda: gan(conditioning="both"), parameter("conditioning", "'both'")),
    "init": (lambda: gan(init=3), parameter("init", "3")),
    "min_windows": (lambda: gan(min_windows=2.5), parameter("min_windows", "2.5")),
    "real_share": (lambda: gan(real_share=50), parameter("real_share", "50")),
    "sfreq 0": (lambda: gan(sfreq=0), parameter("sfreq", "0")),
    "sfreq in words": (lambda: gan(sfreq="128 Hz"), parameter("sfreq", "'128 Hz'")),
    "callbacks": (lambda: gan(callbacks=3), parameter("callbacks", "3")),
    "memory": (lambda: gan(memory=3), parameter("memory", "3")),
    "verbose": (lambda: gan(verbose="yes"), parameter("verbose", "'yes'")),
    "sampled before": (lambda: GANOversampler().sample(3), "not fitted yet"),
    "a label without": (lambda: gan().sample(3, label=7), parameter("label", "7")),
    "-1 windows": (lambda: gan().sample(-1), parameter("n", "-1")),
    "half a window": (lambda: gan().sample(2.5), parameter("n", "2.5")),
    # the generator
    "objective": (lambda: network(objective="wgan"), "'objective' .*'wgan-gp'.* Got 'wgan'"),
    "an objective": (lambda: network(objective=3), parameter("objective", "3")),
    "n_steps": (lambda: network(n_steps="300"), parameter("n_steps", "'300'")),
    "a rate in words": (
        lambda: network(learning_rate="fast"),
        parameter("learning_rate", "'fast"),
    ),
    "rates in words": (
        lambda: network(learning_rate=("a", "b")),
        "'learning_rate' .* Got ..a', 'b",
    ),
    "rate NaN": (lambda: network(learning_rate=np.nan), parameter("learning_rate", "nan")),
    "augmentation": (lambda: network(augmentation="shift"), parameter("augmentation", "'shift'")),
    "augmentation 3": (lambda: network(augmentation=3), parameter("augmentation", "3")),
    "augmentations": (lambda: network(augmentation=(3,)), r"'polarity'\]. Got \[3\]"),
    "post_filter": (lambda: network(post_filter="linear"), parameter("post_filter", "'linear'")),
    "ema": (lambda: network(ema=1.0), parameter("ema", "1.0")),
    "NaN windows": (lambda: network(GAPS), "contains NaN.* first in window 4, sample 15.* drop"),
    "constant windows": (
        lambda: network(np.ones((9, 16))),
        "Got 9 windows .* constant.* electrode",
    ),
    "a constant label": (
        lambda: network(np.where(Y[:, None], 3.0, X), Y),
        "Got 8 windows of label .*1.* constant",
    ),
    "no windows": (lambda: network(X[:0]), r"at least one window.* Got the shape \(0, 1, 16\)"),
    "y of some": (lambda: network(y=Y[:3]), r"'y' .* 24 windows. Got the shape \(3,\)"),
    "y with NaN": (lambda: network(y=np.where(Y, np.nan, 0)), "'y' .* missing values; drop"),
    "weights": (
        lambda: network(fit={"sample_weight": -np.ones(24)}),
        "'sample_weight' .* negative",
    ),
    "selection": (lambda: network(fit={"selection": [1]}), r"'selection' .* Got \[1\]"),
    "init 3": (lambda: network(fit={"init": 3}), parameter("init", "3")),
    # the report
    "report of a word": (lambda: report("gan"), "'sampler_or_windows' .* Got str"),
    "report of nothing": (lambda: report({}), "'sampler_or_windows' must hold at least one"),
    "report of another": (lambda: report(JitterOversampler()), "Got JitterOversampler"),
    "report of no label": (lambda: report({5: X}), "2 real windows of each label.* Got 0 of 5"),
    "report of lengths": (lambda: report({1: X[:, :5]}), r"same .*Got \(1, 16\) and \(1, 5\)"),
    "report of NaN": (lambda: report(X=GAPS, source={1: X}), "X contains NaN.* window 4"),
    "report of NaN made": (lambda: report({1: GAPS}), "synthetic windows of 1 contains NaN"),
    "report y": (lambda: report({1: X}, y=Y[:4]), r"y must hold .* 24 windows. Got .*\(4,\)"),
    "report sfreq": (lambda: report(sfreq=-1), parameter("sfreq", "-1")),
    "report channel": (lambda: report(channel=4), "'channel' .* less than .* Got 4"),
    "report resamples": (lambda: report(n_resamples=0), parameter("n_resamples", "0")),
    "report path": (lambda: report(path="nowhere/a.html"), "'path' parameter must exist.* make"),
    "held out, no labels": (lambda: report(X_holdout=X), "X_holdout needs y_holdout"),
    # comparisons
    "samplers in a list": (lambda: compare([None]), parameter("samplers", r"\[None\]")),
    "classifiers in a list": (
        lambda: compare(classifiers=[1]),
        parameter("classifiers", r"\[1\]"),
    ),
    "a sampler": (lambda: compare({"a": 3}), "'fit_resample', or None. Got 3 under the name 'a'"),
    "a classifier": (
        lambda: compare(classifiers={"a": 3}),
        "with 'fit'. Got 3 under the name 'a'",
    ),
    "no sampler": (lambda: compare({}), "'samplers' parameter must hold at least one"),
    "pos_label": (lambda: compare(pos_label=7), "windows of class 7 .* check 'pos_label'"),
    "n_splits": (lambda: compare(n_splits=1), parameter("n_splits", "1")),
    "seeds": (lambda: compare(seeds=3), parameter("seeds", "3")),
    "thresholds": (lambda: compare(threshold_splits=-1), parameter("threshold_splits", "-1")),
    "NaN for a classifier": (lambda: compare(X=GAPS), "contains NaN.* window 4.* Interpolate"),
    "compared y": (lambda: compare(y=np.where(Y, np.nan, 0)), "missing values.* Drop windows"),
    "compared groups": (
        lambda: compare(groups=GROUPS[:3]),
        "X and y and groups .* 24 and 24 and 3",
    ),
    "a candidate": (lambda: select(samplers=["jiter"]), r"'jitter, grown'.* Got \['jiter'\]"),
    "candidates": (lambda: select(samplers=3), parameter("samplers", "3")),
    "select cv": (lambda: select(cv=1), parameter("cv", "1")),
    "select groups": (lambda: select(groups=GROUPS[:3]), "must hold as many windows. Got 24"),
    "select NaN": (lambda: select(X=GAPS), "contains NaN.* window 4.* Interpolate"),
    "one recording": (lambda: select(groups=Y), "at least 2 recordings.* Got 1 recording"),
    "generators of none": (
        lambda: generators(samplers={"n": None}),
        "Got None under the name 'n'",
    ),
    "generators NaN": (lambda: generators(X=MANY / 0.0), "infinity in 150 of 150 windows"),
    # numbers
    "two lengths measured": (lambda: psd_distance(X, X[:, :4]), r"same .* \(1, 16\) and \(1, 4\)"),
    "NaN measured": (lambda: psd_distance(X, GAPS), "X_synthetic contains NaN.* window 4"),
    "words measured": (
        lambda: psd_distance("a", X),
        "X_real must have the shape .* Got .* shape \\(\\)",
    ),
    "no metric": (lambda: with_reference("psd", X, X), "named 'psd'. Choose from: psd_distance"),
    "embedding": (
        lambda: METRICS["coverage_score"].function(X, X, embedding="pca"),
        parameter("embedding", "'pca'"),
    ),
    "bands without Hz": (lambda: band_power(X, sfreq=None), r"'sfreq' .* Got None; pass sfreq="),
    "bands": (lambda: band_power(X, sfreq="a"), parameter("sfreq", "'a'")),
    "periodogram": (lambda: periodogram(X, sfreq=0), parameter("sfreq", "0")),
    "no file": (lambda: load_windows("nowhere.csv"), "nowhere.csv does not exist; expected a CSV"),
    "no sampler file": (lambda: load_sampler("nowhere"), "nowhere does not exist; expected a sav"),
    "simulated": (lambda: make_seizure_windows(0), parameter("n_recordings", "0")),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_what_was_got_and_what_to_do(case):
    call, message = WRONG[case]
    # NumPy warns of the division by which a case makes its infinities.
    with np.errstate(divide="ignore"), pytest.raises(Exception, match=f"(?s){message}") as raised:
        call()
    assert issubclass(raised.type, ValueError | TypeError | OSError)


RIGHT = {
    "booleans": lambda: resample(X > 0),
    "objects": lambda: resample(X.astype(object)),
    "lists": lambda: resample(X.tolist(), Y.tolist()),
    "a row index of levels": lambda: resample(FRAME.set_index([GROUPS[::-1], Y])),
    "one index for all": lambda: resample(FRAME.set_axis([0] * 24)),
    "nullable": lambda: resample(FRAME.convert_dtypes()),
    "numbers for names": lambda: resample(pd.DataFrame(X)),
    "constant": lambda: resample(np.ones((24, 16))),
    "a constant channel": lambda: resample(np.stack([X, 0 * X], axis=1)),
    "tiny": lambda: resample(X * 1e-300),
    "one window": lambda: resample(X[:17], Y[:17]),
    "a column of labels": lambda: resample(y=Y[:, None]),
    "categories": lambda: resample(y=pd.Series(pd.Categorical(Y))),
    "another index": lambda: resample(FRAME, pd.Series(Y, index=range(100, 124))),
    "whole numbers as floats": lambda: resample(y=Y.astype(float)),
    "one recording": lambda: resample(groups=["a"] * 24),
}


@pytest.mark.parametrize("case", RIGHT)
# pandas' own, of labels in a column.
@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
def test_what_is_strange_but_right_gives_finite_windows_of_both_classes(case):
    X_res, y_res = RIGHT[case]()
    assert np.isfinite(np.asarray(X_res, float)).all()
    _, counts = np.unique(y_res, return_counts=True)
    assert counts[0] == counts[1]


def test_axes_and_rates_that_can_hardly_be_are_questioned(monkeypatch):
    monkeypatch.setattr("eegaug.report._report.draw_pictures", lambda *_: [])
    turned = np.swapaxes(X3, 1, 2)
    remedy = r"16 channels of 2 samples.* give np.swapaxes\(X, 1, 2\)"
    with pytest.warns(ImplausibleWindowsWarning, match=remedy) as caught:
        resample(turned)
    assert len(caught) == 1
    with pytest.warns(ImplausibleWindowsWarning, match="10 Hz .* Got 1, .* lasts 16 s. Give"):
        gan(sfreq=1.0)
    with pytest.warns(ImplausibleWindowsWarning, match="10 Hz"):
        band_power(X, sfreq=5)
    with pytest.warns(ImplausibleWindowsWarning, match="16 channels of 2 samples"):
        report({1: turned[Y == 1]}, X=turned)
    with pytest.warns(ImplausibleWindowsWarning, match="10 Hz"):
        report(sfreq=2)


def test_epochs_settle_their_axes_and_come_back_from_sample():
    mne = pytest.importorskip("mne")
    info = mne.create_info(20, 64.0, "eeg")
    events = np.column_stack([np.arange(24) * 16, np.zeros(24, int), Y + 1])
    windows = RNG.normal(size=(24, 20, 16))
    epochs = mne.EpochsArray(
        windows, info, events, tmin=-0.1, event_id={"rest": 1, "seizure": 2}, verbose=False
    )
    sampler = GANOversampler(KernelDensity(), min_windows=2, random_state=0)
    resampled, _ = sampler.fit_resample(epochs)
    made = sampler.sample(5, random_state=0)
    assert isinstance(made, mne.EpochsArray)
    assert made.event_id == {"seizure": 2}
    assert (made.tmin, made.info["sfreq"], made.ch_names) == (epochs.tmin, 64.0, epochs.ch_names)
    assert made.metadata["synthetic"].all()
    assert len(mne.concatenate_epochs([resampled, made], verbose=False)) == len(resampled) + 5
    with pytest.warns(ImplausibleWindowsWarning, match="20 channels of 16 samples"):
        found = report(sampler, X=windows, y=events[:, 2]).findings_
    assert found.keys() == {2}
    # Arrays in, arrays out, with the same sampler too.
    sampler.fit_resample(X3, Y)
    assert sampler.sample(5).shape == (5, 2, 16)


def test_a_report_without_recordings_says_so_at_the_top(plain_report):
    text = repr(plain_report)
    assert text.startswith("No recordings were given as groups, so windows of the same recordings")
    assert "1: spectrum: " in text
    page = plain_report.to_html()
    assert page.index("No recordings were given") < page.index("<table")
    assert "No recordings were given" not in repr(report(groups=GROUPS))


def test_rows_behind_those_given_are_new():
    X_res, y_res = resample()
    is_new = np.arange(len(X_res)) >= len(X)
    np.testing.assert_array_equal(X_res[~is_new], X)
    assert is_new.sum() == len(y_res) - len(Y) > 0


def test_results_are_tables_in_a_notebook(plain_report):
    sampler = gan()
    for result, word in (
        (sampler.membership_inference_[1], "verdict"),
        (sampler.strengths_[1], "reasons"),
        (Fallback("copies", "a < b"), "a &lt; b"),
        (with_reference("psd_distance", X, X), "real_vs_real"),
        (plain_report.findings_[1][0], "verdict"),
    ):
        assert result._repr_html_().startswith("<table><tr><th>")
        assert word in result._repr_html_()
        assert type(result).__name__ in repr(result)


@pytest.mark.parametrize(
    ("estimator", "page"),
    [
        (GANOversampler(), "eegaug.GANOversampler"),
        (JitterOversampler(), "eegaug.JitterOversampler"),
        (GANGenerator(), "eegaug.gan.GANGenerator"),
        (AugmentedClassifier(LogisticRegression()), "eegaug.evaluation.AugmentedClassifier"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_diagrams_link_to_the_documentation_where_the_package_says_where(
    estimator, page, monkeypatch
):
    monkeypatch.setattr(_notebooks, "documentation_url", lambda: "https://docs.example/stable")
    link = f"https://docs.example/stable/reference/generated/{page}.html"
    assert f'href="{link}"' in estimator._repr_html_()
    monkeypatch.setattr(_notebooks, "documentation_url", lambda: "")
    assert "docs.example" not in estimator._repr_html_()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def open_terminal(monkeypatch):
    """Put a terminal in the place of the standard error."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "stderr", Terminal())
    return sys.stderr


LONG = {
    "Report on 1": report,
    "Comparing samplers": compare,
    "Comparing generators": generators,
    "class 1": lambda **params: _train(**params),
}


def _train(**params):
    generator = GANGenerator(n_steps=2, width=2, architecture="dense")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        GANOversampler(generator, min_windows=2, **params).fit_resample(X, Y)


@pytest.mark.uncompiled
@pytest.mark.parametrize("name", LONG)
def test_a_terminal_shows_progress_unasked_where_it_takes_long(name, monkeypatch):
    terminal = open_terminal(monkeypatch)
    monkeypatch.setattr(_progress, "DELAY", 0.0)
    LONG[name]()
    assert name in terminal.getvalue()
    assert "\x1b[?25h" in terminal.getvalue()  # the cursor is there again


@pytest.mark.uncompiled
@pytest.mark.parametrize("name", LONG)
def test_nothing_is_shown_where_it_is_short_or_unwanted(name, monkeypatch):
    terminal = open_terminal(monkeypatch)
    monkeypatch.setattr(_progress, "DELAY", 1000.0)
    LONG[name]()
    assert terminal.getvalue() == ""
    monkeypatch.setattr(_progress, "DELAY", 0.0)
    LONG[name](verbose=0)
    assert terminal.getvalue() == ""


@pytest.mark.uncompiled
@pytest.mark.parametrize("name", LONG)
def test_a_log_file_gets_plain_lines_and_only_if_asked(name, capfd):
    # In a process that had TensorFlow before, its first operation says that there is no GPU.
    LONG[name]()
    assert name not in capfd.readouterr().err
    LONG[name](verbose=1)
    lines = capfd.readouterr().err
    assert lines.startswith(f"{name}: ")
    assert lines.isprintable() or set(filter(lambda each: not each.isprintable(), lines)) == {"\n"}


def test_the_display_appears_though_nothing_moves(monkeypatch):
    terminal = open_terminal(monkeypatch)
    monkeypatch.setattr(_progress, "DELAY", 0.01)
    with _progress.show_progress(None) as progress:
        progress.add("waiting")
        end = time.monotonic() + 10
        while "waiting" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)
    assert "waiting" in terminal.getvalue()


def test_what_is_inside_a_longer_task_shows_nothing(monkeypatch):
    terminal = open_terminal(monkeypatch)
    with _progress.show_progress(1) as outer, _progress.show_progress(1) as inner:
        outer.add("outer", 2)
        inner.add("inner", 2)
    assert "outer" in terminal.getvalue()
    assert "inner" not in terminal.getvalue()


GREETINGS = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795762621.571311   29010 port.cc:153] oneDNN custom operations are on.
To enable the following instructions: AVX2, in other operations, rebuild TensorFlow
E0000 00:00:1.4 29010 cuda_platform.cc:52] failed call to cuInit: INTERNAL: UNKNOWN ERROR (303)
"""


def test_greetings_are_taken_out_and_all_else_stays_in_order(capfd):
    def write():
        os.write(2, b"first\n" + GREETINGS.encode() + b"E0000 00:00:1.4 2 a.cc:1] out of memory\n")

    expected = "first\nE0000 00:00:1.4 2 a.cc:1] out of memory\n"
    with _without_greetings():
        write()
    assert capfd.readouterr().err == expected

    def fail():
        with _without_greetings():
            write()
            raise ImportError

    with pytest.raises(ImportError):
        fail()
    assert capfd.readouterr().err == expected


def begin(script, **environment):
    """Begin a script in a fresh interpreter that has none of the settings of these tests."""
    ours = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_CPP_MIN_LOG_LEVEL")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process):
    """Wait for a process, and return its status and what it wrote."""
    written = process.communicate()
    return process.returncode, *written


# Of the default width and so long that the critic shuffles phases, as with EEG: in small networks
# nothing is shared out among threads.
FIRST_FIT = """
    import hashlib, logging, os
    environment = dict(os.environ)
    import numpy as np
    from eegaug import GANOversampler
    from eegaug.gan import GANGenerator

    X, y = np.random.default_rng(0).normal(size=(36, 178)), np.repeat([0, 1], [24, 12])
    generator = GANGenerator(n_steps=2)
    sampler = GANOversampler(generator, growth=1, random_state=0)
    X_res, y_res = sampler.fit_resample(X, y)
    assert X_res.shape == (48, 178)
    assert sampler.sample(5).shape == (5, 178)
    assert not logging.root.handlers
    import tensorflow as tf
    assert tf.config.threading.get_intra_op_parallelism_threads() == 0
    assert tf.config.threading.get_inter_op_parallelism_threads() == 0
    now = dict(os.environ)
    print(*(name for name in environment | now if environment.get(name) != now.get(name)))
    arrays = [X_res, *sampler.generators_[1].weights_, sampler.history_[1].to_numpy()]
    print(*[hashlib.sha256(np.ascontiguousarray(array)).hexdigest() for array in arrays])
"""


@pytest.fixture(scope="module")
def first_fits():
    """Two processes that fit, the second with all of TensorFlow's messages."""
    one = begin(FIRST_FIT, PYTHONHASHSEED="7")
    other = begin(FIRST_FIT, PYTHONHASHSEED="8", TF_CPP_MIN_LOG_LEVEL="0")
    return end(one), end(other)


def test_a_fresh_process_is_quiet_and_left_as_it_was(first_fits):
    (status, written, errors), _ = first_fits
    assert (status, errors) == (0, "")
    # What TensorFlow itself writes there, whoever imports it.
    own = {"ENABLE_RUNTIME_UPTIME_TELEMETRY", "TF2_BEHAVIOR", "TPU_ML_PLATFORM"}
    assert set(written.splitlines()[0].split()) <= own


def test_fresh_processes_as_users_start_them_give_equal_bits(first_fits):
    one, other = (written.splitlines()[1].split() for _, written, _ in first_fits)
    assert len(one) > 3
    assert one == other


def test_who_imports_tensorflow_first_or_asks_for_its_lines_has_them(first_fits):
    script = """
        import logging
        import tensorflow as tf
        tf.config.threading.set_inter_op_parallelism_threads(3)
        tf.get_logger().setLevel("ERROR")
        from eegaug.gan import WaveGAN
        assert tf.config.threading.get_inter_op_parallelism_threads() == 3
        assert tf.get_logger().level == logging.ERROR
    """
    for status, _, errors in (end(begin(script, TF_CPP_MIN_LOG_LEVEL="0")), first_fits[1]):
        assert status == 0, errors
        assert "oneDNN" in errors or "cpu_feature_guard" in errors


def without_tensorflow():
    """Use all that is not the GAN; this runs in a process where TensorFlow cannot be imported."""
    import sys
    import tempfile
    import warnings
    from importlib.abc import MetaPathFinder

    class Bar(MetaPathFinder):
        def find_spec(self, name, path=None, target=None):
            if name.split(".")[0] in ("tensorflow", "keras", "rich"):
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    sys.meta_path.insert(0, Bar())
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KernelDensity

    import eegaug

    rng = np.random.default_rng(0)
    X, y, groups = rng.normal(size=(48, 64)), np.repeat([0, 1], [32, 16]), np.arange(48) // 4
    warnings.simplefilter("error")
    for sampler in (
        eegaug.JitterOversampler(),
        eegaug.SurrogateOversampler(),
        eegaug.GANOversampler(KernelDensity()),
        eegaug.GANOversampler(KernelDensity(), memory=tempfile.mkdtemp(), random_state=0),
    ):
        assert len(sampler.fit_resample(X, y)[0]) > 48
    assert sampler.sample(3).shape == (3, 64)
    eegaug.quality_report(sampler, X, y, groups=groups, n_resamples=2, verbose=1)
    models = {"logistic": LogisticRegression()}
    eegaug.compare_samplers({"jitter": eegaug.JitterOversampler()}, models, X, y, n_splits=2)
    result = eegaug.select_sampler(LogisticRegression(), X, y, groups=groups)
    assert "GAN" not in result.to_frame().index
    assert all(getattr(eegaug, name) for name in eegaug.__all__)
    assert eegaug.gan.ARCHITECTURES
    try:
        eegaug.GANOversampler().fit_resample(X, y)
    except ImportError as error:
        sys.stdout.write(str(error))


# A process of its own, so that nothing of TensorFlow is there.
def test_all_but_the_gan_works_where_tensorflow_cannot_be_imported():
    source = f"{inspect.getsource(without_tensorflow)}\nwithout_tensorflow()"
    status, written, errors = end(begin(source))
    assert (status, errors) == (0, "Report on 1: 13 of 13\n")
    assert written.startswith("The GAN needs TensorFlow, which cannot be imported here (No mod")
    assert "pip install tensorflow" in written
    assert "JitterOversampler" in written


def test_the_sampler_brings_no_library_that_a_pipeline_has_not():
    script = """
        import sys
        import imblearn.pipeline, imblearn.over_sampling
        before = set(sys.modules)
        from eegaug import GANOversampler
        new = {name.split(".")[0] for name in set(sys.modules) - before}
        print(sorted(new - set(sys.stdlib_module_names)))
    """
    assert end(begin(script)) == (0, "['eegaug']\n", "")
