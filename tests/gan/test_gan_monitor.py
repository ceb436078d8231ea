"""The monitor: planted failures are caught, the best is kept."""

from types import SimpleNamespace

import numpy as np
import pytest

from eegaug.gan.monitor import COLLAPSED_CHECKS, STILL_CHECKS, QualityMonitor, Selection

REAL = np.random.default_rng(0).normal(size=(40, 1, 16))


def offset_distance(real, synthetic):
    return abs(float(np.mean(synthetic) - np.mean(real)))


def watch(rounds, *, losses=(0.1, 0.2), metrics=None, patience=None, start=None, n_steps=10):
    """Show a monitor one set of windows a round; return it and the logs it wrote."""
    rounds, logs = list(rounds), []
    current = {}
    metrics = {"offset_distance": offset_distance} if metrics is None else metrics
    selection = Selection(REAL, (REAL[:20], REAL[20:]), metrics)
    monitor = QualityMonitor([selection], lambda label: current["windows"], patience)
    model = SimpleNamespace(stop_training=False)
    # The numbers of the rounds in place of weights.
    for network in ("averaged", "discriminator"):
        setattr(model, network, SimpleNamespace(get_weights=lambda: [current["index"]]))
    monitor.set_model(model)
    if start is not None:
        current.update(windows=start)
        monitor.on_train_begin()
    for index, windows in enumerate(rounds):
        current.update(windows=windows, index=index)
        logs.append({"step": n_steps * (index + 1), "d_loss": losses[0], "g_loss": losses[1]})
        monitor.on_epoch_end(index, logs[-1])
        if model.stop_training:
            break
    monitor.on_train_end()
    return monitor, logs


def test_the_best_is_kept_and_not_the_last():
    monitor, logs = watch([REAL + 2, REAL + 0.1, REAL + 1])
    assert monitor.best_weights == monitor.best_critic_weights == [1]
    assert monitor.best_step == 20
    assert monitor.failure is None
    assert monitor.real_vs_real == {"offset_distance": offset_distance(REAL[:20], REAL[20:])}
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


def drift(*places):
    return [REAL + 1.0 + place for place in places]


@pytest.mark.parametrize("patience", [None, 1])
def test_a_generator_that_never_moves_is_of_no_use(patience):
    monitor, logs = watch(drift(*[0] * 9), start=REAL + 1.0, patience=patience)
    assert monitor.failure == "stall"
    assert len(logs) == (STILL_CHECKS if patience is None else 2)
    assert monitor.best_weights is None
    assert monitor.best_step is None


def test_a_standstill_ends_the_training_and_the_best_so_far_stays():
    monitor, logs = watch(drift(3, 0, 1, 1, 1, 1, 1), start=REAL)
    assert monitor.failure == "stall"
    assert len(logs) == 6
    assert monitor.best_weights == [1]


def test_a_standstill_that_passes_is_forgiven():
    monitor, logs = watch(drift(1, 1, 1, 0.5, 0.5, 0.5, 0), start=REAL)
    assert monitor.failure is None
    assert len(logs) == 7


@pytest.mark.parametrize(
    ("a_step", "n_steps", "failure"),
    [(2e-5, 10, None), (5e-6, 10, "stall"), (2e-5, 1000, None), (5e-7, 1000, "stall")],
)
def test_what_counts_is_the_pace(a_step, n_steps, failure):
    rounds = drift(*[a_step * n_steps * i for i in range(1, 6)])
    monitor, _ = watch(rounds, start=REAL + 1.0, n_steps=n_steps)
    assert monitor.failure == failure


def test_labels_may_differ_in_their_metrics():
    both = {"offset_distance": offset_distance, "spread_distance": offset_distance}
    one = {"offset_distance": offset_distance}
    for metrics in ((both, one), (one, both)):
        selections = [Selection(REAL, (REAL[:20], REAL[20:]), each) for each in metrics]
        monitor = QualityMonitor(selections, lambda label: REAL)
        assert list(monitor.real_vs_real) == ["offset_distance"]
