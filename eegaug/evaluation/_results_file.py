"""A file of results from which a killed run can continue."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from scipy import sparse

__all__ = ["ResultsFile", "data_key", "estimator_key"]

# Parameters that set the seed or save time, and do not change the estimator.
UNIMPORTANT = ("random_state", "memory")
_NO_ROW = (json.JSONDecodeError, KeyError, RecursionError, TypeError, UnicodeDecodeError)


class ResultsFile:
    """Rows of results as JSON lines, written run by run."""

    def __init__(
        self, path: str | os.PathLike, settings: str, estimators: dict[tuple[str, str], str]
    ) -> None:
        self.path = Path(path)
        self.settings = settings
        self.estimators = estimators

    def read(self) -> list[dict[str, Any]]:
        """Return the finished rows of the wanted samplers and classifiers."""
        if not self.path.exists():
            return []
        content = self.path.read_bytes()
        rows = []
        for number, line in enumerate(content.split(b"\n")[:-1], start=1):
            try:
                row = json.loads(line)
                self._check(row)
                name = (row["sampler"], row["classifier"])
            except _NO_ROW as error:
                raise ValueError(
                    f"Line {number} of {self.path} is not a row of results. Give another "
                    f"'results_path'."
                ) from error
            if name in self.estimators:
                rows.append({key: _from_json(value) for key, value in row.items()})
        return rows

    def _check(self, row: dict[str, Any]) -> None:
        """Raise where a row was made with other settings."""
        if row["settings"] != self.settings:
            raise ValueError(
                f"{self.path} was made with other settings. It holds [{row['settings']}], the "
                f"present ones are [{self.settings}]. Give another 'results_path'."
            )
        name = (row["sampler"], row["classifier"])
        if row["estimators"] != self.estimators.get(name, row["estimators"]):
            raise ValueError(
                f"{self.path} was made with other parameters of the sampler {name[0]!r} or the "
                f"classifier {name[1]!r}. Give another 'results_path' or another name."
            )

    def append(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Add rows, in one write that reaches the disk before it returns."""
        rows = [
            row
            | {
                "settings": self.settings,
                "estimators": self.estimators[row["sampler"], row["classifier"]],
            }
            for row in rows
        ]
        lines = [json.dumps({k: _to_json(v) for k, v in row.items()}) + "\n" for row in rows]
        self._drop_unfinished_line()
        with self.path.open("ab") as file:
            file.write("".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())
        return rows

    def _drop_unfinished_line(self) -> None:
        """Remove an unfinished last line of a killed run."""
        if not self.path.exists():
            return
        content = self.path.read_bytes()
        if content and not content.endswith(b"\n"):
            os.truncate(self.path, content.rfind(b"\n") + 1)


def _to_json(value: Any) -> Any:
    """Return a value in the types of JSON; NaN becomes null."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value


def _from_json(value: Any) -> Any:
    """Undo `_to_json`."""
    return np.nan if value is None else value


def data_key(X: Any, y: np.ndarray, groups: np.ndarray | None) -> str:
    """Return a short key of the data, the same in every process."""
    windows = X.tocsr() if sparse.issparse(X) else np.asarray(X)
    # Text of a fixed width: the pickle of strings depends on which of them are one object.
    names = [None if values is None else np.asarray(values).astype(str) for values in (y, groups)]
    return joblib.hash((windows, *names))[:12]


def estimator_key(*estimators: Any) -> str:
    """Return a short key of estimators and of their parameters that make a difference."""
    return joblib.hash(json.dumps([_describe(estimator) for estimator in estimators]))[:12]


def _describe(value: Any) -> Any:
    """Return what identifies a parameter, the same in every process."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        parameters = sorted(value.get_params(deep=False).items())
        described = {k: _describe(v) for k, v in parameters if k not in UNIMPORTANT}
        return [f"{type(value).__module__}.{type(value).__qualname__}", described]
    if isinstance(value, dict):
        return [[_describe(k), _describe(v)] for k, v in value.items()]
    if isinstance(value, list | tuple):
        return [_describe(item) for item in value]
    if isinstance(value, np.ndarray):
        return joblib.hash(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value)
