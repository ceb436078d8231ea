"""Draws from a generator network, many batches in one compiled call."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from eegaug._forking import refuse_if_forked
from eegaug.gan.config import GANConfig
from eegaug.gan.lending import Shelf
from eegaug.gan.networks import build_generator
from eegaug.gan.one_thread import compile_for_one_thread

__all__ = ["Sampler", "borrow_sampler", "build_generator_for"]

# Windows in one call of the network: few enough to stay in the cache, many enough to use it.
# Every call gets as many, so that no window's bits depend on how many others are made.
BATCH = 64


class Sampler:
    """A generator network and the compiled function that draws from it.

    Parameters
    ----------
    network : keras.Model
        It maps ``(batch, latent_dim)``, or such latents and conditions, to ``(batch, n_times,
        n_channels)``. Its weights may change between draws.
    """

    def __init__(self, network: keras.Model) -> None:
        self.network = network
        sizes = [each.shape[1] for each in network.inputs]
        signature = [tf.TensorSpec([None, None, sizes[0]], tf.float32)]
        signature += [tf.TensorSpec([size], tf.float32) for size in sizes[1:]]
        self._call = compile_for_one_thread(self._draw_batches, signature)

    def draw(
        self, latents: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Make a window from each latent vector.

        Parameters
        ----------
        latents : ndarray of shape (n_samples, latent_dim)
            What the windows are made from.
        condition : ndarray of shape (n_conditions,), default=None
            Condition of all of them, where the network takes one.

        Returns
        -------
        windows : ndarray of shape (n_samples, n_channels, n_times)
            In the networks' unit.
        """
        n, latent_dim = latents.shape
        batches = np.zeros((max(1, -(-n // BATCH)), BATCH, latent_dim), np.float32)
        batches.reshape(-1, latent_dim)[:n] = latents
        told = [] if condition is None else [condition]
        return np.asarray(self._call(batches, *told))[:n]

    def _draw_batches(self, batches: tf.Tensor, *told: tf.Tensor) -> tf.Tensor:
        conditions = [tf.tile(each[None], (tf.shape(batches)[1], 1)) for each in told]

        def draw(latents: tf.Tensor) -> tf.Tensor:
            return self.network([latents, *conditions] if conditions else latents, training=False)

        _, n_times, n_channels = self.network.output_shape
        spec = tf.TensorSpec([None, n_times, n_channels], tf.float32)
        windows = tf.map_fn(draw, batches, fn_output_signature=spec)
        return tf.transpose(tf.reshape(windows, (-1, n_times, n_channels)), (0, 2, 1))


def build_generator_for(
    config: GANConfig, n_times: int, n_channels: int, n_labels: int, **options: Any
) -> keras.Model:
    """Build the generator that a configuration names; one label makes it unconditional.

    Parameters
    ----------
    config : GANConfig
        What is built; all about training plays no part.
    n_times, n_channels, n_labels : int
        Size of the windows and number of labels.
    **options : object
        `seed` or `initializer` of `build_generator`.

    Returns
    -------
    generator : keras.Model
        As from `build_generator`.
    """
    return build_generator(
        n_times=n_times,
        n_channels=n_channels,
        n_conditions=n_labels if n_labels > 1 else 0,
        **config.generator_options,
        **options,
    )


# Networks of so many kinds are kept; they are small.
_SAMPLERS = Shelf(4)


@contextmanager
def borrow_sampler(
    config: GANConfig, n_times: int, n_channels: int, n_labels: int
) -> Iterator[Sampler]:
    """Lend a `Sampler` that no other thread has, and keep it for the next generator of its kind.

    Building and tracing a network takes longer than to draw thousands of windows, and generators
    of one kind differ in their weights alone.

    Parameters
    ----------
    config : GANConfig
        What the network is built by.
    n_times, n_channels, n_labels : int
        Size of the windows and number of labels.

    Yields
    ------
    sampler : Sampler
        To be given weights before use.

    Raises
    ------
    RuntimeError
        If this process was forked after TensorFlow had run.
    """
    refuse_if_forked()
    sizes = (n_times, n_channels, n_labels)
    kind = (*config.generator_options.values(), *sizes)
    with _SAMPLERS.lend(
        kind, lambda: Sampler(build_generator_for(config, *sizes, seed=0))
    ) as sampler:
        yield sampler
