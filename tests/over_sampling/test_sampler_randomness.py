"""What the samplers promise about seeds."""

import random
import subprocess
import sys

import numpy as np
import pytest
from numpy.random import RandomState
from numpy.testing import assert_array_equal

from eegaug.over_sampling import JitterOversampler, SurrogateOversampler

SAMPLERS = {
    "jitter": JitterOversampler(noise=0.1, growth=1),
    "phase": SurrogateOversampler(),
    "iaaft": SurrogateOversampler(method="iaaft", max_iter=3),
}
X = np.random.default_rng(0).normal(size=(16, 2, 12))
Y = np.repeat(["a", "b", "c"], [10, 2, 4])


def resample(name, random_state, **params):
    sampler = SAMPLERS[name].set_params(
        random_state=random_state, sampling_strategy=params.get("sampling_strategy", "auto")
    )
    return sampler.fit_resample(X, Y)[0]


each_sampler = pytest.mark.parametrize("name", SAMPLERS)


@each_sampler
def test_int_gives_the_same_again_and_another_int_does_not(name):
    assert_array_equal(resample(name, 7), resample(name, 7))
    assert not np.array_equal(resample(name, 7), resample(name, 8))


def test_int_gives_the_same_in_a_fresh_process():
    code = (
        "import numpy as np; from eegaug.over_sampling import JitterOversampler as J,"
        "SurrogateOversampler as S; X = np.random.default_rng(0).normal(size=(16, 2, 12));"
        "Y = np.repeat(['a', 'b', 'c'], [10, 2, 4]);"
        "[print(s.fit_resample(X, Y)[0].tobytes().hex()) for s in ("
        "J(noise=0.1, growth=1, random_state=7), S(random_state=7),"
        "S(method='iaaft', max_iter=3, random_state=7))]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = [resample(name, 7).tobytes().hex() for name in SAMPLERS]
    assert done.stdout.split() == here


@each_sampler
def test_instance_advances(name):
    instance = RandomState(7)
    first, second = resample(name, instance), resample(name, instance)
    assert not np.array_equal(first, second)
    assert_array_equal(first, resample(name, RandomState(7)))


@each_sampler
def test_none_differs_from_call_to_call(name):
    assert not np.array_equal(resample(name, None), resample(name, None))


@each_sampler
def test_callers_random_states_are_untouched(name):
    numpy_before, python_before = np.random.get_state(), random.getstate()  # noqa: NPY002
    resample(name, 7)
    numpy_after = np.random.get_state()  # noqa: NPY002
    assert_array_equal(numpy_before[1], numpy_after[1])
    assert numpy_before[2:] == numpy_after[2:]
    assert python_before == random.getstate()


@each_sampler
def test_windows_of_a_class_do_not_depend_on_what_the_others_get(name):
    every = resample(name, 7)
    only_c = resample(name, 7, sampling_strategy={"c": 10})
    assert_array_equal(every[-6:], only_c[-6:])
