"""Labels trained side by side: the same windows, by processes, threads or a cluster."""

import os
import threading
import warnings

import joblib
import keras
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from three_labels import fit

from eegaug.gan import GANGenerator, Objective, TrainingWarning
from eegaug.gan.objectives import OBJECTIVES
from eegaug.over_sampling._side_by_side import run_side_by_side


def threads_and_process(number):
    warnings.warn(f"{number} came", RuntimeWarning, stacklevel=1)
    return number, os.getpid(), os.environ.get("TF_NUM_INTEROP_THREADS")


def test_results_and_warnings_come_back_in_order(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS")
    with pytest.warns(RuntimeWarning) as caught:
        results = run_side_by_side(threads_and_process, ((number,) for number in range(3)), 2)
    numbers, processes, n_threads = zip(*results, strict=True)
    assert numbers == (0, 1, 2)
    assert [str(each.message) for each in caught] == [f"{number} came" for number in range(3)]
    assert os.getpid() not in processes
    assert set(n_threads) == {str(max(1, joblib.cpu_count() // 2))}
    assert "TF_NUM_INTEROP_THREADS" not in os.environ


@pytest.mark.parametrize("n_jobs", [None, 1])
def test_one_at_a_time_stays_in_this_process(n_jobs):
    with pytest.warns(RuntimeWarning, match="7 came"):
        results = run_side_by_side(threads_and_process, [(7,)], n_jobs)
    assert results == [(7, os.getpid(), None)]


def test_processes_make_the_windows_of_one():
    expected, alone = fit()
    made, sampler = fit(n_jobs=2)
    assert_array_equal(made, expected)
    assert list(sampler.generators_) == list(alone.generators_) == ["b", "c"]
    for label, history in alone.history_.items():
        assert history.equals(sampler.history_[label])
    assert_array_equal(sampler.sample(3, "c", 0), alone.sample(3, "c", 0))


def test_threads_make_the_windows_of_one():
    expected, _ = fit()
    with joblib.parallel_config("threading", n_jobs=2):
        made, _ = fit()
    assert_array_equal(made, expected)


def test_what_one_process_keeps_another_finds(tmp_path, monkeypatch):
    # More than a million bytes, which joblib would map to memory on the way.
    data = np.random.default_rng(0).normal(size=(2120, 128)).astype(np.float32)
    labels = np.repeat([0, 1, 2], [10, 2100, 10])
    params = {"pretrain_steps": 0, "memory": str(tmp_path), "sampling_strategy": "all"}
    params["sampling_strategy"] = {0: 12, 1: 2101}
    expected, _ = fit(data, labels, n_jobs=2, **params)
    monkeypatch.setattr(GANGenerator, "fit", None)
    made, _ = fit(data, labels, **params)
    assert_array_equal(made, expected)


def test_a_folder_for_what_is_unfinished_is_held_by_one_process_for_all(tmp_path):
    folder = tmp_path / "unfinished"
    made, _ = fit(n_jobs=2, checkpoint_dir=folder)
    assert_array_equal(made, fit()[0])
    assert not list(folder.glob("*.checkpoint"))


def test_a_training_that_fails_elsewhere_is_told_here():
    objective = Objective(_not_a_number, OBJECTIVES["bce"].generator_loss)
    with pytest.warns() as caught:
        _, sampler = fit(n_jobs=2, objective=objective, pretrain_steps=0)
    assert set(sampler.fallback_) == {"b", "c"}
    found = [str(each.message) for each in caught if each.category is TrainingWarning]
    assert len(found) == 2
    assert all("starts again from another seed" in message for message in found)


def _not_a_number(real, synthetic):
    return keras.ops.sum(real) * np.nan


def test_what_cannot_be_sent_is_told():
    class Locked(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.lock = threading.Lock()

    with pytest.raises(ValueError, match=r"fit for pickle, 'callbacks' .* or use n_jobs=1: "):
        fit(n_jobs=2, pretrain_steps=0, callbacks=[Locked()])


def test_processes_get_copies_of_the_callbacks(tmp_path):
    counting = Counting(tmp_path)
    fit(n_jobs=2, callbacks=[counting])
    assert counting.seen == 0
    assert len(list(tmp_path.iterdir())) == 2


class Counting(keras.callbacks.Callback):
    """Counts the trainings and leaves a file of each."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self.seen = folder, 0

    def on_train_begin(self, logs=None):
        self.seen += 1
        (self.folder / f"{os.getpid()}-{id(self)}").touch()


def test_a_cluster_makes_the_windows_of_one_process():
    distributed = pytest.importorskip("distributed")
    expected, _ = fit()
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as own,
        distributed.Client(own),
        joblib.parallel_config("dask"),
    ):
        made, _ = fit()
    assert_array_equal(made, expected)
