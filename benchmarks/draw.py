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
from tables import SHORT, TABLES, harms, listed, number

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
    """Return what samplers change on each data set as Markdown, by the numbers of recordings."""
    rows = read("gain", folder)
    rows = rows if rows.empty else rows[rows["k"].isin(numbers)]
    if rows.empty:
        return "\nNot measured yet: `benchmarks/run.py gain`.\n\n"
    parts = [_beside_none(rows, metric) for metric in list(SHORT)[:2]]
    runs = rows.drop_duplicates(["set", "k", "seed", "fold"]).groupby(["set", "k"]).size()
    code = f" Measured with the code of {listed(rows['code'])}." if "code" in rows else ""
    facts = (
        f"{rows['classifier'].nunique()} classifiers, {runs.min()} to {runs.max()} folds a row."
    )
    return "\n" + "\n".join(parts) + f"\n{facts}{code}\n\n"


def _beside_none(rows, metric):
    """Return the mean of "none", and beside it differences and shares of runs that are harmed."""
    lines = []
    samplers = [name for name in rows["sampler"].unique() if name != "none"]
    for (name, k), part in rows.groupby(["set", "k"], sort=False):
        none = part.loc[part["sampler"] == "none", metric].mean()
        found = harms(part, metric)
        cells = [found.get(each, "") for each in samplers]
        lines.append((name, k, number(none).lstrip("0"), *cells))
    head = ("data set", "recordings", f"{SHORT[metric]}, none", *samplers)
    table = [head, ("---",) * len(head), *lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in table)
