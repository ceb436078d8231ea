"""Windows are augmented by the strengths that were estimated, and by nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eegaug.transforms._like_recordings import augment_like_recordings
from eegaug.transforms._strengths import AugmentationStrengths, estimate_strengths


def strengths(scale=0.0, filter=0.0, stretch=0.0, mix=False):
    return AugmentationStrengths(scale, filter, stretch, mix, 2, {}, ())


def windows(n=200, n_channels=2, n_times=100, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, n_channels, n_times)) + rng.normal(size=(n, n_channels, 1))


def augmented(X, each, real=None, seed=0):
    return augment_like_recordings(
        X, X if real is None else real, each, np.random.RandomState(seed)
    )


def tone(frequencies, n_times=400):
    phase = 2 * np.pi * np.asarray(frequencies)[:, None, None] * np.arange(n_times) / n_times
    return np.sin(phase)


def test_without_strength_windows_are_shifted_and_flipped_about_their_own_means():
    X = windows()
    new = augmented(X, strengths())
    waves, new_waves = (each - each.mean(axis=-1, keepdims=True) for each in (X, new))
    np.testing.assert_allclose(new.mean(axis=-1), X.mean(axis=-1), atol=1e-12)
    np.testing.assert_allclose(
        np.abs(np.fft.rfft(new_waves)), np.abs(np.fft.rfft(waves)), rtol=1e-6, atol=1e-9
    )
    # One shift and one sign for all channels of a window: what they share stays.
    for before, after in zip(waves, new_waves, strict=True):
        np.testing.assert_allclose(np.cov(after), np.cov(before), atol=1e-12)
    assert not np.allclose(new, X)


@pytest.mark.parametrize("each", [strengths(0, 0.8, 0.2, True), strengths(0.5, 0.8, 0.2, True)])
def test_only_scale_changes_the_spread_of_amplitude(each):
    X = windows()
    X = (X - X.mean(axis=-1, keepdims=True)) / X.std(axis=-1, keepdims=True)
    new = augmented(X, each)
    np.testing.assert_allclose(new.mean(axis=-1), 0, atol=1e-12)
    spread = np.log(new.std(axis=-1)).std()
    assert spread == pytest.approx(each.scale, rel=0.2, abs=1e-9)


def test_stretch_moves_the_frequency_of_a_tone():
    X = tone(np.full(300, 20))
    new = augmented(X, strengths(stretch=0.2))
    peaks = np.abs(np.fft.rfft(new[:, 0])).argmax(axis=1)
    assert np.log(peaks / 20).std() == pytest.approx(0.2, rel=0.15)
    assert set(np.abs(np.fft.rfft(augmented(X, strengths())[:, 0])).argmax(axis=1)) == {20}


def test_mix_moves_the_band_shape_between_those_of_real_windows():
    rng = np.random.default_rng(0)
    slow, fast = (
        tone(np.full(100, f)) + 0.2 * tone(np.full(100, g)) for f, g in ((5, 80), (80, 5))
    )
    real = np.concatenate([slow, fast]) + 0.05 * rng.normal(size=(200, 1, 400))

    def balance(X):
        spectrum = np.abs(np.fft.rfft(X[:, 0]))
        return np.log(spectrum[:, 80] / spectrum[:, 5])

    plain, mixed = (balance(augmented(slow, strengths(mix=mix), real)) for mix in (False, True))
    assert plain.std() < 0.1
    assert mixed.std() > 0.3
    low, high = balance(slow).max(), balance(fast).min()
    assert np.mean((mixed > low - 0.5) & (mixed < high + 0.5)) > 0.9


def test_unit_does_not_matter():
    X = windows()
    each = strengths(0.3, 0.4, 0.1, True)
    np.testing.assert_allclose(augmented(1e-6 * X, each), 1e-6 * augmented(X, each), rtol=1e-6)


def test_windows_of_a_chunk_of_their_own_are_the_same(monkeypatch):
    X, each = windows(20), strengths(0.3, 0.4, 0.1, True)
    whole = augmented(X, each)
    monkeypatch.setattr("eegaug.transforms._like_recordings.CHUNK_SAMPLES", 1)
    np.testing.assert_allclose(augmented(X, each), whole)


@settings(deadline=None)
@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(2, 6), st.integers(1, 3), st.integers(2, 9)),
        elements=st.floats(-(2.0**60), 2.0**60, width=32),
    )
)
def test_windows_of_any_shape_and_value_stay_finite(X):
    each = estimate_strengths(X, np.zeros(len(X), int))[0]
    new = augmented(X, each)
    assert (new.shape, new.dtype) == (X.shape, X.dtype)
    assert np.isfinite(new).all()
