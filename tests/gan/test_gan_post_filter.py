"""The post-filter: spectra and covariances of channels come out as in the real windows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from eegaug.gan.post_filter import PostFilter, filter_shapes, filter_target, fit_filter
from eegaug.metrics import covariance_distance
from eegaug.spectral import log_spectrum

MIXING = np.array([[1.0, 0.9, 0.0], [0.0, 0.5, -0.8], [0.3, 0.0, 1.0]])


def noise(n, n_channels, n_times, seed=0):
    return np.random.default_rng(seed).normal(size=(n, n_channels, n_times))


def waves(n, n_channels, n_times, seed=0):
    """Return windows whose power falls with frequency, as that of EEG."""
    return np.cumsum(noise(n, n_channels, n_times, seed), axis=-1)


def filtered(real, synthetic, others=None):
    """Fit a filter to synthetic windows and return what it makes of others of their kind."""
    return fit_filter(filter_target(real), synthetic).apply(
        synthetic if others is None else others
    )


def correlation_error(real, synthetic):
    one, other = (np.corrcoef(np.concatenate(each, axis=1)) for each in (real, synthetic))
    return np.linalg.norm(other - one) / np.linalg.norm(one)


@pytest.mark.parametrize("n_times", [2, 3, 15, 64])
def test_one_channel_gets_a_gain_and_no_mixing(n_times):
    synthetic = noise(30, 1, n_times).astype("float32")
    fitted = fit_filter(filter_target(waves(20, 1, n_times)), synthetic)
    assert fitted.gains.shape == (1, 1, n_times // 2 + 1)
    assert len(fitted.mixings) == 0
    spectrum = np.fft.rfft(synthetic, axis=-1) * fitted.gains[0]
    expected = np.fft.irfft(spectrum, n=n_times, axis=-1).astype("float32")
    # Windows in single precision are filtered in it.
    assert_allclose(fitted.apply(synthetic), expected, atol=5e-6)


@pytest.mark.parametrize("n_channels", [1, 3])
def test_the_spectrum_is_corrected(n_channels):
    real, synthetic = waves(200, n_channels, 64), noise(300, n_channels, 64)
    before, after = (
        np.abs(log_spectrum(w, sfreq=64)[1] - log_spectrum(real, sfreq=64)[1]).mean()
        for w in (synthetic, filtered(real, synthetic))
    )
    assert after < 0.25 * before


@pytest.mark.parametrize("n_channels", [1, 3])
def test_windows_that_are_right_stay_as_they_are(n_channels):
    real = waves(50, n_channels, 32)
    assert_allclose(filtered(real, real), real, atol=1e-6)


@pytest.mark.parametrize("colour", [waves, noise])
def test_channels_come_to_share_what_they_share_in_real_windows(colour):
    real = MIXING @ waves(200, 3, 64)
    synthetic, others = colour(200, 3, 64, seed=1), colour(400, 3, 64, seed=2)
    assert correlation_error(real, others) > 0.3
    new = filtered(real, synthetic, others)
    assert correlation_error(real, new) < 0.1
    assert covariance_distance(real, new) < 0.2 * covariance_distance(real, others)


def test_each_octave_and_the_levels_have_correlations_of_their_own():
    rng = np.random.default_rng(0)
    low = rng.normal(size=(300, 1, 1)) * np.sin(2 * np.pi * np.arange(32) / 32)
    high = rng.normal(size=(300, 1, 1)) * np.sin(2 * np.pi * np.arange(32) / 4)
    level = rng.normal(size=(300, 1, 1))
    signs = np.array([[1.0, 1.0], [1.0, -1.0]])[..., np.newaxis]
    real = low * signs[0] + high * signs[1] + 3 * level * signs[1] + 0.1 * noise(300, 2, 32)
    spectrum = np.fft.rfft(filtered(real, noise(300, 2, 32, seed=1)), axis=-1)
    correlations = np.corrcoef(spectrum[:, 0].T, spectrum[:, 1].T)[:17, 17:].diagonal().real
    assert correlations[1] > 0.9
    assert correlations[8] < -0.9
    assert correlations[0] < -0.9


def test_a_few_loud_windows_do_not_rule():
    usual = MIXING @ waves(100, 3, 32)
    loud = usual.copy()
    loud[:4] = 1000 * waves(4, 3, 32, seed=5)[:, [0, 0, 0]]
    synthetic = waves(200, 3, 32, seed=1)
    assert correlation_error(usual, filtered(loud, synthetic)) < 0.2


def test_dependent_channels_stay_dependent():
    independent = waves(100, 3, 32)
    real = independent.copy()
    real[:, 2] = real[:, 0] - real[:, 1]
    new = filtered(real, waves(200, 3, 32, seed=1))
    assert (new[:, 2] - new[:, 0] + new[:, 1]).std() < 0.05 * new[:, 2].std()


def test_a_constant_channel_comes_out_nearly_constant():
    real = waves(60, 3, 32)
    real[:, 1] = 0.0
    new = filtered(real, waves(60, 3, 32, seed=1))
    assert new[:, 1].std() < 0.05 * new[:, 0].std()


@pytest.mark.parametrize("n_times", [2, 3, 4, 5, 17, 32])
@pytest.mark.parametrize(
    "change",
    [
        lambda windows: windows[:1],
        lambda windows: 0 * windows,
        lambda windows: windows.mean(axis=2, keepdims=True) + 0 * windows,
        lambda windows: windows - windows.mean(axis=2, keepdims=True),
        lambda windows: windows[:, [0, 0, 0]],
        lambda windows: np.tile(windows[:1], (9, 1, 1)),
        lambda windows: 1e15 * windows,
    ],
    ids=["one window", "nil", "levels alone", "no levels", "one source", "collapsed", "huge"],
)
def test_degenerate_windows_on_either_side(n_times, change):
    good = waves(9, 3, n_times).astype("float32")
    bad = change(waves(9, 3, n_times, seed=1)).astype("float32")
    for real, synthetic in [(good, bad), (bad, good), (bad, bad)]:
        fitted = fit_filter(filter_target(real), synthetic)
        shapes = {name: getattr(fitted, name).shape for name in ("gains", "mixings")}
        assert shapes == filter_shapes(3, n_times)
        new = fitted.apply(synthetic)
        assert new.shape == synthetic.shape
        assert new.dtype == np.float32
        assert np.isfinite(new).all()


def test_many_windows_are_taken_in_parts():
    real = waves(700, 2, 8)
    whole = filter_target(real).covariances
    parts = [filter_target(real[part]).covariances for part in (slice(350), slice(350, 700))]
    assert_allclose(whole, np.mean(parts, axis=0))


def test_a_filter_of_ones_changes_nothing():
    windows = waves(5, 2, 16)
    mixings = np.tile(np.eye(2), (2, 4, 1, 1))
    assert_allclose(PostFilter(np.ones((2, 2, 9)), mixings).apply(windows), windows, atol=1e-12)
