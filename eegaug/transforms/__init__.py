"""Pure functions that make new windows out of real ones, without a trained model."""

from eegaug.transforms._augment import amplitudes, augment, copies, dress_up
from eegaug.transforms._strengths import (
    AugmentationStrengths,
    estimate_strengths,
    growth_factor,
)
from eegaug.transforms._surrogates import iaaft_surrogates, phase_surrogates

__all__ = [
    "AugmentationStrengths",
    "amplitudes",
    "augment",
    "copies",
    "dress_up",
    "estimate_strengths",
    "growth_factor",
    "iaaft_surrogates",
    "phase_surrogates",
]
