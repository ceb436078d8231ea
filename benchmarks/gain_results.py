"""What the results files of `gain.py` say: for its tables, the README and the documentation."""

from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results"


def paired_means(rows, metric):
    """Return means over the folds, a row a sampler and a column a classifier.

    A run that was stopped has more folds of some samplers than of others, and folds differ by
    more than samplers do. So each sampler's mean is that of "none" plus the mean difference on
    the folds that both have; where a run is whole, that is the plain mean.
    """
    cells = rows.pivot(index=["classifier", "seed", "fold"], columns="sampler", values=metric)
    differences = cells.sub(cells["none"], axis=0).groupby("classifier").mean()
    means = differences.add(cells["none"].groupby("classifier").mean(), axis=0)
    return means.T.loc[rows["sampler"].unique(), rows["classifier"].unique()]


def panel_means(rows, metrics):
    """Return means over folds and classifiers, a row a sampler and a column a metric.

    "class weights" is left out: nearest neighbours have none, so its mean would be that of
    another panel.
    """
    rows = rows[rows["sampler"] != "class weights"]
    means = {metric: paired_means(rows, metric).mean(axis=1, skipna=False) for metric in metrics}
    return pd.DataFrame(means)
