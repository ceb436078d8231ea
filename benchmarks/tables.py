"""Tables and figures of the benchmarks, from whatever results exist.

    python benchmarks/run.py tables [--to FOLDER]

A table is a DataFrame of text; an empty one where nothing was measured. The README has its table
between `<!-- results: gain 5 10 -->` and `<!-- end of results -->`; this command writes it there,
and with `--to` also every table (as text) and figure (as SVG) of the documentation. The pages take
them from here when they are built.
"""

import re
from pathlib import Path

import pandas as pd
import speed_tables
from results import HERE, RESULTS, newest, read

from eegaug.evaluation import paired_differences

README = HERE.parent / "README.md"
PLACE = re.compile(r"(<!-- results: gain ([\w ]+) -->\n).*?(<!-- end of results -->)", re.DOTALL)
SHORT = {"average_precision": "AP", "f1": "F1", "f1_tuned": "F1, tuned", "brier": "Brier"}
FIGURES = [*SHORT, "roc_auc", "balanced_accuracy", "sensitivity_at_95_specificity"]
RUN = ["classifier", "seed", "fold"]
#: The sampler that is judged, and those in the figure.
JUDGED, DRAWN = "GANOversampler", ("SMOTE", "jitter", "jitter, recombined", "GANOversampler")


# Rows and means


def gain_rows(folder=RESULTS, name="bonn", k=None):
    """Return the rows of the gain of one data set, and of one number of recordings."""
    rows = read("gain", folder)
    if rows.empty:
        return rows
    rows = rows[rows["set"] == name].assign(k=lambda each: each["k"].astype(str))
    return rows if k is None else rows[rows["k"] == str(k)]


def numbers_of(rows):
    """Return the numbers of recordings that were measured, "all" last."""
    found = [] if rows.empty else rows["k"].unique()
    return sorted(found, key=lambda k: int(k) if k.isdigit() else 10**6)


def paired_means(rows, metric):
    """Return means over the folds, a row a sampler and a column a classifier.

    A run that was stopped has more folds of some samplers than of others, and folds differ by
    more than samplers do. So each sampler's mean is that of "none" plus the mean difference on
    the folds that both have; where a run is whole, that is the plain mean.
    """
    if metric not in rows:
        return pd.DataFrame()
    values = rows.pivot(index=RUN, columns="sampler", values=metric).astype(float)
    differences = values.sub(values["none"], axis=0).groupby("classifier").mean()
    means = differences.add(values["none"].groupby("classifier").mean(), axis=0)
    return means.T.loc[rows["sampler"].unique(), rows["classifier"].unique()]


def panel_means(rows, metrics):
    """Return means over folds and classifiers, a row a sampler and a column a metric.

    Classifiers without a value for any sampler (no probability, so no Brier score) are left out
    of a column. "class weights" is left out: nearest neighbours have none, so its mean would be
    that of another panel.
    """
    rows = rows[rows["sampler"] != "class weights"]
    means = {}
    for metric in metrics:
        table = paired_means(rows, metric)
        if not table.empty and table.notna().any(axis=None):
            means[metric] = table.dropna(axis=1, how="all").mean(axis=1, skipna=False)
    return pd.DataFrame(means)


def pair(rows, sampler, baseline):
    """Return the rows of two samplers on the folds that both have."""
    rows = rows[rows["sampler"].isin([sampler, baseline])]
    return rows[rows.duplicated(RUN, keep=False)]


def number(value, digits=3):
    """Return a value as text, nothing for NaN."""
    return "" if pd.isna(value) else f"{value:.{digits}f}"


def group_means(rows, keys, figures):
    """Return the means of groups: by the first key, then the next, each as it first occurs."""
    for key in keys:
        rows = rows.assign(**{key: pd.Categorical(rows[key], rows[key].unique())})
    return rows.groupby(keys, observed=True)[figures].mean()


# Tables


def gain_table(k, metric, name="bonn", folder=RESULTS):
    """Return samplers and classifiers with one number of recordings."""
    rows = gain_rows(folder, name, k)
    table = pd.DataFrame() if rows.empty else paired_means(rows, metric)
    if table.empty:
        return table
    table["mean"] = table.mean(axis=1, skipna=False)
    return table.map(number).rename_axis("sampler").reset_index()


def figure_table(k, name="bonn", folder=RESULTS):
    """Return all figures of one number of recordings, as means of the panel."""
    rows = gain_rows(folder, name, k)
    if rows.empty:
        return rows
    table = panel_means(rows, FIGURES).map(number)
    return table.rename(columns=lambda each: each.replace("_", " ")).reset_index()


def sets_table(metric="average_precision", folder=RESULTS):
    """Return samplers by data set and number of recordings: mean difference to none, harm."""
    rows = read("gain", folder)
    columns = {}
    for name in [] if rows.empty else rows["set"].unique():
        of_set = gain_rows(folder, name)
        for k in numbers_of(of_set):
            columns[f"{name}, {k}"] = harms(of_set[of_set["k"] == k], metric)
    return pd.DataFrame(columns).fillna("").rename_axis("sampler").reset_index()


