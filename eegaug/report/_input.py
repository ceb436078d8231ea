"""The input of the report: checked, by label, and drawn at random."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from eegaug._epochs import is_epochs
from eegaug.metrics import MembershipInferenceResult
from eegaug.metrics._check import check_labels, check_number, check_pair
from eegaug.over_sampling import BaseWindowOverSampler, RealShare
from eegaug.transforms import AugmentationStrengths
from eegaug.windows import WindowScaler

__all__ = ["LabelWindows", "by_label", "check_names", "draw_windows", "synthetic_of"]

# An attack on fewer synthetic windows than this detects little.
MIN_SYNTHETIC = 200


@dataclass(frozen=True)
class LabelWindows:
    """All 3-D windows of one label, and the attributes that its sampler has for the label."""

    label: Hashable
    real: NDArray
    synthetic: NDArray
    groups: NDArray | None = None
    holdout: NDArray | None = None
    groups_holdout: NDArray | None = None
    history: pd.DataFrame | None = None
    attack: MembershipInferenceResult | None = None
    #: Windows as `fit_resample` adds them: mixed with real ones and augmented.
    added: NDArray | None = None
    strengths: AugmentationStrengths | None = None
    real_share: RealShare | None = None


def synthetic_of(
    source: Any, y: NDArray, n_synthetic: int | None, seed: int
) -> dict[Hashable, ArrayLike]:
    """Return synthetic windows by label."""
    if isinstance(source, Mapping):
        if not source:
            raise ValueError(
                "The dict 'sampler_or_windows' must hold at least one label. Got an empty one; "
                "give {label: windows}."
            )
        return dict(source)
    if not hasattr(source, "sample"):
        raise TypeError(
            "The 'sampler_or_windows' parameter must be a fitted GANOversampler or a dict of "
            f"label to windows. Got {type(source).__name__} instead."
        )
    check_is_fitted(source, "generators_")
    if not source.generators_:
        raise ValueError(
            "The sampler trained no generator. The fallback methods of its classes: "
            f"{getattr(source, 'fallback_', {})!r}; give their windows as a dict instead."
        )
    if n_synthetic is not None:
        check_number(n_synthetic, name="n_synthetic", low=2, integer=True)
    synthetic = {}
    for label in source.generators_:
        n_samples = n_synthetic or max(MIN_SYNTHETIC, int(np.sum(y == label)))
        made = source.sample(n_samples, label=label, random_state=seed)
        synthetic[label] = made.get_data(verbose="error") if is_epochs(made) else made
    return synthetic


def by_label(
    synthetic: dict[Hashable, ArrayLike],
    real: tuple[ArrayLike, ArrayLike, ArrayLike | None],
    holdout: tuple[ArrayLike, ArrayLike | None, ArrayLike | None] | None = None,
    source: Any = None,
    seed: int = 0,
) -> Iterator[LabelWindows]:
    """Check everything and yield the windows of each label."""
    X, y, groups = real
    X_holdout, y_holdout, groups_holdout = holdout or (None, None, None)
    if X_holdout is not None:
        if y_holdout is None:
            raise ValueError("X_holdout needs y_holdout, the label of each held-out window.")
        _check_recordings(groups, groups_holdout)
    for label, made in synthetic.items():
        windows, made = check_pair(X, made, names=("X", f"the synthetic windows of {label!r}"))
        rows = check_labels(y, len(windows), name="y") == label
        if rows.sum() < 2:
            raise ValueError(
                f"X must hold at least 2 real windows of each label that is reported. Got "
                f"{rows.sum()} of {label!r}."
            )
        kept = kept_groups = None
        if X_holdout is not None:
            _, others = check_pair(X, X_holdout, names=("X", "X_holdout"))
            held = check_labels(np.asarray(y_holdout), len(others), name="y_holdout") == label
            if held.any():
                kept = others[held]
                kept_groups = _rows_of(groups_holdout, held, "groups_holdout")
        yield LabelWindows(
            label=label,
            real=windows[rows],
            synthetic=made,
            groups=_rows_of(groups, rows, "groups"),
            holdout=kept,
            groups_holdout=kept_groups,
            history=getattr(source, "history_", {}).get(label),
            attack=getattr(source, "membership_inference_", {}).get(label),
            added=_added_of(source, windows[rows], len(made), label, seed),
            strengths=getattr(source, "strengths_", {}).get(label),
            real_share=getattr(source, "real_share_", {}).get(label),
        )


def _added_of(source: Any, real: NDArray, n: int, label: Hashable, seed: int) -> NDArray | None:
    """Return windows as `fit_resample` adds them, where the source is a sampler."""
    if not isinstance(source, BaseWindowOverSampler):
        return None
    scaler = WindowScaler.from_windows(real)
    return source._new_windows(real, scaler, n, label, RandomState(seed))


def check_names(ch_names: Sequence[str] | None, source: Any, n_channels: int) -> list[str] | None:
    """Return the names of the channels, those of the sampler by default."""
    names = getattr(source, "ch_names_", None) if ch_names is None else ch_names
    if names is None:
        return None
    if len(names) != n_channels:
        raise ValueError(
            f"The 'ch_names' parameter must name each of the {n_channels} channels of X. Got "
            f"{len(names)} names; give one for each channel."
        )
    return [str(name) for name in names]


def draw_windows(windows: LabelWindows, n_windows: int | None, seed: int) -> LabelWindows:
    """Draw at most a number of windows of each set, as many of each recording as possible."""

    def rows(array: NDArray, groups: NDArray | None) -> NDArray:
        order = np.random.RandomState(seed).permutation(len(array))
        if groups is not None:
            codes = np.unique(groups, return_inverse=True)[1][order]
            # The first window of each recording, then the second of each, and so on.
            rank = pd.Series(codes).groupby(codes).cumcount()
            order = order[np.argsort(rank, kind="stable")]
        return np.sort(order[:n_windows])

    changes = {}
    for name, labels in (("real", "groups"), ("synthetic", ""), ("holdout", "groups_holdout")):
        array, groups = getattr(windows, name), getattr(windows, labels, None)
        if array is not None:
            drawn = rows(array, groups)
            changes[name] = array[drawn]
            if groups is not None:
                changes[labels] = groups[drawn]
    return replace(windows, **changes)


def _check_recordings(groups: ArrayLike | None, groups_holdout: ArrayLike | None) -> None:
    if (groups is None) != (groups_holdout is None):
        raise ValueError("groups and groups_holdout must be given together or not at all.")
    if groups is not None:
        shared = np.intersect1d(np.asarray(groups), np.asarray(groups_holdout))
        if shared.size:
            raise ValueError(
                "groups and groups_holdout must not share a recording. Got "
                f"{shared[:3].tolist()} in both; hold out whole recordings."
            )


def _rows_of(groups: ArrayLike | None, rows: NDArray, name: str) -> NDArray | None:
    return None if groups is None else check_labels(groups, len(rows), name=name)[rows]
