"""A training that was interrupted goes on to the same bits; no other file is taken."""

import errno
import shutil
import zipfile

import keras
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from eegaug._files import array_bytes, json_bytes, read_archive, write_archive
from eegaug.gan import Checkpoint, GANConfig, GANGenerator, TrainingFailedError, TrainingWarning
from eegaug.gan.checkpoint import KIND, VERSION, read_identity
from eegaug.gan.fitting import Training
from eegaug.gan.monitor import QualityMonitor

pytestmark = pytest.mark.uncompiled
WINDOWS = 50 * np.random.default_rng(0).normal(size=(8, 2, 16))
TINY = {"n_steps": 3, "n_checks": 3, "width": 2, "latent_dim": 4, "batch_size": 4}
TINY |= {"architecture": "dcgan", "objective": "bce"}
IDENTITY = {"data": "a", "n_steps": 3}


def level_distance(real, synthetic):
    return abs(float(np.log(np.std(synthetic) / np.std(real))))


def fit(path=None, *, identity=IDENTITY, callbacks=(), seed=0, windows=WINDOWS, **options):
    return GANGenerator(GANConfig(**TINY | options), random_state=seed).fit(
        windows,
        metrics={"level_distance": level_distance},
        callbacks=callbacks,
        checkpoint=None if path is None else Checkpoint(path, identity),
    )


def states(folder, **options):
    """Fit, and return what a kill after each round would have left."""
    path, copies = folder / "state", []

    class Copy(keras.callbacks.Callback):
        """What was written after the round before."""

        def on_epoch_begin(self, epoch, logs=None):
            if path.exists():
                copies.append(shutil.copy(path, folder / str(len(copies))))

    expected = fit(path, callbacks=[Copy()], **options)
    return expected, [*copies, path]


def assert_same(one, other):
    pd.testing.assert_frame_equal(one.history_, other.history_, check_exact=True)
    assert one.best_step_ == other.best_step_
    for ours, theirs in zip(one.weights_, other.weights_, strict=True):
        assert_array_equal(ours, theirs)
    for ours, theirs in zip(one.critic_weights_, other.critic_weights_, strict=True):
        assert_array_equal(ours, theirs)
    assert_array_equal(one.sample(5, random_state=0), other.sample(5, random_state=0))


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(
            {"architecture": "wavegan", "objective": "wgan-gp"},
            marks=pytest.mark.uncompiled(False),
        ),
        {"ema": 0.0},
        {"architecture": "dense", "augmentation": ("shift", "scale")},
        {"windows": [WINDOWS, 3 * WINDOWS[:5]], "n_critic": 2},
    ],
    ids=["wavegan", "no average", "augmented", "two labels"],
)
def test_what_a_kill_after_any_round_leaves_ends_in_the_same_bits(tmp_path, options):
    expected, found = states(tmp_path, **options)
    assert len(found) == 3
    assert_same(fit(**options), expected)
    for path in found:
        assert_same(fit(path, **options), expected)


