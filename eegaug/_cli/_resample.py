"""``eegaug resample``: real windows in, real and new windows out."""

import argparse
from typing import Any

import numpy as np

from eegaug._cli._input import add_data_argument, rate_in_words, read_windows
from eegaug._cli._output import VOLTS, check_format, check_path, write_windows
from eegaug._cli._samplers import SAMPLERS, add_generator_options, make_samplers
from eegaug._files import replacing
from eegaug.evaluation._resample import resample

__all__ = ["add_arguments", "run"]

SUMMARY = "balance windows by new ones of the rarer classes"
DESCRIPTION = """\
The real windows come first and unchanged, the new ones behind them; where groups are known, those
of new windows are "synthetic". Split first, and resample what is to be trained on: a new window
resembles the recordings it was made from.
"""
EXAMPLES = """\
  eegaug simulate DATA.csv
  eegaug resample DATA.csv balanced.csv
  eegaug resample DATA.csv balanced.npz --sampler surrogate --seed 3
  eegaug simulate RECORDINGS --patients 3 --recordings 1 --duration 300 --sfreq 64
  eegaug resample RECORDINGS balanced-epo.fif --window 2
"""
SYNTHETIC = "synthetic"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_data_argument(parser, "in")
    parser.add_argument("out", metavar="OUT", help="file to write: .csv, .npz or .fif")
    parser.add_argument(
        "--sampler", choices=[name for name in SAMPLERS if name != "none"], default="jitter"
    )
    parser.add_argument(
        "--growth", default="1", help="factor by which all classes grow, or auto (1: balanced)"
    )
    parser.add_argument(
        "--unit", choices=VOLTS, default="uV", help="unit of tables that go into .fif, in V (uV)"
    )
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
    add_generator_options(parser)


def run(arguments: argparse.Namespace) -> None:
    """Resample and write."""
    check_path(arguments.out, "OUT", force=arguments.force)
    growth = _growth(arguments.growth)
    windows = read_windows(arguments, getattr(arguments, "in"))
    check_format(arguments.out, windows.data.ndim, windows.sfreq, "OUT")
    samplers = make_samplers([arguments.sampler], arguments, windows.sfreq, growth=growth)
    sampler = samplers[arguments.sampler]
    epochs = windows.get("epochs")
    if epochs is not None and arguments.out.lower().endswith(".fif"):
        # MNE's own events, metadata and annotations stay with the real epochs.
        groups = {} if windows.groups is None else {"groups": windows.groups}
        resampled, y = sampler.fit_resample(epochs, **groups)
        with replacing(arguments.out) as part:
            resampled.save(part, fmt="double", verbose="error")
    else:
        X, y = resample(sampler, windows.data, windows.target, windows.groups)
        write_windows(
            arguments.out,
            X,
            y,
            sfreq=windows.sfreq,
            ch_names=windows.ch_names,
            unit=arguments.unit,
            groups=_groups(windows.groups, len(y)),
        )
    n_real = len(windows.target)
    print(f"{arguments.out}: {n_real} real windows and {len(y) - n_real} new ones behind them")
    print(rate_in_words(windows.sfreq))


def _growth(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"--growth must be a number or auto. Got {text!r}.") from error


def _groups(groups: Any, n_all: int) -> Any:
    """Return the groups of real and new windows, where they are known."""
    if groups is None:
        return None
    real = np.asarray(groups).astype(str)
    return np.concatenate([real, np.repeat(SYNTHETIC, n_all - len(real))])
