import os

import joblib
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier

from eegaug.evaluation import compare_samplers
from eegaug.over_sampling import JitterOversampler

distributed = pytest.importorskip("distributed")

GROUPS = np.repeat(np.arange(20), 3)
Y = (GROUPS % 4 == 0).astype(int)
X = np.random.default_rng(0).normal(size=(60, 16)) * (1 + Y[:, np.newaxis])


@pytest.fixture(scope="module")
def cluster():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield


def compare(samplers, **params):
    forest = {"forest": RandomForestClassifier(5)}
    results = compare_samplers(samplers, forest, X, Y, groups=GROUPS, n_splits=2, **params)
    return results.drop(columns=["seconds_resample", "seconds_classifier"])


class Noting(BaseEstimator):
    """Writes down where it ran and how many jobs it could start; fails at a file "broken"."""

    def __init__(self, folder, random_state=None):
        self.folder = folder
        self.random_state = random_state

    def fit_resample(self, X, y):
        if (self.folder / "broken").exists():
            raise ValueError("out of order")
        (self.folder / f"{os.getpid()}-{joblib.effective_n_jobs(None)}").touch()
        return X, y


def test_a_cluster_gives_what_one_process_gives(cluster):
    samplers = {"none": None, "jitter": JitterOversampler()}
    alone = compare(samplers, seeds=(0, 1))
    with joblib.parallel_config(backend="dask"):
        assert_frame_equal(compare(samplers, seeds=(0, 1)), alone)


def test_a_run_stays_whole_on_one_worker(cluster, tmp_path):
    with joblib.parallel_config(backend="dask"):
        compare({"noting": Noting(tmp_path)})
        assert joblib.effective_n_jobs(None) == 2
    processes, n_jobs = zip(*(path.name.split("-") for path in tmp_path.iterdir()), strict=True)
    assert str(os.getpid()) not in processes
    assert set(n_jobs) == {"1"}


def test_a_broken_run_goes_on_where_it_ended(cluster, tmp_path):
    path, broken = tmp_path / "results.jsonl", tmp_path / "broken"
    samplers = {"noting": Noting(tmp_path)}
    with joblib.parallel_config(backend="dask"):
        compare(samplers, results_path=path)
        kept = path.read_text()
        broken.touch()
        with pytest.raises(ValueError, match="out of order") as caught:
            compare(samplers, seeds=(0, 1), results_path=path)
        assert caught.value.__notes__[-1].startswith("Raised with the sampler 'noting', seed 1")
        broken.unlink()
        resumed = compare(samplers, seeds=(0, 1), results_path=path)
    assert path.read_text().startswith(kept)
    assert len(pd.read_json(path, lines=True)) == 4
    alone = compare(samplers, seeds=(0, 1))
    assert_frame_equal(resumed.drop(columns=["settings", "estimators"]), alone)
