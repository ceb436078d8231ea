"""Files of events, in the form of SzCORE and BIDS."""

import os
from pathlib import Path

import pandas as pd

from eegaug._files import replacing
from eegaug.datasets._event_tables import read_event_table, seconds
from eegaug.evaluation._events import COLUMNS, DATE_FORMAT, NO_DATE

__all__ = ["read_events", "write_events"]


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


def _check_columns(events: pd.DataFrame, what: str) -> None:
    missing = [name for name in COLUMNS if name not in events]
    if missing:
        raise ValueError(
            f"{what} must have the columns {', '.join(COLUMNS)}. {', '.join(missing)} missing."
        )
