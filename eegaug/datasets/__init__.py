"""EEG with seizures: simulated windows and recordings, and public data sets.

`make_...` needs no file. The loaders read what users bring; only `fetch_...` downloads.
All of them return a :class:`sklearn.utils.Bunch` whose `groups` name the recording of each
window, or the patient of each recording: split by them, for what they join resembles each other.
"""

from eegaug.datasets._bonn import load_bonn
from eegaug.datasets._epileptic_seizures import load_epileptic_seizures
from eegaug.datasets._neonatal import load_neonatal
from eegaug.datasets._public_recordings import fetch_chb_mit, fetch_helsinki, fetch_siena
from eegaug.datasets._recording_folders import load_recordings
from eegaug.datasets._recordings import make_seizure_recordings
from eegaug.datasets._seizure_windows import make_seizure_windows
from eegaug.datasets._windows_file import load_windows

__all__ = [
    "fetch_chb_mit",
    "fetch_helsinki",
    "fetch_siena",
    "load_bonn",
    "load_epileptic_seizures",
    "load_neonatal",
    "load_recordings",
    "load_windows",
    "make_seizure_recordings",
    "make_seizure_windows",
]
