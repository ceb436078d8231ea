"""The generator object: fit it to windows, sample windows from it."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from eegaug.gan.checkpoint import Checkpoint
from eegaug.gan.config import GANConfig
from eegaug.gan.fitting import Training, borrow_training
from eegaug.gan.monitor import (
    Metric,
    QualityMonitor,
    TrainingFailedError,
    TrainingWarning,
)
from eegaug.gan.post_filter import FilterTarget, PostFilter, filter_target, fit_filter
from eegaug.gan.sampling import Sampler, borrow_sampler
from eegaug.windows import WindowScaler, cast_like, channels_last, to_3d

__all__ = ["GANGenerator"]

# Samples that are drawn at a time: what is computed on the way stays small beside the result.
MOST_DRAWN = 2**20
# More windows tell the monitor and the filter little, and cost time at each check.
MOST_MEASURED = 512
FEWEST_MEASURED = 64
MOST_RESTARTS = 1


@dataclass(frozen=True)
class _Fit:
    """What one training is about: data, how to measure it, and where it starts."""

    scaled: list[NDArray[np.float32]]
    references: list[NDArray[np.float32]]
    targets: list[FilterTarget]
    weights: NDArray[np.float64]
    metrics: Mapping[str, Metric]
    callbacks: Sequence[keras.callbacks.Callback]
    init: "GANGenerator | None"
    checkpoint: Checkpoint | None


class GANGenerator:
    """A GAN that learns windows and makes more of them.

    Parameters
    ----------
    config : GANConfig, default=None
        What is built and how it is trained; None takes the defaults.
    random_state : int, RandomState instance or None, default=None
        Seed of the weights, the training and the first call of `sample`.

    Attributes
    ----------
    dtype_ : dtype
        Dtype of the training windows, float32 or float64, and of those that `sample` makes.
    history_ : DataFrame
        A row a round of training: the step, the mean losses ``d_loss`` and ``g_loss``, and what
        the monitor measured.
    best_step_ : int
        The step whose weights were kept.
    floors_ : dict of str to float
        What each of the monitor's metrics gives between two halves of the real windows.
    scalers_ : list of WindowScaler
        Offset and scale of each label, learned from the training windows.
    filters_ : list of PostFilter or None
        What mends the mean spectra and the covariance of the channels of each label.
    weights_ : list of ndarray
        Weights of the generator, averaged over the last steps.
    critic_weights_ : list of ndarray or None
        Weights of the critic at the end, from which another training can start. A file holds
        none.

    See Also
    --------
    eegaug.GANOversampler : A generator for each label, with counts and fall-backs.
    WaveGAN : The Keras model inside.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.gan import GANConfig, GANGenerator
    >>> windows = 50 * np.random.default_rng(0).normal(size=(20, 1, 32))
    >>> config = GANConfig(n_steps=2, width=2, batch_size=4, n_checks=1)
    >>> generator = GANGenerator(config, random_state=0).fit(windows)
    >>> generator.sample(3, random_state=0).shape
    (3, 1, 32)
    """

    def __init__(
        self,
        config: GANConfig | None = None,
        *,
        random_state: int | RandomState | None = None,
    ):
        self.config = config or GANConfig()
        self.random_state = random_state

    def fit(
        self,
        windows: ArrayLike | Sequence[ArrayLike],
        *,
        weights: Sequence[ArrayLike] | None = None,
        references: Sequence[ArrayLike] | None = None,
        metrics: Mapping[str, Metric] | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        init: "GANGenerator | None" = None,
        checkpoint: Checkpoint | None = None,
    ) -> "GANGenerator":
        """Train on windows.

        Parameters
        ----------
        windows : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
            Finite windows, in any unit. A list of such arrays, one a label, trains one generator
            for all, conditioned on the label.
        weights : sequence of array-like of shape (n_samples,), default=None
            For each label how often each window is drawn, in proportion; None draws alike. The
            labels are drawn alike in any case.
        references : sequence of array-like of the shape of windows, default=None
            For each label the real windows that the monitor measures against, e.g. of recordings
            held out; None takes the training windows.
        metrics : mapping of str to callable, default=None
            What the monitor measures, ``metric(real, synthetic) -> float``, to keep the best
            generator; None keeps the last that is fit for use.
        callbacks : sequence of keras.callbacks.Callback, default=()
            Called as in `keras.Model.fit`, a round of training being an epoch.
        init : GANGenerator, default=None
            A fitted generator of the same sizes from whose weights the training starts.
        checkpoint : Checkpoint, default=None
            Where the training's state is kept after each round. If one of this training is
            there, the training goes on from it and ends in the bits of one that was never
            interrupted. A `random_state` other than an int would make it another training.

        Returns
        -------
        self : GANGenerator
            The fitted generator.

        Raises
        ------
        ValueError
            If the windows are empty, not finite or of several sizes, or the configuration or
            `init` does not fit them.
        TrainingFailedError
            If no usable generator came out, not from another seed either.
        """
        given: list[Any] = windows if isinstance(windows, list) else [windows]
        by_label = [to_3d(label_windows, name="windows") for label_windows in given]
        _check_windows(by_label)
        self.n_labels_, (self.n_channels_, self.n_times_) = len(by_label), by_label[0].shape[1:]
        self.dtype_ = np.result_type(*by_label)
        self.scalers_ = [WindowScaler.from_windows(each) for each in by_label]
        weights = weights or [np.ones(len(each)) for each in by_label]
        scaled = self._scale(by_label)
        fit = _Fit(
            scaled=scaled,
            references=self._scale(references) if references else scaled,
            targets=[filter_target(each) for each in scaled] if self._filters() else [],
            weights=np.concatenate([np.asarray(w, float) / np.sum(w) for w in weights]),
            metrics=metrics or {},
            callbacks=callbacks,
            init=init,
            checkpoint=checkpoint,
        )
        if init is not None:
            self._check_init(init)
        rng = check_random_state(self.random_state)
        with (
            borrow_training(self.config, *self._sizes()) as training,
            borrow_sampler(self.config, *self._sizes()) as sampler,
        ):
            for attempt in range(MOST_RESTARTS + 1):
                seed = int(rng.randint(2**31 - 8))
                if checkpoint is not None and attempt < checkpoint.attempt:
                    continue
                monitor = self._train(training, sampler, fit, seed, attempt)
                self._report(monitor, attempt)
                if monitor.best_weights is not None:
                    break
            self.critic_weights_ = training.gan.discriminator.get_weights()
            self.weights_ = monitor.best_weights
            self.filters_: list[PostFilter] | None = None
            if self._filters():
                sampler.network.set_weights(self.weights_)
                self.filters_ = [
                    fit_filter(target, self._draw_for_measuring(sampler, label, MOST_MEASURED))
                    for label, target in enumerate(fit.targets)
                ]
        self.best_step_ = monitor.best_step
        self.floors_ = monitor.floors
        return self

    def _train(
        self, training: Training, sampler: Sampler, fit: _Fit, seed: int, attempt: int
    ) -> QualityMonitor:
        training.reset(seed)
        gan = training.gan
        if fit.init is not None:
            gan.generator.set_weights(fit.init.weights_)
            gan.averaged.set_weights(fit.init.weights_)
            gan.discriminator.set_weights(fit.init.critic_weights_)
        monitor = QualityMonitor(
            [windows[_spread_out(len(windows))] for windows in fit.references],
            partial(self._draw_filtered, sampler, gan.averaged, fit),
            fit.metrics,
            self.config.patience,
        )
        callbacks, rows = [monitor, *fit.callbacks], []
        if fit.checkpoint is not None:
            finished = fit.checkpoint.begin(training, monitor, attempt)
            callbacks, rows = [*callbacks, fit.checkpoint], fit.checkpoint.rows
            if finished:
                self.history_: pd.DataFrame = pd.DataFrame(rows)
                monitor.on_train_end()
                return monitor
        labels = np.repeat(np.arange(self.n_labels_), [len(windows) for windows in fit.scaled])
        self.history_ = training.run(
            channels_last(np.concatenate(fit.scaled)),
            _one_hot(labels, self.n_labels_),
            fit.weights,
            n_steps=self.config.n_steps,
            n_rounds=self.config.n_checks,
            seed=seed,
            callbacks=callbacks,
            history=rows,
        )
        return monitor

    def _report(self, monitor: QualityMonitor, attempt: int) -> None:
        """Warn of what was mended, raise what could not be."""
        if monitor.failure is None:
            return
        found = f"The training ended in {monitor.failure} after step {self.history_.step.iloc[-1]}"
        way, verb = ("higher", "Raise") if monitor.failure == "stall" else ("lower", "Lower")
        if monitor.best_weights is not None:
            warnings.warn(
                f"{found}; the generator of step {monitor.best_step} is used. A {way} "
                "'learning_rate' or another 'objective' may help.",
                TrainingWarning,
                stacklevel=3,
            )
        elif attempt < MOST_RESTARTS:
            warnings.warn(
                f"{found}, before any generator was fit for use; it starts again from another "
                "seed.",
                TrainingWarning,
                stacklevel=3,
            )
        else:
            raise TrainingFailedError(
                f"{found}, and no generator was fit for use. {verb} the 'learning_rate', raise "
                "'n_steps', or choose another 'objective'.",
                monitor.failure,
            )

    def sample(
        self, n: int, *, label: int = 0, random_state: int | RandomState | None = None
    ) -> NDArray[np.floating]:
        """Make windows.

        Parameters
        ----------
        n : int
            Number of windows.
        label : int, default=0
            Index of the label among those given to `fit`.
        random_state : int, RandomState instance or None, default=None
            Seed of the latents.

        Returns
        -------
        windows : ndarray of shape (n, n_channels, n_times)
            Synthetic windows in the unit and the dtype of the training windows, none of which goes
            10 times as far from their median as they do.

        Raises
        ------
        RuntimeError
            If this process was forked after TensorFlow had run.

        Notes
        -----
        A window depends on its latents alone: the first of many are those of a smaller number.
        """
        rng = check_random_state(random_state)
        windows = np.empty((n, self.n_channels_, self.n_times_), self.dtype_)
        step = max(1, MOST_DRAWN // (self.n_channels_ * self.n_times_))
        scaler = self.scalers_[label]
        with borrow_sampler(self.config, *self._sizes()) as sampler:
            sampler.network.set_weights(self.weights_)
            for part in (slice(start, min(start + step, n)) for start in range(0, n, step)):
                scaled = self._draw(sampler, part.stop - part.start, label, rng)
                if self.filters_ is not None:
                    scaled = self.filters_[label].apply(scaled)
                made = scaler.bound(scaler.invert(scaled))
                windows[part] = cast_like(made, self.dtype_, ndim=3)
        return windows

    def _draw(self, sampler: Sampler, n: int, label: int, rng: RandomState) -> NDArray:
        latents = rng.standard_normal((n, self.config.latent_dim)).astype(np.float32)
        condition = _one_hot(label, self.n_labels_) if self.n_labels_ > 1 else None
        return sampler.draw(latents, condition)

    def _draw_for_measuring(self, sampler: Sampler, label: int, n: int) -> NDArray:
        # The same latents at each check, so that what changes is the generator.
        return self._draw(sampler, n, label, RandomState(0))

    def _draw_filtered(
        self, sampler: Sampler, network: keras.Model, fit: _Fit, label: int
    ) -> NDArray:
        """Make windows as `sample` would after a training that ended now."""
        sampler.network.set_weights(network.get_weights())
        n = np.clip(len(fit.references[label]), FEWEST_MEASURED, MOST_MEASURED)
        windows = self._draw_for_measuring(sampler, label, n)
        if self._filters() and np.isfinite(windows).all():
            windows = fit_filter(fit.targets[label], windows).apply(windows)
        return windows

    def _scale(self, by_label: Sequence[ArrayLike]) -> list[NDArray[np.float32]]:
        pairs = zip(self.scalers_, by_label, strict=True)
        return [scaler.apply(to_3d(windows)) for scaler, windows in pairs]

    def _filters(self) -> bool:
        return self.config.post_filter == "closed-form"

    def _sizes(self) -> tuple[int, int, int]:
        return self.n_times_, self.n_channels_, self.n_labels_

    def _check_init(self, init: "GANGenerator") -> None:
        if not hasattr(init, "weights_"):
            raise ValueError("The 'init' generator must be fitted. Call its fit first.")
        if init.critic_weights_ is None:
            raise ValueError(
                "The 'init' generator must have a critic. This one was loaded from a file, which "
                "holds none; fit a new one, or keep it by pickle."
            )
        if init._sizes() != self._sizes():
            raise ValueError(
                f"The 'init' generator must have been fitted to windows of the same size and as "
                f"many labels, (n_times, n_channels, n_labels) = {self._sizes()}. Got "
                f"{init._sizes()} instead."
            )
        theirs = _built_by(init.config)
        for network, ours in _built_by(self.config).items():
            if ours != theirs[network]:
                raise ValueError(
                    f"The 'init' generator must have a {network} built as this one's, by "
                    f"{ours}. Got one built by {theirs[network]} instead."
                )


def _built_by(config: GANConfig) -> dict[str, dict[str, Any]]:
    # Augmentation tells the critic of itself by further conditions.
    critic = config.critic_options | {"augmentation": bool(config.augmentation)}
    return {"generator": config.generator_options, "critic": critic}


def _check_windows(by_label: Sequence[NDArray]) -> None:
    sizes = {each.shape[1:] for each in by_label}
    if len(sizes) != 1:
        raise ValueError(
            "The windows of all labels must have the same (n_channels, n_times). Got "
            f"{sorted(sizes)} instead."
        )
    for each in by_label:
        if not len(each) or not np.isfinite(each).all():
            raise ValueError(
                "The windows must be finite and at least one a label. Got "
                f"{'none' if not len(each) else 'NaN or infinity'} instead."
            )


def _one_hot(labels: NDArray | int, n_labels: int) -> NDArray[np.float32]:
    return np.eye(n_labels, dtype=np.float32)[labels]


def _spread_out(n: int) -> NDArray[np.intp]:
    """Return at most `MOST_MEASURED` indices, evenly from all over the set."""
    return np.linspace(0, n - 1, min(n, MOST_MEASURED)).round().astype(int)
