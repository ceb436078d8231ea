"""Training of a generator for each label, and the membership attack on it."""

import copy
import inspect
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import effective_n_jobs
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.base import clone

from eegaug._progress import Progress, show_progress, training_callbacks
from eegaug.over_sampling._class_data import ClassData, open_places
from eegaug.over_sampling._fallback import Fallback
from eegaug.over_sampling._running import Task, run_side_by_side, run_task
from eegaug.windows import evenly, is_constant

if TYPE_CHECKING:
    from eegaug.gan import Selection
    from eegaug.metrics import MembershipInferenceResult

__all__ = [
    "TrainingPlan",
    "attack_generator",
    "sample_from",
    "starts_of",
    "train_generators",
]

# More windows take time and change the attack little.
MAX_ATTACKED = 2000


@dataclass(frozen=True)
class TrainingPlan:
    """Options of the training, beside the parameters of the generator."""

    generator: Any
    conditioning: str
    sfreq: float | None
    callbacks: Sequence[Any]
    verbose: int | None
    memory: Any
    n_jobs: int | None = None
    #: The fitted generator that the training of a label starts from, where there is one.
    starts: Mapping[Hashable, Any] = field(default_factory=dict)


def train_generators(
    classes: Mapping[Hashable, ClassData],
    labels: Sequence[Hashable],
    plan: TrainingPlan,
    seeds: Sequence[int],
) -> tuple[dict[Hashable, Any], dict[Hashable, Fallback]]:
    """Train a generator for each label; return them, and what failed.

    Each class of the data has a seed of its own, after that of what they share.
    """
    seed_of = dict(zip(classes, seeds[1:], strict=True))
    with show_progress(plan.verbose) as progress:
        if plan.conditioning == "shared":
            return _train_shared(classes, labels, plan, seeds[0], progress)
        n_jobs = min(effective_n_jobs(plan.n_jobs), len(labels))

        def tasks() -> Iterator[tuple[Task, Any]]:
            for label in labels:
                # The display cannot be sent to another process.
                shown = () if n_jobs > 1 else training_callbacks(progress, f"class {label}")
                data = classes[label]
                options = {
                    "sample_weight": data.weights(data.places("training")),
                    "selection": _selections_of([data], plan.sfreq),
                    "init": plan.starts.get(label),
                }
                generator = seeded(plan.generator, seed_of[label])
                callbacks = (*plan.callbacks, *shown)
                yield Task(generator, data.windows_of("training"), options, callbacks), plan.memory

        if n_jobs > 1:
            progress.add(f"{len(labels)} classes, {n_jobs} at a time")
        trained = dict(zip(labels, run_side_by_side(_train, tasks(), n_jobs), strict=True))
    failures = {label: each for label, each in trained.items() if isinstance(each, Fallback)}
    return {label: trained[label] for label in labels if label not in failures}, failures


def _train_shared(
    classes: Mapping[Hashable, ClassData],
    labels: Sequence[Hashable],
    plan: TrainingPlan,
    seed: int,
    progress: Progress,
) -> tuple[dict[Hashable, Any], dict[Hashable, Fallback]]:
    """Train one generator for all labels."""
    from eegaug.gan import LabelGenerator

    # Other classes take part as well, if they have at least this number of windows.
    fewest = min(len(classes[label].rows) for label in labels)
    places = open_places(classes)
    taught = [
        data
        for label, data in classes.items()
        if label in labels or (len(places[label]) >= fewest and not is_constant(data.windows))
    ]
    windows = [data.windows[places[data.label]] for data in taught]
    options = {
        "y": np.repeat([data.label for data in taught], [len(each) for each in windows]),
        "sample_weight": np.concatenate([data.weights(places[data.label]) for data in taught]),
        "selection": _selections_of(taught, plan.sfreq),
    }
    callbacks = (*plan.callbacks, *training_callbacks(progress, "all classes"))
    task = Task(seeded(plan.generator, seed), np.concatenate(windows), options, callbacks)
    shared = _train(task, plan.memory)
    if isinstance(shared, Fallback):
        return {}, dict.fromkeys(labels, shared)
    return {label: LabelGenerator(shared, label) for label in labels}, {}


def _train(task: Task, memory: Any) -> Any:
    """Run a training; return the generator, or the reason why it is not usable."""
    from eegaug.gan import TrainingFailedError

    try:
        return run_task(task, memory)
    except TrainingFailedError as error:
        reason = "its training gave no generator fit for use"
        return Fallback("jitter", f"{reason} (it ended in {error.failure})")


