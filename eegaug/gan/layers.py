"""The layers of the networks.

`LayerFactory` makes Keras layers that draw their weights from one seed and do not depend on
Keras' global settings (seed, float policy, image format) or counters of names. The layers below
are those that Keras lacks.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from eegaug.gan.backend import keras, ops, tf

__all__ = [
    "Conv1D",
    "Dropout",
    "LayerFactory",
    "LogSpectrum",
    "PhaseShuffle",
    "UnitSpectralNorm",
    "UpsampledConv1D",
    "convolve",
]


#: Values of a window above which moving them takes longer than the product saves.
MAX_MOVED = 16_384


class LayerFactory:
    """Make seeded Keras layers.

    The layers of a network are numbered by kind, alike in every network: TensorFlow keeps some 35
    KiB for each name that a variable ever had, and Keras would give every new layer a new one.

    Kernels are Glorot's uniform ones from the seed, or those of ``initializer(shape, dtype)``.
    """

    def __init__(
        self,
        seed: int | None,
        *,
        spectral_norm: bool = False,
        initializer: Callable[..., Any] | None = None,
    ) -> None:
        self.seeds = keras.random.SeedGenerator(seed, name="layer_seeds")
        self.spectral_norm = spectral_norm
        self.initializer = initializer or keras.initializers.GlorotUniform(self.seeds)
        self._made: Counter[str] = Counter()

    def _common(self, kind: str) -> dict[str, Any]:
        self._made[kind] += 1
        return {"name": f"{kind}_{self._made[kind]}", "dtype": "float32"}

    def _kernel(self, kind: str) -> dict[str, Any]:
        return {
            "kernel_initializer": self.initializer,
            "kernel_constraint": UnitSpectralNorm() if self.spectral_norm else None,
            **self._common(kind),
        }

    def _layer_seed(self) -> int:
        return int(ops.convert_to_numpy(self.seeds.next())[0])

    def dense(self, units: int, **options: Any) -> keras.layers.Layer:
        """Return a dense layer of `units` units."""
        return keras.layers.Dense(units, **self._kernel("dense"), **options)

    def conv(
        self, filters: int, kernel: int, strides: int = 1, **options: Any
    ) -> keras.layers.Layer:
        """Return a convolution with padding "same"."""
        return Conv1D(
            filters,
            kernel,
            strides,
            padding="same",
            data_format="channels_last",
            **self._kernel("conv"),
            **options,
        )

    def upsampled_conv(self, filters: int, kernel: int, factor: int) -> keras.layers.Layer:
        """Return a convolution of its input repeated `factor` times in time."""
        return UpsampledConv1D(
            filters,
            kernel,
            factor,
            padding="same",
            data_format="channels_last",
            **self._kernel("upsampled_conv"),
        )

    def conv_transpose(
        self, filters: int, kernel: int, strides: int, **options: Any
    ) -> keras.layers.Layer:
        """Return a transposed convolution that makes its input `strides` times as long."""
        return keras.layers.Conv1DTranspose(
            filters,
            kernel,
            strides,
            padding="same",
            data_format="channels_last",
            **self._kernel("conv_transpose"),
            **options,
        )

    def leaky_relu(self) -> keras.layers.Layer:
        """Return a LeakyReLU of slope 0.2, as is usual for GANs."""
        return keras.layers.LeakyReLU(0.2, **self._common("leaky_relu"))

    def batch_norm(self) -> keras.layers.Layer:
        """Return a batch normalisation over the last axis."""
        return keras.layers.BatchNormalization(**self._common("batch_norm"))

    def dropout(self, rate: float) -> keras.layers.Layer:
        """Return a dropout of the given rate."""
        return Dropout(rate, seed=self._layer_seed(), **self._common("dropout"))

    def reshape(self, *shape: int) -> keras.layers.Layer:
        """Return a reshaping of all axes but the first."""
        return keras.layers.Reshape(shape, **self._common("reshape"))

    def flatten(self) -> keras.layers.Layer:
        """Return a flattening of all axes but the first."""
        return keras.layers.Flatten(data_format="channels_last", **self._common("flatten"))

    def upsample(self, factor: int) -> keras.layers.Layer:
        """Return a nearest-neighbour upsampling in time."""
        return keras.layers.UpSampling1D(factor, **self._common("upsample"))

    def phase_shuffle(self, n: int) -> keras.layers.Layer:
        """Return a phase shuffle by at most `n` samples."""
        return PhaseShuffle(n, seed=self._layer_seed(), **self._common("phase_shuffle"))

    def log_spectrum(self) -> keras.layers.Layer:
        """Return the log spectrum of each channel."""
        return LogSpectrum(**self._common("log_spectrum"))


@keras.saving.register_keras_serializable("eegaug")
class Dropout(keras.layers.Layer):
    """Dropout of Keras with a name for its random state (see `LayerFactory`)."""

    def __init__(self, rate: float, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed, name=f"{self.name}_seeds")

    def call(self, inputs: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """Apply dropout in training."""
        if not training:
            return inputs
        return keras.random.dropout(inputs, self.rate, seed=self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


def convolve(x: tf.Tensor, kernel: tf.Tensor, stride: int = 1) -> tf.Tensor:
    """Return the convolution with padding "same", of short windows as one matrix product.

    TensorFlow's own convolutions take longer where windows are short and channels few.
    """
    size, n_inputs, filters = kernel.shape
    length = x.shape[1]
    n_outputs = -(-length // stride)
    n_blocks = -(-size // stride)
    if n_outputs * n_blocks * stride * min(n_inputs, filters) > MAX_MOVED:
        return ops.conv(x, kernel, stride, padding="same", data_format="channels_last")
    left = max((n_outputs - 1) * stride + size - length, 0) // 2
    right = stride * (n_outputs + n_blocks - 1) - length - left
    blocks = tf.pad(x, [[0, 0], [left, right], [0, 0]])
    blocks = tf.reshape(blocks, (-1, n_outputs + n_blocks - 1, stride * n_inputs))
    kernels = tf.pad(kernel, [[0, n_blocks * stride - size], [0, 0], [0, 0]])
    kernels = tf.reshape(kernels, (n_blocks, stride * n_inputs, filters))
    if filters < stride * n_inputs and n_outputs >= 64:
        # Fewer values are moved after the product than before it.
        products = _multiply(blocks, tf.concat(tf.unstack(kernels), axis=-1))
        parts = tf.split(products, n_blocks, axis=-1)
        return tf.add_n([_cut(part, k, n_outputs) for k, part in enumerate(parts)])
    return _multiply(_join_neighbours(blocks, n_blocks), tf.reshape(kernels, (-1, filters)))


def _multiply(x: tf.Tensor, matrix: tf.Tensor) -> tf.Tensor:
    """Multiply each time step by a matrix."""
    length, n_inputs = x.shape[1:]
    return tf.reshape(tf.reshape(x, (-1, n_inputs)) @ matrix, (-1, length, matrix.shape[1]))


def _cut(x: tf.Tensor, start: int, length: int) -> tf.Tensor:
    """Return `length` time steps, with a faster derivative than slices have."""
    return tf.slice(x, (0, start, 0), (-1, length, -1))


def _join_neighbours(x: tf.Tensor, n: int) -> tf.Tensor:
    """Return each time step joined with the `n` - 1 after it, along the last axis."""
    if n == 1:
        return x
    length = x.shape[1] - n + 1

    @tf.custom_gradient
    def join(x: tf.Tensor) -> tuple[tf.Tensor, Any]:
        # The derivative of a slice would need many more operations.
        def gradient(upstream: tf.Tensor) -> tf.Tensor:
            parts = tf.split(upstream, n, axis=-1)
            padded = [
                tf.pad(part, [[0, 0], [k, n - 1 - k], [0, 0]]) for k, part in enumerate(parts)
            ]
            return tf.add_n(padded)

        parts = [_cut(x, k, length) for k in range(n)]
        return tf.concat(parts, axis=-1), gradient

    return join(x)


@keras.saving.register_keras_serializable("eegaug")
class Conv1D(keras.layers.Conv1D):
    """Keras' convolution with padding "same", computed by `convolve`."""

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the convolution."""
        outputs = convolve(inputs, self.kernel, self.strides[0])
        return outputs + self.bias if self.use_bias else outputs


@keras.saving.register_keras_serializable("eegaug")
class UpsampledConv1D(keras.layers.Conv1D):
    """Repeat each sample and convolve, in one operation.

    Next to each other in the repeated input stand equal samples, so all taps that meet the same
    one are summed first: the layer convolves the short input with `factor` short kernels and
    lays their outputs side by side (sub-pixel convolution; Shi et al., CVPR 2016). Weights and
    result are those of a nearest-neighbour upsampling before a convolution with padding "same".
    """

    def __init__(self, filters: int, kernel_size: int, factor: int, **options: Any) -> None:
        super().__init__(filters, kernel_size, **options)
        self.factor = factor

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Make the weights, and the matrix that sums taps."""
        super().build(input_shape)
        size, factor = self.kernel_size[0], self.factor
        # From each phase of the output and each tap to the sample of the short input they meet.
        met = (np.arange(factor)[:, None] + np.arange(size) - (size - 1) // 2) // factor
        reach = int(np.abs(met).max())
        offsets = np.arange(-reach, reach + 1)[:, None, None]
        self.sums = (met == offsets).astype(np.float32).transpose(1, 0, 2).reshape(-1, size)

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the convolution, `factor` times as long as the input."""
        size, n_inputs, filters = self.kernel.shape
        short = ops.matmul(self.sums, ops.reshape(self.kernel, (size, n_inputs * filters)))
        short = ops.reshape(short, (self.factor, -1, n_inputs, filters))
        # Joining is several times as fast as moving an axis.
        short = ops.concatenate(tf.unstack(short), axis=-1)
        phases = convolve(inputs, short)
        outputs = ops.reshape(phases, (-1, inputs.shape[1] * self.factor, filters))
        return outputs + self.bias

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        return (input_shape[0], input_shape[1] * self.factor, self.filters)

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable("eegaug")
class PhaseShuffle(keras.layers.Layer):
    """Shift each window's activations by a few samples at random, reflecting at the edge.

    The critic cannot recognise synthetic windows by the phase of upsampling artefacts
    (Donahue et al., ICLR 2019).
    """

    def __init__(self, n: int, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.n = n
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed, name=f"{self.name}_seeds")

    def call(self, inputs: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """Shift in training."""
        if not training or self.n == 0:
            return inputs
        n_windows, width = tf.shape(inputs)[0], 2 * self.n + 1
        shifts = keras.random.randint((n_windows,), 0, width, seed=self.seed_generator)
        padded = tf.pad(inputs, [[0, 0], [self.n, self.n], [0, 0]], "REFLECT")
        # A product with ones and zeros is faster than indexing rows.
        length, n_channels = inputs.shape[1:]
        joined = _join_neighbours(padded, width)
        chosen = tf.reshape(tf.one_hot(shifts, width), (-1, 1, width, 1))
        return tf.reduce_sum(tf.reshape(joined, (-1, length, width, n_channels)) * chosen, axis=2)

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {**super().get_config(), "n": self.n, "seed": self.seed}


@keras.saving.register_keras_serializable("eegaug")
class LogSpectrum(keras.layers.Layer):
    """Log power spectrum of each channel under a Hann taper.

    A convolutional critic overlooks wrong spectra easily (Durall et al. 2020, arXiv 2003.01826).
    """

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Make the taper for the windows' length."""
        # A Hann taper of two samples would be zero.
        self.taper = np.hanning(input_shape[1] + 2)[1:-1].astype(np.float32)

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the spectra, of shape (batch, n_channels, n_times // 2 + 1)."""
        tapered = ops.swapaxes(inputs, 1, 2) * self.taper
        real, imaginary = ops.rfft(tapered)
        power = (ops.square(real) + ops.square(imaginary)) / inputs.shape[1]
        # Windows have unit variance. A thousandth keeps silent bins from dominating.
        return ops.log(power + 1e-3)


@keras.saving.register_keras_serializable("eegaug")
class UnitSpectralNorm(keras.constraints.Constraint):
    """Hold a kernel, as a matrix of (all inputs, outputs), at spectral norm 1 (Miyato 2018)."""

    def __call__(self, w: keras.KerasTensor) -> keras.KerasTensor:
        """Return the kernel divided by its spectral norm."""
        matrix = ops.reshape(w, (-1, w.shape[-1]))
        transposed = ops.transpose(matrix)
        is_wide = matrix.shape[0] < matrix.shape[1]
        gram = ops.matmul(matrix, transposed) if is_wide else ops.matmul(transposed, matrix)
        values, _ = ops.eigh(gram)
        # A smaller number would lose the norm of a kernel that is nearly zero.
        return w / ops.sqrt(ops.maximum(values[-1], 1e-24))
