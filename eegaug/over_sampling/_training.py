"""How the sampler trains a generator for each label: data, weights, monitor, starting point."""

import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.metrics import coverage_score, psd_distance, sliced_wasserstein_distance
from eegaug.over_sampling._base import WindowsOf
from eegaug.over_sampling._ladder import Fallback

if TYPE_CHECKING:
    from eegaug.gan import GANConfig, GANGenerator

__all__ = ["TrainingPlan", "train_generators"]

# Recordings a class must have before some are spared for the monitor alone, and their share.
ENOUGH_RECORDINGS = 8
HELD_OUT_SHARE = 0.25
# More background windows than these teach a small network nothing.
MOST_BACKGROUND = 5000
# Amplitudes of the background vary this much about unit variance, so that none is learned.
BACKGROUND_LOG_SCALE = 0.5
FAILED = Fallback("jitter", "its training gave no generator fit for use")


@dataclass(frozen=True)
class TrainingPlan:
    """How generators are trained, beside what `GANConfig` says of each.

    Attributes
    ----------
    conditioning : {"per-class", "shared"}
        One generator a label, or one for all.
    pretrain_steps : int
        Steps on the windows of all classes before.
    sfreq : float
        Sampling frequency in Hz, for the monitor.
    callbacks : sequence of keras.callbacks.Callback
        The user's.
    verbose : bool
        Whether progress is shown.
    """

    conditioning: str
    pretrain_steps: int
    sfreq: float
    callbacks: Sequence[Any]
    verbose: bool


@dataclass(frozen=True)
class _Data:
    """One label's windows for training, their weights, and what the monitor measures against."""

    windows: NDArray
    weights: NDArray
    reference: NDArray


def train_generators(
    windows_of: WindowsOf,
    labels: Sequence[Hashable],
    config: "GANConfig",
    plan: TrainingPlan,
    rng: RandomState,
) -> tuple[dict[Hashable, Any], dict[Hashable, Fallback]]:
    """Train a generator for each label.

    Parameters
    ----------
    windows_of : WindowsOf
        Access to the windows of all classes.
    labels : sequence
        Labels that need a generator, at least one.
    config : GANConfig
        What each GAN is built and trained with.
    plan : TrainingPlan
        The rest.
    rng : RandomState
        Source of one seed for each class of the data.

    Returns
    -------
    generators : dict
        Label to an object with ``sample(n, random_state)`` and ``history_``.
    failures : dict
        Label to `Fallback` for those whose training gave no usable generator.
    """
    from eegaug.gan import GANGenerator, LabelGenerator, TrainingFailedError, TrainingWarning
    from eegaug.gan.progress import training_progress

    seeds = rng.randint(2**31 - 1, size=len(windows_of.labels) + 2)
    seed_of = dict(zip(windows_of.labels.tolist(), seeds[2:], strict=True))
    generators: dict[Hashable, Any] = {}
    failures: dict[Hashable, Fallback] = {}

    with training_progress(plan.verbose) as line:

        def train(
            seed: int, data: list[_Data], name: str, init: "GANGenerator | None" = None
        ) -> "GANGenerator":
            return GANGenerator(config, random_state=int(seed)).fit(
                [each.windows for each in data],
                weights=[each.weights for each in data],
                references=[each.reference for each in data],
                metrics=_monitor_metrics(min(len(each.reference) for each in data), plan.sfreq),
                callbacks=[*plan.callbacks, *line(name)],
                init=init,
            )

        if plan.conditioning == "shared":
            # The other classes teach too, those that are no smaller than what is asked for.
            fewest = min(map(windows_of.count, labels))
            taught = [
                label
                for label in windows_of.labels.tolist()
                if label in labels or windows_of.count(label) >= fewest
            ]
            data = [_gather(windows_of, label) for label in taught]
            try:
                shared = train(seeds[1], data, "all classes")
                generators = {
                    label: LabelGenerator(shared, taught.index(label)) for label in labels
                }
            except TrainingFailedError:
                failures = dict.fromkeys(labels, FAILED)
            return generators, failures

        init = None
        if plan.pretrain_steps:
            background = background_windows(windows_of, RandomState(seeds[0]))
            budget = replace(config, n_steps=plan.pretrain_steps, patience=None, n_checks=1)
            teacher = GANGenerator(budget, random_state=int(seeds[1]))
            try:
                init = teacher.fit(background, callbacks=line("all classes"))
            except TrainingFailedError as error:
                warnings.warn(
                    f"Pre-training failed: {error} Each label's training starts from scratch.",
                    TrainingWarning,
                    stacklevel=2,
                )
        for label in labels:
            try:
                data = [_gather(windows_of, label)]
                generators[label] = train(seed_of[label], data, f"class {label}", init)
            except TrainingFailedError:
                failures[label] = FAILED
    return generators, failures


def background_windows(windows_of: WindowsOf, rng: RandomState) -> NDArray[np.float64]:
    """Gather windows of all classes, each at a random amplitude about unit variance.

    Parameters
    ----------
    windows_of : WindowsOf
        Access to the windows of all classes.
    rng : RandomState
        Source of the choice and of the amplitudes.

    Returns
    -------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        At most 5,000 windows, of each class in proportion, constant ones left out.
    """
    counts = np.array([windows_of.count(label) for label in windows_of.labels])
    shares = np.ceil(counts * min(1.0, MOST_BACKGROUND / counts.sum())).astype(int)
    parts = []
    for label, share in zip(windows_of.labels, shares, strict=True):
        windows = windows_of(label)
        chosen = windows[rng.permutation(len(windows))[:share]].astype(np.float64)
        chosen -= chosen.mean(axis=-1, keepdims=True)
        deviation = chosen.std(axis=(1, 2), keepdims=True)
        parts.append((chosen / np.where(deviation > 0, deviation, 1))[deviation.ravel() > 0])
    background = np.concatenate(parts)
    amplitude = np.exp(BACKGROUND_LOG_SCALE * rng.standard_normal((len(background), 1, 1)))
    return background * amplitude


def _gather(windows_of: WindowsOf, label: Hashable) -> _Data:
    windows, groups = windows_of(label), windows_of.groups(label)
    if groups is None:
        return _Data(windows, np.ones(len(windows)), windows)
    _, recording, counts = np.unique(groups, return_inverse=True, return_counts=True)
    weights = 1.0 / counts[recording]
    if len(counts) < ENOUGH_RECORDINGS:
        return _Data(windows, weights, windows)
    # Evenly spread in order of appearance: no draw that would tie the split to the seed.
    n_held_out = round(HELD_OUT_SHARE * len(counts))
    held_out = np.isin(recording, np.linspace(0, len(counts) - 1, n_held_out).round())
    return _Data(windows[~held_out], weights[~held_out], windows[held_out])


def _monitor_metrics(n_reference: int, sfreq: float) -> Mapping[str, Callable]:
    metrics = {
        "psd_distance": partial(psd_distance, sfreq=sfreq),
        "sliced_wasserstein_distance": partial(sliced_wasserstein_distance, random_state=0),
    }
    # Half of the windows, for the floor, must have a neighbour each.
    n_neighbors = min(5, n_reference // 2 - 1)
    if n_neighbors >= 1:
        metrics["coverage_score"] = partial(coverage_score, n_neighbors=n_neighbors)
    return metrics
