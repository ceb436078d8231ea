"""Settings of the tests, and trainings without a compiled step for those that need none."""

import os
from importlib.util import find_spec

import pytest
from hypothesis import settings

# Its examples cannot be looked for where PyTorch is missing.
collect_ignore = [] if find_spec("torch") else ["eegaug/streams/_torch.py"]
# Before it is chosen by --hypothesis-profile: what tests leave open.
settings.register_profile("quick", max_examples=30)
settings.load_profile("quick")
settings.register_profile("thorough", max_examples=5000)
# Before a library reads them. Tests run in as many processes as there are cores, where threads of
# the one keep waiting for those of the other: some tests take three times as long with two each.
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(name, "1")

# What is patched in `eegaug.gan.training`, as it is there and without compilation.
COMPILED, UNCOMPILED = {}, {}


@pytest.fixture(scope="module", autouse=True)
def _uncompiled_module(request):
    """Run the trainings of a marked module, its fixtures' too, without compilation."""
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("uncompiled") is not None:
            _use(patch, UNCOMPILED)
        yield


@pytest.fixture(autouse=True)
def _uncompiled(request, monkeypatch):
    """Run the steps of a training as they are in examples and in tests that are marked so.

    To trace and compile the step of a new network takes seconds, the two steps of a test's
    training do not. What is compiled has tests of its own, and a network that many tests share is
    compiled for all of them once. Within a module that is marked, ``uncompiled(False)`` says
    which tests need it.
    """
    mark = request.node.get_closest_marker("uncompiled")
    if mark is not None:
        _use(monkeypatch, COMPILED if mark.args == (False,) else UNCOMPILED)
    elif isinstance(request.node, pytest.DoctestItem):
        _use(monkeypatch, UNCOMPILED)


def _use(patch, state):
    from eegaug.gan import training

    if not COMPILED:
        names = ("_TRAININGS", "_SAMPLERS", "compile_for_one_thread")
        COMPILED.update({name: getattr(training, name) for name in names})
        pools = {name: training.ObjectPool(8) for name in names[:2]}
        UNCOMPILED.update(pools, compile_for_one_thread=_as_it_is)
    for name, value in state.items():
        patch.setattr(training, name, value)


def _as_it_is(function, signature):
    import tensorflow as tf

    def run(*arguments):
        pairs = zip(arguments, signature, strict=True)
        return function(*(tf.convert_to_tensor(value, spec.dtype) for value, spec in pairs))

    return run
