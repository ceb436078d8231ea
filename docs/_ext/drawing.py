"""Boxes and arrows as SVG inside a page, in the colours of the theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from docutils import nodes

LINE, GAP, PADDING = 15, 26, 8


@dataclass(frozen=True)
class Box:
    """A box: where its middle is, in columns, its row from the top, and its lines of text."""

    column: float
    row: int
    lines: Sequence[str]
    faint: str = ""


def draw(
    boxes: Mapping[str, Box], arrows: Sequence[tuple[str, str]], *, width: int, label: str
) -> nodes.raw:
    """Return a figure; `width` is that of a box in pixels, `label` is read out to the blind."""
    left = min(box.column for box in boxes.values())
    n_columns = max(box.column for box in boxes.values()) - left + 1
    n_rows = max(box.row for box in boxes.values()) + 1
    heights = [
        max(_height(box) for box in boxes.values() if box.row == row) for row in range(n_rows)
    ]
    tops = [sum(heights[:row]) + GAP * row + 2 for row in range(n_rows)]
    middles = {name: (box.column - left + 0.5) * (width + GAP) for name, box in boxes.items()}
    parts = []
    for start, end in arrows:
        y_start = tops[boxes[start].row] + _height(boxes[start])
        y_end = tops[boxes[end].row]
        parts.append(
            f'<line class="arrow" x1="{middles[start]:.0f}" y1="{y_start}" '
            f'x2="{middles[end]:.0f}" y2="{y_end - 2}" marker-end="url(#tip)"/>'
        )
    for name, box in boxes.items():
        x, y = middles[name], tops[box.row]
        parts.append(
            f'<rect x="{x - width / 2:.0f}" y="{y}" width="{width}" height="{_height(box)}" '
            f'rx="4"/>'
        )
        lines = [*((line, "") for line in box.lines), *([(box.faint, "faint")] * bool(box.faint))]
        for place, (line, kind) in enumerate(lines, start=1):
            parts.append(
                f'<text class="{kind}" x="{x:.0f}" y="{y + PADDING + LINE * place - 4}">'
                f"{escape(line)}</text>"
            )
    size = f"{n_columns * (width + GAP):.0f} {tops[-1] + heights[-1] + 4}"
    svg = (
        f'<div class="drawing"><svg viewBox="0 0 {size}" style="width: {size.split()[0]}px" '
        f'role="img" aria-label="{escape(label)}"><defs><marker id="tip" viewBox="0 0 6 6" '
        f'refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0 0 6 3 0 6z"/></marker></defs>{"".join(parts)}</svg></div>'
    )
    return nodes.raw("", svg, format="html")


def _height(box: Box) -> int:
    return 2 * PADDING + LINE * (len(box.lines) + bool(box.faint))
