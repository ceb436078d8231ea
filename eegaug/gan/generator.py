"""The generator as an estimator with `fit` and `sample`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from eegaug._forking import refuse_if_forked
from eegaug._notebooks import DocLinkMixin
from eegaug._window_checks import check_finite
from eegaug.gan.architectures import ARCHITECTURES
from eegaug.gan.augmentation import N_MATRICES, check_augmentation
from eegaug.gan.monitor import MIN_MEASURED, Selection, TrainingData, most_measured
from eegaug.gan.objectives import OBJECTIVES, find_objective
from eegaug.gan.post_filter import filter_target
from eegaug.windows import WindowScaler, cast_like, evenly, is_constant, to_3d

if TYPE_CHECKING:
    from eegaug.gan.objectives import Objective

__all__ = ["GANGenerator", "LabelGenerator"]

# Samples that are drawn at a time, so that temporary arrays are small.
CHUNK_SAMPLES = 2**20
#: Parameters of the training that do not change the networks.
BUDGET = ("n_steps", "n_checks", "patience", "random_state")


class GANGenerator(DocLinkMixin, BaseEstimator):
    """A GAN that learns windows and makes more of them.

    The defaults are those of `eegaug.GANOversampler`, which fits one for each label.

    Parameters
    ----------
    architecture : {"wavegan", "residual", "dcgan", "dense"}, default="wavegan"
        Body of generator and critic. "residual" with the objective "r3gan" takes nearly twice
        as long and came nearer to unseen recordings where it learned from twenty of them.
    objective : {"bce", "lsgan", "hinge", "wgan-gp", "r1", "r3gan"}, Objective or \
            keras.losses.Loss, default="bce"
        What generator and critic minimise. With few windows and short trainings "bce" [2]_ came
        nearer to unseen recordings than the published objective of WaveGAN [1]_, "wgan-gp".
    latent_dim : int, default=64
        Size of the latent vector ``z`` that a window is made from.
    width : int, default=16
        Number of filters of the layers next to the window; the others have multiples. Small
        classes need small networks.
    n_steps : int, default=300
        Number of training steps, whatever the number of windows: epochs would starve the small
        classes.
    batch_size : int, default=32
        Number of windows a step, drawn with replacement.
    learning_rate : float or (float, float), default=5e-4
        Learning rate of Adam, or one for the generator and one for the critic.
    beta_1, beta_2 : float, default=0.5 and 0.9
        Decays of Adam, as in [1]_.
    n_critic : int, default=1
        Steps of the critic for each step of the generator.
    spectral_critic : bool, default=True
        Whether the critic sees the log spectrum beside the waveform.
    generated_amplitude : bool, default=True
        Whether the generator makes the amplitude as a factor of its own.
    post_filter : {"closed-form", "learned", None}, default="closed-form"
        Linear filter behind the generator: the one that brings the mean log spectrum, and the
        covariance between several channels, to those of the training windows, a learned one as
        in WaveGAN, or none.
    augmentation : sequence of {"shift", "scale", "polarity"}, default=()
        Random changes of the critic's input, on which the critic is conditioned.
    channels : ChannelAugmenter, default=None
        What exchanges left and right, or turns or drops electrodes, in the real and the generated
        windows that the critic compares: `eegaug.transforms.ChannelAugmenter`, with the names of
        the channels. The generator may then make windows of either side. None changes no channels.
    spectral_norm : bool, default=False
        Whether the critic's kernels are held at spectral norm 1.
    ema : float, default=0.995
        Decay of the average of the generator's weights; 0 for none.
    n_checks : int, default=10
        How often the windows are checked, and measured where there is a selection.
    patience : int or None, default=5
        Number of checks without improvement after which training stops; None never stops early.
    random_state : int, RandomState instance or None, default=None
        Seed of the weights, of the training, and of calls of `sample` that are given none.

    Attributes
    ----------
    classes_ : ndarray of shape (n_labels,) or None
        The labels, sorted; None where `fit` was given none.
    dtype_ : dtype
        Dtype of the training windows, float32 or float64, and of those that `sample` makes.
    n_channels_, n_times_ : int
        Size of the windows.
    history_ : DataFrame
        A row a round of training: the step, the mean losses ``d_loss`` and ``g_loss``, and what
        the metrics of the selection gave.
    best_step_ : int
        The step whose generator was kept.
    real_vs_real_ : dict of str to float
        What each metric of the selection gives between its two sets of real windows, which are
        of different recordings where these are known.
    scalers_ : list of WindowScaler
        Offset and scale of each label, learned from the training windows.
    filters_ : list of PostFilter or None
        The closed-form post-filter of each label.
    weights_ : list of ndarray
        Weights of the generator, averaged over the last steps before `best_step_`.
    critic_weights_ : list of ndarray or None
        Weights of the critic at `best_step_`, from which another training can start. A file
        holds none.

    See Also
    --------
    eegaug.GANOversampler : A generator for each label, with counts and fallbacks.
    WaveGAN : The Keras model inside.

    References
    ----------
    .. [1] C. Donahue, J. McAuley, M. Puckette, "Adversarial audio synthesis", ICLR 2019.
    .. [2] I. Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.gan import GANGenerator
    >>> windows = 50 * np.random.default_rng(0).normal(size=(20, 32))
    >>> generator = GANGenerator(n_steps=2, width=2, random_state=0).fit(windows)
    >>> generator.sample(3).shape
    (3, 32)
    """

    _parameter_constraints: ClassVar[dict] = {
        "architecture": [StrOptions(set(ARCHITECTURES))],
        "objective": [
            StrOptions(set(OBJECTIVES)),
            HasMethods(["critic_loss", "generator_loss"]),
            HasMethods(["get_config", "call"]),
        ],
        "latent_dim": [Interval(Integral, 1, None, closed="left")],
        "width": [Interval(Integral, 1, None, closed="left")],
        "n_steps": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), tuple, list],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "n_critic": [Interval(Integral, 1, None, closed="left")],
        "spectral_critic": ["boolean"],
        "generated_amplitude": ["boolean"],
        "post_filter": [StrOptions({"closed-form", "learned"}), None],
        "augmentation": [tuple, list],
        "channels": [HasMethods(["channel_matrices"]), None],
        "spectral_norm": ["boolean"],
        "ema": [Interval(Real, 0, 1, closed="left")],
        "n_checks": [Interval(Integral, 1, None, closed="left")],
        "patience": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        architecture: str = "wavegan",
        objective: "str | Objective | Any" = "bce",
        latent_dim: int = 64,
        width: int = 16,
        n_steps: int = 300,
        batch_size: int = 32,
        learning_rate: float | tuple[float, float] = 5e-4,
        beta_1: float = 0.5,
        beta_2: float = 0.9,
        n_critic: int = 1,
        spectral_critic: bool = True,
        generated_amplitude: bool = True,
        post_filter: str | None = "closed-form",
        augmentation: Sequence[str] = (),
        channels: Any = None,
        spectral_norm: bool = False,
        ema: float = 0.995,
        n_checks: int = 10,
        patience: int | None = 5,
        random_state: int | RandomState | None = None,
    ):
        self.architecture = architecture
        self.objective = objective
        self.latent_dim = latent_dim
        self.width = width
        self.n_steps = n_steps
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.n_critic = n_critic
        self.spectral_critic = spectral_critic
        self.generated_amplitude = generated_amplitude
        self.post_filter = post_filter
        self.augmentation = augmentation
        self.channels = channels
        self.spectral_norm = spectral_norm
        self.ema = ema
        self.n_checks = n_checks
        self.patience = patience
        self.random_state = random_state

    def _validate_params(self) -> None:
        super()._validate_params()
        check_augmentation(self.augmentation)
        find_objective(self.objective)
        rates = self.learning_rate
        if isinstance(rates, tuple | list) and (
            len(rates) != 2 or not all(isinstance(rate, Real) and rate > 0 for rate in rates)
        ):
            raise ValueError(
                "The 'learning_rate' parameter must be a positive float, or two of them for "
                f"generator and critic. Got {rates!r} instead."
            )

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        sample_weight: ArrayLike | None = None,
        selection: Sequence[Selection] | None = None,
        init: "GANGenerator | None" = None,
        callbacks: Sequence[Any] = (),
    ) -> "GANGenerator":
        """Train on windows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
            Finite windows, in any unit.
        y : array-like of shape (n_samples,), default=None
            Labels; the generator is then conditioned on them, and all labels are drawn alike.
            None trains an unconditional generator.
        sample_weight : array-like of shape (n_samples,), default=None
            How often each window of a label is drawn, in proportion; None draws alike.
        selection : sequence of Selection, default=None
            For each label, in their order, by what the kept step is chosen; None keeps the last
            step whose generator is fit for use.
        init : GANGenerator, default=None
            A fitted generator of the same sizes from whose weights the training starts.
        callbacks : sequence of keras.callbacks.Callback, default=()
            Called as in `keras.Model.fit`, a round of training being an epoch.

        Returns
        -------
        self : GANGenerator
            The fitted generator.

        Raises
        ------
        ValueError
            If a parameter is not what is stated above, the windows are not finite, a label has
            none, or `init` does not fit them.
        RuntimeError
            If this process was forked after TensorFlow had run.
        TrainingFailedError
            If no usable generator came out, not from another seed either.
        """
        self._validate_params()
        windows = to_3d(X)
        if not windows.size:
            raise ValueError(
                f"X must hold at least one window of at least one channel. Got the shape "
                f"{windows.shape} instead."
            )
        check_finite(windows)
        self.ndim_ = np.ndim(X)
        self.n_channels_, self.n_times_ = windows.shape[1:]
        self.dtype_ = windows.dtype
        codes = np.zeros(len(windows), int)
        self.classes_: NDArray | None = None
        if y is not None:
            _check_length("y", y, len(windows))
            if pd.isna(np.asarray(y)).any():
                raise ValueError(
                    "The 'y' parameter must hold a label for each window. Got missing values; "
                    "drop those windows."
                )
            self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        _check_change(windows, codes, self.classes_)
        start = None
        if init is not None:
            self._check_init(init)
            start = (init.weights_, init.critic_weights_)
        refuse_if_forked()
        from eegaug.gan.fitting import train

        rng = check_random_state(self.random_state)
        trained = train(
            self._prepare(windows, codes, sample_weight, selection, callbacks, rng),
            self._settings(),
            self._sizes(),
            start,
            n_steps=self.n_steps,
            n_checks=self.n_checks,
            patience=self.patience,
            rng=rng,
        )
        self.weights_: Any = trained.weights
        self.critic_weights_: Any = trained.critic_weights
        self.filters_, self.history_ = trained.filters, trained.history
        self.best_step_, self.real_vs_real_ = trained.best_step, trained.real_vs_real
        # A separate seed, so that the first windows do not depend on the number of restarts.
        self._sampling_seed = int(rng.randint(2**31 - 1))
        self._rng = RandomState(self._sampling_seed)
        return self

    def _prepare(
        self,
        windows: NDArray,
        codes: NDArray[np.intp],
        sample_weight: ArrayLike | None,
        selection: Sequence[Selection] | None,
        callbacks: Sequence[Any],
        rng: RandomState,
    ) -> TrainingData:
        """Scale the windows of each label, and compute the target of its post-filter."""
        weights = np.ones(len(windows)) if sample_weight is None else np.asarray(sample_weight)
        _check_length("sample_weight", weights, len(windows))
        parts = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]
        if not (weights >= 0).all() or not all(weights[part].sum() > 0 for part in parts):
            raise ValueError(
                "The 'sample_weight' parameter must hold no negative number, and a positive one "
                "for each label."
            )
        if selection is not None and not all(isinstance(s, Selection) for s in selection):
            raise ValueError(
                f"The 'selection' parameter must hold objects of the class Selection. Got "
                f"{selection!r:.80} instead."
            )
        if selection is not None and len(selection) != len(parts):
            raise ValueError(
                f"'selection' must hold one Selection for each of {len(parts)} labels. Got "
                f"{len(selection)} instead."
            )
        self.scalers_ = [WindowScaler.from_windows(windows[part]) for part in parts]
        pairs = list(zip(self.scalers_, parts, strict=True))
        scaled = [scaler.apply(windows[part]) for scaler, part in pairs]
        if selection is None:
            checked = [each[evenly(len(each), MIN_MEASURED)] for each in scaled]
            selections = [Selection(each, (each, each)) for each in checked]
        else:
            selections = list(map(_scale_selection, selection, self.scalers_))
        return TrainingData(
            windows=scaled,
            weights=np.concatenate([weights[part] / weights[part].sum() for part in parts]),
            selections=selections,
            targets=[filter_target(each) for each in scaled] if self._has_filter() else [],
            callbacks=callbacks,
            channel_matrices=self._channel_matrices(rng),
        )

    def _channel_matrices(self, rng: RandomState) -> NDArray | None:
        """Draw what the critic sees done to channels, in the networks' unit."""
        if self.channels is None:
            return None
        matrices = self.channels.channel_matrices(N_MATRICES, rng)
        if matrices.shape[1] != self.n_channels_:
            raise ValueError(
                f"The 'ch_names' of 'channels' must name each channel of X. Got "
                f"{matrices.shape[1]} names for {self.n_channels_} channels."
            )
        scale = np.exp(np.mean([np.log(each.scale) for each in self.scalers_], axis=0))
        return matrices * scale[:, 0] / scale

    def sample(
        self,
        n_samples: int = 1,
        *,
        label: Any = None,
        random_state: int | RandomState | None = None,
    ) -> NDArray[np.floating]:
        """Make windows.

        Parameters
        ----------
        n_samples : int, default=1
            Number of windows.
        label : object, default=None
            One of `classes_`; None for an unconditional generator.
        random_state : int, RandomState instance or None, default=None
            Seed of the latent vectors. None goes on in a sequence that the `random_state` of the
            generator began.

        Returns
        -------
        windows : ndarray of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
            Synthetic windows in the layout, the unit and the dtype of the training windows, none
            of which goes 10 times as far from their median as they do.

        Raises
        ------
        NotFittedError
            If `fit` was not called before.
        ValueError
            If `n_samples` is negative or there is no such label.
        RuntimeError
            If this process was forked after TensorFlow had run.

        Notes
        -----
        A window depends on its latent vector alone: the first of many are those of a smaller
        number.
        """
        check_is_fitted(self, "weights_")
        if not isinstance(n_samples, Integral) or n_samples < 0:
            raise ValueError(
                "The 'n_samples' parameter must be an int in the range [0, inf). Got "
                f"{n_samples!r} instead."
            )
        refuse_if_forked()
        from eegaug.gan.fitting import draw
        from eegaug.gan.training import borrow_sampler

        index = self._index_of(label)
        rng = self._rng if random_state is None else check_random_state(random_state)
        windows = np.empty((n_samples, self.n_channels_, self.n_times_), self.dtype_)
        at_once = max(1, CHUNK_SAMPLES // (self.n_channels_ * self.n_times_))
        scaler = self.scalers_[index]
        with borrow_sampler(self._settings(), *self._sizes()) as sampler:
            sampler.network.set_weights(self.weights_)
            # A part of a batch would take as long as all of it.
            step = -(-at_once // sampler.batch) * sampler.batch
            for start in range(0, n_samples, step):
                part = slice(start, min(start + step, n_samples))
                scaled = draw(sampler, part.stop - part.start, index, self._sizes()[-1], rng)
                if self.filters_ is not None:
                    scaled = self.filters_[index].apply(scaled)
                made = scaler.bound(scaler.invert(scaled))
                windows[part] = cast_like(made, self.dtype_, ndim=3)
        return cast_like(windows, self.dtype_, ndim=self.ndim_)

    def _index_of(self, label: Any) -> int:
        known = [None] if self.classes_ is None else self.classes_.tolist()
        if label not in known:
            raise ValueError(f"The 'label' parameter must be one of {known}. Got {label!r}.")
        return known.index(label)

    def _has_filter(self) -> bool:
        return self.post_filter == "closed-form"

    def _settings(self) -> dict[str, Any]:
        """Return the parameters that determine the networks, as a key."""
        settings = self.get_params(deep=False)
        settings = {name: value for name, value in settings.items() if name not in BUDGET}
        rates = settings["learning_rate"]
        return settings | {
            "augmentation": tuple(self.augmentation),
            "channels": self.channels is not None,
            "learning_rate": tuple(rates) if isinstance(rates, list) else rates,
        }

    def _sizes(self) -> tuple[int, int, int]:
        n_labels = 1 if self.classes_ is None else len(self.classes_)
        return self.n_times_, self.n_channels_, n_labels

    def _check_init(self, init: "GANGenerator") -> None:
        from eegaug.gan.training import critic_options, generator_options

        if not isinstance(init, GANGenerator):
            raise ValueError(
                f"The 'init' parameter must be a fitted GANGenerator or None. Got {init!r:.80} "
                "instead."
            )
        check_is_fitted(init, "weights_")
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
        for network, options in (("generator", generator_options), ("critic", critic_options)):
            ours, theirs = ({**options(each._settings())} for each in (self, init))
            if network == "critic":
                # The critic is conditioned on the augmentation.
                ours["augmentation"], theirs["augmentation"] = self.augmentation, init.augmentation
            if ours != theirs:
                raise ValueError(
                    f"The 'init' generator must have a {network} built as this one's, by "
                    f"{ours}. Got one built by {theirs} instead."
                )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


@dataclass(frozen=True)
class LabelGenerator:
    """One label of a generator that was trained on several.

    Attributes
    ----------
    generator : GANGenerator
        The generator that all labels share.
    label : object
        The label, one of its `classes_`.

    See Also
    --------
    GANGenerator : The generator behind it.
    eegaug.GANOversampler : Makes one for each label where `conditioning` is "shared".

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.gan import GANGenerator, LabelGenerator
    >>> X, y = np.random.default_rng(0).normal(size=(40, 16)), np.repeat([0, 1], [25, 15])
    >>> shared = GANGenerator(n_steps=2, width=2, random_state=0).fit(X, y)
    >>> LabelGenerator(shared, 1).sample(3).shape
    (3, 16)
    """

    generator: GANGenerator
    label: Any

    @property
    def history_(self) -> pd.DataFrame:
        """The history of the common training."""
        return self.generator.history_

    def sample(
        self, n_samples: int = 1, *, random_state: int | RandomState | None = None
    ) -> NDArray:
        """Make windows of the label, as `GANGenerator.sample` does.

        Parameters
        ----------
        n_samples : int, default=1
            Number of windows.
        random_state : int, RandomState instance or None, default=None
            Seed of the latent vectors.

        Returns
        -------
        windows : ndarray
            Synthetic windows in the layout and the unit of the training windows.
        """
        return self.generator.sample(n_samples, label=self.label, random_state=random_state)


def _check_length(name: str, values: ArrayLike, n: int) -> None:
    if np.shape(values) != (n,):
        raise ValueError(
            f"The '{name}' parameter must hold a value for each of the {n} windows. Got the shape "
            f"{np.shape(values)} instead."
        )


def _check_change(windows: NDArray, codes: NDArray[np.intp], classes: NDArray | None) -> None:
    """Raise if all windows of a label are constant."""
    for code in range(codes.max() + 1):
        own = windows if classes is None else windows[codes == code]
        if is_constant(own):
            of = "" if classes is None else f" of label {classes[code]!r}"
            raise ValueError(
                f"X must hold windows that change in time. Got {len(own)} windows{of} that are "
                "all constant. Look for an electrode that was not connected, or leave them out."
            )


def _scale_selection(selection: Selection, scaler: WindowScaler) -> Selection:
    """Return a selection in the networks' unit, with at most the windows that are measured."""
    windows, first, second = (
        scaler.apply(
            to_3d(each)[evenly(len(each), most_measured(scaler.offset.size * np.shape(each)[-1]))]
        )
        for each in (selection.windows, *selection.real_pair)
    )
    return replace(selection, windows=windows, real_pair=(first, second))
