import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from eegaug.plotting import (
    AmplitudeDisplay,
    AutocorrelationDisplay,
    BandPowerDisplay,
    EmbeddingDisplay,
    GainDisplay,
    HistoryDisplay,
    LineLengthDisplay,
    NearestWindowsDisplay,
    PSDDisplay,
    SeparationDisplay,
    SpectrogramDisplay,
    WindowsDisplay,
)
from eegaug.spectral import log_spectrum

PAIR_DISPLAYS = [
    AmplitudeDisplay,
    AutocorrelationDisplay,
    BandPowerDisplay,
    EmbeddingDisplay,
    LineLengthDisplay,
    NearestWindowsDisplay,
    PSDDisplay,
    SpectrogramDisplay,
    WindowsDisplay,
]
HISTORY = pd.DataFrame(
    {
        "step": [10, 20, 30],
        "d_loss": [0.0, -1.0, -2.0],
        "g_loss": [1.0, 0.5, 0.0],
        "psd_distance": [1.0, 0.5, 0.7],
        "score": [3.0, 2.0, 2.5],
    }
)


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


@pytest.fixture
def windows():
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, 2, 128)) * np.exp(rng.normal(size=(40, 1, 1)))


@pytest.mark.parametrize("display_class", PAIR_DISPLAYS)
@pytest.mark.parametrize("n_channels", [1, 2])
def test_draws_on_the_given_axes(display_class, n_channels, windows, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("plt.show was called"))
    before = dict(mpl.rcParams)
    X = windows if n_channels == 2 else windows[:, 0]
    figure, axes = plt.subplots(1, 2)
    display = display_class.from_windows(X[:25], X[25:], sfreq=128.0, ax=axes[0])
    figure.canvas.draw()
    assert display.ax_ is axes[0]
    assert display.figure_ is figure
    assert not axes[1].has_data()
    assert plt.get_fignums() == [figure.number]
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("display_class", PAIR_DISPLAYS)
def test_makes_a_figure_and_plots_again_elsewhere(display_class, windows):
    display = display_class.from_windows(windows[:25], windows[25:], sfreq=128.0)
    first = display.figure_
    other = plt.subplots()[1]
    assert display.plot(other) is display
    assert display.figure_ is other.figure
    assert display.figure_ is not first


@pytest.mark.parametrize("display_class", PAIR_DISPLAYS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X[..., :60], "same .n_channels, n_times."),
        (lambda X: X * np.nan, "must be finite"),
        (lambda X: X[:0], "at least 1 window"),
    ],
)
def test_unfit_windows_are_refused(display_class, change, message, windows):
    with pytest.raises(ValueError, match=message):
        display_class.from_windows(windows, change(windows), sfreq=128.0)
    with pytest.raises(ValueError, match="'sfreq'"):
        display_class.from_windows(windows, windows, sfreq=0)


@pytest.mark.parametrize("display_class", PAIR_DISPLAYS)
def test_missing_matplotlib_is_named(display_class, windows, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"eegaug\[plot\]"):
        display_class.from_windows(windows, windows, sfreq=128.0)


@pytest.mark.parametrize("display_class", [NearestWindowsDisplay, SpectrogramDisplay])
def test_axes_that_cannot_be_divided_are_refused(display_class, windows):
    ax = plt.figure().add_axes((0, 0, 1, 1))
    with pytest.raises(ValueError, match=r"'ax'.*axes of a grid"):
        display_class.from_windows(windows, windows, ax=ax)


def test_random_windows_are_rows_of_the_data_on_one_scale(windows):
    shape = {"n_rows": 2, "n_columns": 3}
    display = WindowsDisplay.from_windows(windows, 2 * windows, sfreq=64.0, channel=1, **shape)
    for trace, synthetic in zip(display.traces, display.is_synthetic, strict=True):
        source = (2 if synthetic else 1) * windows[:, 1]
        assert any(np.array_equal(trace, row) for row in source)
    # Real on the left, synthetic on the right, in each of the two rows.
    assert display.is_synthetic.tolist() == 2 * [False, False, False, True, True, True]
    colors = [line.get_color() for line in display.lines_]
    assert len(set(colors)) == 2
    assert [color == colors[3] for color in colors] == display.is_synthetic.tolist()
    drawn = [np.ptp(line.get_ydata()) for line in display.lines_]
    assert_allclose(np.array(drawn) * display.scale_, np.ptp(display.traces, axis=1))
    assert any("a trace lasts 2 s" in text.get_text() for text in display.ax_.texts)
    other = WindowsDisplay.from_windows(windows, 2 * windows, random_state=1, **shape)
    assert not np.array_equal(other.traces, display.traces)


