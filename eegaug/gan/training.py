"""The training loop and the sampling function, compiled once for many fits.

Tracing takes seconds, as long as hundreds of steps. So one object is used for many fits of its
kind, by one thread at a time.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug.gan.augmentation import N_MATRICES, N_STATE
from eegaug.gan.backend import keras, tf
from eegaug.gan.model import WaveGAN
from eegaug.gan.networks import build_discriminator, build_generator

__all__ = ["Sampler", "Training", "borrow_sampler", "borrow_training", "build_generator_for"]

# Windows in one call of the network, and values of large ones: so many that fit in the processor's
# cache. All calls have one size, so that the bits of a window do not depend on their number.
BATCH, MIN_BATCH, BATCH_VALUES = 64, 16, 2**18
Settings = Mapping[str, Any]


def compile_for_one_thread(
    function: Callable[..., Any], signature: Sequence[tf.TensorSpec]
) -> Callable[..., Any]:
    """Compile a function of tensors; on a CPU each of its operations stays on one thread.

    The operations of these networks are too small to gain by more. How many threads an operation
    may take is a setting of the whole process, which is the user's, but the functions of a
    `tf.data` pipeline can have a number of their own.
    """
    compiled = tf.function(
        function,
        # There is nothing to convert, and AutoGraph would write temporary files.
        autograph=False,
        input_signature=signature,
        # As part of the pipeline's function it would neither be optimised nor keep the order in
        # which variables are read and written.
        experimental_attributes={"_noinline": True},
    )
    if tf.config.list_logical_devices("GPU"):
        return compiled
    step = tf.autograph.experimental.do_not_convert(lambda *arguments: compiled(*arguments))

    def run(*arguments: tf.Tensor) -> Any:
        pipeline = tf.data.Dataset.from_tensors(arguments).map(step)
        results = tf.nest.flatten(pipeline.element_spec)
        types = {
            "output_types": [each.dtype for each in results],
            "output_shapes": [each.shape for each in results],
        }
        # As an option of the pipeline it would have no effect on a single element.
        limited = tf.raw_ops.MaxIntraOpParallelismDataset(
            input_dataset=tf.data.experimental.to_variant(pipeline),
            max_intra_op_parallelism=1,
            **types,
        )
        tensors = tf.raw_ops.DatasetToSingleElement(dataset=limited, **types)
        return tf.nest.pack_sequence_as(pipeline.element_spec, tensors)

    return tf.function(run, autograph=False, input_signature=signature)


class FusedAdam(keras.optimizers.Adam):
    """Adam of Keras in a single operation of TensorFlow for each variable."""

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: Any) -> None:
        """Update a variable and its two moments."""
        step = tf.cast(self.iterations + 1, tf.float32)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            # Of the type that the user has set for Keras.
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


class Training:
    """Networks, optimizers and the compiled loop for windows of one size."""

    def __init__(self, settings: Settings, n_times: int, n_channels: int, n_labels: int):
        self.settings = settings
        self.sizes = (n_times, n_channels, n_labels)
        generator, critic = self._build_networks(seed=0)
        names = ("n_critic", "augmentation", "ema")
        options = {name: settings[name] for name in names}
        if settings["channels"]:
            options["channel_matrices"] = np.zeros((N_MATRICES, n_channels, n_channels))
        self.gan = WaveGAN(critic, generator, **options, seed=0)
        betas = {name: settings[name] for name in ("beta_1", "beta_2")}
        g_optimizer, d_optimizer = (
            FusedAdam(float(rate), **betas)
            for rate in np.broadcast_to(settings["learning_rate"], 2)
        )
        self.gan.compile(d_optimizer, g_optimizer, settings["objective"])
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
        settings = self.settings
        generator = build_generator_for(settings, *self.sizes, seed=seed)
        critic = build_discriminator(
            n_times,
            n_channels,
            n_conditions=(n_labels if n_labels > 1 else 0)
            + (N_STATE if settings["augmentation"] else 0),
            **critic_options(settings),
            seed=seed + 1,
        )
        return generator, critic

    def reset(self, seed: int) -> None:
        """Bring networks, averages, optimizers and random states to the start of a seed."""
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

    def run(
        self,
        windows: NDArray[np.float32],
        conditions: NDArray[np.float32],
        weights: NDArray[np.float64],
        channel_matrices: NDArray | None = None,
        *,
        n_steps: int,
        n_rounds: int,
        seed: int,
        callbacks: Sequence[Any] = (),
    ) -> pd.DataFrame:
        """Train for a budget of steps in rounds; return what each round logged.

        Windows are drawn in proportion to their weights. A round is an epoch to the callbacks,
        which may stop the training.
        """
        cumulative = np.cumsum(weights) / np.sum(weights)
        data = [tf.constant(windows), tf.constant(conditions), tf.constant(cumulative)]
        edges = np.linspace(0, n_steps, min(n_rounds, n_steps) + 1).round().astype(int)
        gan, rows = self.gan, []
        if channel_matrices is not None:
            gan.channel_matrices.assign(channel_matrices.astype(np.float32))
        gan.stop_training = False
        for callback in callbacks:
            callback.set_model(gan)
            callback.set_params({"epochs": len(edges) - 1, "steps": n_steps, "verbose": 0})
            callback.on_train_begin()
        for index, (first, last) in enumerate(pairwise(edges)):
            for callback in callbacks:
                callback.on_epoch_begin(index)
            losses = self._rounds(*data, seed, int(first), int(last))
            logs = {"step": int(last)} | {name: float(value) for name, value in losses.items()}
            # One dict for all, so that later callbacks see the metrics of the monitor.
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
        n_windows = self.settings["batch_size"] * self.settings["n_critic"]

        def step(index: tf.Tensor) -> tuple[tf.Tensor]:
            draws = tf.random.stateless_uniform(
                (n_windows,), seed=tf.stack([seed, index]), dtype=tf.float64
            )
            chosen = tf.minimum(tf.searchsorted(cumulative, draws), tf.shape(windows)[0] - 1)
            batch = tf.gather(windows, chosen)
            self.gan.train_step((batch, tf.gather(conditions, chosen)) if conditional else batch)
            return (index + 1,)

        tf.while_loop(lambda index: index < last, step, (first,), parallel_iterations=1)
        return {metric.name: metric.result() for metric in self.gan.metrics}


class Sampler:
    """A generator network, whose weights may change, and the compiled function that draws."""

    def __init__(self, network: keras.Model) -> None:
        self.network = network
        sizes = [each.shape[1] for each in network.inputs]
        signature = [tf.TensorSpec([None, None, sizes[0]], tf.float32)]
        signature += [tf.TensorSpec([size], tf.float32) for size in sizes[1:]]
        self._call = compile_for_one_thread(self._draw_batches, signature)

    @property
    def batch(self) -> int:
        """Number of windows in one call of the network."""
        n_values = math.prod(self.network.output_shape[1:])
        return min(BATCH, max(MIN_BATCH, BATCH_VALUES // n_values))

    def draw(
        self, latents: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Make a window, of shape (n_channels, n_times), from each latent vector."""
        n, latent_dim = latents.shape
        batch = self.batch
        batches = np.zeros((max(1, -(-n // batch)), batch, latent_dim), np.float32)
        batches.reshape(-1, latent_dim)[:n] = latents
        conditions = [] if condition is None else [condition]
        return np.asarray(self._call(batches, *conditions))[:n]

    def _draw_batches(self, batches: tf.Tensor, *conditions: tf.Tensor) -> tf.Tensor:
        repeated = [tf.tile(each[None], (tf.shape(batches)[1], 1)) for each in conditions]

        def draw(latents: tf.Tensor) -> tf.Tensor:
            return self.network([latents, *repeated] if repeated else latents, training=False)

        _, n_times, n_channels = self.network.output_shape
        spec = tf.TensorSpec([None, n_times, n_channels], tf.float32)
        windows = tf.map_fn(draw, batches, fn_output_signature=spec)
        return tf.transpose(tf.reshape(windows, (-1, n_times, n_channels)), (0, 2, 1))


def generator_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments of `build_generator` that follow from the settings."""
    return {
        "architecture": settings["architecture"],
        "latent_dim": settings["latent_dim"],
        "width": settings["width"],
        "amplitude": settings["generated_amplitude"],
        "post_filter": settings["post_filter"] == "learned",
    }


def critic_options(settings: Settings) -> dict[str, Any]:
    """Return the arguments of `build_discriminator` that follow from the settings."""
    return {
        "architecture": settings["architecture"],
        "width": settings["width"],
        "spectrum": settings["spectral_critic"],
        "spectral_norm": settings["spectral_norm"],
    }


def build_generator_for(
    settings: Settings, n_times: int, n_channels: int, n_labels: int, **options: Any
) -> keras.Model:
    """Build the generator of the settings; one label makes it unconditional."""
    return build_generator(
        n_times=n_times,
        n_channels=n_channels,
        n_conditions=n_labels if n_labels > 1 else 0,
        **generator_options(settings),
        **options,
    )


def _copy(source: keras.Model, target: keras.Model) -> None:
    # `variables`, not `weights`: the random states of dropout and phase shuffle belong to it.
    for old, new in zip(target.variables, source.variables, strict=True):
        old.assign(new)


class ObjectPool:
    """Keep the last few idle objects of each kind for the next use."""

    def __init__(self, max_idle: int) -> None:
        self.max_idle = max_idle
        self._idle: OrderedDict[Hashable, list[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Drop the idle objects."""
        with self._lock:
            self._idle.clear()

    @contextmanager
    def borrow(self, kind: Hashable, make: Callable[[], Any]) -> Iterator[Any]:
        """Yield an object that no other thread uses, in its last state."""
        with self._lock:
            idle = self._idle.get(kind)
            borrowed = idle.pop() if idle else None
        if borrowed is None:
            borrowed = make()
        yield borrowed
        # After an exception the object is dropped, as its state is unknown.
        with self._lock:
            self._idle.setdefault(kind, []).append(borrowed)
            self._idle.move_to_end(kind)
            while sum(map(len, self._idle.values())) > self.max_idle:
                oldest = next(iter(self._idle))
                self._idle[oldest].pop() if self._idle[oldest] else self._idle.pop(oldest)


_TRAININGS, _SAMPLERS = ObjectPool(4), ObjectPool(4)


@contextmanager
def borrow_training(
    settings: Settings, n_times: int, n_channels: int, n_labels: int
) -> Iterator[Training]:
    """Borrow a `Training`, to be reset before use."""
    sizes = (n_times, n_channels, n_labels)
    kind = (*settings.values(), *sizes)
    with _TRAININGS.borrow(kind, lambda: Training(settings, *sizes)) as training:
        yield training


@contextmanager
def borrow_sampler(
    settings: Settings, n_times: int, n_channels: int, n_labels: int
) -> Iterator[Sampler]:
    """Borrow a `Sampler`, to be given weights before use."""
    sizes = (n_times, n_channels, n_labels)
    kind = (*generator_options(settings).values(), *sizes)
    with _SAMPLERS.borrow(
        kind, lambda: Sampler(build_generator_for(settings, *sizes, seed=0))
    ) as sampler:
        yield sampler
