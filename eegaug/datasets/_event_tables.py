"""Tables of events beside recordings, as BIDS and SzCORE have them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from eegaug.datasets._opening import Note

__all__ = ["read_event_table", "read_notes", "seconds"]

#: Columns that name an event: SzCORE's, BIDS', and that of other tables.
NAMES = ("eventType", "trial_type", "description")


def read_event_table(path: Path) -> pd.DataFrame:
    """Read a table with tabs, all of it as text."""
    try:
        return pd.read_csv(path, sep="\t", keep_default_na=False, dtype=str)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no table with tabs between columns: {error}") from error


def seconds(events: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """Return a column of seconds, or raise where one is no number or below 0."""
    numbers = pd.to_numeric(events[column], errors="coerce")
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        line = int(wrong.to_numpy().argmax())
        raise ValueError(
            f"{path}, line {line + 2}: '{column}' must be a number of seconds, at least 0. "
            f"Got {events[column].iloc[line]!r} instead."
        )
    return numbers


def read_notes(path: Path, seizure: Sequence[str]) -> list[Note]:
    """Return the events of a table; each seizure must have an onset and a duration."""
    table = read_event_table(path)
    column = next((name for name in NAMES if name in table), None)
    missing = [name for name in ("onset", "duration") if name not in table]
    if column is None or missing:
        raise ValueError(
            f"{path} must have the columns onset, duration and one of {', '.join(NAMES)}. Got "
            f"{', '.join(table.columns)} instead."
        )
    names = table[column].astype(str)
    is_seizure = names.str.lower().str.startswith(tuple(seizure)).to_numpy(bool)
    # Other events may last for no time, or for one that is not known.
    times = table[["onset", "duration"]].apply(pd.to_numeric, errors="coerce").fillna(0).clip(0)
    times = times.astype(object)
    times.loc[is_seizure] = table.loc[is_seizure, ["onset", "duration"]]
    onsets, lengths = (seconds(times, name, path) for name in ("onset", "duration"))
    short = is_seizure & (lengths <= 0).to_numpy()
    if short.any():
        line = int(short.argmax())
        raise ValueError(
            f"{path}, line {line + 2}: a seizure must have a duration. Got {names.iloc[line]!r} "
            f"at {onsets.iloc[line]:g} s with a duration of 0; correct or delete the line."
        )
    ends = (onsets + lengths).tolist()
    return list(zip(onsets.tolist(), ends, names.tolist(), strict=True))