def test_a_finished_training_is_not_run_again(tmp_path):
    seen = []

    class Seen(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(epoch)

    first = fit(tmp_path / "state", callbacks=[Seen()])
    again = fit(tmp_path / "state", callbacks=[Seen()])
    assert seen == [0, 1, 2]
    assert_same(again, first)


def test_a_training_that_was_stopped_early_is_finished(tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    first = fit(tmp_path / "state", callbacks=[Stop()])
    again = fit(tmp_path / "state")
    assert again.history_.step.tolist() == [1, 2]
    assert_same(again, first)


def test_callbacks_see_the_rounds_that_are_run(tmp_path):
    seen = []

    class Seen(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append((epoch, logs["step"]))

    _, found = states(tmp_path)
    fit(found[1], callbacks=[Seen()])
    assert seen == [(2, 3)]


@pytest.fixture
def trouble(monkeypatch):
    """Plant NaN in the attempts whose numbers are given."""
    reset, find, attempts = Training.reset, QualityMonitor._find_trouble, []
    first = int(np.random.RandomState(0).randint(2**31 - 8))

    def reset_and_note(self, seed):
        attempts.append(int(seed != first))
        reset(self, seed)

    def plant(*bad):
        def find_planted(self, drawn, logs):
            planted = attempts[-1] in bad and logs["step"] == 2
            return "NaN" if planted else find(self, drawn, logs)

        monkeypatch.setattr(QualityMonitor, "_find_trouble", find_planted)
        monkeypatch.setattr(Training, "reset", reset_and_note)
        return attempts

    return plant


@pytest.mark.filterwarnings("ignore:The training ended in NaN")
def test_a_second_attempt_goes_on_too(tmp_path, trouble):
    # Rounds of two steps: the first attempt ends before anything is fit for use.
    options = {"n_steps": 4, "n_checks": 2}
    attempts = trouble(0)
    expected, found = states(tmp_path, **options)
    assert expected.history_.step.tolist() == [2, 4]
    for path, run in zip(found, ([0, 1], [1], [1]), strict=True):
        del attempts[:]
        assert_same(fit(path, **options), expected)
        assert attempts == run


@pytest.mark.filterwarnings("ignore:The training ended in NaN")
def test_a_failure_is_told_again(tmp_path, trouble):
    trouble(0, 1)
    options = {"n_steps": 4, "n_checks": 2}
    for _ in range(2):
        with pytest.raises(TrainingFailedError, match="ended in NaN after step 2"):
            fit(tmp_path / "state", **options)


def test_what_was_mended_is_told_again(tmp_path, trouble):
    trouble(0)
    fits = []
    for _ in range(2):
        with pytest.warns(TrainingWarning, match="the generator of step 1 is used"):
            fits.append(fit(tmp_path / "state"))
    assert fits[0].history_.level_distance.isna().tolist() == [False, True]
    assert_same(*fits)


def test_what_differs_is_refused_and_named(tmp_path):
    path = tmp_path / "state"
    fit(path)
    assert read_identity(path) == IDENTITY
    with pytest.raises(ValueError, match=r"another training.*data \('a' there, 'b' now\)") as told:
        fit(path, identity=IDENTITY | {"data": "b"})
    assert str(path) in str(told.value)
    assert "n_steps" not in str(told.value)
    with pytest.raises(ValueError, match=r"n_steps \(3 there, 5 now\), width \(None there, 3 now"):
        fit(path, identity={"data": "a", "n_steps": 5, "width": 3})


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "state"
    fit(path)
    return path


@pytest.fixture
def state(tmp_path, written):
    return shutil.copy(written, tmp_path / "state")


def test_damage_is_told_with_file_and_remedy(state):
    whole = state.read_bytes()
    rng = np.random.default_rng(0)
    damaged = [whole[:n] for n in (0, 1, 30, len(whole) // 2, len(whole) - 1)]
    for place in rng.integers(0, len(whole), size=20):
        damaged.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for content in damaged:
        state.write_bytes(content)
        if len(content) == len(whole) and is_harmless(state):
            continue
        with pytest.raises(ValueError, match="elete it, and the training starts anew") as told:
            fit(state)
        assert str(state) in str(told.value)


def is_harmless(path):
    """Tell whether a file is read as before: some bits of a zip file say nothing."""
    try:
        return read_identity(path) == IDENTITY
    except ValueError:
        return False


@pytest.mark.parametrize(
    "forge",
    [
        lambda files: files.pop("training.json"),
        lambda files: files.update({"training.json": json_bytes([1])}),
        lambda files: files.pop("variables/0.npy"),
        lambda files: files.update({"variables/0.npy": array_bytes(np.ones((3, 3), "f4"))}),
        lambda files: files.update({"best/0.npy": array_bytes(np.ones((3, 3), "f4"))}),
        lambda files: files.pop("history/0.npy"),
        lambda files: files.update({"history/0.npy": array_bytes(np.ones(2))}),
        lambda files: files.update(
            {"training.json": files["training.json"].replace(b"best_score", b"worst_score")}
        ),
    ],
)
def test_a_forged_state_is_refused(state, forge):
    files = read_archive(state, kind=KIND, version=VERSION)
    forge(files)
    write_archive(state, files, kind=KIND, version=VERSION)
    with pytest.raises(ValueError, match=r"was altered: .* Delete it, and the training starts"):
        fit(state)


def test_a_full_disk_is_told_once_and_the_training_goes_on(tmp_path, monkeypatch):
    expected, (path, *_) = states(tmp_path)
    before, there = path.read_bytes(), sorted(tmp_path.iterdir())

    def full(self, *args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "writestr", full)
        with pytest.warns(UserWarning, match=r"No space left.*The training goes on") as caught:
            assert_same(fit(path), expected)
    assert len(caught) == 1
    assert str(path) in str(caught[0].message)
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == there
    assert_same(fit(path), expected)
