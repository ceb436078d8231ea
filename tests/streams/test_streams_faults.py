"""No thread is left behind, nothing hangs, memory stays level, and errors come through."""

import gc
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest

from eegaug import JitterOversampler
from eegaug.streams import BalancedWindows
from eegaug.streams._ahead import Ahead

# Python 3.12 and newer warn of what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


@pytest.fixture
def stream(eeg):
    X, y, groups = eeg
    return BalancedWindows(
        X, y, groups=groups, batch_size=16, steps_per_epoch=5, n_ahead=2, random_state=0
    )


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    before = set(threading.enumerate())
    yield
    gc.collect()
    end = time.monotonic() + 20
    # Threads of Keras' pools end soon after they were asked to.
    while (left := set(threading.enumerate()) - before) and time.monotonic() < end:
        time.sleep(0.01)
    assert not left


def own_threads():
    return [thread for thread in threading.enumerate() if thread.name == "eegaug-stream"]


def test_the_thread_ends_with_the_loop(stream):
    for _ in stream.epoch(0):
        assert len(own_threads()) <= 1
    assert not own_threads()
    for _ in stream:
        break
    assert not own_threads()
    batches = stream.epoch(0)
    next(batches)
    assert own_threads()
    batches.close()
    assert not own_threads()
    assert list(batches) == []


def test_several_iterations_at_a_time(stream):
    one, other = stream.epoch(0), stream.epoch(0)
    for (X, _), (X_other, _) in zip(one, other, strict=True):
        np.testing.assert_array_equal(X, X_other)
    assert not own_threads()


def test_an_error_in_the_background_comes_to_the_loop():
    def items():
        yield 1
        raise ZeroDivisionError("a window")

    batches = Ahead(items(), 3)
    assert next(batches) == 1
    with pytest.raises(ZeroDivisionError, match="a window"):
        next(batches)
    assert not own_threads()
    with pytest.raises(StopIteration):
        next(batches)


def test_no_more_is_made_ahead_than_asked_for():
    made = []
    batches = Ahead((made.append(number) or number for number in range(100)), 3)
    next(batches)
    time.sleep(0.2)
    # One was taken, three wait, and one more is in the hands of the thread.
    assert len(made) <= 5
    batches.close()


def test_an_interrupt_in_an_epoch_ends_the_thread(stream):
    def loop():
        for _ in stream:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loop()
    assert not own_threads()


class Stuck:
    """A sampler's source that takes long, in which Ctrl-C reaches the waiting loop."""

    def __init__(self):
        self.free = threading.Event()

    def __iter__(self):
        self.free.wait(20)
        yield 0


def test_an_interrupt_while_the_loop_waits():
    stuck = Stuck()
    batches = Ahead(stuck, 1)

    def interrupt():
        os.kill(os.getpid(), signal.SIGINT)
        stuck.free.wait(0.5)
        stuck.free.set()

    timer = threading.Timer(0.2, interrupt)
    # A process that a shell started in the background ignores the signal.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            next(batches)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, handler)
    assert not own_threads()


