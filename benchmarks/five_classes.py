"""Five classes with three of them thinned out.

    python benchmarks/five_classes.py DATA.csv [--results benchmarks/results/five_classes.jsonl]

All five classes of the "Epileptic Seizure Recognition" CSV, five folds by recording and three
seeds. In each training fold the classes 1 (seizure), 2 (tumour area) and 4 (eyes closed) keep five
recordings; every fourth window of the other two classes is kept, to save time. A run that was
stopped goes on from its results file: delete the file to start anew. Forests are not seeded: a
repeat differs as much as two seeds do (`seed_floor.py`).
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
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import load_epileptic_seizures

THINNED = (1, 2, 4)
N_RECORDINGS = 5
SAMPLERS = {
    "none": None,
    "SMOTE": SMOTE(),
    "jitter": JitterOversampler(),
    "jitter, recombined": JitterOversampler(filter=0.5, scale=0.4, recombine=True),
    "GANOversampler": GANOversampler(),
}
CLASSIFIERS = {
    "forest": RandomForestClassifier(),
    "band power + logistic": make_pipeline(
        FunctionTransformer(log_band_power), StandardScaler(), LogisticRegression(max_iter=2000)
    ),
    "band power + forest": make_pipeline(
        FunctionTransformer(log_band_power), RandomForestClassifier()
    ),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", help="path of the CSV")
    parser.add_argument(
        "--results", type=Path, default=Path(__file__).parent / "results" / "five_classes.jsonl"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        data = load_epileptic_seizures(options.csv, binary=False)
        y = data.target
        for seed in options.seeds:
            folds = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
            for fold, (train, test) in enumerate(folds.split(y, y, data.groups)):
                train = thin(train, y, data.groups, np.random.RandomState(seed))
                for name, sampler in SAMPLERS.items():
                    if not done(options.results, name, seed, fold):
                        X_train, y_train = resample(sampler, data, y, train, seed)
                        rows = score(X_train, y_train, data.data[test], y[test])
                        append(options.results, rows.assign(sampler=name, seed=seed, fold=fold))
    results = pd.read_json(options.results, lines=True)
    figures = ["f1_macro", "f1_thinned", "balanced_accuracy"]
    print(results.groupby(["classifier", "sampler"], sort=False)[figures].mean().round(3))


def thin(train, y, groups, rng):
    """Keep five recordings of each rare class and every fourth window of the others."""
    kept = [train[~np.isin(y[train], THINNED)][::4]]
    for label in THINNED:
        of_label = train[y[train] == label]
        recordings = rng.permutation(np.unique(groups[of_label]))[:N_RECORDINGS]
        kept.append(of_label[np.isin(groups[of_label], recordings)])
    return np.sort(np.concatenate(kept))


def resample(sampler, data, y, train, seed):
    X_train, y_train = data.data[train].astype(np.float32), y[train]
    if sampler is None:
        return X_train, y_train
    sampler = clone(sampler).set_params(random_state=seed)
    known = (
        {} if isinstance(sampler, SMOTE | JitterOversampler) else {"groups": data.groups[train]}
    )
    return sampler.fit_resample(X_train, y_train, **known)


def score(X_train, y_train, X_test, y_test):
    rows = []
    for name, classifier in CLASSIFIERS.items():
        predicted = clone(classifier).fit(X_train, y_train).predict(X_test)
        of_label = f1_score(y_test, predicted, average=None, labels=[1, 2, 3, 4, 5])
        rows.append(
            {
                "classifier": name,
                "f1_macro": of_label.mean(),
                "f1_thinned": of_label[[label - 1 for label in THINNED]].mean(),
                "balanced_accuracy": balanced_accuracy_score(y_test, predicted),
            }
        )
    return pd.DataFrame(rows)


def done(path, sampler, seed, fold):
    if not path.exists():
        return False
    rows = pd.read_json(path, lines=True)
    cell = (rows["sampler"] == sampler) & (rows["seed"] == seed) & (rows["fold"] == fold)
    return bool(cell.any())


if __name__ == "__main__":
    main()
