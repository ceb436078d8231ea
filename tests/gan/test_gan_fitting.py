"""The fitting loop: exact budgets, equal bits, nothing left over from the fit before."""

import threading

import keras
import numpy as np
import pytest

from eegaug.gan import GANConfig
from eegaug.gan.fitting import borrow_training

CONFIG = GANConfig(architecture="dcgan", width=2, latent_dim=4, batch_size=4)
SIZES = (16, 1, 1)
WINDOWS = np.random.default_rng(0).normal(size=(8, 16, 1)).astype("float32")


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


@pytest.mark.parametrize(("n_steps", "n_rounds"), [(1, 5), (3, 2), (7, 3), (10, 10)])
def test_the_budget_is_spent_to_the_step(n_steps, n_rounds):
    with borrow_training(CONFIG, *SIZES) as training:
        history = run(training, n_steps=n_steps, n_rounds=n_rounds)
        assert training.gan.g_optimizer.iterations == n_steps
    assert len(history) == min(n_steps, n_rounds)
    assert history.step.is_monotonic_increasing
    assert history.step.iloc[-1] == n_steps


def test_a_used_training_gives_the_same_as_a_new_one():
    with borrow_training(CONFIG, *SIZES) as used, borrow_training(CONFIG, *SIZES) as new:
        assert used is not new
        run(used, seed=5)
        one, other = run(used), run(new)
        assert one.equals(other)
        weights = [t.gan.averaged.get_weights() for t in (used, new)]
        assert all(map(np.array_equal, *weights))
        assert not run(used, seed=1).equals(one)


def test_a_training_is_lent_again_but_not_twice_at_once():
    with borrow_training(CONFIG, *SIZES) as first:
        found = []
        thread = threading.Thread(
            target=lambda: found.append(borrow_training(CONFIG, *SIZES).__enter__())
        )
        thread.start()
        thread.join()
        assert found[0] is not first
    with borrow_training(CONFIG, *SIZES) as again:
        assert again is first


def test_a_training_that_raised_is_not_lent_again():
    with pytest.raises(KeyError), borrow_training(CONFIG, *SIZES) as broken:
        raise KeyError
    with borrow_training(CONFIG, *SIZES) as training:
        assert training is not broken


def test_windows_of_no_weight_are_never_drawn():
    windows = WINDOWS.copy()
    windows[::2] = np.nan
    weights = np.arange(8) % 2.0
    with borrow_training(CONFIG, *SIZES) as training:
        spared = run(training, windows=windows, weights=weights, n_steps=8)
        assert np.isfinite(spared.to_numpy()).all()
        assert run(training, windows=windows, n_steps=8).isna().to_numpy().any()


def test_callbacks_see_rounds_as_epochs_and_may_stop():
    seen = []

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append((epoch, logs["step"]))
            logs["added"] = 7.0
            self.model.stop_training = epoch == 1

    with borrow_training(CONFIG, *SIZES) as training:
        history = run(training, n_steps=9, n_rounds=3, callbacks=[Stop()])
    assert seen == [(0, 3), (1, 6)]
    assert history.added.tolist() == [7.0, 7.0]


def test_both_learning_rates_are_used():
    config = GANConfig(architecture="dcgan", width=2, latent_dim=4, learning_rate=(1e-3, 4e-3))
    with borrow_training(config, *SIZES) as training:
        assert float(training.gan.g_optimizer.learning_rate) == pytest.approx(1e-3)
        assert float(training.gan.d_optimizer.learning_rate) == pytest.approx(4e-3)
