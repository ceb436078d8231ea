"""Windows of EEG with seizures: simulated ones, and loaders of local copies of public data sets.

`make_seizure_windows` needs no file. The loaders read what users bring; nothing is downloaded.
All of them return a :class:`sklearn.utils.Bunch` whose `groups` name the recording of each
window: split by them, for windows of one recording resemble each other.
"""

from eegaug.datasets._bonn import load_bonn
from eegaug.datasets._epileptic_seizures import load_epileptic_seizures
from eegaug.datasets._neonatal import load_neonatal
from eegaug.datasets._recordings import make_seizure_recordings
from eegaug.datasets._seizure_windows import make_seizure_windows
from eegaug.datasets._windows_file import load_windows

__all__ = [
    "load_bonn",
    "load_epileptic_seizures",
    "load_neonatal",
    "load_windows",
    "make_seizure_recordings",
    "make_seizure_windows",
]
