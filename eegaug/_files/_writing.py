"""Writing a file, or a folder of files, as a whole or not at all."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["replacing", "replacing_folder"]


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path to write to, and put what was written in place when the block ends."""
    # Written beside its place and renamed: an error leaves an older file, and no litter.
    # What a link points to is replaced, not the link.
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
    """Give a folder to fill, which takes its name when the block ends; there must be none yet."""
    target = Path(folder)
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".part-") as place:
        part = Path(place, "part")
        part.mkdir()
        yield part
        part.rename(target)
