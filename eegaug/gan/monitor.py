"""The quality monitor measures during training, keeps the best generator and stops failures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eegaug.gan.post_filter import FilterTarget

__all__ = [
    "QualityMonitor",
    "Selection",
    "TrainingData",
    "TrainingFailedError",
    "TrainingWarning",
]

Metric = Callable[[NDArray, NDArray], float]

#: Spread below which the windows count as one repeated window, as a share of the real spread.
COLLAPSED_SPREAD = 0.05
#: Amplitude above which a generator diverged, as a multiple of the real one.
DIVERGED_AMPLITUDE = 20.0
#: Number of consecutive checks after which a collapse is final.
COLLAPSED_CHECKS = 3
#: Change a step below which a generator stands still, as a share of the real amplitude. It counts
#: for at most `STILL_STEPS`, as a learning generator does not always change in one direction.
STILL_CHANGE = 1e-5
STILL_STEPS = 100
#: Number of consecutive checks after which a standstill is final.
STILL_CHECKS = 3
#: Windows that are measured at a check; more take time and change little.
MIN_MEASURED, MAX_MEASURED = 64, 256
#: Values of large windows that are measured at a check.
MEASURED_VALUES = 2**21


def most_measured(n_values: int, most: int = MAX_MEASURED) -> int:
    """Return how many windows of a number of values are measured."""
    return int(np.clip(MEASURED_VALUES // n_values, MIN_MEASURED, most))


class TrainingWarning(UserWarning):
    """A training failed, so the windows come from an earlier step or another seed.

    See Also
    --------
    TrainingFailedError : Raised if no step and no seed gave a usable generator.

    Examples
    --------
    >>> from eegaug.gan import TrainingWarning
    >>> issubclass(TrainingWarning, UserWarning)
    True
    """


class TrainingFailedError(RuntimeError):
    """No training gave a usable generator, restarts included.

    Parameters
    ----------
    message : str
        What happened and what to do.
    failure : str, default=None
        What the last attempt ended in: "NaN", "divergence", "collapse" or "stall".

    See Also
    --------
    TrainingWarning : A training from which an earlier step or another seed could be used.
    eegaug.GANOversampler : Falls back to jitter instead of raising.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from eegaug.gan import GANGenerator, TrainingWarning
    >>> windows = np.random.default_rng(0).normal(size=(20, 1, 16))
    >>> hopeless = GANGenerator(n_steps=20, width=2, learning_rate=1e6, random_state=0)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", TrainingWarning)
    ...     hopeless.fit(windows)
    Traceback (most recent call last):
    eegaug.gan.monitor.TrainingFailedError: ...
    """

    def __init__(self, message: str, failure: str | None = None) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True)
class Selection:
    """Real windows and metrics that choose the step of the training.

    Attributes
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Real windows that generated ones are held against, in the data's unit; best of recordings
        that the training does not see.
    real_pair : tuple of two ndarray of shape (n_samples, n_channels, n_times)
        Real windows of two disjoint sets of recordings. What a metric gives between the two is
        its real-vs-real reference, in units of which distances are averaged.
    metrics : mapping of str to callable
        ``metric(real, synthetic) -> float``; names that end in "_distance" are better lower, all
        others better higher and at most 1.

    See Also
    --------
    GANGenerator.fit : Takes one for each label.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.gan import GANGenerator, Selection
    >>> from eegaug.metrics import psd_distance
    >>> train, other = 50 * np.random.default_rng(0).normal(size=(2, 20, 1, 32))
    >>> selection = Selection(other, (train, other), {"psd_distance": psd_distance})
    >>> generator = GANGenerator(n_steps=4, width=2, n_checks=2, random_state=0)
    >>> generator.fit(train, selection=[selection]).history_["psd_distance"].size
    2
    """

    windows: NDArray
    real_pair: tuple[NDArray, NDArray]
    metrics: Mapping[str, Metric] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingData:
    """What a training sees, in the networks' unit, one of each a label.

    Weights are those of all windows in turn; targets are empty without a closed-form post-filter.
    """

    windows: list[NDArray[np.float32]]
    weights: NDArray[np.float64]
    selections: list[Selection]
    targets: list[FilterTarget]
    callbacks: Sequence[Any] = ()
    channel_matrices: NDArray | None = None


class QualityMonitor:
    """Check generated windows after each round and remember the best generator.

    The windows of each label are in the networks' unit. ``draw(index)`` makes windows of a label
    with the generator as it is now, from the same latents at each check. Without metrics the last
    generator fit for use is kept, and nothing is too long without improvement.
    """

    def __init__(
        self,
        selections: Sequence[Selection],
        draw: Callable[[int], NDArray],
        patience: int | None = None,
    ) -> None:
        self.selections = selections
        self.draw = draw
        # A label of very few windows can lack a metric of the others.
        self.metrics = [
            name for name in selections[0].metrics if all(name in s.metrics for s in selections)
        ]
        self.patience = patience if self.metrics else None
        self.best_weights: list[NDArray] | None = None
        self.best_critic_weights: list[NDArray] | None = None
        self.best_step: int | None = None
        self.failure: str | None = None
        self._best_score = np.inf
        self._rounds_since_best = 0
        self._rounds_collapsed = 0
        self._rounds_still = 0
        self._has_moved = False
        self._step = 0
        self._previous: list[NDArray] | None = None
        self._spread = [_spread(each.windows) for each in selections]
        self._amplitude = [_amplitude(each.windows) for each in selections]
        self._references = [_measure(each, *each.real_pair) for each in selections]
        #: Value of each metric between real recordings, as a mean over labels.
        self.real_vs_real = _mean_of(self._references, self.metrics)

    def set_model(self, model: Any) -> None:
        """Take the GAN that is trained."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Ignore the parameters that callbacks are given."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Measure the windows at the start of the training."""
        self._previous = self._draw()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Do nothing, as checks follow a round."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Measure, keep the best generator, and stop a failed training."""
        drawn = self._draw()
        trouble = self._find_trouble(drawn, logs)
        if trouble == "NaN" or trouble == "divergence":
            self._fail(trouble)
            return
        self._note_standstill(drawn, logs["step"])
        values = [_measure(*each) for each in self._pairs(drawn)]
        logs.update(_mean_of(values, self.metrics))
        if self.metrics:
            logs["score"] = float(np.mean(list(map(_score, values, self._references))))
        if trouble == "collapse":
            self._rounds_collapsed += 1
            if self._rounds_collapsed == COLLAPSED_CHECKS:
                self._fail(trouble)
            return
        self._rounds_collapsed = 0
        self._rounds_since_best += 1
        # Without a score the last usable generator is kept. Any is better than none, also if a
        # metric is NaN.
        is_better = logs.get("score", -np.inf) < self._best_score or not self.metrics
        if is_better or self.best_weights is None:
            self._keep(logs)
        elif self.patience is not None and self._rounds_since_best >= self.patience:
            self.model.stop_training = True
        if self._rounds_still == STILL_CHECKS:
            self._fail("stall")

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Record whether the training gave no usable generator."""
        if self.failure in (None, "stall") and not self._has_moved:
            # It still has its first weights.
            self.failure, self.best_step = "stall", None
            self.best_weights = self.best_critic_weights = None
        if self.best_weights is None and self.failure is None:
            self.failure = "collapse"

    def _keep(self, logs: dict[str, Any]) -> None:
        score = logs.get("score", np.inf)
        self._best_score = score if np.isfinite(score) else np.inf
        self._rounds_since_best = 0
        self.best_weights = self.model.averaged.get_weights()
        self.best_critic_weights = self.model.discriminator.get_weights()
        self.best_step = logs["step"]

    def _fail(self, trouble: str) -> None:
        self.failure = trouble
        self.model.stop_training = True

    def _draw(self) -> list[NDArray]:
        return [self.draw(index) for index in range(len(self.selections))]

    def _pairs(self, drawn: list[NDArray]) -> list[tuple[Selection, NDArray, NDArray]]:
        both = zip(self.selections, drawn, strict=True)
        return [(selection, selection.windows, windows) for selection, windows in both]

    def _note_standstill(self, drawn: list[NDArray], step: int) -> None:
        still = STILL_CHANGE * min(step - self._step, STILL_STEPS)
        if self._previous is not None and all(
            _amplitude(windows - previous) < still * amplitude
            for windows, previous, amplitude in zip(
                drawn, self._previous, self._amplitude, strict=True
            )
        ):
            self._rounds_still += 1
        else:
            self._rounds_still, self._has_moved = 0, True
        self._previous, self._step = drawn, step

    def _find_trouble(self, drawn: Sequence[NDArray], logs: dict[str, Any]) -> str | None:
        losses = np.array([logs["d_loss"], logs["g_loss"]])
        # The last step can make weights invalid that no loss has used yet.
        critic = self.model.discriminator.get_weights()
        if not all(np.isfinite(each).all() for each in (losses, *drawn, *critic)):
            return "NaN"
        for windows, spread, amplitude in zip(drawn, self._spread, self._amplitude, strict=True):
            if _amplitude(windows) > DIVERGED_AMPLITUDE * amplitude:
                return "divergence"
            if _spread(windows) < COLLAPSED_SPREAD * spread:
                return "collapse"
        return None


def _measure(selection: Selection, real: NDArray, synthetic: NDArray) -> dict[str, float]:
    return {name: metric(real, synthetic) for name, metric in selection.metrics.items()}


def _mean_of(values: Sequence[Mapping[str, float]], names: Sequence[str]) -> dict[str, float]:
    return {name: float(np.mean([each[name] for each in values])) for name in names}


def _score(values: Mapping[str, float], references: Mapping[str, float]) -> float:
    """Return the mean of the distances in units of their references, lower is better."""
    terms = [
        value / max(references[name], 1e-6)
        if name.endswith("_distance")
        else (1.0 - value) / max(1.0 - references[name], 0.05)
        for name, value in values.items()
    ]
    return float(np.mean(terms))


def _spread(windows: NDArray) -> float:
    """Return the root mean square difference between windows and their neighbours in the set."""
    return float(np.sqrt(np.mean((windows - np.roll(windows, 1, axis=0)) ** 2)))


def _amplitude(windows: NDArray) -> float:
    return float(np.sqrt(np.mean(np.square(windows, dtype=np.float64))))
