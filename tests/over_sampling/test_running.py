"""Trainings in a cache, and side by side in processes, threads or a cluster."""

import os
import threading
import warnings
from functools import partial

import joblib
import keras
import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import make_pipeline
from joblib.externals.loky import get_reusable_executor
from numpy.random import RandomState
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler
from three_labels import fit, make

from eegaug.gan import Objective, TrainingWarning
from eegaug.gan.objectives import OBJECTIVES
from eegaug.over_sampling import GANOversampler
from eegaug.over_sampling._running import identity_of, run_side_by_side

X = np.random.default_rng(0).normal(size=(36, 16)).astype(np.float32)
Y = np.repeat([0, 1], [24, 12])
# The architecture that is compiled the fastest.
DENSE = {"architecture": "dense"}


def number_and_process(number):
    warnings.warn(f"{number} ran", RuntimeWarning, stacklevel=1)
    return number, os.getpid()


def test_results_and_warnings_come_back_in_order():
    # Workers of other tests that stop when they are idle for long would be warned of here.
    get_reusable_executor().shutdown(wait=True)
    with pytest.warns(RuntimeWarning) as caught:
        results = run_side_by_side(number_and_process, ((number,) for number in range(3)), 2)
    numbers, processes = zip(*results, strict=True)
    assert numbers == (0, 1, 2)
    assert [str(each.message) for each in caught] == [f"{number} ran" for number in range(3)]
    assert os.getpid() not in processes


@pytest.mark.parametrize("n_jobs", [None, 1])
def test_one_at_a_time_stays_in_this_process(n_jobs):
    with pytest.warns(RuntimeWarning, match="7 ran"):
        results = run_side_by_side(number_and_process, [(7,)], n_jobs)
    assert results == [(7, os.getpid())]


class Noise(BaseEstimator):
    """A generator that costs nothing and counts its trainings."""

    trainings: list = []  # noqa: RUF012

    def __init__(self, scale=1.0, random_state=None):
        self.scale = scale
        self.random_state = random_state

    def fit(self, X):
        self.trainings.append(len(X))
        self.start_ = RandomState(self.random_state).normal(X.mean(axis=0), self.scale)
        return self

    def sample(self, n_samples, random_state):
        return self.start_ + random_state.normal(size=(n_samples, len(self.start_)))


@pytest.fixture
def trainings():
    Noise.trainings.clear()
    return Noise.trainings


def noisy(memory=None, generator=None, **params):
    generator = Noise() if generator is None else generator
    return GANOversampler(generator, min_windows=2, **{"random_state": 0} | params, memory=memory)


def test_another_ratio_trains_nothing_and_gives_the_same_windows(tmp_path, trainings):
    expected, _ = noisy().fit_resample(X, Y)
    del trainings[:]
    first, _ = noisy(str(tmp_path)).fit_resample(X, Y)
    assert len(trainings) == 1
    fewer = noisy(str(tmp_path), sampling_strategy={1: 20})
    fewer.fit_resample(X, Y)
    kept = noisy(joblib.Memory(str(tmp_path), verbose=0))
    again, _ = kept.fit_resample(X, Y)
    assert len(trainings) == 1
    assert_array_equal(first, expected)
    assert_array_equal(again, expected)
    assert_array_equal(fewer.sample(3, 1, 0), kept.sample(3, 1, 0))


@pytest.mark.parametrize(
    ("generator", "params", "data"),
    [(Noise(2.0), {}, X), (None, {"random_state": 1}, X), (None, {}, X + X[:1])],
    ids=["parameter", "seed", "data"],
)
def test_what_differs_is_trained_anew(tmp_path, trainings, generator, params, data):
    noisy(str(tmp_path)).fit_resample(X, Y)
    noisy(str(tmp_path), generator, **params).fit_resample(data, Y)
    assert len(trainings) == 2


def test_a_grid_over_ratios_and_classifiers_trains_once_a_fold(tmp_path, trainings):
    model = make_pipeline(noisy(str(tmp_path)), LogisticRegression())
    grid = {
        "ganoversampler__sampling_strategy": [0.8, 1.0],
        "logisticregression__C": [0.1, 1.0],
    }
    GridSearchCV(model, grid, cv=2, refit=False, error_score="raise").fit(X, Y)
    assert len(trainings) == 2


def test_a_grid_over_parameters_of_the_generator_trains_each(tmp_path, trainings):
    model = make_pipeline(noisy(str(tmp_path)), LogisticRegression())
    grid = {"ganoversampler__generator__scale": [0.5, 1.0, 2.0]}
    GridSearchCV(model, grid, cv=2, refit=False, error_score="raise").fit(X, Y)
    assert len(trainings) == 6


def test_a_pipeline_with_memory_resamples_once(tmp_path, trainings):
    for penalty in (0.1, 1.0):
        model = make_pipeline(noisy(), LogisticRegression(C=penalty), memory=str(tmp_path))
        model.fit(X, Y)
    assert len(trainings) == 1


@pytest.mark.uncompiled
def test_trainings_of_the_gan_are_kept(tmp_path, monkeypatch):
    expected, _ = make().fit_resample(X, Y)
    first, sampler = fit(X, Y, memory=str(tmp_path))
    monkeypatch.setattr("eegaug.gan.fitting.train", None)
    again, kept = fit(X, Y, memory=str(tmp_path))
    assert_array_equal(first, expected)
    assert_array_equal(again, expected)
    assert_array_equal(kept.sample(3, 1, 0), sampler.sample(3, 1, 0))
    pd.testing.assert_frame_equal(kept.history_[1], sampler.history_[1])


