"""A stream as data sets of Keras and TensorFlow."""

import itertools
from collections.abc import Iterator

import keras
import tensorflow as tf
from numpy.typing import NDArray

from eegaug.streams._batches import BatchMaker
from eegaug.windows import channels_last

__all__ = ["KerasWindows", "tf_dataset"]


class KerasWindows(keras.utils.PyDataset):
    """Batches without end, in the order of their numbers."""

    def __init__(self, maker: BatchMaker, first: int) -> None:
        super().__init__()
        self._maker = maker
        self._first = first

    # A dataset with an end would be shuffled by Python's own seed, and not know its epoch.
    @property
    def num_batches(self) -> None:
        """None, as the data set is infinite."""
        return None

    def __getitem__(self, index: int) -> tuple[NDArray, NDArray]:
        """Make the batch of an index."""
        return _for_keras(self._maker, self._first + index)

    @property
    def use_multiprocessing(self) -> bool:
        """Always False: Keras must not fork."""
        return False

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        raise ValueError(
            "Keras forks its processes, which TensorFlow does not survive, and waits for ever for "
            "one that dies. Threads are safe: dataset.workers = 2."
        )


def tf_dataset(
    maker: BatchMaker, steps_per_epoch: int, epoch: int, n_ahead: int
) -> tf.data.Dataset:
    """Return a dataset of which each iteration is the next epoch."""
    epochs = itertools.count(epoch)

    def batches() -> Iterator[tuple[NDArray, NDArray]]:
        first = steps_per_epoch * next(epochs)
        return (_for_keras(maker, first + step) for step in range(steps_per_epoch))

    n_channels, n_times = maker.window_shape
    signature = (
        tf.TensorSpec((maker.batch_size, n_times, n_channels), tf.float32),
        tf.TensorSpec((maker.batch_size,), tf.int64),
    )
    dataset = tf.data.Dataset.from_generator(batches, output_signature=signature)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(steps_per_epoch))
    return dataset.prefetch(n_ahead) if n_ahead else dataset


def _for_keras(maker: BatchMaker, number: int) -> tuple[NDArray, NDArray]:
    windows, codes = maker.make(number)
    return channels_last(windows), codes
