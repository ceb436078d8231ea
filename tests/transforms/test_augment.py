"""Random changes of windows, and surrogates: what each keeps, and what it changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.random import RandomState
from numpy.testing import assert_allclose, assert_array_equal

from eegaug.transforms import (
    _waves,
    amplitudes,
    augment,
    copies,
    dress_up,
    estimate_strengths,
    iaaft_surrogates,
    phase_surrogates,
)
from eegaug.transforms._augment import _log_shape, filter_windows

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(2, 17))


def eeg(shape, seed=0, offset=0.0):
    rng = np.random.default_rng(seed)
    return offset + np.cumsum(rng.normal(size=shape), axis=-1)


def augmented(windows, n=None, seed=0, real=None, **strengths):
    """`n` random windows augmented, or each once."""
    rng = RandomState(seed)
    drawn = windows if n is None else copies(windows, n, rng)
    return augment(drawn, windows if real is None else real, rng, **strengths)


def noise(n=200, n_channels=2, n_times=100, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, n_channels, n_times)) + rng.normal(size=(n, n_channels, 1))


def tone(frequencies, n_times=400):
    phase = 2 * np.pi * np.asarray(frequencies)[:, None, None] * np.arange(n_times) / n_times
    return np.sin(phase)


def randomly_filtered(windows, deviation):
    log_gains = RandomState(0).uniform(-1, 1, size=(len(windows), 8)) * np.sqrt(3) * deviation
    return filter_windows(windows, log_gains)


def cross_spectra(windows):
    spectrum = np.fft.rfft(windows)
    return np.einsum("ncf,ndf->ncdf", spectrum, spectrum.conj())


@settings(deadline=None)
@given(SHAPES, st.integers(1, 9))
def test_copies_are_real_windows(shape, n):
    windows = eeg(shape)
    drawn = copies(windows, n, RandomState(0))
    assert drawn.shape == (n, *shape[1:])
    assert all((window == windows).all(axis=(1, 2)).any() for window in drawn)


@settings(deadline=None)
@given(SHAPES, st.integers(1, 9), st.floats(0, 1))
def test_shift_alone_rolls_real_windows(shape, n, shift):
    windows = eeg(shape)
    new = augmented(windows, n, shift=shift, polarity=False)
    rolled = [np.roll(w, k, axis=-1) for w in windows for k in range(shape[-1])]
    assert all(np.isclose(rolled, made, atol=1e-9).all(axis=(1, 2)).any() for made in new)


def test_full_shift_reaches_every_place_and_part_of_it_only_the_near_ones():
    impulse = np.zeros((1, 1, 20))
    impulse[..., 10] = 1
    plain = {"polarity": False}
    everywhere = augmented(impulse, 500, shift=1.0, **plain)
    near = augmented(impulse, 500, shift=0.2, **plain)
    never = augmented(impulse, 50, shift=0.0, **plain)
    assert set(everywhere.argmax(axis=-1).ravel()) == set(range(20))
    assert set(near.argmax(axis=-1).ravel()) == {8, 9, 10, 11}
    assert set(never.argmax(axis=-1).ravel()) == {10}


def test_scale_is_log_normal_about_the_mean_of_each_channel():
    windows = eeg((1, 2, 101)) + np.array([[2048.0], [-300.0]])
    mean = np.mean(windows, axis=-1, keepdims=True)
    new = augmented(windows, 4000, shift=0, scale=0.5, polarity=False)
    factors = (new - mean) / (windows - mean + 1e-300)
    factor = new.std(axis=-1) / windows.std(axis=-1)
    assert_allclose(np.mean(new, axis=-1), np.broadcast_to(mean[..., 0], (4000, 2)))
    assert_allclose(factor[:, 0], factor[:, 1])
    assert np.log(factor[:, 0]).mean() == pytest.approx(0, abs=0.03)
    assert np.log(factor[:, 0]).std() == pytest.approx(0.5, abs=0.03)
    assert (np.delete(factors, np.argmin(abs(windows - mean), -1), -1) > 0).all()


def test_polarity_flips_whole_windows_about_the_mean_half_of_the_time():
    windows = eeg((1, 3, 50), offset=1000)
    mirrored = 2 * np.mean(windows, axis=-1, keepdims=True) - windows
    new = augmented(windows, 1000, shift=0, polarity=True)
    kept = np.isclose(new, windows).all(axis=(1, 2))
    flipped = np.isclose(new, mirrored).all(axis=(1, 2))
    assert (kept ^ flipped).all()
    assert 0.4 < flipped.mean() < 0.6


def test_noise_has_the_stated_size_and_leaves_constant_channels():
    windows = np.stack([50 * np.sin(np.arange(1000)), np.full(1000, 7.0)])[np.newaxis]
    new = augmented(windows, 20, shift=0, polarity=False, noise=0.2)
    added = new - windows
    assert added[:, 0].std() == pytest.approx(0.2 * windows[0, 0].std(), rel=0.03)
    assert_array_equal(added[:, 1], 0)


def test_recombine_pairs_each_level_and_each_amplitude_with_every_waveform():
    rng = np.random.default_rng(0)
    waves = rng.normal(size=(3, 2, 64))
    waves -= waves.mean(axis=-1, keepdims=True)
    waves /= amplitudes(waves)
    sizes, levels = np.array([1.0, 10.0, 100.0]), np.array([-50.0, 0.0, 2048.0])
    real = waves * sizes[:, np.newaxis, np.newaxis] + levels[:, np.newaxis, np.newaxis]
    plain = {"shift": 0, "polarity": False}
    new = augmented(real, 1000, recombine=True, **plain)
    made = (new - new.mean(axis=-1, keepdims=True)) / amplitudes(new)
    wave = [int(np.flatnonzero(np.isclose(w, waves).all(axis=(1, 2)))[0]) for w in made]
    size = abs(amplitudes(new).ravel()[:, np.newaxis] - sizes).argmin(axis=1)
    level = abs(new.mean(axis=(1, 2))[:, np.newaxis] - levels).argmin(axis=1)
    assert_allclose(amplitudes(new).ravel(), sizes[size])
    assert_allclose(new.mean(axis=-1), np.stack([levels[level]] * 2, axis=1), atol=1e-9)
    assert len(set(zip(wave, size, level, strict=True))) == 27


def test_recombine_leaves_constant_windows_constant():
    real = np.stack([np.full((1, 16), 7.0), np.full((1, 16), 9.0)])
    new = augmented(real, 20, recombine=True)
    assert {7.0, 9.0} == set(new.ravel())


@pytest.mark.parametrize("recombine", [False, True])
def test_shift_scale_and_polarity_keep_the_relations_of_channels(recombine):
    windows = eeg((1, 4, 64))
    new = augmented(windows, 30, scale=0.5, recombine=recombine)
    for made in new:
        assert_allclose(np.corrcoef(made), np.corrcoef(windows[0]))


@settings(deadline=None)
@given(SHAPES, st.integers(0, 99))
def test_phase_surrogates_keep_mean_spectra_and_cross_spectra(shape, seed):
    windows = eeg(shape, seed, offset=5)
    new = phase_surrogates(windows, RandomState(seed))
    assert new.shape == windows.shape
    assert_allclose(new.mean(axis=-1), windows.mean(axis=-1), rtol=1e-7, atol=1e-9)
    assert_allclose(abs(np.fft.rfft(new)), abs(np.fft.rfft(windows)), rtol=1e-7, atol=1e-9)
    assert_allclose(cross_spectra(new), cross_spectra(windows), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("n_times", [2, 3, 4, 5, 64, 65])
@pytest.mark.parametrize("make", [phase_surrogates, iaaft_surrogates])
def test_surrogates_differ_from_their_windows_and_from_each_other(make, n_times):
    windows = np.repeat(eeg((1, 1, n_times)), 40, axis=0)
    new = make(windows, RandomState(0))
    assert not np.isclose(new, windows).all(axis=(1, 2)).all()
    assert len(np.unique(new.round(9), axis=0)) > 1


def test_phases_are_uniform():
    windows = np.repeat(eeg((1, 1, 16)), 4000, axis=0)
    turned = np.fft.rfft(phase_surrogates(windows, RandomState(0))) / np.fft.rfft(windows)
    assert (abs(turned[:, 0, 1:].mean(axis=0)) < 0.05).all()
    assert (abs((turned[:, 0, 1:-1] ** 2).mean(axis=0)) < 0.05).all()
    assert_allclose(turned[:, 0, -1].imag, 0, atol=1e-9)


@settings(deadline=None)
@given(SHAPES, st.integers(0, 99), st.sampled_from([1, 5, 100]))
def test_iaaft_keeps_every_channels_values(shape, seed, max_iter):
    windows = eeg(shape, seed)
    new = iaaft_surrogates(windows, RandomState(seed), max_iter=max_iter)
    assert_array_equal(np.sort(new), np.sort(windows))


def test_iaaft_takes_windows_whose_spectrum_is_next_to_nothing():
    windows = np.full((1, 1, 17), 8.697925e-14, np.float32)
    assert_array_equal(iaaft_surrogates(windows, RandomState(0)), windows)


def test_iaaft_comes_near_to_spectra_and_cross_spectra_and_nearer_with_iterations():
    windows = eeg((5, 3, 256)) ** 3
    target = cross_spectra(windows)

    def error(max_iter):
        new = iaaft_surrogates(windows, RandomState(0), max_iter=max_iter)
        return np.linalg.norm(cross_spectra(new) - target) / np.linalg.norm(target)

    assert error(50) < 0.1
    assert error(50) < error(1)


def test_iaaft_keeps_the_turn_of_channels_that_are_copies():
    window = eeg((3, 1, 99))
    new = iaaft_surrogates(np.concatenate([window, window], axis=1), RandomState(0))
    assert_array_equal(new[:, 0], new[:, 1])


@settings(deadline=None)
@given(SHAPES, st.floats(0.1, 2))
def test_random_filters_keep_means_and_phases(shape, deviation):
    windows = eeg(shape, offset=3.0)
    new = randomly_filtered(windows, deviation)
    assert new.shape == shape
    means = windows.mean(axis=-1, keepdims=True)
    assert_allclose(new.mean(axis=-1, keepdims=True), means, atol=1e-9)
    gains = np.fft.rfft(new - means) / (np.fft.rfft(windows - means) + 1e-300)
    loud = np.abs(np.fft.rfft(windows - means)) > 1e-6
    assert_allclose(gains[loud].imag, 0, atol=1e-6)
    assert (gains[loud].real > 0).all()


def test_channels_share_their_filter_and_windows_do_not():
    windows = eeg((3, 2, 64))
    windows -= windows.mean(axis=-1, keepdims=True)
    new = randomly_filtered(windows, 1.0)
    gains = np.abs(np.fft.rfft(new))[..., 1:] / np.abs(np.fft.rfft(windows))[..., 1:]
    assert_allclose(gains[:, 0], gains[:, 1])
    assert not np.allclose(gains[0], gains[1])


def test_constant_windows_pass_filters_unchanged():
    windows = np.full((2, 1, 9), 7.0)
    assert_allclose(randomly_filtered(windows, 1.0), windows)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(
    "strengths",
    [
        {"filter": 0.5, "recombine": True},
        {"noise": 0.3},
        {"filter": 0.4, "stretch": 0.1, "scale": 0.3, "mix": True},
    ],
    ids=lambda each: "-".join(each),
)
def test_windows_are_augmented_alike_in_parts_and_at_once(dtype, strengths, monkeypatch):
    windows = eeg((11, 2, 17), offset=50.0).astype(dtype)
    at_once = augmented(windows, 23, **strengths)
    monkeypatch.setattr(_waves, "CHUNK_SAMPLES", 5 * 2 * 17)
    in_parts = augmented(windows, 23, **strengths)
    assert in_parts.dtype == at_once.dtype == dtype
    # The last bits of a matrix product depend on how many rows it has.
    assert_allclose(in_parts, at_once, rtol=1e-5 if dtype == "f4" else 1e-12)


def test_without_strength_windows_are_shifted_and_flipped_about_their_own_means():
    X = noise()
    new = augmented(X)
    waves, new_waves = (each - each.mean(axis=-1, keepdims=True) for each in (X, new))
    assert_allclose(new.mean(axis=-1), X.mean(axis=-1), atol=1e-12)
    assert_allclose(np.abs(np.fft.rfft(new_waves)), np.abs(np.fft.rfft(waves)), 1e-6, 1e-9)
    # One shift and one sign for all channels of a window: what they share stays.
    for before, after in zip(waves, new_waves, strict=True):
        assert_allclose(np.cov(after), np.cov(before), atol=1e-12)
    assert not np.allclose(new, X)


@pytest.mark.parametrize("scale", [0.0, 0.5])
def test_only_scale_changes_mean_and_amplitude_of_normalised_windows(scale):
    X = noise()
    X = (X - X.mean(axis=-1, keepdims=True)) / X.std(axis=-1, keepdims=True)
    new = augmented(X, scale=scale, filter=0.8, stretch=0.2, mix=True)
    assert_allclose(new.mean(axis=-1), 0, atol=1e-12)
    spread = np.log(new.std(axis=-1)).std()
    assert spread == pytest.approx(scale, rel=0.2, abs=1e-9)


def test_stretch_moves_the_frequency_of_a_tone():
    X = tone(np.full(300, 20))
    peaks = np.abs(np.fft.rfft(augmented(X, stretch=0.2)[:, 0])).argmax(axis=1)
    assert np.log(peaks / 20).std() == pytest.approx(0.2, rel=0.15)
    assert set(np.abs(np.fft.rfft(augmented(X)[:, 0])).argmax(axis=1)) == {20}


def test_mix_moves_the_band_shape_between_those_of_real_windows():
    rng = np.random.default_rng(0)
    slow, fast = (
        tone(np.full(100, f)) + 0.2 * tone(np.full(100, g)) for f, g in ((5, 80), (80, 5))
    )
    real = np.concatenate([slow, fast]) + 0.05 * rng.normal(size=(200, 1, 400))

    def balance(X):
        spectrum = np.abs(np.fft.rfft(X[:, 0]))
        return np.log(spectrum[:, 80] / spectrum[:, 5])

    plain, mixed = (balance(augmented(slow, real=real, mix=mix)) for mix in (False, True))
    assert plain.std() < 0.1
    assert mixed.std() > 0.3
    low, high = balance(slow).max(), balance(fast).min()
    assert np.mean((mixed > low - 0.5) & (mixed < high + 0.5)) > 0.9


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_unit_does_not_matter(unit):
    X, strengths = noise(), {"scale": 0.3, "filter": 0.4, "stretch": 0.1, "mix": True}
    assert_allclose(augmented(unit * X, **strengths), unit * augmented(X, **strengths), rtol=1e-6)


@settings(deadline=None)
@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(2, 6), st.integers(1, 3), st.integers(2, 9)),
        elements=st.floats(-(2.0**60), 2.0**60, width=32),
    ),
    st.booleans(),
)
def test_windows_of_any_shape_and_value_stay_finite(X, recombine):
    strengths = estimate_strengths({0: (X, None)})[0]
    new = augmented(X, **strengths.as_kwargs(), recombine=recombine, noise=0.1)
    assert (new.shape, new.dtype) == (X.shape, X.dtype)
    assert np.isfinite(new).all()


def test_generated_windows_take_mean_and_amplitude_of_each_channel_from_real_ones():
    real = noise(5, n_channels=2) * np.arange(1, 6)[:, None, None] + 2048
    generated = (0.01 * noise(50, seed=1)).astype("f4")
    dressed = dress_up(generated, real, RandomState(0))
    facts = np.concatenate([dressed.mean(axis=-1), dressed.std(axis=-1)], axis=1)
    of_real = np.concatenate([real.mean(axis=-1), real.std(axis=-1)], axis=1)
    assert dressed.dtype == real.dtype
    taken = [np.isclose(of_real, fact).all(axis=1) for fact in facts]
    assert np.sum(taken, axis=1).tolist() == [1] * 50
    assert np.any(taken, axis=0).all()


def test_generated_windows_take_the_smoothed_spectrum_of_real_ones_and_keep_their_phases():
    rng = np.random.default_rng(0)
    real = noise(1, n_channels=1, n_times=256).cumsum(axis=-1)
    generated = rng.normal(size=(20, 1, 256))
    dressed = dress_up(generated, real, RandomState(0))
    phases = [np.angle(np.fft.rfft(each)[..., 1:-1]) for each in (generated, dressed)]
    assert_allclose(*phases, atol=1e-6)
    before, after, wanted = (
        _log_shape(np.fft.rfft(each - each.mean(axis=-1, keepdims=True)))
        for each in (generated, dressed, real)
    )
    assert np.abs(after - wanted).max() < 0.5 < np.abs(before - wanted).max()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("end", ["tiny", "smallest_subnormal", "max"])
def test_windows_at_the_ends_of_their_range_are_augmented(dtype, end):
    size = getattr(np.finfo(dtype), end) / (1e4 if end == "max" else 1)
    windows = (size * np.sign(eeg((3, 2, 16)))).astype(dtype)
    new = augmented(windows, 6, filter=0.2, stretch=0.05, mix=True)
    assert np.isfinite(new).all()
