from math import comb

import numpy as np
import pytest
from scipy.stats import binom

from eegaug.metrics import membership_inference_attack, nearest_window_ratio_score

DETECTED, NOT_DETECTED, UNTESTED = (
    "memorisation detected",
    "not detected at this power",
    "cannot be tested",
)


def make_recordings(n_recordings, n_windows, rng, *, noise=1.0):
    """Windows of recordings that have a waveform of their own each."""
    X = rng.normal(size=(n_recordings, 1, 32)) + noise * rng.normal(
        size=(n_recordings, n_windows, 32)
    )
    return X.reshape(-1, 32), np.repeat(np.arange(n_recordings), n_windows)


def attack(X, groups, held, synthetic, **params):
    return membership_inference_attack(
        X[~held],
        X[held],
        synthetic,
        groups_train=groups[~held],
        groups_holdout=groups[held],
        **params,
    )


@pytest.mark.parametrize("n_held", [1, 2, 3, 5, 12])
def test_wherever_not_detected_can_be_the_verdict_a_copier_is_detected(n_held):
    """Whole recordings held out, from 2 to 24 recordings and the least that can be tested."""
    verdicts = set()
    for n_recordings in sorted({*range(n_held + 1, 25), 40, 41}):
        rng = np.random.RandomState(n_recordings)
        X, groups = make_recordings(n_recordings, 3, rng)
        held = np.isin(groups, rng.permutation(n_recordings)[:n_held])
        fresh, _ = make_recordings(n_recordings, 3, rng)
        honest = attack(X, groups, held, fresh)
        copier = attack(X, groups, held, X[~held])
        verdicts |= {honest.verdict, copier.verdict}
        # The level asks for at least 40 exchanges.
        testable = comb(n_recordings, n_held) >= 40
        assert copier.verdict == (DETECTED if testable else UNTESTED), (n_recordings, copier)
        assert (honest.verdict == UNTESTED) == (not testable), (n_recordings, honest)
        assert np.isnan(honest.detectable_auc) == (not testable)
        assert (honest.unit, honest.n_members, honest.n_non_members) == (
            "recording",
            n_recordings - n_held,
            n_held,
        )
    assert verdicts == {DETECTED, NOT_DETECTED, UNTESTED}


@pytest.mark.parametrize(("n_windows", "n_held"), [(3, 1), (6, 2), (12, 3)])
def test_windows_held_out_inside_recordings_give_power_to_few_of_them(n_windows, n_held):
    for n_recordings in range(1, 13):
        rng = np.random.RandomState(n_recordings)
        X, groups = make_recordings(n_recordings, n_windows, rng)
        held = np.tile(np.arange(n_windows) < n_held, n_recordings)
        fresh, _ = make_recordings(n_recordings, n_windows, rng)
        honest = attack(X, groups, held, fresh)
        copier = attack(X, groups, held, X[~held])
        testable = comb(n_windows, n_held) ** n_recordings >= 40
        assert copier.verdict == (DETECTED if testable else UNTESTED), (n_recordings, copier)
        assert (honest.verdict == UNTESTED) == (not testable), (n_recordings, honest)
        assert (honest.unit, honest.n_non_members) == ("window", n_held * n_recordings)
    assert testable


def test_windows_without_groups_are_exchanged_freely():
    rng = np.random.RandomState(0)
    for n_held in range(1, 9):
        train, held, other = (rng.normal(size=(n, 32)) for n in (8, n_held, 8))
        testable = comb(8 + n_held, 8) >= 40
        copier = membership_inference_attack(train, held, train)
        honest = membership_inference_attack(train, held, other)
        assert copier.verdict == (DETECTED if testable else UNTESTED)
        assert (honest.verdict == UNTESTED) == (not testable)
        assert (honest.unit, honest.n_members, honest.n_non_members) == ("window", 8, n_held)


def count_detected(n_repeats, *, inside=False, grouped=True, **params):
    """Count how often a generator that remembers no window, and no recording, is detected."""
    detected = 0
    for seed in range(n_repeats):
        rng = np.random.RandomState(seed)
        if inside:  # it knows the recordings, but none of these windows
            X, groups = make_recordings(2, 15, rng, noise=0.7)
            held, fresh = (np.arange(30) % 5 == part for part in range(2))
            X, groups, held, fresh = X[~fresh], groups[~fresh], held[~fresh], X[fresh]
        else:
            X, groups = make_recordings(12, 5, rng, noise=0.7)
            held = groups >= 8
            fresh, _ = make_recordings(12, 5, rng, noise=0.7)
        given = groups if grouped else np.arange(len(X))
        detected += attack(X, given, held, fresh, random_state=seed, **params).verdict == DETECTED
    return detected


def most_by_chance(n_repeats):
    """Return what the level allows: more has a probability below .001."""
    return binom.isf(0.001, n_repeats, 0.025)


@pytest.mark.parametrize("n_permutations", [400, 500])  # random exchanges, and all 495
def test_honest_generators_are_not_detected_beyond_the_level_by_recording(n_permutations):
    assert count_detected(250, n_permutations=n_permutations) <= most_by_chance(250)


def test_honest_generators_are_not_detected_beyond_the_level_inside_recordings():
    assert count_detected(250, inside=True, n_permutations=400) <= most_by_chance(250)


def test_exchange_of_windows_of_whole_recordings_would_go_beyond_the_level():
    """So the recordings matter, and the tests above can fail."""
    assert count_detected(150, grouped=False, n_permutations=400) > most_by_chance(150)


