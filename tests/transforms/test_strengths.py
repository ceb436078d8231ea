"""Strengths follow what differs between recordings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eegaug.transforms._strengths import estimate_strengths, growth_factor

N_WINDOWS, N_TIMES = 10, 128


def recordings(n, rng, *, gain=0.0, shape=0.0, within=0.0):
    """Noise of `n` recordings, each with its own gain and spectral slope."""
    waves = rng.normal(size=(n, N_WINDOWS, 1, N_TIMES))
    slopes = shape * rng.normal(size=(n, 1, 1, 1))
    lines = np.log(np.maximum(np.fft.rfftfreq(N_TIMES), 1 / N_TIMES))
    waves = np.fft.irfft(np.fft.rfft(waves) * np.exp(slopes * lines), n=N_TIMES)
    waves /= waves.std(axis=-1, keepdims=True)
    waves *= np.exp(gain * rng.normal(size=(n, 1, 1, 1)))
    waves *= np.exp(within * rng.normal(size=(n, N_WINDOWS, 1, 1)))
    return waves.reshape(-1, 1, N_TIMES), np.repeat(np.arange(n), N_WINDOWS)


def strengths_of(X, y, groups=None):
    """Strengths by label."""
    return estimate_strengths(
        {
            label: (X[y == label], None if groups is None else groups[y == label])
            for label in np.unique(y).tolist()
        }
    )


def two_classes(n_minority, n_majority, seed=0, **spreads):
    rng = np.random.default_rng(seed)
    rare, of_rare = recordings(n_minority, rng, **spreads)
    rest, of_rest = recordings(n_majority, rng, **spreads)
    X = np.concatenate([rare, rest])
    y = np.repeat([1, 0], [len(rare), len(rest)])
    return X, y, np.concatenate([of_rare, 1000 + of_rest])


def test_unit_does_not_matter():
    X, y, groups = two_classes(3, 20, gain=0.4, shape=0.3)
    expected = strengths_of(X, y, groups)
    for unit in (1e-6, 1e-150, 1e6):
        got = strengths_of(unit * X, y, groups)
        for label in (0, 1):
            assert got[label].scale == pytest.approx(expected[label].scale)
            assert got[label].filter == pytest.approx(expected[label].filter)
            assert got[label].stretch == pytest.approx(expected[label].stretch)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_of_unit_variance_are_not_scaled(dtype):
    X, y, groups = two_classes(3, 20, gain=0.4, shape=0.3)
    X = ((X - X.mean(axis=-1, keepdims=True)) / X.std(axis=-1, keepdims=True)).astype(dtype)
    for known in (groups, None):
        strengths = strengths_of(X, y, known)
        assert strengths[1].scale == strengths[0].scale == 0
        assert strengths[1].filter > 0


def test_spread_within_recordings_is_not_spread_between_them():
    strengths = strengths_of(*two_classes(40, 40, within=0.8))
    assert strengths[1].spreads["amplitude"] < 0.2
    X, y, _ = two_classes(40, 40, gain=0.8)
    # The same windows, each recording mixed of all.
    mixed = np.tile(np.arange(40), 2 * N_WINDOWS)
    assert strengths_of(X, y, mixed)[1].spreads["amplitude"] < 0.2


@pytest.mark.parametrize("spread", [0.2, 0.5])
def test_spread_between_many_recordings_is_found(spread):
    strengths = strengths_of(*two_classes(200, 200, gain=spread, within=0.3))
    assert strengths[1].spreads["amplitude"] == pytest.approx(spread, rel=0.2)


def test_more_spread_gives_stronger_augmentation():
    weak, strong = (
        strengths_of(*two_classes(10, 20, gain=spread, shape=spread))[1] for spread in (0.1, 0.4)
    )
    assert weak.scale < strong.scale
    assert weak.filter < strong.filter
    assert weak.stretch < strong.stretch


def test_recordings_that_agree_by_chance_are_corrected_by_the_other_class():
    rng = np.random.default_rng(0)
    rare, of_rare = recordings(2, rng)
    rest, of_rest = recordings(30, rng, gain=0.5)
    X, y = np.concatenate([rare, rest]), np.repeat([1, 0], [len(rare), len(rest)])
    groups = np.concatenate([of_rare, 1000 + of_rest])
    two = strengths_of(X, y, groups)[1]
    assert two.spreads["amplitude"] > 0.2
    many, of_many = recordings(30, rng)
    X, y = np.concatenate([many, rest]), np.repeat([1, 0], [len(many), len(rest)])
    thirty = strengths_of(X, y, np.concatenate([of_many, 1000 + of_rest]))[1]
    assert thirty.spreads["amplitude"] < two.spreads["amplitude"] / 2


def test_of_two_classes_alike_the_one_with_more_recordings_is_augmented_less():
    strengths = strengths_of(*two_classes(100, 400, gain=0.4, shape=0.3))
    assert strengths[0].scale < strengths[1].scale
    assert strengths[0].filter < strengths[1].filter


def test_unknown_recordings_are_said_so_and_augmented_less_than_few_known_ones():
    X, y, groups = two_classes(4, 20, gain=0.4)
    known, unknown = (strengths_of(X, y, each)[1] for each in (groups, None))
    assert (known.n_recordings, unknown.n_recordings) == (4, None)
    assert "4 recordings" in known.reasons[0]
    assert "40 windows" in unknown.reasons[0]
    assert 0 < unknown.scale < known.scale


def test_one_recording_and_no_other_class_is_only_shifted_and_flipped():
    X, groups = recordings(1, np.random.default_rng(0), gain=0.4, within=0.4)
    strengths = strengths_of(X, np.ones(len(X), int), groups)[1]
    nothing = {"scale": 0, "filter": 0, "stretch": 0, "mix": False}
    assert strengths.as_kwargs() == nothing
    assert "no more than shifts and flips" in strengths.reasons[0]


def test_flat_windows_are_passed_over():
    X, y, groups = two_classes(5, 20, gain=0.4)
    expected = strengths_of(X[1:], y[1:], groups[1:])[1]
    X[0] = 3.0
    got = strengths_of(X, y, groups)[1]
    assert (got.scale, got.filter) == pytest.approx((expected.scale, expected.filter))


@settings(deadline=None)
@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(2, 8), st.integers(1, 3), st.integers(2, 9)),
        elements=st.floats(-(2.0**60), 2.0**60, width=32),
    ),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_strengths_of_any_windows_are_finite_and_bounded(X, grouped, random):
    y = np.array([random.choice("ab") for _ in X])
    groups = np.array([random.randrange(3) for _ in X]) if grouped else None
    strengths = strengths_of(X, y, groups)
    assert set(strengths) == set(y)
    for each in strengths.values():
        assert 0 <= each.scale <= 0.6
        assert 0 <= each.filter <= 0.8
        assert 0 <= each.stretch <= 0.2
        assert all(isinstance(reason, str) for reason in each.reasons)
        assert each.reasons


def test_few_windows_grow_and_many_do_not():
    assert growth_factor({0: 200, 1: 20}) == 4
    assert growth_factor({0: 2000, 1: 20}) == 2
    assert growth_factor({0: 100_000, 1: 20}) == 1
    assert growth_factor({}) == 4


def test_large_windows_grow_less():
    counts = {0: 1000, 1: 20}
    assert growth_factor(counts, 178) == 4
    assert 1 < growth_factor(counts, 16 * 1024) < 4
    assert growth_factor(counts, 2**20) == 1


@pytest.mark.parametrize("level", [0.0, 0.1, 2048.0])
@pytest.mark.parametrize("n_times", [178, 256])
def test_flat_windows_are_passed_over_at_any_level(level, n_times):
    windows = 10 * np.random.default_rng(0).normal(size=(40, 1, n_times))
    without = estimate_strengths({0: (windows[1:], None)})[0]
    windows[0] = level
    with_flat = estimate_strengths({0: (windows, None)})[0]
    assert with_flat.scale == pytest.approx(without.scale, rel=1e-6)


def test_no_spread_mixes_nothing():
    windows = np.tile(np.random.default_rng(0).normal(size=(1, 1, 64)), (20, 1, 1))
    found = estimate_strengths({0: (windows, np.arange(20) // 2)})[0]
    assert (found.scale, found.filter, found.stretch) == pytest.approx((0, 0, 0), abs=1e-9)
    assert not found.mix
