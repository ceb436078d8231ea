"""Comparison of samplers without leakage, and what the differences are worth."""

from eegaug.evaluation._augmented import AugmentedClassifier
from eegaug.evaluation._generators import compare_generators
from eegaug.evaluation._prior import correct_probabilities
from eegaug.evaluation._samplers import compare_samplers
from eegaug.evaluation._selection import select_sampler
from eegaug.evaluation._selection_result import SelectionResult
from eegaug.evaluation._statistics import paired_differences, seed_differences

__all__ = [
    "AugmentedClassifier",
    "SelectionResult",
    "compare_generators",
    "compare_samplers",
    "correct_probabilities",
    "paired_differences",
    "seed_differences",
    "select_sampler",
]
