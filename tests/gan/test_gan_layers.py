"""The layers that Keras lacks."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from eegaug.gan.layers import (
    LogSpectrum,
    PhaseShuffle,
    UnitSpectralNorm,
    UpsampledConv1D,
    convolve,
)

RNG = np.random.default_rng(0)


def test_phase_shuffle_passes_on_outside_training():
    windows = RNG.normal(size=(3, 16, 2)).astype("float32")
    np.testing.assert_array_equal(PhaseShuffle(2, seed=0)(windows), windows)


def test_phase_shuffle_shifts_by_up_to_n_and_reflects():
    ramp = np.arange(16, dtype="float32")[None, :, None].repeat(200, axis=0)
    shuffled = PhaseShuffle(2, seed=0)(ramp, training=True).numpy()[:, :, 0]
    shifts = shuffled[:, 8] - 8
    assert set(shifts) == {-2, -1, 0, 1, 2}
    ahead = shuffled[shifts == 2][0]
    np.testing.assert_array_equal(ahead, [*range(2, 16), 14, 13])
    behind = shuffled[shifts == -2][0]
    np.testing.assert_array_equal(behind, [2, 1, *range(14)])


@pytest.mark.parametrize("n_times", [2, 15, 16])
def test_log_spectrum_is_that_of_numpy(n_times):
    windows = RNG.normal(size=(3, n_times, 2)).astype("float32")
    taper = np.hanning(n_times + 2)[1:-1]
    spectrum = np.fft.rfft(windows.swapaxes(1, 2) * taper, axis=-1)
    expected = np.log(np.abs(spectrum) ** 2 / n_times + 1e-3)
    np.testing.assert_allclose(LogSpectrum()(windows), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("shape", [(7, 5), (9, 4, 6), (3, 1)])
def test_the_spectral_norm_becomes_one(shape):
    kernel = tf.constant(5 * RNG.normal(size=shape), tf.float32)
    constrained = UnitSpectralNorm()(kernel).numpy()
    norm = np.linalg.norm(constrained.reshape(-1, shape[-1]), ord=2)
    assert norm == pytest.approx(1, rel=1e-4)
    direction = constrained / kernel.numpy()
    np.testing.assert_allclose(direction, direction.flat[0], rtol=1e-4)


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel", [1, 2, 8, 9, 25])
def test_an_upsampled_convolution_is_a_convolution_of_repeated_samples(kernel, factor):
    windows = RNG.normal(size=(2, 6, 3)).astype("float32")
    layer = UpsampledConv1D(5, kernel, factor, padding="same", bias_initializer="normal")
    with tf.GradientTape() as tape:
        outputs = layer(windows)
        loss = tf.reduce_sum(outputs**2)
    plain = keras.layers.Conv1D(5, kernel, padding="same")
    plain.build((None, 6 * factor, 3))
    plain.set_weights(layer.get_weights())
    with tf.GradientTape() as plain_tape:
        expected = plain(np.repeat(windows, factor, axis=1))
        expected_loss = tf.reduce_sum(expected**2)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape((None, 6, 3)) == (None, *expected.shape[1:])
    for found, wanted in zip(
        tape.gradient(loss, layer.trainable_variables),
        plain_tape.gradient(expected_loss, plain.trainable_variables),
        strict=True,
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-3)


def test_an_upsampled_convolution_is_rebuilt_from_its_configuration():
    layer = UpsampledConv1D(5, 9, 4, padding="same")
    again = UpsampledConv1D.from_config(layer.get_config())
    again.build((None, 6, 3))
    assert again.compute_output_shape((None, 6, 3)) == (None, 24, 5)


@settings(max_examples=25, deadline=None)
@given(
    length=st.integers(2, 90),
    size=st.integers(1, 9),
    stride=st.integers(1, 4),
    n_inputs=st.integers(1, 3),
    filters=st.integers(1, 3),
)
def test_a_convolution_is_that_of_keras(length, size, stride, n_inputs, filters):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, length, n_inputs)).astype("float32")
    kernel = rng.normal(size=(size, n_inputs, filters)).astype("float32")
    expected = keras.ops.conv(x, kernel, stride, padding="same", data_format="channels_last")
    got = convolve(tf.constant(x), tf.constant(kernel), stride)
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("length", [20, 80, 2000])
def test_a_convolution_has_the_derivatives_of_keras(length):
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(2, length, 3)).astype("float32"))
    kernel = tf.constant(rng.normal(size=(5, 3, 2)).astype("float32"))

    def gradients(convolution):
        with tf.GradientTape() as outer:
            outer.watch([x, kernel])
            with tf.GradientTape() as inner:
                inner.watch([x, kernel])
                loss = tf.reduce_sum(convolution(x, kernel) ** 3)
            first = inner.gradient(loss, [x, kernel])
            norm = tf.add_n([tf.reduce_sum(each**2) for each in first])
        return [*first, *outer.gradient(norm, [x, kernel])]

    def of_keras(x, kernel):
        return keras.ops.conv(x, kernel, padding="same", data_format="channels_last")

    for got, expected in zip(gradients(convolve), gradients(of_keras), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-2)
