"""One classifier, trained on windows that one candidate resampled."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils import Tags, get_tags
from sklearn.utils.metaestimators import available_if

from eegaug.evaluation._prior import correct_probabilities, weight_names, weighted_prior
from eegaug.evaluation._resample import resample
from eegaug.evaluation._run import _seeded

__all__ = ["Model", "fit_model", "fit_sampler", "has_method"]


def has_method(name: str, place: str) -> Callable[[Any], bool]:
    """Return a check for `available_if`: whether the classifier in `place` has a method."""

    def check(estimator: Any) -> bool:
        getattr(getattr(estimator, place), name)
        return True

    return check


class Model(ClassifierMixin, BaseEstimator):
    """A fitted classifier whose probabilities hold for the windows before resampling."""

    def __init__(
        self, classifier: Any, prior: NDArray | None = None, trained_prior: NDArray | None = None
    ) -> None:
        self.classifier = classifier
        self.prior = prior
        self.trained_prior = trained_prior

    @property
    def classes_(self) -> NDArray:
        """Labels in the order of the columns."""
        return self.classifier.classes_

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Tags:
        return get_tags(self.classifier)

    def predict(self, X: Any) -> NDArray:
        """Return the most probable label after the correction, or the classifier's own."""
        if self.prior is None or not hasattr(self.classifier, "predict_proba"):
            return self.classifier.predict(X)
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    @available_if(has_method("predict_proba", "classifier"))
    def predict_proba(self, X: Any) -> NDArray:
        """Return the corrected probabilities."""
        return self.correct(self.classifier.predict_proba(X))

    def correct(self, proba: NDArray) -> NDArray:
        """Correct the probabilities of the classifier."""
        if self.prior is None or self.trained_prior is None:
            return proba
        return correct_probabilities(proba, trained_prior=self.trained_prior, prior=self.prior)

    @available_if(has_method("decision_function", "classifier"))
    def decision_function(self, X: Any) -> NDArray:
        """Return the classifier's own decision function."""
        return self.classifier.decision_function(X)


def fit_sampler(sampler: Any, X: Any, y: NDArray, groups: NDArray | None) -> tuple[Any, NDArray]:
    """Resample windows; None and "balanced" leave them as they are."""
    if sampler is None or isinstance(sampler, str):
        return X, y
    return resample(sampler, X, y, groups)


def fit_model(
    classifier: Any,
    sampler: Any,
    resampled: tuple[Any, NDArray],
    y: NDArray,
    *,
    correct_prior: bool,
    seed: int | None,
) -> Model:
    """Fit a copy of a classifier to resampled windows; `y` has the labels before that."""
    fitted = clone(classifier) if seed is None else _seeded(classifier, seed)
    if isinstance(sampler, str):
        fitted.set_params(**dict.fromkeys(weight_names(fitted), sampler))
    X_resampled, y_resampled = resampled
    fitted.fit(X_resampled, y_resampled)
    if not correct_prior:
        return Model(fitted)
    classes = fitted.classes_
    prior = np.array([np.mean(y == label) for label in classes])
    trained = weighted_prior(fitted, np.asarray(y_resampled), classes)
    return Model(fitted) if np.allclose(prior, trained) else Model(fitted, prior, trained)
