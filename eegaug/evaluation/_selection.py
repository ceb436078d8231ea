"""Choice of a sampler by recording-grouped folds inside the training windows."""

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions, validate_params
from sklearn.utils.validation import check_memory

from eegaug._progress import show_progress
from eegaug.evaluation._candidates import resolve
from eegaug.evaluation._checks import check_windows
from eegaug.evaluation._inner_folds import count_recordings, inner_folds
from eegaug.evaluation._inner_runs import Shared, make_score, run, run_whole
from eegaug.evaluation._rule import choose, standard_error
from eegaug.evaluation._selection_result import SelectionResult

__all__ = ["CONSTRAINTS", "select_sampler"]

#: Constraints of parameters, here and in `AugmentedClassifier`.
CONSTRAINTS: dict[str, list] = {
    "classifier": [HasMethods(["fit", "predict"])],
    "samplers": [str, list, tuple, Mapping],
    "cv": ["cv_object"],
    "n_repeats": [Interval(Integral, 1, None, closed="left")],
    "scoring": [str, callable],
    "min_gain": [Interval(Real, 0, None, closed="left")],
    "n_standard_errors": [Interval(Real, 0, None, closed="left")],
    "correct_prior": ["boolean", StrOptions({"auto"})],
    "memory": [str, HasMethods(["cache"]), None],
    "random_state": ["random_state"],
    "n_jobs": [Integral, None],
    "verbose": ["verbose", None],
}


@validate_params(CONSTRAINTS, prefer_skip_nested_validation=False)
def select_sampler(
    classifier: Any,
    X: Any,
    y: ArrayLike,
    *,
    groups: ArrayLike | None = None,
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
) -> SelectionResult:
    """Find out whether a sampler helps a classifier on these data, and which one.

    Every candidate is trained on a part of the recordings and tested on real windows of the
    others. "none" is kept unless another candidate is better by more than its noise.

    Parameters
    ----------
    classifier : classifier
        With `decision_function` or `predict_proba`. It is copied, not fitted.
    X : {array-like, DataFrame, sparse matrix} of shape (n_samples, ...)
        Training windows, in the layout that samplers and classifier take.
    y : array-like of shape (n_samples,)
        Labels.
    groups : array-like of shape (n_samples,), default=None
        The recording, or better the patient, of each window. None splits by window, which leaks
        where windows are cut from longer recordings: the choice is then too optimistic.
    samplers : "auto", list of str or dict, default="auto"
        Candidates. "auto" compares those of the table under Notes that train no generator and
        that the data and the classifier allow. A list names some of them. A dict of name to
        candidate brings your own: a sampler, None, or "balanced" for class weights. "none" is
        always among them.
    cv : int, cross-validation generator or iterable, default=2
        An int is the number of folds, with whole recordings, the rarest class dealt out evenly.
        It is lowered to the number of recordings of the rarest class. Anything else is used as
        scikit-learn does.
    n_repeats : int, default=6
        How often the folds are drawn anew, where `cv` is an int. More repeats make the choice
        steadier and cost as much again each; with 2, a quarter of the gain is lost.
    scoring : str or callable, default="average_precision"
        As in scikit-learn; higher is better. With two classes, "average_precision" is that of
        the rarer class. It does not depend on a threshold, which resampling moves.
    min_gain : float, default=0.005
        Mean difference to "none" that a candidate must exceed.
    n_standard_errors : float, default=1.5
        Number of standard errors of its mean difference that it must exceed as well. With 1,
        more candidates that harm are taken; with 2, most of the gain is lost.
    correct_prior : bool or "auto", default="auto"
        Whether probabilities and predictions are corrected, as in `AugmentedClassifier`. True
        and "auto" correct them before they are scored.
    memory : str or object with the joblib.Memory interface, default=None
        Where the resampled training folds are kept. With an int as `random_state`, another
        classifier on the same data takes them from there, and no generator is trained twice.
        Samplers with a parameter `memory` that is None get it too.
    random_state : int, RandomState instance or None, default=None
        Seed of folds, samplers and classifiers. All candidates get the same.
    n_jobs : int, default=None
        Number of pairs of fold and candidate that joblib runs at a time. None is 1 unless in a
        ``joblib.parallel_config``, by which they may go to a cluster.
    verbose : int or None, default=None
        Progress and the time left, as in `eegaug.GANOversampler`: None shows them on a terminal
        where it takes long, 1 everywhere and at once, 0 never.

    Returns
    -------
    result : SelectionResult
        The choice, and what it rests on. It prints as a short report.

    Raises
    ------
    ValueError
        If a class has a single recording, or a parameter is not what is stated above.

    See Also
    --------
    AugmentedClassifier : A classifier that chooses, and is then trained on all windows.
    compare_samplers : Comparison on test folds, with intervals.

    Notes
    -----
    The candidates:

    =============  ==========================================================================
    name           what it is
    =============  ==========================================================================
    none           the windows as they are
    class weights  ``class_weight="balanced"``, where the classifier has it and it is not set
    SMOTE          imbalanced-learn's, for flat windows with at least 6 of each class
    jitter, mild   shifted and flipped copies of the rarer classes
    jitter         copies changed as recordings differ, ``JitterOversampler(growth=1)``
    jitter, grown  all classes grown by such copies, `JitterOversampler()`
    GAN            `GANOversampler()`, where it is named: "auto" leaves it out
    =============  ==========================================================================

    A generator is trained anew in every fold, which takes a hundred times as long as jitter and
    gained nothing beyond it on the data sets of the benchmark. Name it to compare it:
    ``samplers=["jitter, grown", "GAN"]``.

    The choice of one among many by noisy scores is optimistic: the score of the chosen candidate
    is no estimate of what it does on new recordings. Use `compare_samplers`, or cross-validate
    `AugmentedClassifier`, for that.

    References
    ----------
    C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52,
    239-281, 2003.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from eegaug.datasets import make_seizure_windows
    >>> from eegaug.evaluation import select_sampler
    >>> eeg = make_seizure_windows(20, 4, seizure_fraction=0.2, random_state=0)
    >>> result = select_sampler(
    ...     RandomForestClassifier(10), eeg.data, eeg.target, groups=eeg.groups,
    ...     samplers=["jitter, mild"], random_state=0,
    ... )
    >>> result.to_frame().index.tolist()
    ['none', 'jitter, mild']
    """
    X, labels, groups = check_windows(X, y, groups)
    rng = check_random_state(random_state)
    folds = inner_folds(X, labels, groups, cv=cv, n_repeats=n_repeats, rng=rng)
    fewest = min(np.unique(labels[train], return_counts=True)[1].min() for train, _ in folds)
    candidates, left_out = resolve(samplers, classifier, X, int(fewest))
    shared = Shared(
        classifier,
        X,
        labels,
        groups,
        scorer=make_score(scoring, classifier, labels),
        correct_prior=bool(correct_prior),
        memory=check_memory(memory),
    )
    seeds = rng.randint(np.iinfo(np.int32).max, size=len(folds)).tolist()
    runs = _run_all(shared, candidates, folds, seeds, n_jobs, verbose)
    results = _cv_results(runs, list(candidates))
    scores = np.array([[each["score"] for each in row] for row in runs])
    best = choose(scores, min_gain=min_gain, n_standard_errors=n_standard_errors)
    if correct_prior == "auto":
        briers = results["mean_test_brier"], results["mean_test_brier_uncorrected"]
        correct_prior = briers[0][best] < briers[1][best]
    counts = count_recordings(labels, groups)
    rarest = min(counts, key=counts.__getitem__)
    return SelectionResult(
        best_sampler=list(candidates)[best],
        best_index=best,
        cv_results=results,
        left_out=left_out,
        scoring=scoring if isinstance(scoring, str) else "score",
        min_gain=min_gain,
        n_standard_errors=n_standard_errors,
        correct_prior=bool(correct_prior),
        rarest_class=rarest,
        n_recordings=counts[rarest],
        grouped=groups is not None,
        test_train_ratio=float(np.mean([len(test) / len(train) for train, test in folds])),
    )


