"""Draws from a network: in batches of one size, whatever their number, by borrowed networks."""

import threading

import numpy as np

from eegaug.gan import GANConfig, sampling
from eegaug.gan.sampling import BATCH, Sampler, borrow_sampler, build_generator_for

CONFIG = GANConfig(width=2, latent_dim=3)
LATENTS = np.random.default_rng(0).normal(size=(2 * BATCH + 7, 3)).astype(np.float32)


def test_the_network_makes_the_windows_each_from_its_latents():
    sampler = Sampler(build_generator_for(CONFIG, 16, 2, 1, seed=0))
    expected = sampler.network(LATENTS, training=False).numpy().swapaxes(1, 2)
    windows = sampler.draw(LATENTS)
    assert windows.shape == (len(LATENTS), 2, 16)
    np.testing.assert_allclose(windows, expected, atol=1e-6)
    np.testing.assert_array_equal(sampler.draw(LATENTS[:3]), windows[:3])
    np.testing.assert_array_equal(sampler.draw(LATENTS[5:][::-1]), windows[5:][::-1])
    assert sampler.draw(LATENTS[:0]).shape == (0, 2, 16)


def test_all_windows_of_a_call_have_its_condition():
    sampler = Sampler(build_generator_for(CONFIG, 16, 1, 2, seed=0))
    for label in np.eye(2, dtype=np.float32):
        expected = sampler.network([LATENTS[:5], np.tile(label, (5, 1))], training=False)
        np.testing.assert_allclose(
            sampler.draw(LATENTS[:5], label)[:, 0], expected[..., 0], atol=1e-6
        )


def test_networks_are_lent_to_one_at_a_time_and_kept():
    with borrow_sampler(CONFIG, 16, 1, 1) as first:
        found = []
        thread = threading.Thread(
            target=lambda: found.append(borrow_sampler(CONFIG, 16, 1, 1).__enter__())
        )
        thread.start()
        thread.join()
        assert found[0] is not first
    with borrow_sampler(GANConfig(width=2, latent_dim=3, n_steps=7), 16, 1, 1) as again:
        assert again is first
    with borrow_sampler(CONFIG, 18, 1, 1) as other:
        assert other is not first
    assert sampling._SAMPLERS.most >= 2
