"""Each promise of the page "What you can rely on" names a test that is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "user_guide" / "reliability.rst"
NAMED = re.findall(r"``([\w/]+\.py)::(\w+)``", PAGE.read_text())


def test_every_promise_names_a_test():
    assert len(NAMED) == PAGE.read_text().count("\n   * - ") - 1


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_named_test_is_there(file, test):
    assert f"\ndef {test}(" in (TESTS / file).read_text()
