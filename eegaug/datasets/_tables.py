"""Tables of windows: text to a frame, a frame to finite numbers, ids to recordings."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug._files import decode, read_table_bytes

__all__ = ["check_rows", "finite_numbers", "has_ids", "read_table", "recordings_of"]

ID_HEADERS = ("", "id", "unnamed", "unnamed: 0")
MAX_BYTES = 256 * 2**20  # the published Epileptic Seizure Recognition file has under 8 MB
MAX_COLUMNS = 2**16  # pandas takes a quarter of a millisecond for each

# What pandas does from 3.1 on, which deprecates to ask for it; before, it gave up a bit for speed.
_TO_THE_LAST_BIT: dict[str, Any] = (
    {"float_precision": "round_trip"}
    if tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1)
    else {}
)


def read_table(path: Path, expected: str) -> pd.DataFrame:
    """Read a CSV, values as pandas reads them."""
    text = decode(read_table_bytes(path, max_bytes=MAX_BYTES), str(path))
    if not text:
        raise ValueError(f"{path} is empty; expected a CSV with the columns {expected}.")
    _check_lines(text, path)
    try:
        # Blank lines are kept, so that a row's place gives its line.
        table = pd.read_csv(
            io.StringIO(text), skip_blank_lines=False, low_memory=False, **_TO_THE_LAST_BIT
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"{path} is no table with the columns {expected}: {error}") from error
    if table.columns.empty:
        raise ValueError(f"{path}, line 1: expected the columns {expected}. Got an empty line.")
    return table


def _check_lines(text: str, path: Path) -> None:
    """Raise where a line is no row of reasonable width, before pandas makes columns of it."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(",") >= MAX_COLUMNS:
            raise ValueError(
                f"{path}, line {number}: expected at most {MAX_COLUMNS} values. Got "
                f"{line.count(',') + 1} instead."
            )
        if line.count('"') % 2:
            raise ValueError(f"{path}, line {number}: expected each quote closed on its line.")


def has_ids(columns: Sequence[str]) -> bool:
    """Tell whether the first column is one of ids, by its header."""
    return bool(columns) and columns[0].strip().lower() in ID_HEADERS


def check_rows(table: pd.DataFrame, path: Path) -> None:
    """Raise where the rows do not match the header, or there are none."""
    if not isinstance(table.index, pd.RangeIndex):
        raise ValueError(
            f"{path}, line 2: expected {len(table.columns)} values as in the header. Got more "
            "instead."
        )
    if table.empty:
        raise ValueError(f"{path} has a header and no rows; expected a window on each line.")


def finite_numbers(table: pd.DataFrame, path: Path) -> NDArray[np.float64]:
    """Return the table as finite numbers, or raise with line and column."""
    numeric = table.apply(pd.to_numeric, errors="coerce")
    values = numeric.to_numpy(np.float64)
    wrong = ~np.isfinite(values)
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        value = table.iat[row, column]
        got = "nothing" if pd.isna(value) else repr(str(value))
        raise ValueError(
            f"{path}, line {row + 2}, column {table.columns[column]}: expected a finite number. "
            f"Got {got} instead; the row may be cut short."
        )
    return values


def recordings_of(ids: pd.Series) -> pd.Series:
    """Return all that follows the first dot of ids such as X21.V1.791, NaN for others."""
    return ids.astype(str).str.extract(r"^X\d+\.(\S+)$", expand=False)
