"""``eegaug fit``: train on real windows, keep the sampler."""

import argparse
from typing import Any

import numpy as np

from eegaug._cli._windows import (
    add_data_argument,
    add_output_arguments,
    check_output,
    find_label,
    read_windows,
)
from eegaug.over_sampling import GANOversampler

__all__ = ["add_arguments", "add_budget", "run", "sampler_of"]

SUMMARY = "train a generator for rare labels and save it"
EXAMPLES = """\
  eegaug fit DATA.csv --label 1 --out gan.eegaug
  eegaug fit DATA.npz --out gan.eegaug --sfreq 256 --seed 7 --n-steps 500
  eegaug fit DATA.npz --out gan.eegaug --n-steps 9999 --checkpoint-dir unfinished
"""
STEPS = {
    "n_steps": "training steps for each generator",
    "pretrain_steps": "steps on the windows of all labels before",
}
SETTINGS = {
    "architecture": "body of the networks: wavegan, residual, dcgan or dense",
    "objective": "what they minimise: bce, lsgan, hinge, wgan-gp, r1 or r3gan",
    "conditioning": "per-class, or shared by all labels",
    "width": "filters of the layer next to the window",
}


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
    add_budget(parser)
    default = GANOversampler().get_params()
    for name, what in SETTINGS.items():
        value = default[name]
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"{what} ({value})")
    parser.add_argument(
        "--checkpoint-dir",
        metavar="FOLDER",
        help="keep unfinished trainings here, and go on from them when called again",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def add_budget(parser: argparse.ArgumentParser) -> None:
    """Add what decides how long a training takes, and its seed."""
    default = GANOversampler().get_params()
    for name, what in STEPS.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(
            option, type=int, default=default[name], help=f"{what} ({default[name]})"
        )
    parser.add_argument("--seed", type=int, default=0, help="the same again for the same (0)")
    parser.add_argument(
        "--sfreq",
        type=float,
        help=f"sampling frequency in Hz (the file's, else {default['sfreq']})",
    )


def sampler_of(arguments: argparse.Namespace, sfreq: float | None, **more: Any) -> GANOversampler:
    """Return the sampler that the arguments name."""
    known = GANOversampler().get_params()
    named = {name: value for name, value in vars(arguments).items() if name in known}
    sfreq = arguments.sfreq or sfreq or known["sfreq"]
    return GANOversampler(**named | {"sfreq": sfreq, "random_state": arguments.seed} | more)


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
