"""Whether channels are fit to learn from, and fit for the augmentation that is asked for."""

import warnings
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone

from eegaug._electrodes import mirror_image
from eegaug._window_checks import ImplausibleWindowsWarning
from eegaug.over_sampling._class_data import ClassData
from eegaug.transforms import ChannelAugmenter
from eegaug.windows import evenly

__all__ = ["augmenter_for", "check_kinds", "flat_channels", "question_channels"]

#: Ratio of amplitudes that no two channels of one unit have: V beside µV is a million.
MAX_RATIO = 1e5
#: Windows by which amplitudes are compared.
MAX_MEASURED = 64


def check_kinds(channels: ChannelAugmenter | None, kinds: Mapping[str, str]) -> None:
    """Raise where channels of epochs, given by name and kind, have no place on the scalp."""
    others = [f"{name} ({kind})" for name, kind in kinds.items() if kind != "eeg"]
    if channels is not None and others:
        raise ValueError(
            "The 'channels' parameter needs EEG on the scalp, where left and right are known by "
            f"name. Got {', '.join(others)} too; pick 'eeg' alone, or give channels=None."
        )


def augmenter_for(
    channels: ChannelAugmenter | None,
    ch_names: Sequence[str] | None,
    n_channels: int,
    flat: Mapping[Hashable, NDArray[np.bool_]],
) -> ChannelAugmenter | None:
    """Return the augmenter with the names of the data; raise where it does not fit them."""
    if channels is None:
        return None
    augmenter: ChannelAugmenter = clone(channels)
    if augmenter.ch_names is None:
        augmenter.set_params(ch_names=None if ch_names is None else list(ch_names))
    elif ch_names is not None and list(augmenter.ch_names) != list(ch_names):
        raise ValueError(
            f"The 'ch_names' of 'channels' must be those of the epochs, {list(ch_names)}, or "
            f"None. Got {list(augmenter.ch_names)}."
        )
    augmenter.check()
    names = np.array(augmenter.ch_names, dtype=object)
    if len(names) != n_channels:
        raise ValueError(
            f"The 'ch_names' of 'channels' must name each channel of X. Got {len(names)} names "
            f"for {n_channels} channels."
        )
    source = mirror_image(list(names))[0] if augmenter.reflect else np.arange(len(names))
    for label, is_flat in flat.items():
        if (is_flat != is_flat[source]).any():
            raise ValueError(
                "Reflection needs a signal on both sides. Got channels that are constant in all "
                f"windows of class {label!r}, {names[is_flat].tolist()}, of which some have a "
                "mirror image that is not. Interpolate them, or leave both out."
            )
    return augmenter


def flat_channels(classes: Mapping[Hashable, ClassData]) -> dict[Hashable, NDArray[np.bool_]]:
    """Return which channels are constant in all windows of a class, as a mask for each class."""
    found = {}
    for label, data in classes.items():
        if data.X.ndim == 2 or sparse.issparse(data.X):
            continue
        is_flat = np.ones(data.X.shape[1], bool)
        # Window by window, as the first one mostly shows a signal everywhere.
        for row in data.rows:
            window = data.X[row]
            is_flat &= (window == window[:, :1]).all(axis=1)
            if not is_flat.any():
                break
        found[label] = is_flat
    return found


def question_channels(
    classes: Mapping[Hashable, ClassData],
    flat: Mapping[Hashable, NDArray[np.bool_]],
    ch_names: Sequence[str] | None,
) -> None:
    """Warn of channels that are constant in some classes alone, or of another unit."""
    if not flat:
        return
    X = next(iter(classes.values())).X
    names = np.array(range(X.shape[1]) if ch_names is None else list(ch_names), dtype=object)
    everywhere = np.all(list(flat.values()), axis=0)
    # A class without any signal is another matter, which its fallback names.
    alone = {
        label: names[each & ~everywhere].tolist() for label, each in flat.items() if not each.all()
    }
    named = [f"{each} in class {label!r}" for label, each in alone.items() if each]
    if named:
        warnings.warn(
            f"X should have a signal in each channel. Got channels that are constant in all "
            f"windows of some classes alone: {'; '.join(named)}. A classifier knows the class by "
            "that. Interpolate such channels, or leave them out.",
            ImplausibleWindowsWarning,
            stacklevel=2,
        )
    amplitude = np.median(X[evenly(len(X), MAX_MEASURED)].std(axis=-1, dtype=np.float64), axis=0)
    seen = np.flatnonzero(amplitude > 0)
    if len(seen) < 2 or amplitude.max() <= MAX_RATIO * amplitude[seen].min():
        return
    low, high = seen[amplitude[seen].argmin()], amplitude.argmax()
    warnings.warn(
        f"X should have one unit in all channels. Got an amplitude of {amplitude[low]:.3g} in "
        f"channel {names[low]} and of {amplitude[high]:.3g} in channel {names[high]}. Bring all "
        "to µV, or all to V.",
        ImplausibleWindowsWarning,
        stacklevel=2,
    )
