"""Comparison of samplers by seizures that are detected in recordings of unseen patients."""

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.utils import Bunch, check_consistent_length, check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, validate_params

from eegaug._progress import show_progress
from eegaug.evaluation._checks import check_candidates
from eegaug.evaluation._event_detector import make_detector
from eegaug.evaluation._event_result import EventComparison
from eegaug.evaluation._event_scores import score_events
from eegaug.evaluation._events import detect_events, events_from_raw
from eegaug.evaluation._resample import resample
from eegaug.evaluation._run import _seeded
from eegaug.interop import predict_recording, windows_from_raw
from eegaug.interop._recordings import open_recordings

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["compare_on_recordings"]

#: Candidate thresholds of each patient.
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
COUNTS = ["n_recordings", "hours", "n_reference", "tp", "fp"]


@validate_params(
    {
        "samplers": [Mapping],
        "classifier": [HasMethods(["fit", "predict_proba"]), None],
        "raws": [list, tuple],
        "groups": ["array-like"],
        "window": [Interval(Real, 0, None, closed="neither")],
        "overlap": [Interval(Real, 0, 1, closed="left")],
        "margin": [Interval(Real, 0, None, closed="left")],
        "rest_ratio": [Interval(Real, 0, None, closed="neither"), None],
        "seizure": [str, list, tuple],
        "ch_names": [list, tuple, None],
        "sfreq": [Interval(Real, 0, None, closed="neither"), None],
        "thresholds": ["array-like"],
        "low_share": [Interval(Real, 0, 1, closed="right")],
        "smoothing": [Interval(Real, 0, None, closed="left")],
        "merge": [Interval(Real, 0, None, closed="left")],
        "min_duration": [Interval(Real, 0, None, closed="left")],
        "n_bootstrap": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "n_jobs": [Integral, None],
        "verbose": ["verbose", None],
    },
    prefer_skip_nested_validation=True,
)
def compare_on_recordings(
    samplers: Mapping[str, Any],
    classifier: Any,
    raws: "Sequence[BaseRaw]",
    *,
    groups: ArrayLike,
    window: float = 4.0,
    overlap: float = 0.5,
    margin: float = 8.0,
    rest_ratio: float | None = None,
    seizure: str | Sequence[str] = ("seizure", "sz"),
    ch_names: Sequence[str] | None = None,
    sfreq: float | None = None,
    thresholds: ArrayLike = THRESHOLDS,
    low_share: float = 0.7,
    smoothing: float = 8.0,
    merge: float = 10.0,
    min_duration: float = 8.0,
    n_bootstrap: int = 2000,
    random_state: int | RandomState | None = None,
    n_jobs: int | None = None,
    verbose: int | None = None,
) -> EventComparison:
    """Compare samplers by the seizures that a detector finds in recordings of unseen patients.

    One patient after the other is left out. Windows of the others are resampled, the classifier
    learns from them, and each window of the patient's recordings gets a probability. They are
    smoothed and cut by a threshold into seizures, which are scored as SzCORE does. Needs the
    extras ``mne`` and ``events``.

    Parameters
    ----------
    samplers : mapping of str to sampler or None
        By name; None trains on the windows as they are. The others are held against the first
        one. Those whose `fit_resample` takes `groups` get the patients.
    classifier : classifier or None
        With `predict_proba`, for windows of shape (n_windows, n_channels, n_times) in µV. None
        takes `make_detector`.
    raws : sequence of mne.io.Raw or of path
        Recordings with their annotations, such as those of
        :func:`eegaug.datasets.load_recordings`. Only windows to learn from are ever in memory,
        and one batch of those to predict.
    groups : array-like of shape (n_recordings,)
        Patient of each recording. Seizures of at least two are needed.
    window : float, default=4.0
        Length of a window in s.
    overlap : float, default=0.5
        Share of a window that it has in common with the next one: in seizures, to learn from, and
        everywhere, to predict. Others to learn from do not overlap.
    margin : float, default=8.0
        Time in s around each seizure from which no window without one is learned.
    rest_ratio : float, default=None
        Number of windows without a seizure for each one in a seizure, to learn from, drawn at
        random before anything is read. None takes all.
    seizure : str or sequence of str, default=("seizure", "sz")
        How the descriptions of seizures begin, in upper or lower case.
    ch_names : sequence of str, default=None
        Channels; None takes the EEG channels, which must be the same in all recordings.
    sfreq : float, default=None
        Sampling frequency in Hz to which recordings of another one are resampled.
    thresholds : array-like, default=13 values from 0.1 to 0.995
        Thresholds to score. The threshold is part of a detector: for each patient it is the one
        with the best event-F1 on the other patients.
    low_share : float, default=0.7
        A seizure goes on while its probability stays above so much of the threshold.
    smoothing : float, default=8.0
        Length in s of the moving average of probabilities.
    merge : float, default=10.0
        Detected seizures less than this many s apart are one.
    min_duration : float, default=8.0
        Detected seizures shorter than this many s are dropped.
    n_bootstrap : int, default=2000
        Number of draws of patients for the intervals.
    random_state : int, RandomState instance or None, default=None
        Seeds samplers, classifier, draws of windows and of patients.
    n_jobs : int, default=None
        Number of patients to leave out side by side, by joblib.
    verbose : int or None, default=None
        Progress and the time left, as in `eegaug.GANOversampler`: None shows them on a terminal
        where it takes long, 1 everywhere and at once, 0 never.

    Returns
    -------
    comparison : EventComparison
        Scores with intervals, differences, what was found, and the curve of sensitivity against
        false alarms.

    Raises
    ------
    ImportError
        If MNE-Python or timescoring is not installed.
    ValueError
        If fewer than two patients have seizures, or a recording is at fault; see
        :func:`eegaug.interop.windows_from_raw`.

    See Also
    --------
    compare_samplers : The same by windows, and for windows alone.
    eegaug.datasets.load_recordings : Opens a folder of recordings.
    eegaug.interop.predict_recording : Probabilities of one recording.
    detect_events : Seizures out of probabilities.

    Notes
    -----
    The probabilities by which a patient's threshold is chosen come from detectors that have
    learned from this patient's recordings, among others. One that is chosen within the training
    recordings would be cleaner still, for as many more trainings as there are patients.

    References
    ----------
    J. Dan et al., "SzCORE: Seizure Community Open-Source Research Evaluation framework for the
    validation of electroencephalography-based automated seizure detection algorithms", Epilepsia
    66 (S3), 14-24, 2025, doi:10.1111/epi.18113.

    Examples
    --------
    >>> from eegaug import JitterOversampler
    >>> from eegaug.datasets import make_seizure_recordings
    >>> from eegaug.evaluation import compare_on_recordings
    >>> eeg = make_seizure_recordings(
    ...     3, 1, duration=150, sfreq=64, ch_names=["C3", "C4"], random_state=0
    ... )
    >>> comparison = compare_on_recordings(
    ...     {"none": None, "jitter": JitterOversampler()}, None, eeg.raws, groups=eeg.groups,
    ...     random_state=0,
    ... )
    >>> comparison.scores.loc["none"].index.tolist()
    ['sensitivity', 'precision', 'f1', 'false_alarms_per_day']
    >>> len(comparison.events["jitter"])
    3
    """
    patients = np.asarray(groups).astype(str)
    check_consistent_length(raws, patients)
    # Once: a recording is looked at for its windows, its events, and by each sampler's detector.
    raws = [recording.raw for recording in open_recordings(list(raws))]
    any_detector = make_detector(sfreq=1.0) if classifier is None else classifier
    check_candidates(samplers, {"classifier": any_detector})
    rng = check_random_state(random_state)
    learning = windows_from_raw(
        raws,
        window=window,
        overlap={1: overlap},
        margin=margin,
        seizure=seizure,
        no_seizure=True,  # of one recording, not of all: see below
        ch_names=ch_names,
        sfreq=sfreq,
        groups=patients.tolist(),
        rest_ratio=rest_ratio,
        random_state=rng,
    )
    _check_patients(learning, np.unique(patients), seizure)
    detector = make_detector(sfreq=learning.sfreq) if classifier is None else classifier
    truth = [events_from_raw(raw, seizure=seizure) for raw in raws]
    layout = {
        "window": window,
        "overlap": overlap,
        "ch_names": learning.ch_names,
        "sfreq": learning.sfreq,
    }
    predictions = _predict_all(
        samplers, detector, learning, patients, raws, layout, rng, n_jobs, verbose
    )
    shape = {"smoothing": smoothing, "merge": merge, "min_duration": min_duration}
    counts, events = _detect_and_count(
        predictions, truth, patients, window, np.asarray(thresholds, float), low_share, shape
    )
    return EventComparison(
        counts, predictions, truth, events, patients, n_bootstrap, int(rng.randint(2**31))
    )


