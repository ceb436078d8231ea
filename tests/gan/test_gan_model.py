"""The adversarial model, as a Keras user has it."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from eegaug.gan import OBJECTIVES, Objective, WaveGAN, build_discriminator, build_generator
from eegaug.gan.augmentation import AUGMENTATIONS, N_STATE

WINDOWS = np.random.default_rng(0).normal(size=(8, 16, 1)).astype("float32")


def make_gan(objective="bce", *, critic=None, n_conditions=0, eager=True, **options):
    critic = critic or build_discriminator(16, width=2, seed=1)
    gan = WaveGAN(
        critic,
        build_generator(4, 16, width=2, n_conditions=n_conditions, seed=0),
        seed=2,
        **options,
    )
    optimizers = keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3)
    # To compile takes longer than all steps of a test.
    gan.compile(*optimizers, objective, run_eagerly=eager)
    return gan


def changed(before, network):
    return [not np.array_equal(b, a) for b, a in zip(before, network.get_weights(), strict=True)]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_plain_fit_trains_both_networks(objective):
    gan = make_gan(objective, eager=objective != "bce")
    before = gan.generator.get_weights(), gan.discriminator.get_weights()
    history = gan.fit(WINDOWS, batch_size=4, epochs=2, verbose=0)
    assert set(history.history) == {"d_loss", "g_loss"}
    assert np.isfinite(list(history.history.values())).all()
    assert all(changed(before[0], gan.generator))
    # The bias of the critic's head has no gradient under a difference of means.
    assert all(changed(before[1], gan.discriminator)[:-1])
    assert gan.generate(3).shape == (3, 16, 1)


def test_a_keras_loss_and_callbacks_work():
    epochs = []
    gan = make_gan(keras.losses.BinaryCrossentropy(from_logits=True))
    gan.fit(
        WINDOWS,
        epochs=3,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda e, logs: epochs.append(e))],
    )
    assert epochs == [0, 1, 2]


def test_the_critic_takes_n_critic_steps_each_on_windows_of_its_own():
    seen = []

    def critic_loss(real, synthetic):
        seen.append(real.numpy())
        return tf.reduce_mean(synthetic) - tf.reduce_mean(real)

    gan = make_gan(Objective(critic_loss, OBJECTIVES["bce"].generator_loss), n_critic=4)
    gan.train_step(WINDOWS)
    assert gan.d_optimizer.iterations == 4
    assert gan.g_optimizer.iterations == 1
    assert [len(logits) for logits in seen] == [2, 2, 2, 2]
    gan.train_step(WINDOWS[:3])
    assert [len(logits) for logits in seen[4:]] == [1, 1, 1, 1]


@pytest.mark.parametrize("is_relativistic", [False, True])
def test_only_a_relativistic_generator_loss_is_given_logits_of_real_windows(is_relativistic):
    given = []

    def generator_loss(real, synthetic):
        given.append(real)
        return OBJECTIVES["bce"].generator_loss(real, synthetic)

    bce = replace(
        OBJECTIVES["bce"], generator_loss=generator_loss, is_relativistic=is_relativistic
    )
    make_gan(bce).train_step(WINDOWS)
    assert [real is not None for real in given] == [is_relativistic]


def test_the_mixing_weight_is_uniform():
    mixes = []

    def penalty(critic, real, synthetic, mix):
        mixes.append(mix.numpy().ravel())
        return 0.0

    objective = replace(OBJECTIVES["bce"], penalty=penalty)
    gan = make_gan(objective)
    gan.train_step(np.tile(WINDOWS, (30, 1, 1)))
    mixes = np.concatenate(mixes)
    assert 0 <= mixes.min() < 0.03
    assert 0.97 < mixes.max() <= 1
    assert mixes.mean() == pytest.approx(0.5, abs=0.05)


def test_the_penalty_has_its_weight():
    def objective(weight):
        penalty = lambda *_: tf.constant(3.0)  # noqa: E731
        return replace(OBJECTIVES["bce"], penalty=penalty, penalty_weight=weight)

    losses = [float(make_gan(objective(w)).train_step(WINDOWS)["d_loss"]) for w in (0.0, 10.0)]
    assert losses[1] - losses[0] == pytest.approx(30)


def test_the_average_follows_the_weights():
    gan = make_gan(ema=0.9)
    start = gan.generator.get_weights()
    gan.train_step(WINDOWS)
    decay = min(0.9, 2 / 11)
    pairs = zip(start, gan.generator.get_weights(), gan.averaged.get_weights(), strict=True)
    for old, new, average in pairs:
        np.testing.assert_allclose(average, decay * old + (1 - decay) * new, rtol=1e-5, atol=1e-7)
    assert gan.averaged is not gan.generator
    assert make_gan().averaged is not None


def test_conditions_and_augmentation_reach_the_critic():
    critic = build_discriminator(16, width=2, n_conditions=2 + N_STATE, seed=1)
    gan = make_gan("wgan-gp", critic=critic, n_conditions=2, augmentation=AUGMENTATIONS)
    before = critic.get_weights()
    labels = np.eye(2, dtype="float32")[[0, 1] * 4]
    gan.fit(WINDOWS, labels, verbose=0)
    assert changed(before, critic).count(True) >= len(before) - 1


def test_an_unknown_augmentation_is_named():
    with pytest.raises(ValueError, match=r"'augmentation' parameter .* Got \['noise'\]"):
        make_gan(augmentation=("noise",))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
# Of old versions of Keras, which forget in a file that the generator has a single input.
@pytest.mark.filterwarnings("ignore:(?s).*structure of `inputs`:UserWarning")
def test_the_model_is_saved_and_loaded_by_keras(tmp_path):
    gan = make_gan(ema=0.9)
    gan.train_step(WINDOWS)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras", compile=False)
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    np.testing.assert_array_equal(loaded.averaged(latents), gan.averaged(latents))
