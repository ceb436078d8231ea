"""How the sampler trains a generator for each label: data, weights, monitor, starting point."""

import warnings
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import effective_n_jobs
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils.validation import check_memory

from eegaug._forking import refuse_if_forked
from eegaug.metrics import coverage_score, psd_distance, sliced_wasserstein_distance
from eegaug.over_sampling._base import WindowsOf
from eegaug.over_sampling._checkpoints import CheckpointFolder
from eegaug.over_sampling._ladder import Fallback
from eegaug.over_sampling._side_by_side import run_side_by_side
from eegaug.over_sampling._warm_start import hash_of_start

if TYPE_CHECKING:
    from eegaug.gan import GANConfig, GANGenerator

__all__ = ["TrainingPlan", "TrainingWindows", "gather", "train_generators"]

# Recordings a class must have before some are spared for the monitor alone, and their share.
ENOUGH_RECORDINGS = 8
HELD_OUT_SHARE = 0.25
# More background windows than these teach a small network nothing.
MOST_BACKGROUND = 5000
# Windows that show whether the training on them goes well.
MOST_WATCHED = 64
# Amplitudes of the background vary this much about unit variance, so that none is learned.
BACKGROUND_LOG_SCALE = 0.5
# What gives the progress callbacks of a training, by its name.
Line = Callable[[str], Sequence[Any]]


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
    memory : str, joblib.Memory or None
        Where fitted generators are kept.
    checkpoints : CheckpointFolder or None
        Where trainings are kept that are not finished.
    n_jobs : int or None
        Number of labels trained at a time.
    starts : mapping of hashable to GANGenerator
        What the training of a label starts from, in place of the pre-training.
    """

    conditioning: str
    pretrain_steps: int
    sfreq: float
    callbacks: Sequence[Any]
    verbose: bool
    memory: Any
    checkpoints: CheckpointFolder | None = None
    n_jobs: int | None = None
    starts: Mapping[Hashable, "GANGenerator"] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingWindows:
    """One label's windows for training, their weights, and what the monitor measures against.

    Attributes
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        What the generator sees.
    weights : ndarray of shape (n_samples,)
        How often each is drawn, in proportion.
    reference : ndarray of shape (n_reference, n_channels, n_times)
        What the monitor measures against: recordings that were spared, or all windows.
    groups, reference_groups : ndarray of shape (n_samples,) and (n_reference,), or None
        Their recordings; None where none were spared.
    """

    windows: NDArray
    weights: NDArray
    reference: NDArray
    groups: NDArray | None = None
    reference_groups: NDArray | None = None


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

    Raises
    ------
    RuntimeError
        If this process was forked after TensorFlow had run.
    """
    # Also where TensorFlow is first imported below: the caller may have used it before.
    refuse_if_forked()
    from eegaug.gan.progress import training_progress

    seeds = rng.randint(2**31 - 1, size=len(windows_of.labels) + 2)
    with training_progress(plan.verbose) as line:
        if plan.conditioning == "shared":
            return _train_shared(windows_of, labels, config, plan, seeds[1], line)
        pretrained = None
        if not plan.starts.keys() >= set(labels):
            pretrained = _pretrain(windows_of, config, plan, seeds[:2], line)
        seed_of = dict(zip(windows_of.labels.tolist(), seeds[2:], strict=True))
        n_jobs = min(effective_n_jobs(plan.n_jobs), len(labels))
        side_by_side = n_jobs > 1

        def trainings() -> Iterator[tuple[Any, ...]]:
            for label in labels:
                # By its place: a label can be any text.
                place = windows_of.labels.tolist().index(label)
                fit = _fit_function(plan, f"class-{place}", elsewhere=side_by_side)
                # The display cannot be sent to another process.
                shown = () if side_by_side else line(f"class {label}")
                callbacks = [*plan.callbacks, *shown]
                data = [gather(windows_of, label)]
                init = plan.starts.get(label, pretrained)
                yield fit, data, config, plan.sfreq, seed_of[label], callbacks, init

        trained = dict(zip(labels, run_side_by_side(_train, trainings(), n_jobs), strict=True))
    failures = {label: each for label, each in trained.items() if isinstance(each, Fallback)}
    return {label: trained[label] for label in labels if label not in failures}, failures


def _train_shared(
    windows_of: WindowsOf,
    labels: Sequence[Hashable],
    config: "GANConfig",
    plan: TrainingPlan,
    seed: int,
    line: Line,
) -> tuple[dict[Hashable, Any], dict[Hashable, Fallback]]:
    """Train one generator for all labels."""
    from eegaug.gan import LabelGenerator

    # The other classes teach too, those that are no smaller than what is asked for.
    fewest = min(map(windows_of.count, labels))
    taught = [
        label
        for label in windows_of.labels.tolist()
        if label in labels or windows_of.count(label) >= fewest
    ]
    data = [gather(windows_of, label) for label in taught]
    callbacks = [*plan.callbacks, *line("all classes")]
    shared = _train(_fit_function(plan, "shared"), data, config, plan.sfreq, seed, callbacks)
    if isinstance(shared, Fallback):
        return {}, dict.fromkeys(labels, shared)
    return {label: LabelGenerator(shared, taught.index(label)) for label in labels}, {}


