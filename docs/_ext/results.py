"""Tables and figures of the benchmarks, made from the committed results when a page is read."""

import io
import sys
from pathlib import Path

import pandas as pd
from code_table import CodeTable
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from eegaug.evaluation import paired_differences

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from gain_results import RESULTS, paired_means, panel_means

SHORT = {"average_precision": "AP", "f1": "F1"}


def read(name: str) -> pd.DataFrame:
    """Return the rows of a results file."""
    return pd.read_json(RESULTS / f"{name}.jsonl", lines=True)


def gain_files() -> list[str]:
    """Return the numbers of recordings that have been measured, "all" last."""
    found = [path.stem.split("_")[1] for path in RESULTS.glob("gain_*.jsonl")]
    return sorted(found, key=lambda name: int(name) if name.isdigit() else 10**6)


def pair(rows: pd.DataFrame, sampler: str, baseline: str) -> pd.DataFrame:
    """Return the rows of two samplers on the folds that both have."""
    rows = rows[rows["sampler"].isin([sampler, baseline])]
    return rows[rows.duplicated(["classifier", "seed", "fold"], keep=False)]


def group_means(rows: pd.DataFrame, keys: list[str], figures: list[str]) -> pd.DataFrame:
    """Return the means of groups: by the first key, then the next, each as it first occurs."""
    for key in keys:
        rows = rows.assign(**{key: pd.Categorical(rows[key], rows[key].unique())})
    return rows.groupby(keys, observed=True)[figures].mean()


def number(value: float) -> str:
    """Return a figure with three digits."""
    return "" if pd.isna(value) else f"{value:.3f}"


class GainTable(CodeTable):
    """Samplers and classifiers with one number of recordings: ``gain-table:: 5 f1``."""

    required_arguments = 2

    def rows(self):
        """Yield the header, then a row a sampler."""
        recordings, metric = self.arguments
        rows = read(f"gain_{recordings}")
        table = paired_means(rows, metric)
        yield "sampler", *table.columns, "mean"
        for sampler, means in table.iterrows():
            yield sampler, *map(number, means), number(means.mean(skipna=False))


class FigureTable(CodeTable):
    """All figures of one number of recordings, as means of the panel: ``figure-table:: 5``."""

    required_arguments = 1

    def rows(self):
        """Yield the header, then a row a sampler."""
        rows = read(f"gain_{self.arguments[0]}")
        figures = ["average_precision", "roc_auc", "f1", "balanced_accuracy"]
        figures += ["sensitivity_at_95_specificity"]
        yield "sampler", *(name.replace("_", " ") for name in figures)
        for sampler, means in panel_means(rows, figures).iterrows():
            yield sampler, *map(number, means)


class VerdictTable(CodeTable):
    """`GANOversampler` against a baseline: ``verdict-table:: jitter``."""

    required_arguments = 1

    def rows(self):
        """Yield the header, then a row a number of recordings and a classifier."""
        yield (
            "recordings",
            "classifier",
            *(f"{short}, difference (95 %)" for short in SHORT.values()),
            "cells harmed (AP)",
            "verdict (AP, F1)",
        )
        for recordings in gain_files():
            rows = pair(read(f"gain_{recordings}"), "GANOversampler", self.arguments[0])
            parts = [
                paired_differences(rows, baseline=self.arguments[0], metric=metric).set_index(
                    "classifier"
                )
                for metric in SHORT
            ]
            for classifier in parts[0].index:
                found = [part.loc[classifier] for part in parts]
                yield (
                    recordings,
                    classifier,
                    *(f"{f.mean_difference:+.3f} ({f.lower:+.3f}, {f.upper:+.3f})" for f in found),
                    f"{found[0].harm_rate:.0%}",
                    ", ".join(f.verdict for f in found),
                )


class HarmTable(CodeTable):
    """How often each sampler harms, and by how much it moves the panel's mean."""

    def rows(self):
        """Yield the header, then a row a sampler."""
        files = gain_files()
        yield "sampler", *(f"{name} recordings" for name in files)
        found: dict[str, dict[str, str]] = {}
        for name in files:
            rows = read(f"gain_{name}")
            for sampler in rows["sampler"].unique():
                if sampler == "none":
                    continue
                part = paired_differences(pair(rows, sampler, "none"), baseline="none")
                found.setdefault(sampler, {})[name] = (
                    f"{part['mean_difference'].mean():+.3f}, {part['harm_rate'].mean():.0%}"
                )
        for sampler, cells in found.items():
            yield sampler, *(cells.get(name, "") for name in files)


