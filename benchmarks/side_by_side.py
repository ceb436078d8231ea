"""Labels trained side by side against one after the other.

    python benchmarks/side_by_side.py [--labels 2 4]

`GANOversampler(n_jobs=1)` and `n_jobs=2` on simulated windows of several rare classes, 115 of each
beside 1,000 others. "trainings alone" are without the pre-training that all share, which can only
run first; "all" is the default. Each case is a process of its own that fits twice: the first fit
also starts the workers, which import TensorFlow, the second finds them there.
"""

import argparse
import time
from pathlib import Path

import children
import numpy as np

N_REST, N_RARE, N_TIMES = 1000, 115, 178


def main():
    from gain_results import RESULTS
    from rows import append_run, newest
    from speed_results import side_by_side_table

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS / "side_by_side.jsonl")
    parser.add_argument("--labels", type=int, nargs="+", default=[2, 4], help="rare classes")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--quick", action="store_true", help="a trial: its figures mean nothing")
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        for n_labels in options.labels:
            rows = []
            for what in ("all", "trainings alone"):
                for n_jobs in options.jobs:
                    case = {"n_labels": n_labels, "n_jobs": n_jobs, "pretrain": what == "all"}
                    if options.quick:
                        case |= {"n_rest": 150, "steps": 2}
                    found = children.in_fresh_process("side_by_side.py", case)
                    rows += [{"what": what, "n_labels": n_labels, "n_jobs": n_jobs} | found]
            append_run(options.results, f"{n_labels} labels", rows)
    print(side_by_side_table(newest(options.results)).to_string(index=False))


def measure(n_labels, n_jobs, pretrain, n_rest=N_REST, steps=None):
    """Fit twice and return the seconds of each."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed
    from eegaug import GANOversampler

    counts = [n_rest, *([N_RARE] * n_labels)]
    y = np.repeat(np.arange(n_labels + 1), counts)
    X = np.random.default_rng(0).normal(size=(len(y), N_TIMES)).astype(np.float32)
    budget = {} if steps is None else {"n_steps": steps, "pretrain_steps": steps}
    if not pretrain:
        budget["pretrain_steps"] = 0
    sampler = GANOversampler(n_jobs=n_jobs, patience=None, random_state=0, **budget)
    found = {}
    for name in ("seconds_first", "seconds"):
        start = time.perf_counter()
        sampler.fit_resample(X, y)
        found[name] = time.perf_counter() - start
    return found


if __name__ == "__main__":
    children.start(main, measure)
