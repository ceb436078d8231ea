"""Draw the tables and figures of the README and of the documentation from the results.

The README has its table between `<!-- results: gain 5 10 -->` and `<!-- end of results -->`; the
case `tables` writes it there, and with `--to` also every table (as text) and figure (as SVG) of
the documentation. The pages take them from the same functions when they are built.
"""

import re
from pathlib import Path

import pandas as pd
import speed_tables
from pictures import PICTURES
from results import HERE, RESULTS, newest
from tables import JUDGED, SHORT, TABLES, gain_rows, listed, number, pair, panel_means

from eegaug.evaluation import paired_differences

README = HERE.parent / "README.md"
PLACE = re.compile(r"(<!-- results: gain ([\w ]+) -->\n).*?(<!-- end of results -->)", re.DOTALL)


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
    codes = [rows["code"] for rows in results.values() if "code" in rows]
    code = f" Measured with the code of {listed(pd.concat(codes))}." if codes else ""
    return f"\n{text}\nMeans with {'; '.join(facts)}.{code}\n\n" + "".join(lines) + "\n"


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
    seeds = listed(runs["seed"])
    return f"{rows['classifier'].nunique()} classifiers and {len(runs)} folds (seeds {seeds})"