class AboutTable(CodeTable):
    """What the gain was measured with, and how long it took."""

    def rows(self):
        """Yield the header, then a row a number of recordings."""
        facts = {
            name: pd.read_json(RESULTS / f"gain_{name}.about.json", typ="series")
            for name in gain_files()
        }
        yield "recordings", "seeds", "cells", *next(iter(facts.values())).index
        for name, about in facts.items():
            rows = read(f"gain_{name}")
            seeds = ", ".join(map(str, sorted(set(rows["seed"]))))
            cells = len(rows.drop_duplicates(["sampler", "seed", "fold"]))
            yield name, seeds, str(cells), *map(str, about)


class MeansTable(CodeTable):
    """Means of a results file: ``means-table:: neonatal classifier,sampler f1,average_precision``.

    A fourth argument, as ``n_groups=5``, chooses rows.
    """

    required_arguments = 3
    optional_arguments = 1

    def rows(self):
        """Yield the header, then a row a group."""
        name, groups, figures, *where = self.arguments
        keys, columns = groups.split(","), figures.split(",")
        rows = read(name)
        for condition in where:
            column, value = condition.split("=")
            rows = rows[rows[column].astype(str) == value]
        yield *keys, *(column.replace("_", " ") for column in columns)
        for group, row in group_means(rows, keys, columns).iterrows():
            yield *(group if isinstance(group, tuple) else (group,)), *map(number, row)


class LeakageTable(CodeTable):
    """Average precision and F1 in the three designs of an experiment, side by side."""

    def rows(self):
        """Yield the header, then a row a classifier and sampler."""
        keys, figures = ["classifier", "sampler", "design"], ["average_precision", "f1"]
        table = group_means(read("leakage"), keys, figures)
        cells = table.map(number).agg(", ".join, axis=1).unstack()
        yield *keys[:2], *cells.columns
        for names, row in cells.iterrows():
            yield *names, *row


class ResultsFigure(SphinxDirective):
    """A figure of results: ``results-figure:: gain``, or another name in `FIGURES`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the figure as SVG in the page, or nothing where nothing was measured."""
        figure = FIGURES[self.arguments[0]]()
        if figure is None:
            return []
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", bbox_inches="tight")
        svg = buffer.getvalue()
        svg = svg[svg.index("<svg") :]
        return [nodes.raw("", f'<div class="results-figure">{svg}</div>', format="html")]


def gain_figure():
    """Draw the panel's mean difference to none over the number of recordings."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.4), layout="constrained")
    axes = figure.subplots(1, 2)
    files = gain_files()
    for ax, (metric, short) in zip(axes, SHORT.items(), strict=True):
        for sampler in ("SMOTE", "jitter", "jitter, recombined", "GANOversampler"):
            means = []
            for name in files:
                rows = read(f"gain_{name}")
                if sampler in set(rows["sampler"]):
                    differences = paired_differences(pair(rows, sampler, "none"), metric=metric)
                    means.append((name, differences["mean_difference"].mean()))
            ax.plot(*zip(*means, strict=True), marker="o", markersize=4, label=sampler)
        ax.axhline(0, color="grey", linewidth=0.8)
        ax.set(xlabel="seizure recordings in training", title=f"{short}, difference to none")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False, fontsize=8)
    return figure


def leakage_figure():
    """Draw what each design of an experiment would report."""
    from matplotlib.figure import Figure

    rows = read("leakage")
    designs = list(dict.fromkeys(rows["design"]))
    samplers = list(dict.fromkeys(rows["sampler"]))
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    axes = figure.subplots(1, rows["classifier"].nunique(), sharey=True)
    for ax, (classifier, part) in zip(axes, rows.groupby("classifier", sort=False), strict=True):
        table = part.pivot_table("f1", "design", "sampler").loc[designs, samplers]
        for place, design in enumerate(designs):
            ax.barh(
                [i + 0.27 * (place - 1) for i in range(len(samplers))],
                table.loc[design],
                height=0.25,
                label=design,
            )
        ax.set(title=classifier, xlabel="F1", xlim=(0.4, 1), yticks=range(len(samplers)))
        ax.set_yticklabels(samplers)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
    )
    return figure


FIGURES = {"gain": gain_figure, "leakage": leakage_figure}
DIRECTIVES = {
    "gain-table": GainTable,
    "figure-table": FigureTable,
    "verdict-table": VerdictTable,
    "harm-table": HarmTable,
    "about-table": AboutTable,
    "means-table": MeansTable,
    "leakage-table": LeakageTable,
    "results-figure": ResultsFigure,
}
