"""Samplers of EEG windows for imbalanced-learn."""

from eegaug.over_sampling._base import BaseWindowOverSampler
from eegaug.over_sampling._class_data import DominantGroupWarning
from eegaug.over_sampling._fallback import Fallback, SmallClassWarning
from eegaug.over_sampling._gan import GANOversampler
from eegaug.over_sampling._jitter import JitterOversampler
from eegaug.over_sampling._share import RealShare
from eegaug.over_sampling._surrogate import SurrogateOversampler

__all__ = [
    "BaseWindowOverSampler",
    "DominantGroupWarning",
    "Fallback",
    "GANOversampler",
    "JitterOversampler",
    "RealShare",
    "SmallClassWarning",
    "SurrogateOversampler",
]
