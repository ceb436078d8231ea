"""`GANOversampler` and its peers for `time_to_quality.py`, each by its documentation.

A peer is a function that gets a folder with the windows and returns `train(before, budget)`,
`draw(n)` and its version. Its package is imported where it is used: the interpreter may be that of
an environment of its own. Drawing for a smaller budget is not counted in the seconds of a larger.
"""

import time
from pathlib import Path

import numpy as np
import results

PART = 512


def eegaug(X, y, seed, n_made, options):
    """Call `fit_resample` for each share of the steps; one a process, for networks are kept."""
    from eegaug import GANOversampler
    from eegaug.gan import GANGenerator, model  # noqa: F401  TensorFlow's import is not timed

    wanted = {1: int(np.sum(y == 1)) + n_made}
    fitted = []

    def train(before, share):
        generator = GANGenerator(**options)
        generator.set_params(n_steps=max(1, round(share * generator.n_steps)))
        sampler = GANOversampler(generator, sampling_strategy=wanted, random_state=seed)
        sampler.fit_resample(X, y)
        fitted[:] = [sampler]

    # The call made its windows in the training already.
    return train, lambda n: fitted[0].sample(n, 1, random_state=seed), ("eegaug", "tensorflow")


def ctgan(X, y, seed, n_made, options):
    """A row a window, a column a sample, defaults; each budget of epochs is a training anew."""
    import pandas as pd
    from ctgan import CTGAN

    windows, fitted = X[y == 1], []
    table = pd.DataFrame(windows, columns=[f"t{i}" for i in range(windows.shape[1])])

    def train(before, epochs):
        model = CTGAN(epochs=epochs)
        model.set_random_state(seed)
        model.fit(table)
        fitted[:] = [model]

    return train, lambda n: fitted[0].sample(n).to_numpy(np.float32), ("ctgan", "torch")


def tsgm(X, y, seed, n_made, options):
    """The unconditional GAN of the README, with the settings of "Getting started with TSGM".

    The architecture "cgan_base_c4_l1" with 64 latents, Adam at 2e-4 with a first decay of .5,
    binary cross-entropy of probabilities (the README's own takes logits, which the network does
    not give), batches of 128, windows scaled to [-1, 1], 1,000 epochs.
    """
    import keras
    import tensorflow as tf
    import tsgm

    windows = X[y == 1][:, :, np.newaxis]
    keras.utils.set_random_seed(seed)
    scaler = tsgm.utils.TSFeatureWiseScaler((-1, 1))
    scaled = scaler.fit_transform(windows).astype(np.float32)
    dataset = tf.data.Dataset.from_tensor_slices(scaled).shuffle(1024).batch(128)
    architecture = tsgm.models.architectures.zoo["cgan_base_c4_l1"](
        seq_len=windows.shape[1], feat_dim=1, latent_dim=64, output_dim=0
    )
    gan = tsgm.models.cgan.GAN(
        discriminator=architecture.discriminator, generator=architecture.generator, latent_dim=64
    )
    gan.compile(
        d_optimizer=keras.optimizers.Adam(learning_rate=2e-4, beta_1=0.5),
        g_optimizer=keras.optimizers.Adam(learning_rate=2e-4, beta_1=0.5),
        loss_fn=keras.losses.BinaryCrossentropy(),
    )

    def train(before, epochs):
        gan.fit(dataset, initial_epoch=before, epochs=epochs, verbose=0)

    def draw(n):
        # All at once took more than 20 GB of memory.
        parts = [gan.generate(min(PART, n - at)) for at in range(0, n, PART)]
        return scaler.inverse_transform(np.concatenate(parts))[:, :, 0].astype(np.float32)

    return train, draw, ("tsgm", "tensorflow", "pandas")


def wavegan(X, y, seed, n_made, options):
    """WaveGAN in PyTorch by its paper, with 32 filters in place of 64."""
    from wavegan_torch import PaperWaveGAN

    gan = PaperWaveGAN(X[y == 1], seed)
    return gan.train, gan.draw, ("torch",)


#: Peer, and whether a budget is a training anew, whose seconds are not added to those before.
MAKERS = {"eegaug": (eegaug, True), "ctgan": (ctgan, True), "tsgm": (tsgm, False)}
MAKERS["WaveGAN in PyTorch"] = (wavegan, False)


def measure(peer, folder, budgets, seed, limit, n_made, n_measured, options):
    """Train to each budget, until the limit in seconds is behind, and draw windows."""
    stored = np.load(Path(folder) / "data.npz")
    maker, anew = MAKERS[peer]
    start = time.perf_counter()
    train, draw, packages = maker(stored["X"], stored["y"], seed, n_made, options)
    trained = 0.0 if anew else time.perf_counter() - start
    trials = []
    for before, budget in zip([0, *budgets[:-1]], budgets, strict=True):
        start = time.perf_counter()
        train(before, budget)
        seconds = time.perf_counter() - start
        trained = seconds if anew else trained + seconds
        start = time.perf_counter()
        made = draw(n_measured if peer == "eegaug" else n_made)
        drawn = 0.0 if peer == "eegaug" else time.perf_counter() - start
        path = Path(folder) / f"{peer}_{budget}.npy".replace(" ", "_")
        np.save(path, made[:n_measured])
        trials.append({"budget": budget, "seconds": trained + drawn, "windows": str(path)})
        if trained + drawn > limit:
            break
    found = results.versions(*packages)
    return {"trials": trials, "version": ", ".join(f"{name} {found[name]}" for name in packages)}


if __name__ == "__main__":
    results.start({"peer": measure})
