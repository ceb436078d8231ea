"""The HTML page; all that comes from the user is escaped here."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from importlib.resources import files
from string import Template

import numpy as np
import pandas as pd

from eegaug.report._figures import Picture
from eegaug.report._findings import (
    DISTANCE_LIMITS,
    SCORE_LIMITS,
    SEVERITY,
    TOPICS,
    Finding,
)
from eegaug.report._measure import LabelWindows

__all__ = ["Section", "render_page"]

WORDS = {"good": "good", "fair": "in part", "poor": "not good", "unknown": "not known"}
CARDS = (
    ("What is good", ("good",)),
    ("What is not", ("poor", "fair")),
    ("What is not known", ("unknown",)),
)


@dataclass(frozen=True)
class Section:
    """What the page says of one label."""

    windows: LabelWindows
    table: pd.DataFrame
    findings: Sequence[Finding]
    pictures: Sequence[Picture]


def render_page(sections: Sequence[Section]) -> str:
    """Render the page.

    Parameters
    ----------
    sections : sequence of Section
        One for each label.

    Returns
    -------
    html : str
        A whole page without scripts or references to anything outside it.
    """
    template = Template(files("eegaug.report").joinpath("page.html").read_text("utf-8"))
    return template.substitute(
        version=escape(version("eegaug")),
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
    rows = []
    for topic in [*(topic.name for topic in TOPICS), "attack"]:
        verdicts = [_verdict(section, topic) for section in sections]
        if any(verdicts):
            cells = "".join(f"<td>{_chip(verdict)}</td>" for verdict in verdicts)
            rows.append(f'<tr><th scope="row">{topic}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">label</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _verdict(section: Section, topic: str) -> str | None:
    return next((each.verdict for each in section.findings if each.topic == topic), None)


def _name(section: Section) -> str:
    return escape(str(section.windows.label))


def _chip(verdict: str | None) -> str:
    return f'<span class="chip {verdict}">{WORDS[verdict]}</span>' if verdict else "–"


def _section(number: int, section: Section) -> str:
    pictures = "".join(
        f"<figure><h4>{escape(picture.title)}</h4>"
        f'<img src="{picture.source}" alt="{escape(picture.title)}, real and synthetic">'
        f"<figcaption>{escape(picture.caption)}</figcaption></figure>"
        for picture in section.pictures
    )
    return (
        f'<section id="label-{number}"><h2>Label <span class="name">{_name(section)}</span></h2>'
        f"<p>{_counts(section.windows)}</p>"
        f'<div class="cards">{_cards(section.findings)}</div>'
        f'<h3>Figures</h3><p><span class="key real"></span> real '
        f'<span class="key synthetic"></span> synthetic</p><div class="figures">{pictures}</div>'
        f"<h3>Metrics</h3>{_table(section.table)}</section>"
    )


def _counts(windows: LabelWindows) -> str:
    def count(n_samples: int, groups: np.ndarray | None) -> str:
        recordings = "" if groups is None else f" of {len(np.unique(groups)):,} recordings"
        return f"{n_samples:,} {{}} windows{recordings}"

    parts = [
        count(len(windows.synthetic), None).format("synthetic"),
        count(len(windows.real), windows.groups).format("real"),
    ]
    if windows.holdout is not None:
        parts.append(count(len(windows.holdout), windows.groups_holdout).format("held-out"))
    return ", ".join(parts) + "."


def _cards(findings: Sequence[Finding]) -> str:
    cards = []
    for title, verdicts in CARDS:
        chosen = [finding for finding in findings if finding.verdict in verdicts]
        chosen.sort(key=lambda finding: -SEVERITY[finding.verdict])
        items = "".join(
            f'<li class="{finding.verdict}">{escape(finding.text)}</li>' for finding in chosen
        )
        if chosen:
            cards.append(f"<div><h3>{title}</h3><ul>{items}</ul></div>")
    return "".join(cards)


def _table(table: pd.DataFrame) -> str:
    rows = []
    for _, row in table.iterrows():
        interval = f"{_number(row['low'])} to {_number(row['high'])}"
        cells = "".join(
            f'<td class="number">{cell}</td>'
            for cell in (
                _number(row["value"]),
                interval,
                _number(row["floor"]),
                _number(row["ratio"]),
            )
        )
        name = escape(row["metric"].replace("_", " "))
        rows.append(
            f'<tr><th scope="row">{name}</th><td>{_chip(row["verdict"])}</td>{cells}'
            f"<td>{row['better']}</td></tr>"
        )
    heads = ("metric", "verdict", "value", "95 %", "floor", "ratio", "better")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="scroll"><table class="metrics"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
