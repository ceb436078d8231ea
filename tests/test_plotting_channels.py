"""Matrices of channels, and maps of the head."""

import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose

from eegaug._electrodes import TEN_TWENTY
from eegaug.datasets._head import DOUBLE_BANANA
from eegaug.metrics import METRICS
from eegaug.plotting import BandPowerMapDisplay, ChannelCovarianceDisplay
from eegaug.plotting._channels import places_on_head

NAMES = ["F3", "F4", "C3", "C4"]


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


def windows(seed=0, n=40, n_channels=4):
    waves = np.random.default_rng(seed).normal(size=(n, n_channels, 64)).cumsum(axis=-1)
    waves[:, 1] = 0.8 * waves[:, 0] + 0.6 * waves[:, 1]
    return waves


def test_matrices_are_correlations():
    real, synthetic = windows(), windows(1)
    synthetic[:, 3] = -synthetic[:, 2]
    display = ChannelCovarianceDisplay.from_windows(real, synthetic, ch_names=NAMES)
    centred = real - real.mean(axis=-1, keepdims=True)
    expected = np.corrcoef(centred.swapaxes(0, 1).reshape(4, -1))
    assert_allclose(display.real, expected, atol=0.02)
    assert display.synthetic[2, 3] == pytest.approx(-1)
    assert_allclose(display.images_[2].get_array(), display.synthetic - display.real)
    assert [label.get_text() for label in display.axes_[0].get_yticklabels()] == NAMES


def test_a_band_shows_what_channels_share_there():
    time = np.arange(64) / 64
    rng = np.random.default_rng(0)
    phases = rng.uniform(0, 6, size=(30, 1, 1))
    shared = np.sin(2 * np.pi * 10 * time + phases) * np.ones((1, 2, 1))
    own = 3 * np.sin(2 * np.pi * 3 * time + rng.uniform(0, 6, size=(30, 2, 1)))
    X = shared + own
    params = {"sfreq": 64.0}
    high = ChannelCovarianceDisplay.from_windows(X, X, band=(8, 12), **params)
    low = ChannelCovarianceDisplay.from_windows(X, X, band=(2, 5), **params)
    assert high.real[0, 1] == pytest.approx(1)
    assert abs(low.real[0, 1]) < 0.5
    with pytest.raises(ValueError, match=r"'band' parameter.* 1 to 32. Got \(40, 50\)"):
        ChannelCovarianceDisplay.from_windows(X, X, band=(40, 50), **params)


def test_a_flat_channel_has_no_correlation():
    X = windows()
    X[:, 2] = 7.0
    display = ChannelCovarianceDisplay.from_windows(X, X)
    assert not display.real[2, [0, 1, 3]].any()


def test_maps_hold_mean_log_power_and_share_a_scale():
    real, synthetic = windows(), 10 * windows(1)
    display = BandPowerMapDisplay.from_windows(real, synthetic, ch_names=NAMES, sfreq=64.0)
    assert display.real.shape == (5, 4)
    assert_allclose(np.mean(display.synthetic - display.real), 20, atol=1.5)
    for column in range(5):
        images = [panel.get_images()[0] for panel in display.axes_[:, column]]
        assert images[0].get_clim() == images[1].get_clim()
    short = BandPowerMapDisplay.from_windows(real, synthetic, ch_names=NAMES, sfreq=15.0)
    assert short.bands == ["delta", "theta"]


@pytest.mark.parametrize("names", [TEN_TWENTY, DOUBLE_BANANA], ids=["10-20", "banana"])
def test_left_is_left_and_front_is_up(names):
    places = dict(zip(names, places_on_head(names), strict=True))
    left, right = ("F7", "F8") if names is TEN_TWENTY else ("F7-T7", "F8-T8")
    assert places[left][0] < -0.5
    assert_allclose(places[right], places[left] * [-1, 1], atol=0.1)
    front, back = ("Fp1", "O1") if names is TEN_TWENTY else ("Fp1-F3", "P3-O1")
    assert places[front][1] > 0.4
    assert places[back][1] < -0.4
    assert np.linalg.norm(list(places.values()), axis=1).max() < 1.3


@pytest.mark.parametrize("kind", [ChannelCovarianceDisplay, BandPowerMapDisplay])
def test_displays_draw_where_they_are_asked_to(kind):
    axes = plt.subplots(1, 2)[1]
    display = kind.from_windows(windows(), windows(1), ch_names=NAMES, sfreq=64.0, ax=axes[0])
    assert display.figure_ is axes[0].figure
    display.figure_.canvas.draw()
    other = plt.figure().add_subplot()
    assert display.plot(other) is display
    assert display.ax_ is other
    with pytest.raises(ValueError, match="Got 2 names for 4 channels"):
        kind.from_windows(windows(), windows(), ch_names=["C3", "C4"], sfreq=64.0)


def test_what_has_no_map_is_named(monkeypatch):
    X = windows()
    with pytest.raises(ValueError, match=r"Got \['EOG'\], which are none"):
        BandPowerMapDisplay.from_windows(X, X, ch_names=["F3", "F4", "C3", "EOG"], sfreq=64.0)
    with pytest.raises(ValueError, match="at least 3 channels for a map"):
        BandPowerMapDisplay.from_windows(X[:, :2], X[:, :2], ch_names=["F3", "F4"], sfreq=64.0)
    with pytest.raises(ValueError, match="at least 2 channels"):
        ChannelCovarianceDisplay.from_windows(X[:, 0], X[:, 0])
    with pytest.raises(ValueError, match="hold no frequency of the bands"):
        BandPowerMapDisplay.from_windows(X, X, ch_names=NAMES, sfreq=64.0, bands={"x": (40, 50)})
    monkeypatch.setitem(sys.modules, "mne.channels", None)
    with pytest.raises(ImportError, match=r"eegaug\[mne\]"):
        BandPowerMapDisplay.from_windows(X, X, ch_names=NAMES, sfreq=64.0)


@pytest.mark.parametrize(
    "name",
    [
        "covariance_distance",
        "psd_distance",
        "band_power_distance",
        "amplitude_distance",
        "autocorrelation_distance",
        "line_length_distance",
        "spike_rate_distance",
    ],
)
def test_distances_do_not_depend_on_the_order_of_channels(name):
    metric = METRICS[name]
    real, synthetic = windows(), 1.3 * windows(1)
    params = {"sfreq": 64.0} if "sfreq" in metric.takes else {}
    order = [2, 0, 3, 1]
    expected = metric.function(real, synthetic, **params)
    assert expected > 0
    assert metric.function(real[:, order], synthetic[:, order], **params) == pytest.approx(
        expected
    )
    # A permutation of one alone is no matter of naming.
    if name == "covariance_distance":
        assert metric.function(real, synthetic[:, order], **params) > 1.5 * expected