def _run_all(
    shared: Shared,
    candidates: dict[str, Any],
    folds: list[tuple[NDArray, NDArray]],
    seeds: list[int],
    n_jobs: int | None,
    verbose: int | None,
) -> list[list[dict[str, Any]]]:
    """Return the results of each candidate, fold by fold."""
    run_one = run if effective_n_jobs(n_jobs) == 1 else run_whole
    jobs = [
        delayed(run_one)(shared, fold, name, sampler, *folds[fold], seeds[fold])
        for fold in range(len(folds))
        for name, sampler in candidates.items()
    ]
    found = {}
    with show_progress(verbose) as progress:
        line = progress.add("Comparing samplers", len(jobs))
        for row in Parallel(n_jobs=n_jobs, return_as="generator_unordered")(jobs):
            found[row["fold"], row["name"]] = row
            line.advance()
    return [[found[fold, name] for fold in range(len(folds))] for name in candidates]


def _cv_results(runs: list[list[dict[str, Any]]], names: list[str]) -> dict[str, Any]:
    """Return the results of all folds as a dict with a value for each candidate."""

    def of_all(key: str) -> NDArray:
        return np.array([[each[key] for each in row] for row in runs], dtype=np.float64)

    scores = of_all("score")
    differences, mean = scores - scores[0], scores.mean(axis=1)
    results: dict[str, Any] = {}
    for key in ("resample_time", "fit_time", "score_time"):
        results |= {f"mean_{key}": of_all(key).mean(axis=1), f"std_{key}": of_all(key).std(axis=1)}
    return results | {
        "param_sampler": np.array(names, dtype=object),
        "params": [{"sampler": name} for name in names],
        **{f"split{fold}_test_score": of_fold for fold, of_fold in enumerate(scores.T)},
        "mean_test_score": mean,
        "std_test_score": scores.std(axis=1),
        "rank_test_score": 1 + (mean[:, np.newaxis] < mean).sum(axis=1).astype(np.int32),
        "mean_difference": differences.mean(axis=1),
        "standard_error": standard_error(differences),
        "n_better": (differences > 0).sum(axis=1),
        "mean_test_brier": of_all("brier").mean(axis=1),
        "mean_test_brier_uncorrected": of_all("brier_uncorrected").mean(axis=1),
    }
