"""The parts of eegaug: their layers and imports as a figure, their docstrings as a table."""

import ast
import random
from pathlib import Path

from code_table import CodeTable
from docutils import nodes
from drawing import Box, draw
from sphinx.util.docutils import SphinxDirective

import eegaug

ROOT = Path(eegaug.__file__).parent
LAYERS_TEST = Path(__file__).parents[2] / "tests" / "test_layers.py"


def layers() -> dict[str, int]:
    """Read the layer of each part from the test that enforces it; parts to come are left out."""
    for node in ast.parse(LAYERS_TEST.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "LAYERS":
            return {k: v for k, v in ast.literal_eval(node.value).items() if part_files(k)}
    raise ValueError(f"{LAYERS_TEST} has no LAYERS")


def part_files(part: str) -> list[Path]:
    """Return the files of a part, its own module or the package's `__init__` first."""
    files = [*ROOT.glob(f"{part}.py"), *(ROOT / part).rglob("*.py")]
    return sorted(files, key=lambda path: (len(path.parts), path.name != "__init__.py"))


def summary(part: str) -> str:
    """Return the first sentence of a part's docstring."""
    text = ast.get_docstring(ast.parse(part_files(part)[0].read_text(encoding="utf-8")))
    return text.partition("\n\n")[0].replace("\n", " ")


def uses(part: str) -> set[str]:
    """Find the other parts that a part imports."""
    names = set()
    for path in part_files(part):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "eegaug":
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("eegaug."):
                names.add(node.module.split(".")[1])
    return names - {part}


def layer_arrows(parts: dict[str, int]) -> list[tuple[str, str]]:
    """Return what each part uses, less what it also uses through another."""
    used = {part: uses(part) & parts.keys() for part in parts}
    reached: dict[str, set[str]] = {}
    while len(reached) < len(parts):
        for part in parts.keys() - reached.keys():
            if used[part] <= reached.keys():
                reached[part] = used[part].union(*(reached[other] for other in used[part]))
    return [
        (part, other)
        for part in parts
        for other in sorted(used[part])
        if not any(other in reached[between] for between in used[part])
    ]


def layer_rows(parts: dict[str, int], arrows: list[tuple[str, str]]) -> dict[str, int]:
    """Return the row of each part from the top; one that uses its neighbour is above it."""
    heights = {
        part: (layer, any(pair[0] == part and parts[pair[1]] == layer for pair in arrows))
        for part, layer in parts.items()
    }
    order = sorted(set(heights.values()), reverse=True)
    return {part: order.index(height) for part, height in heights.items()}


def layer_columns(rows: dict[str, int], arrows: list[tuple[str, str]]) -> dict[str, float]:
    """Place the parts so that arrows are short and run through few boxes."""
    layouts = [_settle(rows, arrows, random.Random(seed)) for seed in range(200)]
    return min(layouts, key=lambda columns: _cost(columns, rows, arrows))


def _settle(rows: dict, arrows: list, rng: random.Random) -> dict[str, float]:
    """Give each part in turn the best free place while the others stay, until none moves."""
    parts = rng.sample(list(rows), len(rows))
    columns: dict[str, float] = {}
    for part in parts:
        columns[part] = sum(rows[other] == rows[part] for other in columns)
    places = [place / 2 for place in range(2 * int(max(columns.values())) + 4)]
    before = None
    while columns != before:
        before = dict(columns)
        for part in parts:
            beside = [columns[o] for o in rows if rows[o] == rows[part] and o != part]
            free = [x for x in places if all(abs(x - other) >= 1 for other in beside)]
            columns[part] = min(free, key=lambda x, p=part: _cost(columns | {p: x}, rows, arrows))
    return columns


def _cost(columns: dict, rows: dict, arrows: list) -> float:
    cost = 0.0
    for start, end in arrows:
        cost += abs(columns[end] - columns[start])
        for other in columns:
            if rows[start] < rows[other] < rows[end]:
                share = (rows[other] - rows[start]) / (rows[end] - rows[start])
                x = columns[start] + share * (columns[end] - columns[start])
                cost += 20 * (abs(x - columns[other]) < 0.65)
    return cost


class LayersFigure(SphinxDirective):
    """The parts in their layers and what each uses."""

    def run(self) -> list[nodes.Node]:
        """Return the figure."""
        self.env.note_reread()
        parts = layers()
        arrows = layer_arrows(parts)
        rows = layer_rows(parts, arrows)
        columns = layer_columns(rows, arrows)
        boxes = {
            part: Box(columns[part], rows[part], [part], f"layer {layer}")
            for part, layer in parts.items()
        }
        return [draw(boxes, arrows, width=110, label="Parts of eegaug and what each uses")]


class LayersTable(CodeTable):
    """Layer, part and purpose."""

    def rows(self):
        """Yield the header, then a row a part, from the top down."""
        parts = layers()
        yield "layer", "part", "what only this part does"
        for part in sorted(parts, key=lambda part: -parts[part]):
            yield str(parts[part]), f"``{part}``", summary(part)
