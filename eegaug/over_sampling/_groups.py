"""Classes that one recording rules."""

import warnings
from collections.abc import Hashable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["DominantGroupWarning", "warn_of_dominant_groups"]

#: A recording with a larger share of a class's windows makes up most of it.
MOST = 0.5


class DominantGroupWarning(UserWarning):
    """More than half of the windows of a class come from one recording.

    What a model learns of such a class is that recording. It is given where `groups` are known
    and a model is trained for the class.

    See Also
    --------
    SmallClassWarning : A class too small for a model.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from eegaug import DominantGroupWarning, GANOversampler
    >>> X, y = np.random.default_rng(0).normal(size=(50, 16)), [0] * 30 + [1] * 20
    >>> groups = [0] * 15 + [1] * 15 + [2] * 19 + [3]
    >>> sampler = GANOversampler()
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", DominantGroupWarning)
    ...     sampler.fit_resample(X, y, groups=groups)
    Traceback (most recent call last):
    eegaug.over_sampling._groups.DominantGroupWarning: ...
    """


def warn_of_dominant_groups(groups_of: Mapping[Hashable, NDArray], name: str) -> None:
    """Give one warning that names every class with more than half its windows in one recording.

    Parameters
    ----------
    groups_of : mapping of label to ndarray of shape (n_windows,)
        Recordings of the windows of each class that a model is trained for.
    name : str
        Name of the sampler.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.over_sampling._groups import warn_of_dominant_groups
    >>> warn_of_dominant_groups({1: np.array(["a", "a", "b", "b"])}, "GANOversampler")
    """
    found = []
    for label, groups in groups_of.items():
        recordings, counts = np.unique(groups, return_counts=True)
        if counts.max() > MOST * len(groups):
            recording = recordings[counts.argmax()]
            recording = recording.item() if isinstance(recording, np.generic) else recording
            found.append(
                f"{counts.max()} of the {len(groups)} windows of class {label!r} come from "
                f"{recording!r}"
            )
    if found:
        warnings.warn(
            f"{name} learns classes that one recording rules, and may make no more than "
            f"imitations of it: {'; '.join(found)}.",
            DominantGroupWarning,
            stacklevel=2,
        )
