"""A fit that was interrupted goes on where it was; its folder is for it alone."""

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from eegaug import GANOversampler, SmallClassWarning
from eegaug.gan import OBJECTIVES, Checkpoint
from eegaug.over_sampling._base import WindowsOf
from eegaug.over_sampling._checkpoints import identity_of

X = (50 * np.random.default_rng(0).normal(size=(32, 16))).astype("float32")
Y = np.repeat([0, 1, 2], [16, 8, 8])
TINY = {
    "architecture": "dcgan",
    "objective": "bce",
    "n_steps": 3,
    "pretrain_steps": 3,
    "n_checks": 3,
    "width": 2,
    "latent_dim": 2,
    "batch_size": 4,
    "min_windows": 2,
    "random_state": 0,
}


def fit(folder=None, data=X, y=Y, groups=None, **params):
    sampler = GANOversampler(**TINY | params, checkpoint_dir=folder)
    return sampler.fit_resample(data, y, groups=groups)[0]


class AfterRounds(keras.callbacks.Callback):
    """Note the rounds of all labels' trainings, and do something after so many."""

    def __init__(self, n=0, act=None):
        super().__init__()
        self.left, self.act, self.seen = n, act, []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(epoch)
        self.left -= 1
        if not self.left:
            self.act()


def child(code, *arguments, **environment):
    """Run code in a process of its own, with the names of this module."""
    code = f"from {Path(__file__).stem} import *\n{code}"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
        env=os.environ | environment,
    )


@pytest.fixture(scope="module")
def expected():
    return fit()


def interrupt():
    raise KeyboardInterrupt


def begin(folder, n_rounds=4, **params):
    """Leave a fit that was interrupted when so many rounds of its labels had ended."""
    with pytest.raises(KeyboardInterrupt):
        fit(folder, callbacks=[AfterRounds(n_rounds, interrupt)], **params)


def test_a_killed_fit_goes_on_to_the_same_bits(tmp_path, expected):
    kill = "fit(sys.argv[1], callbacks=[AfterRounds(5, lambda: os.kill(os.getpid(), 9))])"
    with child(kill, tmp_path) as killed:
        killed.communicate()
    assert killed.returncode == -9
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"in-use", "pretraining.checkpoint", "class-1.checkpoint", "class-2.checkpoint"}
    seen = AfterRounds()
    assert_array_equal(fit(tmp_path, callbacks=[seen]), expected)
    # Class 1 was finished. Of class 2 one round was written, the second had just ended.
    assert seen.seen == [1, 2]
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_may_come_in_any_training(tmp_path, expected, monkeypatch):
    write, n_written = Checkpoint.on_epoch_end, []

    def write_and_stop(self, epoch, logs):
        write(self, epoch, logs)
        n_written.append(epoch)
        if len(n_written) in (2, 5):
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "on_epoch_end", write_and_stop)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            fit(tmp_path)
    assert_array_equal(fit(tmp_path), expected)
    # Three trainings of three rounds each, and none of them twice.
    assert n_written == [0, 1, 2] * 3


@pytest.mark.uncompiled
def test_one_generator_for_all_labels_goes_on(tmp_path):
    begin(tmp_path, n_rounds=2, conditioning="shared")
    assert {path.name for path in tmp_path.iterdir()} == {"shared.checkpoint"}
    assert_array_equal(fit(tmp_path, conditioning="shared"), fit(conditioning="shared"))


def test_windows_that_cannot_be_made_leave_the_trainings(tmp_path, expected, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("eegaug.over_sampling._gan.mix", lambda *args, **options: interrupt())
        with pytest.raises(KeyboardInterrupt):
            fit(tmp_path)
    seen = AfterRounds()
    assert_array_equal(fit(tmp_path, callbacks=[seen]), expected)
    assert seen.seen == []


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"data": X + X[:1]}, r"data \('\w+' there, '\w+' now\)"),
        ({"y": Y[::-1]}, "data"),
        ({"groups": np.arange(32)}, "data"),
        ({"n_steps": 4}, r"n_steps \(3 there, 4 now\)"),
        ({"random_state": 1}, r"random_state \(0 there, 1 now\)"),
        ({"sampling_strategy": {1: 20}}, "sampling_strategy"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_another_fit_is_refused(started, params, told):
    with pytest.raises(ValueError, match=f"another training, which differs in {told}") as error:
        fit(started, **params)
    assert str(started) in str(error.value)
    assert "give another folder, or delete the file" in str(error.value)


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    folder = tmp_path_factory.mktemp("started")
    begin(folder, n_rounds=2)
    return folder


@pytest.fixture
def folder(started, tmp_path):
    return Path(shutil.copytree(started, tmp_path / "state"))


def test_what_makes_no_other_windows_is_no_other_fit(folder, tmp_path, expected):
    (folder / "notes.txt").write_text("mine")
    made = fit(folder, np.asfortranarray(X), memory=str(tmp_path / "memory"), callbacks=[])
    assert_array_equal(made, expected)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_fit_is_told_by_what_the_data_and_the_parameters_say():
    def of(groups, objective=OBJECTIVES["bce"], data=X):
        return identity_of({"objective": objective, "verbose": 1}, WindowsOf(data, Y, groups))

    # Equal text in other objects.
    one, same = (np.array([f"r{i // 2}" for i in range(32)], dtype=object) for _ in range(2))
    weighted = dataclasses.replace(OBJECTIVES["bce"], penalty_weight=2.0)
    assert of(one) == of(same) == of(one, data=np.asfortranarray(X))
    others = [
        of(None),
        of(one[::-1]),
        of(one, weighted),
        of(one, OBJECTIVES["hinge"]),
        of(one, data=X[::-1]),
    ]
    assert all(of(one) != other for other in others)
    assert "verbose" not in of(one)


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(0)])
def test_a_seed_must_be_an_int(tmp_path, random_state):
    with pytest.raises(ValueError, match=r"'random_state' .* int where 'checkpoint_dir' is set"):
        fit(tmp_path / "new", random_state=random_state)
    assert list(tmp_path.iterdir()) == []


