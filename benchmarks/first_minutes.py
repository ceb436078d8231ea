"""What a user waits for first: the import, a grid search in two processes, the quality report.

Each is a ratio of two times of one run, so that a busy machine matters less; the load is noted.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

import results
from speed import imported

N_WINDOWS = 920
GRID = """
import json, resource, sys, time, warnings
from imblearn.pipeline import make_pipeline
from joblib.externals.loky import get_reusable_executor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from eegaug import GANOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator


def seconds():
    several = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in several)


if __name__ == "__main__":
    n_jobs, n_steps = map(int, sys.argv[1:])
    warnings.simplefilter("ignore")
    eeg = make_seizure_windows(40, 8, seizure_fraction=0.2, random_state=0)
    generator = GANGenerator(n_steps=n_steps, pretrain_steps=n_steps)
    sampler = GANOversampler(generator, sfreq=eeg.sfreq, random_state=0)
    model = make_pipeline(sampler, LogisticRegression(max_iter=50))
    grid = {"ganoversampler__real_share": [0.25, 0.5, 0.75, 1.0]}
    search = GridSearchCV(model, grid, cv=StratifiedKFold(2), n_jobs=n_jobs, refit=False)
    start, used = time.perf_counter(), seconds()
    search.fit(eeg.data, eeg.target)
    wall = time.perf_counter() - start
    # A process counts its children when they have ended.
    get_reusable_executor().shutdown(wait=True) if n_jobs > 1 else None
    print(json.dumps({"seconds": wall, "processor_seconds": seconds() - used}))
"""
REPORT = """
import json, sys, time
import numpy as np
from eegaug import GANOversampler, quality_report
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator

n_windows, n_steps = map(int, sys.argv[1:])
eeg = make_seizure_windows(200, 23, seizure_fraction=0.2, random_state=0)
seizures = np.flatnonzero(eeg.target == 1)[:n_windows]
kept = np.concatenate([seizures, np.flatnonzero(eeg.target == 0)])
X, y, groups = (each[kept] for each in (eeg.data, eeg.target, eeg.groups))
generator = GANGenerator(n_steps=n_steps, pretrain_steps=n_steps)
sampler = GANOversampler(generator, sfreq=eeg.sfreq, random_state=0)
clock = [(time.perf_counter(), time.process_time())]
sampler.fit_resample(X, y, groups=groups)
clock.append((time.perf_counter(), time.process_time()))
quality_report(sampler, X, y, groups=groups, random_state=0)
clock.append((time.perf_counter(), time.process_time()))
for what, (a, b), (c, d) in zip(("fit_resample", "report"), clock, clock[1:]):
    print(json.dumps({"what": what, "seconds": c - a, "processor_seconds": d - b}))
"""


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--steps", type=int, default=300, help=argparse.SUPPRESS)


def first_minutes(options):
    """Measure the three, and print the ratios of this run."""
    steps = 2 if options.quick else options.steps
    load = os.getloadavg()[0]
    rows = [*imports(3 if options.quick else 11), *grid(steps)]
    rows += report(60 if options.quick else N_WINDOWS, steps)
    rows = [{**row, "load": load} for row in rows]
    results.append_run(options.results / "first_minutes.jsonl", "first_minutes", rows)
    times = {row["what"]: row["seconds"] for row in rows}
    work = {row["what"]: row["processor_seconds"] for row in rows}
    base, names = "scikit-learn and imbalanced-learn", "the samplers' names"
    print(f"load at the start: {load:.1f}")
    print(f"import: {1000 * times[names]:.0f} ms, {times[names] / times[base]:.3f} of {base}")
    print(f"grid of 8 fits, serial / n_jobs=2: {times['serial'] / times['n_jobs=2']:.2f}")
    ratio = times["report"] / times["fit_resample"]
    print(
        f"report on {N_WINDOWS} windows: {times['report']:.1f} s, {work['report']:.1f} s of the "
        f"processor, {ratio:.2f} of fit_resample"
    )


def imports(repeats):
    """Return the medians of what is imported in turn, in fresh processes."""
    imported()  # leaves compiled modules behind, as an installation does
    runs = [json.loads(imported().stdout) for _ in range(repeats)]
    whats = ("scikit-learn and imbalanced-learn", "import eegaug", "the samplers' names")
    return [
        {"what": what, "seconds": statistics.median(ms) / 1000, "processor_seconds": None}
        for what, ms in zip(whats, zip(*runs, strict=True), strict=True)
    ]


def grid(n_steps):
    """Return the times of a grid search of 8 fits, serial and in two processes."""
    return [
        {"what": what, **json.loads(run(GRID, n_jobs, n_steps))}
        for what, n_jobs in (("serial", 1), ("n_jobs=2", 2))
    ]


def report(n_windows, n_steps):
    """Return the times of a fit and of the report on it."""
    return [json.loads(line) for line in run(REPORT, n_windows, n_steps).splitlines()]


def run(script, *arguments):
    """Run a script in a fresh process; return what it printed."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
