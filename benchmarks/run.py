"""Run a benchmark, or draw the tables and figures of all that were run.

    python benchmarks/run.py CASE [--data FOLDER] [--seeds 0 1 2] [--results FOLDER] ...
    python benchmarks/run.py tables [--results FOLDER] [--to FOLDER]

Each case adds rows to one file of JSON lines in the folder of results. `--help` after a case lists
what it takes; benchmarks/README.md says what each measures.
"""

import argparse
import importlib
import sys
from pathlib import Path

from results import RESULTS

#: Name of each case: its module and function. `add_arguments` of the module adds what is its own.
CASES = {
    "gain": ("gain", "gain"),
    "seeds": ("gain", "seeds"),
    "leakage": ("gain", "leakage"),
    "classes": ("gain", "classes"),
    "windows": ("windows", "windows"),
    "stream": ("stream", "stream"),
    "stream_gain": ("stream_gain", "stream_gain"),
    "step": ("step", "step"),
    "time_to_quality": ("time_to_quality", "time_to_quality"),
    "cross_validation": ("speed", "cross_validation"),
    "growth": ("speed", "growth"),
    "sampling": ("speed", "sampling"),
    "side_by_side": ("speed", "side_by_side"),
    "import_time": ("speed", "import_time"),
    "first_minutes": ("first_minutes", "first_minutes"),
    "first_fit": ("first_fit", "first_fit"),
    "size": ("size", "size"),
    "soak": ("soak", "soak"),
    "tables": ("draw", "draw_all"),
}


def main(arguments):
    """Run the case that the command line names."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", help="folder of the data sets (EEGAUG_DATA)")
    shared.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    shared.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    shared.add_argument("--jobs", type=int, default=1, help="runs at a time")
    shared.add_argument("--quick", action="store_true", help="a trial whose numbers mean nothing")
    shared.add_argument("--again", action="store_true", help="measure anew what stands there")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", choices=list(CASES), help="what to run")
    case = parser.parse_args(arguments[:1]).case
    module, function = CASES[case]
    module = importlib.import_module(module)
    own = argparse.ArgumentParser(
        f"run.py {case}",
        description=module.__doc__.splitlines()[0],
        parents=[shared],
        conflict_handler="resolve",
    )
    module.add_arguments(own)
    getattr(module, function)(own.parse_args(arguments[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
