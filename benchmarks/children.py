"""Cases of a benchmark, each in a process of its own, so that none warms up another.

A script that measures so has a function `measure(**case)` that returns what `json` can write, and
ends with ``children.start(main, measure)``. The Python of a case may be another than that which
runs the script: what only `measure` needs is imported there.
"""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MARK = "--case"


def start(main, measure):
    """Run the script, or, in a process that `in_fresh_process` started, its one case."""
    if MARK in sys.argv:
        case = json.loads(sys.argv[sys.argv.index(MARK) + 1])
        print(json.dumps(measure(**case)))
    else:
        main()


def in_fresh_process(script, case, *, python=None, threads=None, hint=""):
    """Return what `measure(**case)` of a script gives in a new process.

    `python` is the interpreter, if another; `threads` bounds the threads of TensorFlow, PyTorch
    and OpenMP. What the case prints is kept from the screen; if it fails, its errors are shown,
    and `hint` after them.
    """
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    if threads:
        names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")
        environment |= dict.fromkeys(names, str(threads))
    done = subprocess.run(
        [python or sys.executable, str(Path(__file__).parent / script), MARK, json.dumps(case)],
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode:
        errors = done.stderr.strip().splitlines()[-12:]
        told = f"{script} failed with the status {done.returncode} and {case}:"
        raise SystemExit("\n".join([told, *errors, hint]))
    return json.loads(done.stdout.strip().splitlines()[-1])


def versions(*packages):
    """Return the versions of Python and of those of the packages that are installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
