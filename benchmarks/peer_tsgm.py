"""The GAN of tsgm for `time_to_quality.py`, by the recipe of its documentation.

The unconditional GAN of the README with what "Getting started with TSGM" trains one with: the
architecture "cgan_base_c4_l1" with 64 latents, Adam at 2e-4 with a first decay of .5, binary
cross-entropy of probabilities (the README's own takes logits, which the network does not give),
batches of 128, windows scaled to [-1, 1], 1,000 epochs.
"""

import time
from pathlib import Path

import children
import keras
import numpy as np
import tensorflow as tf
import tsgm

PART = 512


def measure(folder, budgets, seed, limit, n_made, n_measured, options):
    """Train once and draw windows at each number of epochs; drawing in between is not timed."""
    data = np.load(Path(folder) / "data.npz")
    windows = data["X"][data["y"] == 1][:, :, np.newaxis]
    keras.utils.set_random_seed(seed)
    start = time.perf_counter()
    scaler = tsgm.utils.TSFeatureWiseScaler((-1, 1))
    scaled = scaler.fit_transform(windows).astype(np.float32)
    dataset = tf.data.Dataset.from_tensor_slices(scaled).shuffle(1024).batch(128)
    latent_dim = 64
    architecture = tsgm.models.architectures.zoo["cgan_base_c4_l1"](
        seq_len=windows.shape[1], feat_dim=1, latent_dim=latent_dim, output_dim=0
    )
    gan = tsgm.models.cgan.GAN(
        discriminator=architecture.discriminator,
        generator=architecture.generator,
        latent_dim=latent_dim,
    )
    gan.compile(
        d_optimizer=keras.optimizers.Adam(learning_rate=2e-4, beta_1=0.5),
        g_optimizer=keras.optimizers.Adam(learning_rate=2e-4, beta_1=0.5),
        loss_fn=keras.losses.BinaryCrossentropy(),
    )
    trials, trained = [], time.perf_counter() - start
    for before, epochs in zip([0, *budgets[:-1]], budgets, strict=True):
        start = time.perf_counter()
        gan.fit(dataset, initial_epoch=before, epochs=epochs, verbose=0)
        trained += time.perf_counter() - start
        start = time.perf_counter()
        # All at once took more than 20 GB of memory.
        parts = [gan.generate(min(PART, n_made - at)) for at in range(0, n_made, PART)]
        made = scaler.inverse_transform(np.concatenate(parts))
        seconds = trained + time.perf_counter() - start
        path = Path(folder) / f"tsgm_{epochs}.npy"
        np.save(path, made[:n_measured, :, 0].astype(np.float32))
        trials.append({"budget": epochs, "seconds": seconds, "windows": str(path)})
        if seconds > limit:
            break
    found = children.versions("tsgm", "tensorflow", "pandas")
    told = ", ".join(f"{name} {found[name]}" for name in ("tsgm", "tensorflow", "pandas"))
    return {"trials": trials, "version": told}


if __name__ == "__main__":
    children.start(None, measure)
