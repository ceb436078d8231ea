"""A small CSV, and how a benchmark script is loaded and run."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def whole_checkout():
    if not BENCHMARKS.exists():
        pytest.skip("needs the whole checkout, not the sdist")


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    """Eight recordings a class, four chunks each, which differ less than recordings do."""
    rng = np.random.default_rng(0)
    lines = [",".join(["Unnamed", *(f"X{i}" for i in range(1, 179)), "y"])]
    for recording in range(40):
        pattern = rng.normal(0, 100, 178)
        for chunk in range(4):
            window = (pattern + rng.normal(0, 5, 178)).astype(int)
            name = f"X{chunk + 1}.V1.{recording}"
            lines.append(",".join([name, *map(str, window), str(recording % 5 + 1)]))
    path = tmp_path_factory.mktemp("csv") / "data.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def script(monkeypatch):
    """Give a script by its name, with some of its names replaced."""
    monkeypatch.syspath_prepend(BENCHMARKS)

    def load(name, **replaced):
        module = importlib.import_module(name)
        for key, value in replaced.items():
            monkeypatch.setattr(module, key, value)
        return module

    return load


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a script with arguments and return what it prints."""

    def main(module, *arguments):
        monkeypatch.setattr(sys, "argv", [module.__name__, *map(str, arguments)])
        module.main()
        return capsys.readouterr().out

    return main
