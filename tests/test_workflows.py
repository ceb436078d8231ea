"""The workflows are well formed, run what `.ci` runs, and agree with `pyproject.toml`."""

import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="needs the whole checkout, not the sdist"
)
NAMES = ["tests", "docs", "release"]
SYSTEMS = {"ubuntu-latest": "Linux", "macos-latest": "MacOS", "windows-latest": "Windows"}


def workflow(name):
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text())


def commands(name):
    """Return all that a workflow runs."""
    jobs = workflow(name)["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def test_there_are_no_others():
    assert {path.stem for path in FOLDER.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_has_what_a_workflow_needs(name):
    content = workflow(name)
    # YAML reads the key `on` as true.
    assert {"name", True, "permissions", "jobs"} <= content.keys()
    assert content["permissions"] == {"contents": "read"}
    for job in content["jobs"].values():
        assert {"runs-on", "timeout-minutes", "steps"} <= job.keys()
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)
            assert "@" in step.get("uses", "@")


def test_versions_and_systems_are_those_of_the_classifiers():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    matrix = workflow("tests")["jobs"]["tests"]["strategy"]["matrix"]
    stated = {each.rpartition(" :: ")[2] for each in project["classifiers"]}
    assert {each for each in stated if each.startswith("3.")} == set(matrix["python"])
    assert {SYSTEMS[system] for system in matrix["os"]} == stated & set(SYSTEMS.values())
    assert project["requires-python"] == f">={min(matrix['python'], key=lambda v: int(v[2:]))}"


def test_the_checks_of_ci_are_run():
    script = (ROOT / ".ci" / "run").read_text()
    for check in ("ruff check .", "ruff format --check .", "mypy", "codespell"):
        assert f"run .venv/bin/{check}\n" in script
        assert check in commands("tests")
    for check in ("docs/run_blocks.py", "docs/check_links.py docs/_build/html"):
        assert f"run .venv/bin/python {check}\n" in script
        assert f"python {check}" in commands("docs")


def test_a_release_is_published_without_a_password():
    content = workflow("release")
    assert content[True] == {"push": {"tags": ["v*"]}}
    build, publish = content["jobs"]["build"], content["jobs"]["publish"]
    assert ".ci/package" in commands("release")
    assert "permissions" not in build
    assert publish["needs"] == "build"
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["steps"][-1]["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert "secrets." not in (FOLDER / "release.yml").read_text()
