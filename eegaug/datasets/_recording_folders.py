"""Folders of recordings with their seizures: BIDS, or a folder for each patient."""

import os
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sklearn.utils import Bunch
from sklearn.utils._param_validation import StrOptions, validate_params

from eegaug.datasets._event_tables import read_notes
from eegaug.datasets._opening import Note, open_recordings

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["SUFFIXES", "events_path", "load_recordings", "notes_beside"]

#: Endings of recordings that are looked for in a folder.
SUFFIXES = (".edf", ".bdf", ".fif", ".set", ".vhdr")
#: Folders of BIDS that hold no recordings as they were made.
PASSED_OVER = {"derivatives", "sourcedata", "code"}
DESCR = """\
Recordings of a folder on this machine, not in memory. `groups` names the patient of each: give it
to LeaveOneGroupOut or GroupKFold, for seizures of one patient resemble each other.
"""


@validate_params(
    {
        "folder": [str, os.PathLike],
        "seizure": [str, list, tuple],
        "groups": [StrOptions({"patient", "recording"})],
        "on_error": [StrOptions({"raise", "skip"})],
    },
    prefer_skip_nested_validation=True,
)
def load_recordings(
    folder: str | os.PathLike[str],
    *,
    seizure: str | Sequence[str] = ("seizure", "sz"),
    groups: str = "patient",
    on_error: str = "raise",
) -> Bunch:
    """Open the recordings of a folder with their annotated seizures.

    The folder is in BIDS, or has a folder for each patient. Nothing but headers and tables is
    read. Needs MNE-Python (the extra ``mne``).

    Parameters
    ----------
    folder : str or path-like
        Where the recordings are: EDF, BDF, FIF, EEGLAB or BrainVision files, at any depth; the
        folders ``derivatives``, ``sourcedata`` and ``code`` are passed over. Annotations are those
        of the file and those of a table beside it, ``NAME_events.tsv`` for ``NAME.edf`` or
        ``NAME_eeg.edf``: with `onset` and `duration` in s after the first sample, and the
        description in `eventType` (SzCORE), `trial_type` (BIDS) or `description`. A table
        without a seizure says that the recording holds none.
    seizure : str or sequence of str, default=("seizure", "sz")
        How the descriptions of seizures begin, in upper or lower case.
    groups : {"patient", "recording"}, default="patient"
        What a group is. The patient is the part ``sub-…`` of a file's name, as in BIDS, or else
        the first folder below `folder`. "recording" makes each file a group of its own.
    on_error : {"raise", "skip"}, default="raise"
        Whether a file that is cut short, cannot be read, has no annotations, or does not fit its
        table is an error, or is left out and named in `skipped`.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        raws : list of mne.io.Raw
            Recordings, not in memory, with all their annotations.
        groups : ndarray of str
            Patient of each recording.
        files : list of Path
            File of each recording.
        seizures : DataFrame
            A row for each seizure of the tables: `recording` (its place in `raws`), `patient`,
            `onset` and `duration` in s.
        skipped : DataFrame
            `file` and `reason` of each file that was left out.
        DESCR : str
            Description.

    Raises
    ------
    ImportError
        If MNE-Python is not installed.
    FileNotFoundError
        If there is no such folder, or no recording in it.
    ValueError
        If a file is at fault (see `on_error`), a patient is not known, or no recording has a
        seizure. The message names the file.

    See Also
    --------
    eegaug.interop.windows_from_raw : Cuts windows out of the recordings.
    eegaug.evaluation.compare_on_recordings : Trains and scores detectors on them.
    eegaug.evaluation.write_events : Writes a table of events.

    Examples
    --------
    Two simulated recordings, written to EDF and read back.

    >>> import pathlib, tempfile
    >>> import mne
    >>> from eegaug.datasets import load_recordings, make_seizure_recordings
    >>> from eegaug.evaluation import events_from_raw, write_events
    >>> made = make_seizure_recordings(2, 1, duration=60, ch_names=["C3", "C4"], random_state=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, raw in zip(["anna", "bert"], made.raws):
    ...         place = pathlib.Path(folder, name)
    ...         place.mkdir()
    ...         mne.export.export_raw(place / "night.edf", raw, verbose="error")
    ...         write_events(events_from_raw(raw), place / "night_events.tsv")
    ...     eeg = load_recordings(folder)
    >>> eeg.groups.tolist(), len(eeg.seizures), eeg.raws[0].preload
    (['anna', 'bert'], 2, False)
    """
    root = Path(folder)
    if not root.is_dir():
        raise FileNotFoundError(f"{root} is no folder; expected one with recordings.")
    prefixes = [name.lower() for name in ([seizure] if isinstance(seizure, str) else seizure)]
    files = [path for path in sorted(root.rglob("*")) if _is_recording(path.relative_to(root))]
    if not files:
        raise FileNotFoundError(
            f"{root} holds no recording; expected files that end in {', '.join(SUFFIXES)}."
        )
    entries = []
    for path in files:
        group = path.relative_to(root).as_posix()
        if groups == "patient":
            group = _patient(path.relative_to(root), root)
        entries.append((path, group, partial(_find_notes, path, prefixes)))
    bunch = open_recordings(entries, DESCR, on_error, seizure=prefixes)
    _check_any_seizure(bunch, prefixes, root)
    return bunch


