"""How long fits, draws and imports take: every case in a process of its own.

TensorFlow's import is not counted, which takes some seconds once a process. `growth` changes the
number of windows, their length, their channels and the majority; `sampling` draws windows;
`side_by_side` trains labels at a time; `cross_validation` puts samplers in a pipeline;
`import_time` imports the package.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import results

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
QUICK_AXES = {
    "n_windows": [{"n_rare": n} for n in (20, 40)],
    "n_times": [{"n_times": n} for n in (16, 32)],
    "n_channels": [{"n_channels": n} for n in (1, 2)],
    "majority": [
        {"n_rest": 300, "n_new": 200, "result": "balanced"},
        {"n_rest": 300, "n_new": 20, "result": "passed through"},
    ],
}
DRAWS = {
    "numbers": {"numbers": [100, 1000, 10_000, 100_000], "batches": [None], "repeats": 5},
    "batches": {"numbers": [20_000], "batches": [64, 256, 1024, 4096], "repeats": 5},
    "a million": {"numbers": [1_000_000], "batches": [None], "repeats": 1, "predict": False},
}
#: Sampler in the pipeline, and where the memory is of which a second run is timed.
PIPELINES = {
    "SMOTE": {"sampler": "SMOTE"},
    "jitter": {"sampler": "jitter"},
    "GANOversampler": {"sampler": "GAN"},
    "pipeline's memory, again": {"sampler": "GAN", "memory": "pipeline"},
    "sampler's memory, again": {"sampler": "GAN", "memory": "sampler"},
}
N_RECORDINGS, N_SPLITS = 6, 5
IMPORTS = """
import json, sys, time
clock = [time.perf_counter()]
import sklearn, imblearn
clock.append(time.perf_counter())
sys.stderr.write("eegaug from here\\n")
sys.stderr.flush()
import eegaug
clock.append(time.perf_counter())
from eegaug import GANOversampler, JitterOversampler, SurrogateOversampler
clock.append(time.perf_counter())
print(json.dumps([1000 * (b - a) for a, b in zip(clock, clock[1:])]))
"""
IMPORTED = ("scikit-learn and imbalanced-learn", "import eegaug", "the samplers' names")


def add_arguments(parser):
    """Add what only these cases take."""
    parser.add_argument("--parts", nargs="+", help="some parts of the case alone")
    parser.add_argument("--steps", type=int, help=argparse.SUPPRESS)


def chosen(parts, options):
    """Return the parts that were asked for, or all."""
    unknown = set(options.parts or ()) - set(parts)
    if unknown:
        raise SystemExit(f"--parts must be among {list(parts)}. Got {sorted(unknown)}.")
    return [part for part in parts if part in (options.parts or parts)]


def generator_with(steps, **options):
    """Return the default generator, with its default budget or a smaller one for a trial."""
    from eegaug.gan import GANGenerator

    budget = {} if steps is None else {"n_steps": steps}
    return GANGenerator(**budget | options)


def most_memory():
    """Return the largest resident size of this process so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def growth(options):
    """Fit once for each size along each axis."""
    axes = QUICK_AXES if options.quick else AXES
    for axis in chosen(axes, options):
        rows = []
        for size in axes[axis]:
            case = {"steps": 2 if options.quick else options.steps, **size}
            found = results.in_fresh_process("speed.py", "growth", case)
            rows.append({"axis": axis, "result": "", **size, **found})
            print(rows[-1], flush=True)
        results.append_run(options.results / "growth.jsonl", axis, rows)


