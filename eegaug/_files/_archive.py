"""The archive format of saved samplers: a zip file with a manifest.

The manifest has the kind and the version of the content, and the size and the SHA-256 of each
member. Members are not compressed, so that none can unpack to more than the file holds. The
checksums detect damage. They are not a signature: the reader must check the content as well.
"""

import hashlib
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eegaug._files._codec import json_bytes, json_from_bytes
from eegaug._files._reading import open_zip, read_member
from eegaug._files._writing import replacing

__all__ = ["is_archive", "read_archive", "write_archive"]

MANIFEST = "manifest.json"
NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\.(json|npy|txt)")
MAX_BYTES = 2**31  # some hundred times the largest generator
# The same sampler gives the same file, whenever it is saved.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_archive(
    path: str | os.PathLike[str], files: Mapping[str, bytes], *, kind: str, version: int
) -> None:
    """Write an archive atomically."""
    members = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    }
    manifest = {"kind": kind, "version": version, "members": members}
    with replacing(path) as part, zipfile.ZipFile(part, "x") as archive:
        for name, content in {MANIFEST: json_bytes(manifest), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), content)


def is_archive(path: str | os.PathLike[str]) -> bool:
    """Return whether a file begins like an archive of this format."""
    with Path(path).open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04" and stream.read(39)[26:] == MANIFEST.encode()


def read_archive(path: str | os.PathLike[str], *, kind: str, version: int) -> dict[str, bytes]:
    """Read an archive after checking all of it."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; expected a saved {kind}.")
    if not path.is_file():
        raise ValueError(f"{path} is no file; expected a saved {kind}.")
    with path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            raise ValueError(
                f"{path} is no saved {kind}, or its beginning is lost: expected a zip archive. "
                "Give a file that eegaug has saved."
            )
    with open_zip(path) as archive:
        members = _checked_members(archive, path, kind)
        manifest = json_from_bytes(
            read_member(archive, members.pop(MANIFEST), max_bytes=MAX_BYTES), f"{path}:{MANIFEST}"
        )
        listed = _checked_manifest(manifest, path, kind, version)
        if set(listed) != set(members):
            raise ValueError(
                f"{path} was altered: its manifest lists {len(listed)} members, and "
                f"{sorted(set(listed) ^ set(members))[:3]} are not in both. Save it anew."
            )
        files = {}
        for name, member in members.items():
            content = read_member(archive, member, max_bytes=MAX_BYTES)
            if listed[name] != hashlib.sha256(content).hexdigest():
                raise ValueError(
                    f"{path} was altered or damaged: the checksum of {name} is not that of its "
                    "manifest. Copy the file again, or save it anew."
                )
            files[name] = content
    return files


def _checked_members(
    archive: zipfile.ZipFile, path: Path, kind: str
) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, after checks of their names, sizes and compression."""
    infos = archive.infolist()
    members = {info.filename: info for info in infos}
    if MANIFEST not in members:
        raise ValueError(
            f"{path} is no saved {kind}: a zip file without a {MANIFEST}. Give a file that "
            "eegaug has saved."
        )
    if len(members) < len(infos):
        raise ValueError(f"{path} was altered: a member is there twice. Save it anew.")
    for info in infos:
        # The low bit of the flags is encryption.
        stored = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
        if not NAME.fullmatch(info.filename) or not stored or info.file_size != info.compress_size:
            raise ValueError(
                f"{path} was altered: no saved {kind} has the member {info.filename[:80]!r} in "
                "that form. Save it anew."
            )
    size = sum(info.file_size for info in infos)
    if size > min(MAX_BYTES, path.stat().st_size):
        raise ValueError(
            f"{path} was altered or is too large: its members claim {size} bytes, the file has "
            f"{path.stat().st_size}, and at most {MAX_BYTES} are read."
        )
    return members


def _checked_manifest(manifest: Any, path: Path, kind: str, version: int) -> dict[str, str]:
    """Return the checksums by member."""
    try:
        found_kind, found_version = manifest["kind"], manifest["version"]
        listed = {name: facts["sha256"] for name, facts in manifest["members"].items()}
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path} is no saved {kind}: its {MANIFEST} lacks what every eegaug archive has. Give "
            "a file that eegaug has saved."
        ) from error
    if found_kind != kind:
        raise ValueError(f"{path} must hold a saved {kind}. Got {found_kind!r:.80} instead.")
    if type(found_version) is not int or found_version != version:
        raise ValueError(
            f"{path} must have the format version {version}. Got {found_version!r:.80} instead; "
            "load it with the version of eegaug that saved it, or save it anew."
        )
    return listed
