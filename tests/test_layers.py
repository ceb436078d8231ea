"""The structure holds: no file imports from a layer above its own or from its neighbours."""

import ast
from pathlib import Path

import pytest

import eegaug

ROOT = Path(eegaug.__file__).parent
#: Layer of each part; parts of one layer do not import each other, except where they are one.
LAYERS = {
    "_columns": 0,
    "_files": 0,
    "_electrodes": 0,
    "_epochs": 0,
    "_forking": 0,
    "_notebooks": 0,
    "_progress": 0,
    "_window_checks": 0,
    "windows": 0,
    "spectral": 0,
    "gan": 1,
    "transforms": 1,
    "metrics": 1,
    "datasets": 1,
    "over_sampling": 2,
    "evaluation": 3,
    "persistence": 3,
    "interop": 3,
    "streams": 3,
    "plotting": 4,
    "report": 4,
    "_cli": 5,
    "__main__": 6,
}
#: Pairs in one layer where the first may use the second.
STEPS = {
    ("windows", "_window_checks"),
    ("_epochs", "_window_checks"),
    ("spectral", "_window_checks"),
    ("spectral", "windows"),
    ("report", "plotting"),
    ("evaluation", "interop"),
}
#: The only files beside those of `gan` that may import Keras or TensorFlow, and PyTorch.
FACES = {"streams/_keras.py": {"keras", "tensorflow"}, "streams/_torch.py": {"torch"}}
FILES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def part_of(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_parts(path):
    """Yield the part of eegaug that each import of a file names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names = [node.module]
            if node.module == "eegaug":
                names = [f"eegaug.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "eegaug":
                yield name.split(".")[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_imports_from_a_layer_above(path):
    own = part_of(path)
    assert own in LAYERS, f"{own} has no layer"
    for part in imported_parts(path):
        allowed = part == own or LAYERS[part] < LAYERS[own] or (own, part) in STEPS
        assert allowed, f"{path} imports eegaug.{part}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_frameworks_are_imported_in_their_places_alone(path):
    allowed = FACES.get(path.relative_to(ROOT).as_posix(), set())
    if path == ROOT / "gan" / "backend.py":
        allowed = {"keras", "tensorflow"}
    imported = [
        name
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    found = {name.split(".")[0] for name in imported} & {"keras", "tensorflow", "torch"}
    assert found <= allowed
