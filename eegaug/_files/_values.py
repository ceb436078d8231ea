"""Parameters and labels as JSON, and back with the type they had."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["from_json", "json_bytes", "json_from_bytes", "to_json"]


def to_json(value: Any) -> Any:
    """Return a value in the form in which JSON keeps it.

    Parameters
    ----------
    value : None, bool, int, float, str, NumPy scalar, list, tuple or mapping of these
        Floats must be finite. NumPy scalars become Python's.

    Returns
    -------
    encoded : object
        Tuples and mappings, whose kind or keys JSON would lose, are marked.

    Raises
    ------
    TypeError
        If a value is of another type, or not finite.

    Examples
    --------
    >>> from eegaug._files import from_json, to_json
    >>> to_json({1: (0.5, "a")})
    {'mapping': [[1, {'tuple': [0.5, 'a']}]]}
    >>> from_json(to_json({1: (0.5, "a")}))
    {1: (0.5, 'a')}
    """
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
    """Undo `to_json`.

    Parameters
    ----------
    value : object
        What `to_json` returned.

    Returns
    -------
    decoded : object
        The value.

    Raises
    ------
    ValueError, TypeError, AttributeError
        If it is no such thing.
    """
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
    """Return JSON in UTF-8, readable by eye.

    Parameters
    ----------
    document : object
        What JSON knows; no NaN.

    Returns
    -------
    content : bytes
        The text, the same for the same document.
    """
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode()


def json_from_bytes(content: bytes, name: str) -> Any:
    """Read JSON.

    Parameters
    ----------
    content : bytes
        Text in UTF-8.
    name : str
        What the error message calls it.

    Returns
    -------
    document : object
        The document.

    Raises
    ------
    ValueError
        If it is no strict JSON, or nested beyond all reason.
    """

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(content.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is not JSON ({error}).") from error
