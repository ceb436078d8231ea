"""Random changes of real windows, without a trained model, and how strong they may be.

`AugmentationStrengths` is what users meet in `strengths_` of a fitted sampler, `ChannelAugmenter`
what they give to one. The rest is for the samplers.
"""

from eegaug.transforms._augment import amplitudes as amplitudes
from eegaug.transforms._augment import augment as augment
from eegaug.transforms._augment import copies as copies
from eegaug.transforms._augment import dress_up as dress_up
from eegaug.transforms._channels import ChannelAugmenter
from eegaug.transforms._strengths import AugmentationStrengths
from eegaug.transforms._strengths import estimate_strengths as estimate_strengths
from eegaug.transforms._strengths import growth_factor as growth_factor
from eegaug.transforms._surrogates import iaaft_surrogates as iaaft_surrogates
from eegaug.transforms._surrogates import phase_surrogates as phase_surrogates

__all__ = ["AugmentationStrengths", "ChannelAugmenter"]
