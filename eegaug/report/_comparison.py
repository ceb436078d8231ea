"""Reports of several samplers on the same data, side by side."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from eegaug.report._exports import Exports
from eegaug.report._numbers import as_json, section_numbers
from eegaug.report._page import (
    Budget,
    fill_template,
    number,
    provenance_line,
    render_figure,
    summary_line,
    topics_of,
    verdict_table,
)
from eegaug.report._section import Section

if TYPE_CHECKING:
    from eegaug.report._report import QualityReport

__all__ = ["ReportComparison", "compare_reports"]

# What must be equal, or numbers of one report mean something else in the other.
COMPARABLE = ("data hash", "held-out hash", "seed")
COMPARABLE_PARAMETERS = ("sfreq", "n_resamples", "max_windows")


class ReportComparison(Exports):
    """Several quality reports on the same real windows.

    Attributes
    ----------
    reports_ : dict of str to QualityReport
        The reports by name.

    See Also
    --------
    compare_reports : Makes it.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.report import compare_reports, quality_report
    >>> X = np.random.default_rng(0).normal(size=(60, 64))
    >>> y = np.repeat(["rest", "seizure"], 30)
    >>> reports = {
    ...     name: quality_report({"seizure": gain * X[30:]}, X, y, n_resamples=2, random_state=0)
    ...     for name, gain in (("loud", 5), ("right", 1))
    ... }
    >>> comparison = compare_reports(reports)
    >>> comparison.table_["report"].unique().tolist()
    ['loud', 'right']
    """

    def __init__(self, reports: "Mapping[str, QualityReport]") -> None:
        self.reports_ = dict(reports)

    @property
    def table_(self) -> pd.DataFrame:
        """DataFrame with a row for each report, label and metric.

        Columns are report and those of `QualityReport.table_`.
        """
        tables = [
            report.table_.assign(report=[name] * len(report.table_))
            for name, report in self.reports_.items()
        ]
        table = pd.concat(tables, ignore_index=True)
        return table[["report", *table.columns.drop("report")]]

    def to_html(self) -> str:
        """Return the page.

        Returns
        -------
        html : str
            A whole page below 3 MB that needs no script and no network.
        """
        labels: dict[str, dict[str, Section]] = {}
        for name, report in self.reports_.items():
            for section in report.sections_:
                labels.setdefault(str(section.windows.label), {})[name] = section
        budget = Budget()
        facts = next(iter(self.reports_.values())).provenance_
        parts = [provenance_line(facts)]
        parts += [_label_part(label, sections, budget) for label, sections in labels.items()]
        everything = [each for sections in labels.values() for each in sections.values()]
        return fill_template("Samplers side by side", parts, everything)

    def to_json(self) -> str:
        """Return all numbers.

        Returns
        -------
        text : str
            Strict JSON with the provenance and the numbers of each report.
        """
        return as_json(
            {
                name: {
                    "provenance": report.provenance_,
                    "labels": [section_numbers(each) for each in report.sections_],
                }
                for name, report in self.reports_.items()
            }
        )

    # Here as well, so that the reference shows it.
    save = Exports.save

    def __repr__(self) -> str:
        lines = [
            f"{name}: {label}: {summary}"
            for name, report in self.reports_.items()
            for label, summary in report.summaries_.items()
        ]
        return "\n".join(lines)


def compare_reports(reports: "Mapping[str, QualityReport]") -> ReportComparison:
    """Put reports on the same real windows side by side.

    Parameters
    ----------
    reports : dict of str to QualityReport
        At least two reports by the name of their sampler.

    Returns
    -------
    comparison : ReportComparison
        With `table_`, `to_html`, `to_json` and `save`. A notebook shows it as it is.

    Raises
    ------
    ValueError
        If there are fewer than two reports, or they differ in real windows, held-out windows,
        `random_state`, `sfreq`, `n_resamples` or `max_windows`: their numbers cannot be compared.

    See Also
    --------
    quality_report : Makes one.
    eegaug.evaluation.compare_samplers : Whether the windows help a classifier.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.report import compare_reports, quality_report
    >>> X = np.random.default_rng(0).normal(size=(60, 64))
    >>> y = np.repeat(["rest", "seizure"], 30)
    >>> reports = {
    ...     name: quality_report({"seizure": gain * X[30:]}, X, y, n_resamples=2, random_state=0)
    ...     for name, gain in (("loud", 5), ("right", 1))
    ... }
    >>> page = compare_reports(reports).to_html()
    """
    if len(reports) < 2:
        raise ValueError(
            f"The 'reports' parameter must hold at least two reports. Got {len(reports)}; add the "
            "report of another sampler."
        )
    for name, facts in {
        **{name: [each.provenance_[name] for each in reports.values()] for name in COMPARABLE},
        **{
            name: [each.provenance_["parameters"][name] for each in reports.values()]
            for name in COMPARABLE_PARAMETERS
        },
    }.items():
        if any(fact != facts[0] for fact in facts):
            raise ValueError(
                f"The 'reports' parameter must hold reports with the same {name}. Got "
                f"{dict(zip(reports, facts, strict=True))}; make them on the same "
                "windows with the same parameters."
            )
    return ReportComparison(reports)


def _label_part(label: str, sections: Mapping[str, Section], budget: Budget) -> str:
    """Return what the page says of one label."""
    lines = "".join(
        f'<p class="summary"><span class="name">{escape(name)}</span> '
        f"{summary_line(each.summary)}</p>"
        for name, each in sections.items()
    )
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in sections)
    topics = verdict_table(
        "topic", heads, [topics_of(each.findings) for each in sections.values()]
    )
    return (
        f'<section><h2>Label <span class="name">{escape(label)}</span></h2>{lines}{topics}'
        f"<h3>Figures</h3>{_figures(sections, budget)}"
        f"<h3>Metrics, in units of the real-vs-real reference</h3>{_ratios(sections, heads)}"
        "</section>"
    )


def _figures(sections: Mapping[str, Section], budget: Budget) -> str:
    """Return a row for each figure, with one picture of each report."""
    by_figure: dict[str, list[str]] = {}
    for name, section in sections.items():
        for each in section.pictures:
            # Guesses on blinded windows are made for one sampler at a time.
            if each.source is not None and each.spec.name != "blinded":
                title = f"{each.spec.title}: {name}"
                by_figure.setdefault(each.spec.name, []).append(
                    render_figure(each, section, budget, title)
                )
    rows = (f'<div class="figures">{"".join(row)}</div>' for row in by_figure.values())
    return f'<div class="compared">{"".join(rows)}</div>'


def _ratios(sections: Mapping[str, Section], heads: str) -> str:
    tables = [each.table.set_index("metric")["ratio"] for each in sections.values()]
    names = dict.fromkeys(name for table in tables for name in table.index)
    rows = "".join(
        f'<tr><th scope="row">{escape(name.replace("_", " "))}</th>'
        + "".join(
            f'<td class="number">{number(table.get(name, float("nan")))}</td>' for table in tables
        )
        + "</tr>"
        for name in names
    )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">metric</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
