"""Two perceptrons: the simplest GAN, as a baseline.

References
----------
I. Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.
"""

from eegaug.gan.architectures import NetworkShape
from eegaug.gan.backend import keras
from eegaug.gan.layers import LayerFactory


def waveform(
    latents: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn latents into windows by three dense layers."""
    x = latents
    for stage in (2, 3):
        x = make.leaky_relu()(make.dense(shape.filters(stage))(x))
    x = make.dense(shape.n_times * shape.n_channels)(x)
    return make.reshape(shape.n_times, shape.n_channels)(x)


def features(
    windows: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn windows into features by two dense layers with dropout."""
    x = make.flatten()(windows)
    for stage in (3, 2):
        x = make.leaky_relu()(make.dense(shape.filters(stage))(x))
        x = make.dropout(0.3)(x)
    return x
