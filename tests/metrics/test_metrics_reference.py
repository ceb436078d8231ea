"""The metrics against other implementations of the same formulas."""

import numpy as np
import pytest
from prdc import compute_prdc
from scipy import linalg, signal, stats
from sklearn.metrics.pairwise import euclidean_distances, rbf_kernel

from eegaug.metrics import (
    amplitude_distance,
    autocorrelation_distance,
    band_power_distance,
    covariance_distance,
    coverage_score,
    density_score,
    frechet_distance,
    line_length_distance,
    mmd_distance,
    psd_distance,
    sliced_wasserstein_distance,
    spike_rate_distance,
)
from eegaug.metrics._check import check_pair
from eegaug.metrics._embedding import embed_together
from eegaug.metrics._exchange import Stratum, bounds, exchanges, significance


@pytest.fixture
def pair(simulated):
    X, _ = simulated
    return X[0::2], 1.3 * X[1::2][:100]


@pytest.mark.parametrize("embedding", ["raw", "kernels", "shape"])
@pytest.mark.parametrize("k", [1, 5])
def test_diversity_equals_prdc(pair, embedding, k):
    features = embed_together(*check_pair(*pair), embedding=embedding)
    expected = compute_prdc(*features, nearest_k=k)
    for name, score in (
        ("density", density_score),
        ("coverage", coverage_score),
    ):
        value = score(*pair, n_neighbors=k, embedding=embedding)
        assert value == pytest.approx(expected[name], abs=1e-6)


def test_own_features_pass_through_the_raw_embedding(pair):
    features = embed_together(*check_pair(*pair), embedding="kernels")
    assert coverage_score(*features, embedding="raw") == coverage_score(*pair)


def test_sliced_wasserstein_equals_pot(pair, monkeypatch):
    # POT loads every array library that it finds, unless this is set.
    monkeypatch.setenv("POT_BACKEND_DISABLE_TENSORFLOW", "1")
    ot = pytest.importorskip("ot")
    real, synthetic = (X[:100].reshape(100, -1) for X in pair)
    expected = ot.sliced_wasserstein_distance(
        real, synthetic, n_projections=64, p=2, seed=np.random.RandomState(3)
    )
    value = sliced_wasserstein_distance(
        real, synthetic, n_projections=64, random_state=np.random.RandomState(3)
    )
    assert value == pytest.approx(expected, rel=1e-9)


def test_sliced_wasserstein_draws_equal_numbers(pair):
    real, synthetic = pair
    assert len(real) > len(synthetic)
    same = sliced_wasserstein_distance(real, real[:50], random_state=0)
    assert 0 < same < sliced_wasserstein_distance(real, 3 * synthetic, random_state=0)
    assert same == sliced_wasserstein_distance(real, real[:50], random_state=0)


@pytest.mark.parametrize("embedding", ["raw", "kernels"])
def test_mmd_equals_full_kernel_matrices(pair, embedding, monkeypatch):
    # A small block, so that the sum runs over several.
    monkeypatch.setattr("eegaug.metrics._distribution._BLOCK_VALUES", 1000)
    real, synthetic = embed_together(*check_pair(*pair), embedding=embedding)
    distances = euclidean_distances(real)[np.triu_indices(len(real), 1)]
    gamma = 1 / (2 * np.median(distances) ** 2)
    squared = (
        rbf_kernel(real, real, gamma).mean()
        + rbf_kernel(synthetic, synthetic, gamma).mean()
        - 2 * rbf_kernel(real, synthetic, gamma).mean()
    )
    assert mmd_distance(*pair, embedding=embedding) == pytest.approx(np.sqrt(squared), rel=1e-6)


def test_frechet_equals_the_matrix_square_root(pair):
    real, synthetic = (X[:100] for X in pair)
    a, b = embed_together(*check_pair(real, synthetic), embedding="kernels")
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = linalg.sqrtm(cov_a @ cov_b)
    expected = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a + cov_b - 2 * root.real)
    assert frechet_distance(real, synthetic) == pytest.approx(expected, rel=1e-4)


def test_psd_distance_equals_scipy_periodograms(pair):
    logs = []
    for X in pair:
        freqs, psd = signal.periodogram(X[:, 0], fs=173.61, window="hann", detrend="constant")
        psd = psd[:, (freqs >= 1) & (freqs <= 60)]
        logs.append(np.log(psd + 1e-6 * psd.mean()).mean(axis=0))
    assert psd_distance(*pair, sfreq=173.61) == pytest.approx(
        np.abs(logs[0] - logs[1]).mean(), rel=1e-9
    )


def test_band_power_distance_of_a_gain_is_its_logarithm(simulated):
    X, _ = simulated
    assert band_power_distance(X, 3 * X, sfreq=173.61) == pytest.approx(2 * np.log(3), rel=1e-3)


def test_autocorrelation_equals_direct_correlation(pair):
    def direct(X):
        x = X[:, 0] - X[:, 0].mean(axis=1, keepdims=True)
        rows = [np.correlate(w, w, "full")[len(w) - 1 :] / (w @ w) for w in x]
        return np.mean(rows, axis=0)[1:36]

    expected = np.abs(direct(pair[0]) - direct(pair[1])).mean()
    value = autocorrelation_distance(*pair, sfreq=173.61, max_lag=35 / 173.61)
    assert value == pytest.approx(expected, rel=1e-9)


