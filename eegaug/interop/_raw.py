"""Labelled windows out of continuous recordings."""

import os
import warnings
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from eegaug.interop._recordings import (
    Recording,
    annotations_of,
    common_channels,
    common_rate,
    for_each,
    open_recordings,
    resampled,
)
from eegaug.interop._spans import Spans, check_any_seizure, paint, read_marks, roles_in_words

if TYPE_CHECKING:
    from mne import Annotations
    from mne.io import BaseRaw

    Source: TypeAlias = BaseRaw | str | os.PathLike[str]

__all__ = ["windows_from_raw"]

MICROVOLTS = 1e6
#: mV taken for µV differ a thousandfold, recordings of EEG less than a hundredfold.
MOST_RATIO = 300.0
#: No EEG has a standard deviation of 0.1 V; numbers in µV that are taken for V have.
MOST_DEVIATION = 1e5

DESCR = """\
Windows cut from continuous recordings, in µV: 1 lies in a seizure, 0 holds none of it. `groups`
names the recording, or what was given for it: windows of one recording resemble each other, and
may overlap, so split by it, or better by patient.
"""


@validate_params(
    {
        "raw": [object],
        "annotations": [object],
        "window": [Interval(Real, 0, None, closed="neither")],
        "overlap": [Interval(Real, 0, 1, closed="left"), Mapping],
        "seizure": [str, list, tuple],
        "no_seizure": ["boolean", list, tuple],
        "min_share": [Interval(Real, 0, 1, closed="right")],
        "margin": [Interval(Real, 0, None, closed="left")],
        "ch_names": [list, tuple, None],
        "sfreq": [Interval(Real, 0, None, closed="neither"), None],
        "groups": [str, list, tuple, np.ndarray, None],
    },
    prefer_skip_nested_validation=True,
)
def windows_from_raw(
    raw: "Source | Sequence[Source]",
    annotations: "Annotations | Sequence[Annotations | None] | None" = None,
    *,
    window: float = 4.0,
    overlap: float | Mapping[int, float] = 0.0,
    seizure: str | Sequence[str] = ("seizure", "sz"),
    no_seizure: bool | Sequence[bool] = False,
    min_share: float = 0.5,
    margin: float = 0.0,
    ch_names: Sequence[str] | None = None,
    sfreq: float | None = None,
    groups: str | Sequence[str] | None = None,
) -> Bunch:
    """Cut labelled windows out of continuous recordings with annotated seizures.

    Filters and references are MNE's work and belong before this step.

    Parameters
    ----------
    raw : mne.io.Raw, path, or sequence of these
        One recording or several, in memory or not; they are left alone. A path is opened by
        `mne.io.read_raw`; in EDF and BDF files the labels (``EEG C3``, ``EOG``) then give the
        types of the channels. For BIDS take `mne_bids.read_raw_bids`.
    annotations : mne.Annotations, sequence of mne.Annotations or None, default=None
        More annotations, beside ``raw.annotations``: one for each recording. Onsets count from
        the first sample, or from their `orig_time`, as in MNE.
    window : float, default=4.0
        Length of a window in s, rounded to whole samples.
    overlap : float or mapping of {0, 1} to float, default=0.0
        Share of a window that it has in common with the next one, in [0, 1): one for all, or
        one for each label, such as ``{1: 0.5}`` to take twice as many windows of seizures.
    seizure : str or sequence of str, default=("seizure", "sz")
        How the descriptions of seizures begin, in upper or lower case: the default takes
        ``Seizure``, ``seizure/focal`` and BIDS' ``sz_foc_ia``.
    no_seizure : bool or sequence of bool, default=False
        Whether a recording is known to hold no seizure: one for all, or one for each. A
        recording without an annotation of a seizure is an error otherwise, as it may just use
        another word for it.
    min_share : float, default=0.5
        Least share of a window that must lie in seizures for the label 1, in (0, 1]. Windows
        with less, but some, are left out.
    margin : float, default=0.0
        Time in s around each seizure from which no window with the label 0 is taken.
    ch_names : sequence of str, default=None
        Channels, in the order wanted; those marked as bad are taken too if named. None takes
        the EEG channels (scalp, depth, grid) that are not marked as bad, in the order of the
        first recording; all recordings must have the same ones.
    sfreq : float, default=None
        Sampling frequency in Hz to which recordings of another one are resampled, by
        `mne.io.Raw.resample`, which needs them in memory one by one. None resamples nothing; all
        recordings must have the same one.
    groups : str or sequence of str, default=None
        Group of all recordings, or of each, such as its patient. None takes the name of the
        file without its ending, with its folders where two files have one name. Recordings that
        have no file are numbered within one call: ``"raw 1"``, ``"raw 2"``, and ``"raw"`` if
        there is one alone. Put recordings of several calls together by names of your own.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        data : ndarray of shape (n_samples, n_channels, n_times)
            Windows in µV, float32, by recording and time. (MNE itself holds V.)
        target : ndarray of shape (n_samples,)
            1 for a seizure and 0 for the rest, int64.
        groups : ndarray of shape (n_samples,)
            Group of each window, as text.
        recording : ndarray of shape (n_samples,)
            Name of the recording of each window, as text, whatever `groups` is.
        start : ndarray of shape (n_samples,)
            When each window begins, in s after the first sample of its recording.
        sfreq : float
            Sampling frequency in Hz.
        ch_names : list of str
            Names of the channels.
        descriptions : dict of str to str
            What became of the annotations of each description: ``"seizure"``, ``"bad"``,
            ``"boundary"`` or ``"not used"``.
        target_names : ndarray of str
            Names of the classes, of the lowest label first.
        DESCR : str
            Description.

    Raises
    ------
    ImportError
        If MNE is not installed.
    TypeError
        If `raw` or `annotations` is not what is stated above.
    FileNotFoundError
        If there is no file at a path.
    ValueError
        If a parameter is out of range, a file cannot be read, a recording has no annotation of
        a seizure and `no_seizure` does not allow it, recordings differ in channels, sampling
        frequency or, by their amplitude, in unit, a channel is missing, a recording is shorter
        than a window, a seizure has no duration, or the clock of `annotations` is unknown. The
        message names the recording.

    Warns
    -----
    UserWarning
        If a seizure lies outside the recording, or values are too large to be in V.

    See Also
    --------
    resample_epochs : Over-sampling of epochs, for those who have them.

    Notes
    -----
    A recording falls into runs: annotations whose description begins with ``BAD`` are left
    out, whole samples, unless they name channels that are not used; ``EDGE boundary``, ``BAD
    boundary`` and others of them without duration part the runs, so that no window holds two
    recordings that were put together. In each run, windows of either label are laid from its
    beginning, step by step by the label's overlap; what fills no window at its end is dropped.
    With `min_share` below 1, or with an overlap of one label alone, windows of both labels can
    have samples in common where a seizure begins; `margin` prevents that.

    Windows are read one by one from a file that is not in memory, unless it is resampled. Memory
    is that of the result, and twice that while several recordings are put together.

    Examples
    --------
    Two simulated recordings of a minute with a seizure from 20 to 30 s.

    >>> import mne
    >>> import numpy as np
    >>> from eegaug.interop import windows_from_raw
    >>> info = mne.create_info(["C3", "C4"], 100.0, "eeg")
    >>> rng = np.random.default_rng(0)
    >>> raws = [
    ...     mne.io.RawArray(2e-5 * rng.normal(size=(2, 6000)), info, verbose=False)  # V
    ...     for _ in range(2)
    ... ]
    >>> seizure = mne.Annotations(onset=[20.0], duration=[10.0], description=["seizure"])
    >>> eeg = windows_from_raw(
    ...     raws, [seizure, seizure], window=2.0, overlap={1: 0.5}, groups=["anna", "bert"]
    ... )
    >>> eeg.data.shape, np.bincount(eeg.target), eeg.descriptions
    ((72, 2, 200), array([50, 22]), {'seizure': 'seizure'})
    """
    _check_mne()
    prefixes = _prefixes(seizure)
    overlaps = _overlaps(overlap)
    recordings = open_recordings(raw)
    group_of = _groups(groups, recordings)
    allowed = for_each(no_seizure, len(recordings), "no_seizure", bool | np.bool_)
    marks = [
        read_marks(recording.raw, more, seizure=prefixes, origin=recording.origin)
        for recording, more in zip(
            recordings, annotations_of(annotations, len(recordings)), strict=True
        )
    ]
    for recording, found, none_is_right in zip(recordings, marks, allowed, strict=True):
        if not none_is_right:
            check_any_seizure(found, seizure, recording.origin)
    names = common_channels(recordings, ch_names)
    rate = common_rate(recordings, sfreq)
    n_times = round(window * rate)
    _check_window(recordings, window, n_times, rate)
    steps = [max(1, round(n_times * (1 - share))) for share in overlaps]
    parts = []
    for recording, found in zip(recordings, marks, strict=True):
        source = resampled(recording.raw, names, rate)
        spans = paint(found, source.n_times, rate, names)
        starts, target = _lay(
            spans, n_times, steps, min_share=min_share, margin=round(margin * rate)
        )
        parts.append((_cut(source, names, starts, n_times), target, starts))
    _check_units(recordings, [data for data, _, _ in parts])
    data, target, starts = (
        column[0] if len(column) == 1 else np.concatenate(column)
        for column in zip(*parts, strict=True)
    )
    sizes = [len(part) for part, _, _ in parts]
    descriptions: dict[str, str] = {}
    for mark in (mark for found in marks for mark in found):
        descriptions.setdefault(mark.description, mark.role)
    return Bunch(
        data=data,
        target=target,
        groups=np.repeat(group_of, sizes),
        recording=np.repeat([recording.name for recording in recordings], sizes),
        start=starts / rate,
        sfreq=rate,
        ch_names=names,
        descriptions=descriptions,
        target_names=np.array(["rest", "seizure"]),
        DESCR=f"{DESCR}\n{roles_in_words(descriptions)}\n",
    )


