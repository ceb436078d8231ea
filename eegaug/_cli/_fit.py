"""``eegaug fit``: train on real windows, keep the sampler."""

import argparse
from typing import Any

import numpy as np

from eegaug._cli._input import add_data_argument, find_label, rate_in_words, read_windows
from eegaug._cli._output import add_output_arguments, check_output
from eegaug._cli._samplers import add_generator_options, add_options, gan_of
from eegaug.over_sampling import GANOversampler

__all__ = ["add_arguments", "run"]

SUMMARY = "train a generator for rare labels and save it"
EXAMPLES = """\
  eegaug simulate DATA.csv
  eegaug fit DATA.csv --label 1 --sfreq 173.61 --out gan.eegaug
  eegaug fit DATA.csv --sfreq 173.61 --out small.eegaug --seed 7 --width 8
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_data_argument(parser)
    parser.add_argument(
        "--label",
        action="append",
        metavar="LABEL",
        help="label to learn; give it again for more (all but the most frequent)",
    )
    add_output_arguments(parser, "sampler")
    add_options(parser, GANOversampler, ["conditioning"])
    add_generator_options(parser)
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def run(arguments: argparse.Namespace) -> None:
    """Train and save."""
    check_output(arguments)
    windows = read_windows(arguments)
    labels, counts = np.unique(windows.target, return_counts=True)
    count_of = dict(zip(labels.tolist(), counts.tolist(), strict=True))
    strategy: Any = "auto" if len(set(counts.tolist())) > 1 else "all"
    if arguments.label:
        # A generator is trained where at least one window is asked for.
        wanted = [find_label(text, count_of) for text in arguments.label]
        strategy = {label: count_of[label] + 1 for label in wanted}
    sampler = gan_of(
        arguments,
        windows.sfreq,
        sampling_strategy=strategy,
        random_state=arguments.seed,
        growth=1,  # the windows themselves are not kept
        conditioning=arguments.conditioning,
        verbose=int(not arguments.quiet),
    )
    sampler.fit_resample(windows.data, windows.target, groups=windows.groups)
    if not sampler.generators_:
        reasons = "; ".join(f"{k}: {v.reason}" for k, v in sampler.fallback_.items())
        raise ValueError(
            f"No generator was trained, and nothing is saved ({reasons or 'no label needs any'}). "
            "Name a label with enough windows by --label."
        )
    sampler.ch_names_ = windows.ch_names
    sampler.save(arguments.out)
    print(f"{arguments.out}: generators of {', '.join(map(str, sampler.generators_))}")
    print(rate_in_words(windows.sfreq))