def test_blinded_windows_do_not_show_what_they_are(windows):
    display = WindowsDisplay.from_windows(windows, 5 + 2 * windows, blinded=True)
    assert len({line.get_color() for line in display.lines_}) == 1
    texts = [text.get_text() for text in display.ax_.texts]
    assert texts[:24] == [str(number) for number in range(1, 25)]
    assert not {"real", "synthetic"} & set(texts)
    assert display.is_synthetic.sum() == 12
    # The order is no secret only if it is that of the open figure.
    assert display.is_synthetic.tolist() != 3 * (4 * [False] + 4 * [True])
    for trace, synthetic in zip(display.traces, display.is_synthetic, strict=True):
        source = 5 + 2 * windows[:, 0] if synthetic else windows[:, 0]
        assert any(np.array_equal(trace, row) for row in source)


def test_constant_windows_are_drawn():
    display = WindowsDisplay.from_windows(np.ones((4, 16)), np.ones((4, 16)))
    assert display.scale_ == 1


def test_without_sfreq_times_are_in_samples(windows):
    display = NearestWindowsDisplay.from_windows(windows, windows)
    assert_array_equal(display.lines_[0, 0].get_xdata(), np.arange(128))
    assert {panel.get_xlabel() for panel in display.axes_[-1]} == {"sample"}
    random = WindowsDisplay.from_windows(windows, windows)
    assert any("lasts 128 samples" in text.get_text() for text in random.ax_.texts)
    lags = AutocorrelationDisplay.from_windows(windows, windows)
    assert_array_equal(lags.lags, np.arange(1, 65))
    assert lags.ax_.get_xlabel() == "lag (samples)"
    spectrogram = SpectrogramDisplay.from_windows(windows, windows)
    assert spectrogram.axes_[0].get_ylabel() == "frequency (cycles/sample)"
    assert spectrogram.freqs[-1] == 0.5


def test_without_sfreq_frequencies_are_in_cycles_per_sample(windows):
    display = PSDDisplay.from_windows(windows, windows)
    assert_allclose(display.freqs, np.arange(1, 65) / 128)
    assert display.ax_.get_xlabel() == "frequency (cycles/sample)"
    assert "µV² per cycle/sample" in display.ax_.get_ylabel()
    assert PSDDisplay.from_windows(windows, windows, fmax=0.25).freqs[-1] == 0.25
    in_hertz = PSDDisplay.from_windows(windows, windows, sfreq=256.0)
    assert in_hertz.freqs[-1] == 60
    assert in_hertz.ax_.get_xlabel() == "frequency (Hz)"


def test_bands_ask_for_sfreq(windows):
    with pytest.raises(ValueError, match=r"'sfreq'.*bands are in Hz. Got None"):
        BandPowerDisplay.from_windows(windows, windows)


def test_few_windows_give_few_rows(windows):
    assert len(WindowsDisplay.from_windows(windows, windows[:2]).lines_) == 4
    assert len(WindowsDisplay.from_windows(windows, windows[:9]).lines_) == 16


@pytest.mark.parametrize(
    ("display_class", "params", "error", "message"),
    [
        (kind, *rest)
        for kind in (NearestWindowsDisplay, WindowsDisplay)
        for rest in (
            ({"channel": 2}, ValueError, "less than the number of channels, 2. Got 2"),
            ({"channel": -1}, ValueError, "'channel'"),
        )
    ]
    + [
        (NearestWindowsDisplay, {"n_windows": 0}, ValueError, "'n_windows'"),
        (NearestWindowsDisplay, {"n_windows": 1.5}, TypeError, "'n_windows'"),
        (WindowsDisplay, {"n_rows": 0}, ValueError, "'n_rows'"),
        (WindowsDisplay, {"n_columns": 1.5}, TypeError, "'n_columns'"),
        (AutocorrelationDisplay, {"max_lag": 0}, ValueError, "'max_lag'"),
        (SpectrogramDisplay, {"max_windows": 0}, ValueError, "'max_windows'"),
    ],
)
def test_bad_parameters_of_traces(display_class, params, error, message, windows):
    with pytest.raises(error, match=message):
        display_class.from_windows(windows, windows, **params)


def test_a_planted_copy_is_found_at_any_gain(windows):
    train, synthetic = windows[:20], windows[20:].copy()
    synthetic[7] = 3 * train[11] + 5
    display = NearestWindowsDisplay.from_windows(train, synthetic, n_windows=2)
    assert_array_equal(display.lines_[0, 0].get_ydata(), synthetic[7, 0])
    assert_array_equal(display.lines_[0, 1].get_ydata(), train[11, 0])
    assert display.correlation[0] == pytest.approx(1)
    assert display.correlation[1] < 0.9


def test_correlation_is_pearsons(windows):
    X = windows[:, :1]
    display = NearestWindowsDisplay.from_windows(X[:20], X[20:], n_windows=3)
    pairs = zip(display.synthetic, display.training, strict=True)
    assert_allclose(display.correlation, [np.corrcoef(*pair)[0, 1] for pair in pairs])


