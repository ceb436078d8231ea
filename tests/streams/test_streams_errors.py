"""What a stream refuses, and that it says what to do."""

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import KernelDensity

from eegaug import GANOversampler, JitterOversampler
from eegaug.streams import BalancedWindows


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"batch_size": 0}, "'batch_size' parameter of BalancedWindows must be an int"),
        ({"steps_per_epoch": 1.5}, "'steps_per_epoch' parameter of BalancedWindows must be an"),
        ({"synthetic_share": 1.2}, "'synthetic_share' parameter of BalancedWindows must be a"),
        ({"class_shares": "even"}, "'class_shares' parameter of BalancedWindows must be a str"),
        ({"class_shares": {"rest": 1}}, "lacks \\['seizure'\\]"),
        ({"class_shares": {"rest": 1, "seizure": 1, "x": 1}}, "Got \\['x'\\] beyond these"),
        ({"class_shares": {"rest": 0, "seizure": 0}}, "must be numbers of 0 or more, and not all"),
        ({"class_shares": {"rest": -1, "seizure": 1}}, "must be numbers of 0 or more"),
        ({"n_ahead": -1}, "'n_ahead' parameter of BalancedWindows must be an int"),
        ({"random_state": "a"}, "'random_state' parameter of BalancedWindows must be an"),
        ({"sfreq": 0}, "'sfreq' parameter of BalancedWindows must be a float"),
        ({"groups": [0, 1]}, "groups must hold the recording of each of the 52 windows"),
    ],
)
def test_parameters(eeg, params, message):
    with pytest.raises(ValueError, match=message):
        BalancedWindows(eeg.X, eeg.y, **params)


def test_windows_and_labels(eeg):
    with pytest.raises(ValueError, match="needs the labels 'y'"):
        BalancedWindows(eeg.X)
    with pytest.raises(ValueError, match=r"X and y must hold as many windows. Got 51 and 52"):
        BalancedWindows(eeg.X[1:], eeg.y)
    with pytest.raises(ValueError, match=r"at least 2 classes to balance. Got \['rest'\]"):
        BalancedWindows(eeg.X[:40], eeg.y[:40])
    with pytest.raises(ValueError, match="NaN"):
        BalancedWindows(np.where(eeg.X > 5, np.nan, eeg.X), eeg.y)
    with pytest.raises(ValueError, match=r"Got the shape \(52, 1\)"):
        BalancedWindows(eeg.X[:, 0, :1], eeg.y)
    with pytest.raises(ValueError, match="needs real windows 'X' and 'y', a fitted 'sampler'"):
        BalancedWindows(synthetic_share=1, steps_per_epoch=3)


@pytest.mark.parametrize("sampler", [JitterOversampler(), GANOversampler()])
def test_a_sampler_that_is_not_fitted(eeg, sampler):
    with pytest.raises(NotFittedError, match=r"Call sampler\.fit_generators\(X, y, groups="):
        BalancedWindows(eeg.X, eeg.y, sampler)
    sampler.fit(eeg.X, eeg.y)  # which only looks at the data
    with pytest.raises(NotFittedError, match="is not fitted"):
        BalancedWindows(eeg.X, eeg.y, sampler)


@pytest.mark.parametrize("sampler", [SMOTE(), [SMOTE(), SMOTE()], "jitter", [(SMOTE(), 1.0)]])
def test_what_is_no_sampler_of_this_library(eeg, sampler):
    with pytest.raises(TypeError, match="'sampler' parameter of BalancedWindows must be"):
        BalancedWindows(eeg.X, eeg.y, sampler)


def test_a_sampler_of_other_windows(eeg, jitter):
    with pytest.raises(ValueError, match=r"Got \(2, 16\) and a JitterOversampler .* \(3, 16\)"):
        BalancedWindows(eeg.X[:, :2], eeg.y, jitter)
    with pytest.raises(ValueError, match=r"Got \(3, 15\) and"):
        BalancedWindows(eeg.X[..., 1:], eeg.y, jitter)
    with pytest.raises(ValueError, match=r"which lacks \['ictal'\]"):
        BalancedWindows(eeg.X, np.where(eeg.y == "seizure", "ictal", eeg.y), jitter)
    sampler = GANOversampler(KernelDensity(), sfreq=200, random_state=0)
    sampler.fit_generators(*eeg)
    with pytest.raises(ValueError, match=r"Got 256 Hz and a GANOversampler .* to 200 Hz"):
        BalancedWindows(eeg.X, eeg.y, sampler, sfreq=256)
    BalancedWindows(eeg.X, eeg.y, sampler, sfreq=200.0)


def test_weights_of_samplers(eeg, jitter):
    with pytest.raises(ValueError, match="the weights of 'sampler' must be numbers of 0 or more"):
        BalancedWindows(eeg.X, eeg.y, [(jitter, -1)])
    with pytest.raises(ValueError, match="the weights of 'sampler' must be"):
        BalancedWindows(eeg.X, eeg.y, [])


def test_epochs_and_steps(eeg):
    stream = BalancedWindows(eeg.X, eeg.y)
    with pytest.raises(ValueError, match="'epoch' parameter of BalancedWindows must be an int"):
        stream.batch(-1, 0)
    with pytest.raises(ValueError, match="'step' parameter of BalancedWindows must be an int"):
        stream.batch(0, 1.0)


def test_without_real_windows(eeg, jitter, density):
    options = {"steps_per_epoch": 3, "synthetic_share": 1}
    with pytest.raises(ValueError, match="without one for \\['rest', 'seizure'\\]"):
        BalancedWindows(sampler=jitter, **options)
    with pytest.raises(ValueError, match=r"fit_generators\(X, y, labels=\['rest', 'seizure'\]\)"):
        BalancedWindows(sampler=density, **options)
    both = GANOversampler(KernelDensity(), random_state=0)
    both.fit_generators(*eeg, labels=["rest", "seizure"])
    with pytest.raises(ValueError, match=r"real_share='auto'; call sampler\.set_params"):
        BalancedWindows(sampler=both, **options)
    both.set_params(real_share=0)
    with pytest.raises(ValueError, match="'synthetic_share' parameter of BalancedWindows must be"):
        BalancedWindows(sampler=both, steps_per_epoch=3)
    with pytest.raises(ValueError, match="'steps_per_epoch' parameter of BalancedWindows must be"):
        BalancedWindows(sampler=both, synthetic_share=1)
    with pytest.raises(ValueError, match="class_shares='proportional' needs 'y'"):
        BalancedWindows(sampler=both, class_shares="proportional", **options)
    X_batch, y_batch = BalancedWindows(sampler=both, **options).batch(0, 0)
    assert X_batch.shape == (64, 3, 16)
    assert np.sum(y_batch == "seizure") == 32