def measure_growth(
    n_rest=N_REST, n_rare=N_RARE, n_new=N_NEW, n_times=N_TIMES, n_channels=1, steps=None, result=""
):
    """Fit once and return seconds and bytes."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed
    from eegaug import GANOversampler

    shape = (n_rest + n_rare, *((n_channels,) if n_channels > 1 else ()), n_times)
    X = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
    y = np.repeat([0, 1], [n_rest, n_rare])
    sampler = GANOversampler(
        generator_with(steps, patience=None),
        sampling_strategy={1: n_rare + n_new},
        random_state=0,
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


def sampling(options):
    """Draw windows from a fitted generator, and by `keras.Model.predict`."""
    for part in chosen(DRAWS, options):
        case = DRAWS[part]
        if options.quick:
            case = case | {"numbers": [20], "batches": [16], "repeats": 1}
        rows = results.in_fresh_process("speed.py", "sampling", case)
        results.append_run(options.results / "sampling.jsonl", part, rows)


def measure_sampling(numbers, batches, repeats, predict=True):
    """Return a row for each way, number and batch."""
    from eegaug.gan import training

    windows = np.random.default_rng(0).normal(size=(64, 1, N_TIMES)).astype(np.float32)
    fitted = generator_with(2, n_checks=1, patience=None, random_state=0).fit(windows)
    own_batch, rows = training.BATCH, []
    for batch in batches:
        training.BATCH = batch or own_batch
        for n in numbers:
            before = most_memory()
            seconds = timed(lambda n=n: fitted.sample(n, random_state=0), repeats)
            memory = (most_memory() - before) / (n * N_TIMES * 4)
            row = {"n": n, "batch": training.BATCH, "default_batch": batch is None}
            rows.append(row | {"way": "sample", "seconds": seconds, "memory_ratio": memory})
            if predict:
                seconds = timed(predictor(fitted, n, training), repeats)
                rows.append(row | {"way": "predict", "seconds": seconds})
    training.BATCH = own_batch
    return rows


def predictor(fitted, n, training):
    """Return a call that draws as many windows by Keras alone."""
    latents = np.random.RandomState(0).standard_normal((n, fitted.latent_dim))
    network = training.build_generator_for(fitted.get_params(deep=False), N_TIMES, 1, 1, seed=0)
    return lambda: network.predict(latents, batch_size=training.BATCH, verbose=0)


def timed(call, repeats):
    """Return the median seconds of some calls after a first one, of one where it is large."""
    seconds = []
    if repeats > 1:
        call()
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def side_by_side(options):
    """Train several labels one after the other and two at a time."""
    for part in chosen(["2 labels", "4 labels"], options):
        rows, n_labels = [], int(part.split()[0])
        for n_jobs in (1, 2):
            case = {"n_labels": n_labels, "n_jobs": n_jobs}
            case |= {"n_rest": 150, "steps": 2} if options.quick else {}
            found = results.in_fresh_process("speed.py", "side_by_side", case)
            rows.append({"n_labels": n_labels, "n_jobs": n_jobs} | found)
        results.append_run(options.results / "side_by_side.jsonl", part, rows)


def measure_side_by_side(n_labels, n_jobs, n_rest=N_REST, steps=None):
    """Fit twice and return the seconds of each: the first also starts the workers."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed
    from eegaug import GANOversampler

    y = np.repeat(np.arange(n_labels + 1), [n_rest, *([N_RARE] * n_labels)])
    X = np.random.default_rng(0).normal(size=(len(y), N_TIMES)).astype(np.float32)
    generator = generator_with(steps, patience=None)
    sampler = GANOversampler(generator, n_jobs=n_jobs, random_state=0)
    found = {}
    for name in ("seconds_first", "seconds"):
        start = time.perf_counter()
        sampler.fit_resample(X, y)
        found[name] = time.perf_counter() - start
    return found


def cross_validation(options):
    """Cross-validate a forest behind each sampler; SMOTE is measured in every run."""
    from data import bonn, folder_of

    with tempfile.TemporaryDirectory() as folder:
        choose(bonn(folder_of(options.data)), 600 if options.quick else None, Path(folder))
        for name in dict.fromkeys(["SMOTE", *chosen(PIPELINES, options)]):
            case = {"folder": folder, "steps": 2 if options.quick else None, **PIPELINES[name]}
            row = results.in_fresh_process("speed.py", "cross_validation", case)
            path = options.results / "cross_validation.jsonl"
            results.append_run(path, name, [{"case": name} | row])


