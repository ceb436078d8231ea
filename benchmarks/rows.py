"""Rows of results files: how they are added, what they say of their run, which count."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
from children import versions
from joblib import cpu_count

PACKAGES = ("eegaug", "tensorflow", "scikit-learn", "imbalanced-learn", "numpy")


def append(path, rows):
    """Add the rows of one cell at once, so that a run that is stopped leaves whole cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        records = rows.to_dict("records")
        file.write("".join(json.dumps(record) + "\n" for record in records))


def facts():
    """Return what a figure depends on beside the code: usable cores, Python and packages."""
    return {"cores": cpu_count(), **versions(*PACKAGES)}


def append_run(path, part, rows):
    """Add rows of a run, each with its part, the time of the run, the machine and versions.

    A part is what a script can measure alone; when it is measured again, its newest run counts.
    """
    told = {"part": part, "run": time.strftime("%Y-%m-%d %H:%M:%S"), "cpu": _cpu(), **facts()}
    frame = pd.DataFrame([told | row for row in rows]).replace([np.inf, -np.inf], np.nan)
    # JSON has neither: what is not finite is nothing there.
    append(path, frame.astype(object).where(frame.notna(), None))


def newest(path):
    """Return the rows of the newest run of each part; none where there is no file."""
    if not path.exists():
        return pd.DataFrame()
    rows = pd.read_json(path, lines=True)
    return rows[rows["run"] == rows.groupby("part")["run"].transform("max")]


def epileptic_seizures(csv):
    """Load the CSV of that path, or the one in the folder that `EEGAUG_DATA` names."""
    from eegaug.datasets import load_epileptic_seizures

    if csv is None:
        if "EEGAUG_DATA" not in os.environ:
            raise SystemExit("Name the CSV, or the folder that has it by EEGAUG_DATA.")
        csv = Path(os.environ["EEGAUG_DATA"]) / "uci_epileptic_seizure_recognition.csv.gz"
    return load_epileptic_seizures(csv)


def _cpu():
    """Return the name of the processor, empty where Linux does not tell it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else ""
