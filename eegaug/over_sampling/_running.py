"""Trainings with a cache, and in parallel."""

import inspect
import os
import pickle
import types
import warnings
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any

import joblib
import numpy as np
from numpy.random import RandomState
from sklearn.base import BaseEstimator, clone
from sklearn.utils import get_tags
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_memory

from eegaug.over_sampling._card import versions_of

__all__ = ["Task", "identity_of", "run_side_by_side", "run_task"]

# Libraries on which the result of a training depends.
LIBRARIES = ("eegaug", "sklearn", "keras", "tensorflow", "pandas", "numpy", "scipy")
PACKAGES = ("eegaug", "tensorflow", "keras", "numpy", "scipy", "scikit-learn")


@dataclass(frozen=True)
class Task:
    """One training: the generator, its windows, and the options its `fit` takes of these."""

    generator: Any
    X: Any
    options: Mapping[str, Any] = field(default_factory=dict)
    callbacks: tuple[Any, ...] = ()


def run_task(task: Task, memory: Any) -> Any:
    """Return the fitted generator, from the cache where an equal task was run before."""
    cache = check_memory(memory)
    if cache.location is None:
        return _fit(task)
    key = [task.generator, task.X, task.options]
    identity = identity_of([key, versions_of(PACKAGES)])
    state = cache.cache(_fitted_state, ignore=["task"])(identity, task)
    generator = clone(task.generator)
    vars(generator).update(state)
    return generator


def _fitted_state(identity: str, task: Task) -> dict[str, Any]:
    """Return the fitted attributes, without parameters, which may not be picklable."""
    generator = _fit(task)
    parameters = generator.get_params(deep=False)
    return {name: value for name, value in vars(generator).items() if name not in parameters}


def _fit(task: Task) -> Any:
    """Fit a copy, with the layout of windows and the options that its `fit` accepts."""
    generator = clone(task.generator)
    X = task.X if get_tags(generator).input_tags.three_d_array else task.X.reshape(len(task.X), -1)
    known = inspect.signature(generator.fit).parameters
    options = {**task.options, "callbacks": task.callbacks}
    return generator.fit(X, **{k: v for k, v in options.items() if k in known})


def identity_of(value: Any) -> str:
    """Return a hash of data, parameters and code, equal in all processes.

    A function counts by its code, its defaults, what it closes over, and the numbers, texts,
    arrays and functions that it names; so two lambdas differ, and an edited one is another.
    """
    return joblib.hash(_describe(value, ()))


def _describe(value: Any, above: tuple[int, ...]) -> Any:
    """Convert a value to plain values that can be hashed."""
    if id(value) in above:
        return "recursion"
    inside = (*above, id(value))
    if isinstance(value, np.generic):
        return _describe(value.item(), above)
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return [type(value).__name__, value]
    if isinstance(value, np.ndarray):
        # The pickle of strings depends on their identity.
        plain = value.astype(str) if value.dtype.kind == "O" else value
        # Bytes, as joblib's hash of an array depends on its strides.
        return [value.dtype.str, value.shape, blake2b(plain.tobytes()).hexdigest()]
    if isinstance(value, Mapping):
        items = ([_describe(k, inside), _describe(v, inside)] for k, v in value.items())
        return ["mapping", *items]
    if isinstance(value, list | tuple):
        return [type(value).__name__, *(_describe(item, inside) for item in value)]
    if isinstance(value, Set):
        return ["set", *sorted(joblib.hash(_describe(item, inside)) for item in value)]
    if isinstance(value, RandomState):
        return ["RandomState", _describe(value.get_state(), inside)]
    if isinstance(value, partial):
        return ["partial", _describe([value.func, value.args, value.keywords], inside)]
    if isinstance(value, types.MethodType):
        return ["method", _describe([value.__self__, value.__func__], inside)]
    if isinstance(value, types.FunctionType):
        return ["function", *_describe_function(value, inside)]
    if isinstance(value, types.CodeType):
        return [value.co_code, value.co_names, _describe(value.co_consts, inside)]
    if isinstance(value, types.ModuleType):
        return value.__name__
    if hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return _describe_object(value, inside)


def _describe_function(function: types.FunctionType, inside: tuple[int, ...]) -> list[Any]:
    named = [function.__globals__.get(name) for name in _names_in(function.__code__)]
    helpers = [
        each for each in named if isinstance(each, types.FunctionType) and _is_foreign(each)
    ]
    plain = bool | int | float | str | np.ndarray
    values = [each for each in named if isinstance(each, plain)]
    closed_over = [cell.cell_contents for cell in function.__closure__ or ()]
    parts = [function.__code__, function.__defaults__, function.__kwdefaults__]
    return [_describe(each, inside) for each in (*parts, closed_over, helpers, values)]


def _names_in(code: types.CodeType) -> list[str]:
    """Return the names that a function uses, those of functions within it included."""
    nested = [_names_in(each) for each in code.co_consts if isinstance(each, types.CodeType)]
    return [*code.co_names, *(name for names in nested for name in names)]


def _is_foreign(value: Any) -> bool:
    """Return whether the module of an object is not among those whose versions are in the key."""
    return value.__module__.split(".")[0] not in (*LIBRARIES, "builtins")


def _describe_object(value: Any, inside: tuple[int, ...]) -> list[Any]:
    kind = type(value)
    if isinstance(value, BaseEstimator):
        # Attributes of a fitted estimator count: it can be what a training starts from.
        state: Any = vars(value)
    else:
        # Configurations of losses of Keras leave out some arguments.
        config: Any = getattr(value, "get_config", dict)()
        state = [config, getattr(value, "__dict__", repr(value))]
    if hasattr(value, "to_numpy"):
        state = [list(getattr(value, "columns", ())), value.to_numpy()]
    methods = [vars(each).values() for each in kind.__mro__ if _is_foreign(each)]
    code = [getattr(each, "__func__", each) for several in methods for each in several]
    code = [each for each in code if isinstance(each, types.FunctionType)]
    name = f"{kind.__module__}.{kind.__qualname__}"
    return [name, _describe(state, inside), _describe(code, inside)]


def run_side_by_side(
    function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], n_jobs: int | None
) -> list[Any]:
    """Call a function several times, as joblib's configuration says.

    Warnings that are given in another process are given again in this one.
    """
    try:
        # Arrays that joblib maps to memory would have other hashes in a cache.
        done = Parallel(n_jobs=n_jobs, max_nbytes=None)(
            delayed(_call)(os.getpid(), function, each) for each in arguments
        )
    except pickle.PicklingError as error:
        raise ValueError(
            "With 'n_jobs' trainings are sent to other processes, so all parameters must be fit "
            "for pickle, 'callbacks' and an 'objective' of your own among them. Change the one "
            f"that is not, or use n_jobs=1: {error.__cause__ or error}"
        ) from error
    for _, given in done:
        for category, message in given:
            warnings.warn(message, category, stacklevel=4)
    return [result for result, _ in done]


def _call(
    home: int, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> tuple[Any, list[tuple[type[Warning], str]]]:
    """Return the result and the warnings that would not be seen."""
    # Filters of warnings belong to the whole process, so they are not changed here.
    if os.getpid() == home:
        return function(*arguments), []
    with warnings.catch_warnings(record=True) as caught:
        result = function(*arguments)
    return result, [(each.category, str(each.message)) for each in caught]
