"""Samplers on real multi-channel windows: none, SMOTE, jitter and GANOversampler.

    python benchmarks/neonatal.py ARCHIVE.npz [--results benchmarks/results/neonatal.jsonl]

Seizure against the rest on the Helsinki neonatal windows, folds by infant, the seizures of each
training fold cut to five infants. The first table tells how the windows resemble those of
held-out infants, with the distance of the mean channel covariances, those of the generator alone
too; the second what classifiers gain. A run that was stopped goes on from its results file with
the second table; the first is made anew, and kept beside it (`..._windows.jsonl`). It takes some
ten minutes on one core.

Read the figures with the archive's faults in mind. Seizure and other windows come from different
infants, so a classifier that tells infants apart looks like one that recognises seizures: figures
here compare samplers and say nothing of seizure detection. The recordings were decimated without
an anti-alias filter, some channels are linearly dependent (two of 18), a few windows exceed
500 µV, and the amplitude of seizures is lower than that of the rest.
"""

import argparse
from pathlib import Path

import numpy as np
from imblearn.over_sampling import SMOTE
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import load_neonatal
from eegaug.evaluation import compare_generators, compare_samplers, paired_differences
from eegaug.spectral import band_power

SFREQ = 64.0
STEPS = ("pretrain_steps", "n_steps")
BANDS = {"delta": (1.0, 4.0), "theta": (4.0, 8.0), "alpha": (8.0, 13.0), "beta": (13.0, 30.0)}


class FlatSMOTE(SMOTE):
    """SMOTE on windows whose channels stand one behind the other."""

    def fit_resample(self, X, y):
        flat, y_resampled = super().fit_resample(X.reshape(len(X), -1), y)
        return flat.reshape(-1, *X.shape[1:]), y_resampled


def log_band_power(windows):
    """Logarithm of the power in each channel and band."""
    return np.log(band_power(windows, sfreq=SFREQ, bands=BANDS).reshape(len(windows), -1) + 1e-3)


def log_covariance(windows):
    """Upper triangle of the matrix logarithm of each window's channel covariance."""
    centred = windows - windows.mean(axis=2, keepdims=True)
    covariance = centred @ centred.swapaxes(1, 2) / windows.shape[2]
    values, vectors = np.linalg.eigh(covariance)
    # Bipolar channels are linearly dependent; a thousandth of the mean variance mends that.
    floor = 1e-3 * values.mean(axis=1, keepdims=True) + 1e-6
    logarithm = (vectors * np.log(values.clip(0) + floor)[:, np.newaxis]) @ vectors.swapaxes(1, 2)
    rows, columns = np.triu_indices(windows.shape[1])
    return logarithm[:, rows, columns]


def classifier(features):
    """Return a logistic regression of features."""
    return make_pipeline(
        FunctionTransformer(features), StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)
    )


CLASSIFIERS = {
    "band power + logistic": classifier(log_band_power),
    "channel covariance + logistic": classifier(log_covariance),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", help="path of the .npz archive")
    parser.add_argument("--results", type=Path, help="JSON lines file to go on from")
    parser.add_argument("--infants", type=int, default=5, help="infants with seizures kept")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=None, help="GAN steps, to try the script")
    options = parser.parse_args()

    data = load_neonatal(options.archive)
    budget = {} if options.steps is None else dict.fromkeys(STEPS, options.steps)
    samplers = {
        "SMOTE": FlatSMOTE(k_neighbors=3),
        "jitter": JitterOversampler(),
        "GAN": GANOversampler(sfreq=data.sfreq, **budget),
    }
    alone = GANOversampler(sfreq=data.sfreq, real_share=0, jitter=False, **budget)
    windows = compare_generators(
        samplers | {"GAN alone": alone},
        data.data,
        data.target,
        groups=data.groups,
        n_groups=options.infants,
        seeds=options.seeds,
        sfreq=data.sfreq,
    )
    if options.results is not None:
        path = options.results.with_name(f"{options.results.stem}_windows.jsonl")
        path.parent.mkdir(parents=True, exist_ok=True)
        windows.to_json(path, orient="records", lines=True, double_precision=6)
    figures = ["covariance_distance", "psd_distance", "coverage_score"]
    figures = [name + suffix for name in figures for suffix in ("", "_floor")]
    figures += ["wasserstein_ratio", "membership_auc", "tstr_score", "seconds"]
    print("Windows against those of held-out infants (floor: real training windows):")
    print(windows.groupby("sampler", sort=False)[figures].mean().round(3).T.to_string())

    results = compare_samplers(
        {"none": None} | samplers,
        CLASSIFIERS,
        data.data,
        data.target,
        groups=data.groups,
        n_minority_groups=options.infants,
        n_splits=options.splits,
        seeds=options.seeds,
        threshold_splits=0,
        results_path=options.results,
        verbose=1,
    )
    figures = ["average_precision", "roc_auc", "f1", "balanced_accuracy", "seconds_resample"]
    print("\nClassifiers (classes and infants are confounded: compare samplers alone):")
    table = results.groupby(["classifier", "sampler"], sort=False)[figures].mean()
    print(table.round(3).to_string())
    print("\nPaired differences to none, average_precision:")
    print(paired_differences(results).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