def test_an_interrupt_in_keras(stream):
    import keras

    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise KeyboardInterrupt

    model = keras.Sequential([keras.Input((16, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", jit_compile=False)
    for dataset in (stream.to_keras(), stream.to_tf_dataset()):
        with pytest.raises(KeyboardInterrupt):
            model.fit(
                dataset, steps_per_epoch=5, shuffle=False, verbose=0, callbacks=[Interrupt()]
            )


def test_a_process_ends_while_a_stream_is_open(tmp_path):
    script = """
import numpy as np
from eegaug.streams import BalancedWindows
batches = iter(BalancedWindows(np.eye(40), np.repeat([0, 1], 20), n_ahead=1))
next(batches)
print("done")
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "done\n", "")


def in_fork(work):
    """Return what a forked process sends, or fail where it hangs."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=lambda: theirs.send(work()))
    process.start()
    try:
        assert ours.poll(60), "the forked process hangs"
        return ours.recv()
    finally:
        process.kill()
        process.join()


def error_of(work):
    try:
        return work() and "nothing was raised"
    except RuntimeError as error:
        return str(error)


def test_a_fork_makes_the_same_batches_whatever_was_locked(eeg, density):
    X, y, groups = eeg
    stream = BalancedWindows(X, y, density, groups=groups, batch_size=16, random_state=0)
    expected = stream.batch(0, 9)[0].tobytes()
    for lock in stream._maker._locks:
        lock.acquire()
    try:
        assert in_fork(lambda: stream.batch(0, 9)[0].tobytes()) == expected
    finally:
        for lock in stream._maker._locks:
            lock.release()


def test_an_iteration_cannot_go_on_in_a_fork(stream):
    batches = stream.epoch(0)
    next(batches)
    assert "Begin a new iteration" in in_fork(lambda: error_of(lambda: next(batches)))
    assert len(list(batches)) == 4


SPAWNED = """
import json, multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from eegaug import GANOversampler, load_sampler
from eegaug.gan import GANGenerator
from eegaug.streams import BalancedWindows

X = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
Y = np.repeat([0, 1], [24, 16])


def digest(stream):
    return [stream.batch(0, step)[0].tobytes().hex() for step in range(3)]


def saved():
    sampler = load_sampler(sys.argv[1]).set_params(real_share=0)
    stream = BalancedWindows(
        sampler=sampler, synthetic_share=1, batch_size=8, steps_per_epoch=3, random_state=0
    )
    return digest(stream)


def error_of(stream):
    try:
        return digest(stream) and "nothing was raised"
    except RuntimeError as error:
        return str(error)


def in_process(method, *works):
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return [pool.submit(*work).result(300) for work in works]


if __name__ == "__main__":
    generator = GANGenerator(
        n_steps=2, width=2, latent_dim=2, batch_size=4, architecture="dense"
    )
    sampler = GANOversampler(generator, min_windows=2, random_state=0)
    sampler.fit_generators(X, Y, labels=[0, 1])
    sampler.save(sys.argv[1])
    stream = BalancedWindows(X, Y, sampler, batch_size=8, random_state=0)
    done = {"here": digest(stream), "saved here": saved()}
    done["saved spawned"], done["spawned"] = in_process("spawn", (saved,), (digest, stream))
    loaded = BalancedWindows(X, Y, load_sampler(sys.argv[1]), batch_size=8, random_state=0)
    done["loaded, with the real windows"] = digest(loaded)
    (done["forked"],) = in_process("fork", (error_of, stream))
    print(json.dumps(done))
"""


# Two processes that each import TensorFlow.
def test_a_gan_streams_in_spawned_processes_from_memory_and_from_a_file(tmp_path):
    (tmp_path / "script.py").write_text(SPAWNED)
    command = [sys.executable, str(tmp_path / "script.py"), str(tmp_path / "a.eegaug")]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert done["spawned"] == done["loaded, with the real windows"] == done["here"]
    assert done["saved spawned"] == done["saved here"] != done["here"]
    assert "TensorFlow ran before this process was forked" in done["forked"]


def test_a_worker_of_pytorch_that_dies_is_an_error(eeg):
    pytest.importorskip("torch", reason="PyTorch, of the extra eegaug[torch], is missing")
    from torch.utils.data import DataLoader

    class Dying(JitterOversampler):
        def _make_windows(self, windows, n, label, rng):
            os._exit(3)

    stream = BalancedWindows(eeg.X, eeg.y, Dying().fit_generators(*eeg), random_state=0)
    loader = DataLoader(
        stream.to_torch(), batch_size=None, num_workers=1, multiprocessing_context="fork"
    )
    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        next(iter(loader))


def test_an_error_in_a_worker_of_pytorch_names_its_cause(eeg):
    pytest.importorskip("torch", reason="PyTorch, of the extra eegaug[torch], is missing")
    from torch.utils.data import DataLoader

    class Failing(JitterOversampler):
        def _make_windows(self, windows, n, label, rng):
            raise ZeroDivisionError("a window")

    stream = BalancedWindows(eeg.X, eeg.y, Failing().fit_generators(*eeg), random_state=0)
    for n_workers in (0, 1):
        loader = DataLoader(
            stream.to_torch(),
            batch_size=None,
            num_workers=n_workers,
            multiprocessing_context="fork" if n_workers else None,
        )
        with pytest.raises(ZeroDivisionError, match="a window"):
            next(iter(loader))


def test_many_epochs_hold_memory_level(eeg, density):
    X, y, groups = eeg
    stream = BalancedWindows(
        X, y, density, groups=groups, batch_size=4, steps_per_epoch=1, random_state=0
    )
    tracemalloc.start()
    try:
        for epoch in range(100):
            list(stream.epoch(epoch))
        gc.collect()
        early, _ = tracemalloc.get_traced_memory()
        for epoch in range(100, 500):
            list(stream.epoch(epoch))
        gc.collect()
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A batch of 4 windows alone has 768 bytes: 400 of them would be 300 kB.
    assert late - early < 25_000
