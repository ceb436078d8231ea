"""Power in the clinical bands."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eegaug.plotting._axes import REAL_COLOR, SYNTHETIC_COLOR, check_input, get_axes
from eegaug.spectral import EEG_BANDS, band_power

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BandPowerDisplay"]


class BandPowerDisplay:
    """Distributions of the windows' power in each band, real beside synthetic.

    Use `from_windows` to make one.

    Parameters
    ----------
    bands : list of str
        Names of the bands.
    real, synthetic : ndarray of shape (n_samples, n_bands)
        Power of each window in dB re 1 µV².

    Attributes
    ----------
    ax_ : Axes
        The axes.
    figure_ : Figure
        The figure.
    boxes_ : list of dict
        What `Axes.boxplot` gave, for the real windows first: median, quartiles, and whiskers
        over the middle 95 %.

    See Also
    --------
    eegaug.metrics.band_power_distance : The distance of the two.
    """

    def __init__(self, bands: list[str], real: NDArray, synthetic: NDArray):
        self.bands = bands
        self.real = real
        self.synthetic = synthetic

    @classmethod
    def from_windows(
        cls,
        X_real: ArrayLike,
        X_synthetic: ArrayLike,
        *,
        sfreq: float = 173.61,
        bands: dict[str, tuple[float, float]] | None = None,
        ax: "Axes | None" = None,
    ) -> "BandPowerDisplay":
        """Compute the powers and draw them.

        Parameters
        ----------
        X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
            Real windows.
        X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
            Synthetic windows.
        sfreq : float, default=173.61
            Sampling frequency in Hz.
        bands : dict of str to (float, float), default=None
            Lower and upper edge in Hz of each band; None takes `eegaug.spectral.EEG_BANDS`.
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : BandPowerDisplay
            The drawn display. Each channel of a window counts for itself. Bands that hold no
            frequency of the window are left out. A millionth of the real windows' mean power is
            added, so that silence has a logarithm.

        Raises
        ------
        ValueError
            If the windows do not match or hold no frequency of any band.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> import numpy as np
        >>> from eegaug.plotting import BandPowerDisplay
        >>> real, synthetic = np.random.default_rng(0).normal(size=(2, 30, 178))
        >>> display = BandPowerDisplay.from_windows(real, synthetic)
        >>> display.bands
        ['delta', 'theta', 'alpha', 'beta', 'gamma']
        >>> plt.close(display.figure_)
        """
        edges = EEG_BANDS if bands is None else bands
        real, synthetic = check_input(X_real, X_synthetic, sfreq)
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
        powers = [
            band_power(windows, sfreq=sfreq, bands=held).reshape(-1, len(held))
            for windows in (real, synthetic)
        ]
        floor = 1e-6 * powers[0].mean() or 1e-6
        levels = [10 * np.log10(power + floor) for power in powers]
        return cls(list(held), *levels).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> "BandPowerDisplay":
        """Draw the distributions.

        Parameters
        ----------
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : BandPowerDisplay
            The display itself.
        """
        self.ax_ = get_axes(ax)
        self.figure_ = self.ax_.figure
        places = np.arange(len(self.bands))
        self.boxes_ = []
        for name, color, levels, side in (
            ("real", REAL_COLOR, self.real, -0.2),
            ("synthetic", SYNTHETIC_COLOR, self.synthetic, 0.2),
        ):
            line = {"color": color}
            boxes = self.ax_.boxplot(
                levels,
                positions=places + side,
                widths=0.32,
                whis=(2.5, 97.5),
                showfliers=False,
                patch_artist=True,
                manage_ticks=False,
                boxprops={"facecolor": (color, 0.25), "edgecolor": color},
                medianprops=line,
                whiskerprops=line,
                capprops=line,
            )
            boxes["boxes"][0].set_label(name)
            self.boxes_.append(boxes)
        self.ax_.set_xticks(places, self.bands)
        self.ax_.set_ylabel("band power (dB re 1 µV²)")
        self.ax_.spines[["top", "right"]].set_visible(False)
        self.ax_.legend(loc="upper right", frameon=False)
        return self
