"""Check that the columns of a table are samples in the order of time."""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import pairwise

import numpy as np

__all__ = ["check_sample_columns"]

MAX_LISTED = 10
NUMBERED = re.compile(r"(.*?)(\d+(?:\.\d+)?)", re.DOTALL)
REMEDY = (
    "Drop the columns that are not samples, as by X.drop(columns={listed}), or give the column "
    "that names the recording or patient as 'groups', as by groups=X.pop({first})."
)


def check_sample_columns(
    columns: Iterable[Hashable], *, name: str = "X", remedy: str = REMEDY
) -> None:
    """Raise where columns are not numbered; `remedy` may hold {listed} and {first}."""
    labels = list(columns)
    if not labels:
        raise ValueError(
            f"{name} must have a column for each sample. Got none; give windows of at least 2 "
            "samples."
        )
    numbered = [_numbered(label) for label in labels]
    prefixes = Counter(prefix for prefix, number in numbered if number is not None)
    # A single numbered column is not a sequence.
    prefix, size = prefixes.most_common(1)[0] if prefixes else ("", 0)
    runs = [number is not None and each == prefix for each, number in numbered]
    strangers = [label for label, in_run in zip(labels, runs, strict=True) if not in_run]
    if strangers or size < 2:
        listed = ", ".join(map(repr, strangers[:MAX_LISTED])) or "one column alone"
        if len(strangers) > MAX_LISTED:
            listed += f" and {len(strangers) - MAX_LISTED} others"
        example = strangers or labels
        advice = remedy.format(listed=example[:MAX_LISTED], first=repr(example[0]))
        raise ValueError(
            f"The columns of {name} must be samples in the order of time, numbered such as X1, "
            f"X2, X3. Got {listed} besides. {advice}"
        )
    numbers = [number for _, number in numbered if number is not None]
    step = np.median(np.diff(numbers))
    for place, (first, second) in enumerate(pairwise(numbers)):
        # Times have rounded decimals; a sample left out doubles the step.
        if not 0.5 * step < second - first < 1.5 * step:
            raise ValueError(
                f"The columns of {name} must be samples in the order of time: "
                f"{labels[place + 1]!r} does not follow {labels[place]!r}. Sort the columns, and "
                f"add the missing ones."
            )


def _numbered(label: Hashable) -> tuple[str, float | None]:
    """Return the prefix and the number of a label."""
    if not isinstance(label, str | int | float) and not hasattr(label, "dtype"):
        return "", None
    text = str(label)
    try:
        number = float(text)
    except ValueError:
        match = NUMBERED.fullmatch(text)
        return (match[1], float(match[2])) if match else ("", None)
    return ("", number) if math.isfinite(number) else ("", None)
