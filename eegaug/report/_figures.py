"""A label's displays as images that need nothing from outside."""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from eegaug.plotting import (
    AmplitudeDisplay,
    BandPowerDisplay,
    EmbeddingDisplay,
    HistoryDisplay,
    NearestWindowsDisplay,
    PSDDisplay,
    WindowsDisplay,
)
from eegaug.plotting._history import COLUMNS
from eegaug.report._input import LabelWindows

__all__ = ["Picture", "draw_pictures"]

# Inches; small, so that letters stay readable when a phone shrinks the picture to its width.
SIZE = (4.2, 3.3)
# Lines and letters follow the reader's light or dark theme.
STYLE = "<style>svg{--ink:#24292f;fill:var(--ink)}\
@media(prefers-color-scheme:dark){svg{--ink:#d7dce2}}</style>"
MAX_POINTS = 200


@dataclass(frozen=True)
class Picture:
    """A figure of the page: title, caption, and the image as a data URI unless left out."""

    title: str
    caption: str
    source: str | None


def draw_pictures(
    windows: LabelWindows, *, sfreq: float | None, channel: int, seed: int
) -> list[Picture]:
    """Draw all figures of one label."""
    return [
        Picture(title, caption, None if draw is None else _data_uri(draw))
        for title, caption, draw in _plans(windows, sfreq, channel, seed)
    ]


def _plans(
    windows: LabelWindows, sfreq: float | None, channel: int, seed: int
) -> Iterator[tuple[str, str, Callable[..., Any] | None]]:
    pair = (windows.real, windows.synthetic)
    traces = f"Channel {channel}. " if windows.real.shape[1] > 1 else ""
    yield (
        "Windows",
        f"{traces}From quiet to loud; a row has one scale.",
        partial(WindowsDisplay.from_windows, *pair, sfreq=sfreq, channel=channel, n_windows=3),
    )
    unit = "windows" if windows.groups is None else "recordings"
    yield (
        "Spectra",
        f"Mean and 95 % bootstrap interval, of the real windows over {unit}.",
        partial(
            PSDDisplay.from_windows,
            *pair,
            sfreq=sfreq,
            groups_real=windows.groups,
            random_state=seed,
        ),
    )
    if sfreq is None:
        yield "Band power", "Left out: EEG bands are in Hz, and sfreq was not given.", None
    else:
        yield (
            "Band power",
            "Median, quartiles and the middle 95 % of the windows.",
            partial(BandPowerDisplay.from_windows, *pair, sfreq=sfreq),
        )
    yield (
        "Amplitude",
        "Standard deviation of each window, on a logarithmic scale.",
        partial(AmplitudeDisplay.from_windows, *pair),
    )
    n_points = min(*map(len, pair), MAX_POINTS)
    yield (
        "Embedding",
        f"A point is a window, {n_points} of each set: principal components of fixed convolution "
        "features. Real points without synthetic ones near them are variety that is missing.",
        partial(EmbeddingDisplay.from_windows, *pair, max_points=n_points, random_state=seed),
    )
    yield (
        "Closest to the training windows",
        f"{traces}The synthetic windows that come closest to any training window, and that "
        "window. A copy has a correlation r near 1.",
        partial(NearestWindowsDisplay.from_windows, *pair, sfreq=sfreq, channel=channel),
    )
    # Generators of other kinds have no history, or one of their own.
    if windows.history is not None and set(COLUMNS) <= set(windows.history):
        yield (
            "Training",
            "Losses, and the distances and scores that the monitor took during the training.",
            partial(HistoryDisplay.from_history, windows.history),
        )


def _data_uri(draw: Callable[..., Any]) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    draw(ax=figure.subplots())
    buffer = BytesIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    svg = buffer.getvalue().decode()
    head, body = svg[svg.index("<svg") :].split(">", 1)
    body = body.replace("#000000", "var(--ink)")
    # Matplotlib salts these names at random; the same windows must make the same page.
    for number, name in enumerate(dict.fromkeys(re.findall(r'id="([a-z][0-9a-f]{10})"', body))):
        body = body.replace(name, f"i{number}")
    encoded = base64.b64encode(f"{head}>{STYLE}{body}".encode()).decode()
    return f"data:image/svg+xml;base64,{encoded}"
