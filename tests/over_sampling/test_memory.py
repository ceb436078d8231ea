"""Generators that are kept: nothing is trained twice, and nothing else changes."""

import numpy as np
import pytest
from imblearn.pipeline import make_pipeline
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from three_labels import TINY

from eegaug import GANOversampler
from eegaug.gan import GANGenerator

pytestmark = pytest.mark.uncompiled

X = np.random.default_rng(0).normal(size=(36, 16)).astype(np.float32)
Y = np.repeat([0, 1], [24, 12])


def make(memory=None, **params):
    return GANOversampler(**TINY | params, memory=memory)


@pytest.fixture
def trainings(monkeypatch):
    """Count the trainings."""
    seen = []
    fit = GANGenerator.fit

    def counted(self, *args, **options):
        seen.append(self.config.n_steps)
        return fit(self, *args, **options)

    monkeypatch.setattr(GANGenerator, "fit", counted)
    return seen


def test_another_ratio_trains_nothing_and_gives_the_same_windows(tmp_path, trainings):
    expected, _ = make().fit_resample(X, Y)
    del trainings[:]
    first, _ = make(str(tmp_path)).fit_resample(X, Y)
    assert trainings == [1, 2]
    fewer = make(str(tmp_path), sampling_strategy={1: 20})
    fewer.fit_resample(X, Y)
    again, _ = make(str(tmp_path)).fit_resample(X, Y)
    assert trainings == [1, 2]
    assert_array_equal(first, expected)
    assert_array_equal(again, expected)
    assert_array_equal(fewer.sample(3, 1, random_state=0), make_and_sample())


def make_and_sample():
    sampler = make()
    sampler.fit_resample(X, Y)
    return sampler.sample(3, 1, random_state=0)


@pytest.mark.parametrize(
    ("params", "data"), [({"random_state": 1}, X), ({"n_steps": 3}, X), ({}, X + X[:1])]
)
def test_what_differs_is_trained_anew(tmp_path, trainings, params, data):
    make(str(tmp_path)).fit_resample(X, Y)
    del trainings[:]
    make(str(tmp_path), **params).fit_resample(data, Y)
    assert params.get("n_steps", 2) in trainings


def test_a_grid_over_ratios_and_classifiers_trains_once_a_fold(tmp_path, trainings):
    model = make_pipeline(make(str(tmp_path)), LogisticRegression())
    grid = {
        "ganoversampler__sampling_strategy": [0.8, 1.0],
        "logisticregression__C": [0.1, 1.0],
    }
    GridSearchCV(model, grid, cv=2, refit=False, error_score="raise").fit(X, Y)
    assert trainings == [1, 2, 1, 2]


def test_a_pipeline_with_memory_resamples_once(tmp_path, trainings):
    for penalty in (0.1, 1.0):
        model = make_pipeline(make(), LogisticRegression(C=penalty), memory=str(tmp_path))
        model.fit(X, Y)
    assert trainings == [1, 2]
