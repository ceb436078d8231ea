"""Augmentation in the critic: what it does, and what the critic is conditioned on."""

import keras
import numpy as np
import tensorflow as tf

from eegaug.gan.augmentation import AUGMENTATIONS, N_STATE, apply_augmentation, draw_augmentation

WINDOWS = tf.constant(np.random.default_rng(0).normal(size=(500, 16, 2)), tf.float32)


def draw(*names):
    change, state = draw_augmentation(500, names, keras.random.SeedGenerator(0))
    return apply_augmentation(WINDOWS, change).numpy(), state.numpy()


def test_no_name_changes_nothing():
    changed, state = draw()
    np.testing.assert_array_equal(changed, WINDOWS)
    np.testing.assert_allclose(state, np.tile([1, 0, 0, 1], (500, 1)))


def test_the_shift_is_circular_and_its_condition_an_angle():
    changed, state = draw("shift")
    turn = np.mod(np.arctan2(state[:, 1], state[:, 0]) / (2 * np.pi), 1)
    shifts = np.floor(turn * 16 + 1e-4).astype(int)
    assert set(shifts) == set(range(16))
    for window, original, shift in zip(changed, WINDOWS.numpy(), shifts, strict=True):
        np.testing.assert_array_equal(window, np.roll(original, shift, axis=0))


def test_scale_and_polarity_are_conditions():
    changed, state = draw("scale", "polarity")
    factor = np.exp(state[:, 2]) * state[:, 3]
    np.testing.assert_allclose(changed, WINDOWS * factor[:, None, None], rtol=1e-5)
    assert 0.4 < np.std(state[:, 2]) < 0.6
    assert set(state[:, 3]) == {-1.0, 1.0}


def test_gradients_pass_through():
    change, state = draw_augmentation(500, AUGMENTATIONS, keras.random.SeedGenerator(0))
    with tf.GradientTape() as tape:
        tape.watch(WINDOWS)
        total = tf.reduce_sum(apply_augmentation(WINDOWS, change))
    gradient = tape.gradient(total, WINDOWS).numpy()
    assert state.shape == (500, N_STATE)
    factor = np.exp(state[:, 2]) * state[:, 3]
    expected = np.broadcast_to(factor[:, None, None], gradient.shape)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6)
