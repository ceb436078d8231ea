"""Generator and critic around the body of an architecture.

Only the body differs between architectures. This module has the parts that all share: the
crop to the window's length, the generated amplitude, the learned post-filter, the critic's
spectral branch, the conditioning and the head.
"""

from collections.abc import Callable
from typing import Any

from eegaug.gan.architectures import NetworkShape, find_architecture
from eegaug.gan.backend import keras, ops
from eegaug.gan.layers import LayerFactory

__all__ = ["build_discriminator", "build_generator"]

# At full weight the spectral branch would dominate, as log spectra span several units.
SPECTRUM_WEIGHT = 0.3
AMPLITUDE_UNITS = 32
SPECTRUM_UNITS = 64
#: Of more channels the critic sees as many sums, which it learns: one convolution over all of them
#: would be most of its work, and on few windows it learned them by heart.
MAX_SOURCES = 8


def build_generator(
    latent_dim: int = 100,
    n_times: int = 178,
    n_channels: int = 1,
    *,
    architecture: str = "dcgan",
    width: int = 32,
    n_conditions: int = 0,
    amplitude: bool = False,
    post_filter: bool = False,
    seed: int | None = None,
    initializer: Callable[..., Any] | None = None,
) -> keras.Model:
    """Build a generator.

    With the defaults: dense without bias, reshape, batch normalisation and LeakyReLU, then
    stacked `Conv1DTranspose` up to the window's shape.

    Parameters
    ----------
    latent_dim : int, default=100
        Number of latents a window is made from.
    n_times : int, default=178
        Number of samples of a window, at least 2. The network makes the next length that its
        strides reach, and crops.
    n_channels : int, default=1
        Number of channels of a window.
    architecture : {"dcgan", "dense", "residual", "wavegan"}, default="dcgan"
        Body of the network.
    width : int, default=32
        Number of filters of the layer next to the window.
    n_conditions : int, default=0
        Size of the condition vector, e.g. the number of labels of a one-hot vector; 0 makes an
        unconditional generator with a single input.
    amplitude : bool, default=False
        Whether the waveform is multiplied by exp(a(z)) with a perceptron a of its own: the
        amplitude of seizures differs several-fold between recordings, which a convolutional
        generator is slow to learn.
    post_filter : bool, default=False
        Whether a learned linear filter follows, as in WaveGAN.
    seed : int, default=None
        Seed of the weights; None draws one as Keras does.
    initializer : callable, default=None
        ``initializer(shape, dtype) -> tensor`` makes the kernels; None draws Glorot's uniform
        ones from the seed.

    Returns
    -------
    generator : keras.Model
        It maps ``(batch, latent_dim)`` to ``(batch, n_times, n_channels)``; with conditions a
        list of latents and conditions.

    Raises
    ------
    ValueError
        If a size is too small or there is no such architecture.

    See Also
    --------
    build_discriminator : Its counterpart.
    WaveGAN : Train both.

    Examples
    --------
    >>> from eegaug.gan import build_generator
    >>> build_generator(latent_dim=16, n_times=50, n_channels=3, width=4).output_shape
    (None, 50, 3)
    """
    shape = _checked_shape(n_times, n_channels, width)
    make = LayerFactory(seed, initializer=initializer)
    latents = keras.Input((latent_dim,), name="latents", dtype="float32")
    inputs, source = latents, latents
    if n_conditions:
        condition = keras.Input((n_conditions,), name="condition", dtype="float32")
        inputs, source = [latents, condition], ops.concatenate([latents, condition], axis=1)
    x = find_architecture(architecture).waveform(source, shape, make)
    x = x[:, :n_times, :]
    if amplitude:
        log_amplitude = make.dense(1)(make.leaky_relu()(make.dense(AMPLITUDE_UNITS)(source)))
        x = x * ops.exp(make.reshape(1, 1)(log_amplitude))
    if post_filter:
        x = make.conv(n_channels, min(n_times, 65), use_bias=False)(x)
    return keras.Model(inputs, x, name="generator")


