"""Nested cross-validation for an hour, killed again and again: nothing wrong, lost or left over.

A worker runs nested cross-validations on simulated windows, one after the other: three outer
folds, in each a grid search of three inner folds over two ratios and two widths. At random times,
after `--life` seconds of fitting on average, it is killed (SIGKILL, as by the system when memory
is short) or interrupted (SIGINT, as by Ctrl-C) in turn, and a new one goes on: generators that
were finished come from `memory`, the one under way from `checkpoint_dir`. Every third life is four
times as long.

The worker notes of each fit whether counts, dtype, originals and finiteness are right, a hash of
the windows, and the size, threads and open files of its process. At the end one process that
nobody disturbs repeats `--repeats` of the cross-validations without `memory`; its hashes must be
the same. The growth of memory, threads and open files is its own: a worker that
goes on has its first fits from `memory` and warms up later. The numbers are printed and
added to the results as a row.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
from imblearn.pipeline import make_pipeline
from results import append_run
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator
from eegaug.spectral import band_power

GRID = {"watched__sampling_strategy": [0.6, 1.0], "watched__generator__width": [4, 8]}
# What trainings need to come to rest: networks of both widths have been built by then.
WARM_UP = 8


class Watched(GANOversampler):
    """Note each fit in the file that the environment variable SOAK_LOG names."""

    def fit_resample(self, X, y=None, **params):
        """Resample, look at the result, and note what was seen."""
        # Not the folder, which changes no bits.
        plain = self.get_params() | {"memory": None}
        text = repr(sorted(plain.items(), key=str)).encode()
        key = hashlib.sha256(np.ascontiguousarray(X).tobytes() + text).hexdigest()[:16]
        note(event="begin", key=key)
        X_all, y_all = super().fit_resample(X, y, **params)
        wanted = pd.Series(y).value_counts().to_dict()
        rare = min(wanted, key=wanted.get)
        wanted[rare] = int(self.sampling_strategy * max(wanted.values()))
        made = pd.Series(y_all).value_counts().to_dict()
        note(
            event="end",
            key=key,
            hash=hashlib.sha256(X_all.tobytes()).hexdigest()[:16],
            wrong_counts=made != wanted,
            not_finite=not np.isfinite(X_all).all(),
            originals_changed=not np.array_equal(X_all[: len(X)], X) or X_all.dtype != X.dtype,
            resident=int(Path("/proc/self/statm").read_text().split()[1]) * 4096,
            threads=len(os.listdir("/proc/self/task")),
            files=len(os.listdir("/proc/self/fd")),
        )
        return X_all, y_all


def note(**facts):
    """Add a line that is whole whatever happens next."""
    line = json.dumps({"pid": os.getpid(), **facts}) + "\n"
    log = os.open(os.environ["SOAK_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(log, line.encode())
    os.close(log)


def log_band_power(windows):
    """Logarithm of the power in the bands of EEG."""
    return np.log(band_power(windows)[:, 0] + 1e-3)


def one_round(number, steps, memory=None):
    """Run a nested cross-validation on windows of its own."""
    warnings.simplefilter("ignore")
    eeg = make_seizure_windows(random_state=number)
    generator = GANGenerator(n_steps=steps)
    sampler = Watched(generator, sfreq=eeg.sfreq, random_state=number, memory=memory)
    model = make_pipeline(
        sampler,
        FunctionTransformer(log_band_power),
        StandardScaler(),
        LogisticRegression(max_iter=1000),
    )
    inner, outer = (StratifiedGroupKFold(3, shuffle=True, random_state=i) for i in range(2))
    folds = outer.split(eeg.data, eeg.target, eeg.groups)
    for train, test in folds:
        search = GridSearchCV(
            model,
            GRID,
            cv=list(inner.split(eeg.data[train], eeg.target[train], eeg.groups[train])),
            scoring="average_precision",
            error_score="raise",
        )
        search.fit(eeg.data[train], eeg.target[train])
        search.score(eeg.data[test], eeg.target[test])


def work(number, steps, folder):
    """Run one round as the worker does, with a folder that outlives it."""
    # What a shell starts in the background ignores it, and so do its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    one_round(number, steps, str(folder / f"memory{number}"))
    note(event="round", key=str(number))


def read(log):
    """Read the notes of all workers."""
    lines = log.read_text().splitlines() if log.exists() else []
    return [json.loads(line) for line in lines]


def start(arguments, log, cwd):
    """Start this script again as a worker, in a session of its own, and return it."""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    settings = {"SOAK_LOG": str(log), "PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(Path(__file__).resolve()), *map(str, arguments)]
    return subprocess.Popen(command, cwd=cwd, env=os.environ | settings, stderr=subprocess.PIPE)


def stop(worker, how):
    """Stop a worker and return whether it was still at work."""
    if worker.poll() is None:
        worker.send_signal(how)
    errors = worker.communicate()[1].decode()
    stopped = worker.returncode in (-how, 130) or "KeyboardInterrupt" in errors
    if worker.returncode != 0 and not stopped:
        raise SystemExit(f"A worker failed by itself:\n{errors}")
    return stopped


def stop_and_go(args, folder):
    """Run and stop workers until the time is over; return how many rounds ended, and the stops."""
    rng, log, cwd = np.random.default_rng(args.seed), folder / "log", folder / "cwd"
    cwd.mkdir()
    end, number, lives, stopped = time.monotonic() + 60 * args.minutes, 0, 0, []
    while (left := end - time.monotonic()) > 0:
        worker = start(["work", number, args.steps, folder], log, cwd)
        life = rng.exponential(args.life) * (4 if lives % 3 == 2 else 1)
        how = (signal.SIGKILL, signal.SIGINT)[lives % 2]
        lives += 1
        # Until it fits it has only imported, and nothing can be lost.
        while worker.poll() is None and worker.pid not in {each["pid"] for each in read(log)}:
            time.sleep(0.5)
        with suppress(subprocess.TimeoutExpired):
            worker.wait(min(life, left))
        if stop(worker, how):
            stopped.append(how.name)
        else:
            number += 1
    return number, stopped


def repeat(args, folder):
    """Repeat whole cross-validations in one process that is left alone; return its fits."""
    log = folder / "repeated"
    worker = start(["repeat", args.repeats, args.steps], log, folder / "cwd")
    worker.wait()
    stop(worker, signal.SIGKILL)
    return pd.DataFrame([each for each in read(log) if each["event"] == "end"])


def compare(fits, repeated):
    """Count the fits that differ from those of the same key that were repeated, and all such."""
    hashes = repeated.set_index("key").hash
    fits = fits[fits.key.isin(hashes.index)]
    return int((fits.hash != fits.key.map(hashes)).sum()), len(fits)


def growth(fits):
    """Compare the last fit of a process with the first after the warm-up, where it came so far."""
    found = {"undisturbed_fits": len(fits)}
    if len(fits) <= WARM_UP:
        return found
    before, after = fits.iloc[WARM_UP - 1], fits.iloc[-1]
    return found | {
        "memory_growth_percent": round(100 * (after.resident / before.resident - 1), 2),
        "threads_left": int(after.threads - before.threads),
        "files_left_open": int(after.files - before.files),
    }


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--life", type=float, default=60.0, help="mean seconds between stops")
    parser.add_argument("--steps", type=int, default=60, help="steps of each training")
    parser.add_argument("--repeats", type=int, default=2, help="cross-validations to repeat")
    parser.add_argument("--seed", type=int, default=0, help="of the times")


def soak(args):
    """Soak in a temporary folder, compare, print the numbers and add them to the results."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rounds, stopped = stop_and_go(args, folder)
        notes = pd.DataFrame(read(folder / "log"))
        ends = notes[notes.event == "end"]
        repeated = repeat(args, folder)
        differing, compared = compare(ends, repeated)
        figures = {
            "minutes": args.minutes,
            "steps": args.steps,
            "cross_validations": rounds,
            "fits": len(ends),
            "killed": stopped.count("SIGKILL"),
            "interrupted": stopped.count("SIGINT"),
            "stopped_within_a_fit": int((notes.event == "begin").sum()) - len(ends),
            "wrong_counts": int(ends.wrong_counts.sum()),
            "not_finite": int(ends.not_finite.sum()),
            "originals_changed": int(ends.originals_changed.sum()),
            "compared": compared,
            "differing": differing,
            **growth(repeated),
            "files_in_working_folder": len(os.listdir(folder / "cwd")),
        }
    print(json.dumps(figures, indent=1))
    append_run(args.results / "soak.jsonl", "soak", [figures])


def worker(what, number, steps, folder=None):
    """Do what a process was started for."""
    if what == "work":
        work(int(number), int(steps), Path(folder))
    else:
        for each in range(int(number)):
            one_round(each, int(steps))


if __name__ == "__main__":
    worker(*sys.argv[1:])
