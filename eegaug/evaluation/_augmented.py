"""A classifier that chooses its sampler inside the training windows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, _fit_context, clone
from sklearn.utils import Tags, check_random_state, get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, check_memory

from eegaug._notebooks import DocLinkMixin
from eegaug.evaluation._candidates import resolve
from eegaug.evaluation._checks import check_windows
from eegaug.evaluation._inner_runs import with_memory
from eegaug.evaluation._model import fit_model, fit_sampler
from eegaug.evaluation._run import _seeded
from eegaug.evaluation._selection import CONSTRAINTS, select_sampler

__all__ = ["AugmentedClassifier"]


def _classifier_has(name: str) -> Callable[[Any], bool]:
    """Return a check for `available_if`: whether the classifier has a method."""

    def check(estimator: Any) -> bool:
        fitted = hasattr(estimator, "model_")
        getattr(estimator.model_ if fitted else estimator.classifier, name)
        return True

    return check


class AugmentedClassifier(DocLinkMixin, MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Choose a sampler by folds inside the training windows, then train on all of them.

    No sampler helps everywhere, and each harms somewhere. This classifier compares a short list
    of candidates, "no sampler" and class weights among them, on folds that keep recordings
    whole, and uses one only where it is better by more than its noise. Its probabilities hold
    for the share of seizures in the training windows, whatever the sampler did to it.

    Parameters
    ----------
    classifier : classifier
        With `decision_function` or `predict_proba`.
    samplers : "auto", list of str or dict, default="auto"
        Candidates, as in `select_sampler`.
    cv : int, cross-validation generator or iterable, default=2
        Folds by recording, as in `select_sampler`.
    n_repeats : int, default=6
        How often folds are drawn, where `cv` is an int. With 2, a quarter of the gain is lost.
    scoring : str or callable, default="average_precision"
        What is compared, as in `select_sampler`.
    min_gain : float, default=0.005
        Mean difference to "none" that a candidate must exceed.
    n_standard_errors : float, default=1.5
        Number of standard errors of its mean difference that it must exceed as well. With 1,
        more candidates that harm are taken; with 2, most of the gain is lost.
    correct_prior : bool or "auto", default="auto"
        Whether probabilities are brought back to the share of the classes in `y`, after a
        sampler or class weights changed it [1]_ [2]_. `predict` then takes the most probable
        label after the correction. Classifiers without `predict_proba` are left as they are, and
        so is `decision_function`. "auto" does it where it lowers the Brier score in the folds: a
        forest, whose trees end in leaves of one class, hardly moves with class weights, and the
        correction would overdo it.
    memory : str or object with the joblib.Memory interface, default=None
        Where resampled training folds are kept for other classifiers, as in `select_sampler`.
    random_state : int, RandomState instance or None, default=None
        Seed of folds, samplers and classifiers. Other than None, it replaces the `random_state`
        of the classifier and of the samplers.
    n_jobs : int, default=None
        Number of pairs of fold and candidate that run at a time, as in `select_sampler`.
    verbose : int or None, default=None
        Progress and the time left, as in `eegaug.GANOversampler`: None shows them on a terminal
        where it takes long, 1 everywhere and at once, 0 never.

    Attributes
    ----------
    selection_ : SelectionResult
        What was chosen, why, and how sure that is; it prints as a report and has a `plot`.
    best_sampler_ : str
        Name of the chosen candidate.
    best_index_ : int
        Its place in `cv_results_`.
    cv_results_ : dict of ndarray
        As that of :class:`sklearn.model_selection.GridSearchCV`.
    sampler_ : sampler or None
        The chosen sampler, fitted to all windows; None for "none" and class weights.
    classifier_ : classifier
        The classifier, fitted to all windows.
    classes_ : ndarray of shape (n_classes,)
        Labels.
    n_features_in_ : int
        That of the fitted classifier, where it has one.

    See Also
    --------
    select_sampler : The choice alone.
    compare_samplers : Comparison on test folds, with intervals.

    Notes
    -----
    Training on a balanced set makes seizures look frequent [3]_. The correction undoes that, so
    that a probability of 0.2 means one in five among windows like those of the training. A
    seizure is then predicted less often than without it. Where missed seizures cost more than
    false alarms, choose the threshold by that:
    :class:`~sklearn.model_selection.TunedThresholdClassifierCV`.

    scikit-learn hands `groups` on to this classifier inside other meta-estimators where metadata
    routing is enabled and ``set_fit_request(groups=True)`` was called.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001.
    .. [2] M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to
       new a priori probabilities: a simple procedure", Neural Computation 14, 21-41, 2002.
    .. [3] R. van den Goorbergh et al., "The harm of class imbalance corrections for risk
       prediction models", J. Am. Med. Inform. Assoc. 29, 1525-1534, 2022.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from eegaug import AugmentedClassifier
    >>> from eegaug.datasets import make_seizure_windows
    >>> eeg = make_seizure_windows(20, 4, seizure_fraction=0.2, random_state=0)
    >>> model = AugmentedClassifier(
    ...     RandomForestClassifier(10), samplers=["class weights", "jitter, mild"],
    ...     random_state=0,
    ... ).fit(eeg.data, eeg.target, groups=eeg.groups)
    >>> model.predict_proba(eeg.data[:3]).shape
    (3, 2)
    """

    _parameter_constraints: ClassVar[dict] = {**CONSTRAINTS}

    def __init__(
        self,
        classifier: Any,
        *,
        samplers: str | Sequence[str] | Mapping[str, Any] = "auto",
        cv: Any = 2,
        n_repeats: int = 6,
        scoring: str | Callable = "average_precision",
        min_gain: float = 0.005,
        n_standard_errors: float = 1.5,
        correct_prior: bool | str = "auto",
        memory: Any = None,
        random_state: int | RandomState | None = None,
        n_jobs: int | None = None,
        verbose: int | None = None,
    ) -> None:
        self.classifier = classifier
        self.samplers = samplers
        self.cv = cv
        self.n_repeats = n_repeats
        self.scoring = scoring
        self.min_gain = min_gain
        self.n_standard_errors = n_standard_errors
        self.correct_prior = correct_prior
        self.memory = memory
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: ArrayLike, groups: ArrayLike | None = None) -> "AugmentedClassifier":
        """Choose a sampler and train the classifier on all windows.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, ...)
            Training windows, in the layout that samplers and classifier take. They are passed
            on untouched.
        y : array-like of shape (n_samples,)
            Labels.
        groups : array-like of shape (n_samples,), default=None
            The recording, or better the patient, of each window. Without them the choice is too
            optimistic, and the report says so.

        Returns
        -------
        self : AugmentedClassifier
            Fitted.

        Raises
        ------
        ValueError
            If a class has a single recording, or a parameter is not what is stated above.
        """
        if y is None:
            raise ValueError(
                "This AugmentedClassifier estimator requires y to be passed, but the target y is "
                "None."
            )
        rng = check_random_state(self.random_state)
        X, labels, groups = check_windows(X, y, groups)
        self.selection_ = select_sampler(
            self.classifier,
            X,
            labels,
            groups=groups,
            samplers=self.samplers,
            cv=self.cv,
            n_repeats=self.n_repeats,
            scoring=self.scoring,
            min_gain=self.min_gain,
            n_standard_errors=self.n_standard_errors,
            correct_prior=self.correct_prior,
            memory=self.memory,
            random_state=rng,
            n_jobs=self.n_jobs,
            verbose=self.verbose,
        )
        self.best_sampler_ = self.selection_.best_sampler
        self.best_index_ = self.selection_.best_index
        self.cv_results_ = self.selection_.cv_results
        seed = None if self.random_state is None else int(rng.randint(np.iinfo(np.int32).max))
        self._refit(X, labels, groups, seed)
        return self

    def _refit(self, X: Any, y: NDArray, groups: NDArray | None, seed: int | None) -> None:
        """Train sampler and classifier on all windows."""
        chosen = resolve(self.samplers, self.classifier, X, len(y))[0][self.best_sampler_]
        self.sampler_ = None
        if hasattr(chosen, "fit_resample"):
            chosen = clone(chosen) if seed is None else _seeded(chosen, seed)
            self.sampler_ = chosen = with_memory(chosen, check_memory(self.memory))
        self.model_ = fit_model(
            self.classifier,
            chosen,
            fit_sampler(chosen, X, y, groups),
            y,
            correct_prior=self.selection_.correct_prior,
            seed=seed,
        )
        self.classifier_ = self.model_.classifier
        self.classes_ = self.model_.classes_

    @property
    def n_features_in_(self) -> int:
        """Number of columns or channels that the classifier was fitted to."""
        check_is_fitted(self, "model_")
        return self.classifier_.n_features_in_

    @property
    def feature_names_in_(self) -> NDArray:
        """Names of the columns that the classifier was fitted to."""
        check_is_fitted(self, "model_")
        return self.classifier_.feature_names_in_

    def predict(self, X: Any) -> NDArray:
        """Predict the label of each window.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, ...)
            Windows.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The most probable labels, after the correction where there was one to make.
        """
        check_is_fitted(self, "model_")
        return self.model_.predict(X)

    @available_if(_classifier_has("predict_proba"))
    def predict_proba(self, X: Any) -> NDArray:
        """Compute the probability of each class.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, ...)
            Windows.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
            Under the share of the classes in the training windows, with `correct_prior`.
        """
        check_is_fitted(self, "model_")
        return self.model_.predict_proba(X)

    @available_if(_classifier_has("decision_function"))
    def decision_function(self, X: Any) -> NDArray:
        """Compute the classifier's own decision function, which is not corrected.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, ...)
            Windows.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            As the classifier gives them.
        """
        check_is_fitted(self, "model_")
        return self.model_.decision_function(X)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        inner = get_tags(self.classifier)
        tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
        tags.classifier_tags.poor_score = inner.classifier_tags.poor_score
        tags.input_tags.sparse = inner.input_tags.sparse
        tags.input_tags.three_d_array = inner.input_tags.three_d_array
        return tags
