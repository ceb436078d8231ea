"""Fitting loop and draws: exact budgets, equal bits, nothing left over from the use before."""

import os
import subprocess
import sys
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from eegaug.gan import GANGenerator
from eegaug.gan.training import (
    BATCH,
    MIN_BATCH,
    FusedAdam,
    ObjectPool,
    Sampler,
    borrow_sampler,
    borrow_training,
    build_generator_for,
    compile_for_one_thread,
)

SIZES = (16, 1, 1)
WINDOWS = np.random.default_rng(0).normal(size=(8, 16, 1)).astype("float32")
LATENTS = np.random.default_rng(0).normal(size=(2 * BATCH + 7, 4)).astype("float32")


def settings(**params):
    tiny = {"architecture": "dcgan", "width": 2, "latent_dim": 4, "batch_size": 4}
    return GANGenerator(**tiny | params)._settings()


SETTINGS = settings()


def run(training, *, seed=0, windows=WINDOWS, weights=None, n_steps=3, n_rounds=2, callbacks=()):
    training.reset(seed)
    return training.run(
        windows,
        np.ones((len(windows), 1), "float32"),
        np.ones(len(windows)) if weights is None else weights,
        n_steps=n_steps,
        n_rounds=n_rounds,
        seed=seed,
        callbacks=callbacks,
    )


@pytest.mark.uncompiled
def test_large_windows_are_drawn_few_at_a_time_with_the_same_bits():
    sampler = Sampler(build_generator_for(SETTINGS, 2048, 16, 1, seed=0))
    assert sampler.batch == MIN_BATCH
    made = sampler.draw(LATENTS[: MIN_BATCH + 3])
    np.testing.assert_array_equal(sampler.draw(LATENTS[:2]), made[:2])
    assert Sampler(build_generator_for(SETTINGS, *SIZES, seed=0)).batch == BATCH


@pytest.mark.parametrize(("n_steps", "n_rounds"), [(1, 5), (3, 2), (7, 3), (10, 10)])
def test_the_budget_is_spent_to_the_step(n_steps, n_rounds):
    with borrow_training(SETTINGS, *SIZES) as training:
        history = run(training, n_steps=n_steps, n_rounds=n_rounds)
        assert training.gan.g_optimizer.iterations == n_steps
    assert len(history) == min(n_steps, n_rounds)
    assert history.step.is_monotonic_increasing
    assert history.step.iloc[-1] == n_steps


@pytest.mark.uncompiled
def test_a_used_training_gives_the_same_as_a_new_one():
    with borrow_training(SETTINGS, *SIZES) as used, borrow_training(SETTINGS, *SIZES) as new:
        assert used is not new
        run(used, seed=5)
        one, other = run(used), run(new)
        assert one.equals(other)
        for network in ("averaged", "discriminator"):
            weights = [getattr(each.gan, network).get_weights() for each in (used, new)]
            assert all(map(np.array_equal, *weights))
        assert not run(used, seed=1).equals(one)


def test_windows_of_no_weight_are_never_drawn():
    windows = WINDOWS.copy()
    windows[::2] = np.nan
    weights = np.arange(8) % 2.0
    with borrow_training(SETTINGS, *SIZES) as training:
        weighted = run(training, windows=windows, weights=weights, n_steps=8)
        assert np.isfinite(weighted.to_numpy()).all()
        assert run(training, windows=windows, n_steps=8).isna().to_numpy().any()


def test_callbacks_see_rounds_as_epochs_and_may_stop():
    seen = []

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append((epoch, logs["step"]))
            logs["added"] = 7.0
            self.model.stop_training = epoch == 1

    with borrow_training(SETTINGS, *SIZES) as training:
        history = run(training, n_steps=9, n_rounds=3, callbacks=[Stop()])
    assert seen == [(0, 3), (1, 6)]
    assert history.added.tolist() == [7.0, 7.0]


@pytest.mark.uncompiled
def test_rates_and_decays_are_used():
    params = {"learning_rate": (1e-3, 4e-3), "beta_1": 0.25, "beta_2": 0.75}
    with borrow_training(settings(**params), *SIZES) as training:
        optimizers = training.gan.g_optimizer, training.gan.d_optimizer
        assert [float(each.learning_rate) for each in optimizers] == pytest.approx([1e-3, 4e-3])
        assert {(each.beta_1, each.beta_2) for each in optimizers} == {(0.25, 0.75)}


