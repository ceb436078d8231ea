"""Detect a process that was forked after TensorFlow ran, where TensorFlow hangs."""

import os
import sys
from typing import Any

__all__ = ["refuse_if_forked"]

_forked = False


def refuse_if_forked() -> None:
    """Raise in a process where TensorFlow would hang."""
    if _forked:
        raise RuntimeError(
            "TensorFlow ran before this process was forked, and would hang here. Start workers "
            "by multiprocessing.get_context('spawn'), by joblib's default backend 'loky', or "
            "before anything is fitted or sampled."
        )


def _look() -> None:
    global _forked
    _forked = _forked or _has_run(sys.modules.get("tensorflow"))


def _has_run(tensorflow: Any) -> bool:
    # There is no query for this, but the number of threads can only be set before the first run.
    threads = getattr(getattr(tensorflow, "config", None), "threading", None)
    if threads is None:  # not imported, or only in part
        return False
    number = threads.get_inter_op_parallelism_threads()
    try:
        threads.set_inter_op_parallelism_threads(number + 1)
    except RuntimeError:
        return True
    threads.set_inter_op_parallelism_threads(number)
    return False


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_look)