def choose(windows, n_rest, folder):
    """Write the seizures of six recordings and all other windows, or some, to the folder."""
    rng = np.random.RandomState(0)
    recordings = rng.permutation(np.unique(windows.groups[windows.y == 1]))[:N_RECORDINGS]
    seizures = np.flatnonzero(np.isin(windows.groups, recordings))
    rest = rng.permutation(np.flatnonzero(windows.y != 1))[:n_rest]
    kept = np.sort(np.concatenate([seizures, rest]))
    groups = np.unique(windows.groups[kept], return_inverse=True)[1]
    np.savez(folder / "windows.npz", X=windows.X[kept, 0], y=windows.y[kept], groups=groups)


def measure_cross_validation(folder, sampler, memory=None, steps=None):
    """Cross-validate one case and return its seconds and mean average precision."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed

    stored = np.load(Path(folder) / "windows.npz")
    windows = [stored[name] for name in ("X", "y", "groups")]
    place, options = None, {}
    if memory:
        place = str(Path(folder) / memory)
        scores_of(windows, sampler, memory, place, steps)
        options = {"max_depth": 12} if memory == "pipeline" else {"ratio": 0.5}
    start = time.perf_counter()
    scores = scores_of(windows, sampler, memory, place, steps, **options)
    return {"seconds": time.perf_counter() - start, "average_precision": float(np.mean(scores))}


def scores_of(windows, sampler, memory, place, steps, ratio=1.0, max_depth=None):
    """Return the average precision of each fold."""
    from imblearn.over_sampling import SMOTE
    from imblearn.pipeline import Pipeline
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

    from eegaug import GANOversampler, JitterOversampler

    X, y, groups = windows
    options = {"sampling_strategy": ratio, "random_state": 0}
    if sampler == "GAN":
        kept = place if memory == "sampler" else None
        made = GANOversampler(generator_with(steps), growth=1, **options, memory=kept)
    elif sampler == "SMOTE":
        made = SMOTE(**options)
    else:
        # As many windows as SMOTE makes, so that the forest costs the same.
        made = JitterOversampler(growth=1, **options)
    forest = RandomForestClassifier(max_depth=max_depth, random_state=0, n_jobs=-1)
    model = Pipeline(
        [("sampler", made), ("forest", forest)], memory=place if memory == "pipeline" else None
    )
    folds = StratifiedGroupKFold(N_SPLITS, shuffle=True, random_state=0)
    return cross_val_score(model, X, y, groups=groups, cv=folds, scoring="average_precision")


def import_time(options):
    """Import scikit-learn, imbalanced-learn, eegaug and its samplers in fresh processes."""
    repeats = 1 if options.quick else 21
    runs = [json.loads(imported().stdout) for _ in range(repeats)]
    rows = [
        {"what": what, "ms": statistics.median(ms), "ms_least": min(ms), "repeats": repeats}
        for what, ms in zip(IMPORTED, zip(*runs, strict=True), strict=True)
    ]
    results.append_run(options.results / "import_time.jsonl", "import", rows)
    for microseconds, module in slowest_modules(imported("-X", "importtime").stderr):
        print(f"{microseconds / 1000:8.1f} ms  {module}")


def imported(*flags):
    """Run the imports in a fresh process."""
    return subprocess.run(
        [sys.executable, *flags, "-c", IMPORTS], capture_output=True, text=True, check=True
    )


def slowest_modules(log):
    """Return the microseconds and names of the slowest modules that eegaug's import brought."""
    lines = log[log.index("eegaug from here") :].splitlines()
    parts = [
        line.removeprefix("import time:").split("|") for line in lines if line.count("|") == 2
    ]
    return sorted(((int(own), name.strip()) for own, _, name in parts), reverse=True)[:5]


MEASURES = {
    "growth": measure_growth,
    "sampling": measure_sampling,
    "side_by_side": measure_side_by_side,
    "cross_validation": measure_cross_validation,
}

if __name__ == "__main__":
    results.start(MEASURES)
