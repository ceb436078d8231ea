"""All numbers of a report as JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from eegaug.report._section import Section

__all__ = ["as_json", "section_numbers"]


def as_json(document: Mapping[str, Any]) -> str:
    """Return strict JSON; numbers that are not finite become null."""
    return json.dumps(_plain(document), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def section_numbers(section: Section) -> dict[str, Any]:
    """Return the numbers of one label."""
    windows, measured = section.windows, section.measured
    return {
        "label": windows.label,
        "light": section.summary.light,
        "summary": section.summary.text,
        "n_windows": {
            "real": len(windows.real),
            "synthetic": len(windows.synthetic),
            "held out": 0 if windows.holdout is None else len(windows.holdout),
        },
        "n_recordings": {
            "real": None if windows.groups is None else len(np.unique(windows.groups)),
            "held out": None
            if windows.groups_holdout is None
            else len(np.unique(windows.groups_holdout)),
        },
        "metrics": section.table,
        "findings": [asdict(each) for each in section.findings],
        "attack": None if measured.attack is None else asdict(measured.attack),
        "separation": asdict(measured.separation),
        "gain": asdict(measured.gain),
        "strengths": None if windows.strengths is None else asdict(windows.strengths),
        "real_share": None if windows.real_share is None else asdict(windows.real_share),
        "problems": measured.problems,
        "figures": {
            each.spec.name: {name: getattr(each.display, name) for name in each.display.NUMBERS}
            for each in section.pictures
            if each.display is not None
        },
    }


def _plain(value: Any) -> Any:
    """Return a value in the types of JSON, with text for what has none."""
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, np.generic | np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
