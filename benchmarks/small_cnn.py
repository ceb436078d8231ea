"""A small one-dimensional convolutional network as a scikit-learn classifier."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted


class SmallCNN(ClassifierMixin, BaseEstimator):
    """Three strided convolutions, global pooling and a logit, for two classes.

    Parameters
    ----------
    n_steps : int, default=300
        Steps of Adam at a rate of 2e-3 that falls to zero, however many windows there are.
    batch_size : int, default=64
        Windows a step.
    class_weight : {"balanced", None}, default=None
        Whether classes weigh alike in the loss.
    random_state : int, default=0
        Seed of weights and batches.
    """

    def __init__(self, *, n_steps=300, batch_size=64, class_weight=None, random_state=0):
        self.n_steps = n_steps
        self.batch_size = batch_size
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X, y):
        """Train on windows (n_samples, n_times) and their labels."""
        import keras
        from keras import layers

        self.classes_, target = np.unique(y, return_inverse=True)
        self.scale_ = np.std(X)
        seeds = keras.random.SeedGenerator(self.random_state)
        windows = x = layers.Input((X.shape[1], 1))
        for filters in (16, 32, 64):
            kernel = keras.initializers.GlorotUniform(seeds)
            x = layers.Conv1D(filters, 9, strides=2, kernel_initializer=kernel)(x)
            x = layers.LeakyReLU(0.1)(x)
        # The largest response tells whether a pattern occurs, the mean how much of it there is.
        x = layers.Concatenate()(
            [layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)]
        )
        logit = layers.Dense(1, kernel_initializer=keras.initializers.GlorotUniform(seeds))(x)
        self.network_ = keras.Model(windows, logit)
        rate = keras.optimizers.schedules.CosineDecay(2e-3, self.n_steps)
        self.network_.compile(
            keras.optimizers.Adam(rate),
            keras.losses.BinaryCrossentropy(from_logits=True),
            jit_compile=False,
        )
        counts = np.bincount(target)
        weights = np.ones(len(target))
        if self.class_weight == "balanced":
            weights = (len(target) / (2 * counts))[target]
        draws = np.random.RandomState(self.random_state).randint(
            len(X), size=self.n_steps * self.batch_size
        )
        self.network_.fit(
            self._scaled(X)[draws],
            target[draws].astype(np.float32),
            sample_weight=weights[draws].astype(np.float32),
            batch_size=self.batch_size,
            shuffle=False,
            verbose=0,
        )
        return self

    def decision_function(self, X):
        """Return the logit of each window."""
        check_is_fitted(self)
        return self.network_.predict(self._scaled(X), batch_size=512, verbose=0)[:, 0]

    def predict(self, X):
        """Return the class of each window."""
        return self.classes_[(self.decision_function(X) > 0).astype(int)]

    def _scaled(self, X):
        return (np.asarray(X, np.float32) / self.scale_)[:, :, np.newaxis]
