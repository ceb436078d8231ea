"""One HTML report on synthetic windows: figures, metrics beside real-vs-real references, words."""

from eegaug.report._findings import Finding
from eegaug.report._report import QualityReport, quality_report

__all__ = ["Finding", "QualityReport", "quality_report"]
