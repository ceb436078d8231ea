"""New windows from a generator and from real windows, side by side."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.over_sampling._transforms import copies, vary
from eegaug.windows import WindowScaler

__all__ = ["mix"]

# Chosen on splits of their own (see the experiment log); stronger filters won on some and lost
# on others.
FILTER = 0.5
REAL_SCALE = 0.5
# The generator makes amplitudes of its own.
GENERATED_SCALE = 0.3


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
        Whether all are varied at random.

    Returns
    -------
    new : ndarray of shape (n, n_channels, n_times)
        The generator's windows first.
    """
    n_real = round(real_share * n)
    generated = generator.sample(n - n_real, random_state=rng)
    real = copies(windows, n_real, rng)
    if jitter:
        offset = WindowScaler.from_windows(windows).offset
        generated = vary(generated, offset, rng, scale=GENERATED_SCALE, filter=FILTER)
        real = vary(real, offset, rng, scale=REAL_SCALE, filter=FILTER)
    return np.concatenate([generated, real])
