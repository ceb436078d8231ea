"""Tables and figures of the benchmarks, from the committed results, when a page is read."""

import io
import sys
from pathlib import Path

import pandas as pd
from code_table import CodeTable
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import pictures
import speed_tables
import tables
from results import newest, read


class ResultsTable(CodeTable):
    """A table of ``benchmarks/tables.py`` with its arguments: ``figure-table:: 4 bonn``.

    Where nothing was measured, the page says so.
    """

    optional_arguments = 9

    def run(self) -> list[nodes.Node]:
        """Return the table, or a note."""
        self.table = self.find()
        if self.table.empty:
            place = " ".join([self.name, *self.arguments])
            return [nodes.paragraph("", f"Not measured yet ({place}).")]
        return super().run()

    def find(self) -> pd.DataFrame:
        """Return the table, empty where nothing was measured."""
        return tables.TABLES[self.name.removesuffix("-table")](*self.arguments)

    def rows(self):
        """Yield the header, then the rows."""
        yield tuple(self.table.columns)
        yield from self.table.itertuples(index=False)


class ClassifierTable(ResultsTable):
    """Classifiers on a data set, two recordings of seizures and no sampler."""

    required_arguments = 1
    optional_arguments = 0
    final_argument_whitespace = True

    def find(self) -> pd.DataFrame:
        """Return the mean average precision and F1 of each classifier, the lowest first."""
        rows = read("gain")
        if rows.empty:
            return rows
        chosen = (rows["set"] == self.arguments[0]) & (rows["k"].astype(str) == "2")
        rows = rows[chosen & (rows["sampler"] == "none")]
        table = tables.group_means(rows, ["classifier"], ["average_precision", "f1"])
        table = table.sort_values("average_precision").map(tables.number).reset_index()
        return table.rename(columns={"average_precision": "average precision", "f1": "F1"})


class SpeedTable(ResultsTable):
    """A table of ``benchmarks/speed_tables.py``, and what it was measured on."""

    def run(self) -> list[nodes.Node]:
        """Return the table and a line below, or a note."""
        found = super().run()
        return found if self.table.empty else [*found, nodes.paragraph("", machine(self.newest))]

    def find(self) -> pd.DataFrame:
        """Return the table of the newest run of each part."""
        (name,) = self.arguments
        self.newest = newest(name)
        return self.newest if self.newest.empty else speed_tables.TABLES[name](self.newest)


def machine(rows: pd.DataFrame) -> str:
    """Say when and on what the rows were measured."""
    row = rows.iloc[-1]
    packages = ("tensorflow", "scikit-learn", "imbalanced-learn", "numpy")
    used = ", ".join(f"{name} {row[name]}" for name in packages if isinstance(row.get(name), str))
    cpu = f" ({row['cpu']})" if row["cpu"] else ""
    cores = " or ".join(str(n) for n in sorted(rows["cores"].unique(), reverse=True))
    plural = "" if cores == "1" else "s"
    return f"Measured on {row['run'][:10]}, {cores} core{plural}{cpu}, with {used}."


class ResultsFigure(SphinxDirective):
    """A figure of ``benchmarks/pictures.py``: ``results-figure:: gain``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the figure as SVG in the page, or nothing where nothing was measured."""
        figure = pictures.PICTURES[self.arguments[0]]()
        if figure is None:
            return []
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", bbox_inches="tight")
        svg = buffer.getvalue()
        svg = svg[svg.index("<svg") :]
        return [nodes.raw("", f'<div class="results-figure">{svg}</div>', format="html")]


DIRECTIVES = {
    **{f"{name}-table": ResultsTable for name in tables.TABLES},
    "classifier-table": ClassifierTable,
    "speed-table": SpeedTable,
    "results-figure": ResultsFigure,
}
