import numpy as np
import pytest

from eegaug.metrics import METRICS, metric_table, psd_distance, with_reference


@pytest.fixture(scope="module")
def parts(simulated):
    X, groups = simulated
    train, other, held = (groups % 3 == i for i in range(3))
    return {
        "X_real": X[train],
        "X_synthetic": X[other],
        "X_holdout": X[held],
        "groups_real": groups[train],
        "groups_holdout": groups[held],
    }


def test_table_holds_a_row_a_metric(parts):
    y = np.arange(96) % 2
    table = metric_table(**parts, y_real=y, y_synthetic=y, sfreq=173.61, n_resamples=4)
    assert table.columns.tolist() == [
        "metric",
        "value",
        "low",
        "high",
        "real_vs_real",
        "ratio",
        "better",
    ]
    assert table["metric"].tolist() == [*METRICS, "membership_inference_attack"]
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    with_ratio = table[table["real_vs_real"] != 0]
    np.testing.assert_allclose(
        with_ratio["ratio"], with_ratio["value"] / with_ratio["real_vs_real"]
    )
    assert set(table["better"]) == {"lower", "higher"}


def test_table_leaves_out_what_lacks_input(parts):
    table = metric_table(parts["X_real"], parts["X_synthetic"], n_resamples=1)
    lacking = {"tstr_score", "trts_score", "nearest_window_ratio_score", "band_power_distance"}
    assert set(table["metric"]) == set(METRICS) - lacking


def test_a_metric_that_is_named_and_lacks_its_input_is_an_error(parts):
    with pytest.raises(ValueError, match="band_power_distance needs sfreq"):
        metric_table(**parts, metrics=["psd_distance", "band_power_distance"], n_resamples=1)


def test_honest_windows_come_to_the_reference_and_spoiled_ones_do_not(parts):
    names = ["psd_distance", "frechet_distance", "coverage_score", "nearest_window_ratio_score"]
    honest = metric_table(**parts, metrics=names, n_resamples=20).set_index("metric")
    spoiled = {**parts, "X_synthetic": 20 * parts["X_synthetic"]}
    spoiled["X_synthetic"][:40] = parts["X_real"][:40]
    bad = metric_table(**spoiled, metrics=names, n_resamples=20).set_index("metric")
    assert honest["ratio"].between(0.5, 2).all()
    assert (bad["ratio"][:2] > 3).all()
    assert (bad["ratio"][2:] < 0.8).all()
    np.testing.assert_array_equal(honest["real_vs_real"], bad["real_vs_real"])


def test_table_and_single_metric_agree_and_are_seeded(parts):
    single = with_reference(
        "psd_distance",
        parts["X_real"],
        parts["X_synthetic"],
        groups_real=parts["groups_real"],
        n_resamples=5,
        random_state=np.random.RandomState(0).randint(2**31 - 1),
        sfreq=100.0,
    )
    table = metric_table(
        **parts, metrics=["psd_distance"], n_resamples=5, random_state=0, sfreq=100.0
    )
    assert table.loc[0].to_dict() == vars(single)


def test_reference_by_recording_keeps_recordings_whole(parts):
    rows = []

    def overlap_score(X_real, X_synthetic):
        """Share of the first set's recordings, known by their gain, in the second."""
        marks = [set(X[:, 0, 0].tolist()) for X in (X_real, X_synthetic)]
        rows.append((len(X_real), len(X_synthetic)))
        return len(marks[0] & marks[1]) / len(marks[0])

    marked = np.broadcast_to(parts["groups_real"][:, np.newaxis] * 1.0, (96, 5))
    grouped = with_reference(overlap_score, marked, marked, groups_real=parts["groups_real"])
    assert (grouped.real_vs_real, grouped.value > 0.9) == (0.0, True)
    assert np.isnan(grouped.ratio)
    assert with_reference(overlap_score, marked, marked).real_vs_real > 0.5
    assert all(n_real == n_synthetic for n_real, n_synthetic in rows)


def test_interval_covers_as_the_sampling_spread_does():
    """Half-samples spread as wide as means of whole samples do."""

    def mean_distance(X_real, X_synthetic):
        return X_synthetic.mean() - X_real.mean()

    X = np.random.RandomState(0).normal(size=(2, 200, 10))
    result = with_reference(mean_distance, *X, n_resamples=400)
    expected = 2 * 1.96 * np.sqrt(2 / 2000)
    assert result.high - result.low == pytest.approx(expected, rel=0.2)


def test_few_synthetic_windows_set_the_number(parts):
    result = with_reference(
        psd_distance, parts["X_real"], parts["X_synthetic"][:10], n_resamples=9
    )
    many = with_reference(psd_distance, parts["X_real"], parts["X_synthetic"], n_resamples=9)
    assert result.real_vs_real > many.real_vs_real


def test_table_names_what_an_attack_lacks(parts):
    with pytest.raises(ValueError, match="membership_inference_attack needs X_holdout"):
        metric_table(
            parts["X_real"], parts["X_synthetic"], metrics=["membership_inference_attack"]
        )


@pytest.mark.parametrize(
    ("metric", "params", "message"),
    [
        ("psd", {}, "No metric is named 'psd'. Choose from: psd_distance"),
        ("nearest_window_ratio_score", {}, "needs X_holdout"),
        ("tstr_score", {"y_real": np.arange(96) % 2}, "needs y_real and y_synthetic"),
        ("psd_distance", {"groups_real": np.zeros(96)}, "at least 2 recordings"),
        ("psd_distance", {"groups_real": np.zeros(3)}, "groups_real must hold one label"),
        ("psd_distance", {"n_resamples": 0}, "'n_resamples' parameter"),
    ],
)
def test_unfit_requests_are_refused(metric, params, message, parts):
    with pytest.raises(ValueError, match=message):
        with_reference(metric, parts["X_real"], parts["X_synthetic"], **params)
