"""Settings of the tests, and trainings without a compiled step for those that need none."""

import os
import sys

import pytest
from hypothesis import settings

settings.register_profile("thorough", max_examples=5000)
# Before a library reads them. Tests run in as many processes as there are cores, where threads of
# the one keep waiting for those of the other: some tests take three times as long with two each.
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(name, "1")

SHELVES = {}


@pytest.fixture(autouse=True)
def _networks(request, monkeypatch):
    """Compile no step where a test does not need it, and keep networks for the next tests.

    To trace and compile the step of a new network takes seconds, the two steps of a test's
    training do not: in examples, and in tests that are marked so, they run as they are. A network
    that many tests have is compiled once for all of them. Within a module that is marked,
    ``uncompiled(False)`` says which tests need what is compiled.
    """
    mark = request.node.get_closest_marker("uncompiled")
    example = isinstance(request.node, pytest.DoctestItem)
    uncompiled = example if mark is None else mark.args != (False,)
    if not uncompiled and "eegaug.gan" not in sys.modules:
        return
    from eegaug.gan.lending import Shelf

    for place, shelf in (("fitting", "_TRAININGS"), ("sampling", "_SAMPLERS")):
        kept = SHELVES.setdefault((place, uncompiled), Shelf(12))
        monkeypatch.setattr(f"eegaug.gan.{place}.{shelf}", kept)
        if uncompiled:
            monkeypatch.setattr(f"eegaug.gan.{place}.compile_for_one_thread", _as_it_is)


def _as_it_is(function, signature):
    import tensorflow as tf

    def run(*arguments):
        pairs = zip(arguments, signature, strict=True)
        return function(*(tf.convert_to_tensor(value, spec.dtype) for value, spec in pairs))

    return run
