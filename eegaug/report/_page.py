"""The HTML page; all that comes from the user is escaped here."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from importlib.resources import files
from string import Template

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug.report._figures import Picture
from eegaug.report._findings import (
    DISTANCE_LIMITS,
    NO_GROUPS,
    SCORE_LIMITS,
    SEVERITY,
    TOPICS,
    Finding,
    Verdict,
)
from eegaug.report._input import LabelWindows
from eegaug.report._measure import CLASSIFIER_SHARE, Measured

__all__ = ["Section", "render_page"]

# The colour of a verdict, and the words of those that do not speak for themselves.
COLORS = ("unknown", "good", "fair", "poor")
WORDS = {"fair": "in part", "poor": "not good", "unknown": "not known"}
CARDS = {
    "What is good": ("good",),
    "What is not": ("poor", "fair"),
    "What is not known": ("unknown",),
}


@dataclass(frozen=True)
class Section:
    """What the page says of one label."""

    windows: LabelWindows
    measured: Measured
    table: pd.DataFrame
    findings: Sequence[Finding]
    pictures: Sequence[Picture]


def render_page(sections: Sequence[Section]) -> str:
    """Render a whole page without scripts or references to anything outside it."""
    template = Template(files("eegaug.report").joinpath("page.html").read_text("utf-8"))
    no_groups = any(section.windows.groups is None for section in sections)
    return template.substitute(
        version=escape(version("eegaug")),
        warning=f'<p class="warning" role="alert">{NO_GROUPS}</p>' if no_groups else "",
        distance_good=f"{DISTANCE_LIMITS[0]:g}",
        distance_fair=f"{DISTANCE_LIMITS[1]:g}",
        score_good=f"{100 * SCORE_LIMITS[0]:.0f} %",
        score_fair=f"{100 * SCORE_LIMITS[1]:.0f} %",
        summary=_summary(sections),
        sections="\n".join(_section(number, each) for number, each in enumerate(sections)),
    )


def _summary(sections: Sequence[Section]) -> str:
    heads = "".join(
        f'<th scope="col"><a href="#label-{number}">{_name(section)}</a></th>'
        for number, section in enumerate(sections)
    )
    verdicts = [{each.topic: each.verdict for each in section.findings} for section in sections]
    rows = "".join(
        f'<tr><th scope="row">{topic}</th>'
        + "".join(f"<td>{_chip(each.get(topic))}</td>" for each in verdicts)
        + "</tr>"
        for topic in [*(topic.name for topic in TOPICS), "attack"]
        if any(topic in each for each in verdicts)
    )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">label</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _name(section: Section) -> str:
    return escape(str(section.windows.label))


def _color(verdict: Verdict) -> str:
    return COLORS[SEVERITY[verdict]]


def _chip(verdict: Verdict | None) -> str:
    if verdict is None:
        return "–"
    return f'<span class="chip {_color(verdict)}">{WORDS.get(verdict, verdict)}</span>'


def _section(number: int, section: Section) -> str:
    return (
        f'<section id="label-{number}"><h2>Label <span class="name">{_name(section)}</span></h2>'
        f"<p>{_counts(section)}</p>"
        f'<div class="cards">{_cards(section.findings)}</div>'
        f'<h3>Figures</h3><p><span class="key real"></span> real '
        f'<span class="key synthetic"></span> synthetic</p>'
        f'<div class="figures">{"".join(map(_figure, section.pictures))}</div>'
        f"<h3>Metrics</h3>{_table(section.table)}</section>"
    )


def _figure(picture: Picture) -> str:
    title = escape(picture.title)
    image = (
        f'<img src="{picture.source}" alt="{title}, real and synthetic">' if picture.source else ""
    )
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>"
    return f"<figure><h4>{title}</h4>{image}{caption}</figure>"


def _counts(section: Section) -> str:
    def count(kind: str, array: NDArray, groups: NDArray | None) -> str:
        recordings = "" if groups is None else f" of {len(np.unique(groups)):,} recordings"
        return f"{len(array):,} {kind} windows{recordings}"

    windows, measured = section.windows, section.measured
    parts = [
        count("synthetic", windows.synthetic, None),
        count("real", windows.real, windows.groups),
    ]
    if windows.holdout is not None:
        parts.append(count("held-out", windows.holdout, windows.groups_holdout))
    counts = ", ".join(parts) + "."
    if (measured.n_real, measured.n_synthetic) == (len(windows.real), len(windows.synthetic)):
        return counts
    evenly = "" if windows.groups is None else ", evenly from all recordings"
    return (
        f"{counts} The metrics are of {measured.n_real:,} real and {measured.n_synthetic:,} "
        f"synthetic windows drawn at random{evenly}, those of a classifier of up to "
        f"{1 / CLASSIFIER_SHARE:g} times as many; the attack and the figures are of all."
    )


def _cards(findings: Sequence[Finding]) -> str:
    cards = []
    for title, colors in CARDS.items():
        chosen = [finding for finding in findings if _color(finding.verdict) in colors]
        chosen.sort(key=lambda finding: -SEVERITY[finding.verdict])
        items = "".join(
            f'<li class="{_color(finding.verdict)}">{escape(finding.text)}</li>'
            for finding in chosen
        )
        if chosen:
            cards.append(f"<div><h3>{title}</h3><ul>{items}</ul></div>")
    return "".join(cards)


def _table(table: pd.DataFrame) -> str:
    rows = []
    for _, row in table.iterrows():
        interval = f"{_number(row['low'])} to {_number(row['high'])}"
        numbers = (_number(row["value"]), interval, *map(_number, row[["real_vs_real", "ratio"]]))
        cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
        name = escape(row["metric"].replace("_", " "))
        rows.append(
            f'<tr><th scope="row">{name}</th><td>{_chip(row["verdict"])}</td>{cells}'
            f"<td>{row['better']}</td></tr>"
        )
    heads = ("metric", "verdict", "value", "95 %", "real vs real", "ratio", "better")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="scroll"><table class="metrics"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
