import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from eegaug.evaluation import compare_samplers, seed_differences

GROUPS = np.repeat(np.arange(24), 5)
Y = (GROUPS % 3 == 0).astype(int)
X = np.random.default_rng(0).normal(size=(len(Y), 6)) + Y[:, np.newaxis]


class Noise(BaseEstimator):
    """Adds positive windows of noise, others with each seed."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit_resample(self, X, y):
        new = np.random.RandomState(self.random_state).normal(0, 3, (30, X.shape[1]))
        return np.concatenate([X, new]), np.concatenate([y, np.ones(30, int)])


def compare(**params):
    return compare_samplers(
        {"none": None, "noise": Noise()},
        {"logistic": LogisticRegression()},
        X,
        Y,
        **{"groups": GROUPS, "n_splits": 3, "threshold_splits": 0} | params,
    )


def table(values, *, seeds=(0, 1, 2), fold_seed=0):
    """Rows of one sampler from an array of seeds by folds."""
    values = np.asarray(values, float)
    return pd.DataFrame(
        {
            "sampler": "GAN",
            "classifier": "forest",
            "seed": np.repeat(seeds[: len(values)], values.shape[1]),
            "fold": np.tile(np.arange(values.shape[1]), len(values)),
            "fold_seed": fold_seed,
            "f1": values.ravel(),
        }
    )


def test_with_a_fold_seed_only_what_is_random_moves_with_the_seed():
    results = compare(fold_seed=7, seeds=(0, 1), n_minority_groups=3, n_majority_windows=20)
    assert set(results["fold_seed"]) == {7}
    differences = seed_differences(results).set_index("sampler")
    # Logistic regression has no seed: were the folds others, its figures would differ.
    assert differences.loc["none", ["difference_per_fold", "difference_of_means"]].tolist() == [
        0,
        0,
    ]
    assert differences.loc["noise", "difference_per_fold"] > 0
    alone = compare(seeds=[7], n_minority_groups=3, n_majority_windows=20)
    pd.testing.assert_series_equal(
        results.query("sampler == 'none' and seed == 0")["average_precision"],
        alone.query("sampler == 'none'")["average_precision"],
        check_index=False,
    )


def test_results_of_other_folds_are_refused(tmp_path):
    path = tmp_path / "results.jsonl"
    first = compare(fold_seed=7, results_path=path)
    pd.testing.assert_frame_equal(compare(fold_seed=7, results_path=path), first)
    assert set(pd.read_json(path, lines=True)["fold_seed"]) == {7}
    for other in (8, None):
        with pytest.raises(ValueError, match="fold_seed=7"):
            compare(fold_seed=other, results_path=path)


def test_it_is_the_mean_difference_of_pairs_of_seeds():
    row = seed_differences(table([[0.5, 0.9], [0.6, 0.8], [0.8, 0.8]]), metric="f1").iloc[0]
    assert (row["n_seeds"], row["n_folds"]) == (3, 2)
    # Pairs in fold 0 differ by .1, .3 and .2, in fold 1 by .1, .1 and 0; means are .7, .7, .8.
    assert row["difference_per_fold"] == pytest.approx(0.8 / 6)
    assert row["difference_of_means"] == pytest.approx(0.2 / 3)


def test_folds_that_lack_the_figure_are_left_out():
    row = seed_differences(table([[0.5, np.nan], [0.7, 0.9]]), metric="f1").iloc[0]
    assert (row["n_folds"], row["difference_per_fold"]) == (1, pytest.approx(0.2))
    row = seed_differences(table([[np.nan], [0.7]]), metric="f1").iloc[0]
    assert row["n_folds"] == 0
    assert np.isnan(row["difference_per_fold"])
    assert np.isnan(row["difference_of_means"])


PAIR = table([[0.5], [0.6]])


@pytest.mark.parametrize(
    ("results", "metric", "message"),
    [
        (PAIR.drop(columns="fold_seed"), "f1", "one 'fold_seed'"),
        (pd.concat([PAIR, table([[0.5]], seeds=[5], fold_seed=1)]), "f1", "one 'fold_seed'"),
        (PAIR, "recall", "column 'recall'"),
        (table([[0.5, 0.6]]), "f1", "at least two seeds"),
        (pd.concat([PAIR, PAIR]), "f1", "once"),
    ],
)
def test_what_has_no_difference_is_refused(results, metric, message):
    with pytest.raises(ValueError, match=message):
        seed_differences(results, metric=metric)
