"""Scaling of windows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from eegaug import windows as module
from eegaug.windows import WindowScaler, cast_like

RNG = np.random.default_rng(0)
WINDOWS = RNG.normal([[100.0], [0.0]], [[30.0], [0.3]], size=(100, 2, 64))


def test_the_scale_of_normal_windows_is_their_deviation():
    scaler = WindowScaler.from_windows(WINDOWS)
    assert_allclose(scaler.offset, [[100.0], [0.0]], atol=1)
    assert_allclose(scaler.scale, [[30.0], [0.3]], rtol=0.05)
    assert scaler.offset.shape == scaler.scale.shape == (2, 1)
    assert_allclose(scaler.apply(WINDOWS).std(axis=(0, 2)), 1, rtol=0.05)
    assert_allclose(scaler.invert(scaler.apply(WINDOWS)), WINDOWS, rtol=1e-5, atol=1e-5)


def test_a_few_artefacts_change_it_little():
    clean = WindowScaler.from_windows(WINDOWS)
    loud = WINDOWS.copy()
    loud[::25] = 100 + 100 * (loud[::25] - 100)
    scaler = WindowScaler.from_windows(loud)
    assert loud.std(axis=(0, 2)).min() > 10 * clean.scale.min()
    assert_allclose(scaler.scale, clean.scale, rtol=0.15)
    assert_allclose(scaler.offset[0], clean.offset[0], rtol=0.02)


@pytest.mark.parametrize("unit", [1e-200, 1e-6, 1.0, 1e6, 1e200])
def test_any_unit_will_do(unit):
    scaler = WindowScaler.from_windows(unit * WINDOWS)
    assert_allclose(scaler.scale, unit * WindowScaler.from_windows(WINDOWS).scale, rtol=1e-9)
    mostly_flat = np.zeros((20, 1, 20))
    mostly_flat[0] = unit
    assert_allclose(WindowScaler.from_windows(mostly_flat).scale, unit * np.sqrt(0.05), rtol=1e-9)


def test_a_channel_that_is_mostly_or_always_constant():
    windows = np.full((20, 2, 20), 7.0)
    windows[0, 1] += 3.0
    scaler = WindowScaler.from_windows(windows)
    assert_array_equal(scaler.offset, [[7.0], [7.0]])
    assert_allclose(scaler.scale, [[1.0], [3 * np.sqrt(0.05)]])
    assert_array_equal(scaler.invert(scaler.apply(windows))[:, 0], windows[:, 0])


def test_of_very_many_samples_evenly_spaced_windows_are_looked_at(monkeypatch):
    monkeypatch.setattr(module, "MAX_SAMPLES", 64 * 40)
    one, again = (WindowScaler.from_windows(WINDOWS) for _ in range(2))
    every_third = WindowScaler.from_windows(WINDOWS[::3])
    assert_array_equal(one.scale, again.scale)
    assert_array_equal(one.scale, every_third.scale)


@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_the_dtype_makes_no_difference(dtype):
    windows = np.rint(WINDOWS[:, :1])
    scaler = WindowScaler.from_windows(windows.astype(dtype))
    assert scaler.scale.dtype == np.float64
    assert_array_equal(scaler.scale, WindowScaler.from_windows(windows).scale)


def test_windows_of_the_wanted_dtype_are_not_copied():
    assert np.shares_memory(cast_like(WINDOWS, np.float64, ndim=3), WINDOWS)
    assert np.shares_memory(cast_like(WINDOWS[:, :1], np.float64, ndim=2), WINDOWS)


def test_windows_within_reach_come_back_bit_for_bit():
    scaler = WindowScaler.from_windows(WINDOWS)
    assert_array_equal(scaler.reach, np.abs(WINDOWS - scaler.offset).max(axis=(0, 2))[:, None])
    for factor in (1.0, 9.9):
        made = scaler.offset + factor * (WINDOWS - scaler.offset)
        assert_array_equal(scaler.bound(made), made)


@pytest.mark.parametrize("unit", [1e-200, 1e-6, 1.0, 1e200])
def test_windows_far_beyond_are_shrunk_and_keep_their_waveform(unit):
    real = unit * WINDOWS
    scaler = WindowScaler.from_windows(real)
    made = real.copy()
    made[3, 1] = scaler.offset[1] + 1e3 * (real[3, 1] - scaler.offset[1])
    bounded = scaler.bound(made)
    others = np.arange(len(made)) != 3
    assert_array_equal(bounded[others], made[others])
    distance = np.abs(bounded - scaler.offset).max(axis=(0, 2))[:, None]
    assert_allclose(distance[1], 10 * scaler.reach[1], rtol=1e-9)
    # One factor for all channels.
    before, after = ((each[3] - scaler.offset) / unit for each in (made, bounded))
    assert_allclose(after / before, (after / before)[0, 0], rtol=1e-6)


def test_a_constant_channel_stays_so():
    windows = WINDOWS.copy()
    windows[:, 1] = 7.0
    made = windows.copy()
    made[:, 1] += 0.1
    assert_array_equal(WindowScaler.from_windows(windows).bound(made), windows)
    assert WindowScaler.from_windows(windows).bound(made[:0]).shape == (0, 2, 64)
