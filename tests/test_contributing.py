"""What the contributor guide shows works: it is added to a copy of the package and tested."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "contributing.rst").read_text()
BLOCK = re.compile(
    r"^\.\. code-block:: python\n   :caption: (?P<path>[\w/.]+)(?:, (?P<side>above|below) "
    r"(?P<line>.*))?\n(?P<code>(?:   .*\n|\n)+)",
    re.MULTILINE,
)


def apply(block, root):
    """Write a block's file, or put its lines beside the first line that begins as it says."""
    path, code = root / block["path"], textwrap.dedent(block["code"]).strip("\n") + "\n"
    if block["line"] is None:
        assert not path.exists()
        path.write_text(code)
        return
    lines = path.read_text().splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.strip().startswith(block["line"]))
    indent = lines[place][: -len(lines[place].lstrip())]
    code = textwrap.indent(code, indent) + ("\n\n" if code.startswith("def") else "")
    lines.insert(place + (block["side"] == "below"), code)
    path.write_text("".join(lines))


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy of package and tests with everything the guide adds."""
    root = tmp_path_factory.mktemp("extended")
    for folder in ("eegaug", "tests"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    blocks = list(BLOCK.finditer(GUIDE))
    assert len(blocks) == GUIDE.count(":caption:")
    for block in blocks:
        apply(block, root)
    return root


def run(root, *command):
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_code_is_clean(extended):
    run(extended, "ruff", "check", ".")
    run(extended, "ruff", "format", "--check", ".")


ADDED = ["multiscale", "bce-gp", "crossing", "spindle"]
COVERING = [
    "tests/gan/test_gan_networks.py",
    "tests/gan/test_gan_objectives.py",
    "tests/metrics/test_metrics_damage.py",
    "tests/test_docstrings.py",
    "eegaug/metrics/_waveform.py",
    "eegaug/datasets/_spindles.py",
]


def test_what_is_added_passes_the_tests_that_cover_it(extended):
    report = run(extended, "pytest", "-vv", "-k", " or ".join(ADDED), *COVERING)
    for added in ADDED:
        assert re.search(rf"{added}.* PASSED", report)


def test_what_touches_no_file_runs(extended):
    code = re.findall(r"^\.\. code-block:: python\n\n((?:   .*\n|\n)+)", GUIDE, re.MULTILINE)
    assert len(code) == 2
    # One process, as each would import TensorFlow.
    (extended / "blocks.py").write_text("".join(map(textwrap.dedent, code)))
    run(extended, "blocks")
