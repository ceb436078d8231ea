"""The objectives that critic and generator minimise, as pure functions of logits.

An objective is a pair of losses and, for some, a penalty on the critic's gradient with respect
to the windows. Any objective goes with any architecture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from eegaug.gan.backend import keras, tf

__all__ = ["OBJECTIVES", "Objective", "find_objective", "gradient_penalty", "zero_centred_penalty"]

# TensorFlow is imported when a loss is computed, so that the names are known without it.
Tensor: TypeAlias = "tf.Tensor"
Critic: TypeAlias = "Callable[[Tensor], Tensor]"
PairLoss: TypeAlias = "Callable[[Tensor, Tensor], Tensor]"
Penalty: TypeAlias = "Callable[[Critic, Tensor, Tensor, Tensor], Tensor]"


@dataclass(frozen=True)
class Objective:
    """Losses that critic and generator minimise.

    Attributes
    ----------
    critic_loss, generator_loss : callable
        ``loss(real_logits, synthetic_logits) -> scalar``.
    penalty : callable or None
        ``penalty(critic, real, synthetic, mix) -> scalar`` with ``mix`` drawn from U(0, 1), of
        shape (batch, 1, 1). A penalty looks at the gradient of each window alone and forbids
        batch normalisation in the critic.
    penalty_weight : float
        Weight of the penalty in the critic's loss.
    is_relativistic : bool
        Whether `generator_loss` uses the logits of real windows. Where it does not, they are not
        computed and it is given None, which saves time.

    See Also
    --------
    OBJECTIVES : Those that have a name.
    WaveGAN : The model that minimises it.

    Examples
    --------
    >>> import tensorflow as tf
    >>> from eegaug import GANOversampler
    >>> from eegaug.gan import GANGenerator, Objective
    >>> objective = Objective(
    ...     critic_loss=lambda real, synthetic: tf.reduce_mean(synthetic - real),
    ...     generator_loss=lambda real, synthetic: -tf.reduce_mean(synthetic),
    ... )
    >>> sampler = GANOversampler(GANGenerator(objective=objective, spectral_norm=True))
    """

    critic_loss: PairLoss
    generator_loss: PairLoss
    penalty: "Penalty | None" = None
    penalty_weight: float = 0.0
    is_relativistic: bool = False


def _mean(logits: Tensor) -> Tensor:
    from eegaug.gan.backend import tf

    return tf.reduce_mean(logits)


def _mean_softplus(logits: Tensor) -> Tensor:
    from eegaug.gan.backend import tf

    return tf.reduce_mean(tf.math.softplus(logits))


def _mean_hinge(logits: Tensor) -> Tensor:
    from eegaug.gan.backend import tf

    return tf.reduce_mean(tf.nn.relu(logits))


def _input_gradient(critic: Critic, windows: Tensor) -> Tensor:
    from eegaug.gan.backend import tf

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(windows)
        logits = critic(windows)
    return tape.gradient(logits, windows)


def _squared_norm(gradient: Tensor) -> Tensor:
    from eegaug.gan.backend import tf

    return tf.reduce_sum(gradient**2, axis=[1, 2])


def _bce_critic(real: Tensor, synthetic: Tensor) -> Tensor:
    return 0.5 * (_mean_softplus(-real) + _mean_softplus(synthetic))


def _bce_generator(real: Tensor, synthetic: Tensor) -> Tensor:
    return _mean_softplus(-synthetic)


def _least_squares_critic(real: Tensor, synthetic: Tensor) -> Tensor:
    return 0.5 * (_mean((real - 1.0) ** 2) + _mean(synthetic**2))


def _least_squares_generator(real: Tensor, synthetic: Tensor) -> Tensor:
    return 0.5 * _mean((synthetic - 1.0) ** 2)


def _hinge_critic(real: Tensor, synthetic: Tensor) -> Tensor:
    return _mean_hinge(1.0 - real) + _mean_hinge(1.0 + synthetic)


def _wasserstein_critic(real: Tensor, synthetic: Tensor) -> Tensor:
    return _mean(synthetic) - _mean(real)


def _wasserstein_generator(real: Tensor, synthetic: Tensor) -> Tensor:
    return -_mean(synthetic)


def _relativistic_critic(real: Tensor, synthetic: Tensor) -> Tensor:
    return _mean_softplus(synthetic - real)


def _relativistic_generator(real: Tensor, synthetic: Tensor) -> Tensor:
    return _mean_softplus(real - synthetic)


def gradient_penalty(critic: Critic, real: Tensor, synthetic: Tensor, mix: Tensor) -> Tensor:
    """Penalise gradient norms other than 1 between real and synthetic windows (WGAN-GP)."""
    gradient = _input_gradient(critic, real + mix * (synthetic - real))
    # The square root has no derivative at zero.
    norm = (_squared_norm(gradient) + 1e-12) ** 0.5
    return _mean((norm - 1.0) ** 2)


def zero_centred_penalty(critic: Critic, windows: Tensor) -> Tensor:
    """Penalise any gradient at the given windows: R1 at real ones, R2 at synthetic ones."""
    gradient = _input_gradient(critic, windows)
    return 0.5 * _mean(_squared_norm(gradient))


def _r1(critic: Critic, real: Tensor, synthetic: Tensor, mix: Tensor) -> Tensor:
    return zero_centred_penalty(critic, real)


def _r1_and_r2(critic: Critic, real: Tensor, synthetic: Tensor, mix: Tensor) -> Tensor:
    return zero_centred_penalty(critic, real) + zero_centred_penalty(critic, synthetic)


#: Goodfellow et al. 2014 (non-saturating); Mao et al. 2017; Lim and Ye 2017; Gulrajani et al.
#: 2017; Mescheder et al. 2018; Huang et al. 2024 (arXiv 2501.05441).
OBJECTIVES: dict[str, Objective] = {
    "bce": Objective(_bce_critic, _bce_generator),
    "lsgan": Objective(_least_squares_critic, _least_squares_generator),
    "hinge": Objective(_hinge_critic, _wasserstein_generator),
    "wgan-gp": Objective(_wasserstein_critic, _wasserstein_generator, gradient_penalty, 10.0),
    "r1": Objective(_bce_critic, _bce_generator, _r1, 1.0),
    "r3gan": Objective(_relativistic_critic, _relativistic_generator, _r1_and_r2, 1.0, True),
}


def find_objective(objective: "str | Objective | keras.losses.Loss") -> Objective:
    """Return an objective by its name, or made from a Keras loss."""
    if isinstance(objective, Objective):
        return objective
    if isinstance(objective, str):
        if objective not in OBJECTIVES:
            raise ValueError(
                f"The 'objective' parameter must be one of {sorted(OBJECTIVES)}. "
                f"Got {objective!r} instead."
            )
        return OBJECTIVES[objective]
    from eegaug.gan.backend import keras, tf

    if not isinstance(objective, keras.losses.Loss):
        raise TypeError(
            "The objective must be a name, an eegaug.gan.Objective or a keras.losses.Loss. "
            f"Got {objective!r} instead."
        )
    if objective.get_config().get("from_logits") is False:
        raise ValueError(
            f"The loss {objective.name!r} expects probabilities, but the discriminator returns "
            "logits. Make it with from_logits=True."
        )

    def critic_loss(real: Tensor, synthetic: Tensor) -> Tensor:
        on_real = objective(tf.ones_like(real), real)
        return 0.5 * (on_real + objective(tf.zeros_like(synthetic), synthetic))

    def generator_loss(real: Tensor, synthetic: Tensor) -> Tensor:
        return objective(tf.ones_like(synthetic), synthetic)

    return Objective(critic_loss, generator_loss)
