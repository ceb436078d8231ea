"""Objects of MNE-Python in and out."""

from eegaug.interop._epochs import resample_epochs
from eegaug.interop._raw import windows_from_raw

__all__ = ["resample_epochs", "windows_from_raw"]
