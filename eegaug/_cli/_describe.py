"""``eegaug describe``: the model card of a saved sampler."""

import argparse

from eegaug.persistence import load_sampler

__all__ = ["add_arguments", "run"]

SUMMARY = "print the model card of a saved sampler"
EXAMPLES = """\
  eegaug simulate DATA.csv
  eegaug fit DATA.csv --label 1 --sfreq 173.61 --out gan.eegaug
  eegaug describe gan.eegaug
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("sampler", metavar="SAMPLER", help="file that eegaug fit wrote")


def run(arguments: argparse.Namespace) -> None:
    """Print the card."""
    print(load_sampler(arguments.sampler).describe(), end="")