def add_one(x):
    return x + 1


def add_two(x):
    return x + 2


def closed(amount):
    return lambda x: x + amount


class Holder:
    def __init__(self, value):
        self.value = value

    def method(self):
        return self.value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, "1"),
        (None, 0),
        ([1, 2], (1, 2)),
        ([[1], 2], [[1, 2]]),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        (np.zeros(3), np.zeros(3, "f4")),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (np.array(["a"], object), np.array(["b"], object)),
        (RandomState(0), RandomState(1)),
        (add_one, add_two),
        (lambda x: x + 1, lambda x: x + 2),
        (lambda x, y=1: x, lambda x, y=2: x),
        (closed(1), closed(2)),
        (partial(add_one, 1), partial(add_one, 2)),
        (Holder(1), Holder(2)),
        (Holder(1).method, Holder(2).method),
        (StandardScaler(), StandardScaler(with_mean=False)),
        (StandardScaler(), StandardScaler().fit([[1.0]])),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
        (keras.losses.Huber(1.0), keras.losses.Huber(2.0)),
        (OBJECTIVES["bce"], OBJECTIVES["r1"]),
        (int, float),
    ],
    ids=lambda value: f"{value!r:.20}",
)
def test_an_identity_is_that_of_equal_values_alone(one, other):
    assert identity_of(one) == identity_of(one)
    assert identity_of(one) != identity_of(other)


def test_an_identity_does_not_depend_on_how_an_array_lies_in_memory():
    array = np.arange(12.0).reshape(3, 4)
    for same in (np.asfortranarray(array), np.repeat(array, 2, axis=0)[::2]):
        assert identity_of(same) == identity_of(array)
    # Strides of a single element are any.
    assert identity_of(array[:1, :1]) == identity_of(np.zeros((1, 1)))


def test_an_identity_survives_a_value_that_holds_itself():
    value = Holder(1)
    value.itself = [value]
    other = Holder(2)
    other.itself = [other]
    assert identity_of(value) != identity_of(other)


class Counting(keras.callbacks.Callback):
    """Counts the trainings and leaves a file of each."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self.seen = folder, 0

    def on_train_begin(self, logs=None):
        self.seen += 1
        (self.folder / f"{os.getpid()}-{id(self)}").touch()


@pytest.fixture(scope="module")
def of_one_process():
    return fit(**DENSE)


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory):
    """What two processes made, and the callback that was given."""
    counting = Counting(tmp_path_factory.mktemp("trainings"))
    return *fit(n_jobs=2, callbacks=[counting], **DENSE), counting


def test_processes_make_the_windows_of_one(of_one_process, side_by_side):
    expected, alone = of_one_process
    made, sampler, _ = side_by_side
    assert_array_equal(made, expected)
    assert list(sampler.generators_) == list(alone.generators_) == ["b", "c"]
    for label, history in alone.history_.items():
        assert history.equals(sampler.history_[label])
    assert_array_equal(sampler.sample(3, "c", 0), alone.sample(3, "c", 0))


def test_threads_make_the_windows_of_one(of_one_process):
    with joblib.parallel_config("threading", n_jobs=2):
        made, _ = fit(**DENSE)
    assert_array_equal(made, of_one_process[0])


def test_what_one_process_keeps_another_finds(tmp_path, trainings):
    # More than a million bytes, which joblib would map to memory on the way.
    data = np.random.default_rng(0).normal(size=(2120, 128)).astype(np.float32)
    labels = np.repeat([0, 1, 2], [10, 2100, 10])
    params = {"memory": str(tmp_path), "sampling_strategy": {0: 12, 1: 2101}}
    expected, _ = noisy(n_jobs=2, **params).fit_resample(data, labels)
    made, _ = noisy(**params).fit_resample(data, labels)
    assert not trainings
    assert_array_equal(made, expected)


def test_a_training_that_fails_elsewhere_is_reported_here():
    objective = Objective(_not_a_number, OBJECTIVES["bce"].generator_loss)
    with pytest.warns() as caught:
        _, sampler = fit(n_jobs=2, objective=objective, **DENSE)
    assert set(sampler.fallback_) == {"b", "c"}
    found = [str(each.message) for each in caught if each.category is TrainingWarning]
    assert len(found) == 2
    assert all("starts again from another seed" in message for message in found)


def _not_a_number(real, synthetic):
    return keras.ops.sum(real) * np.nan


def test_what_cannot_be_sent_is_named():
    class Locked(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.lock = threading.Lock()

    with pytest.raises(ValueError, match=r"fit for pickle, 'callbacks' .* or use n_jobs=1: "):
        fit(n_jobs=2, callbacks=[Locked()])


def test_processes_get_copies_of_the_callbacks(side_by_side):
    counting = side_by_side[-1]
    assert counting.seen == 0
    assert len(list(counting.folder.iterdir())) == 2


# A cluster's process imports TensorFlow and compiles networks.
def test_a_cluster_makes_the_windows_of_one_process(of_one_process):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as own,
        distributed.Client(own),
        joblib.parallel_config("dask"),
    ):
        made, _ = fit(**DENSE)
    assert_array_equal(made, of_one_process[0])
