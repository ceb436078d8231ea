"""Checks of windows, labels, shares and samplers of a stream."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import RandomState, SeedSequence
from numpy.typing import NDArray
from sklearn.utils import check_array
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from eegaug._epochs import is_epochs, read_epochs
from eegaug._window_checks import as_numbers
from eegaug.over_sampling import BaseWindowOverSampler, JitterOversampler
from eegaug.over_sampling._checks import (
    check_columns,
    check_groups,
    check_labels,
    check_lengths,
    check_values,
)

__all__ = [
    "check_sampler",
    "check_windows",
    "check_without_real",
    "entropy_of",
    "fitted_samplers",
    "shares_of",
]

Weighted = list[tuple[BaseWindowOverSampler, float]]


def check_windows(
    X: Any, y: Any, groups: Any, sfreq: float | None
) -> tuple[Any, NDArray, NDArray | None, float | None]:
    """Return validated windows, labels, recordings and sampling frequency."""
    if is_epochs(X):
        epochs, X, y = read_epochs(X, y)
        own = float(epochs.info["sfreq"])
        if sfreq is not None and not np.isclose(sfreq, own):
            raise ValueError(
                f"The 'sfreq' parameter of BalancedWindows must be that of the epochs, {own:g} "
                f"Hz, or None. Got {sfreq!r} instead."
            )
        sfreq = own
    if y is None:
        raise ValueError("BalancedWindows needs the labels 'y' of the windows 'X'. Got None.")
    check_columns(X)
    check_labels(y)
    check_classification_targets(y)
    X = as_numbers(X)
    check_lengths(X=X, y=y)
    X = check_array(
        X, accept_sparse="csr", dtype="numeric", allow_nd=True, ensure_all_finite=False
    )
    check_values(X)
    y = column_or_1d(y)
    if len(np.unique(y)) < 2:
        raise ValueError(
            f"y must hold at least 2 classes to balance. Got {np.unique(y).tolist()}."
        )
    groups = None if groups is None else check_groups(groups, len(y))
    return X, y, groups, sfreq


def fitted_samplers(sampler: Any, data: tuple[Any, NDArray, NDArray | None] | None) -> Weighted:
    """Return the samplers and their weights; by default a jitter that is fitted here."""
    if sampler is None:
        if data is None:
            raise ValueError(
                "BalancedWindows needs real windows 'X' and 'y', a fitted 'sampler' that has a "
                "generator for every label, or both. Got neither."
            )
        return [(JitterOversampler().fit_generators(*data), 1.0)]
    pairs = sampler if isinstance(sampler, Sequence) else [(sampler, 1.0)]
    for pair in pairs:
        if not (isinstance(pair, Sequence) and len(pair) == 2):
            raise TypeError(
                "The 'sampler' parameter of BalancedWindows must be a fitted sampler or a list of "
                f"pairs (sampler, weight). Got {sampler!r:.80} instead."
            )
    _check_fitted([each for each, _ in pairs])
    weights = _check_shares([weight for _, weight in pairs], "the weights of 'sampler'")
    return [(each, weight) for (each, _), weight in zip(pairs, weights, strict=True)]


def check_without_real(synthetic_share: float, steps_per_epoch: int | None) -> None:
    """Raise if a parameter needs real windows and there are none."""
    if synthetic_share < 1:
        raise ValueError(
            "Without real windows 'X' the 'synthetic_share' parameter of BalancedWindows must be "
            f"1. Got {synthetic_share!r} instead."
        )
    if steps_per_epoch is None:
        raise ValueError(
            "Without real windows 'X' the 'steps_per_epoch' parameter of BalancedWindows must be "
            "an int, as there is no number of windows to follow. Got None."
        )


def _check_fitted(samplers: Sequence[Any]) -> None:
    """Raise unless a sampler is fitted and of this library."""
    for sampler in samplers:
        if not isinstance(sampler, BaseWindowOverSampler):
            raise TypeError(
                "The 'sampler' parameter of BalancedWindows must be one of eegaug.over_sampling, "
                f"which draw new windows at any time. Got {sampler!r:.80} instead."
            )
        check_is_fitted(
            sampler,
            "window_shape_",
            msg=(
                "This %(name)s is not fitted. Call sampler.fit_generators(X, y, groups=groups), "
                "or sampler.fit_resample, on the training windows before you make a stream."
            ),
        )


def check_sampler(
    sampler: BaseWindowOverSampler,
    shape: tuple[int, int],
    labels: Sequence[Hashable],
    sfreq: float | None,
    has_real: bool,
) -> None:
    """Raise if a fitted sampler cannot make windows of this kind."""
    name = type(sampler).__name__
    fitted = (1, *sampler.window_shape_)[-2:]
    if fitted != shape:
        raise ValueError(
            f"All windows of a stream must be of one shape (n_channels, n_times). Got {shape} and "
            f"a {name} that was fitted to {fitted}."
        )
    if sfreq is not None and sampler.sfreq_ is not None and not np.isclose(sfreq, sampler.sfreq_):
        raise ValueError(
            f"All windows of a stream must be of one sampling frequency. Got {sfreq:g} Hz and a "
            f"{name} that was fitted to {sampler.sfreq_:g} Hz."
        )
    unknown = [label for label in labels if label not in sampler.classes_]
    if unknown:
        raise ValueError(
            f"A sampler must have been fitted to all labels of the stream. Got a {name} of "
            f"{sampler.classes_}, which lacks {unknown}."
        )
    if has_real:
        return
    generators = getattr(sampler, "generators_", {})
    missing = [label for label in labels if label not in generators]
    if missing:
        raise ValueError(
            f"Without real windows 'X' each label needs a generator. Got a {name} without one for "
            f"{missing}; train it by fit_generators(X, y, labels={list(labels)}), or give X and y."
        )
    if sampler.get_params(deep=False)["real_share"] != 0:
        raise ValueError(
            "Without real windows 'X' a sampler can mix none in. Got a "
            f"{name} with real_share={sampler.get_params(deep=False)['real_share']!r}; call "
            "sampler.set_params(real_share=0), or give X and y."
        )


def _check_shares(values: Sequence[Any], what: str) -> list[float]:
    """Return positive shares that add up to 1."""
    shares = np.asarray(list(values), dtype=float)
    if not len(shares) or not np.isfinite(shares).all() or (shares < 0).any() or not shares.any():
        raise ValueError(
            f"{what} must be numbers of 0 or more, and not all 0. Got {list(values)} instead."
        )
    return (shares / shares.sum()).tolist()


def shares_of(
    wanted: str | Mapping[Hashable, float], labels: Sequence[Hashable], y: NDArray | None
) -> list[float]:
    """Return the share of each label in a batch."""
    if wanted == "balanced":
        return [1 / len(labels)] * len(labels)
    if isinstance(wanted, Mapping):
        unknown = [label for label in wanted if label not in labels]
        missing = [label for label in labels if label not in wanted]
        if unknown or missing:
            raise ValueError(
                "The 'class_shares' parameter of BalancedWindows must name each label of the "
                f"stream, {list(labels)}. Got {unknown or 'none'} beyond these, and lacks "
                f"{missing or 'none'}."
            )
        return _check_shares([wanted[label] for label in labels], "'class_shares'")
    if y is None:
        raise ValueError(
            "class_shares='proportional' needs 'y', which is not known without real windows."
        )
    return [float(np.mean(y == label)) for label in labels]


def entropy_of(random_state: int | RandomState | None) -> int:
    """Return the entropy of the seeds of a stream."""
    if random_state is None:
        return int(SeedSequence().entropy)  # type: ignore[arg-type]
    if isinstance(random_state, RandomState):
        return int(random_state.randint(np.iinfo(np.int32).max))
    return int(random_state)
