"""The figures of a label, in the order of the page; a further figure is one entry in FIGURES."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from eegaug._electrodes import parse_channels
from eegaug.plotting import (
    AmplitudeDisplay,
    AutocorrelationDisplay,
    BandPowerDisplay,
    BandPowerMapDisplay,
    ChannelCovarianceDisplay,
    EmbeddingDisplay,
    GainDisplay,
    HistoryDisplay,
    LineLengthDisplay,
    NearestWindowsDisplay,
    PSDDisplay,
    SeparationDisplay,
    SpectrogramDisplay,
    WindowsDisplay,
)
from eegaug.plotting._base import Display
from eegaug.plotting._history import COLUMNS
from eegaug.report._input import LabelWindows
from eegaug.report._measure import Measured

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FIGURES", "FigureInput", "FigureSpec"]

MAX_POINTS = 200


@dataclass(frozen=True)
class FigureInput:
    """All that a figure may show."""

    windows: LabelWindows
    measured: Measured
    sfreq: float | None
    channel: int
    seed: int
    ch_names: list[str] | None = None

    @property
    def pair(self) -> tuple:
        """The real and the synthetic windows."""
        return self.windows.real, self.windows.synthetic


@dataclass(frozen=True)
class FigureSpec:
    """A figure: its name in `plot_NAME`, its title, what good looks like, and how it is drawn."""

    name: str
    title: str
    good: str
    draw: "Callable[[FigureInput, Axes | None], Display]"
    #: Why the figure is left out, for the page; None draws it.
    missing: Callable[[FigureInput], str | None] = lambda each: None
    #: Where False, the page does not mention the figure.
    applies: Callable[[FigureInput], bool] = lambda each: True
    wide: bool = False


def _windows(blinded: bool) -> "Callable[[FigureInput, Axes | None], Display]":
    return lambda each, ax: WindowsDisplay.from_windows(
        *each.pair,
        sfreq=each.sfreq,
        channel=each.channel,
        # Other windows than those of the open figure, or the answer would be known.
        random_state=each.seed + blinded,
        blinded=blinded,
        ax=ax,
    )


def _history_is_known(each: FigureInput) -> bool:
    # Generators of other kinds have no history, or one of their own.
    history = each.windows.history
    return history is not None and set(COLUMNS) <= set(history)


def _has_channels(each: FigureInput) -> bool:
    return each.windows.real.shape[1] > 1


def _why_no_map(each: FigureInput) -> str | None:
    """Return why there is no map of the scalp."""
    if each.sfreq is None:
        return "EEG bands are in Hz, and sfreq was not given."
    if each.ch_names is None or len(each.ch_names) < 3:
        return "A map needs at least 3 channels with names as ch_names."
    if find_spec("mne") is None:
        return "It needs MNE-Python: pip install 'eegaug[mne]'."
    try:
        parse_channels(each.ch_names, what="The 'ch_names' parameter")
    except ValueError as error:
        return str(error)
    return None


def _draw_gain(each: FigureInput, ax: "Axes | None") -> Display:
    gain = each.measured.gain
    return GainDisplay.from_scores(gain.without, gain.augmented, gain.difference, ax=ax)


FIGURES: tuple[FigureSpec, ...] = (
    FigureSpec(
        "windows",
        "Random windows",
        "Good: the traces on the right could stand on the left. All are drawn at random. All have "
        "one scale.",
        _windows(False),
        wide=True,
    ),
    FigureSpec(
        "blinded",
        "Blinded windows",
        "Good: you cannot tell which are synthetic. Note your guesses before you open the answer. "
        "By chance half of them are right.",
        _windows(True),
        wide=True,
    ),
    FigureSpec(
        "gain",
        "Gain of a quick classifier",
        "Good: the interval of the gain lies above 0. Intervals are 95 %, over held-out "
        "recordings.",
        _draw_gain,
        missing=lambda each: (
            None if len(each.measured.gain.without) else each.measured.gain.reason
        ),
    ),
    FigureSpec(
        "psd",
        "Spectra",
        "Good: the synthetic mean stays inside the grey band, where 90 % of real recordings are. "
        "Intervals of the means are 95 %, by bootstrap.",
        lambda each, ax: PSDDisplay.from_windows(
            *each.pair,
            sfreq=each.sfreq,
            groups_real=each.windows.groups,
            random_state=each.seed,
            ax=ax,
        ),
    ),
    FigureSpec(
        "band_power",
        "Band power",
        "Good: boxes and whiskers of a band are alike. Shown are median, quartiles and the "
        "middle 95 % of the windows.",
        lambda each, ax: BandPowerDisplay.from_windows(*each.pair, sfreq=each.sfreq, ax=ax),
        missing=lambda each: (
            "EEG bands are in Hz, and sfreq was not given." if each.sfreq is None else None
        ),
    ),
    FigureSpec(
        "autocorrelation",
        "Autocorrelation",
        "Good: the synthetic curve stays inside the grey band. A repetition at one lag that real "
        "windows do not have shows as a peak.",
        lambda each, ax: AutocorrelationDisplay.from_windows(
            *each.pair, sfreq=each.sfreq, groups_real=each.windows.groups, ax=ax
        ),
    ),
    FigureSpec(
        "spectrogram",
        "Mean spectrogram",
        "Good: both panels have the same pattern. Edges or stripes at fixed times are artefacts "
        "of a generator.",
        lambda each, ax: SpectrogramDisplay.from_windows(
            *each.pair, sfreq=each.sfreq, random_state=each.seed, ax=ax
        ),
    ),
    FigureSpec(
        "amplitude",
        "Amplitude",
        "Good: the two distributions overlap, tails included. The axis is logarithmic.",
        lambda each, ax: AmplitudeDisplay.from_windows(*each.pair, ax=ax),
    ),
    FigureSpec(
        "line_length",
        "Line length",
        "Good: the two distributions overlap. Larger values are rougher or louder windows.",
        lambda each, ax: LineLengthDisplay.from_windows(*each.pair, ax=ax),
    ),
    FigureSpec(
        "embedding",
        "Embedding",
        "Good: both kinds fill the same region. Real points without synthetic ones near them are "
        "missing variety. Axes are principal components of fixed convolution features.",
        lambda each, ax: EmbeddingDisplay.from_windows(
            *each.pair,
            max_points=min(*map(len, each.pair), MAX_POINTS),
            random_state=each.seed,
            ax=ax,
        ),
    ),
    FigureSpec(
        "separation",
        "Separation",
        "Good: synthetic windows are separated no better than a real recording from the other "
        "recordings. A dotted line marks chance; a bar is the median.",
        lambda each, ax: SeparationDisplay.from_scores(
            each.measured.separation.recordings, each.measured.separation.synthetic, ax=ax
        ),
        missing=lambda each: (
            None if len(each.measured.separation.recordings) else each.measured.separation.reason
        ),
    ),
    FigureSpec(
        "nearest",
        "Nearest training windows",
        "Good: the pairs differ. These are the synthetic windows that come nearest to a training "
        "window; a copy has a correlation r near 1.",
        lambda each, ax: NearestWindowsDisplay.from_windows(
            *each.pair, sfreq=each.sfreq, channel=each.channel, ax=ax
        ),
    ),
    FigureSpec(
        "covariance",
        "Correlation of channels",
        "Good: the third matrix is pale. It is the difference of the two others.",
        lambda each, ax: ChannelCovarianceDisplay.from_windows(
            *each.pair, ch_names=each.ch_names, sfreq=each.sfreq, ax=ax
        ),
        applies=_has_channels,
        wide=True,
    ),
    FigureSpec(
        "scalp_map",
        "Band power over the scalp",
        "Good: the maps of a band have the same pattern. Both have one scale. MNE interpolates "
        "between the electrodes.",
        lambda each, ax: BandPowerMapDisplay.from_windows(
            *each.pair, ch_names=each.ch_names or [], sfreq=each.sfreq or 1.0, ax=ax
        ),
        missing=_why_no_map,
        applies=_has_channels,
        wide=True,
    ),
    FigureSpec(
        "history",
        "Training",
        "Good: the mean ratio falls and stays low, and the losses do not run away.",
        lambda each, ax: HistoryDisplay.from_history(each.windows.history, ax=ax),
        applies=_history_is_known,
    ),
)
