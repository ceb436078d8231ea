"""Fixed embeddings of windows. None is fitted to data, so none favours a generator."""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances_chunked
from sklearn.utils import gen_batches

__all__ = ["Embedding", "distances_by_row", "embed", "embed_together"]

# "kernels": responses of random dilated convolution kernels under a fixed seed, in the manner of
# ROCKET (Dempster et al. 2020): 6 kernels of length 9 for each dilation 1, 2, 4, … that fits into
# the window. A kernel gives the logarithm of its response's root mean square and the share of
# samples at which the response exceeds a fixed multiple of it. Independent of the time within
# the window.
# "catch22": the 22 features of Lubba et al. (2019), mean and standard deviation of each channel.
# "raw": the samples. Two EEG windows of one process are nearly orthogonal as vectors, so
# distances between them show amplitude and little else.
# "shape": the samples at mean 0 and standard deviation 1 (a constant window is 0), which shows a
# copied waveform at any gain.
Embedding = Literal["kernels", "catch22", "raw", "shape"]

_KERNEL_LENGTH = 9
_KERNELS_PER_DILATION = 6
_BATCH_VALUES = 4_000_000  # 32 MB of unrolled windows at a time
_CHUNK_MEGABYTES = 64


def embed(windows: NDArray, embedding: Embedding, *, scale: float = 1.0) -> NDArray:
    """Describe each window by a row of features; "kernels" takes `scale` / 1000 as silence."""
    if embedding == "kernels":
        return _kernel_features(windows, scale)
    if embedding == "catch22":
        return _catch22_features(windows)
    if embedding == "raw":
        return windows.reshape(len(windows), -1)
    if embedding == "shape":
        centred = windows - windows.mean(axis=(1, 2), keepdims=True)
        spread = centred.std(axis=(1, 2), keepdims=True)
        # The rounding error of a constant window is not a waveform.
        silent = spread <= 1e-12 * np.abs(windows).max(axis=(1, 2), keepdims=True)
        centred = np.where(silent, 0.0, centred / np.where(silent, 1.0, spread))
        return centred.reshape(len(windows), -1)
    choices = ", ".join(repr(choice) for choice in get_args(Embedding))
    raise ValueError(
        f"The 'embedding' parameter must be one of {choices}. Got {embedding!r} instead."
    )


def embed_together(
    reference: NDArray, *others: NDArray, embedding: Embedding
) -> tuple[NDArray, ...]:
    """Embed sets of windows in one space, in units of the reference's spread of each feature."""
    scale = float(reference.std()) or 1.0
    features = [embed(windows, embedding, scale=scale) for windows in (reference, *others)]
    if embedding in ("raw", "shape"):
        return tuple(features)
    offset, spread = features[0].mean(axis=0), features[0].std(axis=0)
    # A feature that is constant over the reference keeps its own unit.
    spread[spread <= 1e-9 * np.maximum(1.0, np.abs(offset))] = 1.0
    return tuple((rows - offset) / spread for rows in features)


def distances_by_row(
    points: NDArray, centres: NDArray, reduce: Callable[[NDArray, int], NDArray]
) -> NDArray:
    """Reduce each row of the distances from points to centres, in chunks of 64 MB."""
    chunks = pairwise_distances_chunked(
        points, centres, reduce_func=reduce, working_memory=_CHUNK_MEGABYTES
    )
    return np.concatenate(list(chunks))


def _kernel_features(windows: NDArray, scale: float) -> NDArray:
    n_samples, n_channels, n_times = windows.shape
    length = min(_KERNEL_LENGTH, n_times)
    dilations = [2**j for j in range(n_times.bit_length()) if 2**j * (length - 1) < n_times]
    if length == 1:
        dilations = [1]
    rng = np.random.RandomState(0)
    weights = rng.normal(size=(len(dilations), _KERNELS_PER_DILATION, length, n_channels))
    thresholds = rng.uniform(-1, 1, size=(len(dilations), _KERNELS_PER_DILATION))
    if length > 1:
        weights -= weights.mean(axis=2, keepdims=True)
    weights /= np.sqrt((weights**2).sum(axis=(2, 3), keepdims=True))

    features = np.empty((len(dilations), 2, _KERNELS_PER_DILATION, n_samples))
    batch = max(1, _BATCH_VALUES // (n_channels * n_times * length))
    for rows in gen_batches(n_samples, batch):
        series = np.ascontiguousarray(windows[rows].swapaxes(0, 1)) / scale
        weights = weights.astype(series.dtype)
        for i, dilation in enumerate(dilations):
            n_out = n_times - (length - 1) * dilation
            response = _responses(series, weights[i], dilation, n_out)
            power = np.sqrt(np.einsum("kst,kst->ks", response, response) / n_out)
            above = response > (thresholds[i, :, np.newaxis] * power)[..., np.newaxis]
            features[i, 0, :, rows] = np.log(power + 1e-3)
            features[i, 1, :, rows] = np.count_nonzero(above, axis=-1) / n_out
    return np.ascontiguousarray(features.reshape(-1, n_samples).T)


def _responses(series: NDArray, kernels: NDArray, dilation: int, n_out: int) -> NDArray:
    """Convolve windows (n_channels, n_samples, n_times) with kernels (n, length, n_channels)."""
    n_kernels, length, n_channels = kernels.shape
    places = [slice(t * dilation, t * dilation + n_out) for t in range(length)]
    if n_channels <= n_kernels:
        unrolled = np.stack([series[..., place] for place in places])
        flat = unrolled.reshape(length * n_channels, -1)
        return (kernels.reshape(n_kernels, -1) @ flat).reshape(n_kernels, -1, n_out)
    # Of many channels fewer numbers are moved after the product than before it.
    taps = kernels.swapaxes(0, 1).reshape(-1, n_channels) @ series.reshape(n_channels, -1)
    taps = taps.reshape(length, n_kernels, *series.shape[1:])
    total = taps[0, ..., places[0]].copy()
    for tap, place in zip(taps[1:], places[1:], strict=True):
        total += tap[..., place]
    return total


def _catch22_features(windows: NDArray) -> NDArray:
    try:
        from pycatch22 import catch22_all
    except ImportError as error:
        raise ImportError(
            "embedding='catch22' needs pycatch22. Install it with pip install 'eegaug[metrics]', "
            "or use embedding='kernels'."
        ) from error
    features = [
        [value for channel in window for value in catch22_all(channel, catch24=True)["values"]]
        for window in windows
    ]
    # Some features are undefined for constant or very short windows.
    return np.nan_to_num(np.array(features, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
