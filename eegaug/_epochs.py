"""Conversion of MNE epochs to windows and back."""

import sys
import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import column_or_1d

from eegaug._window_checks import ImplausibleWindowsWarning

if TYPE_CHECKING:
    from mne import BaseEpochs, EpochsArray

__all__ = [
    "EpochsTemplate",
    "append_windows",
    "good_channels",
    "is_epochs",
    "read_epochs",
    "template_of",
]

#: Channel types that hold signals of the brain; triggers and eye channels are no windows.
SIGNALS = ("eeg", "csd", "seeg", "ecog", "dbs", "mag", "grad")
MARK = "synthetic"


def is_epochs(X: Any) -> bool:
    """Return whether X is MNE epochs, without importing MNE."""
    mne = sys.modules.get("mne")
    return mne is not None and isinstance(X, mne.BaseEpochs)


def read_epochs(epochs: "BaseEpochs", y: Any = None) -> tuple["BaseEpochs", NDArray, Any]:
    """Return epochs in memory, the windows of channels that are not bad, and the labels."""
    kinds = epochs.get_channel_types()
    others = [
        f"{name} ({kind})"
        for name, kind in zip(epochs.ch_names, kinds, strict=True)
        if kind not in SIGNALS and name not in epochs.info["bads"]
    ]
    if others:
        raise ValueError(
            f"Epochs must have channels of the types {', '.join(SIGNALS)} alone. Got "
            f"{', '.join(others)} too; leave them out by epochs.copy().pick('eeg')."
        )
    good = good_channels(epochs)
    if not len(good):
        raise ValueError(
            f"Epochs must have a channel that is not marked as bad. Got {epochs.info['bads']} as "
            "bad channels, which are all; interpolate them, or unmark those that are good."
        )
    if not epochs.preload:
        epochs = epochs.copy().load_data()
    if y is None:
        y = epochs.events[:, 2].astype(np.int64)
    if len(column_or_1d(y)) != len(epochs):
        raise ValueError(
            f"There must be a label for each of the {len(epochs)} epochs that are not marked as "
            f"bad. Got {len(y)} labels; after epochs.drop_bad(), epochs.events and "
            f"epochs.selection are of those that stay."
        )
    _question_marks(epochs)
    return epochs, epochs.get_data(picks=good, verbose="error"), y


def good_channels(epochs: "BaseEpochs | EpochsTemplate") -> NDArray[np.intp]:
    """Return the places of the channels that are not marked as bad."""
    names = epochs.info["ch_names"]
    return np.flatnonzero([name not in epochs.info["bads"] for name in names])


def _question_marks(epochs: "BaseEpochs") -> None:
    """Warn of epochs in spans that are annotated as bad, which MNE leaves out by default."""
    marks = epochs.get_annotations_per_epoch() if epochs.annotations is not None else []
    is_bad = [any(mark[2].lower().startswith("bad") for mark in each) for each in marks]
    if any(is_bad):
        warnings.warn(
            f"Epochs should not lie in spans that are annotated as bad. Got {sum(is_bad)} that "
            "do, which are learned from as all others. Leave them out by "
            "mne.Epochs(..., reject_by_annotation=True), or by epochs.drop.",
            ImplausibleWindowsWarning,
            stacklevel=2,
        )


def _with_bads(epochs: "BaseEpochs | EpochsTemplate", windows: NDArray) -> NDArray:
    """Return windows with zeros in the channels that are marked as bad."""
    good = good_channels(epochs)
    if len(good) == len(epochs.info["ch_names"]):
        return windows
    whole = np.zeros((len(windows), len(epochs.info["ch_names"]), windows.shape[2]))
    whole[:, good] = windows
    return whole


