"""Networks of every architecture: any size builds, every weight matters."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from eegaug.gan import ARCHITECTURES, build_discriminator, build_generator

RNG = np.random.default_rng(0)
OPTIONS_OF_GENERATOR = [{}, {"amplitude": True}, {"post_filter": True}, {"n_conditions": 3}]
OPTIONS_OF_CRITIC = [{}, {"spectrum": True}, {"spectral_norm": True}, {"n_conditions": 3}]


def inputs(network, n=8):
    """Draw a batch for each input of a network."""
    batches = [
        tf.constant(RNG.normal(size=(n, *i.shape[1:])), dtype="float32") for i in network.inputs
    ]
    return batches if len(batches) > 1 else batches[0]


def silent_weights(network):
    """Name the trainable weights that no gradient reaches."""
    with tf.GradientTape() as tape:
        output = network(inputs(network), training=True)
        loss = tf.reduce_sum(output * RNG.normal(size=output.shape))
    gradients = tape.gradient(loss, network.trainable_variables)
    return [
        variable.path
        for variable, gradient in zip(network.trainable_variables, gradients, strict=True)
        if gradient is None or not np.any(gradient)
    ]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("n_times", [2, 3, 31, 32, 178, 1024])
def test_any_size_builds(architecture, n_times, n_channels):
    generator = build_generator(
        5, n_times, n_channels, architecture=architecture, width=2, seed=0, amplitude=True
    )
    critic = build_discriminator(
        n_times, n_channels, architecture=architecture, width=2, seed=0, spectrum=True
    )
    windows = generator(inputs(generator))
    assert windows.shape == (8, n_times, n_channels)
    assert critic(windows).shape == (8, 1)
    assert np.isfinite(critic(windows)).all()


@settings(max_examples=15, deadline=None)
@given(
    n_times=st.integers(2, 1024),
    n_channels=st.integers(1, 8),
    architecture=st.sampled_from(sorted(ARCHITECTURES)),
)
def test_a_critic_takes_what_the_generator_makes(n_times, n_channels, architecture):
    generator = build_generator(3, n_times, n_channels, architecture=architecture, width=1, seed=0)
    critic = build_discriminator(n_times, n_channels, architecture=architecture, width=1, seed=0)
    assert generator.output_shape == critic.input_shape == (None, n_times, n_channels)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("options", OPTIONS_OF_GENERATOR, ids=str)
def test_gradients_reach_every_weight_of_the_generator(architecture, options):
    network = build_generator(5, 50, 2, architecture=architecture, width=4, seed=0, **options)
    assert silent_weights(network) == []


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("options", OPTIONS_OF_CRITIC, ids=str)
def test_gradients_reach_every_weight_of_the_critic(architecture, options):
    network = build_discriminator(50, 2, architecture=architecture, width=4, seed=0, **options)
    assert silent_weights(network) == []


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_layer_of_the_critic_changes_its_output(architecture):
    network = build_discriminator(178, architecture=architecture, width=4, seed=0)
    windows = inputs(network)
    before = network(windows).numpy()
    kernels = [v for v in network.trainable_variables if v.name == "kernel"]
    for kernel in kernels:
        value = kernel.numpy()
        kernel.assign(2 * value)
        assert not np.allclose(network(windows), before), kernel.path
        kernel.assign(value)


def test_the_default_networks_are_those_of_the_seed_project():
    generator = build_generator()
    names = [type(layer).__name__ for layer in generator.layers]
    assert names[1:5] == ["Dense", "Reshape", "BatchNormalization", "LeakyReLU"]
    assert not generator.layers[1].use_bias
    assert names.count("Conv1DTranspose") >= 2
    assert generator.input_shape == (None, 100)
    assert generator.output_shape == (None, 178, 1)
    names = [type(layer).__name__ for layer in build_discriminator().layers]
    assert names[1:4] == ["Conv1D", "LeakyReLU", "Dropout"]
    assert names[-2:] == ["Flatten", "Dense"]


def test_the_discriminator_returns_logits():
    network = build_discriminator(50, width=4, seed=0)
    logits = network(1000 * inputs(network, 64)).numpy()
    assert logits.min() < 0 or logits.max() > 1


def test_the_same_seed_gives_the_same_weights():
    one, same, other = (build_generator(5, 50, width=2, seed=seed) for seed in (1, 1, 2))
    assert all(map(np.array_equal, one.get_weights(), same.get_weights()))
    assert not all(map(np.array_equal, one.get_weights(), other.get_weights()))


def test_global_keras_settings_do_not_matter():
    reference = build_generator(5, 50, 2, width=2, seed=0)
    keras.config.set_floatx("float64")
    keras.config.set_image_data_format("channels_first")
    try:
        network = build_generator(5, 50, 2, width=2, seed=0)
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_image_data_format("channels_last")
    assert network.output_shape == reference.output_shape
    assert all(map(np.array_equal, network.get_weights(), reference.get_weights()))
    assert {w.dtype for w in network.trainable_variables} == {"float32"}


def test_the_amplitude_scales_whole_windows():
    plain = build_generator(5, 50, architecture="wavegan", width=2, seed=0)
    scaled = build_generator(5, 50, architecture="wavegan", width=2, seed=0, amplitude=True)
    latents = inputs(plain)
    ratio = scaled(latents).numpy() / plain(latents).numpy()
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[:, :1], ratio.shape), rtol=1e-3)
    assert np.ptp(ratio) > 1e-3


@pytest.mark.parametrize("build", [build_generator, build_discriminator])
def test_an_unknown_architecture_gets_the_choices(build):
    with pytest.raises(ValueError, match=r"\['dcgan', 'dense', .*'wavegan'\]. Got 'vae' instead"):
        build(architecture="vae")


@pytest.mark.parametrize(("name", "value"), [("n_times", 1), ("n_channels", 0), ("width", 0)])
@pytest.mark.parametrize("build", [build_generator, build_discriminator])
def test_a_size_out_of_range_is_named(build, name, value):
    with pytest.raises(ValueError, match=rf"The '{name}' parameter must be an int .* Got {value}"):
        build(**{name: value})


def test_a_critic_of_many_channels_sees_eight_sums_of_them():
    critic = build_discriminator(n_times=64, n_channels=20, width=2, spectrum=True, seed=0)
    first = critic.layers[1]
    assert first.output.shape == (None, 64, 8)
    windows = np.random.default_rng(0).normal(size=(3, 64, 20)).astype(np.float32)
    order = np.random.default_rng(1).permutation(20)
    before = critic.predict(windows, verbose=0)
    # Its first weights alone know the channels: with them in another order, all is as before.
    first.set_weights([first.get_weights()[0][:, order]])
    np.testing.assert_allclose(critic.predict(windows[..., order], verbose=0), before, rtol=1e-4)
    few = build_discriminator(n_times=64, n_channels=8, width=2, spectrum=True, seed=0)
    assert few.layers[1].output.shape != (None, 64, 8)
