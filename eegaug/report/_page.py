"""The HTML page of one report; all that comes from the user is escaped here."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.metadata import version
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug.report._findings import (
    DISTANCE_LIMITS,
    NO_GROUPS,
    SCORE_LIMITS,
    SEVERITY,
    TOPICS,
    Finding,
    Verdict,
)
from eegaug.report._measure import CLASSIFIER_SHARE
from eegaug.report._pictures import MAX_BYTES, Picture
from eegaug.report._section import Section
from eegaug.report._summary import RULES, LabelSummary

__all__ = [
    "Budget",
    "fill_template",
    "number",
    "provenance_line",
    "render_figure",
    "render_page",
    "summary_line",
    "topics_of",
    "verdict_table",
]

# The colour of a verdict, and the words of those that do not speak for themselves.
COLORS = ("unknown", "good", "fair", "poor")
WORDS = {"fair": "in part", "poor": "not good", "unknown": "not known"}
CARDS = {
    "What is good": ("good",),
    "What is not": ("poor", "fair"),
    "What is not known": ("unknown",),
}


class Budget:
    """The bytes of pictures that a page may still hold."""

    def __init__(self) -> None:
        self.left = MAX_BYTES

    def admits(self, picture: Picture) -> bool:
        """Take the picture's bytes off where they are left."""
        size = len(picture.source or "")
        if size > self.left:
            return False
        self.left -= size
        return True


def render_page(sections: Sequence[Section], provenance: Mapping[str, Any]) -> str:
    """Render a whole page without scripts or references to anything outside it."""
    budget = Budget()
    body = [
        "".join(_light(number, each) for number, each in enumerate(sections)),
        _provenance(provenance),
        "<h2>Topics</h2>",
        _topic_table(sections),
        *(_section(number, each, budget) for number, each in enumerate(sections)),
    ]
    return fill_template("Quality of synthetic EEG windows", body, sections)


def fill_template(title: str, body: Iterable[str], sections: Iterable[Section]) -> str:
    """Put the parts into the page, with the explanations that every page has."""
    template = Template(files("eegaug.report").joinpath("page.html").read_text("utf-8"))
    no_groups = any(section.windows.groups is None for section in sections)
    return template.substitute(
        title=escape(title),
        version=escape(version("eegaug")),
        warning=f'<p class="warning" role="alert">{NO_GROUPS}</p>' if no_groups else "",
        distance_good=f"{DISTANCE_LIMITS[0]:g}",
        distance_fair=f"{DISTANCE_LIMITS[1]:g}",
        score_good=f"{100 * SCORE_LIMITS[0]:.0f} %",
        score_fair=f"{100 * SCORE_LIMITS[1]:.0f} %",
        rules="".join(
            f'<li><span class="light {light}"></span> {light}: {text}</li>'
            for light, text in RULES.items()
        ),
        body="\n".join(body),
    )


def topics_of(findings: Sequence[Finding]) -> dict[str, Verdict]:
    """Return the verdict of each topic that has a row in the table."""
    order = [*(topic.name for topic in TOPICS), "separation", "gain", "attack"]
    verdicts = {each.topic: each.verdict for each in findings}
    return {name: verdicts[name] for name in order if name in verdicts}


def chip(verdict: Verdict | None) -> str:
    """Return a verdict in its colour."""
    if verdict is None:
        return "–"
    return f'<span class="chip {_color(verdict)}">{WORDS.get(verdict, verdict)}</span>'


def summary_line(summary: LabelSummary) -> str:
    """Return the light and the sentence."""
    return (
        f'<span class="light {summary.light}" role="img" aria-label="{summary.light}"></span>'
        f"<span>{escape(summary.text)}.</span>"
    )


def number(value: float) -> str:
    """Return a number with three digits, or a dash where it is not known."""
    return "–" if np.isnan(value) else f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _light(place: int, section: Section) -> str:
    return (
        f'<p class="summary"><a href="#label-{place}" class="name">Label {_name(section)}</a> '
        f"{summary_line(section.summary)}</p>"
    )


def provenance_line(provenance: Mapping[str, Any]) -> str:
    """Return date, version, hash of the data, seed, and how recordings were held out."""
    return (
        f'<p class="faint">{provenance["date"]}, eegaug {escape(version("eegaug"))}, data '
        f"{provenance['data hash']}, seed {provenance['seed']}. Held out: "
        f"{escape(provenance['held out'])}.</p>"
    )


