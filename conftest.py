"""Settings of the tests, and trainings without a compiled step for those that need none."""

import os

import pytest
from hypothesis import settings

settings.register_profile("thorough", max_examples=5000)
# Before a library reads them. Tests run in as many processes as there are cores, where threads of
# the one keep waiting for those of the other: some tests take three times as long with two each.
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(name, "1")

SHELVES = {}


@pytest.fixture(autouse=True)
def _uncompiled(request, monkeypatch):
    """Run the steps of a training as they are in examples and in tests that are marked so.

    To trace and compile the step of a new network takes seconds, the two steps of a test's
    training do not. What is compiled has tests of its own, and a network that many tests share is
    compiled for all of them once. Within a module that is marked, ``uncompiled(False)`` says
    which tests need it.
    """
    mark = request.node.get_closest_marker("uncompiled")
    if mark is None and not isinstance(request.node, pytest.DoctestItem):
        return
    if mark is not None and mark.args == (False,):
        return
    from eegaug.gan.lending import Shelf

    for place, shelf in (("fitting", "_TRAININGS"), ("sampling", "_SAMPLERS")):
        kept = SHELVES.setdefault(place, Shelf(8))
        monkeypatch.setattr(f"eegaug.gan.{place}.{shelf}", kept)
        monkeypatch.setattr(f"eegaug.gan.{place}.compile_for_one_thread", _as_it_is)


def _as_it_is(function, signature):
    import tensorflow as tf

    def run(*arguments):
        pairs = zip(arguments, signature, strict=True)
        return function(*(tf.convert_to_tensor(value, spec.dtype) for value, spec in pairs))

    return run