def harm_table(name="bonn", folder=RESULTS):
    """Return how far each sampler moves the panel's mean, and how often it harms."""
    rows = gain_rows(folder, name)
    columns = {f"{k} recordings": harms(rows[rows["k"] == k]) for k in numbers_of(rows)}
    return pd.DataFrame(columns).fillna("").rename_axis("sampler").reset_index()


def harms(rows, metric="average_precision"):
    """Return for each sampler the mean difference to none and the share of runs it harms."""
    found = {}
    for sampler in rows["sampler"].unique():
        both = pair(rows, sampler, "none")
        if sampler != "none" and not both.empty:
            part = paired_differences(both, baseline="none", metric=metric)
            difference, harm = part["mean_difference"].mean(), part["harm_rate"].mean()
            found[sampler] = f"{difference:+.3f}, {harm:.0%}"
    return found


def verdict_table(baseline, name="bonn", folder=RESULTS):
    """Return the judged sampler against a baseline, a row a number and a classifier."""
    rows, lines = gain_rows(folder, name), []
    for k in numbers_of(rows):
        both = pair(rows[rows["k"] == k], JUDGED, baseline)
        if both["sampler"].nunique() < 2:
            continue
        parts = {
            short: paired_differences(both, baseline=baseline, metric=metric).set_index(
                "classifier"
            )
            for metric, short in list(SHORT.items())[:2]
        }
        for classifier in parts["AP"].index:
            found = {short: part.loc[classifier] for short, part in parts.items()}
            line = {"recordings": k, "classifier": classifier}
            for short, each in found.items():
                line[f"{short}, difference (95 %)"] = (
                    f"{each.mean_difference:+.3f} ({each.lower:+.3f}, {each.upper:+.3f})"
                )
            line["runs harmed (AP)"] = f"{found['AP'].harm_rate:.0%}"
            line["verdict (AP, F1)"] = ", ".join(each.verdict for each in found.values())
            lines.append(line)
    return pd.DataFrame(lines)


def about_table(folder=RESULTS):
    """Return what the gain was measured with."""
    rows = read("gain", folder)
    if rows.empty:
        return rows
    lines = []
    for (name, k), part in rows.groupby(["set", rows["k"].astype(str)], sort=False):
        line = {"data": name, "recordings": k, "seeds": _listed(part["seed"])}
        line["runs"] = str(len(part.drop_duplicates(["sampler", "seed", "fold"])))
        for fact in ("code", "python", "tensorflow", "scikit-learn", "imbalanced-learn", "numpy"):
            if fact in part:
                line[fact] = _listed(part[fact].dropna())
        lines.append(line)
    return pd.DataFrame(lines)


def means_table(name, groups, figures, *where, folder=RESULTS):
    """Return means of a results file by groups; `where` is as ``set=bonn`` and chooses rows."""
    rows = read(name, folder)
    for condition in where:
        column, value = condition.split("=")
        if not rows.empty:
            rows = rows[rows[column].astype(str) == value]
    if rows.empty:
        return pd.DataFrame()
    keys = groups.split(",")
    figures = [each for each in figures.split(",") if each in rows]
    table = group_means(rows, keys, figures).map(number).reset_index()
    return table.rename(columns=lambda each: each.replace("_", " "))


def leakage_table(folder=RESULTS):
    """Return average precision and F1 in the three designs of an experiment, side by side."""
    rows = read("leakage", folder)
    if rows.empty:
        return rows
    keys, figures = ["classifier", "sampler", "design"], ["average_precision", "f1"]
    table = group_means(rows, keys, figures)
    return table.map(number).agg(", ".join, axis=1).unstack().reset_index()


def seeds_table(metric="average_precision", folder=RESULTS):
    """Return the deviation between seeds on the same folds, of the mean over the folds."""
    rows = read("seeds", folder)
    if rows.empty:
        return rows
    means = rows.groupby(["sampler", "classifier", "seed"], sort=False)[metric].mean()
    table = means.groupby(["sampler", "classifier"], sort=False).std().unstack()
    return table.map(number).reset_index()


def _listed(values):
    return ", ".join(str(each) for each in sorted(set(values)))


# Figures


