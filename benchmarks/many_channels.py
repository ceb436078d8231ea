"""How long the default sampler takes for windows of many channels.

    python benchmarks/many_channels.py [--sizes 1x178 18x64 18x256 23x1024] [--steps 300]

Simulated windows, 400 of the rest and 100 of the class that is enlarged, whose channels are
mixtures of common sources; each size is one whole `fit_resample`. The times are those of the
machine it runs on; nothing else should run there. `--threads` bounds TensorFlow's threads. The
correlation error says whether the generator, alone, makes what channels share; that of waveforms
leaves the levels and the amplitudes of the windows aside. The floors are what one half of the real
windows gives against the other.
"""

import argparse
import os
import time

import numpy as np
import pandas as pd

N_REST, N_RARE = 400, 100
SFREQ = 256.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["1x178", "18x64", "18x256", "23x1024"])
    parser.add_argument("--steps", type=int, help="instead of the default numbers of steps")
    parser.add_argument("--threads", type=int, help="threads of one operation (all cores)")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if options.threads:
        os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(options.threads)
    from eegaug import GANOversampler  # TensorFlow reads these when it is loaded

    rows = []
    for size in options.sizes:
        n_channels, n_times = map(int, size.split("x"))
        X, y = simulate(n_channels, n_times)
        budget = {}
        if options.steps is not None:
            budget = dict.fromkeys(("pretrain_steps", "n_steps"), options.steps)
        sampler = GANOversampler(sfreq=SFREQ, random_state=0, **budget)
        start = time.perf_counter()
        sampler.fit_resample(X, y)
        seconds = time.perf_counter() - start
        real, made = X[y == 1], sampler.sample(N_RARE, 1, random_state=0)
        steps = sampler.pretrain_steps + int(sampler.history_[1]["step"].iloc[-1])
        rows.append(
            {
                "n_channels": n_channels,
                "n_times": n_times,
                "minutes": seconds / 60,
                "steps": steps,
                "ms a step, all told": 1000 * seconds / steps,
                "correlation error": correlation_error(real, made),
                "floor": correlation_error(real[::2], real[1::2]),
                "of waveforms": correlation_error(waveforms(real), waveforms(made)),
                "their floor": correlation_error(*map(waveforms, (real[::2], real[1::2]))),
            }
        )
        print(pd.DataFrame(rows).round(2).to_string(index=False), flush=True)


def simulate(n_channels, n_times):
    """Return noise whose power falls with frequency, slow waves in the rare class, and labels."""
    rng = np.random.default_rng(0)
    n_sources = max(2, n_channels // 3)
    mixing = rng.normal(size=(n_channels, n_sources))
    y = np.repeat([0, 1], [N_REST, N_RARE])
    frequency = np.fft.rfftfreq(n_times, 1 / SFREQ)
    shape = 1 / np.maximum(frequency, 1)
    X = np.empty((len(y), n_channels, n_times), np.float32)
    for i, label in enumerate(y):
        sources = np.fft.irfft(np.fft.rfft(rng.normal(size=(n_sources, n_times))) * shape, n_times)
        if label:
            phase = rng.uniform(0, 2 * np.pi)
            sources += 0.2 * np.sin(phase + 6 * np.pi * np.arange(n_times) / SFREQ)
        X[i] = 100 * mixing @ sources + rng.normal(size=(n_channels, n_times))
    return X, y


def correlation_error(real, synthetic):
    """Return how far the correlations of channels are off, over the size of the real ones."""
    one, other = (np.corrcoef(np.concatenate(windows, axis=1)) for windows in (real, synthetic))
    return np.linalg.norm(other - one) / np.linalg.norm(one)


def waveforms(windows):
    """Return windows without level, of unit amplitude."""
    centred = windows - windows.mean(axis=2, keepdims=True)
    return centred / centred.std(axis=(1, 2), keepdims=True)


if __name__ == "__main__":
    main()