def test_amplitude_distance_equals_scipy_over_channels(simulated_channels):
    X, _ = simulated_channels
    a, b = X[::2], 2 * X[1::2] + 1
    expected = [stats.wasserstein_distance(a[:, c].ravel(), b[:, c].ravel()) for c in range(3)]
    assert amplitude_distance(a, b) == pytest.approx(np.mean(expected), rel=1e-9)


def test_line_length_counts_each_step():
    saw = np.tile([0.0, 2.0, -1.0, 4.0], (6, 1))  # steps 2, 3, 5
    assert line_length_distance(np.zeros((4, 4)), saw) == pytest.approx(10 / 3)


def test_spikes_are_counted_once_a_run_and_per_second():
    quiet = np.tile(np.r_[np.linspace(-1, 1, 100), np.linspace(1, -1, 100)], (3, 1))
    spikes = quiet.copy()
    spikes[:, 0] = -50  # at the window's edge
    spikes[:, 40:44] = 50  # one run
    spikes[:, 100:102] = -50
    # 3 events in 2 s
    assert spike_rate_distance(quiet, spikes, sfreq=100) == pytest.approx(1.5)
    assert spike_rate_distance(quiet, 9 * spikes + 7, sfreq=100) == pytest.approx(1.5)
    flat = np.where(np.arange(200) < 5, 1.0, 0.0) * np.ones((3, 1))
    assert spike_rate_distance(quiet, flat, sfreq=100) == 0


def test_covariance_distance_equals_matrix_logarithms(simulated_channels):
    X, _ = simulated_channels
    a, b = X[::2], X[1::2] @ np.eye(178) + 0.4 * X[1::2, ::-1]

    def mean_covariance(X):
        return np.mean([np.cov(w, ddof=0) for w in X], axis=0)

    ridge = 1e-3 * np.trace(mean_covariance(a)) / 3 * np.eye(3)
    gap = linalg.logm(mean_covariance(a) + ridge) - linalg.logm(mean_covariance(b) + ridge)
    assert covariance_distance(a, b) == pytest.approx(np.linalg.norm(gap), rel=1e-6)


def test_covariance_distance_of_one_channel_is_the_log_variance_ratio(simulated):
    X, _ = simulated
    assert covariance_distance(X, 3 * X) == pytest.approx(2 * np.log(3), rel=1e-3)


@pytest.mark.parametrize("n_permutations", [100, 3000])  # random exchanges, and all 924
def test_exchanged_windows_equal_the_exact_test_of_mann_and_whitney(n_permutations):
    rng = np.random.RandomState(0)
    scores, member = rng.normal(size=12), np.arange(12) < 6
    scores[member] += 0.8
    stratum = Stratum.rank(scores, np.arange(12), member)
    auc, exchanged, exact, testable = exchanges([stratum], n_permutations, 0.025, rng)
    expected = stats.mannwhitneyu(
        scores[member], scores[~member], alternative="greater", method="exact"
    )
    assert (exact, testable) == (n_permutations > 924, True)
    assert auc == pytest.approx(expected.statistic / 36)
    p_value, detectable = significance(auc, exchanged, exact, 0.025)
    assert p_value == pytest.approx(expected.pvalue, abs=1e-9 if exact else 0.1)
    if exact:
        cuts = stats.mannwhitneyu(
            scores[member] + np.linspace(0, 5, 500)[:, np.newaxis],
            np.broadcast_to(scores[~member], (500, 6)),
            alternative="greater",
            method="exact",
            axis=1,
        )
        least = cuts.statistic[cuts.pvalue <= 0.025].min() / 36
        assert detectable == pytest.approx(least)


def test_interval_equals_that_of_delong():
    rng = np.random.RandomState(0)
    scores, member = rng.normal(size=60).round(1), np.arange(60) < 25
    scores[member] += 0.5
    wins = (scores[member][:, np.newaxis] > scores[~member]) * 1.0
    wins += 0.5 * (scores[member][:, np.newaxis] == scores[~member])
    auc = wins.mean()
    variance = wins.mean(axis=1).var(ddof=1) / 25 + wins.mean(axis=0).var(ddof=1) / 35
    reach = stats.t.ppf(0.975, 24) * np.sqrt(variance)
    stratum = Stratum.rank(scores, np.arange(60), member)
    assert bounds([stratum], auc, 0.025) == pytest.approx((auc - reach, auc + reach))


def test_catch22_embedding_holds_24_features_a_channel(simulated_channels):
    catch22 = pytest.importorskip("pycatch22")
    X, _ = simulated_channels
    real, synthetic = embed_together(X[:9], X[9:15], embedding="catch22")
    assert (real.shape, synthetic.shape) == ((9, 72), (6, 72))
    np.testing.assert_allclose(real.mean(axis=0), 0, atol=1e-9)
    values = [catch22.catch22_all(w[1], catch24=True)["values"] for w in X[:9]]
    column = np.array(values)[:, 22]  # the mean
    np.testing.assert_allclose(real[:, 46], (column - column.mean()) / column.std(), atol=1e-9)


def test_catch22_without_the_extra_says_what_to_install(simulated, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pycatch22", None)
    with pytest.raises(ImportError, match=r"pip install 'eegaug\[metrics\]'"):
        coverage_score(simulated[0], simulated[0], embedding="catch22")


def test_embedding_in_batches_equals_embedding_at_once(simulated_channels, monkeypatch):
    X = simulated_channels[0][:40]
    (whole,) = embed_together(X, embedding="kernels")
    monkeypatch.setattr("eegaug.metrics._embedding._BATCH_VALUES", 30_000)
    (batched,) = embed_together(X, embedding="kernels")
    np.testing.assert_allclose(batched, whole, atol=1e-9)
