"""One candidate on one fold inside the training windows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import parallel_config
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    check_scoring,
    make_scorer,
)
from sklearn.utils import _safe_indexing

from eegaug.evaluation._model import Model, fit_model, fit_sampler
from eegaug.evaluation._run import _seeded

__all__ = ["Shared", "make_score", "run", "run_whole", "with_memory"]


@dataclass(frozen=True)
class Shared:
    """Data and parameters that all pairs of fold and candidate share."""

    classifier: Any
    X: Any
    y: NDArray
    groups: NDArray | None
    scorer: Callable
    correct_prior: bool
    memory: Any


def run(
    shared: Shared, fold: int, name: str, sampler: Any, train: NDArray, test: NDArray, seed: int
) -> dict[str, Any]:
    """Train and score one candidate on one fold."""
    y_train = shared.y[train]
    known = None if shared.groups is None else shared.groups[train]
    start = time.perf_counter()
    try:
        resample = fit_sampler
        if hasattr(sampler, "fit_resample"):
            sampler = with_memory(_seeded(sampler, seed), shared.memory)
            resample = shared.memory.cache(fit_sampler)
        resampled = resample(sampler, _safe_indexing(shared.X, train), y_train, known)
        resample_time = time.perf_counter() - start
        model = fit_model(
            shared.classifier,
            sampler,
            resampled,
            y_train,
            correct_prior=shared.correct_prior,
            seed=seed,
        )
        fit_time = time.perf_counter() - start
        X_test, y_test = _safe_indexing(shared.X, test), shared.y[test]
        score = shared.scorer(model, X_test, y_test)
    except Exception as error:
        error.add_note(f"Raised with the candidate {name!r} in inner fold {fold}.")
        raise
    return {
        "fold": fold,
        "name": name,
        "score": float(score),
        "resample_time": resample_time,
        "fit_time": fit_time,
        "score_time": time.perf_counter() - start - fit_time,
        **_briers(model, X_test, y_test),
    }


def _briers(model: Model, X: Any, y: NDArray) -> dict[str, float]:
    """Return Brier scores with and without the correction, NaN without probabilities."""
    if not hasattr(model, "predict_proba"):
        return {"brier": np.nan, "brier_uncorrected": np.nan}
    proba = model.classifier.predict_proba(X)
    both = {"brier": model.correct(proba), "brier_uncorrected": proba}
    return {name: brier_score_loss(y, each, labels=model.classes_) for name, each in both.items()}


def run_whole(*args: Any) -> dict[str, Any]:
    """Run a pair in a worker, with inner parallelism in threads of that process."""
    with parallel_config("threading", n_jobs=1):
        return run(*args)


def with_memory(sampler: Any, memory: Any) -> Any:
    """Return a copy of a sampler with the memory, if it has that parameter unset."""
    copy = clone(sampler)
    # A memory of joblib without a location keeps nothing.
    keeps = getattr(memory, "location", memory) is not None
    if keeps and copy.get_params().get("memory", memory) is None:
        copy.set_params(memory=memory)
    return copy


def make_score(scoring: Any, classifier: Any, y: NDArray) -> Callable:
    """Return a scorer; average precision of two classes is that of the rarer one."""
    labels, counts = np.unique(y, return_counts=True)
    if isinstance(scoring, str) and scoring == "average_precision" and len(labels) == 2:
        return make_scorer(
            average_precision_score,
            response_method=("decision_function", "predict_proba"),
            pos_label=labels[len(labels) - 1 - np.argmin(counts[::-1])],
        )
    return check_scoring(classifier, scoring=scoring)
