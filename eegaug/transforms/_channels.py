"""Changes of windows that know what a channel is: side, place, and that it can fail."""

import re
from collections.abc import Sequence
from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from eegaug._electrodes import mirror_image, parse_channels
from eegaug.transforms._montage import find_montage
from eegaug.windows import cast_like, to_3d

__all__ = ["ChannelAugmenter"]

WHAT = "The 'ch_names' parameter of ChannelAugmenter"
# Samples that are changed at a time: temporary arrays stay small beside the result.
CHUNK_SAMPLES = 2**22


class ChannelAugmenter(BaseEstimator):
    """Change windows as another head or another electrode cap would: left for right, a bit turned.

    Give it to a sampler as `channels`, so that what the sampler makes is changed so too; a stream
    takes it from its sampler. By default it reflects every second window and does nothing else.

    Parameters
    ----------
    ch_names : sequence of str, default=None
        Names of the channels, in their order: electrodes of the 10-20 or 10-10 system ("C3",
        "EEG C3-Ref") or pairs of them ("F3-C3"). None takes those of epochs of MNE; other windows
        have none, and need them here.
    reflect : float, default=0.5
        Probability that left and right are exchanged [1]_: "C3" gets the signal of "C4". A pair
        of electrodes that crosses the midline changes its sign. Handedness and heart make sides
        differ a little, but a seizure that was seen on one side alone can begin on the other.
    rotation : float, default=0.0
        Standard deviation in degrees of the angle about each of three axes by which the
        electrodes are turned about the head, as caps sit; each channel then holds what spherical
        splines [2]_ give for its new place. 5 to 10 are usual. Needs MNE-Python, for its montage.
    dropout : float, default=0.0
        Probability that a channel is replaced by its mean, as if its electrode had come off; one
        always stays. Real windows seldom have such channels, so give it together with `growth` or
        in a stream, where all classes have synthetic windows. Else a flat channel is a label.
    amplitude : float, default=0.0
        Standard deviation of the logarithm of a factor for each channel.
    polarity : {"hemisphere", "electrode"}, default=None
        Whether signs change by chance: of all channels of one side at once, while the midline
        stays, or of each channel. Only for channels against a common reference, whose signs are
        free of each other; neighbours in a bipolar chain share an electrode. None keeps signs.

    See Also
    --------
    eegaug.JitterOversampler : Takes it as `channels`.
    eegaug.GANOversampler : Takes it, too.

    Notes
    -----
    The mean of a channel is reflected with it; all else acts about the mean.

    Reflection is off a little in data against one ear or one mastoid, which has a side. A name
    such as "C3-A1" is understood as such a pair, whose mirror image is "C4-A2".

    References
    ----------
    .. [1] "Channel reflection: knowledge-driven data augmentation for EEG-based brain-computer
       interfaces", arXiv:2412.03224.
    .. [2] F. Perrin, J. Pernier, O. Bertrand, J. F. Echallier, "Spherical splines for scalp
       potential and current density mapping", Electroencephalogr. Clin. Neurophysiol. 72,
       184-187, 1989.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug import JitterOversampler
    >>> from eegaug.transforms import ChannelAugmenter
    >>> names = ["F3-C3", "F4-C4", "Fz-Cz"]
    >>> X = np.random.default_rng(0).normal(size=(30, 3, 64))
    >>> y = np.repeat([0, 1], [24, 6])
    >>> sampler = JitterOversampler(channels=ChannelAugmenter(names), random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> mirrored = ChannelAugmenter(names).reflect_windows(X)
    >>> bool((mirrored[:, 0] == X[:, 1]).all())
    True
    """

    _parameter_constraints: ClassVar[dict] = {
        "ch_names": ["array-like", None],
        "reflect": [Interval(Real, 0, 1, closed="both")],
        "rotation": [Interval(Real, 0, 180, closed="both")],
        "dropout": [Interval(Real, 0, 1, closed="both")],
        "amplitude": [Interval(Real, 0, None, closed="left")],
        "polarity": [StrOptions({"hemisphere", "electrode"}), None],
    }

    def __init__(
        self,
        ch_names: Sequence[str] | None = None,
        *,
        reflect: float = 0.5,
        rotation: float = 0.0,
        dropout: float = 0.0,
        amplitude: float = 0.0,
        polarity: str | None = None,
    ) -> None:
        self.ch_names = ch_names
        self.reflect = reflect
        self.rotation = rotation
        self.dropout = dropout
        self.amplitude = amplitude
        self.polarity = polarity

    def reflect_windows(self, X: ArrayLike) -> NDArray:
        """Return all windows with left and right exchanged.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels, n_times)
            Windows.

        Returns
        -------
        mirrored : ndarray of shape (n_samples, n_channels, n_times)
            New windows in the dtype of `X`; reflected again, they are `X` to the last bit.

        Raises
        ------
        ValueError
            If there are no names for the channels, some are unknown, or one lacks its mirror
            image.
        """
        windows = self._checked(X)
        source, sign = mirror_image(self._names(), what=WHAT)
        mirrored = windows[:, source]
        mirrored[:, sign < 0] *= -1
        return mirrored

    def augment(self, X: ArrayLike, random_state: int | RandomState | None = None) -> NDArray:
        """Change windows at random.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_channels, n_times)
            Windows, finite; they are left alone.
        random_state : int, RandomState instance or None, default=None
            Seed; an int makes the same changes again.

        Returns
        -------
        augmented : ndarray of shape (n_samples, n_channels, n_times)
            New windows, each changed by itself, in the dtype of `X` where that is floating point.

        Raises
        ------
        ImportError
            If `rotation` is asked for, and MNE-Python is not installed.
        ValueError
            If a parameter is not what is stated above, or the names do not fit the windows.
        """
        self._validate_params()
        windows = self._checked(X).copy()
        rng = check_random_state(random_state)
        draws = self._draw(len(windows), rng)
        step = max(1, CHUNK_SAMPLES // max(1, windows.shape[1] * windows.shape[2]))
        for start in range(0, len(windows), step):
            part = slice(start, start + step)
            self._change(windows[part], {name: each[part] for name, each in draws.items()})
        return windows

    def channel_matrices(
        self, n: int, random_state: int | RandomState | None = None
    ) -> NDArray[np.float64]:
        """Draw changes of `augment` as matrices, for a generator that learns with them.

        Parameters
        ----------
        n : int
            Number of changes.
        random_state : int, RandomState instance or None, default=None
            Seed.

        Returns
        -------
        matrices : ndarray of shape (n, n_channels, n_channels)
            By each of them the channels of a window, about their means, are multiplied.

        Raises
        ------
        ImportError, ValueError
            As by `check`.
        """
        self.check()
        draws = self._draw(n, check_random_state(random_state))
        matrices = np.tile(np.eye(len(self._names())), (n, 1, 1))
        if "reflected" in draws:
            source, sign = mirror_image(self._names(), what=WHAT)
            matrices[draws["reflected"]] = sign[:, np.newaxis] * matrices[0, source]
        if "turns" in draws:
            turns = Rotation.from_rotvec(draws["turns"])
            matrices = find_montage(self._names()).mixing(turns) @ matrices
        return matrices * draws["factor"][..., np.newaxis] if "factor" in draws else matrices

    def check(self) -> None:
        """Raise where the names do not allow what is asked for.

        Raises
        ------
        ImportError
            If `rotation` is asked for, and MNE-Python is not installed.
        ValueError
            If a parameter is not what is stated above, a name is unknown or there twice, a channel
            to be reflected lacks its mirror image, or polarity is asked for bipolar channels.
        """
        self._validate_params()
        names = self._names()
        channels = parse_channels(names, what=WHAT)
        if self.reflect:
            mirror_image(names, what=WHAT)
        if self.rotation:
            find_montage(names)
        bipolar = [name for name, each in zip(names, channels, strict=True) if each.against]
        if self.polarity and bipolar:
            raise ValueError(
                "The 'polarity' parameter of ChannelAugmenter must be None for bipolar channels, "
                f"whose signs depend on each other. Got {self.polarity!r} and {bipolar}; a "
                "sampler's own 'polarity' turns all channels of a window."
            )

    def _names(self) -> list[str]:
        if self.ch_names is None:
            raise ValueError(
                "ChannelAugmenter needs the names of the channels: give them as 'ch_names', or "
                "give epochs of MNE-Python. Got windows without names."
            )
        return list(self.ch_names)

    def _checked(self, X: ArrayLike) -> NDArray[np.floating]:
        windows, names = to_3d(X), self._names()
        if windows.shape[1] != len(names):
            raise ValueError(
                f"The 'ch_names' parameter of ChannelAugmenter must name each channel of the "
                f"windows. Got {len(names)} names for {windows.shape[1]} channels."
            )
        return windows

    def _draw(self, n: int, rng: RandomState) -> dict[str, NDArray]:
        """Draw what happens to each window; what is off draws nothing."""
        names = self._names()
        draws: dict[str, NDArray] = {}
        if self.reflect:
            draws["reflected"] = rng.uniform(size=n) < self.reflect
        if self.rotation:
            draws["turns"] = np.deg2rad(self.rotation) * rng.standard_normal((n, 3))
        factor = np.ones((n, len(names)))
        if self.amplitude:
            factor *= np.exp(self.amplitude * rng.standard_normal(factor.shape))
        if self.polarity == "electrode":
            factor *= rng.choice([-1.0, 1.0], size=factor.shape)
        elif self.polarity == "hemisphere":
            signs = np.column_stack([np.ones(n), rng.choice([-1.0, 1.0], size=(n, 2))])
            factor *= signs[:, _sides(names)]
        if self.dropout:
            kept = rng.uniform(size=factor.shape) >= self.dropout
            kept[np.arange(n), rng.randint(len(names), size=n)] = True
            factor *= kept
        if self.amplitude or self.polarity or self.dropout:
            draws["factor"] = factor
        return draws

    def _change(self, windows: NDArray, draws: dict[str, NDArray]) -> None:
        """Change some windows in place, by what was drawn for each."""
        if "reflected" in draws:
            chosen = draws["reflected"]
            windows[chosen] = self.reflect_windows(windows[chosen])
        if "turns" not in draws and "factor" not in draws:
            return
        waves = windows.astype(np.float64)
        mean = waves.mean(axis=-1, keepdims=True)
        waves -= mean
        if "turns" in draws:
            turns = Rotation.from_rotvec(draws["turns"])
            waves = find_montage(self._names()).mixing(turns) @ waves
        if "factor" in draws:
            waves *= draws["factor"][..., np.newaxis]
        windows[:] = cast_like(waves + mean, windows.dtype, ndim=3)


def _sides(names: Sequence[str]) -> NDArray[np.intp]:
    """Return 0 for channels of the midline, 1 for the left ones and 2 for the right ones."""
    numbers = [re.sub(r"\D", "", each.electrode) for each in parse_channels(names)]
    return np.array([0 if not number else 2 - int(number) % 2 for number in numbers])
