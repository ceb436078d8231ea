"""The tables of what is timed and of the soak: the newest rows of a file as a table of text."""

import numpy as np
import pandas as pd

#: The largest share of the reference's distances that still counts as its quality.
GATE = 1.05
MEGABYTE = 1e6


def step_table(rows):
    """Return engines with the milliseconds of a step, ours over theirs, and the share of peak."""
    table = []
    for _, engines in rows.groupby("part", sort=False):
        ours = engines.loc[engines["engine"] == "eegaug", "ms"].iloc[0]
        for row in engines.itertuples():
            achieved = row.mflop / row.ms
            table.append(
                {
                    "objective": row.objective,
                    "threads": row.threads,
                    "engine": row.engine,
                    "ms a step": f"{row.ms:.2f}",
                    "ours / theirs": f"{ours / row.ms:.2f}",
                    "MFLOP a step": f"{row.mflop:.0f}",
                    "GFLOP/s": f"{achieved:.0f}",
                    "of the peak": f"{achieved / row.peak_gflops:.0%}",
                    "with": row.engine_version,
                }
            )
    return pd.DataFrame(table)


def quality_curves(rows):
    """Return, for each peer and budget, mean seconds and the mean distances over the reference's.

    A budget counts that every seed of the peer has; `nearest` is the larger of the two ratios.
    """
    n_seeds = rows.groupby("peer")["seed"].nunique()
    ratios = ["psd_distance_ratio", "sliced_wasserstein_distance_ratio"]
    # What was not finite is null in the file.
    rows = rows.assign(**{name: rows[name].astype(float).fillna(np.inf) for name in ratios})
    groups = rows.groupby(["peer", "budget"], sort=False)
    curves = groups[["seconds", *ratios]].mean()
    curves["nearest"] = curves[ratios].max(axis=1)
    whole = groups["seed"].nunique() == n_seeds.reindex(curves.index, level="peer")
    return curves[whole].reset_index()


def quality_table(rows):
    """Return peers with the seconds to the gate, over those of the default's whole budget."""
    curves = quality_curves(rows)
    about = rows.groupby("peer").last()
    table = []
    for peer, curve in curves.groupby("peer", sort=False):
        within = curve[curve["nearest"] <= GATE].sort_values("seconds")
        best = curve.loc[curve["nearest"].idxmin()]
        first = None if within.empty else within.iloc[0]
        table.append(
            {
                "peer": peer,
                "seconds to the gate": "never" if first is None else f"{first.seconds:.1f}",
                "over the default's": ""
                if first is None
                else f"{first.seconds / about.default_seconds[peer]:.1f}",
                "budget": "" if first is None else f"{first.budget:g}",
                "seconds tried": f"{curve['seconds'].max():.0f}",
                "best spectrum": f"{best.psd_distance_ratio:.2f}",
                "best Wasserstein": f"{best.sliced_wasserstein_distance_ratio:.2f}",
                "with": about.peer_version[peer],
            }
        )
    return pd.DataFrame(table)


def cross_validation_table(rows):
    """Return cases with seconds, and over those of SMOTE."""
    smote = rows.loc[rows["case"] == "SMOTE", "seconds"].iloc[0]
    return pd.DataFrame(
        {
            "in the pipeline": rows["case"],
            "seconds": rows["seconds"].map("{:.1f}".format),
            "over SMOTE's": (rows["seconds"] / smote).map("{:.1f}".format),
            "average precision": rows["average_precision"].map("{:.3f}".format),
        }
    )


