"""Channels that are flat, copies of others, or sums of them."""

import warnings

import numpy as np
import pytest

from eegaug import GANOversampler, JitterOversampler, SurrogateOversampler
from eegaug.gan import GANGenerator
from eegaug.gan.post_filter import filter_target, fit_filter
from eegaug.metrics import METRICS

Y = np.repeat([0, 1], [36, 14])


def flat(windows):
    windows[:, 1] = 3.0


def copied(windows):
    windows[:, 1] = windows[:, 0]


def average_reference(windows):
    windows -= windows.mean(axis=1, keepdims=True)


DAMAGES = [flat, copied, average_reference]


def damaged(damage, seed=0):
    windows = np.random.default_rng(seed).normal(size=(50, 4, 32))
    windows[:, :, 1:] += windows[:, :, :-1]
    damage(windows)
    return windows


@pytest.mark.uncompiled
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "sampler",
    [
        GANOversampler(GANGenerator(n_steps=4, width=2), growth=2, random_state=0),
        JitterOversampler(growth=2, random_state=0),
        SurrogateOversampler(growth=2, random_state=0),
    ],
    ids=lambda each: type(each).__name__,
)
def test_samplers_keep_what_channels_have_in_common(damage, sampler):
    X = damaged(damage)
    made = sampler.fit_resample(X, Y)[0][len(X) :]
    assert np.isfinite(made).all()
    if damage is flat:
        np.testing.assert_allclose(made[:, 1], 3.0, atol=1e-6)
    elif damage is copied and not isinstance(sampler, GANOversampler):  # which learns it
        np.testing.assert_allclose(made[:, 1], made[:, 0], atol=1e-6)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", METRICS)
def test_metrics_stay_finite(damage, name):
    metric = METRICS[name]
    one, other = damaged(damage), damaged(damage, seed=1)
    params = {"sfreq": 64.0, "random_state": 0, "n_neighbors": 3}
    params |= {"y_real": Y, "y_synthetic": Y, "X_holdout": damaged(damage, seed=2)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = metric.function(one, other, **{k: params[k] for k in metric.takes if k in params})
    assert np.isfinite(value)


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_post_filter_stays_bounded(damage):
    real, synthetic = damaged(damage), damaged(damage, seed=1)
    made = fit_filter(filter_target(real), synthetic).apply(synthetic)
    assert 0.5 < made.std() / real.std() < 2
    # A synthetic channel that is flat where the real one is not cannot be blown up.
    synthetic[:, 2] = 0
    made = fit_filter(filter_target(real), synthetic).apply(synthetic)
    assert np.abs(made).max() < 10 * np.abs(real).max()
