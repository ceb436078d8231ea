"""Comparison of samplers by their windows."""

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler

from eegaug import JitterOversampler
from eegaug.evaluation import compare_generators

pytestmark = pytest.mark.uncompiled

RNG = np.random.default_rng(0)
GROUPS = np.arange(360) // 6
Y = (GROUPS % 3 == 0).astype(int)
# Seizures: slow waves whose amplitude is the recording's own; the rest is white.
AMPLITUDE = np.exp(0.3 * RNG.normal(size=60))[GROUPS]
X = RNG.normal(size=(360, 64))
X[Y == 1] = (np.cumsum(X, axis=1) * AMPLITUDE[:, None])[Y == 1]


class NoiseSampler(JitterOversampler):
    """Make white noise, whatever the class."""

    def _make_windows(self, windows, n, label, rng):
        return rng.normal(size=(n, *windows.shape[1:]))


@pytest.fixture(scope="module")
def results():
    samplers = {
        "copies": RandomOverSampler(),
        "jitter": JitterOversampler(),
        "noise": NoiseSampler(),
    }
    return compare_generators(
        samplers, X, Y, groups=GROUPS, n_groups=8, seeds=(0, 1), sfreq=64
    ).set_index(["sampler", "seed"])


def test_a_row_for_each_sampler_and_seed(results):
    assert len(results) == 6
    assert results.notna().to_numpy().all()


def test_noise_is_found_out(results):
    for seed in (0, 1):
        noise, jitter = results.loc[("noise", seed)], results.loc[("jitter", seed)]
        assert noise["psd_distance"] > jitter["psd_distance"]
        assert noise["covariance_distance"] > jitter["covariance_distance"]
        assert noise["wasserstein_ratio"] > jitter["wasserstein_ratio"]
        for score in ("coverage_score", "tstr_score"):
            assert noise[score] < jitter[score]
        assert jitter["tstr_score"] > 0.9


def test_copies_are_known_by_the_attack_and_lie_near_real_ones(results):
    copies = results.loc["copies"]
    assert copies["membership_auc"].mean() > 0.9
    assert copies["wasserstein_ratio"].between(0.7, 1.4).all()


def test_noise_is_separated_from_real_recordings_and_copies_are_not(results):
    score = results["discriminative_score"]
    reference = results["discriminative_score_real_vs_real"]
    assert (score["noise"] < 0.2).all()
    assert (score["copies"] > reference["copies"] - 0.2).all()


class GroupedSampler(JitterOversampler):
    """Notes the recordings that it gets."""

    seen: list = []  # noqa: RUF012

    def fit_resample(self, X, y, groups=None):
        self.seen.append((X, groups))
        return super().fit_resample(X, y)


def test_samplers_that_take_groups_get_those_of_their_windows():
    compare_generators({"grouped": GroupedSampler()}, X, Y, groups=GROUPS, sfreq=64)
    ((windows, groups),) = GroupedSampler.seen
    np.testing.assert_array_equal(windows, X[np.isin(GROUPS, groups)])
    assert len(np.unique(groups[Y[np.isin(GROUPS, groups)] == 1])) == 5


def test_a_sampler_that_makes_no_windows_is_named():
    with pytest.raises(ValueError, match="'idle' must make windows of the label 1"):
        compare_generators(
            {"idle": JitterOversampler(sampling_strategy={0: 300})}, X, Y, groups=GROUPS
        )
