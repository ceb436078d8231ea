"""The guide and the examples have the form that readers were promised."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INDEX = (ROOT / "docs" / "index.rst").read_text()
PAGES = sorted((ROOT / "docs" / "user_guide").glob("*.rst"))
EXAMPLES = sorted((ROOT / "examples").rglob("plot_*.py"))
FIGURE = re.compile(r"^\.\. (?:plot|figure|image|results-figure|network-figure)::", re.MULTILINE)
SHOWN = re.compile(r"\bprint\(|\bplt\.show\(|\brun\(\"|Display\.from_|^report\b", re.MULTILINE)
#: Lines of code that a screen holds.
SCREEN = 75


def test_the_guide_has_five_chapters_with_each_page_once():
    chapters = re.findall(r":caption: (.*)\n\n((?:   .*\n)+)", INDEX)
    titles = [title for title, _ in chapters]
    assert titles == [
        "Getting started",
        "Augment",
        "Judge synthetic windows",
        "Does it help on my data?",
        "Share and reproduce",
        "Look up",
    ]
    listed = [line.strip() for _, pages in chapters for line in pages.splitlines()]
    guide = [name for name in listed if name.startswith("user_guide/")]
    assert sorted(guide) == [f"user_guide/{path.stem}" for path in PAGES]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_has_a_figure(path):
    assert FIGURE.search(path.read_text())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_how_long_it_runs(path):
    text = " ".join(path.read_text().split('"""')[1].split())
    # That of the quickstart is in the README, beside its command.
    assert "Run time: about " in text or path.stem == "plot_quickstart"
    assert "RUNTIME" not in text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_shows_something_on_each_screen(path):
    code = path.read_text().split('"""', 2)[2]
    for part in SHOWN.split(code):
        lines = [line for line in part.splitlines() if line and not line.startswith("#")]
        assert len(lines) <= SCREEN
    assert "plt." in code or "Display" in code
