"""Scores of one classifier on one fold."""

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    f1_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

__all__ = ["best_f1_threshold", "figures", "positive_scores"]


def positive_scores(classifier: Any, X: Any, *, pos_label: Hashable) -> NDArray[np.float64]:
    """Return the score of the positive class for each window."""
    column = list(classifier.classes_).index(pos_label)
    if hasattr(classifier, "decision_function"):
        scores = np.asarray(classifier.decision_function(X), dtype=np.float64)
        if scores.ndim == 1:
            return scores if column == 1 else -scores
    else:
        scores = np.asarray(classifier.predict_proba(X), dtype=np.float64)
    return scores[:, column]


def best_f1_threshold(truth: NDArray[np.bool_], scores: NDArray) -> float:
    """Find the threshold with the best F1."""
    precision, recall, thresholds = precision_recall_curve(truth, scores)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)
    best = int(np.argmax(f1[:-1]))
    lower = thresholds[best - 1] if best > 0 else thresholds[best]
    return float((thresholds[best] + lower) / 2)


def figures(
    truth: NDArray[np.bool_],
    scores: NDArray,
    predicted: NDArray[np.bool_],
    threshold: float,
) -> dict[str, float]:
    """Compute the figures of one classifier on one test fold."""
    false_positive_rate, sensitivity, _ = roc_curve(truth, scores, drop_intermediate=False)
    tuned = np.nan if np.isnan(threshold) else f1_score(truth, scores >= threshold)
    return {
        "average_precision": float(average_precision_score(truth, scores)),
        "roc_auc": float(roc_auc_score(truth, scores)),
        "f1": float(f1_score(truth, predicted)),
        "f1_tuned": float(tuned),
        "balanced_accuracy": float(balanced_accuracy_score(truth, predicted)),
        "sensitivity_at_95_specificity": float(sensitivity[false_positive_rate <= 0.05].max()),
    }
