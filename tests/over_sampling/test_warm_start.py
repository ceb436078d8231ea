"""A sampler that starts from the generators of another."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from three_labels import X, Y, fit, make

from eegaug import GANOversampler, JitterOversampler, load_sampler

pytestmark = pytest.mark.uncompiled


@pytest.fixture(scope="module")
def fitted():
    return fit()[1]


def test_trainings_start_from_the_generators_of_their_labels(fitted):
    _, near = fit(init=fitted, n_steps=1, learning_rate=1e-5, random_state=7)
    for label, generator in near.generators_.items():
        start = fitted.generators_[label].weights_
        for ours, theirs in zip(generator.weights_, start, strict=True):
            assert_allclose(ours, theirs, atol=1e-4)


def test_the_start_decides_and_a_frozen_one_outlives_a_clone(fitted):
    made, _ = fit(init=fitted)
    again, _ = fit(init=fitted)
    assert_array_equal(again, made)
    of_clone = clone(make(init=FrozenEstimator(fitted)))
    assert_array_equal(of_clone.fit_resample(X, Y)[0], made)
    assert not np.array_equal(fit()[0], made)
    assert not np.array_equal(fit(init=fit(random_state=3)[1])[0], made)


def test_a_memory_distinguishes_starts(fitted, tmp_path):
    plain, _ = fit(memory=str(tmp_path))
    made, _ = fit(init=fitted, memory=str(tmp_path))
    assert_array_equal(made, fit(init=fitted)[0])
    assert not np.array_equal(made, plain)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"init": GANOversampler()}, "must be a GANOversampler on which fit_resample was called"),
        ({"init": JitterOversampler()}, r"sklearn\.frozen\.FrozenEstimator\(sampler\)"),
        ({"init": "sampler.eegaug"}, "The 'init' parameter of GANOversampler must be"),
    ],
)
def test_what_is_no_start_is_refused(params, message):
    with pytest.raises(ValueError, match=message):
        fit(**params)


def test_a_start_of_another_kind_is_refused(fitted, tmp_path):
    with pytest.raises(ValueError, match="a generator built as this one's"):
        fit(init=fitted, width=3)
    with pytest.raises(ValueError, match=r"same size .*\(12, 1, 1\)"):
        fit(X[:, :12], init=fitted)
    with pytest.raises(ValueError, match="must be None with conditioning='shared'"):
        fit(init=fitted, conditioning="shared")
    with pytest.raises(ValueError, match="Got one with conditioning='shared'"):
        fit(init=fit(conditioning="shared")[1])
    with pytest.raises(ValueError, match="loaded from a file"):
        fit(init=load_sampler(fitted.save(tmp_path / "fitted.eegaug")))


def test_a_file_leaves_the_start_out(fitted, tmp_path):
    _, sampler = fit(init=fitted)
    with pytest.warns(UserWarning, match="cannot hold the value of init"):
        path = sampler.save(tmp_path / "warm.eegaug")
    with pytest.warns(UserWarning, match="does not hold the value of init"):
        loaded = load_sampler(path)
    assert loaded.init is None
    assert_array_equal(loaded.sample(3, "b", 0), sampler.sample(3, "b", 0))
