"""A whole training: restarts, choice of the step, post-filter."""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.gan.monitor import (
    MAX_MEASURED,
    MIN_MEASURED,
    QualityMonitor,
    TrainingData,
    TrainingFailedError,
    TrainingWarning,
    most_measured,
)
from eegaug.gan.post_filter import PostFilter, fit_filter
from eegaug.gan.training import Sampler, Training, borrow_sampler, borrow_training
from eegaug.windows import channels_last

__all__ = ["Trained", "draw", "train"]

MAX_RESTARTS = 1
#: Windows by which the post-filter is fitted at the end, once.
N_FILTER = 512
Weights = list[NDArray]


@dataclass(frozen=True)
class Trained:
    """Result of a training."""

    weights: Weights | None
    critic_weights: Weights | None
    filters: list[PostFilter] | None
    history: pd.DataFrame
    best_step: int | None
    real_vs_real: dict[str, float]


def train(
    data: TrainingData,
    settings: Mapping[str, Any],
    sizes: tuple[int, int, int],
    start: tuple[Weights, Weights] | None,
    *,
    n_steps: int,
    n_checks: int,
    patience: int | None,
    rng: RandomState,
) -> Trained:
    """Train, from another seed where need be, and return the best generator.

    `start` holds the weights of the generator and of the critic that the training begins with.
    """
    with (
        borrow_training(settings, *sizes) as training,
        borrow_sampler(settings, *sizes) as sampler,
    ):
        for attempt in range(MAX_RESTARTS + 1):
            seed = int(rng.randint(2**31 - 8))
            monitor = QualityMonitor(
                data.selections, partial(_draw_filtered, sampler, training, data), patience
            )
            history = _run(training, monitor, data, start, seed, n_steps, n_checks)
            _report(monitor, int(history.step.iloc[-1]), attempt)
            if monitor.best_weights is not None:
                break
        filters = None
        if data.targets:
            sampler.network.set_weights(monitor.best_weights)
            n_filter = most_measured(math.prod(data.windows[0].shape[1:]), N_FILTER)
            filters = [
                fit_filter(target, _draw_for_checks(sampler, data, label, n_filter))
                for label, target in enumerate(data.targets)
            ]
    return Trained(
        monitor.best_weights,
        monitor.best_critic_weights,
        filters,
        history,
        monitor.best_step,
        monitor.real_vs_real,
    )


def _run(
    training: Training,
    monitor: QualityMonitor,
    data: TrainingData,
    start: tuple[Weights, Weights] | None,
    seed: int,
    n_steps: int,
    n_checks: int,
) -> pd.DataFrame:
    """Train once from a seed."""
    training.reset(seed)
    gan = training.gan
    if start is not None:
        gan.generator.set_weights(start[0])
        gan.averaged.set_weights(start[0])
        gan.discriminator.set_weights(start[1])
    n_labels = len(data.windows)
    labels = np.repeat(np.arange(n_labels), [len(windows) for windows in data.windows])
    return training.run(
        channels_last(np.concatenate(data.windows)),
        np.eye(n_labels, dtype=np.float32)[labels],
        data.weights,
        data.channel_matrices,
        n_steps=n_steps,
        n_rounds=n_checks,
        seed=seed,
        callbacks=[monitor, *data.callbacks],
    )


def _report(monitor: QualityMonitor, last_step: int, attempt: int) -> None:
    """Warn of a failed training; raise if no generator is usable."""
    if monitor.failure is None:
        return
    found = f"The training ended in {monitor.failure} after step {last_step}"
    way, verb = ("higher", "Raise") if monitor.failure == "stall" else ("lower", "Lower")
    if monitor.best_weights is not None:
        warnings.warn(
            f"{found}; the generator of step {monitor.best_step} is used. A {way} "
            "'learning_rate' or another 'objective' may help.",
            TrainingWarning,
            stacklevel=4,
        )
    elif attempt < MAX_RESTARTS:
        warnings.warn(
            f"{found}, before any generator was fit for use; it starts again from another seed.",
            TrainingWarning,
            stacklevel=4,
        )
    else:
        raise TrainingFailedError(
            f"{found}, and no generator was fit for use. {verb} the 'learning_rate', raise "
            "'n_steps', or choose another 'objective'.",
            monitor.failure,
        )


def draw(sampler: Sampler, n: int, label: int, n_labels: int, rng: RandomState) -> NDArray:
    """Make windows of one of the labels, by its index, in the networks' unit."""
    latent_dim = sampler.network.inputs[0].shape[1]
    latents = rng.standard_normal((n, latent_dim)).astype(np.float32)
    condition = np.eye(n_labels, dtype=np.float32)[label] if n_labels > 1 else None
    return sampler.draw(latents, condition)


def _draw_for_checks(sampler: Sampler, data: TrainingData, label: int, n: int) -> NDArray:
    # The same latent vectors at each check, so that only the generator changes.
    return draw(sampler, n, label, len(data.windows), RandomState(0))


def _draw_filtered(
    sampler: Sampler, training: Training, data: TrainingData, label: int
) -> NDArray:
    """Make windows of the current generator, with a post-filter fitted now."""
    sampler.network.set_weights(training.gan.averaged.get_weights())
    n = int(np.clip(len(data.selections[label].windows), MIN_MEASURED, MAX_MEASURED))
    windows = _draw_for_checks(sampler, data, label, n)
    if data.targets and np.isfinite(windows).all():
        windows = fit_filter(data.targets[label], windows).apply(windows)
    return windows
