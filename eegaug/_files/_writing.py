"""Writing a file as a whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["replacing"]


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path to write to, and put what was written in place when the block ends.

    The file is written beside its place, brought to the disk, and renamed. Where anything goes
    wrong, an older file stays as it was and nothing is left behind.

    Parameters
    ----------
    path : str or path-like
        Where the file shall be.

    Yields
    ------
    part : Path
        Where to write; nothing is there yet. It ends like `path`.

    Raises
    ------
    OSError
        If the file cannot be written there; the message names `path`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from eegaug._files import replacing
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "numbers.txt")
    ...     with replacing(path) as part:
    ...         _ = part.write_text("1 2 3")
    ...     path.read_text()
    '1 2 3'
    """
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
