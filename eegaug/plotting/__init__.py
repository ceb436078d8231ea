"""Displays of real beside synthetic windows, in scikit-learn's manner; need `eegaug[plot]`."""

from eegaug.plotting._channels import BandPowerMapDisplay, ChannelCovarianceDisplay
from eegaug.plotting._distributions import AmplitudeDisplay, EmbeddingDisplay
from eegaug.plotting._history import HistoryDisplay
from eegaug.plotting._spectra import BandPowerDisplay, PSDDisplay
from eegaug.plotting._traces import NearestWindowsDisplay, WindowsDisplay

__all__ = [
    "AmplitudeDisplay",
    "BandPowerDisplay",
    "BandPowerMapDisplay",
    "ChannelCovarianceDisplay",
    "EmbeddingDisplay",
    "HistoryDisplay",
    "NearestWindowsDisplay",
    "PSDDisplay",
    "WindowsDisplay",
]
