"""Displays of real beside synthetic windows, in scikit-learn's manner; need `eegaug[plot]`."""

from eegaug.plotting._channels import BandPowerMapDisplay, ChannelCovarianceDisplay
from eegaug.plotting._classifiers import GainDisplay, SeparationDisplay
from eegaug.plotting._distributions import AmplitudeDisplay, LineLengthDisplay
from eegaug.plotting._embedding import EmbeddingDisplay
from eegaug.plotting._history import HistoryDisplay
from eegaug.plotting._nearest import NearestWindowsDisplay
from eegaug.plotting._spectra import BandPowerDisplay, PSDDisplay
from eegaug.plotting._time import AutocorrelationDisplay, SpectrogramDisplay
from eegaug.plotting._traces import WindowsDisplay

__all__ = [
    "AmplitudeDisplay",
    "AutocorrelationDisplay",
    "BandPowerDisplay",
    "BandPowerMapDisplay",
    "ChannelCovarianceDisplay",
    "EmbeddingDisplay",
    "GainDisplay",
    "HistoryDisplay",
    "LineLengthDisplay",
    "NearestWindowsDisplay",
    "PSDDisplay",
    "SeparationDisplay",
    "SpectrogramDisplay",
    "WindowsDisplay",
]
