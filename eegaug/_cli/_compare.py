"""``eegaug compare``: test whether synthetic windows help a classifier."""

import argparse
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug._cli._input import add_data_argument, find_label, rate_in_words, read_windows
from eegaug._cli._output import add_output_arguments, check_output
from eegaug._cli._samplers import SAMPLERS, add_generator_options, make_samplers
from eegaug._files import replacing
from eegaug.evaluation import compare_samplers
from eegaug.spectral import band_power

__all__ = ["add_arguments", "run"]

SUMMARY = "compare samplers by what classifiers learn from their windows"
EXAMPLES = """\
  eegaug simulate DATA.csv
  eegaug compare DATA.csv --label 1 --sfreq 173.61
  eegaug compare DATA.csv --label 1 --samplers none jitter --folds 5 --out folds.csv
"""
FIGURES = ["average_precision", "roc_auc", "f1", "balanced_accuracy", "seconds_resample"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_data_argument(parser)
    parser.add_argument(
        "--label", required=True, metavar="LABEL", help="class of interest, against the rest"
    )
    parser.add_argument(
        "--samplers", nargs="+", choices=SAMPLERS, default=list(SAMPLERS), help="which (all)"
    )
    parser.add_argument("--folds", type=int, default=3, help="number of folds (3)")
    parser.add_argument("--repeats", type=int, default=1, help="shuffles of the folds (1)")
    add_generator_options(parser)
    add_output_arguments(parser, "table of all folds, .csv", required=False)


def run(arguments: argparse.Namespace) -> None:
    """Compare and print a table of means."""
    if arguments.out:
        check_output(arguments)
    windows = read_windows(arguments)
    label = find_label(arguments.label, np.unique(windows.target).tolist())
    results = compare_samplers(
        make_samplers(arguments.samplers, arguments, windows.sfreq),
        _classifiers(windows.sfreq),
        windows.data,
        np.where(windows.target == label, str(label), f"not {label}"),
        groups=windows.groups,
        pos_label=str(label),
        n_splits=arguments.folds,
        seeds=range(arguments.seed, arguments.seed + arguments.repeats),
        threshold_splits=0,
        verbose=1,
    )
    if arguments.out:
        with replacing(arguments.out) as part:
            results.to_csv(part, index=False)
    means = results.groupby(["classifier", "sampler"], sort=False)[FIGURES].mean()
    print(means.round(3).to_string())
    print(f"\nMeans over {len(results) // len(means)} folds; one fold's noise is larger than most")
    print("differences. F1 is at the classifier's own threshold, which balance alone moves.")
    if windows.groups is None:
        print("The file names no recordings, so windows of one may be on both sides: the")
        print("figures flatter. Name the column of the recordings by --groups-column.")
    if windows.sfreq is None:
        print(f"Band power is left out ({rate_in_words(None)}).")


def _classifiers(sfreq: float | None) -> dict[str, Any]:
    forest = make_pipeline(FunctionTransformer(_flat), RandomForestClassifier())
    if sfreq is None:
        return {"random forest": forest}
    features = FunctionTransformer(partial(_log_band_power, sfreq=sfreq))
    logistic = make_pipeline(features, StandardScaler(), LogisticRegression(max_iter=1000))
    return {"random forest": forest, "band power + logistic": logistic}


def _flat(windows: NDArray) -> NDArray:
    return windows.reshape(len(windows), -1)


def _log_band_power(windows: NDArray, sfreq: float) -> NDArray:
    return np.log(_flat(band_power(windows, sfreq=sfreq)) + 1e-3)