def build_discriminator(
    n_times: int = 178,
    n_channels: int = 1,
    *,
    architecture: str = "dcgan",
    width: int = 32,
    n_conditions: int = 0,
    spectrum: bool = False,
    spectral_norm: bool = False,
    seed: int | None = None,
) -> keras.Model:
    """Build a discriminator, called critic if its output is not a probability.

    With the defaults: strided `Conv1D`, LeakyReLU, dropout, flatten, dense. It returns a logit;
    the loss owns the sigmoid. More than 8 channels are mixed into 8 sums first.

    Parameters
    ----------
    n_times : int, default=178
        Number of samples of a window, at least 2.
    n_channels : int, default=1
        Number of channels of a window.
    architecture : {"dcgan", "dense", "residual", "wavegan"}, default="dcgan"
        Body of the network.
    width : int, default=32
        Number of filters of the layer next to the window.
    n_conditions : int, default=0
        Size of the condition vector; the condition acts on the features by projection [1]_.
        0 makes an unconditional network with a single input.
    spectrum : bool, default=False
        Whether a branch of two dense layers sees the log spectrum beside the waveform.
    spectral_norm : bool, default=False
        Whether each kernel is held at spectral norm 1 [2]_.
    seed : int, default=None
        Seed of the weights and of the dropout; None draws one as Keras does.

    Returns
    -------
    discriminator : keras.Model
        It maps ``(batch, n_times, n_channels)`` to a logit ``(batch, 1)``; with conditions a list
        of windows and conditions.

    Raises
    ------
    ValueError
        If a size is too small or there is no such architecture.

    See Also
    --------
    build_generator : Its counterpart.
    WaveGAN : Train both.

    References
    ----------
    .. [1] T. Miyato, M. Koyama, "cGANs with projection discriminator", ICLR 2018.
    .. [2] T. Miyato et al., "Spectral normalization for generative adversarial networks",
       ICLR 2018.

    Examples
    --------
    >>> from eegaug.gan import build_discriminator
    >>> build_discriminator(n_times=50, n_channels=3, width=4).output_shape
    (None, 1)
    """
    shape = _checked_shape(n_times, n_channels, width)
    make = LayerFactory(seed, spectral_norm=spectral_norm)
    windows = keras.Input((n_times, n_channels), name="windows", dtype="float32")
    seen = windows
    if n_channels > MAX_SOURCES:
        seen = make.conv(MAX_SOURCES, 1, use_bias=False)(windows)
    x = find_architecture(architecture).features(seen, shape, make)
    if spectrum:
        branch = make.flatten()(make.log_spectrum()(seen)) * SPECTRUM_WEIGHT
        for _ in range(2):
            branch = make.leaky_relu()(make.dense(SPECTRUM_UNITS)(branch))
        x = ops.concatenate([x, branch], axis=1)
    logit = make.dense(1)(x)
    inputs = windows
    if n_conditions:
        condition = keras.Input((n_conditions,), name="condition", dtype="float32")
        projection = make.dense(x.shape[-1], use_bias=False)(condition)
        logit = logit + ops.sum(projection * x, axis=1, keepdims=True)
        inputs = [windows, condition]
    critic = keras.Model(inputs, logit, name="critic")
    # Keras applies constraints after a step only.
    for variable in critic.trainable_variables:
        if variable.constraint is not None:
            variable.assign(variable.constraint(variable))
    return critic


def _checked_shape(n_times: int, n_channels: int, width: int) -> NetworkShape:
    for name, value, least in (
        ("n_times", n_times, 2),
        ("n_channels", n_channels, 1),
        ("width", width, 1),
    ):
        if value < least:
            raise ValueError(
                f"The '{name}' parameter must be an int in the range [{least}, inf). "
                f"Got {value!r} instead."
            )
    return NetworkShape(n_times=n_times, n_channels=n_channels, width=width)