def _check_mne() -> None:
    try:
        import mne  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "Recordings need MNE-Python. Install it with pip install 'eegaug[mne]'."
        ) from error


def _prefixes(seizure: str | Sequence[str]) -> list[str]:
    """Return how descriptions of seizures begin, in lower case."""
    prefixes = [seizure] if isinstance(seizure, str) else list(seizure)
    if not prefixes or not all(isinstance(prefix, str) and prefix for prefix in prefixes):
        raise ValueError(
            f"The 'seizure' parameter of windows_from_raw must be the beginning of a description "
            f"or several of them. Got {seizure!r} instead."
        )
    return [prefix.lower() for prefix in prefixes]


def _overlaps(overlap: float | Mapping[int, float]) -> list[float]:
    """Return the overlap of the labels 0 and 1."""
    by_label = overlap if isinstance(overlap, Mapping) else {0: overlap, 1: overlap}
    if set(by_label) - {0, 1} or not all(0 <= share < 1 for share in by_label.values()):
        raise ValueError(
            f"The 'overlap' parameter of windows_from_raw must be a share in the range [0, 1), "
            f"or one for each of the labels 0 and 1. Got {overlap!r} instead."
        )
    return [float(by_label.get(label, 0.0)) for label in (0, 1)]


def _groups(groups: str | Sequence[str] | None, recordings: Sequence[Recording]) -> list[str]:
    """Return the group of each recording."""
    if groups is None:
        return [recording.name for recording in recordings]
    return [str(group) for group in for_each(groups, len(recordings), "groups", str)]


