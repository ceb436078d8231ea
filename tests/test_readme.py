"""The README is true: its commands are what CI runs, its code runs."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
pytestmark = pytest.mark.skipif(
    not (ROOT / ".ci" / "run").exists(), reason="needs the whole checkout, not the sdist"
)


def test_commands_are_of_one_line_each():
    commands = dict(re.findall(r"<!-- command: (\S+) -->\n```\n(.*)\n```\n", README))
    assert set(commands) == {"main-job", "tests", "docs"}
    assert "examples/start/plot_quickstart.py" in commands["main-job"]
    assert "-m pytest" in commands["tests"]


def test_ci_reads_the_commands_out_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text()
    for name in re.findall(r"<!-- command: (\S+) -->", README):
        assert name in script
    assert "README.md" in script
    assert "pip install" not in script


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_inside_the_checkout_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_the_citation_is_of_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {project['version']}\n" in citation
    assert f"\nlicense: {project['license']}\n" in citation


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_code_runs(code):
    exec(compile(code, "README.md", "exec"), {})
