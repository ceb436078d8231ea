"""Correction of probabilities for another class prior than that of the training."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.class_weight import compute_class_weight

__all__ = ["correct_probabilities", "weight_names", "weighted_prior"]


def correct_probabilities(
    proba: ArrayLike, *, trained_prior: ArrayLike, prior: ArrayLike
) -> NDArray[np.float64]:
    """Bring probabilities from the prior of the training to another one.

    A classifier that learns from balanced classes says how probable a seizure is where half of
    all windows are seizures. Where one in fifty is, its probabilities are far too high [3]_.
    The correction needs the two priors alone.

    Parameters
    ----------
    proba : array-like of shape (n_samples, n_classes)
        Probabilities as a classifier gives them.
    trained_prior : array-like of shape (n_classes,)
        Share of each class in what the classifier was trained on, above 0. Numbers of windows
        will do: they are divided by their sum.
    prior : array-like of shape (n_classes,)
        Share of each class where the probabilities shall hold, likewise.

    Returns
    -------
    corrected : ndarray of shape (n_samples, n_classes)
        Probabilities that sum to 1. A row whose corrected values are all 0 stays as it is.

    Raises
    ------
    ValueError
        If the shapes do not match, or a share is not above 0.

    See Also
    --------
    AugmentedClassifier : Applies it by default.

    Notes
    -----
    For class c, ``p'(c | x)`` is ``p(c | x) * prior[c] / trained_prior[c]``, divided by the sum
    over the classes [1]_ [2]_. That is exact where the windows of each class have the same
    distribution in both places, and where the probabilities are right under the prior of the
    training. It does not calibrate a classifier that is not calibrated in itself.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001.
    .. [2] M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to
       new a priori probabilities: a simple procedure", Neural Computation 14, 21-41, 2002.
    .. [3] R. van den Goorbergh et al., "The harm of class imbalance corrections for risk
       prediction models", J. Am. Med. Inform. Assoc. 29, 1525-1534, 2022.

    Examples
    --------
    >>> from eegaug.evaluation import correct_probabilities
    >>> correct_probabilities([[0.5, 0.5]], trained_prior=[0.5, 0.5], prior=[0.9, 0.1])
    array([[0.9, 0.1]])
    """
    proba = np.asarray(proba, dtype=np.float64)
    shares = []
    for name, given in (("trained_prior", trained_prior), ("prior", prior)):
        share = np.asarray(given, dtype=np.float64)
        if proba.ndim != 2 or share.shape != proba.shape[1:]:
            raise ValueError(
                f"The {name!r} parameter must have one value for each column of 'proba'. Got the "
                f"shape {share.shape}, and {proba.shape} of 'proba'."
            )
        if not (np.isfinite(share).all() and (share > 0).all()):
            raise ValueError(
                f"The {name!r} parameter must be above 0 and finite. Got {share} instead."
            )
        shares.append(share / share.sum())
    corrected = proba * (shares[1] / shares[0])
    total = corrected.sum(axis=1, keepdims=True)
    return np.divide(corrected, total, out=proba.copy(), where=total > 0)


def weight_names(classifier: Any) -> list[str]:
    """Return the names of all `class_weight` parameters, also of inner estimators."""
    return [name for name in classifier.get_params() if name.split("__")[-1] == "class_weight"]


def weighted_prior(classifier: Any, y: NDArray, classes: NDArray) -> NDArray[np.float64]:
    """Return the class prior that a classifier learns, with its class weights."""
    counts = np.array([np.count_nonzero(y == label) for label in classes], dtype=np.float64)
    parameters = classifier.get_params()
    given = (parameters[name] for name in weight_names(classifier))
    weight = next((each for each in given if each is not None), None)
    weight = "balanced" if weight == "balanced_subsample" else weight
    counts *= compute_class_weight(weight, classes=classes, y=y)
    return counts / counts.sum()
