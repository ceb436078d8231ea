"""One HTML report on synthetic windows: verdicts, metrics beside references, and figures."""

from eegaug.report._comparison import ReportComparison, compare_reports
from eegaug.report._findings import Finding
from eegaug.report._report import QualityReport, quality_report
from eegaug.report._summary import LabelSummary

__all__ = [
    "Finding",
    "LabelSummary",
    "QualityReport",
    "ReportComparison",
    "compare_reports",
    "quality_report",
]
