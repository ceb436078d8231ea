"""Reading of windows from tables, archives, epochs and recordings."""

import argparse
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from eegaug._epochs import good_channels, read_epochs
from eegaug.datasets import load_recordings, load_windows
from eegaug.datasets._event_tables import read_notes
from eegaug.datasets._recording_folders import SUFFIXES, notes_beside
from eegaug.interop import windows_from_raw

__all__ = [
    "add_data_argument",
    "add_rate_argument",
    "add_recording_options",
    "find_label",
    "import_mne",
    "open_folder",
    "rate_in_words",
    "read_windows",
]

#: Endings of epochs in FIF files, as MNE-Python names them.
EPOCHS = ("-epo.fif", "_epo.fif", "-epo.fif.gz", "_epo.fif.gz")
MICROVOLTS = 1e6


def add_data_argument(parser: argparse.ArgumentParser, name: str = "data") -> None:
    """Add the file of windows and the options for reading it."""
    parser.add_argument(
        name,
        metavar=name.upper(),
        help="windows (.csv, .npz, -epo.fif), a recording (.edf, .bdf, ...) or a folder of them, "
        "in BIDS or with a folder for each patient",
    )
    group = parser.add_argument_group("tables and archives of windows")
    group.add_argument(
        "--label-column", default="y", metavar="NAME", help="column of the labels (y)"
    )
    group.add_argument(
        "--groups-column", metavar="NAME", help="column of the recordings or patients (groups)"
    )
    group.add_argument(
        "--drop", nargs="+", default=[], metavar="NAME", help="columns that are no samples"
    )
    group = add_recording_options(parser)
    group.add_argument(
        "--annotations",
        metavar="FILE",
        help="table of the seizures of a single recording, as events.tsv has them (that beside "
        "the recording, and what the file itself holds)",
    )
    group.add_argument(
        "--no-seizure", action="store_true", help="a single recording holds no seizure, rightly"
    )
    add_rate_argument(parser, "the file's, else not stated; recordings are resampled to it")


def add_recording_options(parser: argparse.ArgumentParser) -> Any:
    """Add the options for cutting windows from recordings."""
    group = parser.add_argument_group("recordings")
    group.add_argument(
        "--window", type=float, default=4.0, metavar="S", help="length of a window in s (4)"
    )
    group.add_argument(
        "--overlap", type=float, default=0.5, metavar="SHARE", help="overlap in seizures (0.5)"
    )
    group.add_argument(
        "--margin", type=float, default=8.0, metavar="S", help="s around seizures to leave out (8)"
    )
    group.add_argument(
        "--rest-ratio",
        type=float,
        metavar="N",
        help="windows of the rest for each of a seizure, drawn before anything is read (all)",
    )
    group.add_argument(
        "--seizure",
        nargs="+",
        default=["seizure", "sz"],
        metavar="TEXT",
        help="how descriptions of seizures begin (seizure sz)",
    )
    group.add_argument("--channels", nargs="+", metavar="NAME", help="channels to take (all EEG)")
    group.add_argument(
        "--groups",
        choices=["patient", "recording"],
        default="patient",
        help="what a group is in a folder: the patient that names of files and folders tell, or "
        "each recording (patient)",
    )
    group.add_argument(
        "--skip-damaged", action="store_true", help="leave out files at fault, and count them"
    )
    return group


