"""``eegaug sample``: synthetic windows from a saved sampler."""

import argparse

import numpy as np

from eegaug._cli._input import add_rate_argument, find_label
from eegaug._cli._output import (
    VOLTS,
    add_output_arguments,
    check_format,
    check_output,
    write_windows,
)
from eegaug.persistence import load_sampler

__all__ = ["add_arguments", "run"]

SUMMARY = "make synthetic windows with a saved sampler"
EXAMPLES = """\
  eegaug simulate DATA.csv
  eegaug fit DATA.csv --label 1 --sfreq 173.61 --out gan.eegaug
  eegaug sample gan.eegaug -n 500 --out synthetic.csv
  eegaug sample gan.eegaug -n 500 --label 1 --seed 3 --out synthetic-epo.fif
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("sampler", metavar="SAMPLER", help="file that eegaug fit wrote")
    parser.add_argument("-n", type=int, required=True, help="number of windows for each label")
    parser.add_argument(
        "--label",
        action="append",
        metavar="LABEL",
        help="label to make; give it again for more (all with a generator)",
    )
    parser.add_argument("--seed", type=int, help="the same windows again for the same")
    parser.add_argument(
        "--unit",
        choices=VOLTS,
        default="uV",
        help="unit of the windows that the sampler learned from; a .fif file is in V (uV)",
    )
    add_rate_argument(parser, "the sampler's")
    add_output_arguments(parser, ".csv, .npz or .fif")


def run(arguments: argparse.Namespace) -> None:
    """Make windows and write them."""
    check_output(arguments)
    sampler = load_sampler(arguments.sampler)
    labels = list(sampler.generators_)
    if arguments.label:
        labels = [find_label(text, sampler.generators_) for text in arguments.label]
    if not labels or arguments.n < 1:
        raise ValueError("There is nothing to make: no label has a generator, or -n is below 1.")
    rng = None if arguments.seed is None else np.random.RandomState(arguments.seed)
    sfreq = sampler.sfreq_ if arguments.sfreq is None else arguments.sfreq
    check_format(arguments.out, sampler.sample(0, labels[0]).ndim, sfreq, "--out")
    windows = [sampler.sample(arguments.n, label, random_state=rng) for label in labels]
    y = np.repeat(np.array(labels), arguments.n)
    write_windows(
        arguments.out,
        np.concatenate(windows),
        y,
        sfreq=sfreq,
        ch_names=sampler.ch_names_,
        unit=arguments.unit,
    )
    print(f"{arguments.out}: {arguments.n} windows of {', '.join(map(str, labels))}")
