"""Bounded reading, atomic writing, and the archive format of saved samplers.

Nothing that is read is executed or unpacked to the disk.
"""

from eegaug._files._archive import is_archive, read_archive, write_archive
from eegaug._files._codec import (
    array_bytes,
    array_from_bytes,
    from_json,
    json_bytes,
    json_from_bytes,
    to_json,
)
from eegaug._files._reading import (
    decode,
    open_zip,
    read_bounded,
    read_member,
    read_npz,
    read_table_bytes,
    zip_files,
)
from eegaug._files._writing import replacing, replacing_folder

__all__ = [
    "array_bytes",
    "array_from_bytes",
    "decode",
    "from_json",
    "is_archive",
    "json_bytes",
    "json_from_bytes",
    "open_zip",
    "read_archive",
    "read_bounded",
    "read_member",
    "read_npz",
    "read_table_bytes",
    "replacing",
    "replacing_folder",
    "to_json",
    "write_archive",
    "zip_files",
]
