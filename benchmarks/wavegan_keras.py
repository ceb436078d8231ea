"""WGAN-GP as a plain Keras model that overrides `train_step`, to be trained by `fit`.

As in the example "WGAN-GP overriding Model.train_step" of Keras's documentation, from which most
GANs in Keras start, with the networks, the optimizer and the losses that it is given.
"""

import keras
import tensorflow as tf


class PlainWGAN(keras.Model):
    """A generator and a critic that train each other, under "wgan-gp" or under "bce"."""

    def __init__(
        self, critic, generator, latent_dim, n_critic=1, weight=10.0, objective="wgan-gp"
    ):
        super().__init__()
        self.critic = critic
        self.generator = generator
        self.latent_dim = latent_dim
        self.n_critic = n_critic
        self.weight = weight
        self.objective = objective

    def compile(self, critic_optimizer, generator_optimizer, **options):
        super().compile(**options)
        self.critic_optimizer = critic_optimizer
        self.generator_optimizer = generator_optimizer

    def critic_loss(self, real, synthetic, training=True):
        real_logits = self.critic(real, training=training)
        synthetic_logits = self.critic(synthetic, training=training)
        if self.objective == "bce":
            on_real = tf.reduce_mean(tf.nn.softplus(-real_logits))
            return 0.5 * (on_real + tf.reduce_mean(tf.nn.softplus(synthetic_logits)))
        return tf.reduce_mean(synthetic_logits) - tf.reduce_mean(real_logits)

    def gradient_penalty(self, real, synthetic, mix, training=True):
        between = real + mix * (synthetic - real)
        with tf.GradientTape() as tape:
            tape.watch(between)
            logits = self.critic(between, training=training)
        gradient = tape.gradient(logits, between)
        norm = tf.sqrt(tf.reduce_sum(tf.square(gradient), axis=[1, 2]) + 1e-12)
        return tf.reduce_mean((norm - 1.0) ** 2)

    def train_step(self, real):
        n_windows = tf.shape(real)[0] // self.n_critic
        for step in range(self.n_critic):
            part = real[step * n_windows : (step + 1) * n_windows]
            latents = tf.random.normal((n_windows, self.latent_dim))
            mix = tf.random.uniform((n_windows, 1, 1))
            with tf.GradientTape() as tape:
                synthetic = self.generator(latents, training=True)
                critic_loss = self.critic_loss(part, synthetic)
                if self.objective == "wgan-gp":
                    critic_loss += self.weight * self.gradient_penalty(part, synthetic, mix)
            gradients = tape.gradient(critic_loss, self.critic.trainable_variables)
            self.critic_optimizer.apply_gradients(
                zip(gradients, self.critic.trainable_variables, strict=True)
            )
        latents = tf.random.normal((n_windows, self.latent_dim))
        with tf.GradientTape() as tape:
            logits = self.critic(self.generator(latents, training=True), training=True)
            if self.objective == "bce":
                generator_loss = tf.reduce_mean(tf.nn.softplus(-logits))
            else:
                generator_loss = -tf.reduce_mean(logits)
        gradients = tape.gradient(generator_loss, self.generator.trainable_variables)
        self.generator_optimizer.apply_gradients(
            zip(gradients, self.generator.trainable_variables, strict=True)
        )
        return {"d_loss": critic_loss, "g_loss": generator_loss}
