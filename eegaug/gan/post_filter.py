"""The post-filter in closed form. It corrects mean spectra and covariances of channels."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from eegaug.spectral import log_spectrum

__all__ = ["FilterTarget", "PostFilter", "filter_shapes", "filter_target", "fit_filter"]

# A higher gain would fit noise.
MAX_GAIN = 4.0
# Variance added to every channel, as a share of the mean: channels can depend linearly. It also
# bounds the gain of a mixing.
RIDGE = 1e-4
# More windows at a time need memory and save no time.
CHUNK = 512
# Multiplications of a product of matrices that BLAS still computes by one thread. Two threads
# need a hundred times as long where another program has one of the cores, and make other bits.
MAX_PRODUCT, MIN_COLUMNS = 2**18, 16


@dataclass(frozen=True)
class FilterTarget:
    """Target of a filter.

    The mean log spectrum, of shape (n_channels, n_times // 2 + 1), and covariances between
    channels, (n_bands, n_channels, n_channels): of the windows' levels, and of each octave.
    """

    spectrum: NDArray[np.float64]
    covariances: NDArray[np.float64]


@dataclass(frozen=True)
class PostFilter:
    """A linear filter of zero phase: gains, and matrices that mix the channels.

    Gains of amplitude, within a factor of 4, have the shape (n_rounds, n_channels, n_times // 2 +
    1); the mixings that follow each, one for frequency zero and one for each octave, (n_mixings,
    n_bands, n_channels, n_channels). A single channel has none.
    """

    gains: NDArray[np.float64]
    mixings: NDArray[np.float64]

    def apply(self, windows: NDArray) -> NDArray:
        """Filter windows."""
        n_times = windows.shape[-1]
        spectrum = fft.rfft(windows, axis=-1)
        for number, gain in enumerate(self.gains):
            spectrum = spectrum * gain.astype(spectrum.real.dtype)
            if number < len(self.mixings):
                spectrum = _mix(spectrum, self.mixings[number], n_times)
        return fft.irfft(spectrum, n=n_times, axis=-1).astype(windows.dtype)


def filter_shapes(n_channels: int, n_times: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a filter's arrays."""
    n_rounds, n_mixings = (1, 0) if n_channels == 1 else (2, 2)
    return {
        "gains": (n_rounds, n_channels, n_times // 2 + 1),
        "mixings": (n_mixings, len(_bands(n_times)), n_channels, n_channels),
    }


def filter_target(real: NDArray) -> FilterTarget:
    """Compute the target of a filter."""
    return FilterTarget(_mean_log_spectrum(real), _covariances(real))


def fit_filter(target: FilterTarget, synthetic: NDArray) -> PostFilter:
    """Find the filter that brings synthetic windows to the spectra and covariances of real ones.

    A generator trained on few windows has the right events long before the right mean spectrum,
    which takes one linear filter, as WaveGAN's post-filter (Donahue et al. 2019), but no
    training. Between covariances goes the matrix of optimal transport between Gaussians (Knott,
    Smith, J. Optim. Theory Appl. 43, 1984), for each octave and then for all. Each window is
    divided by its amplitude first, so that few do not rule (spatial sign covariance; Visuri,
    Koivunen, Oja, J. Stat. Plan. Inference 91, 2000). A mixing leaves the power of all channels
    together as it is: that is the gain's work.
    """
    shapes = filter_shapes(*synthetic.shape[1:])
    gains, mixings = np.ones(shapes["gains"]), np.empty(shapes["mixings"])
    gains[0] = _gain(target.spectrum, synthetic)
    for number in range(len(mixings)):
        if number:
            mixed = PostFilter(gains[:number], mixings[:number]).apply(synthetic)
            gains[number] = _gain(target.spectrum, mixed)
        coloured = PostFilter(gains[: number + 1], mixings[:number]).apply(synthetic)
        source = _covariances(coloured)
        mixings[number] = _mixing(source, target.covariances, by_octave=number == 0)
    return PostFilter(gains, mixings)


def _mean_log_spectrum(windows: NDArray) -> NDArray[np.float64]:
    return log_spectrum(windows, sfreq=1.0, fmin=0.0, fmax=1.0)[1]


def _gain(target: NDArray, windows: NDArray) -> NDArray[np.float64]:
    """Return the gain that brings the windows' mean log spectrum to the target."""
    difference = target - _mean_log_spectrum(windows)
    gain = np.exp(np.clip(0.5 * difference, -np.log(MAX_GAIN), np.log(MAX_GAIN)))
    # Spectra of centred windows have no information on frequency zero.
    gain[:, 0] = 1.0
    return gain


def _bands(n_times: int) -> list[slice]:
    """Return frequency zero and the octaves above, as indices of the frequencies of a window."""
    n_octaves = max(1, (n_times // 2 - 1).bit_length())
    edges = [0, *(2**i for i in range(n_octaves)), n_times // 2 + 1]
    return [slice(low, high) for low, high in pairwise(edges)]


def _mix(spectrum: NDArray, mixing: NDArray, n_times: int) -> NDArray:
    spectrum = np.ascontiguousarray(spectrum)
    mixed = np.empty_like(spectrum)
    # A real matrix treats real and imaginary parts alike, as neighbouring columns.
    source, target = spectrum.view(spectrum.real.dtype), mixed.view(spectrum.real.dtype)
    step = max(MIN_COLUMNS, MAX_PRODUCT // spectrum.shape[1] ** 2)
    for matrix, band in zip(mixing.astype(source.dtype), _bands(n_times), strict=True):
        for start in range(2 * band.start, 2 * band.stop, step):
            columns = slice(start, min(start + step, 2 * band.stop))
            np.matmul(matrix, source[..., columns], out=target[..., columns])
    return mixed


def _covariances(windows: NDArray) -> NDArray[np.float64]:
    """Return the covariances between channels, as in `FilterTarget`."""
    n_samples, n_channels, n_times = windows.shape
    bands = _bands(n_times)
    total = np.zeros((len(bands), n_channels, n_channels))
    for start in range(0, n_samples, CHUNK):
        spectrum = fft.rfft(windows[start : start + CHUNK], axis=-1)
        # The last frequency of an even length counts once, the others twice.
        if n_times % 2 == 0:
            spectrum[..., -1] /= np.sqrt(2)
        for of_kind in (spectrum[..., :1], spectrum[..., 1:]):
            amplitude = np.linalg.norm(of_kind, axis=(1, 2), keepdims=True)
            of_kind /= np.where(amplitude > 0, amplitude, 1.0)
        for covariance, band in zip(total, bands, strict=True):
            across = np.moveaxis(spectrum[..., band], 1, 0).reshape(n_channels, -1)
            # The real part of the product with the conjugate.
            across = np.ascontiguousarray(across).view(across.real.dtype)
            covariance += across @ across.T
    return total / n_samples


def _mixing(source: NDArray, target: NDArray, *, by_octave: bool) -> NDArray[np.float64]:
    """Return a matrix for levels and, for octaves, one each or the same to all."""
    if by_octave:
        pairs = zip(source, target, strict=True)
        return np.array([_transport(*pair) for pair in pairs])
    whole = _transport(source[1:].sum(axis=0), target[1:].sum(axis=0))
    return np.array([_transport(source[0], target[0]), *[whole] * (len(source) - 1)])


def _transport(source: NDArray, target: NDArray) -> NDArray[np.float64]:
    """Return the symmetric matrix that brings one covariance to the other, but for its power."""
    power, wanted = np.trace(source), np.trace(target)
    eye = np.eye(len(source))
    if power == 0 or wanted == 0:
        return eye
    ridge = RIDGE / len(source) * eye
    values, vectors = np.linalg.eigh(source / power + ridge)
    root = (vectors * np.sqrt(values)) @ vectors.T
    inverse = (vectors / np.sqrt(values)) @ vectors.T
    values, vectors = np.linalg.eigh(root @ (target / wanted + ridge) @ root)
    return inverse @ ((vectors * np.sqrt(values.clip(0))) @ vectors.T) @ inverse
