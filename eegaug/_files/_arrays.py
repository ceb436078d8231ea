"""Arrays in NumPy's own format, without pickle and without trust in their headers."""

import io
import math
import tokenize
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from eegaug._files._reading import open_zip, read_member

__all__ = ["array_bytes", "array_from_bytes", "read_npz"]

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}

# NumPy evaluates headers as literals, and mends those of Python 2 with a tokenizer.
_NO_HEADER = (
    KeyError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
)


def array_bytes(array: NDArray) -> bytes:
    """Return an array in NumPy's format.

    Parameters
    ----------
    array : ndarray
        Numbers or text.

    Returns
    -------
    content : bytes
        What an ``.npy`` file holds.

    Raises
    ------
    ValueError
        If it holds Python objects.
    """
    stream = io.BytesIO()
    npy.write_array(stream, np.asarray(array), allow_pickle=False)
    return stream.getvalue()


def array_from_bytes(content: bytes, name: str) -> NDArray:
    """Read an array whose header agrees with what follows it.

    Parameters
    ----------
    content : bytes
        What an ``.npy`` file holds.
    name : str
        What the error message calls it.

    Returns
    -------
    array : ndarray
        Numbers or text; never Python objects.

    Raises
    ------
    ValueError
        If it is anything else. Nothing larger than `content` is ever allocated.
    """
    stream = io.BytesIO(content)
    try:
        shape, fortran_order, dtype = _HEADERS[npy.read_magic(stream)](stream)
    except _NO_HEADER as error:
        raise ValueError(f"{name} is no array in NumPy's format ({error}).") from error
    if dtype.kind not in "biufU" or dtype.itemsize == 0:
        raise ValueError(
            f"{name} must hold numbers or text. Got the dtype {dtype} instead; Python objects are "
            "never read."
        )
    n_items, start = math.prod(shape), stream.tell()
    if min(shape, default=0) < 0 or n_items * dtype.itemsize != len(content) - start:
        raise ValueError(
            f"{name} must hold an array of shape {shape} and dtype {dtype}. Got "
            f"{len(content) - start} bytes instead; it may be cut short."
        )
    array = np.frombuffer(content, dtype, n_items, start)
    if dtype.kind == "U":
        _check_text(array, name)
    return array.reshape(shape, order="F" if fortran_order else "C").copy()


def _check_text(array: NDArray, name: str) -> None:
    """Raise where 32 bits are no character: Python fails on them, but only when they are used."""
    codes = array.view(np.dtype("u4").newbyteorder(array.dtype.byteorder))
    wrong = (codes > 0x10FFFF) | ((codes >= 0xD800) & (codes <= 0xDFFF))
    if wrong.any():
        raise ValueError(
            f"{name} must hold text. Got the character number {codes[wrong][0]:#x} instead, which "
            "does not exist."
        )


def read_npz(path: Path, names: Sequence[str], *, max_bytes: int) -> dict[str, NDArray]:
    """Read arrays of an ``.npz`` file.

    Parameters
    ----------
    path : Path
        The file.
    names : sequence of str
        Arrays to read; all others are passed over.
    max_bytes : int
        Bound on the unpacked size of each.

    Returns
    -------
    arrays : dict of str to ndarray
        Those that are there.

    Raises
    ------
    ValueError
        If the file is damaged, or an array is too large, there twice, or not of numbers or text.
    """
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
