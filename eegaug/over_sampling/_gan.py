"""The sampler with a generator for each label."""

import inspect
from collections.abc import Callable, Hashable, Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from eegaug.over_sampling._base import BaseWindowOverSampler
from eegaug.over_sampling._card import data_facts
from eegaug.over_sampling._class_data import (
    ClassData,
    hold_out,
    seen_groups,
    strengths_of,
    warn_of_dominant_groups,
)
from eegaug.over_sampling._fallback import Fallback, find_fallback, warn_of_fallbacks
from eegaug.over_sampling._saving import SavingMixin
from eegaug.over_sampling._share import choose_share
from eegaug.over_sampling._training import (
    TrainingPlan,
    attack_generator,
    sample_from,
    starts_of,
    train_generators,
)
from eegaug.transforms import ChannelAugmenter, augment, copies, dress_up
from eegaug.windows import cast_like

if TYPE_CHECKING:
    from eegaug.gan import GANGenerator

__all__ = ["GANOversampler"]


class GANOversampler(SavingMixin, BaseWindowOverSampler):
    """Over-sample by windows from a generative adversarial network.

    For each label that needs samples a generator is trained. Its windows and as many real ones,
    all augmented at random, are added behind the real windows. The default generator is a small
    WaveGAN [1]_, trained on the windows of the label. Its critic also sees the log spectrum, it
    makes the amplitude apart from the waveform, and a linear filter corrects its mean spectrum
    and the covariance of the channels.

    What makes classifiers better is the augmentation of real windows: on five data sets the
    generator's half neither added to it nor took from it. `JitterOversampler` does without. The
    generator is for windows that can be looked at or given away in place of real ones.

    Parameters
    ----------
    generator : object, default=None
        What is fitted to the windows of each label; None takes `eegaug.gan.GANGenerator()`. Any
        estimator with ``fit(X)`` and ``sample(n_samples)`` will do, such as
        `sklearn.neighbors.KernelDensity` or `sklearn.mixture.GaussianMixture`; see Notes. It is
        cloned, and its `random_state` is set from that of the sampler.
    sampling_strategy : float, str, dict or callable, default="auto"
        What to make, as in imbalanced-learn: a ratio to the majority class, one of
        {"minority", "not minority", "not majority", "all", "auto"}, a dict of label to the
        number of windows after resampling, or a callable that turns `y` into such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed. An int makes the same windows again, in any process: bit for bit with the same
        versions of the libraries, on the same kind of processor and with as many threads of
        TensorFlow.
    growth : float or "auto", default="auto"
        Factor by which all classes, the largest too, grow beyond the numbers of
        `sampling_strategy`, as in `JitterOversampler`. Classes that need no generator grow by
        augmented real windows alone.
    conditioning : {"per-class", "shared"}, default="per-class"
        One generator a label, or one for all, conditioned on the label.
    init : GANOversampler or None, default=None
        A fitted sampler, from whose generators the trainings of the same labels start: for a few
        windows more, or the next fold, a part of `n_steps` is then enough. Its networks, windows
        and number of channels must be of the same size, and it must have been fitted in Python,
        not loaded from a file, which has no critics. It must not have seen test data either.
        Windows that it was trained on are not held out again.
        What clones its estimators, such as a pipeline in a search, needs
        ``sklearn.frozen.FrozenEstimator(sampler)``. Only for per-class conditioning.
    min_windows : int, default=10
        Smallest number of windows of a class for which a generator is trained. A smaller class,
        or a constant one, is made by a simpler method; `fallback_` says so.
    real_share : float or "auto", default="auto"
        Share of the new windows that are real windows of the class rather than the generator's.
        "auto" takes one half, and 1 where a classifier separates the generator's windows from
        unseen recordings better than real training windows: what synthetic windows have in common
        is a label. That can be tested where recordings are held out; see Notes. `real_share_`
        says what was chosen, and why.
    jitter : bool, default=True
        Whether each new window is changed at random as by `JitterOversampler`, as strongly as
        recordings of the class differ. Those of the generator first take mean and amplitude of
        each channel, and the smoothed spectrum, from real windows. With ``real_share=0,
        jitter=False, growth=1`` the new windows are the generator's as `sample` gives them.
    channels : ChannelAugmenter, default=None
        What exchanges left and right in all new windows, turns the electrodes, or drops channels:
        `eegaug.transforms.ChannelAugmenter`. It needs names of the channels, which epochs of MNE
        have. None leaves channels alone.
    sfreq : float or None, default=None
        Sampling frequency in Hz, by which the spectra are measured that choose the kept step.
        None takes that of the epochs, and otherwise cycles per sample.
    callbacks : sequence of keras.callbacks.Callback or None, default=None
        Called in the training of each label, a round of which is an epoch to them.
    memory : str, joblib.Memory or None, default=None
        Folder, or memory of joblib, that keeps fitted generators, so that a grid search over
        sampling ratios or classifiers trains none twice. Equal windows, parameters, functions,
        versions of the libraries and an integer `random_state` take it from there, bit for bit.
        Callbacks then see no training, and warnings of one are not given again. None keeps
        nothing.
    n_jobs : int or None, default=None
        Number of labels that are trained at a time, each in a process of its own. None is 1
        unless in a ``joblib.parallel_config``, by which they may go to threads or a cluster; -1
        takes all processors. Each process gets copies of the callbacks. Shared
        conditioning has a single training.
    verbose : int or None, default=None
        None shows how far each training is where it lasts more than some seconds on a terminal or
        in a notebook. 1 shows it at once, and as lines of text elsewhere, as in a log file. 0
        shows nothing.

    Attributes
    ----------
    generators_ : dict
        Label to fitted generator.
    history_ : dict
        Label to DataFrame of the training: step, losses, and what chose the kept step. Empty for
        generators without a `history_`.
    membership_inference_ : dict
        Label to `eegaug.metrics.MembershipInferenceResult`: whether an attack on the generator's
        windows, without mixture and jitter, knows its training windows from others that were held
        out. Its verdict says where that cannot be tested.
    real_share_ : dict
        Label to `eegaug.over_sampling.RealShare`: the share of real windows among the new ones,
        and why. It has the labels of `generators_`.
    strengths_ : dict
        Label to `eegaug.transforms.AugmentationStrengths`: how strongly its windows are changed,
        and why.
    growth_ : float
        The factor of growth.
    fallback_ : dict
        Label to `Fallback(method, reason)` for each class that got no generator.
    sampling_strategy_ : dict
        Label to number of windows made.
    sfreq_ : float or None
        Sampling frequency in Hz; None where neither the data nor `sfreq` state it.
    ch_names_ : list of str or None
        Names of the channels, where the data have them, as MNE's epochs do. Set it where you
        know them: `save` keeps them, and ``eegaug sample`` writes them to a file.
    classes_ : list
        All labels of the fitted data.
    window_shape_ : tuple
        Shape of one of its windows, ``(n_times,)`` or ``(n_channels, n_times)``.
    n_features_in_ : int
        Number of columns of a flat `X`, of channels of a 3-D `X`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where `X` is a DataFrame whose column names are all strings.

    See Also
    --------
    eegaug.gan.GANGenerator : The default generator and its parameters.
    JitterOversampler : Shifted, scaled and flipped windows, at no cost: the one to beat.
    SurrogateOversampler : New waveforms with the spectrum of real windows.

    Notes
    -----
    Recordings (`groups`) weigh alike in a training, however many windows they have. Where one has
    more than half of the windows of a class, a `DominantGroupWarning` says so.

    The windows of each class are split before anything is trained. With at least 16
    recordings, an eighth of them is held out whole to choose the step of the training that is
    kept, and another eighth for the membership attack; both serve to test the share. With fewer,
    or without `groups`, the last step is kept, and a tenth of the windows is held out for the
    attack. No training sees what is held out.

    A generator gets flat windows ``(n_samples, n_channels * n_times)`` in the data's unit, unless
    its tags say that it takes 3-D arrays. It gets those of the keywords ``sample_weight``,
    ``selection``, ``init`` and ``callbacks`` that its `fit` has, and ``random_state`` in `sample`
    or, for one that has it there, as a parameter.

    Scikit-learn's own `Pipeline` cannot hold a sampler; use `imblearn.pipeline.Pipeline`, which
    resamples in `fit` alone.

    References
    ----------
    .. [1] C. Donahue, J. McAuley, M. Puckette, "Adversarial audio synthesis", ICLR 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug import GANOversampler
    >>> from eegaug.gan import GANGenerator
    >>> X = np.random.default_rng(0).normal(size=(60, 32))
    >>> y = np.array([0] * 48 + [1] * 12)
    >>> generator = GANGenerator(n_steps=2, width=2)
    >>> sampler = GANOversampler(generator, growth=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> X_res.shape, np.bincount(y_res)
    ((192, 32), array([96, 96]))
    >>> sampler.sample(3, random_state=0).shape
    (3, 32)

    The simplest density model to hold a GAN against:

    >>> from sklearn.neighbors import KernelDensity
    >>> sampler = GANOversampler(KernelDensity(bandwidth=0.3), random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)

    `save` keeps the fitted sampler in a file, `eegaug.persistence.load_sampler` brings it back.
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseWindowOverSampler._parameter_constraints,
        "generator": [HasMethods(["fit", "sample"]), None],
        "conditioning": [StrOptions({"per-class", "shared"})],
        "init": [HasMethods(["fit_resample"]), None],
        "min_windows": [Interval(Integral, 2, None, closed="left")],
        "real_share": [Interval(Real, 0, 1, closed="both"), StrOptions({"auto"})],
        "jitter": ["boolean"],
        "sfreq": [Interval(Real, 0, None, closed="neither"), None],
        "callbacks": [tuple, list, None],
        "memory": [str, HasMethods(["cache"]), None],
        "n_jobs": [Integral, None],
        "verbose": ["verbose", None],
    }

    def __init__(
        self,
        generator: "GANGenerator | Any | None" = None,
        *,
        sampling_strategy: float | str | Mapping | Callable = "auto",
        random_state: int | RandomState | None = None,
        growth: float | str = "auto",
        conditioning: str = "per-class",
        init: Any = None,
        min_windows: int = 10,
        real_share: float | str = "auto",
        jitter: bool = True,
        channels: ChannelAugmenter | None = None,
        sfreq: float | None = None,
        callbacks: Sequence[Any] | None = None,
        memory: Any = None,
        n_jobs: int | None = None,
        verbose: int | None = None,
    ):
        super().__init__(
            sampling_strategy=sampling_strategy,
            random_state=random_state,
            growth=growth,
            channels=channels,
        )
        self.generator = generator
        self.conditioning = conditioning
        self.init = init
        self.min_windows = min_windows
        self.real_share = real_share
        self.jitter = jitter
        self.sfreq = sfreq
        self.callbacks = callbacks
        self.memory = memory
        self.n_jobs = n_jobs
        self.verbose = verbose

    def sample(
        self,
        n: int,
        label: Hashable = None,
        random_state: int | RandomState | None = None,
    ) -> Any:
        """Make windows of one label from its generator alone, without mixture and jitter.

        Parameters
        ----------
        n : int
            Number of windows.
        label : hashable, default=None
            A key of `generators_`; None where there is one generator.
        random_state : int, RandomState instance or None, default=None
            Seed; an int makes the same windows again.

        Returns
        -------
        windows : ndarray of shape (n, n_times) or (n, n_channels, n_times), or mne.EpochsArray
            Synthetic windows in the layout, the dtype and the unit of the fitted data; epochs
            where `fit_resample` was given epochs.

        Raises
        ------
        NotFittedError
            If neither `fit_resample` nor `fit_generators` was called before.
        ValueError
            If the label has no generator, or `n` is negative.
        """
        check_is_fitted(self, "generators_")
        if label is None and len(self.generators_) == 1:
            label = next(iter(self.generators_))
        if not self.generators_:
            raise ValueError(
                "There is no generator to sample from: each class was made by a simpler method, "
                f"as fallback_ says: {self.fallback_}."
            )
        if label not in self.generators_:
            raise ValueError(
                f"The 'label' parameter must be one of the labels with a generator, "
                f"{list(self.generators_)}. Got {label!r} instead."
            )
        if not isinstance(n, Integral) or n < 0:
            raise ValueError(
                f"The 'n' parameter must be an int in the range [0, inf). Got {n!r} instead."
            )
        shape = (1, *self._data.shape)[-2:]
        rng = check_random_state(random_state)
        windows = sample_from(self.generators_[label], n, rng, shape)
        made = cast_like(windows, self._data.dtype, ndim=1 + len(self._data.shape))
        # One that was loaded from a file knows the windows alone.
        template = getattr(self, "_template", None)
        return made if template is None else template.fill(made, label)

    def _checked_generator(self) -> Any:
        """Return the generator, after a check of its parameters, by which nothing is trained."""
        if self.generator is None:
            from eegaug.gan import GANGenerator

            return GANGenerator()
        if isinstance(self.generator, type):
            raise ValueError(
                "The 'generator' parameter of GANOversampler must be an object, not a class. Got "
                f"{self.generator.__name__}; give {self.generator.__name__}()."
            )
        # Estimators from elsewhere need not state constraints.
        if hasattr(self.generator, "_parameter_constraints"):
            self.generator._validate_params()
        if self.conditioning == "shared" and not _takes(self.generator.sample, "label"):
            raise ValueError(
                "With conditioning='shared' the 'generator' must be conditioned on labels, with "
                f"fit(X, y) and sample(n_samples, label=...), as GANGenerator is. Got "
                f"{self.generator!r:.80} instead."
            )
        if self.init is not None and not _takes(self.generator.fit, "init"):
            raise ValueError(
                "The 'init' parameter of GANOversampler must be None for a generator whose fit "
                f"takes no 'init'. Got {self.generator!r:.80}."
            )
        return self.generator

    def _fit_models(
        self, classes: Mapping[Hashable, ClassData], wanted: Mapping[Hashable, int], seed: int
    ) -> None:
        """Split the windows, train the generators, and attack them."""
        generator = self._checked_generator()
        self._data = data_facts(classes)
        self.strengths_ = strengths_of(classes)
        rng = RandomState(seed)
        found = {
            label: find_fallback(classes[label].windows, min_windows=self.min_windows)
            for label in wanted
        }
        self.fallback_ = {label: each for label, each in found.items() if each}
        name = type(self).__name__
        warn_of_fallbacks(self.fallback_, name)
        labels = [label for label in wanted if label not in self.fallback_]
        warn_of_dominant_groups([classes[label] for label in labels], name)

        # Those of a sampler to start from count as seen, too.
        seen = getattr(self.init, "_seen", np.array([], np.uint64))
        split_seeds = dict(zip(classes, rng.randint(2**31 - 1, size=len(classes)), strict=True))
        seeds = rng.randint(2**31 - 1, size=len(classes) + 1).tolist()
        known_groups = seen_groups(classes, seen)
        for label in labels:
            hold_out(classes[label], RandomState(split_seeds[label]), seen, known_groups)
        plan = TrainingPlan(
            generator=generator,
            conditioning=self.conditioning,
            sfreq=self.sfreq_,
            callbacks=tuple(self.callbacks or ()),
            verbose=self.verbose,
            memory=self.memory,
            n_jobs=self.n_jobs,
            starts=starts_of(self.init, labels, self.conditioning),
        )
        self.generators_: dict[Hashable, Any] = {}
        failures: dict[Hashable, Fallback] = {}
        if labels:
            self.generators_, failures = train_generators(classes, labels, plan, seeds)
        trained = [
            data.prints[data.places("training")] for data in map(classes.__getitem__, labels)
        ]
        self._seen = np.unique(np.concatenate([seen, *trained]))
        self.membership_inference_ = {
            label: attack_generator(each, classes[label])
            for label, each in self.generators_.items()
        }
        self.real_share_ = {
            label: choose_share(self.real_share, each, classes[label], dressed=self.jitter)
            for label, each in self.generators_.items()
        }
        self.history_ = {
            label: each.history_
            for label, each in self.generators_.items()
            if hasattr(each, "history_")
        }
        self.fallback_ = self.fallback_ | failures
        warn_of_fallbacks(failures, name)

    def _make_windows(
        self, windows: NDArray | None, n: int, label: Hashable, rng: RandomState
    ) -> NDArray:
        if windows is None:
            return self._make_without_real(n, label, rng)
        fallback, generator = self.fallback_.get(label), self.generators_.get(label)
        n_real = n if generator is None else round(self._share_of(label) * n)
        new = copies(windows, n_real, rng)
        if generator is not None:
            generated = sample_from(generator, n - n_real, rng, windows.shape[1:])
            if self.jitter:
                generated = dress_up(generated, windows, rng)
            new = np.concatenate([generated, new])
        # A class that fell back to jitter has nothing else that is new.
        is_jittered = fallback.method == "jitter" if fallback is not None else self.jitter
        if not is_jittered:
            return new
        return augment(new, windows, rng, **self.strengths_[label].as_kwargs())

    def _share_of(self, label: Hashable) -> float:
        """Return the share of real windows, as it is set now."""
        if self.real_share != "auto":
            return float(self.real_share)
        return self.real_share_[label].share

    def _make_without_real(self, n: int, label: Hashable, rng: RandomState) -> NDArray:
        """Make windows of the generator alone, which keep their own mean and amplitude."""
        shape = (1, *self.window_shape_)[-2:]
        new = sample_from(self.generators_[label], n, rng, shape)
        if not self.jitter:
            return new
        return augment(new, new, rng, **self.strengths_[label].as_kwargs())


def _takes(function: Callable[..., Any], name: str) -> bool:
    return name in inspect.signature(function).parameters
