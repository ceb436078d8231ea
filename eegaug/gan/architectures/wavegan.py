"""WaveGAN, scaled to windows of EEG.

The published network makes 16,384 samples of audio in five stages of stride 4. A window of EEG
has some hundred samples: the stages are as many as leave eight samples at the start, and the
phase shuffle, which moves activations by two samples in layers of 4,096 down to 64 there, keeps
to layers of that length, or moves by one in layers of at least 32. The generator repeats
each sample four times and convolves with a kernel of 9, one of the published variants; one layer
does both, for a third of the arithmetic. Transposed convolutions leave artefacts near a quarter of
the sampling frequency, which at 173.61 Hz lies inside the EEG's range.

References
----------
C. Donahue, J. McAuley, M. Puckette, "Adversarial audio synthesis", ICLR 2019.
"""

from eegaug.gan.architectures import NetworkShape
from eegaug.gan.backend import keras
from eegaug.gan.layers import LayerFactory

CRITIC_KERNEL = 25
GENERATOR_KERNEL = 9


def waveform(
    latents: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn latents into windows by stages of upsampling and convolution."""
    stages = shape.n_stages
    x = make.dense(shape.start * shape.filters(stages))(latents)
    x = make.leaky_relu()(make.reshape(shape.start, shape.filters(stages))(x))
    for stage in reversed(range(stages)):
        x = make.upsampled_conv(shape.filters(stage), GENERATOR_KERNEL, 4)(x)
        x = make.leaky_relu()(x)
    return make.conv(shape.n_channels, GENERATOR_KERNEL)(x)


def features(
    windows: keras.KerasTensor, shape: NetworkShape, make: LayerFactory
) -> keras.KerasTensor:
    """Turn windows into features by long strided convolutions and a phase shuffle."""
    x = windows
    n_layers = shape.n_stages + 1
    for stage in range(n_layers):
        x = make.leaky_relu()(make.conv(shape.filters(stage), CRITIC_KERNEL, 4)(x))
        if x.shape[1] >= 32:
            x = make.phase_shuffle(2 if x.shape[1] >= 64 else 1)(x)
    return make.flatten()(x)
