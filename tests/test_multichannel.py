"""Windows of many channels through samplers, metrics, comparisons, figures and report."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from eegaug import GANOversampler, JitterOversampler, SurrogateOversampler, plotting
from eegaug.evaluation import compare_generators, compare_samplers
from eegaug.gan import GANGenerator
from eegaug.metrics import METRICS, metric_table
from eegaug.report import quality_report
from eegaug.windows import WindowScaler

pytestmark = pytest.mark.uncompiled

SFREQ = 64.0
N_TIMES = 32
GAINS = np.array([30.0, 3000.0, 0.3])
GROUPS = np.arange(144) // 4
Y = (GROUPS % 4 == 0).astype(int)
TINY = {"n_steps": 2, "width": 2, "latent_dim": 4, "batch_size": 4}
SAMPLERS = {
    "jitter": JitterOversampler(random_state=0, growth=1),
    "phase": SurrogateOversampler(random_state=0),
    "iaaft": SurrogateOversampler(method="iaaft", max_iter=3, random_state=0),
    "gan": GANOversampler(GANGenerator(**TINY), random_state=0, growth=1, sfreq=SFREQ),
}


def windows():
    """Return slow waves that the channels share, at gains far apart, and offsets."""
    rng = np.random.default_rng(0)
    noise = np.cumsum(rng.normal(size=(len(Y), 3, N_TIMES)), axis=-1)
    noise = noise - noise.mean(axis=-1, keepdims=True)
    mixed = noise + 0.7 * np.roll(noise, 1, axis=1)
    return (1 + Y[:, None, None]) * mixed * GAINS[:, None] + 5 * GAINS[:, None]


X = windows()


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("dtype", ["float32", "int16"])
def test_samplers_keep_layout_dtype_and_the_unit_of_each_channel(name, dtype):
    data = X.astype(dtype)
    X_res, y_res = SAMPLERS[name].fit_resample(data, Y)
    n_new = 2 * (Y == 0).sum() - len(Y)
    assert X_res.shape == (len(Y) + n_new, 3, N_TIMES)
    assert X_res.dtype == dtype
    assert_array_equal(X_res[: len(Y)], data)
    assert_array_equal(y_res[len(Y) :], 1)
    real, new = data[Y == 1].astype(float), X_res[len(Y) :].astype(float)
    ratio = new.std(axis=(0, 2)) / real.std(axis=(0, 2))
    assert ((ratio > 0.3) & (ratio < 3)).all()
    drift = np.median(new, axis=(0, 2)) - np.median(real, axis=(0, 2))
    assert (abs(drift) < 3 * real.std(axis=(0, 2))).all()


@pytest.mark.parametrize("name", SAMPLERS)
def test_volts_and_microvolts_give_the_same_windows(name):
    microvolts = SAMPLERS[name].fit_resample(X, Y)[0][len(Y) :]
    volts = SAMPLERS[name].fit_resample(1e-6 * X, Y)[0][len(Y) :]
    # Networks work in single precision, so the GAN's agree to some of its digits.
    tolerance = 1e-2 if name == "gan" else 1e-9
    assert_allclose(1e6 * volts / GAINS[:, None], microvolts / GAINS[:, None], atol=tolerance)


@given(
    gains=st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=4),
    offset=st.floats(-100, 100),
)
def test_each_channel_is_scaled_by_itself(gains, offset):
    rng = np.random.default_rng(0)
    unit = rng.normal(size=(20, len(gains), 16)) + offset
    scaled = WindowScaler.from_windows(unit * np.array(gains)[:, None])
    assert_allclose(scaled.apply(unit * np.array(gains)[:, None]).std(axis=(0, 2)), 1, rtol=0.1)
    loud = unit.copy()
    loud[:, 0] *= 1000
    quiet, changed = WindowScaler.from_windows(unit), WindowScaler.from_windows(loud)
    assert_array_equal(quiet.scale[1:], changed.scale[1:])
    assert_array_equal(quiet.offset[1:], changed.offset[1:])


def test_a_flat_channel_stays_what_it_is():
    flat = X.copy()
    flat[:, 1] = 7.0
    for name, sampler in SAMPLERS.items():
        new = sampler.fit_resample(flat, Y)[0][len(Y) :]
        limit = 5.0 if name == "gan" else 1e-9
        assert abs(new[:, 1] - 7.0).max() < limit, name
        assert np.isfinite(new).all()


@pytest.mark.parametrize("unit", [1.0, 1e-6])
def test_all_metrics_in_one_table(unit):
    real, other = unit * X[Y == 1][::2], unit * X[Y == 1][1::2]
    table = metric_table(
        real,
        other,
        groups_real=GROUPS[Y == 1][::2],
        X_holdout=unit * X[Y == 0][:18],
        groups_holdout=GROUPS[Y == 0][:18],
        y_real=np.arange(18) % 2,
        y_synthetic=np.arange(18) % 2,
        sfreq=SFREQ,
        n_resamples=2,
    )
    assert set(table["metric"]) == {*METRICS, "membership_inference_attack"}
    assert np.isfinite(table["value"]).all()


def test_comparisons_of_samplers_and_of_generators():
    flat = make_pipeline(
        FunctionTransformer(lambda X: np.log(X.std(axis=2))), LogisticRegression()
    )
    samplers = {"none": None, "jitter": SAMPLERS["jitter"], "gan": SAMPLERS["gan"]}
    results = compare_samplers(
        samplers, {"power": flat}, X, Y, groups=GROUPS, n_splits=2, threshold_splits=0
    )
    assert len(results) == 6
    assert (results["roc_auc"] > 0.6).all()
    del samplers["none"]
    figures = compare_generators(samplers, X, Y, groups=GROUPS, n_groups=4, sfreq=SFREQ)
    assert figures.drop(columns="sampler").notna().all(axis=None)
    assert (figures["covariance_distance"] > 0).all()


def test_report_and_figures_of_a_fitted_sampler():
    sampler = SAMPLERS["gan"]
    sampler.fit_resample(X, Y, groups=GROUPS)
    report = quality_report(
        sampler, X, Y, groups=GROUPS, sfreq=SFREQ, channel=2, n_resamples=2, random_state=0
    )
    page = report.to_html()
    assert "covariance" in page
    assert report.findings_[1]
    synthetic = sampler.sample(20, 1, random_state=0)
    display = plotting.WindowsDisplay.from_windows(X[Y == 1], synthetic, sfreq=SFREQ, channel=2)
    assert display.figure_ is not None


def test_a_gan_makes_300_channels():
    rng = np.random.default_rng(0)
    windows, y = rng.normal(size=(30, 300, 304)), np.repeat([0, 1], [18, 12])
    windows[:, 1:] += windows[:, :-1]
    sampler = GANOversampler(GANGenerator(**TINY), random_state=0, growth=1, real_share=0)
    made = sampler.fit_resample(windows, y)[0][30:]
    assert made.shape == (6, 300, 304)
    assert 0.3 < made.std() / windows[y == 1].std() < 3
