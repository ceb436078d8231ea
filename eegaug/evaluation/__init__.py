"""Comparison of samplers without leakage, and what the differences are worth."""

from eegaug.evaluation._generators import compare_generators
from eegaug.evaluation._samplers import compare_samplers
from eegaug.evaluation._statistics import paired_differences, seed_differences

__all__ = ["compare_generators", "compare_samplers", "paired_differences", "seed_differences"]
