"""How much of a gain is leakage: the same samplers, split and resampled in three ways.

    python benchmarks/leakage.py DATA.csv [--results benchmarks/results/leakage.jsonl]

Seizure against the rest on the "Epileptic Seizure Recognition" CSV, twenty recordings of each of
the five classes, five folds and three seeds, in three designs:

- resampled, then split: the sampler sees all windows, then all of them, synthetic ones too, are
  split at random, as in many papers;
- split at random: the sampler sees the training fold alone, but chunks of one recording stand on
  both sides;
- split by recording: no recording stands on both sides.

A run that was stopped goes on from its results file: delete the file to start anew. Forests of the
first design are not seeded: a repeat differs as much as two seeds do (`seed_floor.py`).
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from gain import log_band_power
from imblearn.over_sampling import SMOTE
from rows import append
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import load_epileptic_seizures
from eegaug.evaluation import compare_samplers

N_RECORDINGS = 20
N_SPLITS = 5
SAMPLERS = {
    "none": None,
    "SMOTE": SMOTE(),
    "jitter": JitterOversampler(),
    "generator alone": GANOversampler(real_share=0.0, jitter=False),
    "GANOversampler": GANOversampler(),
}
CLASSIFIERS = {
    "forest": RandomForestClassifier(),
    "5-NN": KNeighborsClassifier(5),
    "band power + forest": make_pipeline(
        FunctionTransformer(log_band_power), RandomForestClassifier()
    ),
}
DESIGNS = ["resampled, then split", "split at random", "split by recording"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", help="path of the CSV")
    parser.add_argument(
        "--results", type=Path, default=Path(__file__).parent / "results" / "leakage.jsonl"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        X, y, groups = some_recordings(load_epileptic_seizures(options.csv, binary=False))
        runs = dict(
            zip(DESIGNS, (resample_first, split_at_random, split_by_recording), strict=True)
        )
        for seed in options.seeds:
            for design, run in runs.items():
                for name, sampler in SAMPLERS.items():
                    if not done(options.results, design, name, seed):
                        rows = run(name, sampler, X, y, groups, seed)
                        rows = rows[["sampler", "classifier", "fold", "average_precision", "f1"]]
                        append(options.results, rows.assign(design=design, seed=seed))
    results = pd.read_json(options.results, lines=True)
    means = results.pivot_table(
        ["average_precision", "f1"], ["classifier", "sampler"], "design", sort=False
    )
    print(means.round(3).to_string())


def some_recordings(data):
    """Return the windows of the first recordings of each class, seizure against the rest."""
    labels = np.unique(data.target)
    kept = [np.unique(data.groups[data.target == label])[:N_RECORDINGS] for label in labels]
    part = np.isin(data.groups, np.concatenate(kept))
    seizure = (data.target[part] == 1).astype(int)
    return data.data[part].astype(np.float32), seizure, data.groups[part]


def resample_first(name, sampler, X, y, groups, seed):
    if sampler is not None:
        X, y = clone(sampler).set_params(random_state=seed).fit_resample(X, y)
    rows = []
    folds = StratifiedKFold(N_SPLITS, shuffle=True, random_state=seed).split(X, y)
    for fold, (train, test) in enumerate(folds):
        for classifier, estimator in CLASSIFIERS.items():
            fitted = clone(estimator).fit(X[train], y[train])
            scores = fitted.predict_proba(X[test])[:, 1]
            rows.append(
                {
                    "sampler": name,
                    "classifier": classifier,
                    "fold": fold,
                    "average_precision": average_precision_score(y[test], scores),
                    "f1": f1_score(y[test], fitted.predict(X[test])),
                }
            )
    return pd.DataFrame(rows)


def split_at_random(name, sampler, X, y, groups, seed):
    return split_by_recording(name, sampler, X, y, None, seed)


def split_by_recording(name, sampler, X, y, groups, seed):
    return compare_samplers(
        {name: sampler},
        CLASSIFIERS,
        X,
        y,
        groups=groups,
        n_splits=N_SPLITS,
        seeds=[seed],
        threshold_splits=0,
    )


def done(path, design, sampler, seed):
    if not path.exists():
        return False
    rows = pd.read_json(path, lines=True)
    cell = (rows["design"] == design) & (rows["sampler"] == sampler) & (rows["seed"] == seed)
    return bool(cell.any())


if __name__ == "__main__":
    main()
