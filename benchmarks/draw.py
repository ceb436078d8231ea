"""Draw the tables and figures of the README and of the documentation from the results.

The README has its tables between `<!-- results: gain 2 4 -->` and `<!-- end of results -->`; the
case `tables` writes it there, and with `--to` also every table (as text) and figure (as SVG) of
the documentation. The pages take them from the same functions when they are built.
"""

import re
from pathlib import Path

import speed_tables
from pictures import PICTURES
from results import HERE, RESULTS, newest, read
from tables import SHORT, TABLES, difference, listed, number, panel_means

README = HERE.parent / "README.md"
#: Samplers in the table of the README.
README_SAMPLERS = ("jitter", "GANOversampler")
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
    """Return what samplers change on each data set as Markdown, by the numbers of recordings."""
    rows = read("gain", folder)
    rows = rows if rows.empty else rows[rows["k"].isin(numbers)]
    if rows.empty:
        return "\nNot measured yet: `benchmarks/run.py gain`.\n\n"
    metrics = list(SHORT)[:2]
    head = ["data set", "seizure recordings"]
    for metric in metrics:
        head += [f"{SHORT[metric]}, none", *README_SAMPLERS]
    table = [head, ["---"] * len(head)]
    for (name, k), part in rows.groupby(["set", "k"], sort=False):
        line = [name, k]
        for metric in metrics:
            none = panel_means(part[part["sampler"] == "none"], [metric])[metric]["none"]
            line += [number(none).lstrip("0")]
            line += [difference(part, each, metric) for each in README_SAMPLERS]
        table.append(line)
    runs = rows.drop_duplicates(["set", "k", "seed", "fold"]).groupby(["set", "k"]).size()
    code = f" Measured with the code of {listed(rows['code'])}." if "code" in rows else ""
    n = rows["classifier"].nunique()
    folds = f"{runs.min()}" if runs.min() == runs.max() else f"{runs.min()} to {runs.max()}"
    facts = f"Means of up to {n} classifiers over {folds} folds, with 95 % intervals."
    lines = "".join(f"| {' | '.join(line)} |\n" for line in table)
    return f"\n{lines}\n{facts}{code}\n\n"
