"""Conversion of MNE epochs to windows and back."""

import sys
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import column_or_1d

if TYPE_CHECKING:
    from mne import BaseEpochs, EpochsArray

__all__ = ["EpochsTemplate", "append_windows", "is_epochs", "read_epochs", "template_of"]

#: Channel types that hold signals of the brain; triggers and eye channels are no windows.
SIGNALS = ("eeg", "csd", "seeg", "ecog", "dbs", "mag", "grad")
MARK = "synthetic"


def is_epochs(X: Any) -> bool:
    """Return whether X is MNE epochs, without importing MNE."""
    mne = sys.modules.get("mne")
    return mne is not None and isinstance(X, mne.BaseEpochs)


def read_epochs(epochs: "BaseEpochs", y: Any = None) -> tuple["BaseEpochs", NDArray, Any]:
    """Return epochs in memory, their windows and their labels."""
    kinds = epochs.get_channel_types()
    others = [
        f"{name} ({kind})"
        for name, kind in zip(epochs.ch_names, kinds, strict=True)
        if kind not in SIGNALS
    ]
    if others:
        raise ValueError(
            f"Epochs must have channels of the types {', '.join(SIGNALS)} alone. Got "
            f"{', '.join(others)} too; leave them out by epochs.copy().pick('eeg')."
        )
    bads = [name for name in epochs.ch_names if name in epochs.info["bads"]]
    if bads:
        raise ValueError(
            f"Epochs must have no channels marked as bad. Got {', '.join(bads)}; interpolate them "
            "by epochs.interpolate_bads() or leave them out by "
            "epochs.copy().pick('eeg', exclude='bads')."
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
    return epochs, epochs.get_data(verbose="error"), y


def append_windows(epochs: "BaseEpochs", y: Any, windows: NDArray, y_all: Any) -> "EpochsArray":
    """Return epochs with synthetic windows behind them."""
    import mne

    n_new = len(windows) - len(epochs)
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
            windows,
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
