"""Figures of the benchmarks, from whatever results exist; None where nothing was measured."""

import pandas as pd
import speed_tables
from results import RESULTS, newest, read
from tables import SELECTION, SHORT, gain_rows, numbers_of, pair, panel_means

from eegaug.evaluation import paired_differences

#: The samplers in the figure of the gain.
DRAWN = ("class weights", "SMOTE", "jitter", "GANOversampler")

#: Numbers of recordings in the figure of ranks.
RANKED = ("2", "4")


def gain_figure(metric="average_precision", folder=RESULTS):
    """Draw the panel's mean difference to none over the number of recordings, by data set."""
    rows = read("gain", folder)
    if rows.empty:
        return None
    names = list(rows["set"].unique())
    figure = _figure(1.2 + 2 * len(names), 2.8)
    axes = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for ax, name in zip(axes, names, strict=True):
        of_set = gain_rows(folder, name)
        for sampler in DRAWN:
            means = []
            for k in numbers_of(of_set):
                both = pair(of_set[of_set["k"] == k], sampler, "none")
                if both["sampler"].nunique() == 2:
                    found = paired_differences(both, metric=metric)
                    means.append((k, found["mean_difference"].mean()))
            if means:
                ax.plot(*zip(*means, strict=True), marker="o", markersize=4, label=sampler)
        ax.axhline(0, color="grey", linewidth=0.8)
        ax.set_title(name, fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel(f"{SHORT[metric]}, difference to none")
    figure.supxlabel("seizure recordings in training", fontsize=9)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(DRAWN), frameon=False)
    return figure


def ranks_figure(metric="average_precision", folder=RESULTS):
    """Draw mean ranks of the samplers over data sets and numbers of recordings.

    A bar joins samplers that Nemenyi's test does not tell apart (Demšar, JMLR 7, 2006). Only
    samplers that were measured in every block take part.
    """
    rows = read("gain", folder)
    if rows.empty:
        return None
    rows = rows[rows["k"].isin(RANKED) & (rows["sampler"] != SELECTION)]
    blocks = {
        (name, k): panel_means(part, [metric])[metric]
        for (name, k), part in rows.groupby(["set", "k"], sort=False)
    }
    values = pd.DataFrame(blocks).dropna().T
    if len(values) < 2 or values.shape[1] < 3:
        return None
    import scikit_posthocs

    figure = _figure(8, 2.6)
    ranks = values.rank(axis=1, ascending=False).mean()
    different = scikit_posthocs.posthoc_nemenyi_friedman(values.reset_index(drop=True))
    scikit_posthocs.critical_difference_diagram(ranks, different, ax=figure.subplots())
    return figure


def leakage_figure(folder=RESULTS):
    """Draw what each design of an experiment would report."""
    rows = read("leakage", folder)
    if rows.empty:
        return None
    designs, samplers = (list(rows[key].unique()) for key in ("design", "sampler"))
    figure = _figure(8, 3.2)
    axes = figure.subplots(1, rows["classifier"].nunique(), sharey=True, squeeze=False)[0]
    for ax, (classifier, part) in zip(axes, rows.groupby("classifier", sort=False), strict=True):
        table = part.pivot_table("f1", "design", "sampler").reindex(designs)[samplers]
        for place, design in enumerate(designs):
            places = [i + 0.27 * (place - 1) for i in range(len(samplers))]
            ax.barh(places, table.loc[design], height=0.25, label=design)
        ax.set(title=classifier, xlabel="F1", xlim=(0.4, 1))
        ax.set_yticks(range(len(samplers)), samplers)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
    )
    return figure


def growth_figure(folder=RESULTS):
    """Draw seconds over windows, samples and channels, and the memory of a large majority."""
    rows = newest("growth", folder)
    if rows.empty:
        return None
    rows = speed_tables.growth_curves(rows)
    labels = {
        "n_windows": "windows in the class",
        "n_times": "samples of a window",
        "n_channels": "channels",
    }
    axes_of = [axis for axis in (*labels, "majority") if axis in set(rows["axis"])]
    figure = _figure(9, 2.8)
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


def quality_figure(folder=RESULTS):
    """Draw how near each peer's windows come to the reference's over seconds."""
    rows = newest("time_to_quality", folder)
    if rows.empty:
        return None
    figure = _figure(7, 3.4)
    ax = figure.subplots()
    for peer, curve in speed_tables.quality_curves(rows).groupby("peer", sort=False):
        curve = curve.sort_values("seconds")
        ax.plot(curve["seconds"], curve["nearest"], marker="o", markersize=4, label=peer)
    ax.axhline(speed_tables.GATE, color="grey", linewidth=0.8)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="seconds",
        ylabel="larger of the two distances,\nover the reference's",
    )
    ax.legend(frameon=False, fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    return figure


def _figure(width, height):
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


#: By the name in the documentation.
PICTURES = {
    "gain": gain_figure,
    "ranks": ranks_figure,
    "leakage": leakage_figure,
    "growth": growth_figure,
    "quality": quality_figure,
}
