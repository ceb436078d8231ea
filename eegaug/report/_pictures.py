"""Figures as images that need nothing from outside the page."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from eegaug.plotting._base import Display
from eegaug.report._figures import FIGURES, FigureInput, FigureSpec

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["MAX_BYTES", "Picture", "draw_pictures"]

# Inches; small, so that letters stay readable when a phone shrinks the picture to its width.
SIZE, WIDE = (4.2, 3.3), (8.6, 3.3)
# Lines and letters follow the reader's light or dark theme.
STYLE = "<style>svg{--ink:#24292f;fill:var(--ink)}\
@media(prefers-color-scheme:dark){svg{--ink:#d7dce2}}</style>"
# A drawing with more characters than this becomes a bitmap, and its number of colours.
MAX_DRAWING, N_COLORS = 130_000, 256
#: Bytes of all pictures of a page, which stays below 3 MB with its text.
MAX_BYTES = 2_600_000


@dataclass(frozen=True)
class Picture:
    """A figure of the page: the image as a data URI, or the reason why it is left out."""

    spec: FigureSpec
    caption: str
    source: str | None
    missing: str | None = None
    display: Display | None = None


def draw_pictures(each: FigureInput, n_labels: int = 1) -> Iterator[Picture]:
    """Draw all figures of one label, so small that those of all labels have room on a page."""
    limit = min(MAX_DRAWING, MAX_BYTES // (n_labels * len(FIGURES)))
    n_channels = each.windows.real.shape[1]
    for spec in FIGURES:
        if not spec.applies(each):
            continue
        missing = spec.missing(each)
        if missing is not None:
            yield Picture(spec, "", None, missing)
            continue
        display, source = _draw(spec, each, limit)
        shows_channel = n_channels > 1 and spec.name in ("windows", "blinded", "nearest")
        caption = f"Channel {each.channel}. {spec.good}" if shows_channel else spec.good
        yield Picture(spec, caption, source, display=display)


def _draw(spec: FigureSpec, each: FigureInput, limit: int) -> tuple[Display, str]:
    """Return the display without its figure, and the image as a data URI."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=WIDE if spec.wide else SIZE, layout="constrained")
    display = spec.draw(each, figure.subplots())
    source = _svg_uri(figure)
    if len(source) > limit:
        source = _png_uri(figure)
    for name in [name for name in vars(display) if name.endswith("_")]:
        delattr(display, name)
    return display, source


def _svg_uri(figure: "Figure") -> str:
    buffer = BytesIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    svg = buffer.getvalue().decode()
    head, body = svg[svg.index("<svg") :].split(">", 1)
    body = body.replace("#000000", "var(--ink)")
    # Matplotlib salts these names at random; the same windows must make the same page.
    salted = r'id="([a-z]+[0-9a-f]{10})"'
    for number, name in enumerate(dict.fromkeys(re.findall(salted, body))):
        body = body.replace(name, f"i{number}")
    encoded = base64.b64encode(f"{head}>{STYLE}{body}".encode()).decode()
    return f"data:image/svg+xml;base64,{encoded}"


def _png_uri(figure: "Figure") -> str:
    from PIL import Image  # comes with matplotlib

    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=110, facecolor="white")
    image = Image.open(buffer).convert("RGB").quantize(N_COLORS)
    buffer = BytesIO()
    image.save(buffer, format="png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