def _check_window(
    recordings: Sequence[Recording], window: float, n_times: int, rate: float
) -> None:
    """Raise where a window has no two samples, or a recording is shorter than one."""
    for recording in recordings:
        length = recording.raw.n_times / recording.raw.info["sfreq"]
        n_samples = round(length * rate)
        if not 2 <= n_times <= n_samples:
            raise ValueError(
                f"The 'window' parameter of windows_from_raw must give at least 2 samples and fit "
                f"in each recording; {recording.origin} has {n_samples} samples ({length:g} s). "
                f"Got {window!r} s, {n_times} samples, instead."
            )


def _cut(
    raw: "BaseRaw", names: Sequence[str], starts: NDArray[np.intp], n_times: int
) -> NDArray[np.float32]:
    """Return windows in µV."""
    picks = [raw.ch_names.index(name) for name in names]
    data = np.empty((len(starts), len(picks), n_times), np.float32)
    for place, start in enumerate(starts.tolist()):
        samples = raw.get_data(picks, start, start + n_times, verbose="error")
        data[place] = samples * MICROVOLTS
    return data


def _check_units(recordings: Sequence[Recording], parts: Sequence[NDArray[np.float32]]) -> None:
    """Raise where one recording is in another unit than the rest, and warn where all are."""
    known = [
        (float(np.median(part.std(axis=2))), recording.origin)
        for recording, part in zip(recordings, parts, strict=True)
        if len(part)
    ]
    known = [(deviation, origin) for deviation, origin in known if deviation > 0]
    if not known:
        return
    (lowest, low), (highest, high) = min(known), max(known)
    if highest > MOST_RATIO * lowest:
        raise ValueError(
            f"Recordings must be in one unit: {high} has {highest / lowest:.0f} times the "
            f"amplitude of {low}. MNE holds V, and a file or array may be in another unit; scale "
            f"it, as by raw.apply_function(lambda x: 1e-6 * x), or leave it out."
        )
    if highest > MOST_DEVIATION:
        warnings.warn(
            f"The signal of {high} has a standard deviation of {highest:.3g} µV, which is too "
            f"large for EEG. MNE holds V: if the numbers are µV, multiply them by 1e-6.",
            UserWarning,
            stacklevel=4,
        )


def _lay(
    spans: Spans, n_times: int, steps: Sequence[int], *, min_share: float, margin: int
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return the first samples of the windows and their labels, by time."""
    in_seizure = np.concatenate([[0], np.cumsum(spans.seizure)])
    # A window with the margin before and behind it must hold no seizure either.
    n_samples = len(spans.seizure)
    laid = []
    for first, end in spans.clean_runs():
        for label, step in enumerate(steps):
            starts = np.arange(first, end - n_times + 1, step)
            before, behind = starts - margin, starts + n_times + margin
            near = in_seizure[behind.clip(max=n_samples)] - in_seizure[before.clip(min=0)]
            share = (in_seizure[starts + n_times] - in_seizure[starts]) / n_times
            kept = starts[share >= min_share if label else near == 0]
            laid += [(start, label) for start in kept.tolist()]
    laid.sort()
    starts, target = np.array(laid, np.int64).reshape(-1, 2).T
    return starts, target
