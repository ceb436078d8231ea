"""Labelled windows out of continuous recordings."""

from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from eegaug.interop._spans import Spans, find_spans

if TYPE_CHECKING:
    from mne import Annotations
    from mne.io import BaseRaw

__all__ = ["windows_from_raw"]

MICROVOLTS = 1e6
#: Channel types that MNE holds in V; the first four are taken unless others are named.
VOLTS = ("eeg", "seeg", "ecog", "dbs", "eog", "ecg", "emg", "bio")

DESCR = """\
Windows cut from a continuous recording, in µV: 1 lies in a seizure, 0 holds none of it. `groups`
names the recording: windows of one recording resemble each other, and may overlap, so split by
it, or better by patient.
"""


@validate_params(
    {
        "raw": [object],
        "annotations": [object],
        "window": [Interval(Real, 0, None, closed="neither")],
        "overlap": [Interval(Real, 0, 1, closed="left"), Mapping],
        "seizure": [str, list, tuple],
        "min_share": [Interval(Real, 0, 1, closed="right")],
        "margin": [Interval(Real, 0, None, closed="left")],
        "ch_names": [list, tuple, None],
        "group": [str, None],
    },
    prefer_skip_nested_validation=True,
)
def windows_from_raw(
    raw: "BaseRaw",
    annotations: "Annotations | None" = None,
    *,
    window: float = 4.0,
    overlap: float | Mapping[int, float] = 0.0,
    seizure: str | Sequence[str] = ("seizure", "sz"),
    min_share: float = 0.5,
    margin: float = 0.0,
    ch_names: Sequence[str] | None = None,
    group: str | None = None,
) -> Bunch:
    """Cut labelled windows out of a continuous recording with annotated seizures.

    Reading the file is MNE's work (`mne.io.read_raw_edf`, `mne.io.read_raw_bdf`,
    `mne_bids.read_raw_bids`), as are filters and references, which belong before this step.

    Parameters
    ----------
    raw : mne.io.Raw
        The recording, in memory or not; it is left alone.
    annotations : mne.Annotations, default=None
        More annotations, beside ``raw.annotations``. Onsets count from the first sample, or
        from their `orig_time`, as in MNE.
    window : float, default=4.0
        Length of a window in s, rounded to whole samples.
    overlap : float or mapping of {0, 1} to float, default=0.0
        Share of a window that it has in common with the next one, in [0, 1): one for all, or
        one for each label, such as ``{1: 0.5}`` to take twice as many windows of seizures.
    seizure : str or sequence of str, default=("seizure", "sz")
        How the descriptions of seizures begin, in upper or lower case: the default takes
        ``Seizure``, ``seizure/focal`` and BIDS' ``sz_foc_ia``.
    min_share : float, default=0.5
        Least share of a window that must lie in seizures for the label 1, in (0, 1]. Windows
        with less, but some, are left out.
    margin : float, default=0.0
        Time in s around each seizure from which no window with the label 0 is taken.
    ch_names : sequence of str, default=None
        Channels, in the order wanted: give them where recordings are put together. None takes
        the EEG channels (scalp, depth, grid) that are not marked as bad, in the file's order.
    group : str, default=None
        Name of the recording or patient. None takes the file's name without its ending, or
        ``"raw"`` where there is no file.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        data : ndarray of shape (n_samples, n_channels, n_times)
            Windows in µV, float32, by time. (MNE itself holds V.)
        target : ndarray of shape (n_samples,)
            1 for a seizure and 0 for the rest, int64.
        groups : ndarray of shape (n_samples,)
            `group`, for every window, as text.
        start : ndarray of shape (n_samples,)
            When each window begins, in s after the first sample.
        sfreq : float
            Sampling frequency in Hz.
        ch_names : list of str
            Names of the channels.
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
    ValueError
        If a parameter is out of range, a channel is missing, the recording is shorter than a
        window, a seizure has no duration, or the clock of `annotations` is unknown.

    Warns
    -----
    UserWarning
        If a seizure lies outside the recording.

    See Also
    --------
    resample_epochs : Over-sampling of epochs, for those who have them.

    Notes
    -----
    The recording falls into runs: annotations whose description begins with ``BAD`` are left
    out, whole samples, unless they name channels that are not used; ``EDGE boundary``, ``BAD
    boundary`` and others of them without duration part the runs, so that no window holds two
    recordings that were put together. In each run, windows of either label are laid from its
    beginning, step by step by the label's overlap; what fills no window at its end is dropped.
    With `min_share` below 1, or with an overlap of one label alone, windows of both labels can
    have samples in common where a seizure begins; `margin` prevents that.

    Memory is that of the result. Windows are read one by one from a file that is not in memory.

    Examples
    --------
    A simulated recording of a minute with a seizure from 20 to 30 s.

    >>> import mne
    >>> import numpy as np
    >>> from eegaug.interop import windows_from_raw
    >>> signals = 2e-5 * np.random.default_rng(0).normal(size=(2, 6000))  # V
    >>> raw = mne.io.RawArray(signals, mne.create_info(["C3", "C4"], 100.0, "eeg"), verbose=False)
    >>> seizures = mne.Annotations(onset=[20.0], duration=[10.0], description=["seizure"])
    >>> eeg = windows_from_raw(raw, seizures, window=2.0, overlap={1: 0.5}, group="patient 1")
    >>> eeg.data.shape, np.bincount(eeg.target)
    ((36, 2, 200), array([25, 11]))
    """
    _check_types(raw, annotations)
    prefixes = [seizure] if isinstance(seizure, str) else list(seizure)
    if not prefixes or not all(isinstance(prefix, str) and prefix for prefix in prefixes):
        raise ValueError(
            f"The 'seizure' parameter of windows_from_raw must be the beginning of a description "
            f"or several of them. Got {seizure!r} instead."
        )
    overlaps = _overlaps(overlap)
    picks = _picks(raw, ch_names)
    names = [raw.ch_names[pick] for pick in picks]
    sfreq = float(raw.info["sfreq"])
    n_times = round(window * sfreq)
    if not 2 <= n_times <= raw.n_times:
        raise ValueError(
            f"The 'window' parameter of windows_from_raw must give from 2 samples to the "
            f"recording's {raw.n_times} ({raw.n_times / sfreq:g} s). Got {window!r} s, "
            f"{n_times} samples, instead."
        )
    spans = find_spans(
        raw, annotations, seizure=[prefix.lower() for prefix in prefixes], ch_names=names
    )
    steps = [max(1, round(n_times * (1 - share))) for share in overlaps]
    starts, target = _lay(spans, n_times, steps, min_share=min_share, margin=round(margin * sfreq))
    data = np.empty((len(starts), len(picks), n_times), np.float32)
    for place, start in enumerate(starts.tolist()):
        samples = raw.get_data(picks, start, start + n_times, verbose="error")
        data[place] = samples * MICROVOLTS
    if group is None:
        file = raw.filenames[0] if raw.filenames else None
        group = "raw" if file is None else Path(file).stem
    return Bunch(
        data=data,
        target=target,
        groups=np.full(len(starts), group),
        start=starts / sfreq,
        sfreq=sfreq,
        ch_names=names,
        target_names=np.array(["rest", "seizure"]),
        DESCR=DESCR,
    )


