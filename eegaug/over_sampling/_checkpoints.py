"""The folder in which the trainings of one fit are kept until all of it is done."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from importlib.metadata import version
from numbers import Integral
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import joblib
import numpy as np
from numpy.typing import NDArray

from eegaug._files import holding
from eegaug.over_sampling._base import WindowsOf

if TYPE_CHECKING:
    from eegaug.gan.checkpoint import Checkpoint

__all__ = ["CheckpointFolder", "check_seed", "identity_of"]

ENDING = ".checkpoint"
LOCK = "in-use"
# What a write that was killed leaves beside its place.
_LITTER = re.compile(r"\.[0-9a-f]{16}\..*" + re.escape(ENDING))
# Parameters that make no other generators.
UNIMPORTANT = ("callbacks", "checkpoint_dir", "memory", "n_jobs", "verbose")
# Of these depends whether a training that goes on ends in the same bits.
PACKAGES = ("eegaug", "tensorflow", "keras", "numpy", "scipy", "scikit-learn")


class CheckpointFolder:
    """The folder of one fit: its trainings' files, which no other fit may touch.

    Nothing is looked at or written before the first training begins, so that a fit whose
    generators are all kept in a `memory` leaves the folder to the one that was interrupted. When
    the block ends without an error, the files of this fit are removed.

    Parameters
    ----------
    folder : str or path-like
        The folder; made where it is missing.

    Attributes
    ----------
    identity : dict of str to plain values
        What the fit depends on; to be set before the first training.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.identity: dict[str, Any] = {}
        self._held = ExitStack()
        self._is_held = False

    def training(self, name: str, *, elsewhere: bool = False) -> Callable[[], "Checkpoint"]:
        """Return what gives the checkpoint of one of the trainings, once it begins.

        Parameters
        ----------
        name : str
            Its name within the fit.
        elsewhere : bool, default=False
            Whether the training may begin in another process, on behalf of this one, which
            then takes hold of the folder at once.

        Returns
        -------
        checkpoint : callable
            Without arguments. It raises `OSError` where the folder cannot be used or another
            fit is using it, and `ValueError` where it holds the state of another fit.
        """
        if not elsewhere:
            return partial(self._checkpoint, name)
        if not self._is_held:
            self._hold()
        return partial(_open_checkpoint, self.folder / f"{name}{ENDING}", self.identity)

    def _checkpoint(self, name: str) -> "Checkpoint":
        if not self._is_held:
            self._hold()
        return _open_checkpoint(self.folder / f"{name}{ENDING}", self.identity)

    def _hold(self) -> None:
        from eegaug.gan.checkpoint import Checkpoint

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(holding(self.folder / LOCK))
        except BlockingIOError as error:
            raise BlockingIOError(
                error.errno,
                f"'checkpoint_dir' must be a folder that no other fit is using. {self.folder} "
                "is in use, by this process or another; give each fit a folder of its own, or "
                "wait for the other to end",
            ) from error
        except OSError as error:
            raise OSError(
                error.errno,
                f"'checkpoint_dir' must be a folder where you may write, on a disk with room "
                f"left and with locks of files. {self.folder} cannot be used "
                f"({error.strerror or error}); give another",
            ) from error
        self._is_held = True
        for path in self.folder.iterdir():
            if _LITTER.fullmatch(path.name):
                path.unlink()
        for path in self._files():
            Checkpoint(path, self.identity)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"[!.]*{ENDING}")) if self.folder.is_dir() else []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._held:
            if kind is None:
                self._remove_own()

    def _remove_own(self) -> None:
        files = self._files()
        if not files:
            return
        from eegaug.gan.checkpoint import read_identity

        for path in files:
            # Where all generators came from a `memory`, a file may be another's, or damaged.
            with suppress(OSError, ValueError):
                if read_identity(path) == self.identity:
                    path.unlink()


def _open_checkpoint(path: Path, identity: dict[str, Any]) -> "Checkpoint":
    from eegaug.gan.checkpoint import Checkpoint

    return Checkpoint(path, identity)


def check_seed(random_state: Any) -> None:
    """Raise where a fit could not be told again by its seed.

    Parameters
    ----------
    random_state : object
        The sampler's parameter.

    Raises
    ------
    ValueError
        If it is not an int.
    """
    if not isinstance(random_state, Integral):
        raise ValueError(
            "The 'random_state' parameter must be an int where 'checkpoint_dir' is set: a fit is "
            f"continued by repeating its draws. Got {random_state!r:.80} instead."
        )


def identity_of(parameters: Mapping[str, Any], windows_of: WindowsOf) -> dict[str, Any]:
    """Tell a fit from others: its data, its parameters and the libraries.

    Parameters
    ----------
    parameters : mapping of str to object
        The sampler's.
    windows_of : WindowsOf
        Access to the windows of all classes.

    Returns
    -------
    identity : dict of str to plain values
        Functions and objects, such as an objective of one's own, count by their names and
        parameters, not by their code.
    """
    classes = [
        [repr(label), _hash(windows_of(label)), _hash(windows_of.groups(label))]
        for label in windows_of.labels.tolist()
    ]
    plain = {k: _described(v) for k, v in parameters.items() if k not in UNIMPORTANT}
    return {
        **plain,
        "data": joblib.hash(classes),
        "sfreq of the data": windows_of.sfreq,
        "versions": {package: version(package) for package in PACKAGES},
    }


def _hash(array: NDArray | None) -> str | None:
    if array is None:
        return None
    # The pickle of strings, which is hashed, depends on which of them are one object.
    return joblib.hash(
        np.ascontiguousarray(array.astype(str) if array.dtype.kind == "O" else array)
    )


def _described(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {_described(k): _described(v) for k, v in value.items()}
    if isinstance(value, Sequence):
        return [_described(item) for item in value]
    if isinstance(value, partial):
        return [_described(each) for each in (value.func, value.args, value.keywords)]
    if hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    return [kind, {k: _described(v) for k, v in getattr(value, "__dict__", {}).items()}]