def test_the_network_makes_the_windows_each_from_its_latents():
    sampler = Sampler(build_generator_for(SETTINGS, 16, 2, 1, seed=0))
    expected = sampler.network(LATENTS, training=False).numpy().swapaxes(1, 2)
    windows = sampler.draw(LATENTS)
    assert windows.shape == (len(LATENTS), 2, 16)
    np.testing.assert_allclose(windows, expected, atol=1e-6)
    np.testing.assert_array_equal(sampler.draw(LATENTS[:3]), windows[:3])
    np.testing.assert_array_equal(sampler.draw(LATENTS[5:][::-1]), windows[5:][::-1])
    assert sampler.draw(LATENTS[:0]).shape == (0, 2, 16)


@pytest.mark.uncompiled
def test_all_windows_of_a_call_have_its_condition():
    sampler = Sampler(build_generator_for(SETTINGS, 16, 1, 2, seed=0))
    for label in np.eye(2, dtype=np.float32):
        expected = sampler.network([LATENTS[:5], np.tile(label, (5, 1))], training=False)
        np.testing.assert_allclose(
            sampler.draw(LATENTS[:5], label)[:, 0], expected[..., 0], atol=1e-6
        )


@pytest.mark.uncompiled
@pytest.mark.parametrize("borrow", [borrow_training, borrow_sampler])
def test_networks_of_one_kind_are_used_again(borrow):
    with borrow(SETTINGS, *SIZES) as first:
        pass
    with borrow(settings(n_steps=7, random_state=3), *SIZES) as again:
        assert again is first
    for others in ((SETTINGS, 18, 1, 1), (settings(width=3), *SIZES)):
        with borrow(*others) as other:
            assert other is not first


def in_another_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


def test_an_object_has_one_user_at_a_time():
    pool = ObjectPool(2)
    with pool.borrow("kind", object) as first:
        other = in_another_thread(lambda: pool.borrow("kind", object).__enter__())
        assert other is not first
    with pool.borrow("kind", object) as again:
        assert again is first


def test_an_object_whose_use_raised_is_not_used_again():
    pool = ObjectPool(2)
    with pytest.raises(KeyError), pool.borrow("kind", object) as broken:
        raise KeyError
    with pool.borrow("kind", object) as new:
        assert new is not broken


def test_objects_used_last_are_kept():
    pool, made = ObjectPool(2), []

    def use(kind):
        with pool.borrow(kind, lambda: made.append(kind) or object()):
            pass

    for kind in "abac":
        use(kind)
    assert made == ["a", "b", "c"]
    use("a")
    use("c")
    assert made == ["a", "b", "c"]
    use("b")
    assert made == ["a", "b", "c", "b"]
    pool.clear()
    use("b")
    assert made == ["a", "b", "c", "b", "b"]


SUMS = """
import hashlib, sys
import numpy as np
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
from eegaug.gan.training import compile_for_one_thread

def product(left, right):
    return tf.matmul(left, right, transpose_a=True)

rng = np.random.default_rng(0)
sides = [tf.constant(rng.normal(size=(20000, n)), tf.float32) for n in (4, 8)]
signature = [tf.TensorSpec(side.shape) for side in sides]
for compiled in (compile_for_one_thread(product, signature), tf.function(product)):
    print(hashlib.sha256(compiled(*sides).numpy()).hexdigest())
"""


# Two processes, of which each imports TensorFlow: the number of threads is set once.
def test_an_operation_stays_on_one_thread():
    # Without oneDNN the order of a sum shows on how many threads it was computed.
    env = os.environ | {"TF_ENABLE_ONEDNN_OPTS": "0"}
    runs = [
        subprocess.Popen([sys.executable, "-c", SUMS, n], env=env, stdout=-1, text=True)
        for n in ("1", "4")
    ]
    (one, plain_one), (four, plain_four) = (run.communicate()[0].split() for run in runs)
    assert one == four == plain_one
    assert plain_four != plain_one


@pytest.mark.parametrize("gpus", [[], ["a GPU"]])
def test_variables_change_in_order_and_results_keep_their_structure(monkeypatch, gpus):
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: gpus)
    total = tf.Variable(1.0)

    def add(numbers, factor):
        before = total.read_value()
        total.assign_add(factor * tf.reduce_sum(numbers))
        return {"before": before, "after": total.read_value(), "numbers": (numbers,)}

    signature = [tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32)]
    compiled = compile_for_one_thread(add, signature)
    for numbers, before, after in (([1.0, 2.0], 1.0, 7.0), ([3.0], 7.0, 13.0)):
        result = compiled(np.float32(numbers), 2.0)
        assert (result["before"], result["after"], total.numpy()) == (before, after, after)
        np.testing.assert_array_equal(result["numbers"][0], numbers)
    assert compiled.experimental_get_tracing_count() == 1


def test_adam_in_one_operation_takes_the_steps_of_keras():
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
