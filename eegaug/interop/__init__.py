"""Conversion from and to objects of MNE-Python."""

from eegaug.interop._epochs import resample_epochs
from eegaug.interop._predict import predict_recording
from eegaug.interop._raw import windows_from_raw

__all__ = ["predict_recording", "resample_epochs", "windows_from_raw"]