def gain_figure(name="bonn", folder=RESULTS):
    """Draw the panel's mean difference to none over the number of recordings."""
    rows = gain_rows(folder, name)
    if rows.empty:
        return None
    figure = _figure(8, 3.4)
    axes = figure.subplots(1, 2)
    for ax, (metric, short) in zip(axes, list(SHORT.items())[:2], strict=True):
        for sampler in DRAWN:
            means = []
            for k in numbers_of(rows):
                both = pair(rows[rows["k"] == k], sampler, "none")
                if both["sampler"].nunique() == 2:
                    found = paired_differences(both, metric=metric)
                    means.append((k, found["mean_difference"].mean()))
            if means:
                ax.plot(*zip(*means, strict=True), marker="o", markersize=4, label=sampler)
        ax.axhline(0, color="grey", linewidth=0.8)
        ax.set(xlabel="seizure recordings in training", title=f"{short}, difference to none")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False, fontsize=8)
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
    "leakage": leakage_figure,
    "growth": growth_figure,
    "quality": quality_figure,
}
#: By the name of the directive, less "-table".
TABLES = {
    "gain": gain_table,
    "figure": figure_table,
    "sets": sets_table,
    "harm": harm_table,
    "verdict": verdict_table,
    "about": about_table,
    "means": means_table,
    "leakage": leakage_table,
    "seeds": seeds_table,
}


# The README


def filled(text, folder=RESULTS):
    """Return the text of the README with the tables in their places."""
    return PLACE.sub(lambda m: m[1] + readme_table(m[2].split(), folder) + m[3], text)


def readme_table(numbers, folder=RESULTS):
    """Return means over the panel as Markdown, and the verdicts below."""
    results = {k: gain_rows(folder, k=k) for k in numbers}
    results = {k: rows for k, rows in results.items() if not rows.empty}
    if not results:
        return "\nNot measured yet: `benchmarks/run.py gain`.\n\n"
    columns, lines = {}, []
    for k, rows in results.items():
        means = panel_means(rows, list(SHORT)[:2])
        for metric, short in list(SHORT.items())[:2]:
            columns[f"{k} recordings, {short}"] = means[metric]
            lines += [verdict(rows, k, metric, baseline) for baseline in ("none", "jitter")]
    order = pd.concat(results.values())["sampler"].unique()
    table = pd.DataFrame(columns)
    text = markdown(table.loc[[name for name in order if name in table.index]])
    facts = [f"{k} recordings: {_facts(rows)}" for k, rows in results.items()]
    return f"\n{text}\nMeans with {'; '.join(facts)}.\n\n" + "".join(lines) + "\n"


def markdown(table):
    """Return a table of numbers as Markdown."""
    lines = [("sampler", *table.columns), ("---",) * (1 + table.shape[1])]
    lines += [(name, *(number(x).lstrip("0") for x in row)) for name, *row in table.itertuples()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def verdict(rows, k, metric, baseline):
    """Return one line on the judged sampler against a baseline over all classifiers."""
    both = pair(rows, JUDGED, baseline)
    if both["sampler"].nunique() < 2:
        return ""
    found = paired_differences(both, baseline=baseline, metric=metric)
    counts = found["verdict"].value_counts()
    words = ", ".join(f"{name} {counts.get(name, 0)}" for name in ("gain", "no gain", "harm"))
    return (
        f"- {k} recordings, {SHORT[metric]}, `{JUDGED}` against {baseline}: "
        f"{found['mean_difference'].mean():+.3f}; verdicts for {len(found)} classifiers: {words}; "
        f"{found['harm_rate'].mean():.0%} of the runs fall by more than .01.\n"
    )


def _facts(rows):
    runs = rows.drop_duplicates(["seed", "fold"])
    seeds = _listed(runs["seed"])
    return f"{rows['classifier'].nunique()} classifiers and {len(runs)} folds (seeds {seeds})"


# The command


def add_arguments(parser):
    """Add what only this command takes."""
    parser.add_argument("--to", type=Path, help="folder for all tables and figures of the pages")


def draw_all(options):
    """Write the README's table, and all tables and figures of the documentation to a folder."""
    if options.to is None or options.results == RESULTS:
        README.write_text(filled(README.read_text(), options.results))
    if options.to is None:
        return
    options.to.mkdir(parents=True, exist_ok=True)
    for name, table in used_tables(options.results).items():
        if not table.empty:
            (options.to / f"{name}.txt").write_text(table.to_string(index=False) + "\n")
    for name, draw in PICTURES.items():
        figure = draw(folder=options.results)
        if figure is not None:
            figure.savefig(options.to / f"{name}.svg", bbox_inches="tight")


def used_tables(folder):
    """Return the tables that the pages have, with every argument that occurs there."""
    pages = "\n".join(path.read_text() for path in (HERE.parent / "docs").rglob("*.rst"))
    found = {}
    for kind, arguments in re.findall(r"^\.\. (\w+)-table::(.*)$", pages, re.MULTILINE):
        arguments = arguments.split()
        name = re.sub(r"[^\w=]+", "_", "-".join([kind, *arguments]))
        if kind == "speed":
            rows = newest(arguments[0], folder)
            found[name] = rows if rows.empty else speed_tables.TABLES[arguments[0]](rows)
        elif kind in TABLES:
            found[name] = TABLES[kind](*arguments, folder=folder)
    return found
