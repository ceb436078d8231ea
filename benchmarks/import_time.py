"""What `import eegaug` adds to importing scikit-learn and imbalanced-learn.

    python benchmarks/import_time.py [--repeats 21]

Fresh processes import scikit-learn and imbalanced-learn, then eegaug, and then fetch the names of
the samplers, which brings their modules; the median of each counts. One more process, under
``-X importtime``, names the modules that take the most of it.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

CODE = """
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
WHAT = ("scikit-learn and imbalanced-learn", "import eegaug", "the samplers' names")
N_MODULES = 5


def main():
    from gain_results import RESULTS
    from rows import append_run, newest
    from speed_results import import_table

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS / "import_time.jsonl")
    parser.add_argument("--repeats", type=int, default=21)
    parser.add_argument("--quick", action="store_true", help="a trial: its figures mean nothing")
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        repeats = 1 if options.quick else options.repeats
        runs = [json.loads(imported().stdout) for _ in range(repeats)]
        rows = [
            {"what": what, "ms": statistics.median(ms), "ms_least": min(ms), "repeats": repeats}
            for what, ms in zip(WHAT, zip(*runs, strict=True), strict=True)
        ]
        append_run(options.results, "import", rows)
        for microseconds, module in slowest_modules(imported("-X", "importtime").stderr):
            print(f"{microseconds / 1000:8.1f} ms  {module}")
    print(import_table(newest(options.results)).to_string(index=False))


def imported(*flags):
    """Run the imports in a fresh process."""
    return subprocess.run(
        [sys.executable, *flags, "-c", CODE], capture_output=True, text=True, check=True
    )


def slowest_modules(log):
    """Return the microseconds and names of the slowest modules that eegaug's import brought."""
    lines = log[log.index("eegaug from here") :].splitlines()
    parts = [
        line.removeprefix("import time:").split("|") for line in lines if line.count("|") == 2
    ]
    return sorted(((int(own), name.strip()) for own, _, name in parts), reverse=True)[:N_MODULES]


if __name__ == "__main__":
    main()
