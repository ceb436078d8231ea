import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eegaug.metrics import (
    METRICS,
    Metric,
    autocorrelation_distance,
    coverage_score,
    psd_distance,
    sliced_wasserstein_distance,
    spike_rate_distance,
)

FUNCTIONS = {name: metric.function for name, metric in METRICS.items()}


def arguments(metric, X):
    """Keyword arguments that the metric cannot do without."""
    y = np.arange(len(X)) % 2
    every = {"X_holdout": -X[::-1], "y_real": y, "y_synthetic": y, "sfreq": 100.0}
    return {name: every[name] for name in METRICS[metric.__name__].needs}


@pytest.fixture
def windows():
    X = np.random.RandomState(0).normal(size=(2, 24, 2, 64))
    X[:, ::2] *= 3
    return X


@pytest.mark.parametrize("metric", FUNCTIONS.values(), ids=FUNCTIONS)
def test_each_metric_gives_a_python_float_and_leaves_its_input_alone(metric, windows):
    real, synthetic = windows.copy()
    value = metric(real, synthetic, **arguments(metric, real))
    assert type(value) is float
    assert np.isfinite(value)
    np.testing.assert_array_equal([real, synthetic], windows)


@pytest.mark.parametrize("metric", FUNCTIONS.values(), ids=FUNCTIONS)
def test_flat_integer_and_nested_lists_count_as_a_single_channel(metric, windows):
    real, synthetic = np.rint(100 * windows[:, :, :1]).astype(np.int16)
    required = arguments(metric, real)
    flat = {k: v[:, 0] if k == "X_holdout" else v for k, v in required.items()}
    expected = metric(real, synthetic, **required)
    assert metric(real[:, 0], synthetic[:, 0], **flat) == expected
    assert metric(real[:, 0].tolist(), synthetic[:, 0].tolist(), **flat) == expected


@pytest.mark.parametrize("metric", FUNCTIONS.values(), ids=FUNCTIONS)
def test_all_but_the_windows_is_keyword_only(metric):
    names, parameters = zip(*inspect.signature(metric).parameters.items(), strict=True)
    assert names[:2] == ("X_real", "X_synthetic")
    assert {p.kind for p in parameters[2:]} <= {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("metric", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda X: X[:, :, :-1], "same .n_channels, n_times."),
        (lambda X: X[:, :1], "same .n_channels, n_times."),
        (lambda X: X[:0], "X_synthetic must hold at least"),
        (lambda X: X[:, :, :0], "X_synthetic must have at least one channel"),
        (lambda X: X[0, 0], "X_synthetic must have the shape"),
        (lambda X: np.where(X.max() == X, np.nan, X), "X_synthetic contains .* 1 of 24"),
        (lambda X: np.where(X.max() == X, np.inf, X), "X_synthetic contains .* 1 of 24"),
    ],
)
def test_unfit_windows_are_named(metric, spoil, message, windows):
    real, synthetic = windows
    with pytest.raises(ValueError, match=message):
        metric(real, spoil(synthetic), **arguments(metric, real))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("frechet_distance", "X_real must hold at least 2 windows. Got 1"),
        ("mmd_distance", "X_real must hold at least 2 windows. Got 1"),
        ("discriminative_score", "X_real must hold at least 2 windows. Got 1"),
        ("coverage_score", r"X_real must hold at least n_neighbors \+ 1 = 6 windows. Got 1"),
    ],
)
def test_one_window_where_more_are_needed(name, message, windows):
    with pytest.raises(ValueError, match=message):
        FUNCTIONS[name](windows[0][:1], windows[1])


