"""A training's state in a file, from which another process goes on to the same bits."""

import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import pandas as pd
from numpy.typing import NDArray

from eegaug._files import (
    array_bytes,
    array_from_bytes,
    from_json,
    json_bytes,
    json_from_bytes,
    read_archive,
    to_json,
    write_archive,
)
from eegaug.gan.fitting import Training, number_columns
from eegaug.gan.monitor import QualityMonitor

__all__ = ["Checkpoint", "read_identity"]

KIND = "state of a training"
#: Version of the file's form; it goes up whenever an older state could not be gone on from.
VERSION = 1
_FACTS = "training.json"
# What comes of values that no training has, wherever they are first used.
_WRONG = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Checkpoint(keras.callbacks.Callback):
    """Write a training's state to a file after each round, and go on from it.

    For `GANGenerator.fit`; `GANOversampler` makes its own from ``checkpoint_dir``. The file is
    replaced as a whole. Where that fails, on a full disk, a warning says so once, the older file
    stays, and the training goes on: its result does not depend on the file.

    Parameters
    ----------
    path : path-like
        The file.
    identity : mapping of str to plain values
        What the training depends on: windows, configuration, seed, in words or by hashes. A file
        with another identity is refused; nothing else tells whose it is.

    Attributes
    ----------
    attempt : int
        Which of the training's attempts the file is about; 0 where there is none.
    rows : list of dict
        The history so far.

    Raises
    ------
    ValueError
        If the file is damaged, no such file, or has another identity.

    See Also
    --------
    eegaug.GANOversampler : Keeps its trainings so, told a ``checkpoint_dir``.
    GANGenerator : Whose `fit` takes it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import numpy as np
    >>> from eegaug.gan import Checkpoint, GANConfig, GANGenerator
    >>> windows = 50 * np.random.default_rng(0).normal(size=(20, 1, 32))
    >>> config = GANConfig(architecture="dense", n_steps=2, width=2, batch_size=4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "state")
    ...     checkpoint = Checkpoint(path, {"windows": "of today", "seed": 0})
    ...     generator = GANGenerator(config, random_state=0).fit(windows, checkpoint=checkpoint)
    ...     path.exists()
    True
    """

    def __init__(self, path: str | os.PathLike[str], identity: Mapping[str, Any]) -> None:
        super().__init__()
        self.path = Path(path)
        self.identity = dict(identity)
        self.attempt = 0
        self._found: dict[str, bytes] | None = None
        self._failed = False
        if self.path.exists():
            self._found = _read(self.path)
            facts = _facts_in(self._found, self.path)
            _check_identity(self.path, facts["identity"], self.identity)
            self.attempt = facts["attempt"]

    def begin(self, training: Training, monitor: QualityMonitor, attempt: int) -> bool:
        """Bring a training that was reset to where the file has it.

        Parameters
        ----------
        training : Training
            Its variables are set.
        monitor : QualityMonitor
            Its memory is set.
        attempt : int
            Which attempt begins. The file of another is not used, and will be replaced.

        Returns
        -------
        finished : bool
            Whether no round is left to run. `rows` has the history until here.

        Raises
        ------
        ValueError
            If the file does not fit the training.
        """
        self.training, self.monitor = training, monitor
        self.rows: list[dict[str, Any]] = []
        found, self._found = self._found, None
        if found is None or attempt != self.attempt:
            self.attempt = attempt
            return False
        facts = _facts_in(found, self.path)
        try:
            self._restore(facts, found)
        except _WRONG as error:
            raise _altered(self.path, error) from error
        return facts["finished"]

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Write the state.

        Parameters
        ----------
        epoch : int
            The round that has ended.
        logs : dict
            Its row of the history, to which no other callback will add.
        """
        self.rows.append(logs)
        finished = self.model.stop_training or epoch + 1 == self.params["epochs"]
        try:
            write_archive(self.path, self._files(finished), kind=KIND, version=VERSION)
        except OSError as error:
            if not self._failed:
                warnings.warn(
                    f"{error}. The training goes on; if it is killed, what it learned since the "
                    "last state that could be written is lost.",
                    UserWarning,
                    stacklevel=2,
                )
            self._failed = True

    def _files(self, finished: bool) -> dict[str, bytes]:
        columns = number_columns(pd.DataFrame(self.rows))
        facts = {
            "identity": self.identity,
            "attempt": self.attempt,
            "finished": bool(finished),
            "columns": list(columns),
            "monitor": self.monitor.state(),
        }
        arrays = {
            "variables": [variable.numpy() for variable in self.training.variables],
            "best": self.monitor.best_weights or [],
            "history": list(columns.values()),
        }
        return {_FACTS: json_bytes(to_json(facts))} | {
            f"{kind}/{i}.npy": array_bytes(array)
            for kind, several in arrays.items()
            for i, array in enumerate(several)
        }

    def _restore(self, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        variables, best, columns = (_arrays_in(files, k) for k in ("variables", "best", "history"))
        _check_like(variables, [variable.numpy() for variable in self.training.variables])
        if best:
            _check_like(best, self.training.gan.averaged.get_weights())
        history = pd.DataFrame(dict(zip(facts["columns"], columns, strict=True)))
        if history.empty or "step" not in history:
            raise ValueError("its history has no step")
        self.monitor.restore(facts["monitor"], best or None)
        for variable, value in zip(self.training.variables, variables, strict=True):
            variable.assign(value)
        self.rows = [{str(k): v for k, v in row.items()} for row in history.to_dict("records")]


def read_identity(path: Path) -> dict[str, Any]:
    """Return what the training in a file depends on.

    Parameters
    ----------
    path : Path
        A file that a `Checkpoint` has written.

    Returns
    -------
    identity : dict
        As the `Checkpoint` was given it.

    Raises
    ------
    ValueError
        If it is no such file, or damaged.
    """
    return _facts_in(_read(path), path)["identity"]


def _read(path: Path) -> dict[str, bytes]:
    try:
        return read_archive(path, kind=KIND, version=VERSION)
    except ValueError as error:
        raise ValueError(f"{error} Or delete it, and the training starts anew.") from error


def _facts_in(files: Mapping[str, bytes], path: Path) -> dict[str, Any]:
    try:
        facts = from_json(json_from_bytes(files[_FACTS], _FACTS))
        kinds = {"identity": dict, "attempt": int, "finished": bool, "columns": list}
        for name, kind in kinds.items():
            if type(facts[name]) is not kind:
                raise ValueError(f"{name} is {facts[name]!r:.80}")
    except _WRONG as error:
        raise _altered(path, error) from error
    return facts


def _altered(path: Path, error: Exception) -> ValueError:
    return ValueError(
        f"{path} was altered: it is whole, but describes no state of this training ({error}). "
        "Delete it, and the training starts anew."
    )


def _arrays_in(files: Mapping[str, bytes], kind: str) -> list[NDArray]:
    names = [f"{kind}/{i}.npy" for i in range(len(files))]
    return [array_from_bytes(files[name], name) for name in names if name in files]


def _check_like(arrays: Sequence[NDArray], wanted: Sequence[NDArray]) -> None:
    for array, like in zip(arrays, wanted, strict=True):
        if array.shape != like.shape or array.dtype != like.dtype:
            raise ValueError(
                f"an array of {array.dtype} and shape {array.shape} in place of {like.dtype} and "
                f"{like.shape}"
            )


def _check_identity(path: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    different = [
        f"{name} ({found.get(name)!r:.80} there, {wanted.get(name)!r:.80} now)"
        for name in sorted(found.keys() | wanted.keys())
        if found.get(name) != wanted.get(name)
    ]
    if different:
        raise ValueError(
            f"{path} holds the state of another training, which differs in "
            f"{', '.join(different)}. To go on with that one, call with what it was begun with; "
            "else give another folder, or delete the file."
        )
