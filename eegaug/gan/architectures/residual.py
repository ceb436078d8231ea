"""A residual network in one dimension, without normalisation, as R3GAN has it.

References
----------
K. He, X. Zhang, S. Ren, J. Sun, "Identity mappings in deep residual networks", ECCV 2016.
N. Huang, A. Gokaslan, V. Kuleshov, J. Tompkin, "The GAN is dead; long live the GAN! A modern GAN
baseline", NeurIPS 2024, arXiv:2501.05441.
"""

from eegaug.gan.architectures import NetworkShape
from eegaug.gan.backend import keras
from eegaug.gan.layers import LayerFactory

KERNEL = 5


def waveform(
    latents: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn latents into windows by upsampling and residual blocks."""
    stages = shape.n_stages
    x = make.dense(shape.start * shape.filters(stages))(latents)
    x = make.reshape(shape.start, shape.filters(stages))(x)
    for stage in reversed(range(stages)):
        x = make.upsample(4)(make.conv(shape.filters(stage), 1)(x))
        x = _block(x, shape.filters(stage), make)
    return make.conv(shape.n_channels, KERNEL)(make.leaky_relu()(x))


def features(
    windows: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn windows into features by strided convolutions and residual blocks."""
    x = windows
    for stage in range(shape.n_stages + 1):
        x = make.conv(shape.filters(stage), KERNEL, 4)(x)
        x = _block(x, shape.filters(stage), make)
    return make.flatten()(make.leaky_relu()(x))


def _block(x: keras.KerasTensor, filters: int, make: LayerFactory) -> keras.KerasTensor:
    change = make.conv(filters, KERNEL)(make.leaky_relu()(x))
    return x + make.conv(filters, KERNEL)(make.leaky_relu()(change))