def test_spectra_are_those_of_the_metric(windows):
    display = PSDDisplay.from_windows(windows, 10 * windows, sfreq=128.0)
    freqs, log_psd = log_spectrum(windows, sfreq=128.0)
    assert_array_equal(display.freqs, freqs)
    assert_allclose(display.real[0], 10 / np.log(10) * log_psd.mean(axis=0))
    assert_allclose(display.synthetic[0] - display.real[0], 20)
    assert_array_equal(display.lines_[1].get_ydata(), display.synthetic[0])


def test_interval_by_recording_is_wider():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(6), 10)
    X = rng.normal(size=(60, 128)) * np.exp(np.arange(6))[groups, np.newaxis]
    by_recording = PSDDisplay.from_windows(X, X, groups_real=groups)
    _, low, high = by_recording.real
    _, window_low, window_high = by_recording.synthetic
    assert (high - low > 2 * (window_high - window_low)).all()
    assert ((low < by_recording.real[0]) & (by_recording.real[0] < high)).all()
    again = PSDDisplay.from_windows(X, X, groups_real=groups)
    assert_array_equal(again.real, by_recording.real)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"groups_real": [0, 1]}, "groups_real must hold one label for each"),
        ({"confidence": 1.0}, "'confidence'"),
        ({"n_bootstrap": 0}, "'n_bootstrap'"),
    ],
)
def test_bad_parameters_of_spectra(params, message, windows):
    with pytest.raises(ValueError, match=message):
        PSDDisplay.from_windows(windows, windows, **params)


@pytest.mark.parametrize("display_class", [PSDDisplay, AutocorrelationDisplay])
def test_the_band_holds_most_recordings_and_not_another_kind(display_class):
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 8)
    X = rng.normal(size=(160, 128)) * np.exp(0.5 * rng.normal(size=20))[groups, np.newaxis]
    X[:, 1:] += np.linspace(0, 1, 20)[groups, np.newaxis] * X[:, :-1]
    display = display_class.from_windows(X, 20 * X.cumsum(axis=1), groups_real=groups)
    low, high = display.band
    own, other = (np.atleast_2d(each)[0] for each in (display.real, display.synthetic))
    assert ((low < own) & (own < high)).mean() > 0.9
    assert ((other < low) | (high < other)).mean() > 0.5
    curves = [
        display_class.from_windows(X[groups == name], X, ax=display.ax_).real for name in range(20)
    ]
    curves = [np.atleast_2d(each)[0] for each in curves]
    share = np.mean([(low <= each) & (each <= high) for each in curves])
    assert share == pytest.approx(0.9, abs=0.02)
    labels = display.ax_.get_legend_handles_labels()[1]
    assert "middle 90 % of real recordings" in labels
    assert display_class.from_windows(X, X).band is None


def test_autocorrelation_of_a_rhythm():
    X = np.sin(2 * np.pi * 10 * np.arange(400) / 100 + np.arange(12)[:, np.newaxis])
    display = AutocorrelationDisplay.from_windows(X, -3 * X, sfreq=100.0, max_lag=0.1)
    assert_allclose(display.lags, np.arange(1, 11) / 100)
    assert display.real.argmin() == 4  # half a period
    assert display.real[-1] > 0.9
    assert_allclose(display.synthetic, display.real)


def test_a_spectrogram_shows_when_and_at_which_frequency():
    times = np.arange(400) / 100
    late = np.sin(2 * np.pi * 20 * times) * (times > 2)
    noise = np.random.default_rng(0).normal(size=(2, 30, 400))
    display = SpectrogramDisplay.from_windows(noise[0], noise[1] + 5 * late, sfreq=100.0)
    change = display.synthetic - display.real
    row, column = np.unravel_index(change.argmax(), change.shape)
    assert display.freqs[row] == pytest.approx(20, abs=1)
    assert display.times[column] > 2
    assert np.abs(change[:, display.times < 1.4]).max() < 5
    assert display.freqs[-1] <= 60
    images = [image.get_clim() for image in display.images_]
    assert images[0] == images[1]


def test_scores_are_drawn_with_their_intervals():
    display = GainDisplay.from_scores([0.7, 0.6, 0.8], [0.8, 0.7, 0.9], [0.1, -0.1, 0.3])
    bars = [line.get_xdata() for line in display.axes_[0].lines[::2]]
    assert_allclose(bars, [[0.7, 0.9], [0.6, 0.8]])
    assert_allclose(display.axes_[1].lines[0].get_xdata(), [-0.1, 0.3])
    with pytest.raises(ValueError, match=r"Got the shapes .*; give three numbers"):
        GainDisplay.from_scores([0.7, 0.6], [0.8, 0.7, 0.9], [0.1, -0.1, 0.3])
    display = SeparationDisplay.from_scores([0.9, 0.7], [0.6, 0.5])
    assert_allclose(display.points_[0].get_offsets()[:, 0], [0.7, 0.9])
    assert_allclose(display.points_[1].get_offsets()[:, 0], [0.5, 0.6])


