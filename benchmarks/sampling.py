"""How many windows a second a fitted generator makes.

    python benchmarks/sampling.py

`GANGenerator.sample` of the default network, for several numbers of windows and batches, and
`keras.Model.predict` of the same network in its place. The network is trained for two steps, which
is as good as any number here. A first call, which compiles, is not timed; the median of
`--repeats` counts. The last row draws a million windows in a process of its own: its memory is
the largest resident size less that before, over that of the windows it returns.
"""

import argparse
import statistics
import time
from pathlib import Path

import children
import numpy as np

NUMBERS = (100, 1000, 10_000, 100_000)
BATCHES = (64, 256, 1024, 4096)
MILLION = 1_000_000
N_TIMES = 178


def main():
    from gain_results import RESULTS
    from rows import append_run, newest
    from speed_results import sampling_table

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS / "sampling.jsonl")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a trial: its figures mean nothing")
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        cases = {
            "numbers": {"numbers": NUMBERS, "batches": [None], "repeats": options.repeats},
            "batches": {"numbers": [20_000], "batches": BATCHES, "repeats": options.repeats},
            "a million": {"numbers": [MILLION], "batches": [None], "repeats": 1, "predict": False},
        }
        if options.quick:
            small = {"numbers": [20], "batches": [16], "repeats": 1}
            cases = {name: case | small for name, case in cases.items()}
        for part, case in cases.items():
            rows = children.in_fresh_process("sampling.py", case)
            append_run(options.results, part, rows)
    print(sampling_table(newest(options.results)).to_string(index=False))


def measure(numbers, batches, repeats, predict=True):
    """Return a row for each way, number and batch."""
    from growth import most_memory

    from eegaug.gan import GANConfig, GANGenerator, sampling

    windows = np.random.default_rng(0).normal(size=(64, 1, N_TIMES)).astype(np.float32)
    config = GANConfig(n_steps=2, n_checks=1, patience=None)
    fitted = GANGenerator(config, random_state=0).fit(windows)
    own_batch, rows = sampling.BATCH, []
    for batch in batches:
        sampling.BATCH = batch or own_batch
        for n in numbers:
            before = most_memory()
            seconds = timed(lambda n=n: fitted.sample(n, random_state=0), repeats)
            row = {"n": n, "batch": sampling.BATCH, "default_batch": batch is None}
            size = n * N_TIMES * np.dtype(np.float32).itemsize
            memory = (most_memory() - before) / size
            rows.append(row | {"way": "sample", "seconds": seconds, "memory_ratio": memory})
            if predict:
                latents = np.random.RandomState(0).standard_normal((n, config.latent_dim))
                with sampling.borrow_sampler(config, N_TIMES, 1, 1) as sampler:
                    seconds = timed(
                        lambda latents=latents, sampler=sampler: sampler.network.predict(
                            latents, batch_size=sampling.BATCH, verbose=0
                        ),
                        repeats,
                    )
                rows.append(row | {"way": "predict", "seconds": seconds})
    sampling.BATCH = own_batch
    return rows


def timed(call, repeats):
    """Return the median seconds of some calls after a first one, of a million windows of one."""
    found = []
    if repeats > 1:
        call()
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


if __name__ == "__main__":
    children.start(main, measure)