def seeded(generator: Any, seed: int) -> Any:
    """Return an unfitted copy with the seed, if it has a `random_state`."""
    generator = clone(generator)
    if "random_state" in generator.get_params(deep=False):
        generator.set_params(random_state=seed)
    return generator


def starts_of(init: Any, labels: Sequence[Hashable], conditioning: str) -> dict[Hashable, Any]:
    """Return the generator that the training of each label starts from, where `init` has it."""
    if init is None:
        return {}
    generators: Mapping[Hashable, Any] | None = getattr(init, "generators_", None)
    if generators is None:
        raise ValueError(
            "The 'init' parameter of GANOversampler must be a GANOversampler on which "
            f"fit_resample was called. Got {init!r:.80} instead, which was not fitted, or was "
            "cloned, by a pipeline or a search for one, and so lost its generators: give "
            "sklearn.frozen.FrozenEstimator(sampler), which a clone keeps."
        )
    starts = {label: generators[label] for label in labels if label in generators}
    if any(hasattr(start, "generator") for start in starts.values()):
        raise ValueError(
            "The 'init' parameter of GANOversampler must be a sampler with a generator for each "
            "label. Got one with conditioning='shared' instead."
        )
    if starts and conditioning == "shared":
        raise ValueError(
            "The 'init' parameter of GANOversampler must be None with conditioning='shared'. "
            f"Got {init!r:.80} instead."
        )
    return starts


def sample_from(
    generator: Any, n: int, rng: RandomState, shape: tuple[int, ...]
) -> NDArray[np.floating]:
    """Make windows of shape (n, *shape) by any generator, with its kind of seed."""
    if n == 0:
        return np.empty((0, *shape), np.float32)
    if "random_state" in inspect.signature(generator.sample).parameters:
        made = generator.sample(n, random_state=rng)
    else:
        if "random_state" in generator.get_params(deep=False):
            generator = copy.copy(generator).set_params(random_state=rng.randint(2**31 - 1))
        made = generator.sample(n)
    # Mixture models of scikit-learn return the components too.
    windows = np.asarray(made[0] if isinstance(made, tuple) else made)
    return windows.reshape(n, *shape)


def attack_generator(generator: Any, data: ClassData) -> "MembershipInferenceResult":
    """Run the membership attack with the windows that were held out for it."""
    # The import of the metrics takes longer than all other imports of a sampler.
    from eegaug.metrics import MembershipInferenceResult, membership_inference_attack

    known, unseen = (
        places[evenly(len(places), MAX_ATTACKED)]
        for places in map(data.places, ("training", "attack"))
    )
    if data.groups is not None and data.attack_by == "window":
        # A recording can lose all its training windows by the thinning.
        unseen = unseen[np.isin(data.groups[unseen], data.groups[known])]
    if not len(unseen):
        return MembershipInferenceResult(
            "cannot be tested", np.nan, 0.0, 1.0, 1.0, np.nan, "window", len(known), 0
        )
    groups = None if data.groups is None else (data.groups[known], data.groups[unseen])
    rng = RandomState(0)
    return membership_inference_attack(
        data.windows[known],
        data.windows[unseen],
        sample_from(generator, len(known), rng, data.windows.shape[1:]),
        groups_train=groups and groups[0],
        groups_holdout=groups and groups[1],
        random_state=rng,
    )


def _selections_of(classes: Sequence[ClassData], sfreq: float | None) -> "list[Selection] | None":
    """Return what the kept step is chosen by; None where a class has nothing held out for it.

    Steps that were chosen by windows of the training were further from other recordings than the
    last one (see the experiment log).
    """
    if not all(len(data.places("selection")) for data in classes):
        return None
    return [_selection_of(data, sfreq) for data in classes]


def _selection_of(data: ClassData, sfreq: float | None) -> "Selection":
    """Return the recordings that are held out, and the metrics by which they choose a step."""
    from eegaug.gan import Selection
    from eegaug.metrics import METRICS

    training, held_out = data.windows_of("training"), data.windows_of("selection")
    n = min(len(training), len(held_out))
    # Each window must have a neighbour of its own set.
    params = {"sfreq": sfreq, "random_state": 0, "n_neighbors": min(5, n - 1)}
    metrics = {
        name: partial(metric.function, **{k: params[k] for k in metric.takes if k in params})
        for name, metric in METRICS.items()
        if metric.monitored and (n >= 2 or "n_neighbors" not in metric.takes)
    }
    pair = (held_out[evenly(len(held_out), n)], training[evenly(len(training), n)])
    return Selection(held_out, pair, metrics)