def test_verdicts_on_simulated_recordings(simulate):
    copiers = honest = 0
    for seed in range(20):
        X, groups = simulate(24, 6, seed=seed)
        rng = np.random.RandomState(seed)
        train, held, other = (groups % 3 == i for i in range(3))
        keep = train | held
        noisy = X[train] + 0.01 * X[train].std() * rng.normal(size=X[train].shape)
        copiers += attack(X[keep], groups[keep], held[keep], noisy).verdict == DETECTED
        honest += attack(X[keep], groups[keep], held[keep], X[other]).verdict == DETECTED
    assert copiers == 20
    assert honest <= most_by_chance(20)


def test_verdicts_on_real_seizures(bonn_seizures):
    X, groups = bonn_seizures
    for n_recordings in (10, 30):
        train, held, other = ((groups // n_recordings) == i for i in range(3))
        held &= groups < n_recordings + n_recordings // 2
        keep = train | held
        assert attack(X[keep], groups[keep], held[keep], X[train]).verdict == DETECTED
        assert attack(X[keep], groups[keep], held[keep], X[other]).verdict == NOT_DETECTED
    # One recording: every fourth window held out.
    few = groups < 1
    held = np.arange(few.sum()) % 4 == 0
    assert attack(X[few], groups[few], held, X[few][~held]).verdict == DETECTED
    assert attack(X[few], groups[few], held, X[groups == 1]).verdict == NOT_DETECTED


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


def test_the_detectable_auc_is_where_the_verdict_changes():
    """From none to all training windows copied, one more each time."""
    rng = np.random.RandomState(0)
    train, held, fresh = rng.normal(size=(3, 12, 32))
    seen = set()
    for n_copied in range(13):
        synthetic = np.concatenate([train[:n_copied], fresh[n_copied:]])
        result = membership_inference_attack(train, held, synthetic)
        detected = result.verdict == DETECTED
        assert detected == (result.auc >= result.detectable_auc) == (result.p_value <= 0.025)
        assert 0.6 < result.detectable_auc < 0.9
        seen.add(result.verdict)
    assert seen == {DETECTED, NOT_DETECTED}


def test_fewer_recordings_need_a_larger_auc_and_have_a_wider_interval():
    rng = np.random.RandomState(0)
    results = []
    for n_recordings in (10, 40):
        X, groups = make_recordings(n_recordings, 4, rng)
        fresh, _ = make_recordings(n_recordings, 4, rng)
        results.append(attack(X, groups, groups % 2 == 0, fresh))
    few, many = results
    assert few.detectable_auc > many.detectable_auc
    assert few.high - few.low > many.high - many.low
    assert few.low <= few.auc <= few.high


def test_the_verdict_is_seeded_and_names_of_recordings_do_not_matter(simulated):
    X, groups = simulated
    held = groups % 3 == 0
    result = attack(X, groups, held, X[::2])
    assert result == attack(X, groups, held, X[::2])
    names = np.array([f"recording {7 * group % 24}" for group in groups])
    assert attack(X, names, held, X[::2]) == result


def test_one_recording_on_either_side_has_a_result():
    X, groups = make_recordings(2, 1, np.random.RandomState(0))
    result = attack(X, groups, groups == 1, X[:1])
    assert (result.verdict, result.auc, result.low, result.high) == (UNTESTED, 1, 0, 1)
    assert "too few exchanges of 1 training recording with 1 held out" in str(result)


def test_str_states_the_verdict_and_the_power():
    train, held, synthetic = np.random.RandomState(0).normal(size=(3, 20, 32))
    result = membership_inference_attack(train, held, synthetic)
    text = str(result)
    assert text.startswith(f"not detected at this power: AUC {result.auc:.2f}")
    assert f"detectable from {result.detectable_auc:.2f} on" in text
    assert "20 training windows with 20 held out" in text


def test_windows_that_give_nothing_to_rank_are_not_detected():
    """All scores are equal, so that no exchange differs from another."""
    train, held = np.random.RandomState(0).normal(size=(2, 10, 32))
    result = membership_inference_attack(0 * train, 0 * held, train)
    assert (result.verdict, result.auc, result.detectable_auc) == (NOT_DETECTED, 0.5, 1.0)


def test_held_out_copies_are_not_detected(simulated):
    X, groups = simulated
    result = membership_inference_attack(
        X[groups % 2 == 0], X[groups % 2 == 1], X[groups % 2 == 1]
    )
    assert (result.verdict, result.auc < 0.1) == (NOT_DETECTED, True)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"groups_train": np.arange(10)}, "given together"),
        (
            {"groups_train": np.arange(10), "groups_holdout": np.arange(9, 19)},
            r"share no recording .* Got \[9\] in both and \[10, 11, 12\] in groups_holdout alone",
        ),
        (
            {"groups_train": np.arange(9), "groups_holdout": np.arange(10, 20)},
            "groups_train must hold one label for each of the 10 windows",
        ),
        ({"alpha": 0.5}, "'alpha' parameter"),
        ({"alpha": 0}, "'alpha' parameter"),
        ({"n_permutations": 399}, r"'n_permutations' parameter must be an int .* \[400, inf\)"),
        ({"alpha": 0.01, "n_permutations": 999}, r"\[1000, inf\)"),
    ],
)
def test_unfit_attacks_are_refused(params, message):
    train, held, synthetic = np.random.RandomState(0).normal(size=(3, 10, 20))
    with pytest.raises(ValueError, match=message):
        membership_inference_attack(train, held, synthetic, **params)
