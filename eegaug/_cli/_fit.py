"""``eegaug fit``: train on real windows, keep the sampler."""

import argparse
import inspect
import re
from typing import Any

import numpy as np
from sklearn.utils._param_validation import StrOptions

from eegaug._cli._windows import (
    add_data_argument,
    add_output_arguments,
    check_output,
    find_label,
    rate_in_words,
    read_windows,
)
from eegaug.gan import GANGenerator
from eegaug.over_sampling import GANOversampler

__all__ = ["add_arguments", "add_generator_options", "run", "sampler_of"]

SUMMARY = "train a generator for rare labels and save it"
EXAMPLES = """\
  eegaug fit DATA.csv --label 1 --sfreq 256 --out gan.eegaug
  eegaug fit DATA.npz --out gan.eegaug --seed 7 --n-steps 500
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
    _add_options(parser, GANOversampler, ["conditioning"])
    add_generator_options(parser)
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def add_generator_options(parser: argparse.ArgumentParser) -> None:
    """Add the seed and the parameters of GANGenerator that a command line can write."""
    parser.add_argument("--seed", type=int, default=0, help="the same again for the same (0)")
    _add_options(parser, GANGenerator, GANGenerator().get_params())


def _add_options(parser: argparse.ArgumentParser, estimator: Any, names: Any) -> None:
    """Add an option for each parameter with a default of one value, from its own description."""
    defaults, summaries = estimator().get_params(), _summaries(estimator)
    for name in names:
        default = defaults[name]
        if not isinstance(default, bool | int | float | str):
            continue
        choices = {
            choice
            for rule in estimator._parameter_constraints[name]
            if isinstance(rule, StrOptions)
            for choice in rule.options
        }
        settings: dict[str, Any] = (
            {"action": argparse.BooleanOptionalAction}
            if isinstance(default, bool)
            else {"type": type(default), "choices": sorted(choices) or None}
        )
        parser.add_argument(
            "--" + name.replace("_", "-"),
            default=default,
            help=f"{summaries.get(name, name)} ({default})".replace("%", "%%"),
            **settings,
        )


def _summaries(estimator: Any) -> dict[str, str]:
    """Return the first sentence on each parameter of a class."""
    found: dict[str, str] = {}
    entry = r"^(\w+(?:, \w+)*) : .*\n(?: {8}.*\n)?((?: {4}\S.*\n)+)"
    for names, text in re.findall(entry, inspect.getdoc(estimator) or "", re.MULTILINE):
        sentence = re.split(
            r"[.:] |\.$", " ".join(re.sub(r"`|,? (as in )?\[\d+\]_", "", text).split())
        )[0]
        found |= dict.fromkeys(names.split(", "), sentence)
    return found


def sampler_of(arguments: argparse.Namespace, sfreq: float | None, **more: Any) -> GANOversampler:
    """Return the sampler that the arguments name."""
    known = GANGenerator().get_params()
    named = {name: value for name, value in vars(arguments).items() if name in known}
    return GANOversampler(GANGenerator(**named), sfreq=sfreq, random_state=arguments.seed, **more)


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
    sampler = sampler_of(
        arguments,
        windows.sfreq,
        sampling_strategy=strategy,
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
