"""Correlation matrices of channels, and scalp maps of band power."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug._electrodes import electrode_positions, parse_channels
from eegaug.plotting._base import PAIR, Display, check_input, split_axes
from eegaug.spectral import EEG_BANDS, band_power

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BandPowerMapDisplay", "ChannelCovarianceDisplay"]


@dataclass(eq=False, repr=False)
class ChannelCovarianceDisplay(Display):
    """Correlation of channels, real beside synthetic, and the difference.

    Attributes
    ----------
    real, synthetic : ndarray of shape (n_channels, n_channels)
        Correlation of each pair of channels, from -1 to 1.
    ch_names : list of str
        Names of the channels.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    axes_ : ndarray of Axes
        The panels: real, synthetic, synthetic less real.
    images_ : list of AxesImage
        The three matrices.

    See Also
    --------
    eegaug.metrics.covariance_distance : The distance of the two.
    BandPowerMapDisplay : Power of each channel, on the head.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("ch_names", "real", "synthetic")

    real: NDArray
    synthetic: NDArray
    ch_names: list[str]

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        ch_names: Sequence[str] | None = None,
        sfreq: float | None = None,
        band: tuple[float, float] | None = None,
        ax: "Axes | None" = None,
    ) -> "ChannelCovarianceDisplay":
        """Compute the matrices and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_channels, n_times)
            Real and synthetic windows of at least 2 channels.
        ch_names : sequence of str, default=None
            Names of the channels; None numbers them from 0.
        sfreq : float or None, default=None
            Sampling frequency in Hz. None counts frequencies in cycles/sample.
        band : (float, float), default=None
            Lower and upper edge of a band, in Hz or in cycles/sample: the matrix is then the real
            part of the coherency there. None takes all frequencies but zero, which is the
            correlation.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ChannelCovarianceDisplay
            The drawn display. Each window counts by its power. A channel without any is
            correlated with none.

        Raises
        ------
        ValueError
            If the windows do not match, have one channel or another number than names, or hold
            no frequency of the band.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import ChannelCovarianceDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 3, 64))
        >>> display = ChannelCovarianceDisplay.from_windows(real, synthetic)
        >>> display.real.shape
        (3, 3)
        >>> plt.close(display.figure_)
        """
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
        n_channels, n_times = real.shape[1:]
        if n_channels < 2:
            raise ValueError(
                "X_real must have at least 2 channels. Got 1; give windows of several channels."
            )
        names = _checked_names(ch_names, n_channels)
        freqs = np.fft.rfftfreq(n_times, 1 / (sfreq or 1))
        low, high = (0.0, np.inf) if band is None else band
        held = (freqs > 0) & (freqs >= low) & (freqs <= high)
        if not held.any():
            raise ValueError(
                f"The 'band' parameter must hold a frequency of the windows, {freqs[1]:.3g} to "
                f"{freqs[-1]:.3g}. Got {band!r} instead."
            )
        matrices = [_coherency(each, held) for each in (real, synthetic)]
        return cls(matrices[0], matrices[1], names).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        self.axes_ = split_axes(ax, 1, 3, sharey="row")[0]
        matrices = [self.real, self.synthetic, self.synthetic - self.real]
        titles = [*PAIR, "difference"]
        self.images_ = []
        for panel, matrix, title in zip(self.axes_, matrices, titles, strict=True):
            image = panel.imshow(matrix, vmin=-1, vmax=1, cmap="RdBu_r", aspect="auto")
            self.images_.append(image)
            panel.set_title(title, color=PAIR.get(title, "black"), fontsize="medium")
            places = np.arange(len(self.ch_names))
            panel.set_xticks(places, self.ch_names, rotation=90, fontsize="x-small")
        self.axes_[0].set_yticks(places, self.ch_names, fontsize="x-small")
        self.figure_.colorbar(image, ax=self.axes_, label="correlation", shrink=0.8)


