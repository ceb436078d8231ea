"""Files of events, in the form of SzCORE and BIDS."""

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils import check_consistent_length

from eegaug._files import replacing, replacing_folder
from eegaug.datasets._event_tables import read_event_table, seconds
from eegaug.evaluation._events import COLUMNS, DATE_FORMAT, NO_DATE, events_from_raw

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["read_events", "write_events", "write_recordings"]


def write_events(events: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write events as SzCORE's and BIDS' ``events.tsv``.

    Parameters
    ----------
    events : DataFrame
        As `detect_events` gives it.
    path : str or path-like
        The file, such as ``sub-01_task-szMonitoring_run-00_events.tsv``. One that is there is
        replaced as a whole.

    Raises
    ------
    ValueError
        If a column is missing.
    OSError
        If the file cannot be written.

    See Also
    --------
    read_events : Reads it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from eegaug.evaluation import detect_events, write_events
    >>> events = detect_events([0.9], [0], window=4, recording_duration=4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "events.tsv")
    ...     write_events(events, path)
    ...     print(path.read_text().expandtabs(1))
    onset duration eventType confidence channels dateTime recordingDuration
    0.00 4.00 sz 0.90 n/a 1985-01-01 00:00:00 4.00
    <BLANKLINE>
    """
    _check_columns(events, "The 'events' parameter of write_events")
    with replacing(path) as part:
        events[list(COLUMNS)].to_csv(
            part, sep="\t", index=False, float_format="%.2f", lineterminator="\n"
        )


def read_events(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read an ``events.tsv`` of SzCORE or BIDS.

    Parameters
    ----------
    path : str or path-like
        A table with tabs, with the columns `onset` and `duration` in s, `eventType` and
        `recordingDuration`; `confidence`, `channels` and `dateTime` may be missing.

    Returns
    -------
    events : DataFrame
        As `detect_events` gives it; further columns of the file are kept.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such table; the message names file, column and line.

    See Also
    --------
    write_events : Writes one.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from eegaug.evaluation import detect_events, read_events, write_events
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "events.tsv")
    ...     write_events(detect_events([0.9], [0], window=4, recording_duration=4), path)
    ...     read_events(path).eventType.tolist()
    ['sz']
    """
    path = Path(path)
    events = read_event_table(path)
    optional = {"confidence": "n/a", "channels": "n/a", "dateTime": NO_DATE.strftime(DATE_FORMAT)}
    events = events.assign(**{k: v for k, v in optional.items() if k not in events})
    _check_columns(events, str(path))
    for column in ("onset", "duration", "recordingDuration"):
        events[column] = seconds(events, column, path)
    confidence = pd.to_numeric(events["confidence"], errors="coerce")
    if confidence.notna().all():
        events["confidence"] = confidence
    return events


def write_recordings(
    raws: "Sequence[BaseRaw]", groups: ArrayLike, folder: str | os.PathLike[str]
) -> list[Path]:
    """Write recordings and their seizures as a folder in BIDS, as SzCORE has it.

    Parameters
    ----------
    raws : sequence of mne.io.Raw
        The recordings, with annotated seizures.
    groups : array-like of shape (n_recordings,)
        Patient of each. Only letters and digits stay in the names of files.
    folder : str or path-like
        The folder, which must not exist. It appears whole or not at all.

    Returns
    -------
    files : list of Path
        The EDF file of each recording, such as
        ``sub-anna/eeg/sub-anna_task-szMonitoring_run-00_eeg.edf``; beside it is a table of events.

    Raises
    ------
    ImportError
        If MNE-Python or edfio is not installed.
    FileExistsError
        If there is such a folder.
    ValueError
        If two patients would have one name.

    See Also
    --------
    eegaug.datasets.load_recordings : Opens such a folder.
    write_events : Writes one table.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from eegaug.datasets import make_seizure_recordings
    >>> from eegaug.evaluation import write_recordings
    >>> eeg = make_seizure_recordings(1, 1, duration=60, ch_names=["C3", "C4"], random_state=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_recordings(eeg.raws, eeg.groups, pathlib.Path(folder, "made"))
    >>> files[0].name
    'sub-patient1_task-szMonitoring_run-00_eeg.edf'
    """
    patients = np.asarray(groups).astype(str).tolist()
    check_consistent_length(raws, patients)
    labels = {patient: re.sub(r"[^A-Za-z0-9]", "", patient) for patient in patients}
    if "" in labels.values() or len(set(labels.values())) < len(labels):
        raise ValueError(
            f"The 'groups' parameter of write_recordings must have names that differ in letters "
            f"and digits. Got {sorted(labels)} instead."
        )
    root = Path(folder)
    if root.exists():
        raise FileExistsError(f"{root} exists; name a folder that does not.")
    names, runs = [], Counter[str]()
    for patient in patients:
        subject = f"sub-{labels[patient]}"
        stem = f"{subject}_task-szMonitoring_run-{runs[patient]:02d}"
        names.append(Path(subject, "eeg", stem))
        runs[patient] += 1
    with replacing_folder(root) as part:
        description = {"Name": root.name, "BIDSVersion": "1.7.0", "DatasetType": "raw"}
        (part / "dataset_description.json").write_text(json.dumps(description, indent=2) + "\n")
        for raw, name in zip(raws, names, strict=True):
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            _export(raw, part / f"{name}_eeg.edf")
            write_events(events_from_raw(raw), part / f"{name}_events.tsv")
    return [root / f"{name}_eeg.edf" for name in names]


def _export(raw: "BaseRaw", path: Path) -> None:
    """Write a recording as EDF."""
    import mne

    try:
        mne.export.export_raw(path, raw, verbose="error")
    except (ImportError, RuntimeError) as error:
        if find_spec("edfio") is None:
            raise ImportError(
                "Writing EDF needs edfio. Install it with pip install edfio."
            ) from error
        raise


def _check_columns(events: pd.DataFrame, what: str) -> None:
    missing = [name for name in COLUMNS if name not in events]
    if missing:
        raise ValueError(
            f"{what} must have the columns {', '.join(COLUMNS)}. {', '.join(missing)} missing."
        )
