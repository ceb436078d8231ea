"""The parts of eegaug: their floors and imports as a figure, their docstrings as a table."""

import ast
from pathlib import Path

from code_table import CodeTable
from docutils import nodes
from drawing import Box, draw
from sphinx.util.docutils import SphinxDirective

import eegaug

ROOT = Path(eegaug.__file__).parent
HOUSE_TEST = Path(__file__).parents[2] / "tests" / "test_house.py"


def floors() -> dict[str, int]:
    """Read the floor of each part from the test that enforces it; parts to come are left out."""
    for node in ast.parse(HOUSE_TEST.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "FLOORS":
            return {k: v for k, v in ast.literal_eval(node.value).items() if part_files(k)}
    raise ValueError(f"{HOUSE_TEST} has no FLOORS")


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


def house_arrows(parts: dict[str, int]) -> list[tuple[str, str]]:
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


def house_rows(parts: dict[str, int], arrows: list[tuple[str, str]]) -> dict[str, int]:
    """Return the row of each part from the top; one that uses its neighbour stands above it."""
    heights = {
        part: (floor, any(pair[0] == part and parts[pair[1]] == floor for pair in arrows))
        for part, floor in parts.items()
    }
    order = sorted(set(heights.values()), reverse=True)
    return {part: order.index(height) for part, height in heights.items()}


def house_columns(rows: dict[str, int], arrows: list[tuple[str, str]]) -> dict[str, float]:
    """Place the parts from the bottom up, each as far in the middle as its arrows pass boxes."""
    columns: dict[str, float] = {}
    for part in sorted(rows, key=lambda part: -rows[part]):
        below = [other for first, other in arrows if first == part]

        def fits(column: float, part: str = part, below: list[str] = below) -> bool:
            for other, place in columns.items():
                if rows[other] == rows[part] and abs(place - column) < 1:
                    return False
                for end in below:
                    if rows[part] < rows[other] < rows[end]:
                        share = (rows[other] - rows[part]) / (rows[end] - rows[part])
                        crossing = column + share * (columns[end] - column)
                        if abs(crossing - place) < 0.75:
                            return False
            return True

        aim = sum(columns[other] for other in below) / len(below) if below else 0.0
        shifts = (step * side / 2 for step in range(99) for side in (1, -1))
        columns[part] = next(aim + shift for shift in shifts if fits(aim + shift))
    return columns


class HouseFigure(SphinxDirective):
    """The parts on their floors and what each uses."""

    def run(self) -> list[nodes.Node]:
        """Return the figure."""
        self.env.note_reread()
        parts = floors()
        arrows = house_arrows(parts)
        rows = house_rows(parts, arrows)
        columns = house_columns(rows, arrows)
        boxes = {
            part: Box(columns[part], rows[part], [part], f"floor {floor}")
            for part, floor in parts.items()
        }
        return [draw(boxes, arrows, width=110, label="Parts of eegaug and what each uses")]


class HouseTable(CodeTable):
    """Floor, part and purpose."""

    def rows(self):
        """Yield the header, then a row a part, from the top down."""
        parts = floors()
        yield "floor", "part", "what it alone knows"
        for part in sorted(parts, key=lambda part: -parts[part]):
            yield str(parts[part]), f"``{part}``", summary(part)
