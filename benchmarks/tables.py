"""Tables of the benchmarks, from whatever results exist.

A table is a DataFrame of text; an empty one where nothing was measured.
"""

import pandas as pd
from results import RESULTS, read

from eegaug.evaluation import paired_differences
from eegaug.evaluation._statistics import corrected_interval

SHORT = {
    "average_precision": "AP",
    "f1": "F1",
    "f1_tuned": "F1, tuned",
    "brier": "Brier",
    "brier_corrected": "Brier, corrected",
}
FIGURES = [*SHORT, "roc_auc", "balanced_accuracy", "sensitivity_at_95_specificity"]
RUN = ["classifier", "seed", "fold"]
#: The sampler that is judged.
JUDGED = "GANOversampler"
SELECTION = "selection"
#: A run that loses more than this is harmed.
HARM = 0.01


def gain_rows(folder=RESULTS, name="bonn", k=None):
    """Return the rows of the gain of one data set, and of one number of recordings."""
    rows = read("gain", folder)
    if rows.empty:
        return rows
    # "selection" was measured with some classifiers alone, and has a table of its own.
    rows = rows[(rows["set"] == name) & (rows["sampler"] != SELECTION)]
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


def difference(rows, sampler, metric, baseline="none"):
    """Return the panel's mean difference with its interval over folds, as text.

    The difference of a fold is the mean over the classifiers that have both samplers.
    """
    both = pair(rows, sampler, baseline)
    if both["sampler"].nunique() < 2:
        return ""
    folds = ["seed", "fold"]
    values = both.pivot(index=RUN, columns="sampler", values=metric).astype(float)
    of_folds = (values[sampler] - values[baseline]).groupby(folds).mean().dropna()
    ratio = float((both["n_test"] / both["n_train"]).mean())
    lower, upper = corrected_interval(of_folds, test_train_ratio=ratio, confidence=0.95)
    return f"{of_folds.mean():+.3f} ({lower:+.3f}, {upper:+.3f})"


def number(value, digits=3):
    """Return a value as text, nothing for NaN."""
    return "" if pd.isna(value) else f"{value:.{digits}f}"


def group_means(rows, keys, figures):
    """Return the means of groups: by the first key, then the next, each as it first occurs."""
    for key in keys:
        rows = rows.assign(**{key: pd.Categorical(rows[key], rows[key].unique())})
    return rows.groupby(keys, observed=True)[figures].mean()


def figure_table(k, *name, folder=RESULTS):
    """Return all figures of one number of recordings, as means of the panel."""
    rows = gain_rows(folder, " ".join(name) or "bonn", k)
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


def classifiers_table(metric="average_precision", folder=RESULTS):
    """Return samplers by classifier: mean difference to none over sets and numbers, and harm."""
    rows = read("gain", folder)
    columns = {}
    for classifier in [] if rows.empty else rows["classifier"].unique():
        part = rows[rows["classifier"] == classifier]
        # Runs of several sets are told apart by their fold.
        fold = part["set"] + part["k"] + part["fold"].astype(str)
        columns[classifier] = harms(part.assign(fold=fold), metric)
    return pd.DataFrame(columns).fillna("").rename_axis("sampler").reset_index()


def selection_table(metric="average_precision", folder=RESULTS):
    """Return "selection" beside fixed samplers, on the classifiers for which it was measured.

    "best fixed" is the sampler with the highest mean on the test windows of that very row.
    """
    rows, lines = read("gain", folder), []
    for (name, k), part in rows.groupby(["set", "k"], sort=False) if len(rows) else ():
        chosen = part[part["sampler"] == SELECTION]
        if chosen.empty:
            continue
        runs = chosen.set_index(RUN).index
        values = part.pivot(index=RUN, columns="sampler", values=metric).astype(float).loc[runs]
        fixed = values.drop(columns=SELECTION).dropna(axis=1).sub(values["none"], axis=0)
        best = fixed.mean().idxmax()
        gained = values[SELECTION] - values["none"]
        lines.append(
            {
                "data set": name,
                "recordings": k,
                "runs": str(len(runs)),
                "none": number(values["none"].mean()),
                "best fixed": f"{best}: {fixed[best].mean():+.3f}, {_harm(fixed[best])}",
                JUDGED: f"{fixed[JUDGED].mean():+.3f}, {_harm(fixed[JUDGED])}",
                SELECTION: f"{gained.mean():+.3f}, {_harm(gained)}",
                "keeps none": f"{(chosen['chosen'] == 'none').mean():.0%}",
            }
        )
    return pd.DataFrame(lines)


def _harm(differences):
    return f"{(differences < -HARM).mean():.0%}"


def harm_table(*name, folder=RESULTS):
    """Return how far each sampler moves the panel's mean, how often it harms, and how much."""
    rows = gain_rows(folder, " ".join(name) or "bonn")
    columns = {
        f"{k} recordings": harms(rows[rows["k"] == k], with_mean=True) for k in numbers_of(rows)
    }
    return pd.DataFrame(columns).fillna("").rename_axis("sampler").reset_index()


def harms(rows, metric="average_precision", with_mean=False):
    """Return for each sampler the mean difference to none, share of runs harmed and loss."""
    found = {}
    for sampler in rows["sampler"].unique():
        both = pair(rows, sampler, "none")
        if sampler not in ("none", SELECTION) and not both.empty:
            part = paired_differences(both, baseline="none", metric=metric)
            difference, harm = part["mean_difference"].mean(), part["harm_rate"].mean()
            found[sampler] = f"{difference:+.3f}, {harm:.0%}"
            if with_mean and harm:
                loss = (part["mean_harm"] * part["harm_rate"]).sum() / part["harm_rate"].sum()
                found[sampler] += f" ({loss:.3f})"
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
    for (name, k), part in rows.groupby(["set", "k"], sort=False):
        line = {"data": name, "recordings": k, "seeds": listed(part["seed"])}
        line["runs"] = str(len(part.drop_duplicates(["sampler", "seed", "fold"])))
        for fact in ("code", "python", "tensorflow", "scikit-learn", "imbalanced-learn", "numpy"):
            if fact in part:
                line[fact] = listed(part[fact].dropna())
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


def stream_gain_table(metric="average_precision", folder=RESULTS):
    """Return what each arm changes in each network, with an interval of 95 %."""
    rows, lines = read("stream_gain", folder), []
    if rows.empty:
        return rows
    for (name, k, network), part in rows.groupby(["set", "k", "classifier"], sort=False):
        none = part.loc[part["sampler"] == "none", metric]
        line = {"data set": name, "seizure recordings": k, "network": network}
        line |= {"folds": str(len(none)), "none": number(none.mean())}
        for arm in rows["sampler"].unique():
            both = pair(part, arm, "none")
            if arm == "none" or both["sampler"].nunique() < 2:
                continue
            found = paired_differences(both, baseline="none", metric=metric).iloc[0]
            line[arm] = f"{found.mean_difference:+.3f} ({found.lower:+.3f}, {found.upper:+.3f})"
        lines.append(line)
    return pd.DataFrame(lines).fillna("")


def listed(values):
    return ", ".join(str(each) for each in sorted(set(values)))


#: By the name of the directive, less "-table".
TABLES = {
    "figure": figure_table,
    "sets": sets_table,
    "classifiers": classifiers_table,
    "selection": selection_table,
    "harm": harm_table,
    "verdict": verdict_table,
    "about": about_table,
    "means": means_table,
    "leakage": leakage_table,
    "seeds": seeds_table,
    "stream_gain": stream_gain_table,
}
