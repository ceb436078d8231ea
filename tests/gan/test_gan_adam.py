"""Adam in one operation."""

import keras
import numpy as np
import tensorflow as tf

from eegaug.gan.adam import FusedAdam


def test_it_takes_the_steps_of_kerass_adam():
    start = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    options = {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.9}
    ends = []
    for optimizer in (FusedAdam(**options), keras.optimizers.Adam(**options)):
        variables = [keras.Variable(each) for each in start]
        optimizer.build(variables)
        for step in range(4):
            gradients = [tf.sin(each + step) for each in variables]
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
        ends.append([each.numpy() for each in variables])
    assert np.abs(ends[0] - start).min() > 1e-3
    np.testing.assert_allclose(*ends, rtol=1e-5, atol=1e-6)
