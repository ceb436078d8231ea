"""How far a sampler and its classifier move by a new seed alone, on the same folds.

    python benchmarks/seed_floor.py DATA.csv

The benchmark of the gain (`gain.py`) with five seizure recordings in training, on the folds of
seed 0, with three seeds of sampler and classifier; the classifiers that train fast. A difference
of two samplers that is not larger than this means little. A run that was stopped goes on from its
results file; `--table` prints the table without running anything.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from gain import N_MAJORITY, SAMPLERS, classifiers

from eegaug.datasets import load_epileptic_seizures
from eegaug.evaluation import compare_samplers, seed_floor

NAMES = ["none", "SMOTE", "jitter", "GANOversampler"]
PANEL = ["forest", "SVM", "band power + logistic", "band power + forest"]
RESULTS = Path(__file__).parent / "results" / "seed_floor.jsonl"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", help="path of the CSV")
    parser.add_argument("--results", type=Path, default=RESULTS, help="JSON lines file")
    parser.add_argument("--recordings", type=int, default=5)
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        data = load_epileptic_seizures(options.csv)
        panel = classifiers()
        compare_samplers(
            {name: SAMPLERS[name] for name in NAMES},
            {name: panel[name] for name in PANEL},
            data.data.astype(np.float32),
            data.target,
            groups=data.groups,
            n_minority_groups=options.recordings,
            n_majority_windows=N_MAJORITY,
            n_splits=options.splits,
            seeds=options.seeds,
            fold_seed=0,
            threshold_splits=0,
            results_path=options.results,
            verbose=1,
        )
    results = pd.read_json(options.results, lines=True)
    for metric in ("average_precision", "f1"):
        print(f"\n{metric}:\n{seed_floor(results, metric=metric).round(3).to_string(index=False)}")


if __name__ == "__main__":
    main()
