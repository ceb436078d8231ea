"""Differentiable augmentation of the windows that the critic sees.

Each real window and the synthetic one it is compared with get the same random change, so the
critic cannot learn few windows by heart. The critic is conditioned on the change, so the generator
does not learn to make changed windows.

Channels that are mixed, as another head or another cap would show them, are no part of the
condition: a seizure seen from the other side is a seizure, and the generator may make it.

References
----------
S. Zhao et al., "Differentiable augmentation for data-efficient GAN training", NeurIPS 2020.
L. Hou et al., "Augmentation-aware self-supervision for data-efficient GAN training",
NeurIPS 2023; and arXiv 2403.16464 for a critic that is conditioned on the augmentation.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eegaug.gan.backend import keras, tf

__all__ = [
    "AUGMENTATIONS",
    "N_MATRICES",
    "N_STATE",
    "apply_augmentation",
    "check_augmentation",
    "draw_augmentation",
    "mix_channels",
]

#: Circular shift in time, scaling by exp(0.5 n) with n normal, change of sign.
AUGMENTATIONS = ("shift", "scale", "polarity")
#: Length of the vector that conditions the critic: shift as an angle (2), log scale, sign.
N_STATE = 4
#: Changes of channels that are drawn before a training, which draws from them.
N_MATRICES = 128
LOG_SCALE = 0.5


def check_augmentation(names: Sequence[str]) -> None:
    """Raise where a name is not one of `AUGMENTATIONS`."""
    if unknown := [name for name in names if name not in AUGMENTATIONS]:
        raise ValueError(
            f"The 'augmentation' parameter must be made of {list(AUGMENTATIONS)}. "
            f"Got {unknown} instead."
        )


def draw_augmentation(
    n: int, names: Sequence[str], seed: "keras.random.SeedGenerator"
) -> "tuple[tf.Tensor, tf.Tensor]":
    """Draw one change a pair of windows: (n, 3) to apply, and (n, 4) for the critic."""
    from eegaug.gan.backend import keras, tf

    shift, log_scale, sign = tf.zeros(n), tf.zeros(n), tf.ones(n)
    if "shift" in names:
        shift = keras.random.uniform((n,), seed=seed, dtype="float32")
    if "scale" in names:
        log_scale = LOG_SCALE * keras.random.normal((n,), seed=seed, dtype="float32")
    if "polarity" in names:
        sign = tf.sign(keras.random.uniform((n,), -1.0, 1.0, seed=seed, dtype="float32") + 1e-9)
    angle = 2.0 * 3.141592653589793 * shift
    change = tf.stack([shift, log_scale, sign], axis=1)
    return change, tf.stack([tf.cos(angle), tf.sin(angle), log_scale, sign], axis=1)


def apply_augmentation(windows: "tf.Tensor", change: "tf.Tensor") -> "tf.Tensor":
    """Change windows of shape (n, n_times, n_channels) as drawn, all channels alike."""
    from eegaug.gan.backend import tf

    n_times = windows.shape[1]
    shift = tf.cast(change[:, :1] * n_times, tf.int32)
    source = tf.math.floormod(tf.range(n_times)[tf.newaxis] - shift, n_times)
    factor = tf.exp(change[:, 1]) * change[:, 2]
    return tf.gather(windows, source, batch_dims=1) * factor[:, tf.newaxis, tf.newaxis]


def mix_channels(
    n: int, matrices: "tf.Variable", seed: "keras.random.SeedGenerator"
) -> "Callable[[tf.Tensor], tf.Tensor]":
    """Draw a matrix for each of n pairs; return what multiplies channels by them."""
    from eegaug.gan.backend import keras, tf

    chosen = keras.random.randint((n,), 0, matrices.shape[0], seed=seed)
    drawn = tf.gather(matrices, chosen)
    return lambda windows: tf.matmul(windows, drawn, transpose_b=True)
