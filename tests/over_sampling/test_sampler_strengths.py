"""How strongly samplers augment follows the training windows, and they say so."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neighbors import KernelDensity

from eegaug.over_sampling import GANOversampler, JitterOversampler
from eegaug.over_sampling._class_data import MAX_MEASURED, collect_classes, strengths_of
from eegaug.transforms import AugmentationStrengths

N_TIMES = 32
GROUPS = np.repeat(np.arange(12), 5)
Y = np.repeat(["rest", "seizure"], [40, 20])

SAMPLERS = [
    JitterOversampler(random_state=0),
    GANOversampler(KernelDensity(bandwidth=0.3), random_state=0),
    GANOversampler(KernelDensity(bandwidth=0.3), min_windows=21, random_state=0),
]
each_sampler = pytest.mark.parametrize("sampler", SAMPLERS, ids=["jitter", "gan", "fallback"])
pytestmark = pytest.mark.filterwarnings("ignore::eegaug.over_sampling.SmallClassWarning")


def recordings(seed=0, n_channels=2):
    """Windows of recordings that differ in amplitude and slope of the spectrum."""
    rng = np.random.default_rng(seed)
    waves = rng.normal(size=(60, n_channels, N_TIMES))
    slopes, gains = rng.normal(size=(2, 12))
    lines = np.log(np.maximum(np.fft.rfftfreq(N_TIMES), 1 / N_TIMES))
    filters = np.exp(0.4 * slopes[GROUPS][:, np.newaxis, np.newaxis] * lines)
    waves = np.fft.irfft(np.fft.rfft(waves) * filters, n=N_TIMES)
    return waves * np.exp(0.5 * gains[GROUPS])[:, np.newaxis, np.newaxis]


def normalised(X):
    X = X - X.mean(axis=-1, keepdims=True)
    return X / X.std(axis=-1, keepdims=True)


@each_sampler
@pytest.mark.parametrize("groups", [GROUPS, None])
def test_windows_of_unit_variance_stay_so_one_by_one(sampler, groups):
    X = normalised(recordings())
    new = sampler.fit_resample(X, Y, groups=groups)[0][len(X) :]
    assert len(new) == 4 * 80 - 60
    assert_allclose(new.mean(axis=-1), 0, atol=1e-9)
    assert_allclose(new.std(axis=-1), 1, rtol=1e-9)
    assert all(each.scale == 0 < each.filter for each in sampler.strengths_.values())


@each_sampler
def test_amplitudes_of_recordings_that_differ_are_changed_and_its_size_is_stated(sampler):
    X = recordings()
    new = sampler.fit_resample(X, Y, groups=GROUPS)[0][len(X) :]
    assert sampler.strengths_["seizure"].scale > 0.1
    sizes = new.std(axis=-1)
    known = np.abs(sizes[:, np.newaxis] / X.std(axis=-1) - 1).max(axis=2).min(axis=1) < 1e-6
    assert not known.any()


# A kernel density with a fixed bandwidth depends on the unit.
@pytest.mark.parametrize("sampler", SAMPLERS[::2], ids=["jitter", "fallback"])
@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_the_windows_does_not_matter(sampler, unit):
    X = recordings()
    here = sampler.fit_resample(X, Y, groups=GROUPS)[0]
    strengths = sampler.strengths_
    there = sampler.fit_resample(unit * X, Y, groups=GROUPS)[0]
    assert_allclose(there, unit * here, rtol=1e-5, atol=1e-7 * unit)
    for label, each in sampler.strengths_.items():
        assert each.scale == pytest.approx(strengths[label].scale)
        assert each.filter == pytest.approx(strengths[label].filter)


@each_sampler
def test_strengths_of_every_label_are_kept_with_reasons(sampler):
    sampler.fit_resample(recordings(), Y, groups=GROUPS)
    assert set(sampler.strengths_) == {"rest", "seizure"}
    for label, n in (("rest", 8), ("seizure", 4)):
        each = sampler.strengths_[label]
        assert isinstance(each, AugmentationStrengths)
        assert each.n_recordings == n
        assert len(each.reasons) == 3
        for reason, name in zip(each.reasons, ("scale", "filter", "stretch"), strict=True):
            assert reason.startswith(f"{name} {getattr(each, name):.2f}: ")
            assert f"between {n} recordings" in reason


def test_stated_strengths_take_the_place_of_estimated_ones_alone():
    X = recordings()
    auto = JitterOversampler(random_state=0)
    auto.fit_resample(X, Y, groups=GROUPS)
    part = JitterOversampler(random_state=0, scale=0.0, mix=False)
    part.fit_resample(X, Y, groups=GROUPS)
    for label, each in part.strengths_.items():
        assert (each.scale, each.mix) == (0, False)
        assert each.filter == auto.strengths_[label].filter > 0
        assert each.stretch == auto.strengths_[label].stretch > 0
        # A reason says what holds, not what would have been.
        stated = ("scale 0.0: as stated", "mix False: as stated")
        assert each.reasons == (*auto.strengths_[label].reasons[1:], *stated)


@each_sampler
@pytest.mark.parametrize("dtype", ["i2", "u2"])
def test_integers_about_an_offset_stay_about_it(sampler, dtype):
    X = (2048 + 30 * recordings()).clip(0).astype(dtype)
    X_res = sampler.fit_resample(X, Y, groups=GROUPS)[0]
    new = X_res[len(X) :]
    assert new.dtype == dtype
    means = X.mean(axis=-1)
    distance = np.abs(new.mean(axis=-1)[:, np.newaxis] - means).max(axis=2).min(axis=1)
    assert distance.max() < 1
    assert np.abs(np.median(new) - 2048) < 30


def test_large_classes_are_measured_by_a_part_of_their_windows():
    rng = np.random.default_rng(0)
    n = 3 * MAX_MEASURED
    gains = np.exp(0.5 * rng.normal(size=50))[np.arange(n) % 50]
    X, y = gains[:, np.newaxis] * rng.normal(size=(n, 8)), np.zeros(n, int)
    groups = np.arange(n) % 50
    every = strengths_of(collect_classes(X, y, groups))[0]
    assert every.n_recordings == 50
    assert every.spreads["amplitude"] == pytest.approx(0.5, rel=0.25)


@each_sampler
def test_groups_change_strengths(sampler):
    X = recordings()
    sampler.fit_resample(X, Y)
    unknown = sampler.strengths_["seizure"]
    sampler.fit_resample(X, Y, groups=GROUPS)
    assert unknown.n_recordings is None
    assert unknown.scale != sampler.strengths_["seizure"].scale


def test_groups_of_another_length_are_refused():
    with pytest.raises(ValueError, match="groups must hold the recording"):
        JitterOversampler().fit_resample(recordings(), Y, groups=GROUPS[1:])


def test_strengths_are_estimated_again_for_other_windows():
    sampler = JitterOversampler(random_state=0)
    sampler.fit_resample(recordings(), Y)
    first = sampler.strengths_
    sampler.fit_resample(normalised(recordings()), Y)
    assert sampler.strengths_["rest"].scale == 0 < first["rest"].scale
    assert_array_equal(sorted(first), sorted(sampler.strengths_))
