"""The deep convolutional GAN in one dimension, with batch normalisation in the generator.

References
----------
A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with deep convolutional
generative adversarial networks", ICLR 2016.
"""

from eegaug.gan.architectures import NetworkShape
from eegaug.gan.backend import keras
from eegaug.gan.layers import LayerFactory

KERNEL = 5


def waveform(
    latents: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn latents into windows by transposed convolutions under batch normalisation."""
    stages = shape.n_stages
    x = make.dense(shape.start * shape.filters(stages), use_bias=False)(latents)
    x = make.reshape(shape.start, shape.filters(stages))(x)
    x = make.leaky_relu()(make.batch_norm()(x))
    for stage in reversed(range(stages)):
        x = make.conv_transpose(shape.filters(stage), KERNEL, 4, use_bias=False)(x)
        x = make.leaky_relu()(make.batch_norm()(x))
    return make.conv_transpose(shape.n_channels, KERNEL, 1)(x)


def features(
    windows: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn windows into features by strided convolutions with dropout.

    No batch normalisation: a penalty on the gradient of each single window forbids it.
    """
    x = windows
    for stage in range(max(1, shape.n_stages)):
        x = make.leaky_relu()(make.conv(shape.filters(stage), KERNEL, 4)(x))
        x = make.dropout(0.3)(x)
    return make.flatten()(x)
