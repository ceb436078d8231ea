"""One sampler, and all classifiers, on one fold."""

import time
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from joblib import parallel_config
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from eegaug.evaluation._figures import best_f1_threshold, figures, positive_scores
from eegaug.evaluation._folds import recording_folds, usable
from eegaug.evaluation._resample import resample

__all__ = ["run_fold", "run_fold_beside_others"]


def run_fold(
    about: Mapping[str, Any],
    sampler: Any,
    classifiers: Mapping[str, Any],
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    X: Any,
    y: NDArray,
    groups: NDArray | None,
    pos_label: Hashable,
    threshold_splits: int,
) -> list[dict[str, Any]]:
    """Resample the training windows once, then train and test every classifier."""
    seed = int(np.random.SeedSequence([about["seed"], about["fold"]]).generate_state(1)[0])
    try:
        X_train, y_train, seconds_resample = _resample(sampler, X, y, groups, train, seed)
        thresholds = _thresholds(
            sampler, classifiers, X, y, groups, train, pos_label, threshold_splits, seed
        )
        X_test, truth = _safe_indexing(X, test), y[test] == pos_label
        rows = []
        for name, classifier in classifiers.items():
            start = time.perf_counter()
            fitted = _seeded(classifier, seed).fit(X_train, y_train)
            scores = positive_scores(fitted, X_test, pos_label=pos_label)
            predicted = fitted.predict(X_test) == pos_label
            seconds = time.perf_counter() - start
            rows.append(
                {
                    "sampler": about["sampler"],
                    "classifier": name,
                    **about,
                    "n_train": len(train),
                    "n_test": len(test),
                    **figures(truth, scores, predicted, thresholds[name]),
                    "threshold": thresholds[name],
                    "seconds_resample": seconds_resample,
                    "seconds_classifier": seconds,
                }
            )
    except Exception as error:
        error.add_note(
            f"Raised with the sampler {about['sampler']!r}, seed {about['seed']}, fold "
            f"{about['fold']}."
        )
        raise
    return rows


def run_fold_beside_others(*args: Any) -> list[dict[str, Any]]:
    """Run a fold in a worker, with inner parallelism in threads of that process."""
    # Otherwise every tree of a forest becomes a task of a Dask cluster, which is slow.
    with parallel_config("threading", n_jobs=1):
        return run_fold(*args)


def _resample(
    sampler: Any, X: Any, y: NDArray, groups: NDArray | None, train: NDArray, seed: int
) -> tuple[Any, NDArray, float]:
    """Return the resampled training windows, their labels, and the seconds it took."""
    X_train, y_train = _safe_indexing(X, train), y[train]
    start = time.perf_counter()
    if sampler is not None:
        known = None if groups is None else groups[train]
        X_train, y_train = resample(_seeded(sampler, seed), X_train, y_train, known)
    return X_train, y_train, time.perf_counter() - start


def _thresholds(
    sampler: Any,
    classifiers: Mapping[str, Any],
    X: Any,
    y: NDArray,
    groups: NDArray | None,
    train: NDArray,
    pos_label: Hashable,
    n_splits: int,
    seed: int,
) -> dict[str, float]:
    """Find the threshold of each classifier by inner folds of the training windows."""
    # Scores of training windows are too extreme to set a threshold.
    scores: dict[str, list[NDArray]] = {name: [] for name in classifiers}
    truths = []
    fewest = np.unique(y[train], return_counts=True)[1].min()
    folds = []
    if 0 < n_splits <= fewest:
        inner_groups = None if groups is None else groups[train]
        folds = recording_folds(y[train], inner_groups, n_splits=n_splits, seed=seed)
    for part, rest in ((train[part], train[rest]) for part, rest in folds):
        if not usable(y, part, rest, pos_label=pos_label):
            continue
        try:
            X_part, y_part, _ = _resample(sampler, X, y, groups, part, seed)
        except Exception as error:
            error.add_note(
                "It was raised in an inner fold, which holds fewer windows than the training "
                "fold. With threshold_splits=0 there are no inner folds."
            )
            raise
        truths.append(y[rest] == pos_label)
        for name, classifier in classifiers.items():
            fitted = _seeded(classifier, seed).fit(X_part, y_part)
            X_rest = _safe_indexing(X, rest)
            scores[name].append(positive_scores(fitted, X_rest, pos_label=pos_label))
    if not truths:
        return dict.fromkeys(classifiers, np.nan)
    truth = np.concatenate(truths)
    return {name: best_f1_threshold(truth, np.concatenate(scores[name])) for name in classifiers}


def _seeded(estimator: Any, seed: int) -> Any:
    """Return an unfitted copy, with the seed in every `random_state`, also of inner estimators."""
    copy = clone(estimator)
    states = [name for name in copy.get_params() if name.split("__")[-1] == "random_state"]
    return copy.set_params(**dict.fromkeys(states, seed))
