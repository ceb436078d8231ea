import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eegaug.evaluation import correct_probabilities
from eegaug.evaluation._prior import weighted_prior

SHARES = st.lists(st.floats(0.01, 1), min_size=3, max_size=3)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_correction_is_that_of_bayes(n_classes):
    rng = np.random.default_rng(0)
    y = np.arange(60) % n_classes
    X = rng.normal(size=(60, 2)) + y[:, np.newaxis]
    prior = np.array([0.7, 0.2, 0.1])[:n_classes]
    prior /= prior.sum()
    balanced = np.full(n_classes, 1 / n_classes)
    trained = GaussianNB(priors=balanced).fit(X, y).predict_proba(X)
    wanted = GaussianNB(priors=prior).fit(X, y).predict_proba(X)
    assert_allclose(correct_probabilities(trained, trained_prior=balanced, prior=prior), wanted)


def test_two_classes_shift_the_log_odds():
    p = np.array([0.1, 0.5, 0.9])
    corrected = correct_probabilities(
        np.column_stack([1 - p, p]), trained_prior=[50, 50], prior=[80, 20]
    )[:, 1]
    assert_allclose(
        np.log(corrected / (1 - corrected)), np.log(p / (1 - p)) + np.log(20 / 80), rtol=1e-12
    )


@given(proba=SHARES, trained=SHARES, prior=SHARES)
def test_correction_and_back_is_nothing(proba, trained, prior):
    proba = np.array([proba]) / np.sum(proba)
    there = correct_probabilities(proba, trained_prior=trained, prior=prior)
    assert_allclose(there.sum(), 1)
    assert_allclose(correct_probabilities(there, trained_prior=prior, prior=trained), proba)


def test_certain_rows_stay_certain():
    proba = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    assert_allclose(correct_probabilities(proba, trained_prior=[1, 1], prior=[9, 1]), proba)


@pytest.mark.parametrize("share", [[0.5, 0.3, 0.2], [0, 1], [np.nan, 1], 0.5])
def test_wrong_priors_are_named(share):
    with pytest.raises(ValueError, match="'trained_prior' parameter must"):
        correct_probabilities([[0.5, 0.5]], trained_prior=share, prior=[0.5, 0.5])


@pytest.mark.parametrize(
    ("classifier", "prior"),
    [
        (KNeighborsClassifier(), [0.75, 0.25]),
        (LogisticRegression(), [0.75, 0.25]),
        (LogisticRegression(class_weight="balanced"), [0.5, 0.5]),
        (RandomForestClassifier(class_weight="balanced_subsample"), [0.5, 0.5]),
        (LogisticRegression(class_weight={0: 1, 1: 9}), [0.25, 0.75]),
        (make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced")), [0.5, 0.5]),
    ],
    ids=str,
)
def test_class_weights_change_the_prior_of_a_training(classifier, prior):
    y = np.repeat([0, 1], [30, 10])
    assert_allclose(weighted_prior(classifier, y, np.unique(y)), prior)
