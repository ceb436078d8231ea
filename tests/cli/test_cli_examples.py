"""The examples that ``--help`` shows run as they stand."""

import importlib
import shlex

import pytest
from sklearn.ensemble import RandomForestClassifier

from eegaug._cli import main
from eegaug._cli._main import COMMANDS
from eegaug.gan import GANGenerator

pytestmark = pytest.mark.uncompiled


def examples(command):
    """Return the examples that a user reads in the help of a command."""
    module = importlib.import_module(f"eegaug._cli._{command}")
    return [line.strip() for line in module.EXAMPLES.splitlines()]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The folder of all examples, and the lines that ran in it: several commands show the same."""
    return tmp_path_factory.mktemp("examples"), set()


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_run_as_they_stand(command, ran, monkeypatch, capsys):
    folder, done = ran
    monkeypatch.chdir(folder)
    # What an example leaves open is cut: trainings, forests, and the resamples of a page.
    monkeypatch.setitem(GANGenerator.__init__.__kwdefaults__, "n_steps", 2)
    monkeypatch.setattr(RandomForestClassifier.__init__, "__defaults__", (10,))
    lines = examples(command)
    assert any(line.startswith(f"eegaug {command} ") for line in lines)
    for line in lines:
        name, *arguments = shlex.split(line)
        assert name == "eegaug"
        if arguments[0] == "report":
            arguments += ["--n-resamples", "2"]
        if line not in done:
            assert main(arguments) == 0, line
            done.add(line)
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.endswith("\n".join(f"  {line}" for line in lines) + "\n")
