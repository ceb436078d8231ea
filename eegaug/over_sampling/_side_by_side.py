"""Trainings side by side, in other processes where joblib starts some."""

import multiprocessing
import os
import pickle
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from sklearn.utils.parallel import Parallel, delayed

__all__ = ["run_side_by_side"]


def run_side_by_side(
    function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], n_jobs: int | None
) -> list[Any]:
    """Call a function several times, as joblib's configuration says.

    Warnings that are given in another process are given again in this one.

    Parameters
    ----------
    function : callable
        To be found by its name in other processes.
    arguments : iterable of tuple
        The arguments of each call, asked for as they are needed.
    n_jobs : int or None
        Number of calls at a time; None is 1 unless in a ``joblib.parallel_config``.

    Returns
    -------
    results : list
        In the order of the arguments.

    Raises
    ------
    ValueError
        If what is needed for a call cannot be sent to another process.
    """
    try:
        # Arrays that joblib maps to memory would have other hashes in a `memory`.
        done = Parallel(n_jobs=n_jobs, max_nbytes=None)(
            delayed(_call)(os.getpid(), function, each) for each in arguments
        )
    except pickle.PicklingError as error:
        raise ValueError(
            "With 'n_jobs' trainings are sent to other processes, so all parameters must be fit "
            "for pickle, 'callbacks' and an 'objective' of your own among them. Mend the one "
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
    # Filters of warnings are the whole process's, which may be at work on other things.
    if os.getpid() == home:
        return function(*arguments), []
    if multiprocessing.current_process().name.startswith("LokyProcess"):
        # joblib tells the libraries that it knows how many threads there are for each worker.
        threads = os.environ.get("OMP_NUM_THREADS", "1")
        os.environ.setdefault("TF_NUM_INTEROP_THREADS", threads)
    with warnings.catch_warnings(record=True) as caught:
        result = function(*arguments)
    return result, [(each.category, str(each.message)) for each in caught]
