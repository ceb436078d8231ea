"""Displays of real beside synthetic windows, in scikit-learn's manner; need `eegaug[plot]`."""

from eegaug.plotting._amplitude import AmplitudeDisplay
from eegaug.plotting._band_power import BandPowerDisplay
from eegaug.plotting._embedding import EmbeddingDisplay
from eegaug.plotting._history import HistoryDisplay
from eegaug.plotting._nearest import NearestWindowsDisplay
from eegaug.plotting._psd import PSDDisplay
from eegaug.plotting._windows import WindowsDisplay

__all__ = [
    "AmplitudeDisplay",
    "BandPowerDisplay",
    "EmbeddingDisplay",
    "HistoryDisplay",
    "NearestWindowsDisplay",
    "PSDDisplay",
    "WindowsDisplay",
]