def add_rate_argument(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the sampling frequency."""
    parser.add_argument(
        "--sfreq", type=float, metavar="HZ", help=f"sampling frequency in Hz ({default})"
    )


def read_windows(arguments: argparse.Namespace, path: str | None = None) -> Bunch:
    """Read windows; their sampling frequency is that of --sfreq where given."""
    place = Path(path or arguments.data)
    if arguments.sfreq is not None and not 0 < arguments.sfreq < np.inf:
        raise ValueError(f"--sfreq must be a positive number of Hz. Got {arguments.sfreq}.")
    if place.name.lower().endswith(EPOCHS):
        windows = _from_epochs(place, arguments)
    elif place.is_dir() or place.suffix.lower() in SUFFIXES:
        return _from_recordings(place, arguments)
    else:
        windows = load_windows(
            place,
            label_column=arguments.label_column,
            groups_column=arguments.groups_column,
            drop=arguments.drop,
        )
    if arguments.sfreq is not None:
        windows.sfreq = arguments.sfreq
    return windows


def _from_epochs(path: Path, arguments: argparse.Namespace) -> Bunch:
    """Read epochs of MNE, in µV; their labels are the names of their events."""
    mne = import_mne()
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; expected epochs.")
    epochs, data, codes = read_epochs(mne.read_epochs(path, verbose="error"))
    if arguments.sfreq is not None and arguments.sfreq != epochs.info["sfreq"]:
        raise ValueError(
            f"--sfreq must be that of {path}, {epochs.info['sfreq']:g} Hz. Got "
            f"{arguments.sfreq:g}; leave it out."
        )
    names = {code: name for name, code in epochs.event_id.items()}
    groups = None
    if arguments.groups_column is not None:
        if epochs.metadata is None or arguments.groups_column not in epochs.metadata:
            raise ValueError(
                f"{path}: the metadata has no column {arguments.groups_column!r}; name another by "
                f"--groups-column, or leave it out."
            )
        groups = epochs.metadata[arguments.groups_column].to_numpy()
    return Bunch(
        data=MICROVOLTS * data,
        target=np.array([names[code] for code in codes.tolist()], object),
        groups=groups,
        sfreq=float(epochs.info["sfreq"]),
        ch_names=[epochs.ch_names[place] for place in good_channels(epochs)],
        epochs=epochs,
    )


def _from_recordings(place: Path, arguments: argparse.Namespace) -> Bunch:
    """Cut windows out of a recording or a folder of them."""
    mne = import_mne()
    known: dict[str, Any] = {}
    if place.is_dir():
        if arguments.annotations is not None:
            raise ValueError(
                f"--annotations is for a single recording. {place} is a folder, whose tables lie "
                f"beside the recordings as NAME_events.tsv."
            )
        eeg = open_folder(place, arguments)
        source: Any = eeg.raws
        known = {"groups": eeg.groups.tolist(), "no_seizure": True}
    else:
        prefixes = tuple(name.lower() for name in arguments.seizure)
        notes = (
            read_notes(Path(arguments.annotations), prefixes)
            if arguments.annotations
            else notes_beside(place, prefixes)
        )
        onsets, ends, names = zip(*notes, strict=True) if notes else ((), (), ())
        lengths = np.subtract(ends, onsets)
        source = place
        known["annotations"] = mne.Annotations(onsets, lengths, list(names)) if notes else None
        known["no_seizure"] = arguments.no_seizure
    return windows_from_raw(
        source,
        window=arguments.window,
        overlap={1: arguments.overlap},
        margin=arguments.margin,
        rest_ratio=arguments.rest_ratio,
        random_state=getattr(arguments, "seed", 0),
        seizure=arguments.seizure,
        ch_names=arguments.channels,
        sfreq=arguments.sfreq,
        **known,
    )


def open_folder(folder: Path, arguments: argparse.Namespace) -> Bunch:
    """Open a folder of recordings, and print what it holds and what was left out."""
    eeg = load_recordings(
        folder,
        seizure=arguments.seizure,
        groups=arguments.groups,
        on_error="skip" if arguments.skip_damaged else "raise",
    )
    hours = sum(raw.n_times / raw.info["sfreq"] for raw in eeg.raws) / 3600
    n_groups = len(np.unique(eeg.groups))
    print(f"{len(eeg.raws)} recordings of {n_groups} groups, {hours:.1f} h", end="; ")
    print(f"{len(eeg.skipped)} left out")
    for reason in eeg.skipped.reason:
        print(f"left out: {reason}")
    return eeg


def rate_in_words(sfreq: float | None) -> str:
    """Return a sentence on the sampling frequency."""
    known = "not stated; give it by --sfreq" if sfreq is None else f"{sfreq:g} Hz"
    return f"sampling frequency: {known}"


def find_label(text: str, labels: Iterable[Hashable]) -> Any:
    """Return the label whose text is given."""
    for label in (known := list(labels)):
        if str(label) == text:
            return label
    raise ValueError(f"There is no label {text}; expected one of {', '.join(map(str, known))}.")


def import_mne() -> Any:
    """Return MNE-Python, or raise with the reason why it is needed."""
    try:
        import mne
    except ImportError as error:
        raise ImportError(
            'Recordings and .fif files need MNE-Python: pip install "eegaug[mne]". Or take '
            ".csv or .npz."
        ) from error
    return mne
