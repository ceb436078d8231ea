"""Atomic writing of a file or a folder."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["replacing", "replacing_folder"]


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a path to write to, and move the file into place when the block ends."""
    # Written in the same folder and renamed, so that an error keeps the older file.
    # The target of a link is replaced, not the link.
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{secrets.token_hex(8)}.{target.name[-80:]}")
    try:
        yield part
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(part, target)
    except OSError as error:
        raise OSError(
            error.errno,
            f"{path} cannot be written ({error.strerror or error}); expected a path in a folder "
            "that exists, where you may write, with room left. Choose another one",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a new folder to fill, which is renamed to `folder` when the block ends."""
    target = Path(folder)
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".part-") as place:
        part = Path(place, "part")
        part.mkdir()
        yield part
        part.rename(target)
