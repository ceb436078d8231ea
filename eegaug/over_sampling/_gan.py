"""The sampler with a GAN for each label."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import fields
from numbers import Integral, Real
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from eegaug.over_sampling._base import BaseWindowOverSampler, WindowsOf
from eegaug.over_sampling._checkpoints import CheckpointFolder, check_seed, identity_of
from eegaug.over_sampling._data_facts import data_facts
from eegaug.over_sampling._ladder import Fallback, stand_in, warn_of_fallbacks
from eegaug.over_sampling._memory import attack_generator
from eegaug.over_sampling._mixture import mix
from eegaug.over_sampling._saving import SavingMixin
from eegaug.over_sampling._training import TrainingPlan, gather, train_generators
from eegaug.over_sampling._warm_start import hash_of_start, starts_of
from eegaug.windows import cast_like

if TYPE_CHECKING:
    from eegaug.gan import Objective

__all__ = ["GANOversampler"]


class GANOversampler(SavingMixin, BaseWindowOverSampler):
    """Over-sample by windows from a generative adversarial network.

    For each label that needs samples a generator is trained. Its windows and as many real ones,
    all varied at random, are added behind the real windows. The default generator is a WaveGAN
    [1]_ under binary cross-entropy [2]_, which with few windows and short trainings came nearer to
    unseen recordings than its published objective, "wgan-gp": small, trained on the windows of
    all classes first and then on the label's own alone. Its critic also sees the log spectrum,
    it makes the amplitude apart from the waveform, and a linear filter mends its mean spectrum
    and what channels share.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        What to make, as in imbalanced-learn: a ratio to the majority class, one of
        {"minority", "not minority", "not majority", "all", "auto"}, a dict of label to the
        number of windows after resampling, or a callable that turns `y` into such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed. An int makes the same windows again, in any process.
    architecture : {"wavegan", "residual", "dcgan", "dense"}, default="wavegan"
        Body of generator and critic. "residual" with the objective "r3gan" takes nearly twice
        as long and came nearer to unseen recordings where it learned from twenty of them.
    objective : {"bce", "lsgan", "hinge", "wgan-gp", "r1", "r3gan"} or Objective, default="bce"
        What generator and critic minimise.
    conditioning : {"per-class", "shared"}, default="per-class"
        One generator a label, or one for all labels, told the label, with a projection critic.
    latent_dim : int, default=64
        Number of latents a window is made from.
    width : int, default=16
        Number of filters of the layers next to the window; the others have multiples. Small
        classes need small networks.
    n_steps : int, default=300
        Number of training steps for each generator, whatever the number of windows: epochs
        would starve the small classes. Without pre-training take 500 to 1,000.
    batch_size : int, default=32
        Number of windows a step, drawn with replacement.
    learning_rate : float or (float, float), default=5e-4
        Learning rate of Adam, or one for the generator and one for the critic.
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
        Random changes of what the critic sees and is told of.
    spectral_norm : bool, default=False
        Whether the critic's kernels are held at spectral norm 1.
    ema : float, default=0.995
        Decay of the average of the generator's weights; 0 for none.
    pretrain_steps : int, default=300
        Steps of one training on the windows of all classes, from which each label's training
        starts: the abundant background teaches what EEG is. 0 starts from scratch, and shared
        conditioning, which learns from several classes anyway, always does.
    init : GANOversampler or None, default=None
        A fitted sampler, from whose generators the trainings of the same labels start in place
        of the pre-training: for a few windows more, or the next fold, a part of `n_steps` is
        then enough. Its networks, windows and number of channels must be of the same size, and
        it must have been fitted in Python, not loaded from a file, which has no critics. It must
        not have seen test data either. What clones its estimators, such as a pipeline in a
        search, needs ``sklearn.frozen.FrozenEstimator(sampler)``. Only for per-class
        conditioning.
    min_windows : int, default=10
        Fewest windows of a class for which a GAN is trained. A smaller class, or a constant one,
        is made by a simpler method; `fallback_` says so.
    real_share : float, default=0.5
        Share of the new windows that are real windows of the class rather than the generator's.
        With `jitter` these two halves make up for each other: the generator's know spectra and
        waveforms between the real ones, the real ones are true to the last detail.
    jitter : bool, default=True
        Whether each new window is shifted, filtered and flipped at random, and takes the level
        of one real window of the class and the amplitude of another, as by
        ``JitterOversampler(filter=0.5, scale=0.4, recombine=True)``: waveform, level and
        amplitude hardly depend on each other, and all their combinations teach a classifier
        more than those that few recordings show. With ``real_share=0, jitter=False`` the new
        windows are the generator's as `sample` gives them.
    sfreq : float, default=173.61
        Sampling frequency in Hz. Only the monitor uses it, to compare spectra from 1 to 60 Hz;
        the default is that of the Bonn recordings. Epochs of MNE tell their own, which is used
        instead.
    n_checks : int, default=10
        How often the monitor measures the windows during a training; the best generator is
        kept.
    patience : int or None, default=5
        Number of checks without improvement after which a training stops; None uses the whole
        budget.
    callbacks : sequence of keras.callbacks.Callback or None, default=None
        Called in each training; a round between two checks is an epoch to them.
    memory : str, object with the joblib.Memory interface or None, default=None
        Folder, or memory of joblib, that keeps fitted generators, so that a grid search over
        sampling ratios or classifiers trains none twice: the same windows, parameters and integer
        `random_state` take it from there, bit for bit. Callbacks then see no training, and
        warnings of one are not given again. None keeps nothing.
    checkpoint_dir : str, path-like or None, default=None
        Folder for this fit alone, which is made where it is missing. The state of each training
        is written there after each of its `n_checks` rounds. After Ctrl-C or a kill the next call
        with the same data, parameters and `random_state`, which must be an int, goes on from
        there and ends in the same bits; a folder that holds another fit is refused. At the end of
        `fit_resample` the files are removed: to keep generators, set `memory` or call `save`.
        Callbacks see the rounds that are run, not those that were run before. None writes
        nothing.
    n_jobs : int or None, default=None
        Number of labels that are trained at a time, after the pre-training, each in a process of
        its own. The windows are the same. None is 1 unless in a ``joblib.parallel_config``, by
        which they may go to threads or a cluster; -1 takes all processors. Each process gets
        copies of the callbacks. Shared conditioning has a single training.
    verbose : int, default=0
        1 shows a live line for each training, on a terminal or in a notebook, but none for
        labels that are trained at a time.

    Attributes
    ----------
    generators_ : dict
        Label to fitted generator.
    history_ : dict
        Label to DataFrame of the training: step, losses, and the monitor's distances and
        scores.
    memory_ : dict
        Label to `eegaug.metrics.MembershipInferenceResult`: what an attack on the generator's
        windows, without mixture and jitter, knows of the recordings in its training. Only where
        `groups` let some be spared.
    fallback_ : dict
        Label to `Fallback(rung, reason)` for each class that got no generator.
    sampling_strategy_ : dict
        Label to number of windows made.
    sfreq_ : float
        Sampling frequency in Hz that the training went by.
    ch_names_ : list of str or None
        Names of the channels, where the data told them, as MNE's epochs do. Set it where you
        know them: `save` keeps them, and ``eegaug sample`` writes them to a file.
    n_features_in_ : int
        Number of columns of a flat `X`, of channels of a 3-D `X`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where `X` is a DataFrame whose column names are all strings.

    See Also
    --------
    JitterOversampler : Shifted, scaled and flipped windows, at no cost: the one to beat.
    SurrogateOversampler : New waveforms with the spectrum of real windows.

    Notes
    -----
    Scikit-learn's own `Pipeline` cannot hold a sampler; use `imblearn.pipeline.Pipeline`, which
    resamples in `fit` alone.

    References
    ----------
    .. [1] C. Donahue, J. McAuley, M. Puckette, "Adversarial audio synthesis", ICLR 2019.
    .. [2] I. Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug import GANOversampler
    >>> X = np.random.default_rng(0).normal(size=(60, 32))
    >>> y = np.array([0] * 48 + [1] * 12)
    >>> sampler = GANOversampler(pretrain_steps=2, n_steps=2, width=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> X_res.shape, np.bincount(y_res)
    ((96, 32), array([48, 48]))
    >>> sampler.sample(3, label=1, random_state=0).shape
    (3, 32)

    `save` keeps the fitted sampler in a file, `eegaug.persistence.load_sampler` brings it back.
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseWindowOverSampler._parameter_constraints,
        "architecture": [str],
        # Not the class Objective itself: its module imports TensorFlow.
        "objective": [str, HasMethods(["critic_loss", "generator_loss"])],
        "conditioning": [StrOptions({"per-class", "shared"})],
        "latent_dim": [Interval(Integral, 1, None, closed="left")],
        "width": [Interval(Integral, 1, None, closed="left")],
        "n_steps": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), tuple],
        "n_critic": [Interval(Integral, 1, None, closed="left")],
        "spectral_critic": ["boolean"],
        "generated_amplitude": ["boolean"],
        "post_filter": [StrOptions({"closed-form", "learned"}), None],
        "augmentation": [tuple, list],
        "spectral_norm": ["boolean"],
        "ema": [Interval(Real, 0, 1, closed="left")],
        "pretrain_steps": [Interval(Integral, 0, None, closed="left")],
        "init": [HasMethods(["fit_resample"]), None],
        "min_windows": [Interval(Integral, 2, None, closed="left")],
        "real_share": [Interval(Real, 0, 1, closed="both")],
        "jitter": ["boolean"],
        "sfreq": [Interval(Real, 0, None, closed="neither")],
        "n_checks": [Interval(Integral, 1, None, closed="left")],
        "patience": [Interval(Integral, 1, None, closed="left"), None],
        "callbacks": [tuple, list, None],
        "memory": [str, HasMethods(["cache"]), None],
        "checkpoint_dir": [str, PathLike, None],
        "n_jobs": [Integral, None],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        sampling_strategy: float | str | Mapping | Callable = "auto",
        random_state: int | RandomState | None = None,
        architecture: str = "wavegan",
        objective: "str | Objective" = "bce",
        conditioning: str = "per-class",
        latent_dim: int = 64,
        width: int = 16,
        n_steps: int = 300,
        batch_size: int = 32,
        learning_rate: float | tuple[float, float] = 5e-4,
        n_critic: int = 1,
        spectral_critic: bool = True,
        generated_amplitude: bool = True,
        post_filter: str | None = "closed-form",
        augmentation: Sequence[str] = (),
        spectral_norm: bool = False,
        ema: float = 0.995,
        pretrain_steps: int = 300,
        init: Any = None,
        min_windows: int = 10,
        real_share: float = 0.5,
        jitter: bool = True,
        sfreq: float = 173.61,
        n_checks: int = 10,
        patience: int | None = 5,
        callbacks: Sequence[Any] | None = None,
        memory: Any = None,
        checkpoint_dir: str | PathLike[str] | None = None,
        n_jobs: int | None = None,
        verbose: int = 0,
    ):
        super().__init__(sampling_strategy=sampling_strategy, random_state=random_state)
        self.architecture = architecture
        self.objective = objective
        self.conditioning = conditioning
        self.latent_dim = latent_dim
        self.width = width
        self.n_steps = n_steps
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.n_critic = n_critic
        self.spectral_critic = spectral_critic
        self.generated_amplitude = generated_amplitude
        self.post_filter = post_filter
        self.augmentation = augmentation
        self.spectral_norm = spectral_norm
        self.ema = ema
        self.pretrain_steps = pretrain_steps
        self.init = init
        self.min_windows = min_windows
        self.real_share = real_share
        self.jitter = jitter
        self.sfreq = sfreq
        self.n_checks = n_checks
        self.patience = patience
        self.callbacks = callbacks
        self.memory = memory
        self.checkpoint_dir = checkpoint_dir
        self.n_jobs = n_jobs
        self.verbose = verbose

    # scikit-learn reads off the signature what can be routed here.
    def fit_resample(  # type: ignore[override]
        self, X: Any, y: Any = None, groups: Any = None
    ) -> tuple[Any, Any]:
        """Train the generators and resample the windows.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, n_times), array-like \
                of shape (n_samples, n_channels, n_times) or mne.Epochs
            Real windows, finite, in any numeric dtype and any unit. Epochs of MNE come back as
            `eegaug.interop.resample_epochs` says.
        y : array-like of shape (n_samples,), default=None
            Their labels; None takes the event codes of epochs, and is an error otherwise.
        groups : array-like of shape (n_samples,), default=None
            Recording of each window. Recordings then weigh alike in a training, however many
            windows they have, and where a class has eight or more the monitor measures against
            a quarter of them that the generator does not see. Where one has more than half of
            the windows of a class that a generator is trained for, a `DominantGroupWarning`
            says so.

        Returns
        -------
        X_resampled : {array-like, DataFrame, sparse matrix} of shape (n_samples_new, ...) or \
                mne.EpochsArray
            The real windows, untouched, and after them the synthetic ones by order of label. The
            container, the layout and the dtypes are those of `X`. A frame's index is numbered
            anew, as by all samplers of imbalanced-learn: rows from ``len(X)`` on are synthetic.
        y_resampled : array-like of shape (n_samples_new,)
            Their labels, in the container and the dtype of `y`.

        Raises
        ------
        ValueError
            If `X`, `y`, `groups` or a parameter is not what is stated above, the wanted numbers
            cannot be met, or `checkpoint_dir` holds another fit.
        OSError
            If `checkpoint_dir` cannot be written to, or another fit is using it.
        RuntimeError
            If a generator is to be trained in a process that was forked after TensorFlow had
            run: it would hang there. Spawned workers, and those of joblib, do not.
        """
        params = {} if groups is None else {"groups": groups}
        return super().fit_resample(X, y, **params)

    def sample(
        self, n: int, label: Hashable, random_state: int | RandomState | None = None
    ) -> NDArray:
        """Make windows of one label from its generator alone, without mixture and jitter.

        Parameters
        ----------
        n : int
            Number of windows.
        label : hashable
            A key of `generators_`.
        random_state : int, RandomState instance or None, default=None
            Seed; an int makes the same windows again.

        Returns
        -------
        windows : ndarray of shape (n, n_times) or (n, n_channels, n_times)
            Synthetic windows in the layout, the dtype and the unit of the fitted data.

        Raises
        ------
        NotFittedError
            If `fit_resample` was not called before.
        ValueError
            If the label has no generator, or `n` is negative.
        """
        check_is_fitted(self, "generators_")
        if label not in self.generators_:
            raise ValueError(
                f"The 'label' parameter must be one of the labels with a generator, "
                f"{list(self.generators_)}. Got {label!r} instead."
            )
        if not isinstance(n, Integral) or n < 0:
            raise ValueError(
                f"The 'n' parameter must be an int in the range [0, inf). Got {n!r} instead."
            )
        windows = self.generators_[label].sample(n, random_state=random_state)
        return cast_like(windows, self._data.dtype, ndim=1 + len(self._data.shape))

    def _fewest_windows(self) -> int:
        return self.min_windows

    def _fit_resample(self, X: Any, y: NDArray, *args: Any, **params: Any) -> tuple[Any, NDArray]:
        if self.checkpoint_dir is None:
            self._checkpoints = None
            return super()._fit_resample(X, y, *args, **params)
        check_seed(self.random_state)
        # To the end, when the windows are made: a kill before that loses no training.
        with CheckpointFolder(self.checkpoint_dir) as self._checkpoints:
            try:
                return super()._fit_resample(X, y, *args, **params)
            finally:
                self._checkpoints = None

    def _begin(self, windows_of: WindowsOf, rng: RandomState) -> None:
        """Train the generators of all labels that need samples."""
        from eegaug.gan import GANConfig

        self._data = data_facts(windows_of)
        self.sfreq_ = windows_of.sfreq or self.sfreq
        self.ch_names_ = windows_of.ch_names
        chosen = [field.name for field in fields(GANConfig) if hasattr(self, field.name)]
        config = GANConfig(**{name: getattr(self, name) for name in chosen})
        labels = [
            label
            for label, n in self.sampling_strategy_.items()
            if n > 0 and label not in self.fallback_
        ]
        starts = starts_of(self.init, labels, self.conditioning)
        if self._checkpoints is not None:
            # Of another sampler its weights count, not all else that it knows.
            hashes = {label: hash_of_start(each) for label, each in starts.items()}
            parameters = self.get_params(deep=False) | {"init": hashes}
            self._checkpoints.identity = identity_of(parameters, windows_of)
        plan = TrainingPlan(
            conditioning=self.conditioning,
            pretrain_steps=self.pretrain_steps,
            sfreq=self.sfreq_,
            callbacks=self.callbacks or (),
            verbose=bool(self.verbose),
            memory=self.memory,
            checkpoints=self._checkpoints,
            n_jobs=self.n_jobs,
            starts=starts,
        )
        self.generators_: dict[Hashable, Any] = {}
        failures: dict[Hashable, Fallback] = {}
        if labels:
            self.generators_, failures = train_generators(windows_of, labels, config, plan, rng)
        attacks = {
            label: attack_generator(each, gather(windows_of, label))
            for label, each in self.generators_.items()
        }
        self.memory_ = {label: attack for label, attack in attacks.items() if attack is not None}
        self.history_ = {label: each.history_ for label, each in self.generators_.items()}
        self.fallback_ = self.fallback_ | failures
        warn_of_fallbacks(failures, type(self).__name__)

    def _make_windows(
        self, windows: NDArray, n: int, label: Hashable, rng: RandomState
    ) -> NDArray:
        if label in self.fallback_:
            return stand_in(windows, n, rng, self.fallback_[label])
        generator = self.generators_[label]
        return mix(generator, windows, n, rng, real_share=self.real_share, jitter=self.jitter)
