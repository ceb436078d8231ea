"""Random changes of windows, and surrogates: what each keeps, and what it changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import RandomState
from numpy.testing import assert_allclose, assert_array_equal

from eegaug.transforms import _augment, copies, iaaft_surrogates, jitter, phase_surrogates
from eegaug.transforms._augment import amplitudes, filter_windows

SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(2, 17))


def eeg(shape, seed=0, offset=0.0):
    rng = np.random.default_rng(seed)
    return offset + np.cumsum(rng.normal(size=shape), axis=-1)


def randomly_filtered(windows, deviation):
    log_gains = RandomState(0).uniform(-1, 1, size=(len(windows), 8)) * np.sqrt(3) * deviation
    return filter_windows(windows, log_gains)


def cross_spectra(windows):
    spectrum = np.fft.rfft(windows)
    return np.einsum("ncf,ndf->ncdf", spectrum, spectrum.conj())


@given(SHAPES, st.integers(1, 9))
def test_copies_are_real_windows(shape, n):
    windows = eeg(shape)
    drawn = copies(windows, n, RandomState(0))
    assert drawn.shape == (n, *shape[1:])
    assert all((window == windows).all(axis=(1, 2)).any() for window in drawn)


@given(SHAPES, st.integers(1, 9), st.floats(0, 1))
def test_shift_alone_rolls_real_windows(shape, n, shift):
    windows = eeg(shape)
    new = jitter(windows, n, RandomState(0), shift=shift, scale=0, polarity=False)
    rolled = [np.roll(w, k, axis=-1) for w in windows for k in range(shape[-1])]
    assert all(np.isclose(rolled, made, atol=1e-9).all(axis=(1, 2)).any() for made in new)


def test_full_shift_reaches_every_place_and_part_of_it_only_the_near_ones():
    impulse = np.zeros((1, 1, 20))
    impulse[..., 10] = 1
    plain = {"scale": 0, "polarity": False}
    everywhere = jitter(impulse, 500, RandomState(0), shift=1.0, **plain)
    near = jitter(impulse, 500, RandomState(0), shift=0.2, **plain)
    never = jitter(impulse, 50, RandomState(0), shift=0.0, **plain)
    assert set(everywhere.argmax(axis=-1).ravel()) == set(range(20))
    assert set(near.argmax(axis=-1).ravel()) == {8, 9, 10, 11}
    assert set(never.argmax(axis=-1).ravel()) == {10}


def test_scale_is_log_normal_about_the_offset_of_each_channel():
    windows = eeg((1, 2, 101)) + np.array([[2048.0], [-300.0]])
    offset = np.median(windows, axis=-1, keepdims=True)
    new = jitter(windows, 4000, RandomState(0), shift=0, scale=0.5, polarity=False)
    factors = (new - offset) / (windows - offset + 1e-300)
    factor = new.std(axis=-1) / windows.std(axis=-1)
    assert_allclose(np.median(new, axis=-1), np.broadcast_to(offset[..., 0], (4000, 2)))
    assert_allclose(factor[:, 0], factor[:, 1])
    assert np.log(factor[:, 0]).mean() == pytest.approx(0, abs=0.03)
    assert np.log(factor[:, 0]).std() == pytest.approx(0.5, abs=0.03)
    assert (np.delete(factors, np.argmin(abs(windows - offset), -1), -1) > 0).all()


def test_polarity_flips_whole_windows_about_the_offset_half_of_the_time():
    windows = eeg((1, 3, 50), offset=1000)
    mirrored = 2 * np.median(windows, axis=-1, keepdims=True) - windows
    new = jitter(windows, 1000, RandomState(0), shift=0, scale=0, polarity=True)
    kept = np.isclose(new, windows).all(axis=(1, 2))
    flipped = np.isclose(new, mirrored).all(axis=(1, 2))
    assert (kept ^ flipped).all()
    assert 0.4 < flipped.mean() < 0.6


def test_noise_has_the_stated_size_and_leaves_constant_channels():
    windows = np.stack([50 * np.sin(np.arange(1000)), np.full(1000, 7.0)])[np.newaxis]
    new = jitter(windows, 20, RandomState(0), shift=0, scale=0, polarity=False, noise=0.2)
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
    plain = {"shift": 0, "scale": 0, "polarity": False}
    new = jitter(real, 1000, RandomState(0), recombine=True, **plain)
    made = (new - new.mean(axis=-1, keepdims=True)) / amplitudes(new)
    wave = [int(np.flatnonzero(np.isclose(w, waves).all(axis=(1, 2)))[0]) for w in made]
    size = abs(amplitudes(new).ravel()[:, np.newaxis] - sizes).argmin(axis=1)
    level = abs(new.mean(axis=(1, 2))[:, np.newaxis] - levels).argmin(axis=1)
    assert_allclose(amplitudes(new).ravel(), sizes[size])
    assert_allclose(new.mean(axis=-1), np.stack([levels[level]] * 2, axis=1), atol=1e-9)
    assert len(set(zip(wave, size, level, strict=True))) == 27


def test_recombine_leaves_constant_windows_constant():
    real = np.stack([np.full((1, 16), 7.0), np.full((1, 16), 9.0)])
    new = jitter(real, 20, RandomState(0), recombine=True)
    assert {7.0, 9.0} == set(new.ravel())


@pytest.mark.parametrize("recombine", [False, True])
def test_jitter_keeps_the_relations_of_channels(recombine):
    windows = eeg((1, 4, 64))
    new = jitter(windows, 30, RandomState(0), recombine=recombine)
    for made in new:
        assert_allclose(np.corrcoef(made), np.corrcoef(windows[0]))


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


@given(SHAPES, st.integers(0, 99), st.sampled_from([1, 5, 100]))
@settings(deadline=None)
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


@given(SHAPES, st.floats(0.1, 2))
def test_random_filters_keep_means_amplitudes_and_phases(shape, deviation):
    windows = eeg(shape, offset=3.0)
    new = randomly_filtered(windows, deviation)
    assert new.shape == shape
    means = windows.mean(axis=-1, keepdims=True)
    assert_allclose(new.mean(axis=-1, keepdims=True), means, atol=1e-9)
    for before, after in zip(windows - means, new - means, strict=True):
        assert_allclose(after.std(), before.std(), atol=1e-9)
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
    "strengths", [{"filter": 0.5, "recombine": True}, {"noise": 0.3}], ids=lambda each: min(each)
)
def test_windows_are_augmented_alike_in_parts_and_at_once(dtype, strengths, monkeypatch):
    windows = eeg((11, 2, 17), offset=50.0).astype(dtype)
    at_once = jitter(windows, 23, RandomState(0), **strengths)
    monkeypatch.setattr(_augment, "CHUNK_SAMPLES", 5 * 2 * 17)
    in_parts = jitter(windows, 23, RandomState(0), **strengths)
    assert in_parts.dtype == at_once.dtype == dtype
    # The last bits of a matrix product depend on how many rows it has.
    assert_allclose(in_parts, at_once, rtol=1e-5 if dtype == "f4" else 1e-12)
