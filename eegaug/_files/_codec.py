"""Conversion of values to JSON and of arrays to the NumPy format, without pickle."""

import io
import json
import math
import tokenize
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

__all__ = [
    "array_bytes",
    "array_from_bytes",
    "from_json",
    "json_bytes",
    "json_from_bytes",
    "to_json",
]

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}

# NumPy evaluates headers as literals, and converts those of Python 2 with a tokenizer.
_NO_HEADER = (
    KeyError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
)


def to_json(value: Any) -> Any:
    """Return a value in the types of JSON."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, tuple):
        return {"tuple": [to_json(item) for item in value]}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {"mapping": [[to_json(k), to_json(v)] for k, v in value.items()]}
    raise TypeError(f"{value!r} of type {type(value).__name__} cannot be written as JSON.")


def from_json(value: Any) -> Any:
    """Undo `to_json`."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        ((kind, items),) = value.items()
        if kind == "tuple":
            return tuple(from_json(item) for item in items)
        if kind != "mapping":
            raise ValueError(f"{kind!r} is neither 'tuple' nor 'mapping'.")
        return {from_json(key): from_json(item) for key, item in items}
    return value


def json_bytes(document: Any) -> bytes:
    """Return indented JSON in UTF-8."""
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode()


def json_from_bytes(content: bytes, name: str) -> Any:
    """Read JSON."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(content.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is not JSON ({error}).") from error


def array_bytes(array: NDArray) -> bytes:
    """Return an array in NumPy's format."""
    stream = io.BytesIO()
    npy.write_array(stream, np.asarray(array), allow_pickle=False)
    return stream.getvalue()


def array_from_bytes(content: bytes, name: str) -> NDArray:
    """Read an array whose header agrees with what follows it."""
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
    """Raise if a code is not a character; Python would fail only when it is used."""
    codes = array.view(np.dtype("u4").newbyteorder(array.dtype.byteorder))
    wrong = (codes > 0x10FFFF) | ((codes >= 0xD800) & (codes <= 0xDFFF))
    if wrong.any():
        raise ValueError(
            f"{name} must hold text. Got the character number {codes[wrong][0]:#x} instead, which "
            "does not exist."
        )
