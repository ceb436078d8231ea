"""Comparison of samplers without leakage, by folds over recordings."""

import os
from collections.abc import Hashable, Mapping, Sequence
from numbers import Integral
from typing import Any

import pandas as pd
from joblib import Parallel, delayed, effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from sklearn.utils._param_validation import Interval, validate_params

from eegaug._progress import show_progress
from eegaug.evaluation._checks import check_candidates, check_data
from eegaug.evaluation._folds import outer_folds
from eegaug.evaluation._resample import takes_groups
from eegaug.evaluation._results_file import ResultsFile, data_key, estimator_key
from eegaug.evaluation._run import run_fold, run_fold_beside_others

__all__ = ["compare_samplers"]


@validate_params(
    {
        "samplers": [Mapping],
        "classifiers": [Mapping],
        "n_splits": [Interval(Integral, 2, None, closed="left")],
        "seeds": ["array-like"],
        "fold_seed": [Integral, None],
        "threshold_splits": [Interval(Integral, 0, None, closed="left")],
        "n_jobs": [Integral, None],
        "verbose": ["verbose", None],
    },
    prefer_skip_nested_validation=False,
)
def compare_samplers(
    samplers: Mapping[str, Any],
    classifiers: Mapping[str, Any],
    X: Any,
    y: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    pos_label: Hashable = 1,
    n_minority_groups: int | None = None,
    n_majority_windows: int | None = None,
    n_splits: int = 5,
    seeds: Sequence[int] = (0,),
    fold_seed: int | None = None,
    threshold_splits: int = 2,
    results_path: str | os.PathLike | None = None,
    n_jobs: int | None = None,
    verbose: int | None = None,
) -> pd.DataFrame:
    """Compare samplers by what classifiers learn from their windows.

    All samplers get the same folds. In each fold a sampler sees the training windows alone,
    once; all classifiers learn from the same resampled windows and are tested on real windows
    of recordings that neither has seen.

    Parameters
    ----------
    samplers : mapping of str to sampler or None
        By name; None trains on the windows as they are.
    classifiers : mapping of str to classifier
        By name; each with `decision_function` or `predict_proba`.
    X : {array-like, DataFrame, sparse matrix} of shape (n_samples, ...)
        Windows, in the layout samplers and classifiers take.
    y : array-like of shape (n_samples,)
        Labels.
    groups : array-like of shape (n_samples,), default=None
        The recording, or better the patient, of each window. None splits by window, which
        leaks wherever windows are cut from longer recordings. Samplers whose `fit_resample`
        takes `groups` get those of the training windows.
    pos_label : hashable, default=1
        The class of interest; the figures are of it against the rest.
    n_minority_groups : int, default=None
        Number of recordings whose `pos_label` windows stay in each training fold, drawn by
        the seed, to see how samplers do with few seizures; None keeps all.
    n_majority_windows : int, default=None
        Number of other windows that stay in each training fold, drawn by the seed, to save
        time; None keeps all.
    n_splits : int, default=5
        Number of folds for each seed.
    seeds : sequence of int, default=(0,)
        Each shuffles the folds anew and, together with the number of the fold, seeds sampler
        and classifier.
    fold_seed : int, default=None
        Seed of the folds and of what is thinned out, in place of `seeds`, which then seed
        sampler and classifier alone: what `seed_differences` needs. None shuffles for each seed.
    threshold_splits : int, default=2
        Number of inner folds, also grouped by recording, on which the threshold of
        `f1_tuned` is found: sampler and classifiers are trained anew without each inner fold
        and scored on its real windows. That costs as many more trainings of the sampler, so 2
        is the default; 0 leaves `f1_tuned` out (NaN). It is NaN too where no inner fold has
        both classes on both sides, as with a single seizure recording.
    results_path : path-like, default=None
        File of JSON lines (``pandas.read_json(path, lines=True)``) to which every finished
        run is added. A second run with the same path goes on where the first one ended;
        seeds, samplers and classifiers may be added meanwhile. One run at a time. Changes of
        data, folds and parameters are refused; changes of a sampler's code go unseen.
    n_jobs : int, default=None
        Number of runs, each one seed, fold and sampler, that joblib runs at a time. None is
        1 unless in a ``joblib.parallel_config``, by which the runs may go to a cluster.
    verbose : int or None, default=None
        Progress and the time left, as in `eegaug.GANOversampler`: None shows them on a terminal
        where it takes long, 1 everywhere and at once, 0 never.

    Returns
    -------
    results : DataFrame
        A row for each sampler, classifier, seed and fold, in that order, with the columns
        `sampler`, `classifier`, `seed`, `fold`, `n_train`, `n_test` (numbers of real windows),
        `average_precision`, `roc_auc`, `f1` (of the classifier's own `predict`), `f1_tuned`,
        `balanced_accuracy`, `sensitivity_at_95_specificity`, `threshold` (of `f1_tuned`),
        `seconds_resample` and `seconds_classifier` (one training of each, and the scoring).
        With `fold_seed` also that, with `results_path` also `settings` and `estimators`.

    Raises
    ------
    ValueError
        If a fold lacks a class, or `results_path` was made with other settings.

    See Also
    --------
    paired_differences : Whether a sampler is better than a baseline.
    seed_differences : How far a sampler moves by a new seed alone.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from eegaug.evaluation import compare_samplers
    >>> from eegaug.over_sampling import JitterOversampler
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(60, 16)), np.repeat([0, 1], [48, 12])
    >>> results = compare_samplers(
    ...     {"none": None, "jitter": JitterOversampler()},
    ...     {"logistic": LogisticRegression()},
    ...     X, y, groups=np.arange(60) // 3, n_splits=2,
    ... )
    >>> results[["sampler", "fold", "n_train"]].to_numpy().tolist()
    [['none', 0, 30], ['none', 1, 30], ['jitter', 0, 30], ['jitter', 1, 30]]
    """
    check_candidates(samplers, classifiers)
    X, y, groups = check_data(X, y, groups)
    if n_minority_groups is not None and groups is None:
        raise ValueError("The 'n_minority_groups' parameter needs 'groups'. Got None instead.")
    folds = {
        (seed, fold): parts
        for seed in map(int, seeds)
        for fold, parts in enumerate(
            outer_folds(
                y,
                groups,
                pos_label=pos_label,
                n_minority_groups=n_minority_groups,
                n_majority_windows=n_majority_windows,
                n_splits=n_splits,
                seed=seed if fold_seed is None else int(fold_seed),
            )
        )
    }
    file, rows = None, []
    if results_path is not None:
        settings = (
            f"data={data_key(X, y, groups)} pos_label={pos_label!r} n_splits={n_splits} "
            f"n_minority_groups={n_minority_groups} n_majority_windows={n_majority_windows} "
            f"threshold_splits={threshold_splits}"
        )
        settings += "" if fold_seed is None else f" fold_seed={int(fold_seed)}"
        keys = _estimator_keys(samplers, classifiers, grouped=groups is not None)
        file = ResultsFile(results_path, settings, keys)
        rows = [row for row in file.read() if (row["seed"], row["fold"]) in folds]
    runs = _open_runs(samplers, classifiers, folds, rows, fold_seed)
    run = run_fold if effective_n_jobs(n_jobs) == 1 else run_fold_beside_others
    with show_progress(verbose) as progress:
        line = progress.add("Comparing samplers", len(runs))
        finished = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
            delayed(run)(*each, X, y, groups, pos_label, threshold_splits) for each in runs
        )
        for new in finished:
            rows.extend(new if file is None else file.append(new))
            line.advance()
    places: dict[str, list] = {"sampler": list(samplers), "classifier": list(classifiers)}
    places |= {"seed": list(map(int, seeds)), "fold": list(range(n_splits))}
    rows.sort(key=lambda row: [place.index(row[name]) for name, place in places.items()])
    return pd.DataFrame(rows)


