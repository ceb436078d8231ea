"""The quality monitor: measure while training, keep the best, stop what goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

__all__ = ["QualityMonitor", "TrainingFailedError", "TrainingWarning"]

Metric = Callable[[NDArray, NDArray], float]

#: Spread below which windows count as one window over and over, as a share of the real spread.
COLLAPSED_SPREAD = 0.05
#: Amplitude beyond which a generator has run away, as a multiple of the real one.
DIVERGED_AMPLITUDE = 20.0
#: Number of checks in a row that make a collapse final.
COLLAPSED_CHECKS = 3
#: Change below which a generator stands still, as a share of the real amplitude: so much a step,
#: of `STILL_STEPS` at most, for a generator that learns does not go on changing in one direction.
STILL_CHANGE = 1e-5
STILL_STEPS = 100
#: Number of checks in a row that make a standstill final.
STILL_CHECKS = 3


# What a monitor knows of the rounds before, beside the best weights and their score.
_REMEMBERED = {
    "best_step": int | None,
    "failure": str | None,
    "_rounds_since_best": int,
    "_rounds_collapsed": int,
    "_rounds_still": int,
    "_has_moved": bool,
    "_step": int,
}


class TrainingWarning(UserWarning):
    """A training went wrong and was mended: the windows come from an earlier step or seed.

    See Also
    --------
    TrainingFailedError : What is raised where nothing could be mended.

    Examples
    --------
    >>> from eegaug.gan import TrainingWarning
    >>> issubclass(TrainingWarning, UserWarning)
    True
    """


class TrainingFailedError(RuntimeError):
    """No generator fit for use came out of the training, restarts included.

    Parameters
    ----------
    message : str
        What happened and what to do.
    failure : str, default=None
        What the last attempt ended in: "NaN", "divergence", "collapse" or "stall".

    See Also
    --------
    TrainingWarning : A training that could be mended.
    eegaug.GANOversampler : Falls back to jitter instead of raising.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from eegaug.gan import GANConfig, GANGenerator, TrainingWarning
    >>> windows = np.random.default_rng(0).normal(size=(20, 1, 16))
    >>> hopeless = GANConfig(n_steps=20, width=2, learning_rate=1e6)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", TrainingWarning)
    ...     GANGenerator(hopeless, random_state=0).fit(windows)
    Traceback (most recent call last):
    eegaug.gan.monitor.TrainingFailedError: ...
    """

    def __init__(self, message: str, failure: str | None = None) -> None:
        super().__init__(message)
        self.failure = failure


class QualityMonitor(keras.callbacks.Callback):
    """Measure synthetic against real windows at each round and remember the best generator.

    Parameters
    ----------
    real : sequence of ndarray of shape (n_samples, n_channels, n_times)
        Real windows of each label, in the networks' unit.
    draw : callable
        ``draw(label_index) -> ndarray`` makes windows with the generator as it is now, in the
        same unit and as many as are to be measured.
    metrics : mapping of str to callable
        ``metric(real, synthetic) -> float``; names that end in "_distance" are better lower, all
        others better higher and at most 1.
    patience : int or None
        Number of checks without improvement after which training stops.

    Attributes
    ----------
    best_weights : list of ndarray or None
        Weights of the best generator; None where none was fit for use.
    best_step : int or None
        The step it was found at.
    failure : str or None
        What went wrong: "NaN", "divergence", "collapse" or "stall".
    floors : dict of str to float
        What each metric gives between two halves of the real windows, as a mean over labels.
    """

    def __init__(
        self,
        real: Sequence[NDArray],
        draw: Callable[[int], NDArray],
        metrics: Mapping[str, Metric],
        patience: int | None = None,
    ) -> None:
        super().__init__()
        self.real = real
        self.draw = draw
        self.metrics = metrics
        self.patience = patience
        self.best_weights: list[NDArray] | None = None
        self.best_step: int | None = None
        self.failure: str | None = None
        self._best_score = np.inf
        self._rounds_since_best = 0
        self._rounds_collapsed = 0
        self._rounds_still = 0
        self._has_moved = False
        self._step = 0
        self._previous: list[NDArray] | None = None
        self._spread = [_spread(windows) for windows in real]
        self._amplitude = [_amplitude(windows) for windows in real]
        self._floors = [self._measure(*_halves(windows)) for windows in real]
        self.floors = {
            name: float(np.mean([floors[name] for floors in self._floors])) for name in metrics
        }

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Look at the windows that the training begins with, or goes on from."""
        self._previous = self._draw()

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Measure, remember, and stop where going on is useless."""
        drawn = self._draw()
        trouble = self._find_trouble(drawn, logs)
        if trouble == "NaN" or trouble == "divergence":
            self._fail(trouble)
            return
        self._note_standstill(drawn, logs["step"])
        values = [
            self._measure(real, windows) for real, windows in zip(self.real, drawn, strict=True)
        ]
        logs.update({name: float(np.mean([v[name] for v in values])) for name in self.metrics})
        scores = map(self._score, values, self._floors)
        logs["score"] = float(np.mean(list(scores)))
        if trouble == "collapse":
            self._rounds_collapsed += 1
            if self._rounds_collapsed == COLLAPSED_CHECKS:
                self._fail(trouble)
            return
        self._rounds_collapsed = 0
        self._rounds_since_best += 1
        if logs["score"] < self._best_score:
            self._best_score = logs["score"]
            self._rounds_since_best = 0
            self.best_weights = self.model.averaged.get_weights()
            self.best_step = logs["step"]
        elif self.patience is not None and self._rounds_since_best >= self.patience:
            self.model.stop_training = True
        if self._rounds_still == STILL_CHECKS:
            self._fail("stall")

    def on_train_end(self, logs: dict | None = None) -> None:
        """Say that nothing usable came of the training, if so."""
        if self.failure in (None, "stall") and not self._has_moved:
            # What it has is what it began with.
            self.failure, self.best_weights, self.best_step = "stall", None, None
        if self.best_weights is None and self.failure is None:
            self.failure = "collapse"

    def state(self) -> dict[str, Any]:
        """Return what the rounds so far have left, without the weights.

        Returns
        -------
        state : dict
            Plain values.
        """
        state = {name: getattr(self, name) for name in _REMEMBERED}
        # JSON knows no infinity, which this is before the first generator that is fit for use.
        return state | {"best_score": float(self._best_score).hex()}

    def restore(self, state: Mapping[str, Any], best_weights: list[NDArray] | None) -> None:
        """Go on where another monitor of the same training was.

        Parameters
        ----------
        state : mapping
            What its `state` returned.
        best_weights : list of ndarray or None
            Its best weights.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is no such state.
        """
        for name, kinds in _REMEMBERED.items():
            if not isinstance(state[name], kinds):
                raise ValueError(f"{name} is {state[name]!r:.80}")
            setattr(self, name, state[name])
        self._best_score = float.fromhex(state["best_score"])
        self.best_weights = best_weights

    def _fail(self, trouble: str) -> None:
        self.failure = trouble
        self.model.stop_training = True

    def _draw(self) -> list[NDArray]:
        return [self.draw(index) for index in range(len(self.real))]

    def _note_standstill(self, drawn: list[NDArray], step: int) -> None:
        still = STILL_CHANGE * min(step - self._step, STILL_STEPS)
        # The same latents at each check, so that what changes is the generator.
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

    def _find_trouble(self, drawn: Sequence[NDArray], logs: dict) -> str | None:
        losses_finite = np.isfinite([logs["d_loss"], logs["g_loss"]]).all()
        if not losses_finite or not all(np.isfinite(windows).all() for windows in drawn):
            return "NaN"
        for windows, spread, amplitude in zip(drawn, self._spread, self._amplitude, strict=True):
            if _amplitude(windows) > DIVERGED_AMPLITUDE * amplitude:
                return "divergence"
            if _spread(windows) < COLLAPSED_SPREAD * spread:
                return "collapse"
        return None

    def _measure(self, real: NDArray, synthetic: NDArray) -> dict[str, float]:
        return {name: metric(real, synthetic) for name, metric in self.metrics.items()}

    def _score(self, values: dict[str, float], floors: dict[str, float]) -> float:
        """Return the mean of the distances in units of their floors, lower is better."""
        terms = [
            value / max(floors[name], 1e-6)
            if name.endswith("_distance")
            else (1.0 - value) / max(1.0 - floors[name], 0.05)
            for name, value in values.items()
        ]
        return float(np.mean(terms)) if terms else -float(self._rounds_since_best)


def _spread(windows: NDArray) -> float:
    """Return the root mean square difference between windows and their neighbours in the set."""
    return float(np.sqrt(np.mean((windows - np.roll(windows, 1, axis=0)) ** 2)))


def _amplitude(windows: NDArray) -> float:
    return float(np.sqrt(np.mean(np.square(windows, dtype=np.float64))))


def _halves(windows: NDArray) -> tuple[NDArray, NDArray]:
    half = np.random.RandomState(0).permutation(len(windows))
    return windows[half[::2]], windows[half[1::2]]