def growth_curves(rows):
    """Return rows with their size along the axis and the exponent of time since the smallest."""
    sizes = [
        row["n_windows"] if row["axis"] == "majority" else row[_size(row["axis"])]
        for row in rows.to_dict("records")
    ]
    rows = rows.assign(size=sizes)
    first = rows.groupby(["axis", rows["result"].fillna("")])[["size", "seconds"]].transform(
        "first"
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.log(rows["seconds"] / first["seconds"]) / np.log(
            rows["size"] / first["size"]
        )
    return rows.assign(exponent=exponent.replace([np.inf, -np.inf], np.nan))


def growth_table(rows):
    """Return sizes along each axis with seconds, their exponent, and memory."""
    rows = growth_curves(rows)
    result = rows["result"].fillna("")
    used = rows["bytes_peak"] - rows["bytes_before"]
    return pd.DataFrame(
        {
            "along": [" ".join(pair).strip() for pair in zip(rows["axis"], result, strict=True)],
            "size": rows["size"].map("{:,.0f}".format),
            "seconds": rows["seconds"].map("{:.1f}".format),
            "exponent": ["" if np.isnan(x) else f"{x:.2f}" for x in rows["exponent"]],
            "data, MB": (rows["data_bytes"] / MEGABYTE).map("{:.1f}".format),
            "result, MB": (rows["result_bytes"] / MEGABYTE).map("{:.1f}".format),
            "peak, MB": (rows["bytes_peak"] / MEGABYTE).map("{:.0f}".format),
            "peak / data": (rows["bytes_peak"] / rows["data_bytes"]).map("{:.1f}".format),
            "of the fit / result": (used / rows["result_bytes"]).map("{:.1f}".format),
        }
    )


def _size(axis):
    return {"n_windows": "n_rare"}.get(axis, axis)


def sampling_table(rows):
    """Return numbers and batches with windows a second, and ours over `predict`'s seconds."""
    table = []
    for (part, n, batch), pair in rows.groupby(["part", "n", "batch"], sort=False):
        seconds = pair.set_index("way")["seconds"]
        memory = pair.set_index("way").loc["sample", "memory_ratio"]
        predict = seconds.get("predict")
        table.append(
            {
                "windows": f"{n:,}",
                "batch": f"{batch:,}",
                "windows a second": f"{n / seconds['sample']:,.0f}",
                "ours / predict's": ""
                if predict is None
                else f"{seconds['sample'] / predict:.2f}",
                "memory / windows": f"{memory:.1f}" if part == "a million" else "",
            }
        )
    return pd.DataFrame(table)


def side_by_side_table(rows):
    """Return numbers of labels with seconds by jobs, and one after the other over side by side."""
    table = []
    for n_labels, cases in rows.groupby("n_labels", sort=False):
        cases = cases.set_index("n_jobs")
        alone = cases.loc[1]
        for n_jobs, case in cases.drop(1).iterrows():
            table.append(
                {
                    "labels": str(n_labels),
                    "n_jobs": str(n_jobs),
                    "seconds, n_jobs=1": f"{alone.seconds:.1f}",
                    "seconds": f"{case.seconds:.1f}",
                    "times as fast": f"{alone.seconds / case.seconds:.2f}",
                    "times as fast, workers started": (
                        f"{alone.seconds_first / case.seconds_first:.2f}"
                    ),
                }
            )
    return pd.DataFrame(table)


def import_table(rows):
    """Return what is imported and the milliseconds that it adds."""
    return pd.DataFrame({"what": rows["what"], "ms": rows["ms"].map("{:.1f}".format)})


def first_fit_table(rows):
    """Return median seconds of each fit of a process, and over those of the other checkout."""
    units = {"seconds": "seconds", "processor_seconds": "processor seconds"}
    medians = rows.groupby(["fit", "checkout"])[list(units)].median().unstack()
    table = pd.DataFrame({"fit": [str(fit + 1) for fit in medians.index]})
    for unit, name in units.items():
        this = medians[unit]["this"]
        table[name] = this.map("{:.1f}".format).to_numpy()
        if "other" in medians[unit]:
            ratio = this / medians[unit]["other"]
            table[f"{name}, over before"] = ratio.map("{:.2f}".format).to_numpy()
    return table


def soak_table(rows):
    """Return what the newest soak did and found, a figure a line."""
    names = {
        "minutes": "minutes",
        "nested cross-validations that came to their end": "cross_validations",
        "fits": "fits",
        "workers killed": "killed",
        "workers interrupted": "interrupted",
        "of these stopped within a fit": "stopped_within_a_fit",
        "fits with wrong numbers of windows": "wrong_counts",
        "fits with values that are not finite": "not_finite",
        "fits that changed real windows": "originals_changed",
        "fits compared with undisturbed ones": "compared",
        "of these with other bits": "differing",
        "fits in one undisturbed process": "undisturbed_fits",
        "growth of its memory in %": "memory_growth_percent",
        "threads left in it": "threads_left",
        "files left open in it": "files_left_open",
        "files left in the working folder": "files_in_working_folder",
    }
    row = rows.iloc[-1].to_dict()
    # A soak of a few fits shows no growth.
    found = [(what, row[name]) for what, name in names.items() if name in row]
    return pd.DataFrame(
        {"in the soak": [what for what, _ in found], "number": [f"{x:g}" for _, x in found]}
    )


def stream_table(rows):
    """Return networks, ways to make batches and trainings, over what EEGNet alone takes."""
    network = rows.set_index("what").loc["EEGNet"]
    return pd.DataFrame(
        {
            "of 64 windows of 18 channels and 256 samples": rows["what"],
            "batches a second": (1000 / rows["ms"]).map("{:.1f}".format),
            "times EEGNet's": (network["ms"] / rows["ms"]).map("{:.2f}".format),
            "processor, ms a batch": rows["processor_ms"].map("{:.1f}".format),
            "processor, times EEGNet's": (
                (network["processor_ms"] / rows["processor_ms"]).map("{:.2f}".format)
            ),
        }
    )


def size_table(rows):
    """Return sizes with processor seconds and memory added by each sampler, exponents below."""
    sizes = {"n_channels": "channels", "n_times": "samples", "n_windows": "windows"}
    rows = rows.assign(s=rows["cpu_seconds"], MB=rows["bytes_added"] / MEGABYTE)
    table: dict[tuple, dict] = {}
    for (*size, sampler), own in rows.groupby([*sizes, "sampler"], sort=False):
        line = table.setdefault(
            tuple(size), dict(zip(sizes.values(), map(str, size), strict=True))
        )
        line[f"{sampler}, s"] = f"{own['s'].iloc[0]:,.1f}"
        line[f"{sampler}, MB"] = f"{own['MB'].iloc[0]:,.0f}"
    for sampler, own in rows.groupby("sampler", sort=False):
        for figure in ("s", "MB"):
            for name, power in exponents(own, figure).items():
                what = f"exponent of {sizes[f'n_{name}']}"
                line = table.setdefault((what,), {"channels": what})
                line[f"{sampler}, {figure}"] = f"{power:.2f}"
    return pd.DataFrame(table.values()).fillna("")


def exponents(rows, figure):
    """Fit figure = a · channels^b · times^c · windows^d by least squares of logarithms."""
    names = ("n_channels", "n_times", "n_windows")
    varied = [name for name in names if rows[name].nunique() > 1]
    design = np.column_stack([np.ones(len(rows)), np.log(rows[varied])])
    found = np.linalg.lstsq(design, np.log(rows[figure].clip(lower=1e-9)), rcond=None)[0][1:]
    return dict(zip((name.removeprefix("n_") for name in varied), found.tolist(), strict=True))


#: By the name of the results file.
TABLES = {
    "step": step_table,
    "time_to_quality": quality_table,
    "cross_validation": cross_validation_table,
    "growth": growth_table,
    "sampling": sampling_table,
    "side_by_side": side_by_side_table,
    "import_time": import_table,
    "first_fit": first_fit_table,
    "size": size_table,
    "soak": soak_table,
    "stream": stream_table,
}
