"""Comparison and selection of samplers without leakage, and detection of seizures as events."""

from eegaug.evaluation._augmented import AugmentedClassifier
from eegaug.evaluation._event_comparison import compare_on_recordings
from eegaug.evaluation._event_detector import make_detector
from eegaug.evaluation._event_files import read_events, write_events, write_recordings
from eegaug.evaluation._event_result import EventComparison
from eegaug.evaluation._event_scores import score_events
from eegaug.evaluation._events import detect_events, events_from_raw
from eegaug.evaluation._generators import compare_generators
from eegaug.evaluation._prior import correct_probabilities
from eegaug.evaluation._samplers import compare_samplers
from eegaug.evaluation._selection import select_sampler
from eegaug.evaluation._selection_result import SelectionResult
from eegaug.evaluation._statistics import paired_differences, seed_differences

__all__ = [
    "AugmentedClassifier",
    "EventComparison",
    "SelectionResult",
    "compare_generators",
    "compare_on_recordings",
    "compare_samplers",
    "correct_probabilities",
    "detect_events",
    "events_from_raw",
    "make_detector",
    "paired_differences",
    "read_events",
    "score_events",
    "seed_differences",
    "select_sampler",
    "write_events",
    "write_recordings",
]
