"""Bounded reading of plain, gzipped and zipped files."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from typing import IO

from numpy.typing import NDArray

from eegaug._files._codec import array_from_bytes

__all__ = [
    "decode",
    "open_zip",
    "read_bounded",
    "read_member",
    "read_npz",
    "read_table_bytes",
    "zip_files",
]

# Damaged members of other methods fail in other ways and may need much memory.
_METHODS = {zipfile.ZIP_STORED: "none", zipfile.ZIP_DEFLATED: "deflate"}

# zipfile has many ways to fail on a file with a flipped bit.
_BROKEN = (
    EOFError,
    MemoryError,
    OSError,
    OverflowError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    struct.error,
)


def read_table_bytes(path: Path, *, max_bytes: int) -> bytes:
    """Return the content of a CSV file: plain, gzipped, or the only one within a zip file."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; expected a CSV file, .gz or .zip of it.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; expected a CSV file, or a .gz or .zip of one.")
    with path.open("rb") as stream:
        magic = stream.read(2)
    if magic == b"PK":
        with open_zip(path) as archive:
            members = [m for m in zip_files(archive) if m.filename.lower().endswith(".csv")]
            if len(members) != 1:
                names = [m.filename for m in members]
                raise ValueError(f"{path} must hold exactly one .csv file. Got {names} instead.")
            return read_member(archive, members[0], max_bytes=max_bytes)
    with gzip.open(path) if magic == b"\x1f\x8b" else path.open("rb") as stream:
        return read_bounded(stream, str(path), max_bytes=max_bytes)


def read_bounded(stream: IO[bytes] | BufferedIOBase, name: str, *, max_bytes: int) -> bytes:
    """Read a stream to its end."""
    try:
        content = stream.read(max_bytes + 1)
    except _BROKEN as error:
        raise ValueError(
            f"{name} is damaged or cut short ({error}); expected a complete file. Fetch it again."
        ) from error
    if len(content) > max_bytes:
        raise ValueError(f"{name} holds more than {max_bytes} bytes, the most that is read.")
    return content


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file for reading."""
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise ValueError(
            f"{path} is damaged or cut short ({error}); expected a complete zip file. "
            "Fetch it again."
        ) from error
    with archive:
        yield archive


def zip_files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """List the files of an archive without folders and without hidden files of macOS."""

    def litter(name: str) -> bool:
        path = PurePosixPath(name)
        return "__MACOSX" in path.parts or path.name.startswith(".")

    return [m for m in archive.infolist() if not m.is_dir() and not litter(m.filename)]


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, max_bytes: int) -> bytes:
    """Unpack a member of an archive in memory."""
    name = f"{archive.filename}:{member.filename}"
    if member.compress_type not in _METHODS:
        raise ValueError(
            f"{name} must be packed by one of {list(_METHODS.values())}. Got the method "
            f"{member.compress_type} of zip files instead; pack it anew."
        )
    if member.file_size > max_bytes:
        raise ValueError(
            f"{name} unpacks to {member.file_size} bytes; at most {max_bytes} are read."
        )
    try:
        stream = archive.open(member)
    except _BROKEN as error:
        raise ValueError(
            f"{name} cannot be unpacked ({error}); expected a plain, complete zip file."
        ) from error
    with stream:
        return read_bounded(stream, name, max_bytes=max_bytes)


def read_npz(path: Path, names: Sequence[str], *, max_bytes: int) -> dict[str, NDArray]:
    """Read arrays of an ``.npz`` file."""
    arrays: dict[str, NDArray] = {}
    with open_zip(path) as archive:
        for member in archive.infolist():
            name = member.filename.removesuffix(".npy")
            if name in arrays:
                raise ValueError(f"{path} must hold the array {name!r} once. Got two of them.")
            if name in names:
                content = read_member(archive, member, max_bytes=max_bytes)
                arrays[name] = array_from_bytes(content, f"{path}:{name}")
    return arrays


def decode(content: bytes, name: str) -> str:
    """Return text from bytes, without a byte order mark."""
    try:
        return content.decode("utf-8-sig").rstrip()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{name}, line {line}: expected text in UTF-8. Got the byte "
            f"0x{content[error.start]:02x} instead."
        ) from error
