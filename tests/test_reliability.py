"""Each promise of the page "What you can rely on" has a test, and each such test is there."""

import re
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "user_guide" / "reliability.rst").read_text()
LISTS = PAGE[: PAGE.index(".. _reproducibility:")]
ITEM = re.compile(r"^- ((?:.+\n)(?:  .+\n)*)", re.MULTILINE)
PROMISES = {
    promise: test
    for part in tomllib.loads((TESTS / "promises.toml").read_text()).values()
    for promise, test in part.items()
}


def test_each_promise_has_a_test():
    assert [" ".join(item.split()) for item in ITEM.findall(LISTS)] == list(PROMISES)


@pytest.mark.parametrize("place", PROMISES.values())
def test_the_test_of_a_promise_is_there(place):
    file, test = place.split("::")
    assert f"\ndef {test}(" in (TESTS / file).read_text()
