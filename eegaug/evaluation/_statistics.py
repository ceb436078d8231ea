"""Tests and intervals for differences between samplers over folds."""

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

__all__ = ["corrected_interval", "paired_differences", "seed_differences"]


def paired_differences(
    results: pd.DataFrame,
    *,
    baseline: str = "none",
    metric: str = "average_precision",
    confidence: float = 0.95,
    harm_margin: float = 0.01,
) -> pd.DataFrame:
    """Test whether samplers are better than a baseline, fold by fold.

    Parameters
    ----------
    results : DataFrame
        As given by `compare_samplers`, also several of them one below the other.
    baseline : str, default="none"
        Name of the sampler to compare with.
    metric : str, default="average_precision"
        A column of figures that are better higher. The default does not depend on a
        threshold, which moves with the class prior that resampling changes.
    confidence : float, default=0.95
        Level of the interval.
    harm_margin : float, default=0.01
        A run, one seed and fold, counts as harmed where the metric falls by more than this.

    Returns
    -------
    differences : DataFrame
        A row for each sampler but the baseline and each classifier, with the columns
        `sampler`, `classifier`, `n_runs`, `mean_difference` (sampler less baseline), `lower`
        and `upper` (Nadeau and Bengio's interval, which allows for folds that share training
        windows), `harm_rate` (share of harmed runs), `mean_harm` (mean difference of the
        harmed runs, 0 where there is none) and `verdict`: "gain" where the whole
        interval lies above 0, "harm" where it lies below, else "no gain". Entries where the
        metric is NaN on either side are left out.

    Raises
    ------
    ValueError
        If `results` lacks the baseline, the metric, or a run of the baseline, or holds a
        run twice.

    See Also
    --------
    compare_samplers : Make the results.
    seed_differences : How far another seed alone moves a figure.

    Notes
    -----
    The interval is of one sampler and one classifier; among twenty of them one is expected to
    miss its difference. Verdicts therefore need the number of comparisons beside them.

    References
    ----------
    C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52,
    239-281, 2003.

    Examples
    --------
    >>> import pandas as pd
    >>> from eegaug.evaluation import paired_differences
    >>> results = pd.DataFrame({
    ...     "sampler": ["none"] * 3 + ["jitter"] * 3, "classifier": "forest", "seed": 0,
    ...     "fold": [0, 1, 2] * 2, "n_train": 200, "n_test": 100,
    ...     "average_precision": [0.80, 0.82, 0.81, 0.90, 0.93, 0.90],
    ... })
    >>> paired_differences(results)[["mean_difference", "harm_rate", "verdict"]].round(3)
       mean_difference  harm_rate verdict
    0              0.1        0.0    gain
    """
    _check(results, metric)
    run = ["classifier", "seed", "fold"]
    reference = results[results["sampler"] == baseline].set_index(run)
    others = results[results["sampler"] != baseline]
    if reference.empty:
        raise ValueError(
            f"The 'baseline' parameter must be a sampler of 'results': "
            f"{sorted(set(results['sampler']))}. Got {baseline!r} instead."
        )
    rows = []
    for (sampler, classifier), part in others.groupby(["sampler", "classifier"], sort=False):
        part = part.set_index(run)
        if not part.index.isin(reference.index).all():
            raise ValueError(
                f"'results' lacks runs of the baseline {baseline!r} for the classifier "
                f"{classifier!r} that it holds of the sampler {sampler!r}."
            )
        difference = (part[metric] - reference[metric].loc[part.index]).dropna().to_numpy()
        harmed = difference < -harm_margin
        lower, upper = corrected_interval(
            difference,
            test_train_ratio=float((part["n_test"] / part["n_train"]).mean()),
            confidence=confidence,
        )
        rows.append(
            {
                "sampler": sampler,
                "classifier": classifier,
                "n_runs": len(difference),
                "mean_difference": difference.mean() if len(difference) else np.nan,
                "lower": lower,
                "upper": upper,
                "harm_rate": harmed.mean() if len(difference) else np.nan,
                "mean_harm": difference[harmed].mean() if harmed.any() else 0.0,
                "verdict": "gain" if lower > 0 else "harm" if upper < 0 else "no gain",
            }
        )
    return pd.DataFrame(rows)


