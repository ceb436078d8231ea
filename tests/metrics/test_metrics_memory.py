import numpy as np
import pytest

from eegaug.metrics import membership_inference_attack, nearest_window_ratio_score


def split(X, groups, rng, *, n_recordings, n_windows):
    """Draw training, held-out and further windows from disjoint recordings."""
    drawn = rng.permutation(np.unique(groups))[: 3 * n_recordings].reshape(3, -1)
    parts = []
    for recordings in drawn:
        rows = [rng.permutation(np.flatnonzero(groups == r))[:n_windows] for r in recordings]
        parts.append(np.concatenate(rows))
    return parts


def copy(X, rng):
    return X + 0.01 * X.std(axis=2, keepdims=True) * rng.normal(size=X.shape)


def flagged(pool, n_recordings):
    """Count over 40 seeds how often a copier and an honest generator are flagged."""
    copiers = honest = 0
    for seed in range(40):
        X, groups = pool(seed)
        rng = np.random.RandomState(seed)
        train, held, other = split(X, groups, rng, n_recordings=n_recordings, n_windows=6)
        params = {
            "groups_train": groups[train],
            "groups_holdout": groups[held],
            "n_bootstrap": 200,
            "random_state": seed,
        }
        attack = membership_inference_attack
        copiers += attack(X[train], X[held], copy(X[train], rng), **params).flagged
        honest += attack(X[train], X[held], X[other], **params).flagged
    return copiers, honest


def test_copier_is_flagged_and_honest_windows_are_not_on_simulated_windows(simulate):
    # Fresh recordings for each seed, lest one odd pool rules all forty.
    copiers, honest = flagged(lambda seed: simulate(24, 6, seed=seed), n_recordings=8)
    assert copiers >= 0.95 * 40
    assert honest <= 0.05 * 40


def test_copier_is_flagged_and_honest_windows_are_not_on_real_seizures(bonn_seizures):
    copiers, honest = flagged(lambda seed: bonn_seizures, n_recordings=20)
    assert copiers >= 0.95 * 40
    assert honest <= 0.05 * 40


def test_ratio_is_one_for_other_recordings_and_zero_for_copies(simulated):
    X, groups = simulated
    train, other, held = (X[groups % 3 == i] for i in range(3))
    assert nearest_window_ratio_score(train, train, X_holdout=held) == pytest.approx(0, abs=1e-6)
    assert nearest_window_ratio_score(train, -5 * held, X_holdout=-held) == pytest.approx(1)
    assert nearest_window_ratio_score(train, other, X_holdout=held) > 0.9


def test_quiet_windows_are_no_copies_but_scaled_copies_are(simulated):
    X, groups = simulated
    train, other, held = (X[groups % 3 == i] for i in range(3))
    assert nearest_window_ratio_score(train, 0.01 * other, X_holdout=held) > 0.9
    assert nearest_window_ratio_score(train, 0.01 * train + 3, X_holdout=held) < 1e-5


def test_ratio_refuses_a_holdout_that_is_no_holdout():
    train = np.zeros((5, 20))
    with pytest.raises(ValueError, match="not in X_real"):
        nearest_window_ratio_score(train, train, X_holdout=train)


def test_attack_is_seeded_and_wider_by_recording(simulated):
    X, groups = simulated
    train, other, held = (groups % 3 == i for i in range(3))
    synthetic = np.concatenate([X[train][:40], X[other]])
    args = (X[train], X[held], synthetic)
    grouped = membership_inference_attack(
        *args, groups_train=groups[train], groups_holdout=groups[held]
    )
    alone = membership_inference_attack(*args)
    assert grouped == membership_inference_attack(
        *args, groups_train=groups[train], groups_holdout=groups[held]
    )
    assert grouped.low <= grouped.auc <= grouped.high
    assert grouped.high - grouped.low > alone.high - alone.low


def test_held_out_copies_are_not_flagged(simulated):
    X, groups = simulated
    train, held = X[groups % 2 == 0], X[groups % 2 == 1]
    result = membership_inference_attack(train, held, held)
    assert result.auc < 0.1
    assert not result.flagged


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"groups_train": np.arange(10)}, "given together"),
        (
            {"groups_train": np.arange(10), "groups_holdout": np.arange(9, 19)},
            r"not share a recording. Got \[9\]",
        ),
        (
            {"groups_train": np.arange(10), "groups_holdout": np.full(10, 99)},
            "groups_holdout must hold at least 2 recordings",
        ),
        (
            {"groups_train": np.arange(9), "groups_holdout": np.arange(10, 20)},
            "groups_train must hold one label for each of the 10 windows",
        ),
        ({"confidence": 1.0}, "'confidence' parameter"),
        ({"n_bootstrap": 0}, "'n_bootstrap' parameter"),
    ],
)
def test_unfit_attacks_are_refused(params, message):
    train, held, synthetic = np.random.RandomState(0).normal(size=(3, 10, 20))
    with pytest.raises(ValueError, match=message):
        membership_inference_attack(train, held, synthetic, **params)
