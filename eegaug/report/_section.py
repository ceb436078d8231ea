"""All that a report holds of one label."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from eegaug.report._findings import Finding
from eegaug.report._input import LabelWindows
from eegaug.report._measure import Measured
from eegaug.report._pictures import Picture
from eegaug.report._summary import LabelSummary

__all__ = ["Section"]


@dataclass(frozen=True)
class Section:
    """Windows, numbers, words and pictures of one label."""

    windows: LabelWindows
    measured: Measured
    table: pd.DataFrame
    findings: Sequence[Finding]
    summary: LabelSummary
    pictures: Sequence[Picture]
