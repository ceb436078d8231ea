"""Damaged and forged files: what they hold, or one clear error; nothing run, nothing written.

Hundreds of cases at each run; with ``--hypothesis-profile=thorough`` 5,000 for each kind of file.
"""

import gzip
import io
import os
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eegaug._files import read_archive, write_archive
from eegaug.datasets import load_bonn, load_epileptic_seizures, load_neonatal, load_windows
from eegaug.gan import GANGenerator
from eegaug.over_sampling import GANOversampler
from eegaug.over_sampling._saving import KIND, VERSION
from eegaug.persistence import load_sampler

CASES = settings(
    max_examples=max(75, settings.default.max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
RNG = np.random.default_rng(0)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a name that is there twice
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def seizures_csv():
    header = ["", *(f"X{i}" for i in range(1, 179)), "y"]
    rows = [[f"X{i}.V1.7", *RNG.integers(-900, 900, 178), i] for i in range(1, 6)]
    return "\n".join(",".join(map(str, row)) for row in [header, *rows]).encode()


BONN = [(f"{s}001.txt", "\n".join(map(str, RNG.integers(-900, 900, 4097)))) for s in "SZ"]
NEONATAL = {
    "X": RNG.normal(0, 30, (4, 2, 8)).astype("float32"),
    "y": np.array([1, 0, 0, 1]),
    "groups": np.array([9, 2, 2, 9]),
    "ch_names": np.array(["F4-C4", "C4-P4"]),
    "sfreq": np.array(64.0),
}
MEMBERS = [(f"{name}.npy", npy(array)) for name, array in NEONATAL.items()]
OWN_CSV = b"id,t1,t2,groups,label\n7,1,2.5,anna,x\n8,-3,4e1,bert,y\n9,0,1,anna,x\n"


def own(path):
    return load_windows(path, label_column="label")


def bonn(path):
    return load_bonn(path, sets="SZ")


#: Loader, name and content of each kind of file.
WHOLE = {
    "seizures csv": (load_epileptic_seizures, "a.csv", seizures_csv()),
    "seizures gz": (load_epileptic_seizures, "a.csv.gz", gzip.compress(seizures_csv())),
    "seizures zip": (load_epileptic_seizures, "a.zip", zipped([("a.csv", seizures_csv())])),
    "own csv": (own, "a.csv", OWN_CSV),
    "bonn text": (lambda path: load_bonn(path, sets="S"), "S001.txt", BONN[0][1].encode()),
    "bonn zip": (bonn, "bonn.zip", zipped(BONN)),
    "neonatal": (load_neonatal, "a.npz", zipped(MEMBERS)),
    "own npz": (load_windows, "a.npz", zipped(MEMBERS, zipfile.ZIP_STORED)),
}


@st.composite
def damaged(draw, content):
    """Draw the content after an accident or two: bits, bytes or blocks lost, moved or added."""
    content = bytearray(content)
    for _ in range(draw(st.integers(1, 2))):
        size = draw(st.integers(1, 64))
        first, second = (draw(st.integers(0, max(0, len(content) - size))) for _ in range(2))
        one, other = slice(first, first + size), slice(second, second + size)
        kind = draw(st.sampled_from(["flip", "cut", "zeros", "swap", "repeat", "lose", "insert"]))
        if kind == "flip" and content:
            content[min(first, len(content) - 1)] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del content[first:]
        elif kind == "zeros":
            content[one] = bytes(len(content[one]))
        elif kind == "swap":
            content[one], content[other] = content[other], content[one]
        elif kind == "repeat":
            content[first:first] = content[other]
        elif kind == "lose":
            del content[one]
        elif kind == "insert":
            content[first:first] = draw(st.binary(min_size=1, max_size=8) | st.sampled_from(WILD))
    return bytes(content)


# Pieces that mean something to one of the formats.
WILD = [b",", b"\n", b'"', b"nan", b"1e999", b"-", b"\x00", b"PK\x05\x06", b"PK\x01\x02", b"\xff"]


def outcome(load, path):
    """Return what a loader gives, or what its error says; nothing else may have changed."""
    folder = sorted(os.listdir(path.parent))
    with warnings.catch_warnings():
        # Of headers that Python 2 wrote, and of literals in headers that are none.
        warnings.simplefilter("ignore")
        try:
            return load(path), ""
        except ValueError as error:
            return None, str(error)
        except FileNotFoundError as error:
            # A recording that lost its name is not there.
            return None, str(error).replace("holds no recording of set", path.name)
        finally:
            assert sorted(os.listdir(path.parent)) == folder


def check(load, path):
    """Load; windows must be whole, and an error must name the file."""
    data, message = outcome(load, path)
    if data is None:
        assert path.name in message
        return
    assert np.isfinite(data.data).all()
    assert len(data.data) == len(data.target) > 0
    assert data.groups is None or len(data.groups) == len(data.data)
    if data.target.dtype.kind == "f":
        assert np.isfinite(data.target).all()
    assert data.sfreq is None or 0 < data.sfreq < np.inf
    if data.get("ch_names") is not None:
        assert len(data.ch_names) == np.shape(data.data)[-2] if data.data.ndim == 3 else 1
        "".join(data.ch_names).encode()


@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
@CASES
def test_damaged_data_files(kind, data, tmp_path):
    load, name, content = WHOLE[kind]
    path = tmp_path / name
    path.write_bytes(data.draw(damaged(content)))
    check(load, path)


@pytest.mark.parametrize("load", [load_neonatal, load_windows])
@given(data=st.data())
@CASES
def test_npz_files_with_damaged_swapped_or_foreign_members(load, data, tmp_path):
    """The checksums of these archives agree: someone packed them so."""
    contents = dict(MEMBERS)
    for name in data.draw(st.lists(st.sampled_from(list(contents)), max_size=3)):
        other = contents[data.draw(st.sampled_from(list(contents)))]
        array = data.draw(st.sampled_from(STRANGE))
        contents[name] = data.draw(st.sampled_from([other, array]) | damaged(contents[name]))
    extra = data.draw(st.lists(st.sampled_from(["../evil.npy", "/evil.npy", "X.npy", "X", "."])))
    path = tmp_path / "a.npz"
    path.write_bytes(zipped([*contents.items(), *((name, contents["y.npy"]) for name in extra)]))
    check(load, path)


STRANGE = [
    npy(np.array(value))
    for value in (
        np.nan,
        -1.0,
        "text",
        [np.nan] * 4,
        [-np.inf, 1, 2, 3],
        ["a", "b"],
        np.zeros((4, 0)),
        np.zeros((4, 2, 8), ">f8"),
        [2**63] * 4,
        [True] * 4,
    )
]
STRANGE += [npy(np.array([0xD800, 0x110000], "<u4")).replace(b"<u4", b"<U1")]


def test_members_are_read_from_where_they_stand_and_nowhere_else(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    names = ["../out/S001.txt", str(outside / "S002.txt"), "C:\\out\\Z001.txt", "Z001.txt", "."]
    for name in ("a.zip", "b.zip"):
        (inside / name).write_bytes(zipped([(n, BONN[i % 2][1]) for i, n in enumerate(names)]))
    loaded = load_bonn(inside, sets="SZ", n_times=4097)
    assert sorted(loaded.groups) == ["S001", "S002", "Z001"]
    assert os.listdir(outside) == []
    assert sorted(os.listdir(inside)) == ["a.zip", "b.zip"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_packing_are_refused(method, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped([("a.csv", seizures_csv())], method))
    with pytest.raises(ValueError, match=r"a\.zip:a\.csv must be packed by one of"):
        load_epileptic_seizures(path)


def lying_zip(name, content, claimed):
    """Pack a member that claims another size than it has."""
    packed = bytearray(zipped([(name, content)]))
    directory = packed.index(b"PK\x01\x02")
    for place in (22, directory + 24):
        packed[place : place + 4] = claimed.to_bytes(4, "little")
    return bytes(packed)


def zeros_csv(n_bytes):
    return b"t1,t2,y\n" + b"1,2,0\n" * (n_bytes // 6)


BOMBS = {
    "zip that says so": (load_windows, "a.zip", lambda: zipped([("a.csv", zeros_csv(2**25))])),
    "zip that lies": (load_windows, "a.zip", lambda: lying_zip("a.csv", zeros_csv(2**25), 99)),
    "gz": (load_windows, "a.csv", lambda: gzip.compress(zeros_csv(2**25))),
    "bonn": (bonn, "a.zip", lambda: zipped([("S001.txt", b"1\n" * 2**24)])),
    "npz": (load_neonatal, "a.npz", lambda: zipped([("X.npy", bytes(2**25))])),
    "npz that lies": (load_neonatal, "a.npz", lambda: lying_zip("X.npy", bytes(2**25), 99)),
    "sampler": (load_sampler, "a", lambda: zipped([("manifest.json", b" " * 2**25)])),
    "wide": (load_windows, "a.csv", lambda: b"," * 2**17 + b"\n1"),
    "wide row": (load_windows, "a.csv", lambda: b"t1,t2,y\n" + b"1," * 2**17),
    "wide by a quote": (load_windows, "a.csv", lambda: b'a,b,"\n' + b",\n" * 2**17),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused_in_little_memory(kind, tmp_path, monkeypatch):
    """With bounds of 4 MiB in place of those for large files, which hold in the same way."""
    load, name, make = BOMBS[kind]
    monkeypatch.setattr("eegaug.datasets._tables.MAX_BYTES", 2**22)
    monkeypatch.setattr("eegaug.datasets._neonatal.MAX_BYTES", 2**22)
    path = tmp_path / name
    path.write_bytes(make())
    assert path.stat().st_size < 2**19
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=name):
            load(path)
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    X, y = RNG.normal(size=(24, 16)).astype("float32"), np.repeat([0, 1], [16, 8])
    tiny = {"n_steps": 2, "width": 2, "latent_dim": 2, "batch_size": 4}
    sampler = GANOversampler(GANGenerator(**tiny, n_checks=1), min_windows=2, random_state=0)
    sampler.fit_resample(X, y)
    return sampler.save(tmp_path_factory.mktemp("saved") / "a.eegaug")


@given(data=st.data())
@settings(CASES, max_examples=max(40, settings.default.max_examples))
def test_samplers_with_damaged_or_swapped_members_under_true_checksums(data, saved, tmp_path):
    files = read_archive(saved, kind=KIND, version=VERSION)
    names = sorted(files)
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2)):
        other = files[data.draw(st.sampled_from(names))]
        spoilt = b"".join([files[name][:-4], np.float32(np.nan).tobytes()])
        files[name] = data.draw(st.sampled_from([other, spoilt]) | damaged(files[name]))
    path = tmp_path / "forged.eegaug"
    write_archive(path, files, kind=KIND, version=VERSION)
    sampler, message = outcome(load_sampler, path)
    if sampler is None:
        assert path.name in message
        return
    with warnings.catch_warnings():
        # Weights that a stranger has chosen can make any windows.
        warnings.simplefilter("ignore", RuntimeWarning)
        for label in sampler.generators_:
            assert sampler.sample(2, label, 0).shape == (2, 16)


def crc_of_another_world(path, content):
    """Put a member's own checksum into the file, so that only eegaug's can tell."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("model_card.txt")
        original = archive.read(info)
    raw = path.read_bytes()
    crc = zlib.crc32(original).to_bytes(4, "little")
    return raw.replace(original, content).replace(crc, zlib.crc32(content).to_bytes(4, "little"))


def test_eegaugs_own_checksum_finds_damage_where_that_of_zip_was_corrected(saved, tmp_path):
    path = Path(tmp_path / "b.eegaug")
    with zipfile.ZipFile(saved) as archive:
        card = archive.read("model_card.txt")
    path.write_bytes(crc_of_another_world(saved, card[::-1]))
    with pytest.raises(ValueError, match=r"b\.eegaug was altered or damaged: the checksum of"):
        load_sampler(path)
