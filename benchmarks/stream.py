"""Whether a stream makes batches faster than small networks train on them.

Batches of 64 windows of 18 channels and 256 samples. Each way of making batches, and each network
on one batch again and again, runs in processes of its own, in turns; the median over rounds
counts. `--torch-python` names an interpreter that has braindecode, whose augmentations are
measured on the same windows; without it they are left out.
"""

import statistics
import time

import numpy as np
import results

N_REST, N_RARE, N_CHANNELS, N_TIMES, BATCH = 1000, 115, 18, 256, 64
#: Networks, ways to make batches, and training on a stream, each with what measures it.
NETWORKS = ("EEGNet", "CNN")
WAYS = ("table resampled once", "stream of jitter", "stream of GAN", "braindecode")
TRAINED = ("EEGNet on a table", "EEGNet on a stream of jitter", "EEGNet on a stream of GAN")


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--steps", type=int, default=60, help="batches a process")
    parser.add_argument("--rounds", type=int, default=3, help="processes for each way")
    parser.add_argument("--torch-python", help="interpreter that has braindecode")


def stream(options):
    """Add a row for each network and each way, in batches a second."""
    steps, rounds = (3, 1) if options.quick else (options.steps, options.rounds)
    names = [*NETWORKS, *WAYS, *TRAINED]
    if not options.torch_python:
        names.remove("braindecode")
    found = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            case = {"name": name, "n_steps": steps}
            python = options.torch_python if name == "braindecode" else None
            found[name].append(results.in_fresh_process("stream.py", "rate", case, python=python))
    rows = []
    for name, runs in found.items():
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        rows.append({"what": name, "rounds": rounds, "n_steps": steps} | middle)
        print(rows[-1], flush=True)
    results.append_run(options.results / "stream.jsonl", "all", rows)


def measure_rate(name, n_steps):
    """Return milliseconds by the clock and of processor time for each batch."""
    rng = np.random.default_rng(0)
    shape = (N_REST + N_RARE, N_CHANNELS, N_TIMES)
    X = rng.standard_normal(shape, dtype=np.float32)
    y = np.repeat([0, 1], [N_REST, N_RARE])
    groups = np.arange(len(y)) // 5
    step = step_of(name, X, y, groups)
    for _ in range(5):
        step()
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(n_steps):
        step()
    return {
        "ms": 1000 * (time.perf_counter() - clock) / n_steps,
        "processor_ms": 1000 * (time.process_time() - processor) / n_steps,
    }


def step_of(name, X, y, groups):
    """Return a call that makes a batch, or trains on one."""
    if name == "braindecode":
        return braindecode_batches(X, y)
    if name in NETWORKS:
        network = network_for(name)
        batch = np.swapaxes(X[:BATCH], 1, 2).copy(), y[-BATCH:].astype(np.float32)
        return lambda: network.train_on_batch(*batch)
    if name in WAYS:
        batches = batches_of(name, X, y, groups)
        return lambda: next(batches)
    network = network_for("EEGNet")
    kind = "table resampled once" if name.endswith("table") else name.partition(" on a ")[2]
    batches = batches_of(kind, X, y, groups)

    def step():
        X_batch, y_batch = next(batches)
        network.train_on_batch(np.swapaxes(X_batch, 1, 2), y_batch.astype(np.float32))

    return step


def batches_of(name, X, y, groups):
    """Return an iterator over batches without end."""
    from eegaug import GANOversampler, JitterOversampler
    from eegaug.gan import GANGenerator
    from eegaug.streams import BalancedWindows

    if name == "table resampled once":
        return table_batches(*JitterOversampler(random_state=0).fit_resample(X, y, groups=groups))
    sampler = JitterOversampler(random_state=0)
    if name == "stream of GAN":
        # How well it is trained does not change how long it takes to draw.
        generator = GANGenerator(n_steps=2, n_checks=1, patience=None)
        sampler = GANOversampler(generator, random_state=0)
    sampler.fit_generators(X, y, groups=groups)
    return iter(BalancedWindows(X, y, sampler, groups=groups, random_state=0))


def table_batches(X, y):
    """Yield rows of a table at random."""
    rng = np.random.default_rng(0)
    while True:
        rows = rng.integers(len(X), size=BATCH)
        yield X[rows], y[rows]


def network_for(name):
    """Return a network of the benchmarks, ready for training."""
    from networks import SmallNetwork

    made = SmallNetwork({"EEGNet": "eegnet", "CNN": "cnn"}[name])
    made._build((N_CHANNELS, N_TIMES), 1.0)
    return made.network_


def braindecode_batches(X, y):
    """Return a call that draws a balanced batch and augments it as braindecode's loader does."""
    import torch
    from braindecode.augmentation import Compose, FTSurrogate, SignFlip, SmoothTimeMask

    augment = Compose(
        [
            FTSurrogate(probability=0.75, random_state=0),
            SignFlip(probability=0.5, random_state=0),
            SmoothTimeMask(probability=0.5, mask_len_samples=32, random_state=0),
        ]
    )
    rng = np.random.default_rng(0)
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def step():
        rows = [rng.choice(np.flatnonzero(y.numpy() == label), BATCH // 2) for label in (0, 1)]
        rows = np.concatenate(rows)
        return augment(X[rows], y[rows])

    return step


MEASURES = {"rate": measure_rate}

if __name__ == "__main__":
    results.start(MEASURES)
