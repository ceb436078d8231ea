"""Layouts, scaling and dtypes of windows.

Users hold windows flat, ``(n_samples, n_times)``, or in 3-D,
``(n_samples, n_channels, n_times)``. Everything inside the library works on the
3-D layout in floating point; only Keras needs the channels last. All transposing,
scaling and casting happens in this module.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, DTypeLike, NDArray

from eegaug._window_checks import ImplausibleWindowsWarning, as_numbers

__all__ = [
    "ImplausibleWindowsWarning",
    "WindowScaler",
    "cast_like",
    "channels_first",
    "channels_last",
    "to_3d",
]

# From the first to the last decile of a normal distribution of unit deviation.
NORMAL_RANGE = 2.563
# Statistics of a channel do not change with more samples.
MAX_SAMPLES = 2**22
#: Largest distance of a new window from the offset, as a multiple of that of real windows. Of
#: 20,000 windows that jitter made of single-channel EEG none was beyond 7. With many channels,
#: which combine the amplitude of one window with the peak of another, 1 in 1000 was beyond 30.
MAX_REACH_FACTOR = 10.0


def to_3d(X: ArrayLike, *, name: str = "X") -> NDArray[np.floating]:
    """Return windows in the 3-D layout as floating point.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows; flat ones have a single channel.
    name : str, default="X"
        Name of the windows in error messages.

    Returns
    -------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        A view where the dtype was float32 or float64 already, else float64.

    Raises
    ------
    ValueError
        If `X` has neither two nor three dimensions, or holds anything but real numbers.

    See Also
    --------
    cast_like : The inverse.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.windows import to_3d
    >>> to_3d(np.zeros((5, 178))).shape
    (5, 1, 178)
    """
    array = as_numbers(X.to_numpy() if isinstance(X, pd.DataFrame) else X, name=name)
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    # Not by a new axis, whose stride of 0 would tell the array from its copy in a hash.
    return array.reshape(len(array), 1, array.shape[1]) if array.ndim == 2 else array


def cast_like(windows: NDArray, dtype: DTypeLike, *, ndim: int) -> NDArray:
    """Return 3-D windows in the layout and dtype the user's data have.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Finite windows in floating point.
    dtype : dtype
        Integers are rounded and clipped to the dtype's range, never wrapped.
    ndim : {2, 3}
        Number of dimensions of the result; 2 flattens a single channel.

    Returns
    -------
    X : ndarray of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        Windows in the user's layout and dtype; a view if the dtype is the same.

    See Also
    --------
    to_3d : The inverse.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.windows import cast_like
    >>> cast_like(np.array([[[0.6, 200.0]]]), np.int8, ndim=2)
    array([[  1, 127]], dtype=int8)
    """
    target: np.dtype[Any] = np.dtype(dtype)
    if target == windows.dtype:
        pass  # no copy
    elif target.kind in "iu":
        info = np.iinfo(target)
        # The largest 64-bit integer is not a float. The next float below it is safe.
        highest = np.nextafter(np.float64(info.max), 0) if target.itemsize == 8 else info.max
        windows = np.clip(np.rint(windows.astype(np.float64)), info.min, highest)
    elif target.kind == "b":
        windows = windows >= 0.5
    elif target.kind == "f":
        limits = np.finfo(target)
        windows = np.clip(windows, limits.min, limits.max)
    windows = windows.astype(target, copy=False)
    # -1 for the length is an error if there are no windows.
    return windows.reshape(len(windows), math.prod(windows.shape[1:])) if ndim == 2 else windows


def channels_last(windows: NDArray) -> NDArray:
    """Turn ``(n_samples, n_channels, n_times)`` into Keras' ``(n_samples, n_times, n_channels)``.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        Windows of this library.

    Returns
    -------
    windows : ndarray of shape (n_samples, n_times, n_channels)
        Contiguous float32.

    See Also
    --------
    channels_first : The inverse.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.windows import channels_last
    >>> channels_last(np.zeros((5, 2, 178))).shape
    (5, 178, 2)
    """
    return np.ascontiguousarray(np.swapaxes(windows, 1, 2), dtype=np.float32)


def channels_first(windows: NDArray) -> NDArray:
    """Turn Keras' ``(n_samples, n_times, n_channels)`` into ``(n_samples, n_channels, n_times)``.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_times, n_channels)
        Windows of a Keras model.

    Returns
    -------
    windows : ndarray of shape (n_samples, n_channels, n_times)
        A view.

    See Also
    --------
    channels_last : The inverse.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.windows import channels_first
    >>> channels_first(np.zeros((5, 178, 2))).shape
    (5, 2, 178)
    """
    return np.swapaxes(windows, 1, 2)


@dataclass(frozen=True)
class WindowScaler:
    """Offset and scale of each channel, learned from the training windows alone.

    Attributes
    ----------
    offset : ndarray of shape (n_channels, 1)
        Median over all samples of the channel, in the data's unit (usually µV).
    scale : ndarray of shape (n_channels, 1)
        Range from the first to the last decile divided by 2.563, the range of a normal
        distribution of unit deviation, in the data's unit. A few windows with artefacts hardly
        change it. The standard deviation if the deciles are equal, and 1 for a constant channel.
    reach : ndarray of shape (n_channels, 1)
        Largest distance of any sample from the offset, in the data's unit.

    See Also
    --------
    to_3d : The required layout.

    Notes
    -----
    Of more than four million samples in a channel, evenly spaced windows are used.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.windows import WindowScaler
    >>> windows = np.random.default_rng(0).normal(50, 10, (20, 1, 100))
    >>> scaler = WindowScaler.from_windows(windows)
    >>> np.allclose(scaler.invert(scaler.apply(windows)), windows)
    True
    """

    offset: NDArray[np.float64]
    scale: NDArray[np.float64]
    reach: NDArray[np.float64]

    @classmethod
    def from_windows(cls, windows: NDArray) -> "WindowScaler":
        """Learn the offset and the scale from 3-D windows.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_channels, n_times)
            Training windows.

        Returns
        -------
        scaler : WindowScaler
            The scaler.
        """
        step = 1 + windows.shape[0] * windows.shape[2] // MAX_SAMPLES
        channels = [
            _offset_and_scale(windows[::step, channel].astype(np.float64))
            for channel in range(windows.shape[1])
        ]
        offset, scale = np.array(channels).T[..., np.newaxis]
        ends = (end(axis=(0, 2)).astype(np.float64) for end in (windows.min, windows.max))
        with np.errstate(over="ignore"):
            distances = [np.abs(end[:, np.newaxis] - offset) for end in ends]
        return cls(offset, scale, np.minimum(np.maximum(*distances), np.finfo(np.float64).max))

    def apply(self, windows: NDArray) -> NDArray[np.float32]:
        """Scale windows to the unit of the networks.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_channels, n_times)
            Windows in the data's unit.

        Returns
        -------
        scaled : ndarray of shape (n_samples, n_channels, n_times)
            Float32, of a deviation of about 1 over the training windows.
        """
        return ((windows - self.offset) / self.scale).astype(np.float32)

    def invert(self, scaled: NDArray) -> NDArray[np.float64]:
        """Undo `apply`.

        Parameters
        ----------
        scaled : ndarray of shape (n_samples, n_channels, n_times)
            Windows in the networks' unit.

        Returns
        -------
        windows : ndarray of shape (n_samples, n_channels, n_times)
            Float64, in the data's unit.
        """
        return np.asarray(scaled, np.float64) * self.scale + self.offset

    def bound(self, windows: NDArray) -> NDArray:
        """Shrink windows that are far beyond all training windows.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_channels, n_times)
            Finite windows in the data's unit.

        Returns
        -------
        bounded : ndarray of shape (n_samples, n_channels, n_times)
            Of the same dtype. No sample is further from the offset of its channel than 10 times
            the reach. A window beyond that is shrunk about the offset, all channels by one
            factor. This keeps its waveform and the ratios between channels; clipping would not.
            All other windows are unchanged. A channel that is constant over all training
            windows stays constant.
        """
        limit = MAX_REACH_FACTOR * self.reach
        highest, lowest = windows.max(axis=-1, keepdims=True), windows.min(axis=-1, keepdims=True)
        distance = np.maximum(highest - self.offset, self.offset - lowest)
        factor = np.ones_like(distance)
        np.divide(limit, distance, out=factor, where=(distance > limit) & (limit > 0))
        factor = factor.min(axis=1, keepdims=True)
        far = np.flatnonzero(factor < 1)
        if not len(far) and limit.all():
            return windows
        windows = windows.copy()
        windows[far] = self.offset + factor[far] * (windows[far] - self.offset)
        for channel in np.flatnonzero(limit == 0):
            windows[:, channel] = self.offset[channel]
        return windows


def evenly(n: int, limit: int) -> NDArray[np.intp]:
    """Return up to `limit` indices, evenly spaced over `n`."""
    return np.linspace(0, n - 1, min(n, limit)).round().astype(int)


def is_constant(windows: NDArray) -> bool:
    """Return whether all channels of all windows are constant."""
    # Window by window, as the first one mostly decides.
    return all((each == each[..., :1]).all() for each in windows)


def _offset_and_scale(samples: NDArray[np.float64]) -> tuple[float, float]:
    low, offset, high = np.quantile(samples, [0.1, 0.5, 0.9])
    # Divided first, as the difference may overflow.
    scale = high / NORMAL_RANGE - low / NORMAL_RANGE
    if scale > 0:
        return offset, scale
    deviation = samples - offset
    peak = np.abs(deviation).max()
    if peak == 0:
        return offset, 1.0
    # Dividing by the peak first keeps the squares in range for any unit of measurement.
    return offset, peak * np.sqrt(np.mean((deviation / peak) ** 2))
