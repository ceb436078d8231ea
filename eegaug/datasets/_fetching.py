"""Downloads that go on where they broke off, with checksums."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eegaug._files import decode, replacing

__all__ = [
    "announce",
    "cache_folder",
    "fetch_files",
    "list_text",
    "need_files",
    "sha256_list",
]

#: Checksums of what was fetched, where the publisher gives none; in pooch's form.
LEARNED = "checksums-of-first-download.txt"
PART = ".part"
CHUNK = 2**16  # bytes; what a broken connection loses at most
TIMEOUT = 60.0  # s without a byte


def _pooch() -> Any:
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "Downloads need pooch. Install it with pip install 'eegaug[fetch]'."
        ) from error
    return pooch


def cache_folder(name: str) -> Path:
    """Return where a data set is kept unless a user names another folder."""
    return Path(_pooch().os_cache("eegaug")) / name


def announce(folder: Path, descr: str) -> None:
    """Say licence and citation in pooch's log, once: before anything is in the folder."""
    if not folder.exists():
        _pooch().get_logger().info("%s", descr)


def fetch_files(
    names: Sequence[str],
    folder: Path,
    base_url: str,
    *,
    checksums: Mapping[str, str] | None = None,
    suffix: str = "",
) -> list[Path]:
    """Fetch the files that are not there whole, and return the places of all."""
    pooch = _pooch()
    learned_path = folder / LEARNED
    learned = _read_checksums(learned_path)
    known = {name: (checksums or {}).get(name) or learned.get(name) for name in names}
    base = base_url if base_url.endswith("/") else f"{base_url}/"
    urls = {name: f"{base}{name}{suffix}" for name in names}
    store = pooch.create(path=folder, base_url=base, registry=known, urls=urls)
    paths = []
    for name in names:
        path = folder / name
        resuming = _Resuming(path.with_name(path.name + PART))
        try:
            paths.append(Path(store.fetch(name, downloader=resuming)))
        except ValueError as error:  # a checksum
            raise ValueError(
                f"{urls[name]} is not what was expected: {error}. Call again; if it happens "
                f"again, the publisher has changed the file: see the data set's page, and delete "
                f"{learned_path} where that holds the old checksum."
            ) from error
        except OSError as error:
            raise OSError(
                f"{urls[name]} cannot be fetched ({error}). Call again: what is there is kept, "
                f"and the rest of this file is asked for."
            ) from error
        if known[name] is None:
            learned[name] = f"sha256:{pooch.file_hash(str(path))}"
            text = "".join(f"{key} {value}\n" for key, value in sorted(learned.items()))
            with replacing(learned_path) as part:
                part.write_text(text)
    return paths


def _read_checksums(path: Path) -> dict[str, str]:
    """Return checksums by name, none where there is no such file."""
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.rsplit(" ", 1) for line in lines)


def sha256_list(text: str) -> dict[str, str]:
    """Read a publisher's list as `sha256sum` writes it."""
    lines = re.findall(r"^([0-9a-f]{64}) [ *]?(.+?)\s*$", text, re.MULTILINE | re.IGNORECASE)
    return {name.removeprefix("./"): f"sha256:{digest.lower()}" for digest, name in lines}


class _Resuming:
    """A downloader of pooch that keeps what has come, and asks for the rest next time."""

    def __init__(self, part: Path) -> None:
        self.part = part

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        """Download `url`; pooch then compares checksums and puts the file in its place."""
        import requests

        done = self.part.stat().st_size if self.part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            if response.status_code == 416:  # the part is longer than the file, or all of it
                self.part.unlink()
                return self(url, output_file, pooch)
            response.raise_for_status()
            mode = "ab" if response.status_code == 206 else "wb"
            expected = int(response.headers.get("Content-Length", -1))
            with self.part.open(mode) as stream:
                before = stream.tell()
                for chunk in response.iter_content(CHUNK):
                    stream.write(chunk)
                got = stream.tell() - before
        if 0 <= got < expected:
            raise OSError(f"the connection broke off after {before + got} bytes")
        os.replace(self.part, output_file)


def need_files(
    names: Sequence[str], folder: Path, base_url: str, download: bool, **options: Any
) -> None:
    """Download files, or see that they are there."""
    if download:
        fetch_files(names, folder, base_url, **options)
        return
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        raise FileNotFoundError(
            f"{folder} lacks {', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''}; "
            f"expected a copy of the data set as it is published. Set download_if_missing=True, "
            f"or name the right 'folder'."
        )


def list_text(path: Path) -> str:
    """Return the text of a list; old lists have accents of other encodings."""
    content = path.read_bytes()
    try:
        return decode(content, str(path))
    except ValueError:
        return content.decode("latin-1")
