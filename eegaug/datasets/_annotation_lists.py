"""Lists of seizures as public data sets publish them: text in, seconds out."""

import io
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["parse_chb_mit", "parse_helsinki", "parse_siena"]

Seizures = dict[str, list[tuple[float, float]]]

# How Siena's lists write names of files that are called otherwise.
SIENA_NAMES = {
    "PN01.edf": "PN01-1.edf",
    "PN11-.edf": "PN11-1.edf",
    **{f"PNO6-{number}.edf": f"PN06-{number}.edf" for number in range(1, 6)},
}
# Its seizure would last an hour and end after the recording.
SIENA_TIMES = {("PN00-3.edf", "19.29.29"): "18.29.29"}
SIENA_LINES = {
    "file": re.compile(r"\s*file\s*name\s*:\s*(.*?)\s*$", re.IGNORECASE),
    "zero": re.compile(r"\s*registration\s*start\s*time\s*:(.*)", re.IGNORECASE),
    "start": re.compile(r"\s*(?:seizure\s*)?start\s*time\s*:(.*)", re.IGNORECASE),
    "end": re.compile(r"\s*(?:seizure\s*)?end\s*time\s*:(.*)", re.IGNORECASE),
}


def parse_chb_mit(text: str, name: str) -> Seizures:
    """Read a ``chbNN-summary.txt``: start and end in s of the seizures of each file."""
    found: Seizures = {}
    file, wanted, start = "", 0, None
    for number, line in enumerate([*text.splitlines(), "File Name: "], 1):
        key, _, value = (part.strip() for part in line.partition(":"))
        where = f"{name}, line {number}"
        if key == "File Name":
            if file and (start is not None or len(found[file]) != wanted):
                raise ValueError(
                    f"{where}: {file} must have {wanted} seizures with start and end. Got "
                    f"{len(found[file])}; fetch the file again."
                )
            file, wanted, start = value, 0, None
            found.setdefault(file, [])
        elif key == "Number of Seizures in File":
            wanted = int(_seconds(value, where))
        elif re.fullmatch(r"Seizure( \d+)? Start Time", key):
            start = _seconds(value, where)
        elif re.fullmatch(r"Seizure( \d+)? End Time", key):
            end = _seconds(value, where)
            # Pairs follow each other; the numbers in front are wrong in places.
            if start is None or end <= start:
                raise ValueError(
                    f"{where}: a seizure's end must follow its start. Got {start} and {end} s."
                )
            found[file].append((start, end))
            start = None
    found.pop("", None)
    return found


def _seconds(value: str, where: str) -> float:
    """Return the number at the beginning of, e.g., ``2996 seconds``."""
    match = re.match(r"\d+(\.\d+)?", value)
    if match is None:
        raise ValueError(f"{where}: expected a number, such as '2996 seconds'. Got {value!r}.")
    return float(match[0])


def parse_siena(text: str, name: str) -> Seizures:
    """Read a ``Seizures-list-PNxx.txt``: start and end in s of the seizures of each file."""
    found: Seizures = {}
    file, zeros, start = "", dict[str, float](), None
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name}, line {number}"
        matches = ((kind, form.match(line)) for kind, form in SIENA_LINES.items())
        kind, value = next(((kind, m[1]) for kind, m in matches if m), ("", ""))
        if kind == "file":
            file, start = SIENA_NAMES.get(value, value), None
        elif kind == "zero":
            zeros[file] = _clock(value, file, where)
        elif kind == "start":
            start = _clock(value, file, where)
        elif kind == "end":
            if start is None or file not in zeros:
                raise ValueError(
                    f"{where}: a seizure's end must follow its start and the registration's. "
                    f"Got neither for {file or 'any file'}; fetch the list again."
                )
            # Clock times: past midnight they begin anew.
            onset, end = (
                (time - zeros[file]) % 86_400 for time in (start, _clock(value, file, where))
            )
            if end <= onset:
                raise ValueError(
                    f"{where}: a seizure's end must follow its start. Got {onset:g} and {end:g} s "
                    f"after the beginning of {file}."
                )
            found.setdefault(file, []).append((onset, end))
            start = None
    return found


def _clock(value: str, file: str, where: str) -> float:
    """Return seconds since midnight of, e.g., ``19.39.33``, ``21:51:02`` or ``1 6.49.25``."""
    compact = value.replace(" ", "").strip()
    compact = SIENA_TIMES.get((file, compact), compact)
    match = re.match(r"(\d{1,2})[.:](\d{1,2})[.:](\d{1,2})$", compact)
    if match is None:
        raise ValueError(f"{where}: expected a time, such as '19.39.33'. Got {value.strip()!r}.")
    hours, minutes, seconds = (int(part) for part in match.groups())
    return 3600.0 * hours + 60.0 * minutes + seconds


def parse_helsinki(
    texts: Mapping[str, str], agreement: int
) -> dict[int, list[tuple[float, float]]]:
    """Read the experts' tables: start and end in s where so many of them see a seizure."""
    votes: dict[int, list[np.ndarray]] = {}
    for name, text in texts.items():
        table = pd.read_csv(io.StringIO(text))
        for column in table:
            if not re.fullmatch(r"\s*\d+\s*", str(column)):
                raise ValueError(
                    f"{name}: columns must be numbers of infants, '1' to '79'. Got {column!r}."
                )
            seconds = table[column].dropna().to_numpy()  # it ends with the recording
            if not np.isin(seconds, [0, 1]).all():
                raise ValueError(f"{name}, column {column}: expected 0 or 1 for each second.")
            votes.setdefault(int(column), []).append(seconds.astype(int))
    found = {}
    for infant, experts in votes.items():
        if len(experts) != len(texts) or len({len(seconds) for seconds in experts}) > 1:
            raise ValueError(
                f"{', '.join(texts)}: infant {infant} must have as many seconds in each table. "
                f"Got {[len(seconds) for seconds in experts]}."
            )
        agreed = np.sum(experts, axis=0) >= agreement
        edges = np.flatnonzero(np.diff(np.concatenate([[False], agreed, [False]]))).tolist()
        found[infant] = [
            (float(a), float(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)
        ]
    return found
