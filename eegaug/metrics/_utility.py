"""Scores of classifiers on real and synthetic windows."""

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold, KFold, PredefinedSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state

from eegaug.metrics._check import check_labels, check_pair, equal_numbers
from eegaug.metrics._embedding import Embedding, embed_together

__all__ = ["default_classifier", "discriminative_score", "trts_score", "tstr_score"]


def tstr_score(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    y_real: ArrayLike,
    y_synthetic: ArrayLike,
    estimator: BaseEstimator | None = None,
    scoring: str = "balanced_accuracy",
    embedding: Embedding = "kernels",
) -> float:
    """Train a classifier on synthetic windows and test it on real ones.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Windows of the same two or more classes. Hold the real ones out from the generator, else
        the score is too high.
    y_real, y_synthetic : array-like of shape (n_samples,)
        Their classes.
    estimator : classifier, default=None
        Cloned before it is fitted; None takes standardised logistic regression.
    scoring : str, default="balanced_accuracy"
        Name of a scikit-learn scorer; the default does not move with the class prior of the
        test set.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
        What the classifier sees, as in `density_score`.

    Returns
    -------
    score : float
        The scorer's value on the real windows.

    Raises
    ------
    ValueError
        If the windows do not match or are not finite, or the classes are not the same.

    See Also
    --------
    trts_score : The other way round.
    eegaug.evaluation.compare_samplers : Whether synthetic windows beside real ones help.

    References
    ----------
    C. Esteban, S. L. Hyland, G. Rätsch, "Real-valued (medical) time series generation with
    recurrent conditional GANs", 2017, arXiv:1706.02633.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import tstr_score
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(60, 100)), np.arange(60) % 2
    >>> X[y == 1] = X[y == 1].cumsum(axis=1)
    >>> tstr_score(X[:30], X[30:], y_real=y[:30], y_synthetic=y[30:])
    1.0
    """
    sides = _labelled(X_real, y_real, X_synthetic, y_synthetic)
    return _transfer(*sides[::-1], estimator, scoring, embedding)


def trts_score(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    y_real: ArrayLike,
    y_synthetic: ArrayLike,
    estimator: BaseEstimator | None = None,
    scoring: str = "balanced_accuracy",
    embedding: Embedding = "kernels",
) -> float:
    """Train a classifier on real windows and test it on synthetic ones.

    It shows whether synthetic windows look like their class; windows all alike may score well.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Windows of two or more classes.
    y_real, y_synthetic : array-like of shape (n_samples,)
        Their classes.
    estimator : classifier, default=None
        Cloned before it is fitted; None takes standardised logistic regression.
    scoring : str, default="balanced_accuracy"
        Name of a scikit-learn scorer, as in `tstr_score`.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
        What the classifier sees, as in `density_score`.

    Returns
    -------
    score : float
        The scorer's value on the synthetic windows.

    Raises
    ------
    ValueError
        If the windows do not match or are not finite, or the classes are not the same.

    See Also
    --------
    tstr_score : The other way round.

    References
    ----------
    C. Esteban et al., 2017, arXiv:1706.02633, as in `tstr_score`.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import trts_score
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(60, 100)), np.arange(60) % 2
    >>> X[y == 1] = X[y == 1].cumsum(axis=1)
    >>> trts_score(X[:30], X[30:], y_real=y[:30], y_synthetic=y[30:])
    1.0
    """
    sides = _labelled(X_real, y_real, X_synthetic, y_synthetic)
    return _transfer(*sides, estimator, scoring, embedding)


