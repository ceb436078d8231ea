"""Two small networks as scikit-learn classifiers of two classes."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted


class SmallNetwork(ClassifierMixin, BaseEstimator):
    """A convolutional network, trained by a number of steps however many windows there are.

    Parameters
    ----------
    body : {"cnn", "eegnet"}, default="cnn"
        Three strided convolutions and global pooling, or the temporal, spatial and separable
        convolutions of EEGNet (Lawhern et al., J. Neural Eng. 15, 2018).
    n_steps : int, default=300
        Steps of Adam at a rate of 2e-3 that falls to zero.
    batch_size : int, default=64
        Windows a step.
    class_weight : {"balanced", None}, default=None
        Whether classes weigh alike in the loss.
    random_state : int, default=0
        Seed of weights and batches.
    """

    def __init__(
        self, body="cnn", *, n_steps=300, batch_size=64, class_weight=None, random_state=0
    ):
        self.body = body
        self.n_steps = n_steps
        self.batch_size = batch_size
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X, y):
        """Train on windows (n_samples, n_channels, n_times) and their labels."""
        self.classes_, target = np.unique(y, return_inverse=True)
        self._build(X.shape[1:], np.std(X))
        weights = np.ones(len(target))
        if self.class_weight == "balanced":
            weights = (len(target) / (2 * np.bincount(target)))[target]
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

    def fit_stream(self, stream, scale):
        """Train by as many steps on the batches of a stream, divided by a scale."""
        self.classes_ = stream.classes
        self._build((stream.n_channels, stream.n_times), scale)
        batches = stream.to_tf_dataset().repeat().map(lambda X, codes: (X / scale, codes))
        self.network_.fit(batches, steps_per_epoch=self.n_steps, shuffle=False, verbose=0)
        return self

    def _build(self, window_shape, scale):
        import keras

        self.scale_ = np.float32(scale)
        n_channels, n_times = window_shape
        seeds = keras.random.SeedGenerator(self.random_state)
        windows = keras.layers.Input((n_times, n_channels))
        features = {"cnn": _cnn, "eegnet": _eegnet}[self.body](windows, seeds, self.random_state)
        start = keras.initializers.GlorotUniform(seeds)
        self.network_ = keras.Model(
            windows, keras.layers.Dense(1, kernel_initializer=start)(features)
        )
        rate = keras.optimizers.schedules.CosineDecay(2e-3, self.n_steps)
        self.network_.compile(
            keras.optimizers.Adam(rate),
            keras.losses.BinaryCrossentropy(from_logits=True),
            jit_compile=False,
        )

    def decision_function(self, X):
        """Return the logit of each window."""
        check_is_fitted(self)
        return self.network_.predict(self._scaled(X), batch_size=512, verbose=0)[:, 0]

    def predict_proba(self, X):
        """Return the probabilities of both classes."""
        positive = 1 / (1 + np.exp(-self.decision_function(X).astype(np.float64)))
        return np.column_stack([1 - positive, positive])

    def predict(self, X):
        """Return the class of each window."""
        return self.classes_[(self.decision_function(X) > 0).astype(int)]

    def _scaled(self, X):
        return np.swapaxes(np.asarray(X, np.float32), 1, 2) / self.scale_


def _cnn(x, seeds, seed):
    import keras
    from keras import layers

    for filters in (16, 32, 64):
        start = keras.initializers.GlorotUniform(seeds)
        x = layers.Conv1D(filters, 9, strides=2, kernel_initializer=start)(x)
        x = layers.LeakyReLU(0.1)(x)
    # The largest response shows whether a pattern occurs, the mean how much of it there is.
    pooled = [layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)]
    return layers.Concatenate()(pooled)


def _eegnet(x, seeds, seed):
    import keras
    from keras import layers

    def start():
        return keras.initializers.GlorotUniform(seeds)

    n_times, n_channels = x.shape[1:]
    x = layers.Reshape((n_times, n_channels, 1))(x)
    x = layers.Conv2D(8, (33, 1), padding="same", use_bias=False, kernel_initializer=start())(x)
    x = layers.BatchNormalization()(x)
    x = layers.DepthwiseConv2D(
        (1, n_channels), depth_multiplier=2, use_bias=False, depthwise_initializer=start()
    )(x)
    x = layers.Activation("elu")(layers.BatchNormalization()(x))
    x = layers.AveragePooling2D((4, 1), padding="same")(x)
    x = layers.SeparableConv2D(
        16,
        (16, 1),
        padding="same",
        use_bias=False,
        depthwise_initializer=start(),
        pointwise_initializer=start(),
    )(x)
    x = layers.Activation("elu")(layers.BatchNormalization()(x))
    x = layers.AveragePooling2D((8, 1), padding="same")(x)
    return layers.Flatten()(layers.Dropout(0.25, seed=seed)(x))
