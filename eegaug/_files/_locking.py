"""A file that one holder at a time can have."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["holding"]


@contextmanager
def holding(path: str | os.PathLike[str]) -> Iterator[None]:
    """Hold a file that nobody else holds, in this process or another, until the block ends."""
    path = Path(path)
    with _held(path):
        try:
            yield
        finally:
            # Windows does not remove an open file; an empty one that nobody holds is left.
            with suppress(OSError):
                path.unlink()


def _held(path: Path) -> IO[bytes]:
    while True:
        stream = path.open("ab")
        try:
            _lock(stream)
            # Whoever held it a moment ago has removed it, and a third may have made another.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                    return stream
        except BaseException:
            stream.close()
            raise
        stream.close()


def _lock(stream: IO[bytes]) -> None:
    if sys.platform == "win32":
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(error.errno, error.strerror) from error
    else:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
