"""Tables and figures of the benchmarks of speed, from the newest run of each."""

import pandas as pd
from code_table import CodeTable
from docutils import nodes
from results import FIGURES, RESULTS
from rows import newest
from speed_results import GATE, TABLES, growth_curves, quality_curves


def measured(name: str) -> pd.DataFrame:
    """Return the newest rows of a results file, none where it was not made yet."""
    return newest(RESULTS / f"{name}.jsonl")


def machine(rows: pd.DataFrame) -> str:
    """Tell when and on what the rows were measured."""
    row = rows.iloc[-1]
    packages = ("tensorflow", "scikit-learn", "imbalanced-learn", "numpy")
    told = ", ".join(f"{name} {row[name]}" for name in packages if isinstance(row.get(name), str))
    cpu = f" ({row['cpu']})" if row["cpu"] else ""
    cores = " or ".join(str(n) for n in sorted(rows["cores"].unique(), reverse=True))
    plural = "" if cores == "1" else "s"
    return f"Measured on {row['run'][:10]}, {cores} core{plural}{cpu}, with {told}."


class SpeedTable(CodeTable):
    """A table of `benchmarks/speed_results.py`: ``speed-table:: step``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table, and below it what it was measured on."""
        rows = measured(self.arguments[0])
        if rows.empty:
            return [nodes.paragraph("", f"Not measured yet: benchmarks/{self.arguments[0]}.py.")]
        return [*super().run(), nodes.paragraph("", machine(rows))]

    def rows(self):
        """Yield the header, then the rows."""
        name = self.arguments[0]
        table = TABLES[name](measured(name))
        yield tuple(table.columns)
        yield from table.itertuples(index=False)


def growth_figure():
    """Draw seconds over windows, samples and channels, and the memory of a large majority."""
    from matplotlib.figure import Figure

    rows = measured("growth")
    if rows.empty:
        return None
    rows = growth_curves(rows)
    labels = {
        "n_windows": "windows in the class",
        "n_times": "samples of a window",
        "n_channels": "channels",
    }
    axes_of = [axis for axis in (*labels, "majority") if axis in set(rows["axis"])]
    figure = Figure(figsize=(9, 2.8), layout="constrained")
    for ax, axis in zip(figure.subplots(1, len(axes_of), squeeze=False)[0], axes_of, strict=True):
        part = rows[rows["axis"] == axis]
        if axis == "majority":
            for result, sizes in part.groupby("result", sort=False):
                memory = sizes["bytes_peak"] / 1e9
                ax.plot(sizes["size"], memory, marker="o", markersize=4, label=result)
            ax.set(xlabel="windows", ylabel="peak memory, GB")
            ax.legend(frameon=False, fontsize=8)
        else:
            ax.plot(part["size"], part["seconds"], marker="o", markersize=4)
            ax.set(xlabel=labels[axis], ylabel="seconds of fit_resample")
        ax.set_xscale("log")
        ax.set_ylim(bottom=0)
        ax.spines[["top", "right"]].set_visible(False)
    return figure


def quality_figure():
    """Draw how near each peer's windows come to the reference's over seconds."""
    from matplotlib.figure import Figure

    rows = measured("time_to_quality")
    if rows.empty:
        return None
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    ax = figure.subplots()
    for peer, curve in quality_curves(rows).groupby("peer", sort=False):
        curve = curve.sort_values("seconds")
        ax.plot(curve["seconds"], curve["nearest"], marker="o", markersize=4, label=peer)
    ax.axhline(GATE, color="grey", linewidth=0.8)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="seconds",
        ylabel="larger of the two distances,\nover the reference's",
    )
    ax.legend(frameon=False, fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    return figure


DIRECTIVES = {"speed-table": SpeedTable}
FIGURES |= {"growth": growth_figure, "quality": quality_figure}
