"""``eegaug report``: compare synthetic with real windows on one page."""

import argparse
from typing import Any

from eegaug._cli._input import add_data_argument, rate_in_words, read_windows
from eegaug._cli._output import add_output_arguments, check_output
from eegaug._files import is_archive, replacing
from eegaug.persistence import load_sampler
from eegaug.report import quality_report

__all__ = ["add_arguments", "run"]

SUMMARY = "compare synthetic with real windows on an HTML page"
EXAMPLES = """\
  eegaug simulate DATA.csv
  eegaug simulate OTHERS.csv --seed 1
  eegaug fit DATA.csv --label 1 --sfreq 173.61 --out gan.eegaug
  eegaug report DATA.csv gan.eegaug --out report.html
  eegaug sample gan.eegaug -n 500 --out synthetic.csv
  eegaug report DATA.csv synthetic.csv --holdout OTHERS.csv --out held_out.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_data_argument(parser)
    parser.add_argument(
        "synthetic", metavar="SYNTHETIC", help="saved sampler, or synthetic windows as DATA"
    )
    parser.add_argument(
        "--holdout",
        metavar="FILE",
        help="real windows of other recordings; memorisation cannot be tested without",
    )
    parser.add_argument("--n-resamples", type=int, default=50, help="fewer are faster (50)")
    parser.add_argument("--seed", type=int, default=0, help="the same page for the same (0)")
    add_output_arguments(parser, "page")


def run(arguments: argparse.Namespace) -> None:
    """Measure and write the page."""
    check_output(arguments)
    real = read_windows(arguments)
    sfreq = real.sfreq
    if is_archive(arguments.synthetic):
        source: Any = load_sampler(arguments.synthetic)
        sfreq = sfreq or source.sfreq_
    else:
        made = read_windows(arguments, arguments.synthetic)
        labels = sorted(set(made.target.tolist()))
        source = {label: made.data[made.target == label] for label in labels}
    held_out = {}
    if arguments.holdout:
        others = read_windows(arguments, arguments.holdout)
        held_out = {"X_holdout": others.data, "y_holdout": others.target}
        held_out["groups_holdout"] = others.groups
    report = quality_report(
        source,
        real.data,
        real.target,
        groups=real.groups,
        sfreq=sfreq,
        n_resamples=arguments.n_resamples,
        random_state=arguments.seed,
        **held_out,
    )
    with replacing(arguments.out) as part:
        report.save(part)
    for label, findings in report.findings_.items():
        verdicts = ", ".join(f"{each.topic} {each.verdict}" for each in findings)
        print(f"{label}: {verdicts}")
    print(rate_in_words(sfreq))
    print(arguments.out)