@pytest.mark.parametrize(
    ("metric", "params", "error", "message"),
    [
        (psd_distance, {"sfreq": 0}, ValueError, r"'sfreq' parameter .* \(0, inf\). Got 0"),
        (psd_distance, {"sfreq": "1"}, TypeError, "'sfreq' parameter .* Got '1'"),
        (psd_distance, {"sfreq": np.nan}, ValueError, "Got nan"),
        (coverage_score, {"n_neighbors": 0}, ValueError, r"'n_neighbors' .* int .* \[1, inf\)"),
        (coverage_score, {"n_neighbors": 2.5}, TypeError, "Got 2.5"),
        (coverage_score, {"embedding": "pca"}, ValueError, "one of 'kernels', 'catch22'"),
        (sliced_wasserstein_distance, {"n_projections": True}, TypeError, "Got True"),
    ],
)
def test_unfit_parameters_are_named(metric, params, error, message, windows):
    with pytest.raises(error, match=message):
        metric(*windows, **params)


@pytest.mark.parametrize(
    "name", ["psd_distance", "band_power_distance", "autocorrelation_distance"]
)
def test_a_single_sample_has_no_spectrum(name, windows):
    with pytest.raises(ValueError, match="at least 2 samples in time"):
        FUNCTIONS[name](windows[0][..., :1], windows[1][..., :1], sfreq=100)


def test_bands_in_hertz_ask_for_the_sampling_frequency(windows):
    with pytest.raises(ValueError, match="band_power_distance needs sfreq"):
        FUNCTIONS["band_power_distance"](*windows)
    assert [name for name in METRICS if METRICS[name].in_hertz] == ["band_power_distance"]


def test_without_sampling_frequency_times_are_in_samples(windows):
    real, synthetic = windows
    synthetic = synthetic.copy()
    synthetic[:, :, 9] = 40
    # The whole spectrum, as for windows that are too short for 1 to 60 Hz.
    assert psd_distance(*windows) == pytest.approx(psd_distance(*windows, sfreq=1e6))
    assert psd_distance(*windows) != psd_distance(*windows, sfreq=100)
    for sfreq in (50.0, 1000.0):
        rate = spike_rate_distance(real, synthetic, sfreq=sfreq)
        assert rate == pytest.approx(sfreq * spike_rate_distance(real, synthetic))
        lags = autocorrelation_distance(real, synthetic, sfreq=sfreq, max_lag=7 / sfreq)
        assert lags == autocorrelation_distance(real, synthetic, max_lag=7)


def test_windows_too_short_for_any_band_are_refused(windows):
    with pytest.raises(ValueError, match="hold no frequency of the bands"):
        FUNCTIONS["band_power_distance"](windows[0][..., :2], windows[1][..., :2], sfreq=173.61)


# Held-out copies of the training windows are refused, so silence has no such ratio.
@pytest.mark.parametrize("name", sorted(set(METRICS) - {"nearest_window_ratio_score"}))
def test_constant_windows_give_a_number(name):
    metric = FUNCTIONS[name]
    silence = np.zeros((12, 64))
    assert np.isfinite(metric(silence, silence, **arguments(metric, silence)))


@given(
    n_real=st.integers(6, 9),
    n_synthetic=st.integers(6, 9),
    n_channels=st.integers(1, 3),
    n_times=st.integers(2, 40),
    dtype=st.sampled_from([np.int16, np.float32, np.float64]),
    name=st.sampled_from([n for n, metric in METRICS.items() if not metric.needs]),
)
@settings(max_examples=60, deadline=None)
def test_any_shape_and_dtype(n_real, n_synthetic, n_channels, n_times, dtype, name):
    rng = np.random.RandomState(0)
    real = (100 * rng.normal(size=(n_real, n_channels, n_times))).astype(dtype)
    synthetic = (100 * rng.normal(size=(n_synthetic, n_channels, n_times))).astype(dtype)
    value = FUNCTIONS[name](real, synthetic)
    assert np.isfinite(value)
    assert value >= 0


def test_the_name_tells_the_direction():
    for name, metric in METRICS.items():
        assert metric.better == ("lower" if name.endswith("_distance") else "higher")
    with pytest.raises(ValueError, match="must end in '_distance' or '_score'"):
        Metric(np.linalg.norm, "waveform").better  # noqa: B018