def _pretrain(
    windows_of: WindowsOf, config: "GANConfig", plan: TrainingPlan, seeds: NDArray, line: Line
) -> "GANGenerator | None":
    """Train on the windows of all classes; None where there is nothing to start from."""
    from eegaug.gan import TrainingFailedError, TrainingWarning

    if not plan.pretrain_steps:
        return None
    background = background_windows(windows_of, RandomState(seeds[0]))
    budget = replace(config, n_steps=plan.pretrain_steps, patience=None)
    # Enough to see that nothing goes wrong, at next to no cost.
    reference = background[:: len(background) // MOST_WATCHED + 1]
    data = [TrainingWindows(background, np.ones(len(background)), reference)]
    fit = _fit_function(plan, "pretraining")
    try:
        return fit(budget, int(seeds[1]), data, callbacks=line("all classes"))
    except TrainingFailedError as error:
        warnings.warn(
            f"Pre-training failed: {error} Each label's training starts from scratch.",
            TrainingWarning,
            stacklevel=2,
        )
        return None


def _train(
    fit: Callable[..., Any],
    data: Sequence[TrainingWindows],
    config: "GANConfig",
    sfreq: float,
    seed: int,
    callbacks: Sequence[Any],
    init: "GANGenerator | None" = None,
) -> "GANGenerator | Fallback":
    """Train one generator for one label or for several, or say why none is fit for use."""
    from eegaug.gan import TrainingFailedError

    start = hash_of_start(init)
    try:
        return fit(config, int(seed), data, sfreq, start, init=init, callbacks=callbacks)
    except TrainingFailedError as error:
        reason = "its training gave no generator fit for use"
        return Fallback("jitter", f"{reason} (it ended in {error.failure})")


def _fit_function(plan: TrainingPlan, name: str, *, elsewhere: bool = False) -> Callable[..., Any]:
    """Return `fit_generator` with what keeps its generators, finished and unfinished."""
    # Callbacks watch a training and change nothing that could not be told without them.
    fit = check_memory(plan.memory).cache(
        fit_generator, ignore=["init", "callbacks", "checkpoint"]
    )
    if plan.checkpoints is None:
        return fit
    return partial(fit, checkpoint=plan.checkpoints.training(name, elsewhere=elsewhere))


def fit_generator(
    config: "GANConfig",
    seed: int,
    data: Sequence[TrainingWindows],
    sfreq: float | None = None,
    start: Sequence[str] | None = None,
    *,
    init: "GANGenerator | None" = None,
    callbacks: Sequence[Any] = (),
    checkpoint: Callable[[], Any] | None = None,
) -> "GANGenerator":
    """Train one generator; what it returns depends on its arguments alone.

    Parameters
    ----------
    config : GANConfig
        What is built and how it is trained.
    seed : int
        Seed of the weights and the training.
    data : sequence of TrainingWindows
        One a label.
    sfreq : float, default=None
        Sampling frequency in Hz for the monitor's spectra; None measures nothing.
    start : sequence of str, default=None
        Hashes of the weights of `init`, which stand for it where generators are kept.
    init : GANGenerator, default=None
        From whose weights the training starts.
    callbacks : sequence of keras.callbacks.Callback, default=()
        They watch.
    checkpoint : callable, default=None
        ``checkpoint()`` gives the file that an interrupted training goes on from.

    Returns
    -------
    generator : GANGenerator
        Fitted.

    Raises
    ------
    TrainingFailedError
        If no usable generator came out.
    """
    from eegaug.gan import GANGenerator

    n_reference = min(len(each.reference) for each in data)
    return GANGenerator(config, random_state=seed).fit(
        [each.windows for each in data],
        weights=[each.weights for each in data],
        references=[each.reference for each in data],
        metrics={} if sfreq is None else _monitor_metrics(n_reference, sfreq),
        callbacks=callbacks,
        init=init,
        checkpoint=checkpoint and checkpoint(),
    )


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
        places = rng.permutation(windows_of.count(label))[:share]
        chosen = windows_of(label, places).astype(np.float64)
        chosen -= chosen.mean(axis=-1, keepdims=True)
        deviation = chosen.std(axis=(1, 2), keepdims=True)
        parts.append((chosen / np.where(deviation > 0, deviation, 1))[deviation.ravel() > 0])
    background = np.concatenate(parts)
    amplitude = np.exp(BACKGROUND_LOG_SCALE * rng.standard_normal((len(background), 1, 1)))
    return background * amplitude


def gather(windows_of: WindowsOf, label: Hashable) -> TrainingWindows:
    """Gather one label's windows.

    Parameters
    ----------
    windows_of : WindowsOf
        Access to the windows of all classes.
    label : hashable
        The label.

    Returns
    -------
    data : TrainingWindows
        Where the label has eight recordings or more, a quarter of them is spared.
    """
    windows, groups = windows_of(label), windows_of.groups(label)
    if groups is None:
        return TrainingWindows(windows, np.ones(len(windows)), windows)
    _, recording, counts = np.unique(groups, return_inverse=True, return_counts=True)
    weights = 1.0 / counts[recording]
    if len(counts) < ENOUGH_RECORDINGS:
        return TrainingWindows(windows, weights, windows)
    # Evenly spread in order of appearance: no draw that would tie the split to the seed.
    n_held_out = round(HELD_OUT_SHARE * len(counts))
    held_out = np.isin(recording, np.linspace(0, len(counts) - 1, n_held_out).round())
    return TrainingWindows(
        windows[~held_out],
        weights[~held_out],
        windows[held_out],
        groups[~held_out],
        groups[held_out],
    )


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