def append_windows(epochs: "BaseEpochs", y: Any, windows: NDArray, y_all: Any) -> "EpochsArray":
    """Return epochs with synthetic windows behind them."""
    import mne

    n_new = len(windows) - len(epochs)
    if epochs.info["bads"]:
        windows = _with_bads(epochs, windows)
        windows[: len(epochs)] = epochs.get_data(verbose="error")
    codes, event_id = _codes(epochs, column_or_1d(y), column_or_1d(y_all)[len(epochs) :])
    # After the last event, one window apart, so that events are unique and sorted.
    places = epochs.events[:, 0].max() + windows.shape[2] * np.arange(1, n_new + 1)
    events = np.column_stack([places, np.zeros(n_new, int), codes])
    n_logged = len(epochs.drop_log)
    # Projections, baseline and rejection must not be applied to the real epochs again.
    whole = mne.EpochsArray(
        windows,
        epochs.info,
        events=np.concatenate([epochs.events, events]),
        tmin=epochs.tmin,
        event_id=event_id,
        baseline=None,
        proj=False,
        on_missing="ignore",
        metadata=_marked(epochs.metadata, len(epochs), n_new),
        selection=np.concatenate([epochs.selection, n_logged + np.arange(n_new)]),
        drop_log=epochs.drop_log + ((),) * n_new,
        verbose="error",
    )
    whole.baseline = epochs.baseline
    return whole.set_annotations(epochs.annotations, verbose="error")


@dataclass(frozen=True)
class EpochsTemplate:
    """Info, start and event codes of epochs, from which new epochs are built."""

    info: Any
    tmin: float
    #: Label to event name and code.
    events: Mapping[Hashable, tuple[str, int]]

    def fill(self, windows: NDArray, label: Hashable) -> "EpochsArray":
        """Return synthetic windows of a label as epochs, a window's length apart."""
        import mne

        name, code = self.events[label]
        events = np.zeros((len(windows), 3), int)
        events[:, 0] = windows.shape[2] * np.arange(len(windows))
        events[:, 2] = code
        return mne.EpochsArray(
            _with_bads(self, windows),
            self.info,
            events=events,
            tmin=self.tmin,
            event_id={name: code},
            baseline=None,
            proj=False,
            on_missing="ignore",
            metadata=pd.DataFrame({MARK: np.ones(len(windows), bool)}),
            verbose="error",
        )


def template_of(epochs: "BaseEpochs", y: Any) -> EpochsTemplate:
    """Return the template of epochs."""
    labels = column_or_1d(y)
    codes, event_id = _codes(epochs, labels, np.unique(labels))
    name_of = {code: name for name, code in event_id.items()}
    events = {
        label: (name_of.get(code, str(label)), code)
        for label, code in zip(np.unique(labels).tolist(), codes.tolist(), strict=True)
    }
    return EpochsTemplate(epochs.info, epochs.tmin, events)


def _codes(
    epochs: "BaseEpochs", y: NDArray, y_new: NDArray
) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Return an event code for each synthetic epoch; a label of several codes gets a new one."""
    event_id = dict(epochs.event_id)
    codes = np.zeros(len(y_new), np.int64)
    for label in pd.unique(y_new):
        found = np.unique(epochs.events[y == label, 2]).tolist()
        if len(found) > 1:
            name = f"{MARK}/{label}"
            free = max([*event_id.values(), *epochs.events[:, 2]]) + 1
            found = [event_id.setdefault(name, int(free))]
        codes[y_new == label] = found[0]
    return codes, event_id


def _marked(metadata: pd.DataFrame | None, n_real: int, n_new: int) -> pd.DataFrame:
    """Return the metadata with rows for synthetic epochs, which hold the mark alone."""
    if metadata is None:
        metadata = pd.DataFrame(index=range(n_real))
    mark = metadata.get(MARK, pd.Series(False, index=metadata.index))
    if not pd.api.types.is_bool_dtype(mark.dtype):
        raise ValueError(
            f"The column {MARK!r} of the metadata must hold booleans, as it marks synthetic "
            f"epochs. Got the dtype {mark.dtype} instead; rename it."
        )
    whole = metadata.reset_index(drop=True)
    if n_new:
        # Integers and booleans of NumPy have no missing values, those of pandas have.
        kinds = whole.select_dtypes(["integer", "bool"]).convert_dtypes().dtypes
        whole = whole.astype(kinds.to_dict()).reindex(range(n_real + n_new))
    whole[MARK] = np.append(mark.to_numpy(bool), np.ones(n_new, bool))
    return whole
