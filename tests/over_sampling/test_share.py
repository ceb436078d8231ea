"""The share of real windows follows from a test of the generator's windows."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from eegaug import GANOversampler, quality_report
from eegaug.over_sampling import RealShare
from eegaug.over_sampling._class_data import collect_classes, hold_out
from eegaug.over_sampling._share import choose_share

N_RECORDINGS = 40
GROUPS = np.repeat(np.arange(N_RECORDINGS + 40), 4)
Y = np.where(GROUPS < N_RECORDINGS, "seizure", "rest")
LABEL = "seizure"


def recordings(seed=0):
    """Windows of brown noise, of equal spectrum and amplitude in all recordings."""
    X = np.random.default_rng(seed).normal(size=(len(GROUPS), 1, 64)).cumsum(axis=-1)
    return X - X.mean(axis=-1, keepdims=True)


class Process(BaseEstimator):
    """Make new windows of the process behind `recordings`, or of white noise."""

    def __init__(self, white=False):
        self.white = white

    def fit(self, X):
        self.shape_ = X.shape[1:]
        return self

    def sample(self, n_samples, random_state=None):
        noise = random_state.normal(size=(n_samples, *self.shape_))
        windows = noise if self.white else noise.cumsum(axis=-1)
        return windows - windows.mean(axis=-1, keepdims=True)


def resample(generator, groups=GROUPS, **params):
    sampler = GANOversampler(generator, sampling_strategy={LABEL: 200}, random_state=0, **params)
    X_res, _ = sampler.fit_resample(recordings(), Y, groups=groups)
    return sampler, X_res


def test_a_generator_of_the_same_process_makes_its_half():
    sampler, _ = resample(Process(), jitter=False)
    found = sampler.real_share_[LABEL]
    assert (found.share, found.verdict) == (0.5, "not separable")
    assert max(found.auc, found.auc_real) < 0.75


def test_windows_that_are_separable_from_unseen_recordings_are_not_used():
    sampler, X_res = resample(Process(white=True), jitter=False)
    found = sampler.real_share_[LABEL]
    assert (found.share, found.verdict) == (1.0, "separable")
    assert found.auc > 0.9 > found.auc_real
    assert "AUC" in found.reason
    # All new windows are real ones, unchanged.
    assert set(X_res[len(Y) :, 0, 0]) <= set(X_res[: len(Y), 0, 0])


@pytest.mark.parametrize("groups", [None, np.arange(len(Y)) // 60])
def test_without_held_out_recordings_it_cannot_be_tested(groups):
    sampler, _ = resample(Process(white=True), groups)
    found = sampler.real_share_[LABEL]
    assert (found.share, found.verdict) == (0.5, "cannot be tested")
    assert np.isnan([found.auc, found.auc_real]).all()


def test_a_stated_share_is_not_tested_and_can_be_changed_after_the_fit():
    sampler, _ = resample(Process(white=True), jitter=False, real_share=0)
    assert sampler.real_share_[LABEL].verdict == "stated"
    with_half = sampler.set_params(real_share=0.5)._share_of(LABEL)
    assert (sampler.real_share_[LABEL].share, with_half) == (0.0, 0.5)


def test_the_test_sees_no_window_of_the_training_as_unseen():
    (data,) = collect_classes(recordings()[Y == LABEL], np.zeros(160), GROUPS[Y == LABEL]).values()
    hold_out(data, np.random.RandomState(0))
    known = {window.tobytes() for window in data.windows_of("training")}

    class Copies(Process):
        def sample(self, n_samples, random_state=None):
            return data.windows_of("training")[:n_samples]

    found = choose_share("auto", Copies().fit(data.windows), data, dressed=False)
    unseen = data.windows[np.isin(data.part, ("selection", "attack"))]
    assert not known & {window.tobytes() for window in unseen}
    # Copies of the training are as far from other recordings as the training itself.
    assert found.auc == pytest.approx(found.auc_real, abs=0.1)


def test_the_report_gives_share_and_reason():
    sampler, _ = resample(Process())
    report = quality_report(sampler, recordings(), Y, groups=GROUPS, n_resamples=1)
    assert sampler.real_share_[LABEL].reason in report.to_html()


def test_a_share_is_shown_as_a_table():
    shown = RealShare(0.5, "stated", np.nan, np.nan, "as the parameter states")._repr_html_()
    assert "as the parameter states" in shown
