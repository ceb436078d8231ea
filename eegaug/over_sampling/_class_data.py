"""The windows of each class, split once, before anything is trained."""

import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from eegaug.transforms import AugmentationStrengths, estimate_strengths
from eegaug.windows import evenly, to_3d

__all__ = [
    "ClassData",
    "DominantGroupWarning",
    "collect_classes",
    "fingerprints",
    "hold_out",
    "open_places",
    "seen_groups",
    "strengths_of",
    "warn_of_dominant_groups",
]

# Recordings a class must have before some are held out whole: two parts of at least two. One alone
# chose worse steps than none (see the experiment log).
MIN_RECORDINGS = 16
HELD_OUT_RECORDINGS = 1 / 8
# Without enough recordings the attack uses windows, a tenth of those in the training part.
HELD_OUT_WINDOWS = 1 / 10
# Strengths of a class change little with more windows.
MAX_MEASURED = 2000
#: A recording with a larger share of a class's windows makes up most of it.
DOMINANT_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class ClassData:
    """The windows of one class, and which part of a training each belongs to.

    Attributes
    ----------
    label : hashable
        The class, as a Python object rather than a NumPy scalar.
    X : {ndarray, sparse matrix} of shape (n_samples, ...)
        The validated windows of all classes.
    rows : ndarray of shape (n_windows,)
        Rows of `X` that hold the class.
    groups : ndarray of shape (n_windows,) or None
        Their recordings; None where they are not known.
    part : ndarray of shape (n_windows,)
        "training", "selection", "attack" or "unused"; all are "training" until `hold_out` marks
        others.
    """

    label: Hashable
    X: Any
    rows: NDArray[np.intp]
    groups: NDArray | None
    part: NDArray[np.str_]

    @cached_property
    def windows(self) -> NDArray[np.floating]:
        """All real windows of the class, of shape (n_windows, n_channels, n_times)."""
        return self.take(np.arange(len(self.rows)))

    @cached_property
    def prints(self) -> NDArray[np.uint64]:
        """The fingerprints of all windows of the class."""
        return fingerprints(self.windows)

    def take(self, places: NDArray[np.intp]) -> NDArray[np.floating]:
        """Return copies of some windows of the class, in float32 or float64."""
        windows = self.X[self.rows[places]]
        windows = windows.toarray() if sparse.issparse(windows) else windows
        # In one order, by which another process would not know them for the same in a hash.
        return to_3d(np.ascontiguousarray(windows))

    def places(self, part: str) -> NDArray[np.intp]:
        """Return the indices of the windows of a part among those of the class."""
        return np.flatnonzero(self.part == part)

    def windows_of(self, part: str) -> NDArray[np.floating]:
        """Return the windows of a part."""
        return self.windows[self.places(part)]

    def groups_of(self, part: str) -> NDArray | None:
        """Return the recordings of the windows of a part."""
        return None if self.groups is None else self.groups[self.places(part)]

    def weights(self, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return how often each window is drawn, in proportion: recordings weigh alike."""
        if self.groups is None:
            return np.ones(len(places))
        _, recording, counts = np.unique(
            self.groups[places], return_inverse=True, return_counts=True
        )
        return 1.0 / counts[recording]

    @property
    def attack_by(self) -> str:
        """The unit that the attack exchanges: "recording" or "window"."""
        if self.groups is None:
            return "window"
        trained = self.groups[self.part == "training"]
        return (
            "window" if np.isin(self.groups[self.part == "attack"], trained).all() else "recording"
        )

    @property
    def held_out_groups(self) -> NDArray:
        """The recordings of which no window is trained on."""
        if self.groups is None:
            return np.array([])
        return np.setdiff1d(self.groups, self.groups[self.part == "training"])


def collect_classes(X: Any, y: NDArray, groups: NDArray | None) -> dict[Hashable, ClassData]:
    """Return the windows of each class, in the order of the labels."""
    classes = {}
    for label in np.unique(y).tolist():
        rows = np.flatnonzero(y == label)
        own = None if groups is None else groups[rows]
        part = np.full(len(rows), "training", dtype="<U9")
        classes[label] = ClassData(label, X, rows, own, part)
    return classes


def open_places(classes: Mapping[Hashable, ClassData]) -> dict[Hashable, NDArray[np.intp]]:
    """Return the training windows of each class that are of no recording any class holds out."""
    closed = [each for data in classes.values() for each in data.held_out_groups.tolist()]
    found = {}
    for label, data in classes.items():
        places = data.places("training")
        if data.groups is not None:
            places = places[~np.isin(data.groups[places], closed)]
        found[label] = places
    return found


def seen_groups(classes: Mapping[Hashable, ClassData], seen: NDArray[np.uint64]) -> list[Any]:
    """Return the recordings of which a window is among those seen."""
    found: set[Any] = set()
    for data in classes.values():
        if data.groups is not None and len(seen):
            found |= set(data.groups[np.isin(data.prints, seen)].tolist())
    return sorted(found)


def hold_out(
    data: ClassData,
    rng: RandomState,
    seen: NDArray[np.uint64] | None = None,
    known_groups: Sequence[Any] = (),
) -> None:
    """Mark the windows of a class that are held out from all trainings.

    Recordings are held out whole for the selection of the step, and others for the attack, where
    the class has enough of them. Otherwise there is no selection, and the windows of the attack
    are drawn from all recordings. What is `seen`, by which a generator to start from was trained,
    and the recordings known to it stay in the training. A window that equals one of the training
    is of no use for either.
    """
    part, groups, prints = data.part, data.groups, data.prints
    known = np.zeros(len(part), bool) if seen is None else np.isin(prints, seen)
    if groups is not None:
        known |= np.isin(groups, known_groups)
    _mark(part, groups, known, rng)
    part[(part != "training") & np.isin(prints, prints[part == "training"])] = "unused"


def _mark(
    part: NDArray[np.str_], groups: NDArray | None, known: NDArray[np.bool_], rng: RandomState
) -> None:
    """Mark whole recordings, or else windows, that are not known."""
    if groups is not None:
        _, first, recording = np.unique(groups, return_index=True, return_inverse=True)
        n_recordings = len(first)
        free = np.setdiff1d(np.arange(n_recordings), recording[known])
        # By their first window, so that neither names nor their order decide.
        drawn = rng.permutation(free[np.argsort(first[free])])
        n_held_out = round(HELD_OUT_RECORDINGS * n_recordings)
        if n_recordings >= MIN_RECORDINGS and len(drawn) >= 2 * n_held_out:
            part[np.isin(recording, drawn[:n_held_out])] = "selection"
            part[np.isin(recording, drawn[n_held_out : 2 * n_held_out])] = "attack"
            return
    unmarked = np.flatnonzero((part == "training") & ~known)
    n_held_out = round(HELD_OUT_WINDOWS * len(unmarked))
    if n_held_out < 2:
        return
    part[rng.permutation(unmarked)[:n_held_out]] = "attack"
    if groups is not None:
        # Windows are exchanged within recordings, of which some must be left in the training.
        alone = (part == "attack") & ~np.isin(groups, groups[part == "training"])
        part[alone] = "training"


def strengths_of(classes: Mapping[Hashable, ClassData]) -> dict[Hashable, AugmentationStrengths]:
    """Estimate how strongly the windows of each class may be augmented."""
    samples = {}
    for label, data in classes.items():
        places = evenly(len(data.rows), MAX_MEASURED)
        groups = None if data.groups is None else data.groups[places]
        samples[label] = (_Taken(data, places), groups)
    return estimate_strengths(samples)


class _Taken:
    """Some windows of a class, of which a slice is copied when it is asked for."""

    def __init__(self, data: ClassData, places: NDArray[np.intp]) -> None:
        self.data, self.places = data, places
        self.shape = (len(places), *(1, *data.X.shape[1:])[-2:])

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, part: slice) -> NDArray:
        return self.data.take(self.places[part])


def fingerprints(windows: NDArray) -> NDArray[np.uint64]:
    """Return a hash of each window, which does not depend on layout and dtype."""
    rows = (np.ascontiguousarray(row, dtype=np.float64) for row in windows)
    digests = (blake2b(row.data, digest_size=8).digest() for row in rows)
    return np.frombuffer(b"".join(digests), np.uint64)


class DominantGroupWarning(UserWarning):
    """More than half of the windows of a class come from one recording.

    What a model learns of such a class is that recording. It is given where `groups` are known
    and a model is trained for the class.

    See Also
    --------
    SmallClassWarning : A class too small for a model.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from eegaug import DominantGroupWarning, GANOversampler
    >>> X, y = np.random.default_rng(0).normal(size=(50, 16)), [0] * 30 + [1] * 20
    >>> groups = [0] * 15 + [1] * 15 + [2] * 19 + [3]
    >>> sampler = GANOversampler()
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", DominantGroupWarning)
    ...     sampler.fit_resample(X, y, groups=groups)
    Traceback (most recent call last):
    eegaug.over_sampling._class_data.DominantGroupWarning: ...
    """


def warn_of_dominant_groups(classes: Sequence[ClassData], name: str) -> None:
    """Give one warning that names every class with more than half its windows in one recording."""
    found = []
    for data in classes:
        if data.groups is None:
            continue
        recordings, counts = np.unique(data.groups, return_counts=True)
        if counts.max() > DOMINANT_SHARE * len(data.groups):
            recording = recordings[counts.argmax()]
            recording = recording.item() if isinstance(recording, np.generic) else recording
            found.append(
                f"{counts.max()} of the {len(data.groups)} windows of class {data.label!r} come "
                f"from {recording!r}"
            )
    if found:
        warnings.warn(
            f"{name} learns classes that consist mostly of one recording, and may make no more "
            f"than imitations of it: {'; '.join(found)}.",
            DominantGroupWarning,
            stacklevel=2,
        )