def _is_recording(path: Path) -> bool:
    """Tell whether a file below the folder is taken for a recording."""
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return (
        path.suffix.lower() in SUFFIXES
        and not hidden
        and not PASSED_OVER & set(path.parts[:-1])
        and not path.stem.endswith(("-epo", "_epo"))
    )


def _patient(path: Path, root: Path) -> str:
    """Return the patient that the names tell."""
    if subject := re.match(r"(sub-[A-Za-z0-9]+)", path.name):
        return subject[1]
    if len(path.parts) < 2:
        raise ValueError(
            f"{root / path}: the patient is not known. Expected a name that begins with 'sub-…' "
            f"as in BIDS, or a folder for each patient in {root}. State groups='recording' only "
            f"where each recording is of another patient."
        )
    return path.parts[0]


def events_path(path: Path) -> Path:
    """Return where the table of events of a recording is."""
    return path.with_name(re.sub(r"_i?eeg$", "", path.stem) + "_events.tsv")


def notes_beside(path: Path, seizure: Sequence[str]) -> list[Note] | None:
    """Return the events of the table beside a recording; None where there is no table."""
    table = events_path(path)
    return read_notes(table, seizure) if table.exists() else None


def _find_notes(path: Path, seizure: Sequence[str], raw: "BaseRaw") -> list[Note]:
    """Return the events of the table, without which a recording must have its own."""
    notes = notes_beside(path, seizure)
    if notes is None and not len(raw.annotations):
        raise ValueError(
            f"{path} has no annotations, so that nothing says where its seizures are. Put "
            f"{events_path(path).name} beside it; one without a seizure says that the recording "
            f"holds none."
        )
    return notes or []


def _check_any_seizure(bunch: Bunch, prefixes: Sequence[str], root: Path) -> None:
    """Raise where no recording is left, or no description is that of a seizure."""
    if not bunch.raws:
        raise ValueError(
            f"No recording of {root} can be used; the first of {len(bunch.skipped)} reasons: "
            f"{bunch.skipped.reason[0]}"
        )
    names = {str(name) for raw in bunch.raws for name in raw.annotations.description}
    if not any(name.lower().startswith(tuple(prefixes)) for name in names):
        raise ValueError(
            f"No annotation of the {len(bunch.raws)} recordings in {root} begins with "
            f"{' or '.join(map(repr, prefixes))} (the 'seizure' parameter). Got the descriptions "
            f"{', '.join(map(repr, sorted(names)[:20]))}; name the one that marks seizures."
        )