def test_line_length_sees_roughness_at_one_amplitude(windows):
    smooth = windows.cumsum(axis=-1)
    smooth *= (windows.std(axis=-1) / smooth.std(axis=-1))[..., np.newaxis]
    amplitude, length = (
        kind.from_windows(windows, smooth) for kind in (AmplitudeDisplay, LineLengthDisplay)
    )
    assert_allclose(amplitude.real, amplitude.synthetic, atol=4)
    centres = [np.arange(20) @ share / 100 for share in (length.real, length.synthetic)]
    assert centres[0] > centres[1] + 4


def test_gain_moves_amplitudes(windows):
    display = AmplitudeDisplay.from_windows(windows, 10 * windows, n_bins=30)
    centres = np.log10(np.sqrt(display.edges[1:] * display.edges[:-1]))
    gain = (display.synthetic - display.real) @ centres / 100
    assert gain == pytest.approx(1, abs=0.1)
    assert display.ax_.get_xlabel() == "standard deviation (µV)"


@pytest.mark.parametrize("n_constant", [1, 40])
def test_constant_windows_have_an_amplitude_too(n_constant, windows):
    X = windows.copy()
    X[:n_constant] = 3.0
    display = AmplitudeDisplay.from_windows(X, X)
    assert display.real.sum() == pytest.approx(100)


def test_alpha_is_in_the_alpha_band():
    X = 50 * np.sin(2 * np.pi * 10 * np.arange(200) / 100 + np.arange(12)[:, np.newaxis])
    display = BandPowerDisplay.from_windows(X, 2 * X, sfreq=100.0)
    assert display.bands[display.real.mean(axis=0).argmax()] == "alpha"
    alpha = display.bands.index("alpha")
    # The silence that is added is a millionth of the mean power.
    gain = display.synthetic[:, alpha] - display.real[:, alpha]
    assert_allclose(gain, 20 * np.log10(2), atol=1e-5)
    medians = [line.get_ydata()[0] for line in display.boxes_[0]["medians"]]
    assert_allclose(medians, np.median(display.real, axis=0))


def test_bands_without_a_frequency_are_left_out(windows):
    display = BandPowerDisplay.from_windows(windows[..., :16], windows[..., :16], sfreq=128.0)
    assert display.bands == ["alpha", "beta", "gamma"]
    with pytest.raises(ValueError, match="hold no frequency of the bands delta"):
        BandPowerDisplay.from_windows(windows[..., :4], windows[..., :4], sfreq=1000.0)


def test_the_plane_shows_what_differs(windows):
    noise = np.random.default_rng(0).normal(size=windows.shape)
    display = EmbeddingDisplay.from_windows(noise, noise.cumsum(axis=-1)[:30])
    assert display.real.shape == display.synthetic.shape == (30, 2)
    apart = display.synthetic[:, 0] - display.real[:, 0].mean()
    assert (np.sign(apart) == np.sign(apart[0])).all()
    few = EmbeddingDisplay.from_windows(windows, windows, max_points=5)
    assert len(few.points_[0].get_offsets()) == 5
    assert_array_equal(
        few.real, EmbeddingDisplay.from_windows(windows, windows, max_points=5).real
    )


def test_history_draws_its_columns():
    display = HistoryDisplay.from_history(HISTORY)
    assert len(display.axes_) == 2
    drawn = [line.get_ydata().tolist() for line in display.lines_]
    assert drawn == [
        HISTORY[name].tolist() for name in ("d_loss", "g_loss", "psd_distance", "score")
    ]
    assert display.axes_[-1].get_xlabel() == "training step"


def test_history_without_a_monitor_has_one_panel():
    display = HistoryDisplay.from_history(HISTORY[["step", "d_loss", "g_loss"]])
    assert len(display.axes_) == 1


def test_history_without_losses_is_refused():
    with pytest.raises(ValueError, match="without d_loss, step"):
        HistoryDisplay.from_history(HISTORY[["g_loss"]])


def test_history_of_a_sampler():
    sampler = BaseEstimator()
    sampler.fit = None
    with pytest.raises(NotFittedError):
        HistoryDisplay.from_sampler(sampler, 1)
    sampler.history_ = {1: HISTORY}
    assert HistoryDisplay.from_sampler(sampler, 1).history is HISTORY
    with pytest.raises(ValueError, match=r"'label'.*\[1\]. Got 2"):
        HistoryDisplay.from_sampler(sampler, 2)
