"""``eegaug detect``: seizures in recordings of unseen patients, with and without a sampler."""

import argparse
from pathlib import Path

from sklearn.ensemble import RandomForestClassifier

from eegaug._cli._input import add_rate_argument, add_recording_options, open_folder
from eegaug._cli._output import check_path
from eegaug._cli._samplers import SAMPLERS, add_generator_options, make_samplers
from eegaug._files import replacing, replacing_folder
from eegaug.datasets._recording_folders import events_path
from eegaug.evaluation import (
    EventComparison,
    compare_on_recordings,
    make_detector,
    write_events,
)

__all__ = ["add_arguments", "run"]

SUMMARY = "find and score seizures in recordings of patients left out, with and without a sampler"
DESCRIPTION = """\
FOLDER is in BIDS, or has a folder for each patient. One patient after the other is left out:
windows of the others are resampled, a classifier learns from them and finds seizures in this
patient's recordings, which are scored as SzCORE does. Nothing is written unless it is asked for.
"""
EXAMPLES = """\
  eegaug simulate RECORDINGS --patients 3 --recordings 1 --duration 300 --sfreq 64
  eegaug detect RECORDINGS
  eegaug detect RECORDINGS --samplers jitter surrogate --events found --out scores.csv
"""
CLASSIFIERS = ("logistic", "forest")
COLUMNS = ["threshold", "n_reference", "tp", "fp", "hours", "f1", "false_alarms_per_day"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", metavar="FOLDER", help="recordings with tables of their events")
    parser.add_argument(
        "--samplers",
        nargs="+",
        choices=[name for name in SAMPLERS if name != "none"],
        default=["jitter"],
        help="which to hold against none (jitter)",
    )
    parser.add_argument(
        "--classifier",
        choices=CLASSIFIERS,
        default="logistic",
        help="what learns from band powers (logistic)",
    )
    parser.add_argument("--jobs", type=int, help="number of patients side by side (1)")
    parser.add_argument(
        "--events",
        metavar="DIR",
        help="folder to write what was found, a folder for each sampler with a table of events "
        "for each recording",
    )
    parser.add_argument("--out", metavar="FILE", help="table of scores by patient, .csv, to write")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    add_recording_options(parser)
    add_rate_argument(parser, "that of the recordings, else they are resampled")
    add_generator_options(parser)


def run(arguments: argparse.Namespace) -> None:
    """Compare and print tables."""
    if arguments.out:
        check_path(arguments.out, "--out", force=arguments.force)
    if arguments.events:
        _check_folder(Path(arguments.events))
    eeg = open_folder(Path(arguments.folder), arguments)
    sfreq = arguments.sfreq or float(eeg.raws[0].info["sfreq"])
    forest = RandomForestClassifier(
        200, min_samples_leaf=3, class_weight="balanced_subsample", random_state=0
    )
    comparison = compare_on_recordings(
        make_samplers(["none", *arguments.samplers], arguments, sfreq),
        make_detector(forest if arguments.classifier == "forest" else None, sfreq=sfreq),
        eeg.raws,
        groups=eeg.groups,
        window=arguments.window,
        overlap=arguments.overlap,
        margin=arguments.margin,
        rest_ratio=arguments.rest_ratio,
        seizure=arguments.seizure,
        ch_names=arguments.channels,
        sfreq=arguments.sfreq,
        random_state=arguments.seed,
        n_jobs=arguments.jobs,
    )
    print(f"\n{comparison}\n\n{comparison.patients[COLUMNS].round(2).to_string()}")
    if arguments.out:
        with replacing(arguments.out) as part:
            comparison.patients.to_csv(part)
    if arguments.events:
        _write(comparison, [Path(path) for path in eeg.files], arguments)
        print(f"\nevents: {arguments.events}")


def _check_folder(folder: Path) -> None:
    """Raise at the start if a folder could not be made."""
    if folder.exists() or not folder.absolute().parent.is_dir():
        raise FileExistsError(
            f"--events {folder} must be a folder that does not exist yet, in one that does."
        )


def _write(comparison: EventComparison, files: list[Path], arguments: argparse.Namespace) -> None:
    """Write the events of each detector, in the folders of the recordings."""
    with replacing_folder(arguments.events) as part:
        for name, found in comparison.events.items():
            for path, events in zip(files, found, strict=True):
                place = part / name / path.relative_to(arguments.folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                write_events(events, events_path(place))
