"""Where the numbers of a report come from."""

import hashlib
import os
import platform
from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from eegaug.over_sampling._card import versions_of

__all__ = ["data_hash", "provenance"]

PACKAGES = (
    "eegaug",
    "numpy",
    "scipy",
    "scikit-learn",
    "imbalanced-learn",
    "pandas",
    "matplotlib",
    "tensorflow",
    "keras",
)


def data_hash(*arrays: ArrayLike | None) -> str:
    """Return the first 16 hex digits of the SHA-256 of windows, labels and recordings."""
    digest = hashlib.sha256()
    for each in arrays:
        array = np.asarray("" if each is None else each)
        # Equal values of another number type are the same data.
        array = array.astype(np.float64) if array.dtype.kind in "biuf" else array.astype(str)
        digest.update(f"{array.shape} {array.dtype.kind}".encode())
        digest.update("\0".join(array.ravel()).encode() if array.dtype.kind == "U" else b"")
        digest.update(np.ascontiguousarray(array).data if array.dtype.kind == "f" else b"")
    return digest.hexdigest()[:16]


def provenance(
    source: Any,
    synthetic: Mapping[Hashable, ArrayLike],
    real: tuple[ArrayLike, ArrayLike, Any],
    holdout: tuple[Any, Any, Any] | None,
    parameters: Mapping[str, Any],
    seed: int,
) -> dict[str, Any]:
    """Collect what is needed to make the same report again."""
    return {
        "date": _now(),
        "seed": seed,
        "parameters": dict(parameters),
        "held out": _held_out(source, real, holdout),
        "data hash": data_hash(*real),
        "synthetic hash": {str(label): data_hash(X) for label, X in synthetic.items()},
        "held-out hash": None if holdout is None else data_hash(*holdout),
        "source": _source(source),
        "versions": {"python": platform.python_version(), **versions_of(PACKAGES)},
    }


def _now() -> str:
    """Return the time, or what SOURCE_DATE_EPOCH says where builds must be reproducible."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.now(UTC) if fixed is None else datetime.fromtimestamp(int(fixed), UTC)
    return now.isoformat(timespec="seconds")


def _source(source: Any) -> dict[str, Any]:
    if isinstance(source, Mapping):
        return {"kind": "windows that were given"}
    params = source.get_params() if hasattr(source, "get_params") else {}
    return {
        "kind": type(source).__name__,
        "parameters": {name: f"{value!r:.200}" for name, value in params.items()},
        "versions at the training": getattr(getattr(source, "_data", None), "versions", None),
    }


def _held_out(
    source: Any, real: tuple[Any, Any, Any], holdout: tuple[Any, Any, Any] | None
) -> str:
    if holdout is None:
        if getattr(source, "membership_inference_", None):
            return "no X_holdout; the attack is on windows that the sampler held out"
        return "nothing"
    n_windows, groups = len(holdout[0]), holdout[2]
    if groups is None:
        return f"{n_windows} windows as X_holdout; their recordings are not known"
    n_recordings = len(np.unique(np.asarray(groups)))
    return (
        f"{n_windows} windows of {n_recordings} recordings as X_holdout; none of these recordings "
        "is among the training windows"
    )
