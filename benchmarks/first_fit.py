"""How long the first fits of a process take, beside those of another checkout.

TensorFlow's import is not counted. With `--against`, processes of both take turns, and the ratios
are of medians of the same run.
"""

import statistics
import time
from pathlib import Path

import numpy as np
import results
from speed import generator_with

HERE = Path(__file__).parent
N_FITS = 3
SHAPE = {"n_rest": 7360, "n_rare": 1840, "n_times": 178}


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--against", type=Path, help="folder of another checkout of eegaug")
    parser.add_argument("--repeats", type=int, default=3, help="processes of each")


def first_fit(options):
    """Fit some times in a fresh process of each checkout, in turn."""
    case = {"n_rest": 30, "n_rare": 20, "n_times": 32, "steps": 2} if options.quick else SHAPE
    checkouts = {"this": HERE.parent} | ({"other": options.against} if options.against else {})
    rows = []
    for repeat in range(1 if options.quick else options.repeats):
        for name, checkout in checkouts.items():
            found = results.in_fresh_process("first_fit.py", "first_fit", case, checkout=checkout)
            rows += [{"checkout": name, "repeat": repeat, **each} for each in found]
    results.append_run(options.results / "first_fit.jsonl", "all", rows)
    for fit in range(N_FITS):
        for unit in ("seconds", "processor_seconds"):
            medians = {
                name: statistics.median(
                    row[unit] for row in rows if (row["checkout"], row["fit"]) == (name, fit)
                )
                for name in checkouts
            }
            ratio = f", ratio {medians['this'] / medians['other']:.2f}" if options.against else ""
            print(f"fit {fit}, {unit}: {medians}{ratio}", flush=True)


def measure_first_fit(n_rest, n_rare, n_times, steps=None):
    """Return wall-clock and processor seconds of each fit."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed
    from eegaug import GANOversampler

    generator = generator_with(steps)
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [n_rest, n_rare])
    # Noise whose amplitude differs from recording to recording, of 5 windows each.
    groups = np.arange(len(y)) // 5
    amplitude = np.exp(0.5 * rng.standard_normal(groups[-1] + 1))[groups, np.newaxis]
    X = amplitude * rng.standard_normal((len(y), n_times)).cumsum(axis=1)
    rows = []
    for fit in range(N_FITS):
        sampler = GANOversampler(generator, random_state=fit)
        wall, processor = time.perf_counter(), time.process_time()
        sampler.fit_resample(X.astype(np.float32), y, groups=groups)
        rows.append(
            {
                "fit": fit,
                "seconds": time.perf_counter() - wall,
                "processor_seconds": time.process_time() - processor,
            }
        )
    return rows


MEASURES = {"first_fit": measure_first_fit}

if __name__ == "__main__":
    results.start(MEASURES)
