"""The gain of classifiers: no sampler, SMOTE, jitter and GANOversampler, without leakage.

    python benchmarks/gain.py DATA.csv [--results benchmarks/results/gain.jsonl]

Seizure against the rest on the "Epileptic Seizure Recognition" CSV, five folds and three seeds,
the seizures of each training fold cut to ten recordings. A run that was stopped goes on from its
results file. The table at the end is the one in the README.
"""

import argparse

import numpy as np
from imblearn.over_sampling import SMOTE
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import load_epileptic_seizures
from eegaug.evaluation import compare_samplers, paired_differences
from eegaug.spectral import band_power


def log_band_power(windows):
    """Logarithm of the power from delta to gamma at the Bonn recordings' 173.61 Hz."""
    return np.log(band_power(windows)[:, 0] + 1e-3)


SAMPLERS = {
    "none": None,
    "SMOTE": SMOTE(),
    "jitter": JitterOversampler(),
    "GAN": GANOversampler(),
}
CLASSIFIERS = {
    "random forest": RandomForestClassifier(n_jobs=-1),
    "band power + logistic": make_pipeline(
        FunctionTransformer(log_band_power), StandardScaler(), LogisticRegression(max_iter=1000)
    ),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", help="path of the CSV")
    parser.add_argument("--results", default=None, help="JSON lines file to go on from")
    parser.add_argument("--recordings", type=int, default=10, help="seizure recordings kept")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()

    data = load_epileptic_seizures(options.csv)
    results = compare_samplers(
        SAMPLERS,
        CLASSIFIERS,
        data.data.astype(np.float32),
        data.target,
        groups=data.groups,
        n_minority_groups=options.recordings,
        n_splits=options.splits,
        seeds=options.seeds,
        threshold_splits=0,
        results_path=options.results,
        verbose=1,
    )
    figures = ["average_precision", "roc_auc", "f1", "balanced_accuracy"]
    table = results.groupby(["classifier", "sampler"], sort=False)[figures].mean()
    print(table.round(3).to_string())
    for metric in ("average_precision", "f1"):
        print(f"\nPaired differences to none, {metric}:")
        print(paired_differences(results, metric=metric).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
