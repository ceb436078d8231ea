"""Write the table of the README from the results of `gain.py`, so that no figure is typed.

    python benchmarks/readme_table.py

What stands in README.md between `<!-- results: gain 5 10 -->` and `<!-- end of results -->` is
replaced by the table with five and ten seizure recordings in training; a test fails where the
README says something else than the results files.
"""

import re
from pathlib import Path

import pandas as pd
from gain_results import panel_means

from eegaug.evaluation import paired_differences

ROOT = Path(__file__).parents[1]
SHORT = {"average_precision": "AP", "f1": "F1"}
PLACE = re.compile(r"(<!-- results: gain ([\w ]+) -->\n).*?(<!-- end of results -->)", re.DOTALL)


def filled(text, folder):
    """Return the text with the tables of the results in a folder in their places."""
    return PLACE.sub(lambda m: m[1] + gain_table(m[2].split(), folder) + m[3], text)


def gain_table(numbers, folder):
    """Return means over the panel as Markdown, and the verdicts on `GANOversampler` below."""
    results = {n: pd.read_json(folder / f"gain_{n}.jsonl", lines=True) for n in numbers}
    columns, verdicts = {}, []
    for number, rows in results.items():
        means = panel_means(rows, list(SHORT))
        for metric, short in SHORT.items():
            columns[f"{number} recordings, {short}"] = means[metric]
            for baseline in ("none", "jitter"):
                verdicts.append(verdict(rows, number, metric, baseline))
    order = pd.concat(results.values())["sampler"].unique()
    table = pd.DataFrame(columns)
    table = table.loc[[name for name in order if name in table.index]]
    lines = [("sampler", *table.columns), ("---",) * (1 + table.shape[1])]
    lines += [(name, *(f"{x:.3f}".lstrip("0") for x in row)) for name, *row in table.itertuples()]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    facts = [f"{n} recordings: {_facts(rows)}" for n, rows in results.items()]
    return f"\n{text}\nMeans with {'; '.join(facts)}.\n\n" + "".join(verdicts) + "\n"


def verdict(rows, number, metric, baseline):
    """Return one line on `GANOversampler` against a baseline over all classifiers."""
    pair = rows[rows["sampler"].isin(["GANOversampler", baseline])]
    # A run that was stopped may have a fold of one of the two alone.
    pair = pair[pair.duplicated(["classifier", "seed", "fold"], keep=False)]
    found = paired_differences(pair, baseline=baseline, metric=metric)
    counts = found["verdict"].value_counts()
    words = ", ".join(f"{name} {counts.get(name, 0)}" for name in ("gain", "no gain", "harm"))
    return (
        f"- {number} recordings, {SHORT[metric]}, `GANOversampler` against {baseline}: "
        f"{found['mean_difference'].mean():+.3f}; verdicts for {len(found)} classifiers: {words}; "
        f"{found['harm_rate'].mean():.0%} of the cells fall by more than .01.\n"
    )


def _facts(rows):
    folds = rows[rows["sampler"] == "GANOversampler"].drop_duplicates(["seed", "fold"])
    seeds = ", ".join(map(str, sorted(folds["seed"].unique())))
    return f"{rows['classifier'].nunique()} classifiers and {len(folds)} folds (seeds {seeds})"


def main():
    readme = ROOT / "README.md"
    readme.write_text(filled(readme.read_text(), ROOT / "benchmarks" / "results"))


if __name__ == "__main__":
    main()
