"""Prediction over a whole recording."""

import os
from collections.abc import Hashable, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.utils import gen_batches
from sklearn.utils._param_validation import HasMethods, Interval, validate_params

from eegaug.interop._cutting import check_window, cut, lay
from eegaug.interop._recordings import (
    common_channels,
    n_samples_at,
    open_recordings,
    resampled,
)
from eegaug.interop._spans import paint, read_marks

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["predict_recording"]


@validate_params(
    {
        "classifier": [HasMethods("predict_proba")],
        "raw": [object],
        "window": [Interval(Real, 0, None, closed="neither")],
        "overlap": [Interval(Real, 0, 1, closed="left")],
        "ch_names": [list, tuple, None],
        "sfreq": [Interval(Real, 0, None, closed="neither"), None],
        "label": [object],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
    },
    prefer_skip_nested_validation=True,
)
def predict_recording(
    classifier: Any,
    raw: "BaseRaw | str | os.PathLike[str]",
    *,
    window: float = 4.0,
    overlap: float = 0.5,
    ch_names: Sequence[str] | None = None,
    sfreq: float | None = None,
    label: Hashable = 1,
    batch_size: int = 512,
) -> pd.DataFrame:
    """Predict the probability of a seizure in all windows of a recording.

    Windows are laid one after the other, whatever is annotated in them; stretches that are marked
    as bad are left out. They are read and predicted in batches: of a recording that is not in
    memory a batch is read at a time.

    Parameters
    ----------
    classifier : estimator
        Fitted, with `predict_proba`. It gets windows of shape (n_windows, n_channels, n_times) in
        µV, float32, as `windows_from_raw` cuts them.
    raw : mne.io.Raw or path
        The recording.
    window : float, default=4.0
        Length of a window in s; that of the windows the classifier has learned from.
    overlap : float, default=0.5
        Share of a window that it has in common with the next one, in [0, 1).
    ch_names : sequence of str, default=None
        Channels, in the order the classifier has learned them. None takes the EEG channels that
        are not marked as bad, in the order of the recording.
    sfreq : float, default=None
        Sampling frequency in Hz that the classifier has learned. A recording of another one is
        resampled, for which it comes into memory. None takes that of the recording.
    label : hashable, default=1
        The class whose probability is wanted.
    batch_size : int, default=512
        Number of windows in a batch.

    Returns
    -------
    predictions : DataFrame
        A row for each window: `start` in s after the first sample, and `probability`. It is what
        :func:`eegaug.evaluation.detect_events` takes.

    Raises
    ------
    ImportError
        If MNE is not installed.
    ValueError
        If a parameter is out of range, the recording cannot be read, lacks a channel or is
        shorter than a window, or the classifier does not know `label`.

    See Also
    --------
    windows_from_raw : Windows to learn from.
    eegaug.evaluation.detect_events : Makes seizures out of probabilities.

    Examples
    --------
    >>> import mne
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from eegaug.interop import predict_recording
    >>> info = mne.create_info(["C3", "C4"], 100.0, "eeg")
    >>> raw = mne.io.RawArray(np.zeros((2, 1000)), info, verbose=False)
    >>> classifier = DummyClassifier().fit(np.zeros((4, 2, 400)), [0, 0, 0, 1])
    >>> predict_recording(classifier, raw)
       start  probability
    0    0.0         0.25
    1    2.0         0.25
    2    4.0         0.25
    3    6.0         0.25
    """
    classes = np.asarray(classifier.classes_).tolist()
    if label not in classes:
        raise ValueError(
            f"The 'label' parameter of predict_recording must be one of the classes that the "
            f"classifier has learned, {classes}. Got {label!r} instead."
        )
    (recording,) = recordings = open_recordings(raw)
    names = common_channels(recordings, ch_names)
    rate = float(sfreq or recording.raw.info["sfreq"])
    n_times = round(window * rate)
    check_window(recordings, window, n_times, rate, "predict_recording")
    # No prefix: no annotation is a seizure, so that all windows have the label 0.
    marks = read_marks(recording.raw, None, seizure=(), origin=recording.origin)
    spans = paint(marks, n_samples_at(recording.raw, rate), rate, names)
    step = max(1, round(n_times * (1 - overlap)))
    starts, _ = lay(spans, n_times, [step], min_share=1.0, margin=0)
    source = resampled(recording.raw, names, rate) if len(starts) else recording.raw
    parts = []
    for batch in gen_batches(len(starts), batch_size):
        windows = np.empty((len(starts[batch]), len(names), n_times), np.float32)
        cut(source, names, starts[batch], n_times, windows)
        parts.append(classifier.predict_proba(windows)[:, classes.index(label)])
    probability = np.concatenate(parts) if parts else np.empty(0)
    return pd.DataFrame({"start": starts / rate, "probability": probability})