@dataclass(eq=False, repr=False)
class BandPowerMapDisplay(Display):
    """Maps of band power over the scalp, real above synthetic.

    Attributes
    ----------
    bands : list of str
        Names of the bands.
    real, synthetic : ndarray of shape (n_bands, n_channels)
        Mean power of each channel in dB re 1 µV².
    ch_names : list of str
        Names of the channels.
    ax_, figure_ : Axes and Figure
        The axes and their figure.
    axes_ : ndarray of Axes of shape (2, n_bands)
        The maps.

    See Also
    --------
    BandPowerDisplay : The same powers as distributions.
    ChannelCovarianceDisplay : Correlation of the channels.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("bands", "ch_names", "real", "synthetic")

    bands: list[str]
    real: NDArray
    synthetic: NDArray
    ch_names: list[str] = field(default_factory=list)

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        ch_names: Sequence[str],
        sfreq: float,
        bands: Mapping[str, tuple[float, float]] | None = None,
        ax: "Axes | None" = None,
    ) -> "BandPowerMapDisplay":
        """Compute the powers and draw them.

        Parameters
        ----------
        X_real, X_synthetic : array-like of shape (n_samples, n_channels, n_times)
            Real and synthetic windows of at least 3 channels.
        ch_names : sequence of str
            Their names: electrodes of the 10-20 or 10-10 system, or pairs of them, which are
            drawn half-way between the two.
        sfreq : float
            Sampling frequency in Hz.
        bands : dict of str to (float, float), default=None
            Lower and upper edge in Hz of each band; None takes `eegaug.spectral.EEG_BANDS`.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : BandPowerMapDisplay
            The drawn display. Logarithms are averaged over windows. Bands that hold no frequency
            of the windows are left out. Both maps of a band have one scale.

        Raises
        ------
        ValueError
            If the windows or the names do not match, or a name has no place on the head.
        ImportError
            If matplotlib or MNE-Python is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import BandPowerMapDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 4, 64))
        >>> names = ["F3", "F4", "P3", "P4"]
        >>> display = BandPowerMapDisplay.from_windows(real, synthetic, ch_names=names, sfreq=64)
        >>> display.bands
        ['delta', 'theta', 'alpha', 'beta', 'gamma']
        >>> plt.close(display.figure_)
        """
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
        names = _checked_names(ch_names, real.shape[1])
        if len(names) < 3:
            raise ValueError(f"X_real must have at least 3 channels for a map. Got {len(names)}.")
        places_on_head(names)
        edges = dict(EEG_BANDS if bands is None else bands)
        freqs = np.fft.rfftfreq(real.shape[2], 1 / sfreq)
        held = {
            name: (low, high)
            for name, (low, high) in edges.items()
            if ((freqs >= low) & (freqs < high)).any()
        }
        if not held:
            raise ValueError(
                f"Windows of {real.shape[2]} samples at sfreq={sfreq} Hz hold no frequency of the "
                f"bands {', '.join(edges)}. Use longer windows or other bands."
            )
        powers = [band_power(each, sfreq=sfreq, bands=held) for each in (real, synthetic)]
        least = 1e-6 * powers[0].mean() or 1e-6
        levels = [10 * np.log10(power + least).mean(axis=0).T for power in powers]
        return cls(list(held), levels[0], levels[1], names).plot(ax)

    def _draw(self, ax: "Axes") -> None:
        from mne.viz import plot_topomap

        self.axes_ = split_axes(ax, 2, len(self.bands))
        places = places_on_head(self.ch_names)
        for column, band in enumerate(self.bands):
            pair = self.real[column], self.synthetic[column]
            limits = min(map(np.min, pair)), max(map(np.max, pair))
            for panel, levels in zip(self.axes_[:, column], pair, strict=True):
                image, _ = plot_topomap(
                    levels, places, axes=panel, vlim=limits, cmap="viridis", show=False, sphere=1.0
                )
            self.axes_[0, column].set_title(band, fontsize="medium")
            self.figure_.colorbar(
                image, ax=self.axes_[:, column], location="bottom", label="dB", shrink=0.7
            )
        for panel, (name, color) in zip(self.axes_[:, 0], PAIR.items(), strict=True):
            panel.annotate(
                name, (-0.15, 0.5), xycoords="axes fraction", rotation=90, va="center", color=color
            )


def _checked_names(ch_names: Sequence[str] | None, n_channels: int) -> list[str]:
    names = list(map(str, range(n_channels) if ch_names is None else ch_names))
    if len(names) != n_channels:
        raise ValueError(
            f"The 'ch_names' parameter must name each channel of the windows. Got {len(names)} "
            f"names for {n_channels} channels."
        )
    return names


def places_on_head(ch_names: Sequence[str]) -> NDArray[np.float64]:
    """Return where channels lie, seen from above, with the equator as a circle of radius 1."""
    channels = parse_channels(ch_names, what="The 'ch_names' parameter")
    ends = [[each.electrode, each.against or each.electrode] for each in channels]
    middle = electrode_positions([end for pair in ends for end in pair])
    middle = middle.reshape(len(ends), 2, 3).mean(axis=1)
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    # Equidistant from the vertex, as maps of the head are drawn.
    angle = np.arccos(np.clip(middle[:, 2], -1, 1)) / (np.pi / 2)
    flat = middle[:, :2] / np.maximum(np.linalg.norm(middle[:, :2], axis=1, keepdims=True), 1e-9)
    return angle[:, np.newaxis] * flat


def _coherency(windows: NDArray, held: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the real part of the coherency of all pairs of channels over some frequencies."""
    n_channels = windows.shape[1]
    across = np.fft.rfft(windows, axis=-1)[..., held].swapaxes(0, 1).reshape(n_channels, -1)
    spectra = across.real @ across.real.T + across.imag @ across.imag.T
    power = np.sqrt(np.diag(spectra))
    scale = np.outer(power, power)
    return np.divide(spectra, scale, out=np.zeros_like(spectra), where=scale > 0)
