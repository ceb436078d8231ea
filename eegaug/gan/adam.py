"""Adam with one operation for each variable."""

from typing import Any

from eegaug.gan.backend import keras, tf

__all__ = ["FusedAdam"]


class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam, each update in TensorFlow's one operation for it in place of some thirty.

    A training of small networks is traced and run faster so. Options of Keras' Adam beyond rate
    and decays are not for this one.
    """

    def __init__(self, learning_rate: float, beta_1: float, beta_2: float) -> None:
        super().__init__(learning_rate, beta_1, beta_2)

    def update_step(self, gradient: tf.Tensor, variable: Any, learning_rate: tf.Tensor) -> None:
        """Update a variable and its two moments."""
        step = tf.cast(self.iterations + 1, tf.float32)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=learning_rate,
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
