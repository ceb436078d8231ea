"""What a fit must leave as it was: settings, files, threads, and the data."""

import logging
import os
import random
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_array_equal
from three_labels import make

from eegaug.gan import training

X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
Y = np.repeat([0, 1], [16, 8])


def fit(data=X, **params):
    # The architecture that is compiled the fastest.
    return make(**{"architecture": "dense"} | params).fit_resample(data, Y)


def settings_of_the_process():
    """Return all that users set once and rely on."""
    # Keras shows it nowhere else, and where it does not exist yet it draws from Python's.
    of_keras = keras.src.random.seed_generator.global_seed_generator().state.numpy()
    numpy_state = np.random.get_state()  # noqa: NPY002
    return {
        "random": random.getstate(),
        "numpy": (numpy_state[1].tobytes(), numpy_state[2:]),
        "numpy errors": np.geterr(),
        "keras": (
            keras.config.floatx(),
            keras.config.epsilon(),
            keras.config.image_data_format(),
            keras.config.dtype_policy().name,
            keras.config.is_traceback_filtering_enabled(),
            of_keras.tolist(),
        ),
        "tensorflow": (
            tf.config.threading.get_intra_op_parallelism_threads(),
            tf.config.threading.get_inter_op_parallelism_threads(),
            tf.config.functions_run_eagerly(),
            tf.config.optimizer.get_jit(),
            [device.name for device in tf.config.get_visible_devices()],
            tf.executing_eagerly(),
        ),
        "warnings": list(warnings.filters),
        "logging": (
            logging.root.level,
            list(logging.root.handlers),
            logging.getLogger("tensorflow").level,
            "eegaug" in logging.root.manager.loggerDict,
        ),
        "environment": dict(os.environ),
        "folder": (os.getcwd(), sorted(os.listdir())),
    }


def test_settings_and_folder_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = settings_of_the_process()
    fit()
    after = settings_of_the_process()
    # pytest sets this one itself, for each phase of a test.
    for settings in (before, after):
        settings["environment"].pop("PYTEST_CURRENT_TEST", None)
    assert before == after


@pytest.mark.parametrize(
    ("name", "strange"), [("floatx", "float64"), ("image_data_format", "channels_first")]
)
def test_settings_of_the_caller_change_nothing(name, strange, monkeypatch):
    expected, _ = fit()
    # No networks that were built before under other settings.
    for pool in ("_TRAININGS", "_SAMPLERS"):
        monkeypatch.setattr(training, pool, training.ObjectPool(4))
    usual = getattr(keras.config, name)()
    try:
        getattr(keras.config, f"set_{name}")(strange)
        made, _ = fit()
        assert getattr(keras.config, name)() == strange
    finally:
        getattr(keras.config, f"set_{name}")(usual)
    assert_array_equal(made, expected)


@pytest.mark.uncompiled
def test_read_only_memory_maps_are_enough(tmp_path):
    path = tmp_path / "X.npy"
    np.save(path, X)
    mapped = np.load(path, mmap_mode="r")
    expected, _ = fit()
    made, _ = fit(mapped)
    assert_array_equal(made, expected)
    assert_array_equal(np.load(path), X)
