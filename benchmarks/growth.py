"""How fit time and memory grow with windows, samples, channels and the majority.

    python benchmarks/growth.py [--axes n_windows n_times n_channels majority]

One `fit_resample` of the default sampler for each size, on simulated noise, in a process of its
own, TensorFlow's import apart. Along the first three axes a hundred windows are made, so that the
time is that of the fit. Along "majority" a class of 115 windows stands beside up to a million
others of 178 float32 samples: "balanced" makes as many windows of it, which doubles the data,
"passed through" makes 1,000. Memory is the largest resident size of the process; what it had
before the fit, data and TensorFlow, is told apart.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import children
import numpy as np

N_REST, N_RARE, N_NEW, N_TIMES = 1000, 115, 100, 178
AXES = {
    "n_windows": [{"n_rare": n} for n in (100, 500, 2000, 5000, 20_000)],
    "n_times": [{"n_times": n} for n in (64, 128, 256, 512, 1024)],
    "n_channels": [{"n_channels": n} for n in (1, 4, 8, 16, 32)],
    "majority": [
        {"n_rest": n, "n_new": new, "result": result}
        for n in (100_000, 1_000_000)
        for new, result in ((n - N_RARE, "balanced"), (1000, "passed through"))
    ],
}
SMALL = {
    "n_windows": [{"n_rare": n} for n in (20, 40)],
    "n_times": [{"n_times": n} for n in (16, 32)],
    "n_channels": [{"n_channels": n} for n in (1, 2)],
    "majority": [
        {"n_rest": 300, "n_new": 200, "result": "balanced"},
        {"n_rest": 300, "n_new": 20, "result": "passed through"},
    ],
}


def main():
    from gain_results import RESULTS
    from rows import append_run, newest
    from speed_results import growth_table

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS / "growth.jsonl")
    parser.add_argument("--axes", nargs="+", choices=list(AXES), default=list(AXES))
    parser.add_argument("--steps", type=int, help="instead of the default numbers of steps")
    parser.add_argument("--quick", action="store_true", help="a trial: its figures mean nothing")
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        for axis in options.axes:
            rows = []
            for size in (SMALL if options.quick else AXES)[axis]:
                case = {"steps": 2 if options.quick else options.steps, **size}
                rows.append(
                    {
                        "axis": axis,
                        "result": "",
                        **size,
                        **children.in_fresh_process("growth.py", case),
                    }
                )
                print(rows[-1], flush=True)
            append_run(options.results, axis, rows)
    print(growth_table(newest(options.results)).to_string(index=False))


def measure(
    n_rest=N_REST, n_rare=N_RARE, n_new=N_NEW, n_times=N_TIMES, n_channels=1, steps=None, result=""
):
    """Fit once and return seconds and bytes."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed
    from eegaug import GANOversampler

    shape = (
        (n_rest + n_rare, n_channels, n_times) if n_channels > 1 else (n_rest + n_rare, n_times)
    )
    X = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
    y = np.repeat([0, 1], [n_rest, n_rare])
    budget = {} if steps is None else {"n_steps": steps, "pretrain_steps": steps}
    sampler = GANOversampler(
        sampling_strategy={1: n_rare + n_new}, random_state=0, patience=None, **budget
    )
    before, start = most_memory(), time.perf_counter()
    X_all, _ = sampler.fit_resample(X, y)
    return {
        "seconds": time.perf_counter() - start,
        "n_windows": len(X),
        "n_made": len(X_all) - len(X),
        "data_bytes": X.nbytes,
        "result_bytes": X_all.nbytes,
        "bytes_before": before,
        "bytes_peak": most_memory(),
    }


def most_memory():
    """Return the largest resident size of this process so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


if __name__ == "__main__":
    children.start(main, measure)
