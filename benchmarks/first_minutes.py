"""What a user waits for first: the import, a grid search in two processes, the quality report.

Each is a ratio of two times of one run, so that a busy machine matters less; the load is noted.
"""

import argparse
import json
import os
import resource
import statistics
import time
import warnings

import numpy as np
import results
from speed import IMPORTED, generator_with, imported

N_WINDOWS = 920


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--steps", type=int, default=300, help=argparse.SUPPRESS)


def first_minutes(options):
    """Measure the three, and print the ratios of this run."""
    steps = 2 if options.quick else options.steps
    load = os.getloadavg()[0]
    rows = imports(3 if options.quick else 11)
    for what, n_jobs in (("serial", 1), ("n_jobs=2", 2)):
        case = {"n_jobs": n_jobs, "steps": steps}
        rows.append({"what": what, **results.in_fresh_process("first_minutes.py", "grid", case)})
    case = {"n_windows": 60 if options.quick else N_WINDOWS, "steps": steps}
    rows += results.in_fresh_process("first_minutes.py", "report", case)
    rows = [{**row, "load": load} for row in rows]
    results.append_run(options.results / "first_minutes.jsonl", "first_minutes", rows)
    times = {row["what"]: row["seconds"] for row in rows}
    work = {row["what"]: row["processor_seconds"] for row in rows}
    base, _, names = IMPORTED
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
    return [
        {"what": what, "seconds": statistics.median(ms) / 1000, "processor_seconds": None}
        for what, ms in zip(IMPORTED, zip(*runs, strict=True), strict=True)
    ]


def measure_grid(n_jobs, steps):
    """Return the times of a grid search of 8 fits, with its workers started anew."""
    from imblearn.pipeline import make_pipeline
    from joblib.externals.loky import get_reusable_executor
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, StratifiedKFold

    from eegaug import GANOversampler
    from eegaug.datasets import make_seizure_windows

    warnings.simplefilter("ignore")
    eeg = make_seizure_windows(40, 8, seizure_fraction=0.2, random_state=0)
    sampler = GANOversampler(generator_with(steps), sfreq=eeg.sfreq, random_state=0)
    model = make_pipeline(sampler, LogisticRegression(max_iter=50))
    grid = {"ganoversampler__real_share": [0.25, 0.5, 0.75, 1.0]}
    search = GridSearchCV(model, grid, cv=StratifiedKFold(2), n_jobs=n_jobs, refit=False)
    start, used = time.perf_counter(), processor_seconds()
    search.fit(eeg.data, eeg.target)
    wall = time.perf_counter() - start
    # A process counts its children when they have ended.
    if n_jobs > 1:
        get_reusable_executor().shutdown(wait=True)
    return {"seconds": wall, "processor_seconds": processor_seconds() - used}


def processor_seconds():
    """Return the time of all cores, of this process and of its children that have ended."""
    several = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in several)


def measure_report(n_windows, steps):
    """Return the times of a fit and of the report on it."""
    from eegaug import GANOversampler, quality_report
    from eegaug.datasets import make_seizure_windows

    eeg = make_seizure_windows(200, 23, seizure_fraction=0.2, random_state=0)
    seizures = np.flatnonzero(eeg.target == 1)[:n_windows]
    kept = np.concatenate([seizures, np.flatnonzero(eeg.target == 0)])
    X, y, groups = (each[kept] for each in (eeg.data, eeg.target, eeg.groups))
    sampler = GANOversampler(generator_with(steps), sfreq=eeg.sfreq, random_state=0)
    calls = {
        "fit_resample": lambda: sampler.fit_resample(X, y, groups=groups),
        "report": lambda: quality_report(sampler, X, y, groups=groups, random_state=0),
    }
    rows = []
    for what, call in calls.items():
        wall, used = time.perf_counter(), time.process_time()
        call()
        times = time.perf_counter() - wall, time.process_time() - used
        rows.append({"what": what, "seconds": times[0], "processor_seconds": times[1]})
    return rows


MEASURES = {"grid": measure_grid, "report": measure_report}

if __name__ == "__main__":
    results.start(MEASURES)
