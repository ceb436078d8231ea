"""The adversarial model: one `train_step` for every architecture and objective."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from eegaug.gan.augmentation import (
    apply_augmentation,
    check_augmentation,
    draw_augmentation,
    mix_channels,
)
from eegaug.gan.backend import keras, tf
from eegaug.gan.objectives import Objective, find_objective

__all__ = ["WaveGAN"]

OfWindows = Callable[[tf.Tensor], tf.Tensor]


@keras.saving.register_keras_serializable("eegaug")
class WaveGAN(keras.Model):
    """A generator and a critic in adversarial training.

    Despite the name, kept from the project this one grew from, any two networks will do.

    Parameters
    ----------
    discriminator : keras.Model
        It maps windows ``(batch, n_times, n_channels)`` to logits ``(batch, 1)``.
    generator : keras.Model
        It maps latents ``(batch, latent_dim)`` to windows.
    n_critic : int, default=1
        Steps of the critic for each step of the generator. The batch is dealt out among them,
        so that each sees other windows: make it `n_critic` times as large.
    augmentation : sequence of {"shift", "scale", "polarity"}, default=()
        Changes of what the critic sees; needs a discriminator with a condition of 4, plus the
        labels.
    ema : float, default=0.0
        Decay of the running average of the generator's weights that `generate` uses; 0 uses the
        weights themselves. Averages suppress the oscillation of adversarial training
        (Yazıcı et al., ICLR 2019).
    channel_matrices : array-like of shape (n, n_channels, n_channels), default=None
        Matrices of which one is drawn for each pair of a real and a synthetic window, to multiply
        their channels before the critic sees them. The critic is not conditioned on it, so the
        generator may learn changed windows too.
    seed : int, default=None
        Seed of latents and mixing weights; None draws one as Keras does.
    **options
        Those of `keras.Model`.

    See Also
    --------
    build_generator : The first network.
    build_discriminator : The second.
    GANGenerator : Scaling, monitor, restarts and seeds around it.

    Examples
    --------
    >>> import keras
    >>> import numpy as np
    >>> from eegaug.gan import WaveGAN, build_discriminator, build_generator
    >>> gan = WaveGAN(
    ...     build_discriminator(n_times=32, width=4), build_generator(8, n_times=32, width=4)
    ... )
    >>> gan.compile(
    ...     d_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    ...     g_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    ...     loss_fn=keras.losses.BinaryCrossentropy(from_logits=True),
    ... )
    >>> windows = np.random.default_rng(0).normal(size=(16, 32, 1)).astype("float32")
    >>> history = gan.fit(windows, batch_size=8, epochs=2, verbose=0)
    >>> sorted(history.history)
    ['d_loss', 'g_loss']
    >>> tuple(gan.generate(5).shape)
    (5, 32, 1)
    """

    def __init__(
        self,
        discriminator: keras.Model,
        generator: keras.Model,
        *,
        n_critic: int = 1,
        augmentation: Sequence[str] = (),
        ema: float = 0.0,
        channel_matrices: ArrayLike | None = None,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.discriminator = discriminator
        self.generator = generator
        self.n_critic = n_critic
        self.augmentation = tuple(augmentation)
        self.ema = ema
        self.channel_matrices: Any = None
        if channel_matrices is not None:
            matrices = np.asarray(channel_matrices, np.float32)
            self.channel_matrices = tf.Variable(matrices, trainable=False)
        self.seed = seed
        check_augmentation(self.augmentation)
        self.seed_generator = keras.random.SeedGenerator(seed, name="gan_seeds")
        self.latent_dim = generator.inputs[0].shape[1]
        self.averaged = keras.models.clone_model(generator) if ema else generator
        self.averaged.trainable = not ema
        self.averaged.set_weights(generator.get_weights())
        self.built = True

    def compile(
        self,
        d_optimizer: keras.optimizers.Optimizer,
        g_optimizer: keras.optimizers.Optimizer,
        loss_fn: "str | Objective | keras.losses.Loss",
        **options: Any,
    ) -> None:
        """Set the optimizers and the objective.

        Parameters
        ----------
        d_optimizer, g_optimizer : keras.optimizers.Optimizer
            Optimizers of the discriminator and of the generator.
        loss_fn : str, Objective or keras.losses.Loss
            Name of an objective, an objective, or a Keras loss on logits with the labels 1 (real)
            and 0 (synthetic).
        **options
            Those of `keras.Model.compile`. `jit_compile` is off unless asked for: XLA makes
            one-dimensional convolutions some twenty times slower on a CPU.

        Raises
        ------
        ValueError
            If the objective's penalty meets batch normalisation in the discriminator: it is taken
            for each window alone, and batch normalisation mixes the windows of a batch.
        """
        objective = find_objective(loss_fn)
        if objective.penalty and _has_batch_norm(self.discriminator):
            raise ValueError(
                "The objective's gradient penalty is defined for each window alone, but the "
                "discriminator has batch normalisation, which mixes the windows of a batch "
                "(Gulrajani et al. 2017, section 4). Build the discriminator without it or use "
                "an objective without a penalty, e.g. 'bce'."
            )
        super().compile(**{"jit_compile": False, **options})
        self.objective = objective
        self.d_optimizer = d_optimizer
        self.g_optimizer = g_optimizer
        self.d_optimizer.build(self.discriminator.trainable_variables)
        self.g_optimizer.build(self.generator.trainable_variables)
        self.d_loss_tracker = keras.metrics.Mean(name="d_loss", dtype="float32")
        self.g_loss_tracker = keras.metrics.Mean(name="g_loss", dtype="float32")

    @property
    def metrics(self) -> list:
        """The running means of the two losses, which Keras resets each epoch."""
        return [self.d_loss_tracker, self.g_loss_tracker]

    def train_step(self, real_data: Any) -> dict[str, tf.Tensor]:
        """Take `n_critic` steps of the critic and one of the generator.

        Parameters
        ----------
        real_data : tensor of shape (batch, n_times, n_channels)
            Windows; or a pair of windows and their conditions (batch, n_conditions).

        Returns
        -------
        logs : dict
            The running means ``d_loss`` and ``g_loss``.
        """
        real, condition, _ = keras.utils.unpack_x_y_sample_weight(real_data)
        real = tf.cast(real, tf.float32)
        condition = None if condition is None else tf.cast(condition, tf.float32)
        n_windows = tf.shape(real)[0]
        # The last batch of an epoch can be smaller than n_critic. Then windows are used twice.
        share = tf.maximum(n_windows // self.n_critic, 1)
        for step in range(self.n_critic):
            dealt = (tf.range(share) * self.n_critic + step) % n_windows
            hand = tf.gather(real, dealt)
            hand_condition = None if condition is None else tf.gather(condition, dealt)
            if step < self.n_critic - 1:
                synthetic = self._synthesise(share, hand_condition)
                self._critic_step(hand, synthetic, hand_condition)
        self._last_steps(hand, hand_condition)
        self._average()
        return {metric.name: metric.result() for metric in self.metrics}

    def _critic_step(
        self, real: tf.Tensor, synthetic: tf.Tensor, condition: tf.Tensor | None
    ) -> None:
        n_windows = tf.shape(real)[0]
        mix = keras.random.uniform((n_windows, 1, 1), seed=self.seed_generator, dtype="float32")
        augment, judge = self._view(n_windows, condition)
        real, synthetic = augment(real), augment(synthetic)
        with tf.GradientTape() as tape:
            # One pass of the network is faster than two.
            both = tf.split(judge(tf.concat([real, synthetic], axis=0)), 2)
            loss = self.objective.critic_loss(*both)
            if self.objective.penalty:
                penalty = self.objective.penalty(judge, real, synthetic, mix)
                loss += self.objective.penalty_weight * penalty
        _minimise(loss, tape, self.discriminator, self.d_optimizer)
        self.d_loss_tracker.update_state(loss)

    def _last_steps(self, real: tf.Tensor, condition: tf.Tensor | None) -> None:
        """Take a step of the critic and one of the generator on the same synthetic windows."""
        n_windows = tf.shape(real)[0]
        with tf.GradientTape() as tape:
            synthetic = self._synthesise(n_windows, condition)
            # Making new ones for the generator would take a fifth of the time.
            with tape.stop_recording():
                self._critic_step(real, tf.stop_gradient(synthetic), condition)
            augment, judge = self._view(n_windows, condition)
            on_real = judge(augment(real)) if self.objective.is_relativistic else None
            loss = self.objective.generator_loss(on_real, judge(augment(synthetic)))
        _minimise(loss, tape, self.generator, self.g_optimizer)
        self.g_loss_tracker.update_state(loss)

    def _synthesise(self, n_windows: tf.Tensor, condition: tf.Tensor | None) -> tf.Tensor:
        latents = keras.random.normal(
            (n_windows, self.latent_dim), seed=self.seed_generator, dtype="float32"
        )
        inputs = latents if condition is None else [latents, condition]
        return self.generator(inputs, training=True)

    def _view(
        self, n_windows: tf.Tensor, condition: tf.Tensor | None
    ) -> tuple[OfWindows, OfWindows]:
        """Return the augmentation and the critic, with one draw of changes for both."""
        conditions = [] if condition is None else [condition]
        augment: OfWindows = _unchanged
        if self.channel_matrices is not None:
            augment = mix_channels(n_windows, self.channel_matrices, self.seed_generator)
        if self.augmentation:
            mix = augment
            change, state = draw_augmentation(n_windows, self.augmentation, self.seed_generator)
            conditions.append(state)

            def augment(windows: tf.Tensor) -> tf.Tensor:
                return apply_augmentation(mix(windows), change)

        if not conditions:
            return augment, lambda windows: self.discriminator(windows, training=True)
        joined = tf.concat(conditions, axis=1)

        def judge(windows: tf.Tensor) -> tf.Tensor:
            repeats = tf.shape(windows)[0] // n_windows
            return self.discriminator([windows, tf.tile(joined, (repeats, 1))], training=True)

        return augment, judge

    def _average(self) -> None:
        if not self.ema:
            return
        step = tf.cast(self.g_optimizer.iterations, tf.float32)
        # A short memory at the start drops the untrained weights.
        decay = tf.minimum(self.ema, (1.0 + step) / (10.0 + step))
        for average, weight in zip(self.averaged.weights, self.generator.weights, strict=True):
            if weight.dtype == "float32":
                average.assign(decay * average + (1.0 - decay) * weight)

    def generate(self, n: int) -> tf.Tensor:
        """Make windows from an unconditional generator.

        Parameters
        ----------
        n : int
            Number of windows.

        Returns
        -------
        windows : tensor of shape (n, n_times, n_channels)
            Synthetic windows, in the unit of the training windows.
        """
        latents = keras.random.normal((n, self.latent_dim), seed=self.seed_generator)
        return self.averaged(latents, training=False)

    def get_config(self) -> dict:
        """Return the configuration of the model.

        Returns
        -------
        config : dict
            The networks and the parameters, for `from_config`.
        """
        return {
            **super().get_config(),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "n_critic": self.n_critic,
            "augmentation": list(self.augmentation),
            "ema": self.ema,
            "channel_matrices": None
            if self.channel_matrices is None
            else self.channel_matrices.numpy().tolist(),
            "seed": self.seed,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Rebuild the model, untrained.

        Parameters
        ----------
        config : dict
            As from `get_config`.
        custom_objects : dict, default=None
            Classes of layers that Keras does not know, by name.

        Returns
        -------
        model : WaveGAN
            To be compiled before it is trained.
        """
        networks = {
            name: keras.saving.deserialize_keras_object(config.pop(name), custom_objects)
            for name in ("discriminator", "generator")
        }
        return cls(**networks, **config)


def _minimise(
    loss: tf.Tensor,
    tape: tf.GradientTape,
    network: keras.Model,
    optimizer: keras.optimizers.Optimizer,
) -> None:
    variables = network.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))


def _unchanged(windows: tf.Tensor) -> tf.Tensor:
    return windows


def _has_batch_norm(network: keras.Model) -> bool:
    layers = network._flatten_layers()
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in layers)
