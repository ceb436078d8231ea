"""Every wrong input is answered by an error that names it."""

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline as sklearn_make_pipeline

from eegaug.over_sampling import BaseWindowOverSampler, JitterOversampler, SurrogateOversampler

X = np.random.default_rng(0).normal(size=(20, 8))
Y = np.repeat([0, 1], [15, 5])


def with_value(value, shape=(20, 8)):
    windows = np.random.default_rng(0).normal(size=shape)
    windows.flat[3] = value
    return windows


@pytest.mark.parametrize(
    ("windows", "labels", "message"),
    [
        (with_value(np.nan), Y, "contains NaN.* in 1 of 20 windows, first in window 0, sample 3"),
        (with_value(np.inf), Y, "Input X contains infinity"),
        (with_value(np.nan, (20, 2, 8)), Y, "Input X contains NaN"),
        (with_value(-np.inf, (20, 2, 8)), Y, "infinity.* window 0, channel 0, sample 3"),
        (X, np.zeros(20, int), "The target 'y' needs to have more than 1 class. Got 1 class"),
        (X, np.linspace(0, 1, 20), "Unknown label type: continuous"),
        (X, Y[:5], r"X and y must hold as many windows. Got 20 and 5 instead"),
        (np.full((20, 8), "a"), Y, r"X must hold real numbers.* Drop .* X.astype\(float\)"),
        (np.full((20, 8), "a", object), Y, "X must hold real numbers.* could not convert .* 'a'"),
        (
            pd.DataFrame({"X1": ["u"] * 20, "X2": "v"}, dtype="string"),
            Y,
            "Got the dtype string in column 'X1'",
        ),
        (
            pd.DataFrame({"X1": pd.Categorical([1, 2] * 10), "X2": range(20)}),
            Y,
            "X must hold real numbers. Got the dtype category in column 'X1'",
        ),
        (
            pd.DataFrame({"X1": [pd.Timestamp(0)] * 20, "X2": 0}),
            Y,
            "Got the dtype datetime64.* in column 'X1'",
        ),
        (X * 1j, Y, "Complex data not supported"),
        (X[:, :1], Y, r"2 samples in time.* Got the shape \(20, 1\)"),
        (X[:, :, np.newaxis], Y, r"2 samples in time.* Got the shape \(20, 8, 1\)"),
        (np.zeros((20, 0, 8)), Y, r"at least 1 channel.* Got the shape \(20, 0, 8\)"),
        (np.zeros((20, 2, 2, 2)), Y, r"Got an array of shape \(20, 2, 2, 2\)"),
        (X[0], Y, r"Got an array of shape \(8,\).* single window is window\[np.newaxis\]"),
        (X, [0] * 15 + ["a"] * 5, "y must hold labels of one kind.* numbers and text"),
        (X, np.array([0] * 15 + ["a"] * 5, object), "y must hold labels of one kind"),
        (X, np.array(["a"] * 15 + [None] * 5, object), "missing values and text"),
        (X, pd.Series(["a"] * 15 + [None] * 5), "missing values and text"),
        (X, np.array([0.0] * 15 + [np.nan] * 5), "missing values and numbers"),
    ],
)
def test_wrong_data(windows, labels, message):
    with pytest.raises(ValueError, match=message):
        JitterOversampler().fit_resample(windows, labels)


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        ({5: 30}, r"The \{5\} target class is/are not present in the data"),
        ({0: 3}, "Originally, there is 15 samples and 3 samples are asked"),
        ({1: -3}, "cannot be negative"),
        ({1: 30.5}, "'sampling_strategy' parameter must give a whole number .* class 1"),
        (0.1, "The specified ratio required to remove samples"),
        ("majority", "The 'sampling_strategy' parameter of JitterOversampler must be"),
        (lambda y: {7: 30}, r"The \{7\} target class is/are not present in the data"),
    ],
)
def test_wrong_strategy(strategy, message):
    with pytest.raises(ValueError, match=message):
        JitterOversampler(sampling_strategy=strategy).fit_resample(X, Y)


def test_ratio_is_for_two_classes():
    with pytest.raises(ValueError, match="only when the type of target is binary"):
        JitterOversampler(sampling_strategy=0.5).fit_resample(X, np.arange(20) // 8)


@pytest.mark.parametrize(
    ("sampler", "message"),
    [
        (
            JitterOversampler(shift=1.5),
            "The 'shift' parameter of JitterOversampler must",
        ),
        (JitterOversampler(scale=-1), "The 'scale' parameter of JitterOversampler must be"),
        (JitterOversampler(polarity="yes"), "The 'polarity' parameter of JitterOversampler"),
        (JitterOversampler(random_state="a"), "The 'random_state' parameter of JitterOversampler"),
        (SurrogateOversampler(method="fft"), "The 'method' parameter of SurrogateOversampler"),
        (SurrogateOversampler(max_iter=0), "The 'max_iter' parameter of SurrogateOversampler"),
    ],
)
def test_wrong_parameter(sampler, message):
    with pytest.raises(ValueError, match=message):
        sampler.fit_resample(X, Y)
    with pytest.raises(ValueError, match=message):
        sampler.fit(X, Y)


class Broken(BaseWindowOverSampler):
    def __init__(self, *, made=None, sampling_strategy="auto", random_state=None):
        super().__init__(sampling_strategy=sampling_strategy, random_state=random_state)
        self.made = made

    _parameter_constraints = {  # noqa: RUF012
        **BaseWindowOverSampler._parameter_constraints,
        "made": "no_validation",
    }

    def _make_windows(self, windows, n, label, rng):
        return self.made


def test_what_a_sampler_makes_is_checked():
    with pytest.raises(ValueError, match=r"Broken .* shape \(10, 1, 8\) for class 1. Got .*\(9, "):
        Broken(made=np.zeros((9, 1, 8))).fit_resample(X, Y)
    with pytest.raises(ValueError, match="Broken made windows with NaN or infinity for class 1"):
        Broken(made=np.full((10, 1, 8), np.nan)).fit_resample(X, Y)


def test_pipeline_of_imbalanced_learn_resamples_the_training_fold_alone():
    pipeline = make_pipeline(JitterOversampler(random_state=0), LogisticRegression())
    assert pipeline.fit(X, Y).predict(X).shape == (20,)
    assert len(cross_val_score(pipeline, X, Y, cv=3)) == 3


def test_pipeline_of_scikit_learn_refuses_samplers():
    pipeline = sklearn_make_pipeline(JitterOversampler(), LogisticRegression())
    message = "All intermediate steps should be transformers and implement fit and transform"
    with pytest.raises(TypeError, match=message):
        pipeline.fit(X, Y)
