"""Windows with the spectrum of real ones and other phases."""

from collections.abc import Callable, Hashable, Mapping
from numbers import Integral
from typing import ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval, StrOptions

from eegaug.over_sampling._base import BaseWindowOverSampler
from eegaug.transforms import ChannelAugmenter, copies, iaaft_surrogates, phase_surrogates

__all__ = ["SurrogateOversampler"]


class SurrogateOversampler(BaseWindowOverSampler):
    """Over-sample by surrogates: the spectrum of a real window, with other phases.

    Each new window starts from a random window of the class. A single window is enough.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        What to make, as in imbalanced-learn: a ratio to the majority class, one of
        {"minority", "not minority", "not majority", "all", "auto"}, a dict of label to the
        number of windows after resampling, or a callable that turns `y` into such a dict.
    random_state : int, RandomState instance or None, default=None
        Seed. An int makes the same windows again, in any process.
    growth : float or "auto", default=1.0
        Factor by which all classes grow, as in `JitterOversampler`.
    channels : ChannelAugmenter, default=None
        What exchanges left and right in the new windows, turns the electrodes, or drops channels:
        `eegaug.transforms.ChannelAugmenter`. It needs names of the channels, which epochs of MNE
        have. None leaves channels alone.
    method : {"phase", "iaaft"}, default="phase"
        "phase" adds random angles to the phases [1]_, the same ones in all channels, which
        keeps cross-spectra [2]_; the values become nearly normally distributed. "iaaft"
        shuffles the window and restores its spectrum and its values in turn [3]_, with one
        turn of the phases for all channels [4]_; the values are exactly those of the real
        window and the spectrum is nearly kept, so spikes keep their height. "phase" is the
        default because it costs far less.
    max_iter : int, default=100
        Most iterations of "iaaft"; it ends sooner where no value changes its place any more.

    Attributes
    ----------
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
    JitterOversampler : Real waveforms shifted, scaled and flipped.

    Notes
    -----
    Surrogates are stationary: what stands in the phases, such as the sharp edge of a
    spike-and-wave complex, is lost. The method takes a window for one period of a periodic
    signal, so a jump between its last and its first sample enters the spectrum.

    References
    ----------
    .. [1] J. Theiler, S. Eubank, A. Longtin, B. Galdrikian, J. D. Farmer, "Testing for
       nonlinearity in time series: the method of surrogate data", Physica D 58, 77-94, 1992.
    .. [2] D. Prichard, J. Theiler, "Generating surrogate data for time series with several
       simultaneously measured variables", Phys. Rev. Lett. 73, 951-954, 1994.
    .. [3] T. Schreiber, A. Schmitz, "Improved surrogate data for nonlinearity tests",
       Phys. Rev. Lett. 77, 635-638, 1996.
    .. [4] T. Schreiber, A. Schmitz, "Surrogate time series", Physica D 142, 346-382, 2000.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.over_sampling import SurrogateOversampler
    >>> X = np.random.default_rng(0).normal(size=(30, 3, 64))
    >>> y = np.array(["rest"] * 25 + ["seizure"] * 5)
    >>> X_res, y_res = SurrogateOversampler(random_state=0).fit_resample(X, y)
    >>> X_res.shape, int((y_res == "seizure").sum())
    ((50, 3, 64), 25)
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseWindowOverSampler._parameter_constraints,
        "method": [StrOptions({"phase", "iaaft"})],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: float | str | Mapping | Callable = "auto",
        random_state: int | RandomState | None = None,
        growth: float | str = 1.0,
        channels: ChannelAugmenter | None = None,
        method: str = "phase",
        max_iter: int = 100,
    ):
        super().__init__(
            sampling_strategy=sampling_strategy,
            random_state=random_state,
            growth=growth,
            channels=channels,
        )
        self.method = method
        self.max_iter = max_iter

    def _make_windows(
        self, windows: NDArray[np.floating], n: int, label: Hashable, rng: RandomState
    ) -> NDArray[np.floating]:
        drawn = copies(windows, n, rng)
        if self.method == "phase":
            return phase_surrogates(drawn, rng)
        return iaaft_surrogates(drawn, rng, max_iter=self.max_iter)
