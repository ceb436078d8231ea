"""The archive: what is written comes back, what was touched is refused."""

import io
import os
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eegaug._files import (
    _archive,
    array_bytes,
    array_from_bytes,
    from_json,
    is_archive,
    json_bytes,
    json_from_bytes,
    read_archive,
    read_npz,
    replacing,
    to_json,
    write_archive,
)

FILES = {"notes.txt": b"some notes", "a/0.npy": array_bytes(np.arange(3)), "b.json": b"{}\n"}


def write(path, files=FILES):
    write_archive(path, files, kind="thing", version=1)
    return path


def read(path):
    return read_archive(path, kind="thing", version=1)


def rewritten(path, change):
    """Write an archive anew after `change` had its way with the list of (info, content)."""
    with zipfile.ZipFile(path) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for info, content in change(members):
            archive.writestr(info, content)
    return path


def test_what_is_written_comes_back(tmp_path):
    path = write(tmp_path / "a")
    assert read(path) == FILES
    assert is_archive(path)
    assert path.read_bytes() == write(tmp_path / "b").read_bytes()


def deflated(members):
    for info, _ in members:
        info.compress_type = zipfile.ZIP_DEFLATED
    return members


def renamed(name):
    def change(members):
        return [*members, (zipfile.ZipInfo(name), b"x")]

    return change


TOUCHED = {
    "a member more": (renamed("more.txt"), r"\['more.txt'\] are not in both"),
    "a member less": (lambda members: members[:-1], r"\['b.json'\] are not in both"),
    "a path that climbs": (renamed("../evil.txt"), "no saved thing has the member '../evil.txt'"),
    "an absolute path": (renamed("/etc/evil.txt"), "has the member '/etc/evil.txt'"),
    "code": (renamed("code.py"), "has the member 'code.py'"),
    "a folder": (renamed("folder/"), "has the member 'folder/'"),
    "compression": (deflated, "in that form"),
    "another content": (
        lambda members: [*members[:-1], (members[-1][0], b"[]\n")],
        "checksum of b.json",
    ),
    "no manifest": (lambda members: members[1:], "a zip file without a manifest.json"),
    "an empty manifest": (
        lambda members: [(members[0][0], b"{}"), *members[1:]],
        "its manifest.json lacks",
    ),
    "a manifest of other type": (
        lambda members: [(members[0][0], b"[1]"), *members[1:]],
        "its manifest.json lacks",
    ),
    "a manifest that is no JSON": (
        lambda members: [(members[0][0], b"[" * 100_000), *members[1:]],
        "manifest.json is not JSON",
    ),
}


@pytest.mark.parametrize("case", TOUCHED)
def test_a_touched_archive_is_refused_by_name(tmp_path, case):
    change, message = TOUCHED[case]
    path = rewritten(write(tmp_path / "touched.zip"), change)
    with pytest.raises(ValueError, match=message) as error:
        read(path)
    assert "touched.zip" in str(error.value)
    assert os.listdir(tmp_path) == ["touched.zip"]


def test_two_members_of_one_name_are_refused(tmp_path):
    path = write(tmp_path / "twice.zip")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("notes.txt", "other notes")
    with pytest.raises(ValueError, match=r"twice\.zip was altered: a member is there twice"):
        read(path)


def test_swapped_members_are_refused(tmp_path):
    def swap(members):
        (first, one), (second, other) = members[1:3]
        return [members[0], (first, other), (second, one), *members[3:]]

    with pytest.raises(ValueError, match="checksum of"):
        read(rewritten(write(tmp_path / "a"), swap))


def test_members_that_claim_more_than_the_file_has_are_refused(tmp_path):
    path = write(tmp_path / "a")
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    for field in (20, 24):  # compressed and real size of the first entry of the directory
        content[entry + field : entry + field + 4] = (2**30).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"claim \d+ bytes, the file has"):
        read(path)


def test_more_than_the_bound_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_archive, "MAX_BYTES", 100)
    with pytest.raises(ValueError, match="at most 100 are read"):
        read(write(tmp_path / "a"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"kind": "other", "version": 1}, "must hold a saved other. Got 'thing'"),
        ({"kind": "thing", "version": 2}, "format version 2. Got 1 instead; load it with"),
    ],
)
def test_another_kind_or_version_is_refused(tmp_path, asked, message):
    with pytest.raises(ValueError, match=message):
        read_archive(write(tmp_path / "a"), **asked)


def test_what_is_no_archive_is_refused(tmp_path):
    foreign = tmp_path / "foreign"
    for content in (b"", b"text", b"\x80\x04\x95"):
        foreign.write_bytes(content)
        with pytest.raises(ValueError, match="foreign is no saved thing, or its beginning"):
            read(foreign)
    foreign.write_bytes(write(tmp_path / "a").read_bytes()[:-30])
    with pytest.raises(ValueError, match="foreign is damaged or cut short"):
        read(foreign)
    foreign.write_bytes(b"text")
    assert not is_archive(foreign)
    with pytest.raises(ValueError, match="is no file"):
        read(tmp_path)
    with pytest.raises(FileNotFoundError, match="none does not exist"):
        read(tmp_path / "none")


