"""``eegaug simulate``: make windows or recordings for trying the other commands."""

import argparse
from pathlib import Path

import numpy as np

from eegaug._cli._output import check_format, check_path, write_windows
from eegaug.datasets import make_seizure_recordings, make_seizure_windows
from eegaug.evaluation import write_recordings

__all__ = ["add_arguments", "run"]

SUMMARY = "make simulated windows, or recordings, to try the other commands on"
EXAMPLES = """\
  eegaug simulate DATA.csv
  eegaug simulate RECORDINGS --patients 3 --recordings 1 --duration 300 --sfreq 64
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "out", metavar="OUT", help="table or archive of windows (.csv, .npz), or a folder to make"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same again for the same (0)")
    parser.add_argument("--force", action="store_true", help="replace a file that exists")
    group = parser.add_argument_group("recordings")
    group.add_argument("--patients", type=int, default=4, help="number of patients (4)")
    group.add_argument("--recordings", type=int, default=3, help="recordings of each (3)")
    group.add_argument(
        "--duration", type=float, default=600.0, metavar="S", help="of a recording, in s (600)"
    )
    group.add_argument(
        "--sfreq", type=float, default=128.0, metavar="HZ", help="sampling frequency in Hz (128)"
    )
    group.add_argument(
        "--seizure-fraction",
        type=float,
        default=0.01,
        metavar="SHARE",
        help="share of the time in seizures; each patient has one at least (0.01)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Simulate and write."""
    out = Path(arguments.out)
    if out.suffix:
        check_path(arguments.out, "OUT", force=arguments.force)
        check_format(arguments.out, 2, None, "OUT")
        # A few recordings, so that commands on them are fast.
        eeg = make_seizure_windows(24, 8, seizure_fraction=0.25, random_state=arguments.seed)
        write_windows(
            arguments.out,
            eeg.data,
            eeg.target,
            sfreq=eeg.sfreq,
            ch_names=eeg.ch_names,
            unit="uV",
            # Recordings of another seed are others.
            groups=np.array([f"{arguments.seed}-{group}" for group in eeg.groups]),
        )
        print(
            f"{out}: {len(eeg.data)} windows at {eeg.sfreq:g} Hz, {eeg.target.sum()} in seizures"
        )
        return
    if out.exists():
        raise FileExistsError(f"{out} exists; name a folder that does not.")
    eeg = make_seizure_recordings(
        arguments.patients,
        arguments.recordings,
        duration=arguments.duration,
        sfreq=arguments.sfreq,
        seizure_fraction=arguments.seizure_fraction,
        random_state=arguments.seed,
    )
    files = write_recordings(eeg.raws, eeg.groups, out)
    print(f"{out}: {len(files)} recordings of {arguments.patients} patients, ", end="")
    print(f"{len(eeg.seizures)} seizures")
