"""Pure functions that make new windows out of real ones, without a trained model."""

from eegaug.transforms._augment import DEFAULT_STRENGTHS, augment, copies, jitter
from eegaug.transforms._surrogates import iaaft_surrogates, phase_surrogates

__all__ = [
    "DEFAULT_STRENGTHS",
    "augment",
    "copies",
    "iaaft_surrogates",
    "jitter",
    "phase_surrogates",
]
