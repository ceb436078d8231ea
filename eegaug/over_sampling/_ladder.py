"""What happens to a class that is too small, or too plain, for a model."""

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.over_sampling._transforms import VARIATION, copies, jitter

__all__ = ["Fallback", "SmallClassWarning", "find_fallback", "stand_in", "warn_of_fallbacks"]


class SmallClassWarning(UserWarning):
    """A class was too small for the sampler's model, so a simpler method made its windows.

    See Also
    --------
    Fallback : What `fallback_` holds for such a class.
    DominantGroupWarning : A class whose windows are mostly of one recording.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from eegaug import GANOversampler, SmallClassWarning
    >>> X, y = np.random.default_rng(0).normal(size=(14, 16)), [0] * 10 + [1] * 4
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", SmallClassWarning)
    ...     GANOversampler().fit_resample(X, y)
    Traceback (most recent call last):
    eegaug.over_sampling._ladder.SmallClassWarning: GANOversampler makes ... class 1 by jitter, ...
    """


class Fallback(NamedTuple):
    """The simpler method that made a class's windows.

    Attributes
    ----------
    rung : {"copies", "jitter"}
        The method: random copies, or real windows that are varied as those of the mixture are.
    reason : str
        Why the model was not trained.

    See Also
    --------
    SmallClassWarning : The warning that comes with it.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from eegaug import GANOversampler
    >>> X, y = np.random.default_rng(0).normal(size=(14, 16)), [0] * 10 + [1] * 4
    >>> sampler = GANOversampler(random_state=0)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     X_res, y_res = sampler.fit_resample(X, y)
    >>> sampler.fallback_[1].rung
    'jitter'
    """

    rung: str
    reason: str


def find_fallback(windows: NDArray, *, min_windows: int) -> Fallback | None:
    """Choose the simpler method for a class that cannot feed a model.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        All real windows of the class.
    min_windows : int
        Fewest windows the model can be trained on.

    Returns
    -------
    fallback : Fallback or None
        "copies" where every channel of every window is constant in time, for there is no
        waveform to learn or to vary; "jitter" where there are fewer than `min_windows`
        windows; None where the model can be trained.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.over_sampling._ladder import find_fallback
    >>> find_fallback(np.eye(4)[:, np.newaxis], min_windows=5)
    Fallback(rung='jitter', reason='it has 4 windows and the model needs at least 5')
    """
    if (windows == windows[..., :1]).all():
        return Fallback("copies", "all its windows are constant")
    if len(windows) < min_windows:
        count = "1 window" if len(windows) == 1 else f"{len(windows)} windows"
        return Fallback("jitter", f"it has {count} and the model needs at least {min_windows}")
    return None


def stand_in(windows: NDArray, n: int, rng: RandomState, fallback: Fallback) -> NDArray:
    """Make windows by the simpler method.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        All real windows of the class.
    n : int
        Number of windows to make.
    rng : RandomState
        Source of randomness.
    fallback : Fallback
        The method.

    Returns
    -------
    new : ndarray of shape (n, n_channels, n_times)
        New windows.
    """
    if fallback.rung == "copies":
        return copies(windows, n, rng)
    return jitter(windows, n, rng, **VARIATION)


def warn_of_fallbacks(fallbacks: Mapping[Any, Fallback], name: str) -> None:
    """Give one warning that names every class whose windows a simpler method makes.

    Parameters
    ----------
    fallbacks : mapping of label to Fallback
        The classes concerned; nothing happens where there are none.
    name : str
        Name of the sampler.
    """
    if not fallbacks:
        return
    classes = "; ".join(
        f"class {label!r} by {fallback.rung}, as {fallback.reason}"
        for label, fallback in fallbacks.items()
    )
    warnings.warn(
        f"{name} makes the windows of some classes without its model: {classes}.",
        SmallClassWarning,
        stacklevel=2,
    )
