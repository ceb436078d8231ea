"""New windows from a generator and from real windows, side by side."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.over_sampling._transforms import VARIATION, copies, vary

__all__ = ["mix"]


def mix(
    generator: Any,
    windows: NDArray,
    n: int,
    rng: RandomState,
    *,
    real_share: float,
    jitter: bool,
) -> NDArray[np.float64]:
    """Make windows, a share of them from real ones, the others from a generator.

    Parameters
    ----------
    generator : object
        With ``sample(n, random_state)``.
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Real windows of the class.
    n : int
        Number of windows to make.
    rng : RandomState
        Source of randomness.
    real_share : float
        Share of real windows, from 0 to 1.
    jitter : bool
        Whether all are varied at random, and given levels and amplitudes of real windows.

    Returns
    -------
    new : ndarray of shape (n, n_channels, n_times)
        The generator's windows first.
    """
    n_real = round(real_share * n)
    generated = generator.sample(n - n_real, random_state=rng)
    new = np.concatenate([generated, copies(windows, n_real, rng)])
    if jitter:
        new = vary(new, windows, rng, **VARIATION)
    return new
