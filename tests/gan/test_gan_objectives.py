"""Objectives: closed forms, and what is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from eegaug.gan import OBJECTIVES, Objective, WaveGAN, build_generator
from eegaug.gan.objectives import find_objective, gradient_penalty, zero_centred_penalty

RNG = np.random.default_rng(0)
REAL, SYNTHETIC = (tf.constant(RNG.normal(size=(6, 8, 2)), tf.float32) for _ in range(2))
MIX = tf.constant(RNG.uniform(size=(6, 1, 1)), tf.float32)
LOGITS = [tf.constant(RNG.normal(size=(6, 1)), tf.float32) for _ in range(2)]


def linear_critic(windows):
    slope = tf.reshape(tf.range(16.0) / 10.0, (8, 2))
    return tf.reduce_sum(windows * slope, axis=[1, 2], keepdims=True)[:, 0]


def quadratic_critic(windows):
    return 0.5 * tf.reduce_sum(windows**2, axis=[1, 2], keepdims=True)[:, 0]


def test_the_gradient_penalty_of_a_linear_critic_is_that_of_its_slope():
    norm = np.linalg.norm(np.arange(16) / 10)
    penalty = gradient_penalty(linear_critic, REAL, SYNTHETIC, MIX)
    assert float(penalty) == pytest.approx((norm - 1) ** 2, rel=1e-5)


def test_the_gradient_penalty_is_taken_between_real_and_synthetic():
    between = (1 - MIX) * REAL + MIX * SYNTHETIC
    norms = np.linalg.norm(between.numpy().reshape(6, -1), axis=1)
    penalty = gradient_penalty(quadratic_critic, REAL, SYNTHETIC, MIX)
    assert float(penalty) == pytest.approx(np.mean((norms - 1) ** 2), rel=1e-5)


def test_the_gradient_penalty_has_a_gradient_at_a_flat_critic():
    weight = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        penalty = gradient_penalty(lambda w: weight * linear_critic(w), REAL, SYNTHETIC, MIX)
    assert np.isfinite(tape.gradient(penalty, weight))


def test_the_zero_centred_penalty_of_a_quadratic_critic_is_half_the_energy():
    expected = 0.5 * np.mean(np.sum(REAL.numpy() ** 2, axis=(1, 2)))
    assert float(zero_centred_penalty(quadratic_critic, REAL)) == pytest.approx(expected, rel=1e-5)


def test_r1_looks_at_real_windows_and_r3gan_at_both():
    on_real = float(zero_centred_penalty(quadratic_critic, REAL))
    on_synthetic = float(zero_centred_penalty(quadratic_critic, SYNTHETIC))
    arguments = (quadratic_critic, REAL, SYNTHETIC, MIX)
    assert float(OBJECTIVES["r1"].penalty(*arguments)) == pytest.approx(on_real)
    assert float(OBJECTIVES["r3gan"].penalty(*arguments)) == pytest.approx(on_real + on_synthetic)


def expected_losses(real, synthetic):
    """Write each objective once more, with NumPy."""
    softplus = lambda x: np.log1p(np.exp(x))  # noqa: E731
    bce = (
        0.5 * (softplus(-real).mean() + softplus(synthetic).mean()),
        softplus(-synthetic).mean(),
    )
    return {
        "bce": bce,
        "r1": bce,
        "lsgan": (
            0.5 * (((real - 1) ** 2).mean() + (synthetic**2).mean()),
            0.5 * ((synthetic - 1) ** 2).mean(),
        ),
        "hinge": (
            np.maximum(1 - real, 0).mean() + np.maximum(1 + synthetic, 0).mean(),
            -synthetic.mean(),
        ),
        "wgan-gp": (synthetic.mean() - real.mean(), -synthetic.mean()),
        "r3gan": (softplus(synthetic - real).mean(), softplus(real - synthetic).mean()),
    }


@pytest.mark.parametrize("name", OBJECTIVES)
def test_losses_equal_their_formulas(name):
    critic, generator = expected_losses(*[logits.numpy() for logits in LOGITS])[name]
    objective = OBJECTIVES[name]
    assert float(objective.critic_loss(*LOGITS)) == pytest.approx(critic, rel=1e-5)
    assert float(objective.generator_loss(*LOGITS)) == pytest.approx(generator, rel=1e-5)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_better_critic_has_a_lower_loss_and_a_better_forger_too(name):
    low, high = -0.9 * tf.ones((4, 1)), 0.9 * tf.ones((4, 1))
    objective = OBJECTIVES[name]
    assert objective.critic_loss(high, low) < objective.critic_loss(low, high)
    assert objective.generator_loss(high, high) < objective.generator_loss(high, low)


def test_a_keras_loss_gives_the_same_as_the_name():
    objective = find_objective(keras.losses.BinaryCrossentropy(from_logits=True))
    named = OBJECTIVES["bce"]
    for loss in ("critic_loss", "generator_loss"):
        ours, theirs = getattr(named, loss)(*LOGITS), getattr(objective, loss)(*LOGITS)
        assert float(ours) == pytest.approx(float(theirs), rel=1e-5)


def test_a_keras_loss_on_probabilities_is_refused():
    with pytest.raises(ValueError, match="from_logits=True"):
        find_objective(keras.losses.BinaryCrossentropy())


def test_an_unknown_objective_gets_the_choices():
    with pytest.raises(ValueError, match=r"\['bce', 'hinge', .*\]. Got 'wgan' instead"):
        find_objective("wgan")
    with pytest.raises(TypeError, match="must be a name"):
        find_objective(3)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_batch_normalisation_is_refused_where_there_is_a_penalty(name):
    critic = keras.Sequential(
        [
            keras.Input((16, 1)),
            keras.Sequential([keras.layers.Conv1D(2, 3), keras.layers.BatchNormalization()]),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    gan = WaveGAN(critic, build_generator(4, 16, width=2))
    optimizers = keras.optimizers.Adam(), keras.optimizers.Adam()
    if OBJECTIVES[name].penalty is None:
        gan.compile(*optimizers, name)
        return
    with pytest.raises(ValueError, match="batch normalisation, which mixes the windows"):
        gan.compile(*optimizers, name)


def test_an_objective_of_ones_own_is_taken_as_it_is():
    own = Objective(OBJECTIVES["bce"].critic_loss, OBJECTIVES["hinge"].generator_loss)
    assert find_objective(own) is own
