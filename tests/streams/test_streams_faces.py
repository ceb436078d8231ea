"""All faces of a stream give the batches of the stream itself, in their order."""

import importlib.util
import itertools
import sys

import keras
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from eegaug.streams import BalancedWindows

STEPS = 5
# Python 3.12 and newer warn of forks beside threads.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
needs_torch = pytest.mark.skipif(
    not importlib.util.find_spec("torch"), reason="PyTorch, of the extra eegaug[torch], is missing"
)


@pytest.fixture
def stream(eeg, density):
    X, y, groups = eeg
    return BalancedWindows(
        X, y, density, groups=groups, batch_size=16, steps_per_epoch=STEPS, random_state=0
    )


def in_numpy(stream, epoch):
    for number in itertools.count(epoch):
        yield from stream.epoch(number)


def in_keras(stream, epoch):
    for X, codes in stream.to_keras(epoch=epoch):
        yield X.swapaxes(1, 2), stream.classes[codes]


def in_tensorflow(stream, epoch):
    dataset = stream.to_tf_dataset(epoch=epoch)
    while True:
        for X, codes in dataset.as_numpy_iterator():
            yield X.swapaxes(1, 2), stream.classes[codes]


def in_torch(**options):
    def batches(stream, epoch):
        from torch.utils.data import DataLoader

        loader = DataLoader(stream.to_torch(epoch=epoch), batch_size=None, **options)
        assert len(loader) == STEPS
        while True:
            for X, codes in loader:
                yield X.numpy(), stream.classes[codes.numpy()]

    return batches


FACES = {
    "numpy": in_numpy,
    "Keras": in_keras,
    "TensorFlow": in_tensorflow,
    "PyTorch": in_torch(),
    "PyTorch, two forked": in_torch(num_workers=2, multiprocessing_context="fork"),
    "PyTorch, two spawned and kept": in_torch(
        num_workers=2, multiprocessing_context="spawn", persistent_workers=True
    ),
}
each_face = pytest.mark.parametrize(
    "face",
    [
        pytest.param(face, marks=needs_torch if name.startswith("PyTorch") else (), id=name)
        for name, face in FACES.items()
    ],
)


@each_face
@pytest.mark.parametrize("epoch", [0, 3])
def test_a_face_gives_the_batches_of_the_stream_epoch_by_epoch(stream, face, epoch):
    batches = face(stream, epoch)
    for number in range(2 * STEPS):
        X, y = next(batches)
        X_expected, y_expected = stream.batch(epoch, number)
        assert X.dtype == np.float32
        assert_array_equal(X, X_expected)
        assert_array_equal(y, y_expected)
    batches.close()


@each_face
def test_a_face_of_flat_windows_has_an_axis_for_the_channel(eeg, face):
    stream = BalancedWindows(eeg.X[:, 0], eeg.y, steps_per_epoch=STEPS, random_state=0)
    batches = face(stream, 0)
    X, y = next(batches)
    X_expected, y_expected = stream.batch(0, 0)
    assert_array_equal(X.reshape(X_expected.shape), X_expected)
    assert_array_equal(y, y_expected)
    batches.close()


def network(stream):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((stream.n_times, stream.n_channels)),
            keras.layers.Conv1D(2, 3),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", jit_compile=False)
    return model


def equal_weights(one, other):
    for mine, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("workers", [1, 3])
def test_keras_trains_on_the_same_batches_with_any_workers(stream, workers):
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(logs["loss"])

    model, by_hand = network(stream), network(stream)
    dataset = stream.to_keras()
    dataset.workers = workers
    history = model.fit(
        dataset,
        steps_per_epoch=STEPS,
        epochs=3,
        shuffle=False,
        verbose=0,
        callbacks=[Watch()],
    )
    assert len(seen) == 3
    assert seen == history.history["loss"]
    for number in range(3 * STEPS):
        X, y = stream.batch(0, number)
        by_hand.train_on_batch(X.swapaxes(1, 2), y == "seizure")
    equal_weights(model, by_hand)


def test_keras_goes_on_from_an_epoch(stream):
    whole = network(stream)
    options = {"steps_per_epoch": STEPS, "shuffle": False, "verbose": 0}
    whole.fit(stream.to_keras(), epochs=3, **options)
    parts = network(stream)
    parts.fit(stream.to_keras(), epochs=1, **options)
    parts.fit(stream.to_keras(epoch=1), initial_epoch=1, epochs=3, **options)
    equal_weights(whole, parts)


def test_a_dataset_of_tensorflow_needs_no_number_of_steps(stream):
    first, second = network(stream), network(stream)
    first.fit(stream.to_tf_dataset(), epochs=2, shuffle=False, verbose=0)
    second.fit(stream.to_keras(), steps_per_epoch=STEPS, epochs=2, shuffle=False, verbose=0)
    equal_weights(first, second)


def test_keras_may_not_fork(stream):
    dataset = stream.to_keras()
    with pytest.raises(ValueError, match=r"Threads are safe: dataset\.workers = 2"):
        dataset.use_multiprocessing = True


@needs_torch
def test_no_worker_gives_what_another_does(stream):
    from torch.utils.data import DataLoader

    loader = DataLoader(
        stream.to_torch(), batch_size=None, num_workers=2, multiprocessing_context="fork"
    )
    made = [X.numpy().tobytes() for _ in range(4) for X, _ in loader]
    assert len(set(made)) == 4 * STEPS


@needs_torch
def test_an_epoch_of_pytorch_can_be_set(stream):
    dataset = stream.to_torch()
    list(dataset)
    dataset.set_epoch(7)
    for step, (X, _) in enumerate(dataset):
        assert_array_equal(X.numpy(), stream.batch(7, step)[0])


def test_without_pytorch_the_error_names_the_extra(stream, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "eegaug.streams._torch", raising=False)
    with pytest.raises(ImportError, match=r"pip install 'eegaug\[torch\]'"):
        stream.to_torch()
