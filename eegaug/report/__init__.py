"""One HTML report on synthetic windows, with figures, floors and plain words."""

from eegaug.report._findings import Finding
from eegaug.report._report import QualityReport, quality_report

__all__ = ["Finding", "QualityReport", "quality_report"]