def _estimator_keys(
    samplers: Mapping[str, Any], classifiers: Mapping[str, Any], *, grouped: bool
) -> dict[tuple[str, str], str]:
    """Return a key of each pair of sampler and classifier."""
    # Results of a sampler differ with and without recordings.
    shared = {
        name: ["groups"] * (grouped and takes_groups(sampler))
        for name, sampler in samplers.items()
    }
    return {
        (name, other): estimator_key(sampler, classifier, *shared[name])
        for name, sampler in samplers.items()
        for other, classifier in classifiers.items()
    }


def _open_runs(
    samplers: Mapping[str, Any],
    classifiers: Mapping[str, Any],
    folds: Mapping[tuple[int, int], tuple[NDArray, NDArray]],
    rows: Sequence[Mapping[str, Any]],
    fold_seed: int | None,
) -> list[tuple[Any, ...]]:
    """Return the arguments of the runs that have no row yet."""
    done = {(row["seed"], row["fold"], row["sampler"], row["classifier"]) for row in rows}
    runs = []
    for (seed, fold), (train, test) in folds.items():
        for name, sampler in samplers.items():
            left = {k: v for k, v in classifiers.items() if (seed, fold, name, k) not in done}
            if left:
                about = {"sampler": name, "seed": seed, "fold": fold}
                about |= {} if fold_seed is None else {"fold_seed": int(fold_seed)}
                runs.append((about, sampler, left, train, test))
    return runs
