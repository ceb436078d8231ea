"""Random changes of real windows, without a trained model, and how strong they may be.

Only `AugmentationStrengths` is for users, who meet it in `strengths_` of a fitted sampler.
"""

from eegaug.transforms._augment import amplitudes as amplitudes
from eegaug.transforms._augment import augment as augment
from eegaug.transforms._augment import copies as copies
from eegaug.transforms._augment import dress_up as dress_up
from eegaug.transforms._strengths import AugmentationStrengths
from eegaug.transforms._strengths import estimate_strengths as estimate_strengths
from eegaug.transforms._strengths import growth_factor as growth_factor
from eegaug.transforms._surrogates import iaaft_surrogates as iaaft_surrogates
from eegaug.transforms._surrogates import phase_surrogates as phase_surrogates

__all__ = ["AugmentationStrengths"]