def _check_types(raw: "BaseRaw", annotations: "Annotations | None") -> None:
    try:
        import mne
    except ImportError as error:
        raise ImportError(
            "Recordings need MNE-Python. Install it with pip install 'eegaug[mne]'."
        ) from error
    if not isinstance(raw, mne.io.BaseRaw):
        raise TypeError(
            f"The 'raw' parameter of windows_from_raw must be a recording of MNE-Python. Got "
            f"{type(raw).__name__} instead; read a file by mne.io.read_raw."
        )
    if not isinstance(annotations, mne.Annotations | None):
        raise TypeError(
            f"The 'annotations' parameter of windows_from_raw must be mne.Annotations or None. "
            f"Got {type(annotations).__name__} instead."
        )


def _overlaps(overlap: float | Mapping[int, float]) -> list[float]:
    """Return the overlap of the labels 0 and 1."""
    by_label = overlap if isinstance(overlap, Mapping) else {0: overlap, 1: overlap}
    if set(by_label) - {0, 1} or not all(0 <= share < 1 for share in by_label.values()):
        raise ValueError(
            f"The 'overlap' parameter of windows_from_raw must be a share in the range [0, 1), "
            f"or one for each of the labels 0 and 1. Got {overlap!r} instead."
        )
    return [float(by_label.get(label, 0.0)) for label in (0, 1)]


def _picks(raw: "BaseRaw", ch_names: Sequence[str] | None) -> list[int]:
    """Return the places of the channels."""
    kinds = raw.get_channel_types()
    if ch_names is None:
        bads = raw.info["bads"]
        chosen = [
            name
            for name, kind in zip(raw.ch_names, kinds, strict=True)
            if kind in VOLTS[:4] and name not in bads
        ]
    else:
        chosen = list(ch_names)
    usable = [name for name, kind in zip(raw.ch_names, kinds, strict=True) if kind in VOLTS]
    missing = [name for name in chosen if name not in usable]
    if not chosen or missing or len(set(chosen)) < len(chosen):
        came = f"{missing}, which it lacks," if missing else f"{chosen}"
        raise ValueError(
            f"The 'ch_names' parameter of windows_from_raw must name channels of the recording "
            f"that are held in V, none twice, and at least one: {usable}. Got {came} instead."
        )
    return [raw.ch_names.index(name) for name in chosen]


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
