"""The README is true: its commands are what CI runs, its code runs."""

import re
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from eegaug._cli import main as eegaug

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


def test_badges_and_bibtex_are_of_this_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    versions = [each.rpartition(" :: ")[2] for each in project["classifiers"]]
    versions = [each for each in versions if each.startswith("3.")]
    assert f"![Python {', '.join(versions)}](docs/_static/badge-python.svg)" in README
    assert f"![licence: {project['license']}](docs/_static/badge-licence.svg)" in README
    badge = (ROOT / "docs" / "_static" / "badge-python.svg").read_text()
    assert f"python: {' | '.join(versions)}<" in badge
    badge = (ROOT / "docs" / "_static" / "badge-licence.svg").read_text()
    assert f"licence: {project['license']}<" in badge
    assert f"version = {{{project['version']}}}" in README
    assert f"license = {{{project['license']}}}" in README


def test_what_works_without_tensorflow_is_all_the_other_dependencies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.match(r"[\w-]+", each)[0] for each in project["dependencies"]} - {"tensorflow"}
    installed = re.search(r"pip install --no-deps \. && pip install (.*)", README)[1]
    assert set(installed.split()) == names


def test_what_the_classifier_decides_is_that_of_the_committed_results():
    rows = pd.read_json(ROOT / "benchmarks" / "results" / "gain.jsonl", lines=True)
    rows = rows[(rows["set"] == "delhi, unit variance") & (rows["k"].astype(str) == "2")]
    rows = rows[rows["sampler"] == "none"]
    means = rows.groupby("classifier")["average_precision"].mean()
    forest, rocket = (f"{means[name]:.2f}"[1:] for name in ("forest", "MiniRocket + ridge"))
    text = " ".join(README.split())
    assert f"a forest on raw samples has an AP of {forest}, MiniRocket one of {rocket}." in text


def blocks():
    """Return each piece of code with what is shown below it."""
    return re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```)?", README, re.DOTALL)


@pytest.mark.parametrize(("code", "shown"), blocks())
def test_the_code_prints_what_is_shown(code, shown, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [str(ROOT / "docs"), *sys.path])
    eegaug(["simulate", "windows.csv"])
    capsys.readouterr()
    exec(compile(code, "README.md", "exec"), {})
    from run_blocks import check_output

    check_output(shown, capsys.readouterr().out, "README.md")