def seed_differences(results: pd.DataFrame, *, metric: str = "average_precision") -> pd.DataFrame:
    """Measure how far another seed alone moves a sampler and its classifier, on the same folds.

    A difference between two samplers that is not larger than this may be one of seeds.

    Parameters
    ----------
    results : DataFrame
        As given by ``compare_samplers(..., fold_seed=0, seeds=(0, 1, 2))``, that is, with two
        seeds or more on the same folds.
    metric : str, default="average_precision"
        A column of figures, in their own unit.

    Returns
    -------
    differences : DataFrame
        A row for each sampler and classifier, with the columns `sampler`, `classifier`,
        `n_seeds`, `n_folds`, `difference_per_fold`, the mean absolute difference between two
        seeds in one fold, and `difference_of_means`, that between their means over the folds.
        Folds where the metric is NaN with any seed are left out; both are NaN where no fold is
        left.

    Raises
    ------
    ValueError
        If `results` was not made with one `fold_seed` and at least two seeds, lacks the
        metric, or holds a run twice.

    See Also
    --------
    paired_differences : Whether a sampler is better than a baseline.

    Notes
    -----
    The seed goes into sampler and classifier, so the difference of the sampler "none" is that of
    the classifier alone. Few seeds give it roughly: three give three differences a fold, of
    which two are independent.

    Examples
    --------
    >>> import pandas as pd
    >>> from eegaug.evaluation import seed_differences
    >>> results = pd.DataFrame({
    ...     "sampler": "GAN", "classifier": "forest", "fold_seed": 0, "seed": [0, 0, 1, 1],
    ...     "fold": [0, 1, 0, 1], "average_precision": [0.80, 0.90, 0.84, 0.88],
    ... })
    >>> seed_differences(results)[["difference_per_fold", "difference_of_means"]].round(3)
       difference_per_fold  difference_of_means
    0                 0.03                 0.01
    """
    _check(results, metric)
    if "fold_seed" not in results or results["fold_seed"].nunique(dropna=False) != 1:
        raise ValueError(
            "'results' must be of one 'fold_seed' of compare_samplers: without it each seed has "
            "folds of its own."
        )
    rows = []
    for (sampler, classifier), part in results.groupby(["sampler", "classifier"], sort=False):
        values = part.pivot(index="fold", columns="seed", values=metric)
        if values.shape[1] < 2:
            raise ValueError(
                f"'results' must hold at least two seeds. Got {list(values.columns)} for the "
                f"sampler {sampler!r} with the classifier {classifier!r} instead."
            )
        complete = values.dropna().to_numpy(dtype=np.float64)
        first, second = np.array(list(combinations(range(values.shape[1]), 2))).T
        differences = complete[:, first] - complete[:, second]
        rows.append(
            {
                "sampler": sampler,
                "classifier": classifier,
                "n_seeds": values.shape[1],
                "n_folds": len(complete),
                "difference_per_fold": np.abs(differences).mean() if len(complete) else np.nan,
                "difference_of_means": (
                    np.abs(differences.mean(axis=0)).mean() if len(complete) else np.nan
                ),
            }
        )
    return pd.DataFrame(rows)


def corrected_interval(
    differences: NDArray, *, test_train_ratio: float, confidence: float
) -> tuple[float, float]:
    """Compute an interval for the mean difference over folds whose training sets overlap."""
    n_runs = len(differences)
    if n_runs < 2:
        return -np.inf, np.inf
    error = np.sqrt((1 / n_runs + test_train_ratio) * np.var(differences, ddof=1))
    half = stats.t.ppf((1 + confidence) / 2, n_runs - 1) * error
    mean = np.mean(differences)
    return float(mean - half), float(mean + half)


def _check(results: pd.DataFrame, metric: str) -> None:
    """Raise where results lack a column or hold a run twice."""
    for column, name in ((metric, "metric"), ("sampler", "results")):
        if column not in results:
            raise ValueError(
                f"The {name!r} parameter must name or have the column {column!r}. Got the columns "
                f"{list(results.columns)} instead."
            )
    if results.duplicated(["sampler", "classifier", "seed", "fold"]).any():
        raise ValueError("'results' must hold every sampler, classifier, seed and fold once.")
