"""The monitor: planted failures are caught, the best is kept."""

from types import SimpleNamespace

import numpy as np
import pytest

from eegaug.gan.monitor import COLLAPSED_CHECKS, QualityMonitor

REAL = np.random.default_rng(0).normal(size=(40, 1, 16))


def offset_distance(real, synthetic):
    return abs(float(np.mean(synthetic) - np.mean(real)))


def watch(rounds, *, losses=(0.1, 0.2), metrics=None, patience=None):
    """Show a monitor one set of windows a round; return it and the logs it wrote."""
    rounds, logs = list(rounds), []
    current = {}
    metrics = {"offset_distance": offset_distance} if metrics is None else metrics
    monitor = QualityMonitor([REAL], lambda label: current["windows"], metrics, patience)
    model = SimpleNamespace(stop_training=False)
    model.averaged = SimpleNamespace(get_weights=lambda: [current["index"]])
    monitor.set_model(model)
    for index, windows in enumerate(rounds):
        current.update(windows=windows, index=index)
        logs.append({"step": 10 * (index + 1), "d_loss": losses[0], "g_loss": losses[1]})
        monitor.on_epoch_end(index, logs[-1])
        if model.stop_training:
            break
    monitor.on_train_end()
    return monitor, logs


def test_the_best_is_kept_and_not_the_last():
    monitor, logs = watch([REAL + 2, REAL + 0.1, REAL + 1])
    assert monitor.best_weights == [1]
    assert monitor.best_step == 20
    assert monitor.failure is None
    assert [round(log["offset_distance"], 6) for log in logs] == [2, 0.1, 1]


def test_without_metrics_the_last_is_kept():
    monitor, _ = watch([REAL, REAL + 1, REAL + 2], metrics={})
    assert monitor.best_weights == [2]


def test_a_score_counts_the_other_way_round():
    scores = {"coverage_score": lambda real, synthetic: float(np.mean(synthetic)) / 10}
    monitor, _ = watch([REAL, REAL + 2, REAL + 1], metrics=scores)
    assert monitor.best_weights == [1]


def test_training_stops_when_nothing_improves():
    monitor, logs = watch([REAL + 2, REAL + 1, REAL + 3, REAL + 4, REAL], patience=2)
    assert len(logs) == 4
    assert monitor.best_weights == [1]
    assert monitor.failure is None


def test_a_collapse_is_caught():
    monitor, logs = watch([REAL[:1].repeat(40, axis=0)] * 9)
    assert monitor.failure == "collapse"
    assert len(logs) == COLLAPSED_CHECKS
    assert monitor.best_weights is None


def test_a_collapse_that_passes_is_forgiven_but_never_best():
    collapsed = REAL[:1].repeat(40, axis=0) + 0.0
    monitor, _ = watch([collapsed, collapsed, REAL + 3])
    assert monitor.failure is None
    assert monitor.best_weights == [2]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_is_caught_and_the_best_so_far_stays(bad):
    broken = REAL.copy()
    broken[3, 0, 3] = bad
    monitor, logs = watch([REAL + 1, broken, REAL])
    assert monitor.failure == "NaN"
    assert len(logs) == 2
    assert monitor.best_weights == [0]


def test_a_nan_loss_is_caught():
    monitor, _ = watch([REAL], losses=(np.nan, 0.0))
    assert monitor.failure == "NaN"
    assert monitor.best_weights is None


def test_divergence_is_caught():
    monitor, logs = watch([REAL, 1000 * REAL, REAL])
    assert monitor.failure == "divergence"
    assert len(logs) == 2
    assert monitor.best_weights == [0]
