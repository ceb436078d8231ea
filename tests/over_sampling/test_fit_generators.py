"""`fit_generators` learns what `fit_resample` does, and makes nothing."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.neighbors import KernelDensity

from eegaug import GANOversampler, JitterOversampler, SurrogateOversampler

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(60, 2, 12)), np.repeat([0, 1, 2], [30, 18, 12])
GROUPS = np.arange(60) // 6


def density(**params):
    return GANOversampler(KernelDensity(bandwidth=0.1), random_state=0, **params)


@pytest.mark.parametrize("make", [density, JitterOversampler])
def test_it_learns_what_fit_resample_learns(make):
    fitted = make(random_state=0) if make is JitterOversampler else make()
    assert fitted.fit_generators(X, Y, groups=GROUPS) is fitted
    resampled = make(random_state=0) if make is JitterOversampler else make()
    resampled.fit_resample(X, Y, groups=GROUPS)
    assert fitted.strengths_ == resampled.strengths_
    assert fitted.sampling_strategy_ == resampled.sampling_strategy_
    assert fitted.growth_ == resampled.growth_
    assert fitted.classes_ == resampled.classes_ == [0, 1, 2]
    assert fitted.window_shape_ == (2, 12)
    assert fitted.n_features_in_ == 2
    if make is density:
        for label in (1, 2):
            one, other = (each.sample(5, label, 0) for each in (fitted, resampled))
            assert_array_equal(one, other)


def test_no_window_is_made(monkeypatch):
    def make(*arguments):
        raise AssertionError("a window was made")

    for sampler in (density(), JitterOversampler(), SurrogateOversampler()):
        monkeypatch.setattr(type(sampler), "_make_windows", make)
        sampler.fit_generators(X, Y)


def test_labels_choose_the_generators():
    assert set(density().fit_generators(X, Y).generators_) == {1, 2}
    assert set(density().fit_generators(X, Y, labels=[2]).generators_) == {2}
    every = density().fit_generators(X, Y, labels=[2, 0, 1])
    assert set(every.generators_) == {0, 1, 2}
    # What fit_resample would make does not depend on it.
    assert every.sampling_strategy_ == density().fit_generators(X, Y).sampling_strategy_
    assert every.sample(4, 0, 0).shape == (4, 2, 12)


def test_bad_input_is_refused_as_by_fit_resample():
    with pytest.raises(ValueError, match=r"'labels' parameter must hold labels of y, \[0, 1, 2\]"):
        JitterOversampler().fit_generators(X, Y, labels=[3])
    with pytest.raises(ValueError, match="'shift' parameter of JitterOversampler"):
        JitterOversampler(shift=2).fit_generators(X, Y)
    with pytest.raises(ValueError, match="requires y to be passed"):
        JitterOversampler().fit_generators(X)
    with pytest.raises(ValueError, match="groups must hold the recording of each of the 60"):
        JitterOversampler().fit_generators(X, Y, groups=[1])
    with pytest.raises(ValueError, match="NaN"):
        JitterOversampler().fit_generators(np.full_like(X, np.nan), Y)


def test_epochs_of_mne_state_their_sampling_frequency():
    mne = pytest.importorskip("mne")
    info = mne.create_info(["C3", "C4"], 128.0, "eeg")
    events = np.column_stack([np.arange(60) * 12, np.zeros(60, int), Y + 1])
    epochs = mne.EpochsArray(X, info, events, verbose="error")
    sampler = JitterOversampler().fit_generators(epochs)
    assert sampler.sfreq_ == 128
    assert sampler.ch_names_ == ["C3", "C4"]
    assert sampler.classes_ == [1, 2, 3]
