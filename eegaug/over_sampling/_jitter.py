"""Real windows, changed as recordings of their class differ."""

from collections.abc import Callable, Hashable, Mapping
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval, StrOptions

from eegaug.over_sampling._base import BaseWindowOverSampler
from eegaug.over_sampling._class_data import ClassData, strengths_of
from eegaug.transforms import ChannelAugmenter, augment

__all__ = ["JitterOversampler"]


class JitterOversampler(BaseWindowOverSampler):
    """Over-sample by real windows that are changed as recordings of their class differ.

    Each new window is a random real window, shifted in time, filtered, stretched, scaled and
    turned upside down at random. By default it follows from the data how strongly: amplitude,
    spectrum and tempo change as much as they differ between recordings, and no more, since what
    only synthetic windows have is a label. This costs next to nothing and is the baseline that a
    trained generator has to beat. All channels of a window share their changes, so the spatial
    pattern is kept, and each channel keeps its mean.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        What to make, as in imbalanced-learn: a ratio to the majority class, one of
        {"minority", "not minority", "not majority", "all", "auto"}, a dict of label to the
        number of windows after resampling, or a callable that turns `y` into such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed. An int makes the same windows again, in any process.
    growth : float or "auto", default="auto"
        Factor by which all classes, the largest too, grow beyond the numbers of
        `sampling_strategy`. Where there are few windows, more of both classes teach a classifier
        more; and what both classes have in common is no label. "auto" grows up to 4 times and to
        4,000 windows a class, and not at all where `sampling_strategy` is a dict or a callable.
    channels : ChannelAugmenter, default=None
        What exchanges left and right in the new windows, turns the electrodes, or drops channels:
        `eegaug.transforms.ChannelAugmenter`. It needs names of the channels, which epochs of MNE
        have. None leaves channels alone.
    shift : float, default=1.0
        Share of all circular shifts that may be drawn, centred on no shift: 1 draws any of
        them, 0.1 shifts by at most 5 % of the window to either side, 0 never shifts. What
        leaves the window at one end comes in at the other.
    stretch : float or "auto", default="auto"
        Standard deviation of the natural logarithm of the rate at which a window is read.
    scale : float or "auto", default="auto"
        Standard deviation of the logarithm of the amplitude factor ``exp(scale * n)``, with
        n standard normal: with 0.5 two of three factors lie between 0.61 and 1.65. 0 keeps the
        amplitude.
    polarity : bool, default=True
        Whether each new window is turned upside down with a probability of one half.
    filter : float or "auto", default="auto"
        Standard deviation of the natural logarithm of the gain of a random smooth filter, as
        other electrodes, skulls and amplifiers would show the same activity [1]_.
    mix : bool or "auto", default="auto"
        Whether the smoothed spectrum of each new window lies a random part of the way to that of
        another window of the class. "auto" does so where recordings are known to differ.
    recombine : bool, default=False
        Whether each new window takes the level (the mean of each channel) of one real window of
        the class and the amplitude of another, which `scale` then changes. It helps where level,
        amplitude and waveform hardly depend on each other within a class, and harms elsewhere.
    noise : float, default=0.0
        Standard deviation of added white noise, relative to that of each window and channel.
        Off, because noise fills the upper frequencies, where EEG has little power, and so
        harms classifiers that look at spectra.

    Attributes
    ----------
    strengths_ : dict
        Label to `eegaug.transforms.AugmentationStrengths`: how strongly windows were changed, and
        why.
    growth_ : float
        The factor of growth.
    sampling_strategy_ : dict
        Label to number of windows made.
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
    SurrogateOversampler : New waveforms with the spectrum of real windows.

    Notes
    -----
    A strength is the bandwidth of a kernel density estimate over recordings: the standard
    deviation between the recordings of the class, of log amplitude, of log band powers, of mean
    log frequency, times ``(4 / 3 / n_recordings) ** 0.2``. With few recordings it is shrunk
    toward what the other classes show. Without `groups` each window counts as a recording.

    References
    ----------
    .. [1] H. Nam, S.-H. Kim, Y.-H. Park, "FilterAugment: an acoustic environmental data
       augmentation method", ICASSP 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.over_sampling import JitterOversampler
    >>> X = np.random.default_rng(0).normal(size=(30, 178))
    >>> y = np.array([0] * 25 + [1] * 5)
    >>> X_res, y_res = JitterOversampler(growth=2, random_state=0).fit_resample(X, y)
    >>> X_res.shape, np.bincount(y_res)
    ((100, 178), array([50, 50]))
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseWindowOverSampler._parameter_constraints,
        "shift": [Interval(Real, 0, 1, closed="both")],
        "stretch": [Interval(Real, 0, 1, closed="both"), StrOptions({"auto"})],
        "scale": [Interval(Real, 0, None, closed="left"), StrOptions({"auto"})],
        "polarity": ["boolean"],
        "filter": [Interval(Real, 0, 5, closed="both"), StrOptions({"auto"})],
        "mix": ["boolean", StrOptions({"auto"})],
        "recombine": ["boolean"],
        "noise": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: float | str | Mapping | Callable = "auto",
        random_state: int | RandomState | None = None,
        growth: float | str = "auto",
        channels: ChannelAugmenter | None = None,
        shift: float = 1.0,
        stretch: float | str = "auto",
        scale: float | str = "auto",
        polarity: bool = True,
        filter: float | str = "auto",
        mix: bool | str = "auto",
        recombine: bool = False,
        noise: float = 0.0,
    ):
        super().__init__(
            sampling_strategy=sampling_strategy,
            random_state=random_state,
            growth=growth,
            channels=channels,
        )
        self.shift = shift
        self.stretch = stretch
        self.scale = scale
        self.polarity = polarity
        self.filter = filter
        self.mix = mix
        self.recombine = recombine
        self.noise = noise

    def _fit_models(
        self, classes: Mapping[Hashable, ClassData], wanted: Mapping[Hashable, int], seed: int
    ) -> None:
        stated: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("stretch", "scale", "filter", "mix")
            if getattr(self, name) != "auto"
        }
        self.strengths_ = {
            label: each.with_stated(**stated) for label, each in strengths_of(classes).items()
        }

    def _make_windows(
        self, windows: NDArray[np.floating], n: int, label: Hashable, rng: RandomState
    ) -> NDArray[np.floating]:
        return augment(
            windows,
            windows,
            rng,
            chosen=rng.randint(len(windows), size=n),
            **self.strengths_[label].as_kwargs(),
            shift=self.shift,
            polarity=self.polarity,
            recombine=self.recombine,
            noise=self.noise,
        )