def _provenance(provenance: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(_flat(value))}</td></tr>'
        for name, value in provenance.items()
    )
    return (
        f"{provenance_line(provenance)}<details><summary>Provenance: hashes, parameters, versions"
        f'</summary><div class="scroll"><table class="provenance"><tbody>{rows}</tbody></table>'
        "</div></details>"
    )


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_flat(each)}" for name, each in value.items())
    return "none" if value is None else str(value)


def _topic_table(sections: Sequence[Section]) -> str:
    heads = "".join(
        f'<th scope="col"><a href="#label-{place}">{_name(section)}</a></th>'
        for place, section in enumerate(sections)
    )
    return verdict_table("label", heads, [topics_of(each.findings) for each in sections])


def verdict_table(corner: str, heads: str, verdicts: Sequence[Mapping[str, Verdict]]) -> str:
    """Return a table with a row for each topic and a column of verdicts for each head."""
    names = dict.fromkeys(name for each in verdicts for name in each)
    rows = "".join(
        f'<tr><th scope="row">{topic}</th>'
        + "".join(f"<td>{chip(each.get(topic))}</td>" for each in verdicts)
        + "</tr>"
        for topic in names
    )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">{corner}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _name(section: Section) -> str:
    return escape(str(section.windows.label))


def _color(verdict: Verdict) -> str:
    return COLORS[SEVERITY[verdict]]


def _section(place: int, section: Section, budget: Budget) -> str:
    pictures = "".join(render_figure(each, section, budget) for each in section.pictures)
    return (
        f'<section id="label-{place}"><h2>Label <span class="name">{_name(section)}</span></h2>'
        f'<p class="summary">{summary_line(section.summary)}</p>'
        f"<p>{_counts(section)}</p>"
        f'<h3>Figures</h3><p><span class="key real"></span> real '
        f'<span class="key synthetic"></span> synthetic</p>'
        f'<div class="figures">{pictures}</div>'
        f"<h3>Metrics</h3>{_table(section.table)}"
        f"<details><summary>In words: what is good, what is not, and what is not known</summary>"
        f'<div class="cards">{_cards(section.findings)}</div>{_strengths(section)}</details>'
        "</section>"
    )


def render_figure(
    picture: Picture, section: Section, budget: Budget, title: str | None = None
) -> str:
    """Return a figure with its caption, or the reason why it is left out."""
    spec, missing = picture.spec, picture.missing
    if missing is None and not budget.admits(picture):
        missing = f"The page would be too large. report.plot_{spec.name}() draws it."
    title = escape(spec.title if title is None else title)
    if missing is not None:
        body = f"<figcaption>Left out. {escape(missing)}</figcaption>"
    else:
        body = (
            f'<div class="picture"><img src="{picture.source}" alt="{title}, real and synthetic">'
            f"</div><figcaption>{escape(picture.caption)}</figcaption>{_answer(picture)}"
        )
    kind = ' class="wide"' if spec.wide else ""
    return f"<figure{kind}><h4>{title}</h4>{body}</figure>"


def _answer(picture: Picture) -> str:
    """Return the folded answer of a blinded figure."""
    if not getattr(picture.display, "blinded", False):
        return ""
    places = np.flatnonzero(picture.display.is_synthetic) + 1  # type: ignore[union-attr]
    return (
        "<details><summary>Answer</summary><p>Synthetic are "
        f"{', '.join(map(str, places))}.</p></details>"
    )


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


def _strengths(section: Section) -> str:
    """Return how strongly the sampler augments the windows of the label."""
    if section.windows.strengths is None:
        return ""
    lines = list(section.windows.strengths.reasons)
    if (share := section.windows.real_share) is not None:
        lines.append(f"share of real windows {share.share:.3g}: {share.reason}")
    items = "".join(f"<li>{escape(each)}</li>" for each in lines)
    return f"<h3>Augmentation by fit_resample</h3><ul>{items}</ul>"


def _table(table: pd.DataFrame) -> str:
    rows = []
    for _, row in table.iterrows():
        interval = f"{number(row['low'])} to {number(row['high'])}"
        numbers = (number(row["value"]), interval, *map(number, row[["real_vs_real", "ratio"]]))
        columns = "".join(f'<td class="number">{each}</td>' for each in numbers)
        name = escape(row["metric"].replace("_", " "))
        rows.append(
            f'<tr><th scope="row">{name}</th><td>{chip(row["verdict"])}</td>{columns}'
            f"<td>{row['better']}</td></tr>"
        )
    heads = ("metric", "verdict", "value", "95 %", "real vs real", "ratio", "better")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="scroll"><table class="metrics"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
