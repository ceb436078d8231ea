import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from eegaug.evaluation._figures import best_f1_threshold, figures, positive_scores


@given(st.lists(st.tuples(st.booleans(), st.integers(-5, 5)), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_no_threshold_has_a_better_f1(pairs):
    truth, scores = (
        np.array([True, *(t for t, _ in pairs)]),
        np.array([0.0, *(s for _, s in pairs)]),
    )
    found = f1_score(truth, scores >= best_f1_threshold(truth, scores))
    assert found == pytest.approx(max(f1_score(truth, scores >= t) for t in scores))


def test_threshold_lies_midway():
    truth = np.array([False, False, True, True])
    assert best_f1_threshold(truth, np.array([0.0, 1.0, 3.0, 4.0])) == 2.0


def test_sensitivity_at_95_specificity():
    truth = np.repeat([False, True], [100, 10])
    scores = np.concatenate([np.arange(100), np.full(7, 95.5), np.full(3, 94.0)])
    found = figures(truth, scores, scores > 95, np.nan)
    # 95.5 leaves 4 of 100 above it; 94 is tied with the sixth highest.
    assert found["sensitivity_at_95_specificity"] == 0.7
    assert np.isnan(found["f1_tuned"])


class Scorer:
    classes_ = ["a", "b"]  # noqa: RUF012

    def decision_function(self, X):
        return X[:, 0]


def test_decision_function_of_the_first_class_is_turned():
    X = np.array([[2.0], [-1.0]])
    assert positive_scores(Scorer(), X, pos_label="b").tolist() == [2.0, -1.0]
    assert positive_scores(Scorer(), X, pos_label="a").tolist() == [-2.0, 1.0]
