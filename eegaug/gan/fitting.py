"""The fitting loop: a budget of steps in compiled rounds, with Keras callbacks between them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from numpy.typing import NDArray

from eegaug._forking import refuse_if_forked
from eegaug.gan.augmentation import N_STATE
from eegaug.gan.config import GANConfig
from eegaug.gan.lending import Shelf
from eegaug.gan.model import WaveGAN
from eegaug.gan.networks import build_discriminator
from eegaug.gan.one_thread import compile_for_one_thread
from eegaug.gan.sampling import build_generator_for

__all__ = ["Training", "borrow_training", "number_columns"]


class Training:
    """Networks, optimizers and the compiled loop for windows of one size.

    Tracing the loop costs seconds, as much as hundreds of steps, so one object serves many fits:
    `reset` brings every variable to where a new object would have it.

    Parameters
    ----------
    config : GANConfig
        What to build; the budget of steps plays no part.
    n_times, n_channels, n_labels : int
        Size of the windows and number of labels.
    """

    def __init__(self, config: GANConfig, n_times: int, n_channels: int, n_labels: int):
        self.config = config
        self.sizes = (n_times, n_channels, n_labels)
        generator, critic = self._build_networks(seed=0)
        self.gan = WaveGAN(
            critic,
            generator,
            n_critic=config.n_critic,
            augmentation=config.augmentation,
            ema=config.ema,
            seed=0,
        )
        rates = np.broadcast_to(config.learning_rate, 2)
        g_optimizer, d_optimizer = (
            keras.optimizers.Adam(float(rate), beta_1=config.beta_1, beta_2=config.beta_2)
            for rate in rates
        )
        self.gan.compile(d_optimizer, g_optimizer, config.objective)
        self._optimizer_start = [
            [variable.numpy() for variable in optimizer.variables]
            for optimizer in (d_optimizer, g_optimizer)
        ]
        self._rounds = compile_for_one_thread(
            self._take_steps,
            [
                tf.TensorSpec([None, n_times, n_channels], tf.float32),
                tf.TensorSpec([None, n_labels], tf.float32),
                tf.TensorSpec([None], tf.float64),
                tf.TensorSpec([], tf.int32),
                tf.TensorSpec([], tf.int32),
                tf.TensorSpec([], tf.int32),
            ],
        )

    def _build_networks(self, seed: int) -> tuple[keras.Model, keras.Model]:
        n_times, n_channels, n_labels = self.sizes
        config = self.config
        generator = build_generator_for(config, *self.sizes, seed=seed)
        critic = build_discriminator(
            n_times,
            n_channels,
            n_conditions=(n_labels if n_labels > 1 else 0)
            + (N_STATE if config.augmentation else 0),
            **config.critic_options,
            seed=seed + 1,
        )
        return generator, critic

    def reset(self, seed: int) -> None:
        """Bring networks, averages, optimizers and random states to the start given by a seed."""
        generator, critic = self._build_networks(seed)
        gan = self.gan
        _copy(generator, gan.generator)
        _copy(critic, gan.discriminator)
        gan.averaged.set_weights(gan.generator.get_weights())
        gan.seed_generator.state.assign(
            keras.random.SeedGenerator(seed + 2, name="gan_seeds").state
        )
        for optimizer, start in zip(
            (gan.d_optimizer, gan.g_optimizer), self._optimizer_start, strict=True
        ):
            for variable, value in zip(optimizer.variables, start, strict=True):
                variable.assign(value)

    @property
    def variables(self) -> list[keras.Variable]:
        """All that steps change: networks, averages, optimizers and random states."""
        gan = self.gan
        networks = (gan.generator, gan.averaged, gan.discriminator)
        parts: tuple[Any, ...] = (*networks, gan.g_optimizer, gan.d_optimizer)
        return [variable for part in parts for variable in part.variables] + [
            gan.seed_generator.state
        ]

    def run(
        self,
        windows: NDArray[np.float32],
        conditions: NDArray[np.float32],
        weights: NDArray[np.float64],
        *,
        n_steps: int,
        n_rounds: int,
        seed: int,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        history: Sequence[dict[str, Any]] = (),
    ) -> pd.DataFrame:
        """Train for a budget of steps.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_times, n_channels)
            Scaled windows.
        conditions : ndarray of shape (n_samples, n_labels)
            One-hot labels.
        weights : ndarray of shape (n_samples,)
            How often each window is drawn, in proportion.
        n_steps, n_rounds : int
            Number of steps, and of rounds they are divided into. A round is an epoch to the
            callbacks.
        seed : int
            Seed of the draws of windows.
        callbacks : sequence of keras.callbacks.Callback
            They see a round as an epoch and may stop the training.
        history : sequence of dict, default=()
            Rows of the rounds that were run before, fewer than all; the others follow.

        Returns
        -------
        history : DataFrame
            A row a round: the step it ended at, mean losses, and what callbacks added.
        """
        cumulative = np.cumsum(weights) / np.sum(weights)
        data = [tf.constant(windows), tf.constant(conditions), tf.constant(cumulative)]
        edges = np.linspace(0, n_steps, min(n_rounds, n_steps) + 1).round().astype(int)
        gan, rows = self.gan, list(history)
        gan.stop_training = False
        for callback in callbacks:
            callback.set_model(gan)
            callback.set_params({"epochs": len(edges) - 1, "steps": n_steps, "verbose": 0})
            callback.on_train_begin()
        for index, (first, last) in list(enumerate(pairwise(edges)))[len(rows) :]:
            for callback in callbacks:
                callback.on_epoch_begin(index)
            losses = self._rounds(*data, seed, int(first), int(last))
            logs = {"step": int(last)} | {name: float(value) for name, value in losses.items()}
            # One dict for all: what the monitor measures is seen by the callbacks after it.
            for callback in callbacks:
                callback.on_epoch_end(index, logs)
            rows.append(logs)
            if gan.stop_training:
                break
        for callback in callbacks:
            callback.on_train_end(logs)
        return pd.DataFrame(rows)

    def _take_steps(
        self,
        windows: tf.Tensor,
        conditions: tf.Tensor,
        cumulative: tf.Tensor,
        seed: tf.Tensor,
        first: tf.Tensor,
        last: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        for metric in self.gan.metrics:
            metric.reset_state()
        conditional = conditions.shape[1] > 1

        def step(index: tf.Tensor) -> tuple[tf.Tensor]:
            draws = tf.random.stateless_uniform(
                (self.config.batch_size * self.config.n_critic,),
                seed=tf.stack([seed, index]),
                dtype=tf.float64,
            )
            chosen = tf.minimum(tf.searchsorted(cumulative, draws), tf.shape(windows)[0] - 1)
            batch = tf.gather(windows, chosen)
            self.gan.train_step((batch, tf.gather(conditions, chosen)) if conditional else batch)
            return (index + 1,)

        tf.while_loop(lambda index: index < last, step, (first,), parallel_iterations=1)
        return {metric.name: metric.result() for metric in self.gan.metrics}


def number_columns(history: pd.DataFrame) -> dict[str, NDArray]:
    """Return the columns of a history that hold numbers, which a file of arrays can keep.

    Parameters
    ----------
    history : DataFrame
        As `Training.run` returns it; a user's callback may have added anything.

    Returns
    -------
    columns : dict of str to ndarray
        The columns by name.
    """
    columns = {str(name): column.to_numpy() for name, column in history.items()}
    return {name: column for name, column in columns.items() if column.dtype.kind in "biuf"}


def _copy(source: keras.Model, target: keras.Model) -> None:
    # `variables`, not `weights`: the random states of dropout and phase shuffle belong to it.
    for old, new in zip(target.variables, source.variables, strict=True):
        old.assign(new)


_TRAININGS = Shelf(4)


@contextmanager
def borrow_training(
    config: GANConfig, n_times: int, n_channels: int, n_labels: int
) -> Iterator[Training]:
    """Lend a `Training` that no other thread has, and keep it for the next fit of its kind.

    Parameters
    ----------
    config : GANConfig
        What is trained; fits that differ in nothing but the budget share one object.
    n_times, n_channels, n_labels : int
        Size of the windows and number of labels.

    Yields
    ------
    training : Training
        To be reset before use.

    Raises
    ------
    RuntimeError
        If this process was forked after TensorFlow had run.
    """
    refuse_if_forked()
    kind = replace(config, n_steps=1, n_checks=1, patience=None)
    sizes = (n_times, n_channels, n_labels)
    with _TRAININGS.lend((kind, *sizes), lambda: Training(kind, *sizes)) as training:
        yield training