def test_damage_is_told(folder):
    path = folder / "class-1.checkpoint"
    path.write_bytes(path.read_bytes()[:-99])
    with pytest.raises(ValueError, match="Or delete it, and the training starts anew") as told:
        fit(folder)
    assert str(path) in str(told.value)


def test_what_a_write_that_was_killed_left_is_removed(tmp_path, expected):
    kill = "os.replace = lambda *paths: os.kill(os.getpid(), 9)\nfit(sys.argv[1])"
    with child(kill, tmp_path) as killed:
        killed.communicate()
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[1:] == ["in-use"]
    assert left[0].endswith(".pretraining.checkpoint")
    assert_array_equal(fit(tmp_path), expected)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(OSError, match=r"'checkpoint_dir' must be a folder.*give another") as told:
        fit(path)
    assert str(path) in str(told.value)
    assert path.read_text() == "mine"


def test_a_read_only_folder_is_refused_before_anything_is_trained(tmp_path):
    code = """
os.chdir(sys.argv[1])
if os.geteuid() == 0:  # who may write anywhere
    os.setuid(65534)
try:
    fit("mine", callbacks=[AfterRounds(1, lambda: print("trained"))])
except OSError as error:
    print(type(error).__name__, error)
"""
    tmp_path.chmod(0o755)
    (tmp_path / "mine").mkdir(mode=0o555)
    with child(code, tmp_path) as process:
        out, err = process.communicate()
    assert out.startswith("PermissionError"), err
    assert "'checkpoint_dir' must be a folder where you may write" in out
    assert "mine cannot be used (Permission denied); give another" in out


def test_a_folder_in_use_is_refused_and_the_first_fit_ends_well(tmp_path, expected):
    wait = """
made = fit(sys.argv[1], callbacks=[AfterRounds(2, lambda: print("begun", flush=True) or input())])
print(made.tobytes().hex())
"""
    with child(wait, tmp_path) as first:
        assert first.stdout.readline() == "begun\n"
        with pytest.raises(BlockingIOError, match=r"no other fit is using.*is in use") as told:
            fit(tmp_path)
        assert str(tmp_path) in str(told.value)
        out, err = first.communicate("\n")
    assert out.strip() == expected.tobytes().hex(), err
    assert_array_equal(fit(tmp_path), expected)


def test_folds_that_are_kept_in_memory_leave_the_folder_to_the_one_that_was_killed(tmp_path):
    folder, memory = tmp_path / "state", str(tmp_path / "memory")
    folds = [X, X[:, ::-1].copy()]
    done = fit(folder, folds[0], memory=memory)
    begin(folder, n_rounds=5, data=folds[1], memory=memory)
    seen = AfterRounds()
    assert_array_equal(fit(folder, folds[0], memory=memory, callbacks=[seen]), done)
    assert seen.seen == []
    made = fit(folder, folds[1], memory=memory, callbacks=[seen])
    assert seen.seen == [1, 2]
    assert_array_equal(made, fit(None, folds[1]))
    assert list(folder.iterdir()) == []


def test_where_nothing_is_trained_nothing_is_written(tmp_path):
    with pytest.warns(SmallClassWarning):
        fit(tmp_path / "new", min_windows=100)
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_written_anywhere(tmp_path):
    code = """
written = []


def watch(event, arguments):
    if event == "open" and arguments[1] and set(arguments[1]) & set("wax+"):
        written.append(arguments[0])
    if event in ("os.mkdir", "os.rename", "os.symlink", "os.link", "os.truncate"):
        written.append(arguments[0])


fit(n_steps=1)
sys.addaudithook(watch)
fit()
print(written)
fit(sys.argv[1])
print(len(written) > 20)
"""
    with child(code, tmp_path, PYTHONDONTWRITEBYTECODE="1") as process:
        out, err = process.communicate()
    assert out.splitlines() == ["[]", "True"], err


def test_paths_are_folders_too(tmp_path, expected):
    assert_array_equal(fit(Path(tmp_path, "a", "b")), expected)
    assert list((tmp_path / "a" / "b").iterdir()) == []
