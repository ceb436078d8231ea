"""Rows of results as JSON lines, and processes of their own for what is timed."""

import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PACKAGES = ("eegaug", "tensorflow", "scikit-learn", "imbalanced-learn", "numpy")
MARK = "--case"


def read(name, folder=RESULTS):
    """Return the rows of a question; none where it was not measured."""
    path = Path(folder) / f"{name}.jsonl"
    # The number of recordings is "all" too.
    return pd.read_json(path, lines=True, dtype={"k": str}) if path.exists() else pd.DataFrame()


def append(path, rows):
    """Add rows at once, so that a run that is stopped leaves whole runs."""
    frame = pd.DataFrame(rows).replace([np.inf, -np.inf], np.nan)
    # JSON has no NaN: what is not finite is null.
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write("".join(json.dumps(record, default=_plain) + "\n" for record in records))


def done(path, keys):
    """Return what stands in a file already, as a set of values of the keys."""
    rows = read(path.stem, path.parent)
    return set() if rows.empty else set(rows[keys].itertuples(index=False, name=None))


def drop(path, **where):
    """Take the rows out of a file whose columns hold one of the values, to measure them anew."""
    rows = read(path.stem, path.parent)
    if rows.empty:
        return
    chosen = np.logical_and.reduce([rows[key].isin(values) for key, values in where.items()])
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line, out in zip(lines, chosen, strict=True) if not out))


def facts():
    """Return what a result depends on beside the data: code, usable cores, packages."""
    from joblib import cpu_count

    git = ["git", "-C", str(HERE), "describe", "--always", "--dirty"]
    found = subprocess.run(git, capture_output=True, text=True)
    return {"code": found.stdout.strip(), "cores": cpu_count(), **versions(*PACKAGES)}


def versions(*packages):
    """Return the versions of Python and of those of the packages that are installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def append_run(path, part, rows):
    """Add rows of a timed run, each with its part, the time of the run, machine and versions.

    A part is what can be measured alone; when it is measured again, its newest run counts.
    """
    about = {"part": part, "run": time.strftime("%Y-%m-%d %H:%M:%S"), "cpu": _cpu(), **facts()}
    append(path, [about | row for row in rows])


def newest(name, folder=RESULTS):
    """Return the rows of the newest run of each part."""
    rows = read(name, folder)
    return (
        rows if rows.empty else rows[rows["run"] == rows.groupby("part")["run"].transform("max")]
    )


def start(measures):
    """Run the one case of a process that `in_fresh_process` started."""
    case = json.loads(sys.argv[sys.argv.index(MARK) + 1])
    print(json.dumps(measures[case.pop("measure")](**case)))


def in_fresh_process(script, measure, case, *, python=None, threads=None, checkout=None, hint=""):
    """Return what a measure of a script gives in a new process, so that none warms up another.

    `python` is the interpreter, if another; `threads` bounds the threads of TensorFlow, PyTorch
    and OpenMP; `checkout` is the folder whose eegaug is measured. What the case prints is kept
    from the screen; if it fails, its errors are shown, and `hint` after them.
    """
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    if threads:
        names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")
        environment |= dict.fromkeys(names, str(threads))
    if checkout:
        environment["PYTHONPATH"] = str(checkout)
    case = json.dumps({"measure": measure, **case})
    run = subprocess.run(
        [python or sys.executable, str(HERE / script), MARK, case],
        capture_output=True,
        text=True,
        env=environment,
    )
    if run.returncode:
        errors = run.stderr.strip().splitlines()[-12:]
        failed = f"{script} failed with the status {run.returncode} and {case}:"
        raise SystemExit("\n".join([failed, *errors, hint]))
    return json.loads(run.stdout.strip().splitlines()[-1])


def _plain(value):
    return value.item()


def _cpu():
    """Return the name of the processor, empty where Linux does not show it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else ""