def outcome(function, path):
    """Return what a function gives, or what its ValueError says."""
    try:
        return function(path), ""
    except ValueError as error:
        return None, str(error)


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_change_of_the_bytes_is_refused_or_changes_nothing(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz", numbered=True)
    path = write(folder / "a")
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans(), "cut"):
        content = content[: data.draw(st.integers(0, len(content) - 1), "length")]
    else:
        for _ in range(data.draw(st.integers(1, 3), "flips")):
            place = data.draw(st.integers(0, len(content) - 1), "place")
            content[place] ^= 1 << data.draw(st.integers(0, 7), "bit")
    path.write_bytes(content)
    files, message = outcome(read, path)
    assert str(path) in message if files is None else files == FILES


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers() | st.booleans(), inner)
    ),
    max_leaves=10,
)


def types_of(value):
    if isinstance(value, dict):
        return [(types_of(k), types_of(v)) for k, v in value.items()]
    return [type(value), *map(types_of, value)] if isinstance(value, list | tuple) else type(value)


@given(value=JSON_VALUES)
@settings(max_examples=50, deadline=None)
def test_values_keep_their_types(value):
    back = from_json(json_from_bytes(json_bytes(to_json(value)), "value"))
    assert back == value
    assert types_of(back) == types_of(value)


@pytest.mark.parametrize("value", [object(), {1: len}, float("nan"), [float("inf")], b"x", 1j])
def test_values_that_json_lacks_are_refused(value):
    with pytest.raises(TypeError, match="cannot be written as JSON"):
        to_json(value)


@pytest.mark.parametrize("content", [b"NaN", b"{", b"\xff", b"1" * 5000])
def test_json_is_strict(content):
    with pytest.raises(ValueError, match="member is not JSON"):
        json_from_bytes(content, "member")


@given(array=hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_side=4)))
@settings(max_examples=100, deadline=None)
def test_arrays_come_back_bit_for_bit(array):
    if array.dtype.kind not in "biufU":
        with pytest.raises(ValueError, match="must hold numbers or text"):
            array_from_bytes(array_bytes(array), "member")
        return
    back = array_from_bytes(array_bytes(array), "member")
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable


def npy(header):
    text = (header + "\n").encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no array"),
        (npy("{"), "is no array"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (10**18,)}"), "is no array"),
        (npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({10**18},)}}"), "0 bytes"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 0)}"), "0 bytes"),
        (
            npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"),
            "objects are never",
        ),
        (npy("{'descr': '<U0', 'fortran_order': False, 'shape': (9,)}"), "must hold numbers"),
        (array_bytes(np.arange(3))[:-1], "23 bytes"),
        (array_bytes(np.array([65, 0xD800], ">u4")).replace(b">u4", b">U1"), "number 0xd800"),
        (array_bytes(np.arange(3)) + b"x", "25 bytes"),
    ],
    ids=str,
)
def test_arrays_with_a_false_header_are_refused(content, message):
    with pytest.raises(ValueError, match=message):
        array_from_bytes(content, "member")


def test_npz_files_are_read_without_pickle(tmp_path):
    path = tmp_path / "windows.npz"
    np.savez_compressed(path, X=np.eye(2), names=np.array([{}], dtype=object))
    assert read_npz(path, ["X", "y"], max_bytes=1000)["X"].tolist() == [[1, 0], [0, 1]]
    with pytest.raises(ValueError, match=r"windows\.npz:names must hold numbers or text"):
        read_npz(path, ["names"], max_bytes=1000)
    with pytest.raises(ValueError, match="at most 100 are read"):
        read_npz(path, ["X"], max_bytes=100)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("X", array_bytes(np.eye(3)))
    with pytest.raises(ValueError, match=r"must hold the array 'X' once"):
        read_npz(path, ["X"], max_bytes=1000)


def test_a_failed_write_leaves_the_older_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"a\.txt cannot be written \(No space left") as error:
        write(path)
    assert error.value.errno == 28
    with pytest.raises(ZeroDivisionError), replacing(path) as part:
        part.write_text(str(1 / part.write_text("")))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_write_replaces_what_a_link_points_to(tmp_path):
    path, link = tmp_path / "a.txt", tmp_path / "link"
    path.write_text("old")
    link.symlink_to(path)
    with replacing(link) as part:
        part.write_text("new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_folders_where_nothing_can_be_written(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match="none/a cannot be written"):
        write(tmp_path / "none" / "a")
    with pytest.raises(IsADirectoryError, match="cannot be written"):
        write(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="cannot be written"):
        write(tmp_path / "file" / "a")

    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, whom no folder refuses.
    monkeypatch.setattr(io, "open", refuse)
    with pytest.raises(PermissionError, match="where you may write"):
        write(tmp_path / "a")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_read_only_folder(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match="where you may write"):
        write(tmp_path / "a")
    tmp_path.chmod(0o700)