def discriminative_score(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    groups_real: ArrayLike | None = None,
    groups_synthetic: ArrayLike | None = None,
    estimator: BaseEstimator | None = None,
    embedding: Embedding = "kernels",
    random_state: int | RandomState | None = 0,
) -> float:
    """Measure how far a classifier fails to separate synthetic from real windows.

    Parameters
    ----------
    X_real, X_synthetic : array-like of shape (n_samples, n_times) or \
(n_samples, n_channels, n_times)
        Real and synthetic windows, at least two of each. From the larger set as many windows
        are drawn as the smaller has.
    groups_real, groups_synthetic : array-like of shape (n_samples,), default=None
        The recording of each window. No recording is on both sides of a fold, so that the
        classifier cannot know real windows by their recording. None takes each for itself.
    estimator : classifier, default=None
        Cloned before it is fitted; None takes standardised logistic regression.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="kernels"
        What the classifier sees, as in `density_score`.
    random_state : int, RandomState instance or None, default=0
        Source of the draw and of the folds.

    Returns
    -------
    score : float
        ``2 - 2 * max(AUC, 0.5)`` with the area under the ROC curve averaged over up to five
        folds: 1 if it cannot separate the two, 0 if it always can. An AUC below 0.5 is
        chance and counts as 0.5.

    Raises
    ------
    ValueError
        If the windows do not match, are too few or not finite, or a side has one recording.

    See Also
    --------
    tstr_score : Whether a classifier can learn from the windows.

    References
    ----------
    J. Yoon, D. Jarrett, M. van der Schaar, "Time-series generative adversarial networks",
    NeurIPS 2019. It reports the absolute accuracy less 0.5, where lower is better.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import discriminative_score
    >>> X = np.random.default_rng(0).normal(size=(60, 100))
    >>> discriminative_score(X, 5 * X)
    0.0
    """
    real, synthetic = check_pair(X_real, X_synthetic, min_samples=2)
    rng = check_random_state(random_state)
    sides = equal_numbers(np.arange(len(real)), np.arange(len(synthetic)), rng)
    groups = []
    for name, rows, labels, windows in (
        ("groups_real", sides[0], groups_real, real),
        ("groups_synthetic", sides[1], groups_synthetic, synthetic),
    ):
        if labels is not None:
            labels = check_labels(labels, len(windows), name=name)[rows]
            if len(np.unique(labels)) < 2:
                raise ValueError(f"{name} must hold at least 2 recordings. Got 1 instead.")
        groups.append(labels)
    n_splits = min(5, len(sides[0]), *(len(np.unique(g)) for g in groups if g is not None))
    folds = np.concatenate([_folds(len(sides[0]), g, n_splits, rng) for g in groups])

    features = embed_together(real[sides[0]], synthetic[sides[1]], embedding=embedding)
    auc = cross_val_score(
        default_classifier(estimator),
        np.concatenate(features),
        np.repeat([0, 1], len(sides[0])),
        cv=PredefinedSplit(folds),
        scoring="roc_auc",
        error_score="raise",
    ).mean()
    return float(2 - 2 * max(auc, 0.5))


Side = tuple[NDArray, NDArray]  # windows and their classes


def _labelled(
    X_real: ArrayLike, y_real: ArrayLike, X_synthetic: ArrayLike, y_synthetic: ArrayLike
) -> tuple[Side, Side]:
    """Return checked windows and classes of both sets."""
    real, synthetic = check_pair(X_real, X_synthetic)
    return (
        (real, check_labels(y_real, len(real), name="y_real")),
        (synthetic, check_labels(y_synthetic, len(synthetic), name="y_synthetic")),
    )


def _transfer(
    learn: Side, test: Side, estimator: BaseEstimator | None, scoring: str, embedding: Embedding
) -> float:
    """Train a classifier on one set and score it on the other."""
    (train, y_train), (unseen, y_unseen) = learn, test
    classes, others = np.unique(y_train), np.unique(y_unseen)
    if len(classes) < 2 or not np.array_equal(classes, others):
        raise ValueError(
            "y_real and y_synthetic must hold the same two or more classes. Got "
            f"{classes.tolist()} to train on and {others.tolist()} to test on instead."
        )
    features_train, features_test = embed_together(train, unseen, embedding=embedding)
    model = default_classifier(estimator).fit(features_train, y_train)
    return float(get_scorer(scoring)(model, features_test, y_unseen))


def default_classifier(estimator: BaseEstimator | None = None) -> BaseEstimator:
    """Return a clone of the classifier, or standardised logistic regression."""
    if estimator is None:
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return clone(estimator)


def _folds(n_samples: int, groups: NDArray | None, n_splits: int, rng: RandomState) -> NDArray:
    kind = KFold if groups is None else GroupKFold
    splitter = kind(n_splits, shuffle=True, random_state=rng)
    folds = np.empty(n_samples, int)
    for fold, (_, test) in enumerate(splitter.split(folds, groups=groups)):
        folds[test] = fold
    return folds