def _check_patients(learning: Bunch, names: Any, seizure: str | Sequence[str]) -> None:
    """Raise if the training set without one patient lacks seizures or other windows."""
    with_seizure = np.unique(learning.groups[learning.target == 1])
    with_rest = np.unique(learning.groups[learning.target == 0])
    if len(with_seizure) < 2 or len(with_rest) < 2:
        found = ", ".join(with_seizure) or "none"
        words = ", ".join(map(repr, learning.descriptions)) or "none"
        raise ValueError(
            f"The 'raws' parameter of compare_on_recordings must hold seizures, and windows "
            f"without one, of at least two patients. Got seizures of {found}, of "
            f"{len(names)} patients. The descriptions of annotations are {words}, and 'seizure' "
            f"is {seizure!r}; name the word that marks them, or take a shorter 'window'."
        )


def _predict_all(
    samplers: Mapping[str, Any],
    detector: Any,
    learning: Any,
    patients: NDArray,
    raws: Sequence[Any],
    layout: Mapping[str, Any],
    rng: RandomState,
    n_jobs: int | None,
    verbose: int | None,
) -> dict[str, list[Any]]:
    """Return the prediction of each recording by detectors that did not see its patient."""
    folds = [
        (patient, np.flatnonzero(patients == patient), int(rng.randint(2**31)))
        for patient in np.unique(patients).tolist()
    ]
    predictions: dict[str, list[Any]] = {name: [None] * len(raws) for name in samplers}
    with show_progress(verbose) as progress:
        line = progress.add("Leaving out patients", len(folds))
        for found in Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
            delayed(_leave_out)(samplers, detector, learning, patient, places, raws, layout, seed)
            for patient, places, seed in folds
        ):
            for name, place, prediction in found:
                predictions[name][place] = prediction
            line.advance()
    return predictions


