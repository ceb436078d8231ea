"""Positions of windows in a recording, and reading of windows."""

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.interop._recordings import Recording
from eegaug.interop._spans import Spans

if TYPE_CHECKING:
    from mne.io import BaseRaw

__all__ = ["check_units", "check_window", "cut", "lay", "overlaps_of", "thin"]

MICROVOLTS = 1e6
#: mV and µV differ by a factor of 1000, recordings of EEG by less than 100.
MAX_RATIO = 300.0
#: µV. Higher standard deviations occur where numbers in µV are read as V.
MAX_DEVIATION = 1e5


def overlaps_of(overlap: float | Mapping[int, float]) -> list[float]:
    """Return the overlap of the labels 0 and 1."""
    by_label = overlap if isinstance(overlap, Mapping) else {0: overlap, 1: overlap}
    if set(by_label) - {0, 1} or not all(0 <= share < 1 for share in by_label.values()):
        raise ValueError(
            f"The 'overlap' parameter of windows_from_raw must be a share in the range [0, 1), "
            f"or one for each of the labels 0 and 1. Got {overlap!r} instead."
        )
    return [float(by_label.get(label, 0.0)) for label in (0, 1)]


def check_window(
    recordings: Sequence[Recording], window: float, n_times: int, rate: float, caller: str
) -> None:
    """Raise if a window has fewer than two samples, or a recording is shorter than a window."""
    for recording in recordings:
        length = recording.raw.n_times / recording.raw.info["sfreq"]
        n_samples = round(length * rate)
        if not 2 <= n_times <= n_samples:
            raise ValueError(
                f"The 'window' parameter of {caller} must give at least 2 samples and fit "
                f"in each recording; {recording.origin} has {n_samples} samples ({length:g} s). "
                f"Got {window!r} s, {n_times} samples, instead. Take a shorter window, or leave "
                f"the recording out."
            )


def lay(
    spans: Spans, n_times: int, steps: Sequence[int], *, min_share: float, margin: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first samples of the windows and their labels, by time."""
    in_seizure = np.concatenate([[0], np.cumsum(spans.seizure)])
    # A window must hold no seizure, its margins on both sides included.
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


def thin(target: NDArray[np.int64], rest_ratio: float, rng: RandomState) -> NDArray[np.bool_]:
    """Return which windows are kept: all of seizures, and a multiple of their number of others."""
    rest = np.flatnonzero(target == 0)
    n_seizure = len(target) - len(rest)
    if not n_seizure:
        raise ValueError(
            "The 'rest_ratio' parameter of windows_from_raw needs at least one window of a "
            "seizure, in one of the recordings. Got none; leave 'rest_ratio' out, or take "
            "recordings with seizures."
        )
    n_kept = min(len(rest), max(1, round(rest_ratio * n_seizure)))
    kept = target == 1
    kept[rng.choice(rest, size=n_kept, replace=False)] = True
    return kept


def cut(
    raw: "BaseRaw",
    names: Sequence[str],
    starts: NDArray[np.int64],
    n_times: int,
    out: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Read windows into `out`, in µV, and return the standard deviation of each channel."""
    picks = [raw.ch_names.index(name) for name in names]
    deviations = np.empty((len(starts), len(picks)), np.float32)
    # A recording that was resampled in pieces may end one sample early.
    latest = raw.n_times - n_times
    for place, start in enumerate(np.minimum(starts, latest).tolist()):
        samples = MICROVOLTS * raw.get_data(picks, start, start + n_times, verbose="error")
        out[place] = samples
        deviations[place] = samples.std(axis=1)
    return deviations


def check_units(
    recordings: Sequence[Recording], deviations: Sequence[NDArray[np.float32]]
) -> None:
    """Raise if one recording is in another unit than the rest, and warn if all seem to be."""
    known = [
        (float(np.median(deviation)), recording.origin)
        for recording, deviation in zip(recordings, deviations, strict=True)
        if len(deviation)
    ]
    known = [(deviation, origin) for deviation, origin in known if deviation > 0]
    if not known:
        return
    (lowest, low), (highest, high) = min(known), max(known)
    if highest > MAX_RATIO * lowest:
        raise ValueError(
            f"Recordings must be in one unit: {high} has {highest / lowest:.0f} times the "
            f"amplitude of {low}. MNE holds V, and a file or array may be in another unit; scale "
            f"it, as by raw.apply_function(lambda x: 1e-6 * x), or leave it out."
        )
    if highest > MAX_DEVIATION:
        warnings.warn(
            f"The signal of {high} has a standard deviation of {highest:.3g} µV, which is too "
            f"large for EEG. MNE holds V: if the numbers are µV, multiply them by 1e-6.",
            UserWarning,
            stacklevel=4,
        )
