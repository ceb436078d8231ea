"""Each metric sees the damage that it is meant to see, and nothing that is none."""

import numpy as np
import pytest
from damages import DAMAGES, plant_damage
from scipy.stats import spearmanr

from eegaug.metrics import METRICS, membership_inference_attack

LEVELS = (0, 0.25, 0.4, 0.55, 0.7, 0.85, 1)
SEEN = [(name, damage) for name, metric in METRICS.items() for damage in metric.sees]
SEEN.append(("membership_inference_attack", "copies"))
SFREQ = 173.61


def badness(name, X, groups, damage, level):
    """Value of the metric, turned so that more is worse."""
    if damage == "copies":
        train, made, held = (groups % 3 == i for i in range(3))
        synthetic = plant_damage(X[made], damage, level, X_train=X[train])
        if name == "membership_inference_attack":
            return membership_inference_attack(X[train], X[held], synthetic).auc
        return -METRICS[name].function(X[train], synthetic, X_holdout=X[held])
    # Both halves hold windows of every recording, so level 0 is as good as it gets.
    real, other = np.arange(len(X)) % 2 == 0, np.arange(len(X)) % 2 == 1
    synthetic = plant_damage(X[other], damage, level, groups=groups[other])
    metric = METRICS[name]
    params = {"sfreq": SFREQ} if "sfreq" in metric.takes else {}
    if name == "discriminative_score":
        params = {"groups_real": groups[real], "groups_synthetic": groups[other]}
    sign = 1 if metric.better == "lower" else -1
    return sign * metric.function(X[real], synthetic, **params)


@pytest.mark.parametrize(("name", "damage"), SEEN)
def test_rises_with_damage_on_simulated_windows(name, damage, simulated, simulated_channels):
    X, groups = simulated_channels if damage == "channel_mixing" else simulated
    values = [badness(name, X, groups, damage, level) for level in LEVELS]
    assert spearmanr(LEVELS, values).statistic >= 0.95, values


@pytest.mark.parametrize(("name", "damage"), [s for s in SEEN if s[1] != "channel_mixing"])
def test_rises_with_damage_on_real_seizures(name, damage, bonn_seizures):
    X, groups = bonn_seizures
    keep = groups < 24
    values = [badness(name, X[keep], groups[keep], damage, level) for level in LEVELS]
    assert spearmanr(LEVELS, values).statistic >= 0.95, values


def test_every_metric_sees_a_damage_and_every_damage_is_seen():
    # tstr_score and trts_score see damage to labels: see test_metrics_utility.py
    assert {name for name in METRICS if not METRICS[name].sees} == {"tstr_score", "trts_score"}
    assert {damage for _, damage in SEEN} == set(DAMAGES)


UNLABELLED = [name for name, metric in METRICS.items() if metric.topic != "utility"]
DETERMINISTIC = [name for name in UNLABELLED if name != "discriminative_score"]
IN_MICROVOLTS = {"amplitude_distance", "line_length_distance", "sliced_wasserstein_distance"}


def evaluate(name, X, gain=1.0, offset=0.0, order=None):
    sets = [gain * X[i::3] + offset for i in range(3)]
    if order is not None:
        sets = [part[order.permutation(len(part))] for part in sets]
    every = {"X_holdout": sets[2], "sfreq": SFREQ}
    params = {key: value for key, value in every.items() if key in METRICS[name].takes}
    return METRICS[name].function(sets[0], 1.2 * (sets[1] - offset) + offset, **params)


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_the_order_of_samples_does_not_matter(name, simulated_channels):
    X, _ = simulated_channels
    order = np.random.RandomState(1)
    assert evaluate(name, X, order=order) == pytest.approx(evaluate(name, X), rel=1e-6)


@pytest.mark.parametrize("name", UNLABELLED)
def test_a_common_gain_changes_the_unit_at_most(name, simulated_channels):
    X, _ = simulated_channels
    expected = evaluate(name, X) * (1e-6 if name in IN_MICROVOLTS else 1)
    assert evaluate(name, X, gain=1e-6) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("name", UNLABELLED)
def test_a_common_offset_does_not_matter(name, simulated_channels):
    X, _ = simulated_channels
    assert evaluate(name, X, offset=300) == pytest.approx(evaluate(name, X), rel=1e-4)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_starts_from_untouched_copies_and_is_seeded(damage, simulated_channels):
    X = simulated_channels[0][:20]
    train = simulated_channels[0][20:40]
    untouched = plant_damage(X, damage, 0, X_train=train)
    np.testing.assert_array_equal(untouched, X)
    assert not np.shares_memory(untouched, X)
    spoiled = plant_damage(X, damage, 0.8, X_train=train)
    assert spoiled.shape == X.shape
    assert not np.allclose(spoiled, X)
    np.testing.assert_array_equal(spoiled, plant_damage(X, damage, 0.8, X_train=train))
