"""Shifted, scaled and flipped copies of real windows."""

from collections.abc import Callable, Hashable, Mapping
from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from eegaug.over_sampling._base import BaseWindowOverSampler
from eegaug.transforms import jitter

__all__ = ["JitterOversampler", "jitter"]


class JitterOversampler(BaseWindowOverSampler):
    """Over-sample by shifting, scaling and flipping random windows of the class.

    This costs next to nothing and, without noise, is the baseline that a trained generator
    has to beat: seizures start at any moment of a window, their amplitude varies several-fold
    between recordings, and the sign of an EEG channel follows from the choice of reference.
    All channels of a window share their shift, filter, factor and polarity, so the spatial pattern
    is kept.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        What to make, as in imbalanced-learn: a ratio to the majority class, one of
        {"minority", "not minority", "not majority", "all", "auto"}, a dict of label to the
        number of windows after resampling, or a callable that turns `y` into such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed. An int makes the same windows again, in any process.
    shift : float, default=1.0
        Share of all circular shifts that may be drawn, centred on no shift: 1 draws any of
        them, 0.1 shifts by at most 5 % of the window to either side, 0 never shifts. What
        leaves the window at one end comes in at the other.
    scale : float, default=0.5
        Standard deviation of the logarithm of the amplitude factor ``exp(scale * n)``, with
        n standard normal: two of three factors lie between 0.61 and 1.65. 0 keeps the
        amplitude.
    polarity : bool, default=True
        Whether each new window is turned upside down with a probability of one half.
    filter : float, default=0.0
        Standard deviation of the natural logarithm of the gain of a random smooth filter, as
        other electrodes, skulls and amplifiers would show the same activity [1]_; the amplitude
        is kept. Off, so that the baseline stays the plain one; `GANOversampler` uses 0.5.
    recombine : bool, default=False
        Whether each new window takes the level (the mean of each channel) of one real window of
        the class and the amplitude of another, which `scale` then varies. Level, amplitude and
        waveform hardly depend on each other within a class, so that all their combinations are
        windows of it. Off, so that the baseline stays the plain one; `GANOversampler` does it.
    noise : float, default=0.0
        Standard deviation of added white noise, relative to that of each window and channel.
        Off, because noise fills the upper frequencies, where EEG has little power, and so
        harms classifiers that look at spectra.

    Attributes
    ----------
    sampling_strategy_ : dict
        Label to number of windows made.
    n_features_in_ : int
        Number of columns of a flat `X`, of channels of a 3-D `X`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where `X` is a DataFrame whose column names are all strings.

    See Also
    --------
    SurrogateOversampler : New waveforms with the spectrum of real windows.

    Notes
    -----
    Factor and polarity act about the class's median of each channel, the offset of amplifier
    and converter, which a change of amplitude leaves where it is: windows stored as integers
    about 2,048 stay about 2,048. For data without an offset that is the same as acting about
    zero. A window's own mean is not taken, as it holds slow activity that belongs to the
    signal.

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
    >>> X_res, y_res = JitterOversampler(random_state=0).fit_resample(X, y)
    >>> X_res.shape, np.bincount(y_res)
    ((50, 178), array([25, 25]))
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseWindowOverSampler._parameter_constraints,
        "shift": [Interval(Real, 0, 1, closed="both")],
        "scale": [Interval(Real, 0, None, closed="left")],
        "polarity": ["boolean"],
        "filter": [Interval(Real, 0, 5, closed="both")],
        "recombine": ["boolean"],
        "noise": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: float | str | Mapping | Callable = "auto",
        random_state: int | RandomState | None = None,
        shift: float = 1.0,
        scale: float = 0.5,
        polarity: bool = True,
        filter: float = 0.0,
        recombine: bool = False,
        noise: float = 0.0,
    ):
        super().__init__(sampling_strategy=sampling_strategy, random_state=random_state)
        self.shift = shift
        self.scale = scale
        self.polarity = polarity
        self.filter = filter
        self.recombine = recombine
        self.noise = noise

    def _make_windows(
        self, windows: NDArray[np.floating], n: int, label: Hashable, rng: RandomState
    ) -> NDArray[np.floating]:
        return jitter(
            windows,
            n,
            rng,
            shift=self.shift,
            scale=self.scale,
            polarity=self.polarity,
            filter=self.filter,
            recombine=self.recombine,
            noise=self.noise,
        )
