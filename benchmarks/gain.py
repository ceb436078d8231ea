"""The gain of classifiers by no sampler, class weights, classical samplers, jitter and GANs.

    python benchmarks/gain.py DATA.csv

Seizure against the rest on the "Epileptic Seizure Recognition" CSV, five folds by recording and
three seeds, the seizures of each training fold cut to 3, 5, 10 or 20 recordings or left whole
(0). To save time 1,500 of the other training windows are kept, drawn by the seed; with all
seizure recordings all are kept, else nothing would be rare. Test folds are whole. Each number of
recordings has a results file of its own, and a run that was stopped goes on from them. `--table`
prints the tables without running anything.

"class weights" weights the classes in the loss of the classifier in place of new windows; nearest
neighbours have no such weight. MiniRocket needs aeon (`pip install 'eegaug[classifiers]'`) and is
left out where it is missing. For one thread a cell, set OMP_NUM_THREADS=1 and
TF_NUM_INTRAOP_THREADS=1 and take `--jobs` cells at a time.
"""

import argparse
import importlib.util
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
from compare_gans import ALONE, SWITCHES
from gain_results import RESULTS, paired_means, panel_means
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE, RandomOverSampler
from rows import facts
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifierCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from small_cnn import SmallCNN

from eegaug import GANOversampler, JitterOversampler, SurrogateOversampler
from eegaug.datasets import load_epileptic_seizures
from eegaug.evaluation import compare_samplers, paired_differences
from eegaug.spectral import band_power

N_MAJORITY = 1500
SAMPLERS = {
    "none": None,
    "random copies": RandomOverSampler(),
    "SMOTE": SMOTE(),
    "Borderline-SMOTE": BorderlineSMOTE(),
    "ADASYN": ADASYN(),
    "surrogate": SurrogateOversampler(),
    "jitter": JitterOversampler(),
    "jitter, recombined": JitterOversampler(filter=0.5, scale=0.4, recombine=True),
    "seed's recipe": GANOversampler(
        **ALONE, **SWITCHES["the seed's recipe (dcgan, bce, no extras)"]
    ),
    "GANOversampler": GANOversampler(),
}
FIGURES = [
    "average_precision",
    "roc_auc",
    "f1",
    "f1_tuned",
    "balanced_accuracy",
    "sensitivity_at_95_specificity",
]


def log_band_power(windows):
    """Logarithm of the power from delta to gamma at the Bonn recordings' 173.61 Hz."""
    return np.log(band_power(windows)[:, 0] + 1e-3)


def one_channel(windows):
    """Windows in the layout of aeon."""
    return np.asarray(windows, np.float32)[:, np.newaxis]


def classifiers(class_weight=None):
    """Return the panel."""
    weight = {"class_weight": class_weight}
    band_powers = FunctionTransformer(log_band_power)
    panel = {
        "forest": RandomForestClassifier(**weight),
        "5-NN": KNeighborsClassifier(5),
        "SVM": SVC(**weight),
        "band power + logistic": make_pipeline(
            band_powers, StandardScaler(), LogisticRegression(max_iter=1000, **weight)
        ),
        "band power + forest": make_pipeline(band_powers, RandomForestClassifier(**weight)),
        "CNN": SmallCNN(**weight),
    }
    if importlib.util.find_spec("aeon"):
        from aeon.transformations.collection.convolution_based import MiniRocket

        panel["MiniRocket + ridge"] = make_pipeline(
            FunctionTransformer(one_channel),
            MiniRocket(n_kernels=1000),
            StandardScaler(),
            RidgeClassifierCV(np.logspace(-3, 3, 7), **weight),
        )
    if class_weight:
        del panel["5-NN"]
    return panel


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", help="path of the CSV")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--recordings", type=int, nargs="+", default=[5, 10, 3, 20, 0])
    parser.add_argument("--samplers", nargs="+", choices=list(SAMPLERS), default=list(SAMPLERS))
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--threshold-splits", type=int, default=0, help="for the tuned F1")
    parser.add_argument("--jobs", type=int, default=1, help="cells at a time")
    parser.add_argument("--table", action="store_true", help="print the tables and stop")
    options = parser.parse_args()
    if not options.table:
        data = load_epileptic_seizures(options.csv)
        # Seeds outermost: a run that is stopped has whole seeds of every number of recordings.
        for seed in options.seeds:
            for n_groups in options.recordings:
                run(data, n_groups, seed, options)
    print_tables(options.results)


def run(data, n_groups, seed, options):
    """Add the cells of one seed to the results file of one number of recordings."""
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / f"gain_{n_groups or 'all'}.jsonl"
    about = path.with_suffix(".about.json")
    start = time.perf_counter()
    for samplers, panel in (
        ({name: SAMPLERS[name] for name in options.samplers}, classifiers()),
        ({"class weights": None}, classifiers("balanced")),
    ):
        compare_samplers(
            samplers,
            panel,
            data.data.astype(np.float32),
            data.target,
            groups=data.groups,
            n_minority_groups=n_groups or None,
            n_majority_windows=N_MAJORITY if n_groups else None,
            n_splits=options.splits,
            seeds=[seed],
            threshold_splits=options.threshold_splits,
            results_path=path,
            n_jobs=options.jobs,
            verbose=1,
        )
    earlier = json.loads(about.read_text())["seconds"] if about.exists() else 0
    told = {
        "seconds": round(earlier + time.perf_counter() - start),
        "jobs": options.jobs,
        **facts(),
    }
    about.write_text(json.dumps(told, indent=1) + "\n")


def read(folder):
    """Return the rows of all numbers of recordings, with the column `recordings`."""
    parts = {path.stem.split("_")[1]: path for path in folder.glob("gain_*.jsonl")}
    frames = [
        pd.read_json(path, lines=True).assign(recordings=name) for name, path in parts.items()
    ]
    return pd.concat(frames, ignore_index=True)


def print_tables(folder):
    for recordings, part in read(folder).groupby("recordings", sort=False):
        print(f"\nSeizure recordings in training: {recordings}; seeds {sorted(set(part['seed']))}")
        print(panel_means(part, FIGURES).round(3).to_string())
        for metric in ("average_precision", "f1"):
            table = paired_means(part, metric)
            print(f"\n{metric}:\n{table.round(3).to_string()}")
            for baseline in ("none", "jitter"):
                differences = paired_differences(part, baseline=baseline, metric=metric)
                of_gan = differences[differences["sampler"] == "GANOversampler"]
                print(f"\nGANOversampler against {baseline}, {metric}:")
                print(of_gan.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
