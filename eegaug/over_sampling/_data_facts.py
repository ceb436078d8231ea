"""What a fitted sampler remembers of the data and of the day it was fitted."""

import platform
from collections.abc import Hashable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from eegaug.over_sampling._base import WindowsOf

__all__ = ["DataFacts", "data_facts"]

PACKAGES = ("eegaug", "tensorflow", "keras", "numpy", "scikit-learn", "imbalanced-learn")


@dataclass(frozen=True)
class DataFacts:
    """Facts of the windows that a sampler was fitted to; none of the windows themselves.

    Attributes
    ----------
    dtype : dtype
        Dtype of `X`.
    shape : tuple of int
        Shape of a window, ``(n_times,)`` or ``(n_channels, n_times)``.
    n_windows : dict of label to int
        Number of real windows of each class.
    n_recordings : dict of label to int, or None
        Number of recordings they are from; None where there were no groups.
    versions : dict of str to str
        Of Python and of the packages that took part in the fitting.
    """

    dtype: np.dtype
    shape: tuple[int, ...]
    n_windows: dict[Hashable, int]
    n_recordings: dict[Hashable, int] | None
    versions: dict[str, str]


def data_facts(windows_of: WindowsOf) -> DataFacts:
    """Gather the facts.

    Parameters
    ----------
    windows_of : WindowsOf
        Access to the windows of all classes.

    Returns
    -------
    facts : DataFacts
        The facts, with the versions of now.
    """
    labels = windows_of.labels.tolist()
    groups = {label: windows_of.groups(label) for label in labels}
    n_recordings = {k: len(np.unique(g)) for k, g in groups.items() if g is not None}
    return DataFacts(
        dtype=windows_of.dtype,
        shape=windows_of.shape,
        n_windows={label: windows_of.count(label) for label in labels},
        n_recordings=n_recordings or None,
        versions={
            "python": platform.python_version(),
            **{package: version(package) for package in PACKAGES},
        },
    )
