"""Augmentation in the critic: what it does, and what the critic is conditioned on."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from eegaug.gan import GANGenerator
from eegaug.gan.augmentation import (
    AUGMENTATIONS,
    N_STATE,
    apply_augmentation,
    draw_augmentation,
    mix_channels,
)
from eegaug.gan.model import WaveGAN
from eegaug.gan.networks import build_discriminator, build_generator
from eegaug.gan.state import facts_of
from eegaug.transforms import ChannelAugmenter

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


def test_both_windows_of_a_pair_have_their_channels_mixed_alike():
    swap, keep = np.eye(2)[::-1], np.eye(2)
    matrices = tf.Variable(np.stack([swap, keep]), dtype=tf.float32)
    mix = mix_channels(500, matrices, keras.random.SeedGenerator(0))
    mixed = mix(WINDOWS).numpy()
    swapped = (mixed == WINDOWS.numpy()[..., ::-1]).all(axis=(1, 2))
    kept = (mixed == WINDOWS.numpy()).all(axis=(1, 2))
    assert (swapped ^ kept).all()
    assert 150 < swapped.sum() < 350
    np.testing.assert_array_equal(mix(-WINDOWS), -mixed)


class Reflections:
    """Changes that exchange two channels, whatever the seed."""

    def channel_matrices(self, n, random_state=None):
        return np.tile([[0.0, 1.0], [1.0, 0.0]], (n, 1, 1))


def test_what_the_critic_sees_is_in_the_unit_of_the_data():
    rng = np.random.default_rng(0)
    generator = GANGenerator(channels=Reflections())
    windows = rng.normal(size=(20, 2, 16)) * [[10.0], [40.0]]
    generator.n_channels_ = 2
    data = generator._prepare(windows, np.zeros(20, int), None, None, (), np.random.RandomState(0))
    scale = generator.scalers_[0].scale
    mirrored = data.channel_matrices[0] @ (windows / scale)
    np.testing.assert_allclose(mirrored * scale, windows[:, ::-1])


@pytest.mark.uncompiled
@pytest.mark.parametrize("augmentation", [(), AUGMENTATIONS], ids=["alone", "with the others"])
def test_a_generator_learns_with_changed_channels(augmentation):
    windows = np.random.default_rng(0).normal(size=(20, 2, 16))
    channels = ChannelAugmenter(["C3", "C4"], dropout=0.2)
    params = {"n_steps": 3, "width": 2, "random_state": 0, "augmentation": augmentation}
    made = [
        GANGenerator(**params, channels=each).fit(windows).sample(2)
        for each in (channels, channels, None)
    ]
    np.testing.assert_array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_names_must_fit_the_windows():
    windows = np.random.default_rng(0).normal(size=(20, 3, 16))
    with pytest.raises(ValueError, match="Got 2 names for 3 channels"):
        GANGenerator(channels=ChannelAugmenter(["C3", "C4"])).fit(windows)
    with pytest.raises(ValueError, match="needs the names of the channels"):
        GANGenerator(channels=ChannelAugmenter()).fit(windows)
    with pytest.raises(ValueError, match="'channels' parameter of GANGenerator"):
        GANGenerator(channels="C3").fit(windows)


@pytest.mark.uncompiled
def test_a_file_holds_none_of_it():
    generator = GANGenerator(channels=Reflections(), n_steps=2, width=2, random_state=0)
    generator.fit(np.random.default_rng(0).normal(size=(20, 2, 16)))
    assert facts_of(generator)["parameters"]["channels"] is None


def test_a_model_is_rebuilt_with_its_matrices():
    matrices = Reflections().channel_matrices(3)
    sizes = {"n_times": 16, "n_channels": 2, "width": 2}
    critic, generator = build_discriminator(**sizes), build_generator(4, **sizes)
    gan = WaveGAN(critic, generator, channel_matrices=matrices)
    again = WaveGAN.from_config(gan.get_config())
    np.testing.assert_array_equal(again.channel_matrices, matrices)