def _leave_out(
    samplers: Mapping[str, Any],
    detector: Any,
    learning: Bunch,
    patient: str,
    places: Any,
    raws: Sequence[Any],
    layout: Mapping[str, Any],
    seed: int,
) -> list[tuple[str, int, pd.DataFrame]]:
    """Train on the other patients with each sampler, and predict this patient's recordings."""
    train = learning.groups != patient
    X, y, groups = learning.data[train], learning.target[train], learning.groups[train]
    found = []
    for name, sampler in samplers.items():
        try:
            X_fit, y_fit = X, y
            if sampler is not None:
                X_fit, y_fit = resample(_seeded(sampler, seed), X, y, groups)
            fitted = _seeded(clone(detector), seed).fit(X_fit, y_fit)
            found += [
                (name, place, predict_recording(fitted, raws[place], **layout))
                for place in places.tolist()
            ]
        except Exception as error:
            error.add_note(f"Raised with the sampler {name!r}, without the patient {patient!r}.")
            raise
    return found


def _detect_and_count(
    predictions: Mapping[str, list[pd.DataFrame]],
    truth: list[pd.DataFrame],
    patients: Any,
    window: float,
    thresholds: Any,
    low_share: float,
    shape: Mapping[str, float],
) -> tuple[pd.DataFrame, dict[tuple[str, float], list[pd.DataFrame]]]:
    """Return the events that each threshold detects, and their counts by patient."""
    events, parts = {}, []
    for name, per_recording in predictions.items():
        for threshold in thresholds.tolist():
            found = events[name, threshold] = [
                detect_events(
                    prediction["probability"],
                    prediction["start"],
                    window=window,
                    recording_duration=reference["recordingDuration"].iloc[0],
                    threshold=threshold,
                    low=low_share * threshold,
                    **shape,
                )
                for prediction, reference in zip(per_recording, truth, strict=True)
            ]
            scores = score_events(truth, found, groups=patients).xs("event", level="level")
            part = scores.drop("all")[COUNTS].reset_index()
            parts.append(part.assign(sampler=name, threshold=threshold))
    return pd.concat(parts).set_index(["sampler", "threshold", "patient"]), events
