"""Fallback methods for a class that is too small, or constant."""

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

from numpy.typing import NDArray

from eegaug._notebooks import html_table
from eegaug.windows import is_constant

__all__ = ["Fallback", "SmallClassWarning", "find_fallback", "warn_of_fallbacks"]


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
    eegaug.over_sampling._fallback.SmallClassWarning: GANOversampler makes ... 1 by jitter, ...
    """


class Fallback(NamedTuple):
    """The simpler method that made a class's windows.

    Attributes
    ----------
    method : {"copies", "jitter"}
        Random copies, or real windows that are augmented as those of the mixture are.
    reason : str
        Why there is no generator.

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
    >>> sampler.fallback_[1].method
    'jitter'
    """

    method: str
    reason: str

    def _repr_html_(self) -> str:
        return html_table(self._asdict())


def find_fallback(windows: NDArray, *, min_windows: int) -> Fallback | None:
    """Return the fallback of a class: copies if constant, jitter below `min_windows`, or None."""
    if is_constant(windows):
        return Fallback("copies", "all its windows are constant")
    if len(windows) < min_windows:
        count = "1 window" if len(windows) == 1 else f"{len(windows)} windows"
        return Fallback("jitter", f"it has {count} and the model needs at least {min_windows}")
    return None


def warn_of_fallbacks(fallbacks: Mapping[Any, Fallback], name: str) -> None:
    """Give one warning that names every class whose windows a simpler method makes."""
    if not fallbacks:
        return
    classes = "; ".join(
        f"class {label!r} by {fallback.method}, as {fallback.reason}"
        for label, fallback in fallbacks.items()
    )
    warnings.warn(
        f"{name} makes the windows of some classes without its model: {classes}.",
        SmallClassWarning,
        stacklevel=2,
    )
