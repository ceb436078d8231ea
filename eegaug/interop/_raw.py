"""Labelled windows from continuous recordings."""

import os
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, validate_params

from eegaug.interop._cutting import check_units, check_window, cut, lay, overlaps_of, thin
from eegaug.interop._recordings import (
    Recording,
    annotations_of,
    common_channels,
    common_rate,
    for_each,
    n_samples_at,
    open_recordings,
    resampled,
)
from eegaug.interop._spans import Mark, check_any_seizure, paint, read_marks, roles_in_words

if TYPE_CHECKING:
    from mne import Annotations
    from mne.io import BaseRaw

    Source: TypeAlias = BaseRaw | str | os.PathLike[str]

__all__ = ["windows_from_raw"]

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
        "rest_ratio": [Interval(Real, 0, None, closed="neither"), None],
        "random_state": ["random_state"],
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
    rest_ratio: float | None = None,
    random_state: int | RandomState | None = None,
) -> Bunch:
    """Cut labelled windows from continuous recordings with annotated seizures.

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
    rest_ratio : float, default=None
        Number of windows with the label 0 for each window of a seizure, over all recordings. They
        are drawn at random before anything is read, so that what is not drawn is never read. None
        takes all of them.
    random_state : int, RandomState instance or None, default=None
        Seed of the draw. An int draws the same windows again.

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
    predict_recording : Probabilities of the windows of a recording.
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

    Windows are read one by one from a file that is not in memory, into the result: memory is that
    of the result. A recording that is resampled comes into memory as a whole, one at a time.

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
    prefixes = _prefixes(seizure)
    overlaps = overlaps_of(overlap)
    recordings = open_recordings(raw)
    group_of = _groups(groups, recordings)
    marks = _marks(recordings, annotations, prefixes)
    allowed = for_each(no_seizure, len(recordings), "no_seizure", bool | np.bool_)
    for recording, found, none_is_right in zip(recordings, marks, allowed, strict=True):
        if not none_is_right:
            check_any_seizure(found, seizure, recording.origin)
    names = common_channels(recordings, ch_names)
    rate = common_rate(recordings, sfreq)
    n_times = round(window * rate)
    check_window(recordings, window, n_times, rate, "windows_from_raw")
    steps = [max(1, round(n_times * (1 - share))) for share in overlaps]
    laid = [
        lay(
            paint(found, n_samples_at(recording.raw, rate), rate, names),
            n_times,
            steps,
            min_share=min_share,
            margin=round(margin * rate),
        )
        for recording, found in zip(recordings, marks, strict=True)
    ]
    place = np.repeat(np.arange(len(laid)), [len(labels) for _, labels in laid])
    starts, target = (np.concatenate(column) for column in zip(*laid, strict=True))
    if rest_ratio is not None:
        kept = thin(target, rest_ratio, check_random_state(random_state))
        starts, target, place = starts[kept], target[kept], place[kept]
    data = _read_windows(recordings, names, rate, starts, place, n_times)
    descriptions: dict[str, str] = {}
    for mark in (mark for found in marks for mark in found):
        descriptions.setdefault(mark.description, mark.role)
    return Bunch(
        data=data,
        target=target,
        groups=np.array(group_of)[place],
        recording=np.array([recording.name for recording in recordings])[place],
        start=starts / rate,
        sfreq=rate,
        ch_names=names,
        descriptions=descriptions,
        target_names=np.array(["rest", "seizure"]),
        DESCR=f"{DESCR}\n{roles_in_words(descriptions)}\n",
    )


def _marks(
    recordings: Sequence[Recording],
    annotations: "Annotations | Sequence[Annotations | None] | None",
    prefixes: Sequence[str],
) -> list[list[Mark]]:
    """Return the annotations of each recording, its own and those given beside it."""
    given = annotations_of(annotations, len(recordings))
    return [
        read_marks(recording.raw, more, seizure=prefixes, origin=recording.origin)
        for recording, more in zip(recordings, given, strict=True)
    ]


def _read_windows(
    recordings: Sequence[Recording],
    names: list[str],
    rate: float,
    starts: NDArray,
    place: NDArray,
    n_times: int,
) -> NDArray[np.float32]:
    """Read the windows of all recordings, whose number in `place` is in order, in µV."""
    data = np.empty((len(starts), len(names), n_times), np.float32)
    deviations = []
    for number, recording in enumerate(recordings):
        first, last = np.searchsorted(place, [number, number + 1])
        source = resampled(recording.raw, names, rate) if last > first else recording.raw
        deviations.append(cut(source, names, starts[first:last], n_times, data[first:last]))
    check_units(recordings, deviations)
    return data


def _prefixes(seizure: str | Sequence[str]) -> list[str]:
    """Return how descriptions of seizures begin, in lower case."""
    prefixes = [seizure] if isinstance(seizure, str) else list(seizure)
    if not prefixes or not all(isinstance(prefix, str) and prefix for prefix in prefixes):
        raise ValueError(
            f"The 'seizure' parameter of windows_from_raw must be the beginning of a description "
            f"or several of them. Got {seizure!r} instead."
        )
    return [prefix.lower() for prefix in prefixes]


def _groups(groups: str | Sequence[str] | None, recordings: Sequence[Recording]) -> list[str]:
    """Return the group of each recording."""
    if groups is None:
        return [recording.name for recording in recordings]
    return [str(group) for group in for_each(groups, len(recordings), "groups", str)]
