"""Public docstrings are whole: numpydoc's checks, as `pyproject.toml` chooses them."""

import importlib
import inspect
import pkgutil
import tomllib
from pathlib import Path

import pytest
from numpydoc.validate import get_validation_checks, validate

import eegaug

CONFIG = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
CHECKS = get_validation_checks(set(CONFIG["tool"]["numpydoc_validation"]["checks"]))


def public_modules():
    parts = [info.name for info in pkgutil.iter_modules(eegaug.__path__)]
    names = ["eegaug", *(f"eegaug.{name}" for name in parts if not name.startswith("_"))]
    return [importlib.import_module(name) for name in names]


def public_objects():
    """Find functions, classes and the public methods of these, by their import path."""
    found = {}
    for module in public_modules():
        for name in module.__all__:
            member = getattr(module, name)
            if not (inspect.isclass(member) or inspect.isfunction(member)):
                continue
            found[f"{module.__name__}.{name}"] = member
            for method, value in vars(member).items() if inspect.isclass(member) else ():
                ours = callable(value) or isinstance(value, (property, classmethod, staticmethod))
                if ours and not method.startswith("_"):
                    found[f"{module.__name__}.{name}.{method}"] = value
    return found


def has_an_example(member):
    """A class is shown by its own example or by that of the method that makes one."""
    texts = [inspect.getdoc(value) or "" for value in (member, *vars(member).values())]
    return any("\nExamples\n" in text for text in texts)


@pytest.mark.parametrize(("path", "member"), public_objects().items())
def test_docstring_is_whole(path, member):
    passed_over = set()
    is_method = "." in inspect.unwrap(member).__qualname__ if callable(member) else True
    if is_method:
        passed_over |= {"EX01", "SA01"}  # those of the class say it
    if inspect.isclass(member) and has_an_example(member):
        passed_over.add("EX01")
    if inspect.isclass(member) and "Parameters\n" not in inspect.getdoc(member):
        passed_over.add("PR01")  # results that the library makes have attributes alone
    errors = {code: text for code, text in validate(path)["errors"] if code in CHECKS}
    assert not {code: errors[code] for code in errors.keys() - passed_over}
