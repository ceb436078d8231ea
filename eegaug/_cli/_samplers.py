"""Names and options of the samplers."""

import argparse
import inspect
import re
from collections.abc import Iterable
from typing import Any

from sklearn.utils._param_validation import StrOptions

from eegaug import over_sampling
from eegaug.gan import GANGenerator
from eegaug.over_sampling import BaseWindowOverSampler, GANOversampler, JitterOversampler

__all__ = ["SAMPLERS", "add_generator_options", "add_options", "gan_of", "make_samplers"]

NONE, GAN = "none", "gan"
#: Each sampler of the library under its name without the ending, and one more setting of jitter.
SAMPLERS: dict[str, Any] = {
    NONE: None,
    **{
        name.removesuffix("Oversampler").lower(): getattr(over_sampling, name)
        for name in sorted(over_sampling.__all__)
        if name.endswith("Oversampler") and name != BaseWindowOverSampler.__name__
    },
    "jitter-recombined": lambda **options: JitterOversampler(recombine=True, **options),
}


def make_samplers(
    names: Iterable[str], arguments: argparse.Namespace, sfreq: float | None, **options: Any
) -> dict[str, Any]:
    """Return the samplers by name."""
    options = {"random_state": arguments.seed} | options
    return {
        name: None
        if name == NONE
        else gan_of(arguments, sfreq, **options)
        if name == GAN
        else SAMPLERS[name](**options)
        for name in names
    }


def gan_of(arguments: argparse.Namespace, sfreq: float | None, **options: Any) -> GANOversampler:
    """Return the GAN that the arguments name."""
    # Other parameters can share their name with an option of the command.
    known = [name for name, value in GANGenerator().get_params().items() if _can_write(value)]
    named = {name: value for name, value in vars(arguments).items() if name in known}
    return GANOversampler(GANGenerator(**named), sfreq=sfreq, **options)


def _can_write(default: Any) -> bool:
    """Return whether a command line can write the values of a parameter with this default."""
    return isinstance(default, bool | int | float | str)


def add_generator_options(parser: argparse.ArgumentParser) -> None:
    """Add the seed and the parameters of GANGenerator that a command line can write."""
    parser.add_argument("--seed", type=int, default=0, help="the same again for the same (0)")
    add_options(parser, GANGenerator, GANGenerator().get_params())


def add_options(parser: argparse.ArgumentParser, estimator: Any, names: Any) -> None:
    """Add an option for each parameter with a default of one value, from its own description."""
    group = parser.add_argument_group(f"parameters of {estimator.__name__}")
    defaults, summaries = estimator().get_params(), _summaries(estimator)
    for name in names:
        default = defaults[name]
        if not _can_write(default):
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
        group.add_argument(
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
