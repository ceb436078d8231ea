"""The GAN sampler: what it adds to the contract that all samplers keep."""

import pickle
import subprocess
import sys
import tracemalloc
import types

import keras
import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.pipeline import make_pipeline
from numpy.random import RandomState
from numpy.testing import assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from eegaug import DominantGroupWarning, GANOversampler, SmallClassWarning
from eegaug.gan import OBJECTIVES, Objective, TrainingWarning
from eegaug.over_sampling._base import WindowsOf
from eegaug.over_sampling._training import background_windows

TINY = {
    "pretrain_steps": 0,
    "n_steps": 2,
    "width": 2,
    "latent_dim": 4,
    "batch_size": 4,
    "min_windows": 6,
}
RNG = np.random.default_rng(0)
X = (50 * RNG.normal(size=(30, 16))).astype("float32")
Y = np.repeat([0, 1, 2], [14, 8, 8])


def make(**params):
    return GANOversampler(**{"random_state": 0} | TINY | params)


def test_each_label_that_needs_samples_gets_a_generator():
    sampler = make(sampling_strategy={1: 10, 2: 8})
    _, y_res = sampler.fit_resample(X, Y)
    assert list(sampler.generators_) == list(sampler.history_) == [1]
    assert_array_equal(np.bincount(y_res), [14, 10, 8])
    history = sampler.history_[1]
    assert isinstance(history, pd.DataFrame)
    wanted = {"step", "d_loss", "g_loss", "psd_distance", "sliced_wasserstein_distance"}
    assert wanted | {"coverage_score", "score"} <= set(history)
    assert history.notna().to_numpy().all()
    assert sampler.fallback_ == {}


def test_originals_come_first_bit_for_bit_and_dtypes_stay():
    for dtype in ("float32", "float64", "int16"):
        data = X.astype(dtype)
        X_res, y_res = make().fit_resample(data, Y)
        assert X_res.dtype == dtype
        assert_array_equal(X_res[:30], data)
        assert_array_equal(y_res[:30], Y)
        assert_array_equal(y_res[30:], np.repeat([1, 2], 6))
        assert len(np.unique(X_res[30:], axis=0)) == 12


@pytest.mark.uncompiled
def test_many_channels_come_back_as_they_came():
    data = X.reshape(30, 2, 8)
    sampler = make()
    X_res, _ = sampler.fit_resample(data, Y)
    assert X_res.shape == (42, 2, 8)
    assert sampler.sample(5, 1).shape == (5, 2, 8)


def test_what_is_sampled_afterwards_is_as_the_data():
    sampler = make()
    with pytest.raises(NotFittedError):
        sampler.sample(3, 1)
    sampler.fit_resample(X.astype("int16"), Y)
    windows = sampler.sample(5, 1, random_state=3)
    assert windows.shape == (5, 16)
    assert windows.dtype == "int16"
    assert_array_equal(windows, sampler.sample(5, label=1, random_state=3))
    assert not np.array_equal(windows, sampler.sample(5, 1, random_state=4))
    assert sampler.sample(0, 1).shape == (0, 16)
    with pytest.raises(ValueError, match=r"labels with a generator, \[1, 2\]. Got 0 instead"):
        sampler.sample(5, 0)
    with pytest.raises(ValueError, match=r"'n' parameter .* Got -1"):
        sampler.sample(-1, 1)


def test_an_int_gives_equal_bits_here_and_in_another_process():
    code = (
        "import numpy as np; from eegaug import GANOversampler;"
        "rng = np.random.default_rng(0); X = (50 * rng.normal(size=(30, 16))).astype('float32');"
        f"s = GANOversampler(random_state=0, **{TINY!r});"
        "X_res, _ = s.fit_resample(X, np.repeat([0, 1, 2], [14, 8, 8]));"
        "print(X_res.tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, again = (make().fit_resample(X, Y)[0] for _ in range(2))
    assert_array_equal(first, again)
    assert done.stdout.strip() == first.tobytes().hex()


def test_randomness_follows_random_state():
    one, other = (make(random_state=seed).fit_resample(X, Y)[0] for seed in (0, 1))
    assert not np.array_equal(one, other)
    one, other = (make(random_state=None).fit_resample(X, Y)[0] for _ in range(2))
    assert not np.array_equal(one, other)
    instance = RandomState(0)
    one, other = (make(random_state=instance).fit_resample(X, Y)[0] for _ in range(2))
    assert not np.array_equal(one, other)


def test_a_class_does_not_depend_on_what_the_others_get():
    every = make().fit_resample(X, Y)[0]
    alone = make(sampling_strategy={2: 14}).fit_resample(X, Y)[0]
    assert_array_equal(every[-6:], alone[-6:])


def test_scaling_is_learned_from_the_class():
    loud = X.copy()
    loud[Y == 0] *= 1000
    quiet_res, loud_res = (make().fit_resample(data, Y)[0][30:] for data in (X, loud))
    assert_array_equal(quiet_res, loud_res)


@pytest.mark.uncompiled
@pytest.mark.parametrize("post_filter", ["closed-form", None])
def test_one_generator_for_all_labels(post_filter):
    sampler = make(conditioning="shared", post_filter=post_filter)
    X_res, y_res = sampler.fit_resample(X * np.where(Y == 2, 100, 1)[:, None], Y)
    assert_array_equal(np.bincount(y_res), [14, 14, 14])
    one, other = sampler.generators_[1], sampler.generators_[2]
    assert one.generator is other.generator
    assert X_res[y_res == 2][8:].std() > 10 * X_res[y_res == 1][8:].std()


def test_shared_conditioning_learns_from_the_majority_too():
    sampler = make(conditioning="shared", sampling_strategy={1: 10})
    sampler.fit_resample(X, Y)
    assert list(sampler.generators_) == [1]
    assert sampler.generators_[1].generator.n_labels_ == 3


def test_a_failed_pretraining_is_said_and_passed_over(monkeypatch):
    from eegaug import gan

    fit = gan.GANGenerator.fit

    def fail_on_the_background(self, windows, **options):
        if self.config.n_steps == 3:
            raise gan.TrainingFailedError("planted.")
        return fit(self, windows, **options)

    monkeypatch.setattr(gan.GANGenerator, "fit", fail_on_the_background)
    with pytest.warns(TrainingWarning, match="Pre-training failed: planted. Each label's"):
        X_res, _ = make(pretrain_steps=3).fit_resample(X, Y)
    assert_array_equal(X_res, make().fit_resample(X, Y)[0])


def test_pretraining_uses_the_windows_of_all_classes():
    plain, pretrained = (make(pretrain_steps=n).fit_resample(X, Y)[0][30:] for n in (0, 5))
    other = X.copy()
    other[Y == 0] = np.cumsum(other[Y == 0], axis=1)
    other_background = make(pretrain_steps=5).fit_resample(other, Y)[0][30:]
    assert not np.array_equal(plain, pretrained)
    assert not np.array_equal(pretrained, other_background)


def peak_memory(function):
    tracemalloc.start()
    result = function()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return result, peak


def test_a_large_majority_is_copied_into_the_result_alone():
    n_majority = 200_000
    data = RNG.standard_normal((n_majority + 12, 16), dtype=np.float32)
    y = np.repeat([0, 1], [n_majority, 12])
    _, peak = peak_memory(lambda: background_windows(WindowsOf(data, y), RandomState(0)))
    assert peak < 0.5 * data.nbytes
    sampler = make(pretrain_steps=1, sampling_strategy={1: 20}, n_checks=1)
    sampler.fit_resample(data[-500:], y[-500:])
    (X_res, _), peak = peak_memory(lambda: sampler.fit_resample(data, y))
    assert len(X_res) == n_majority + 20
    assert peak < 1.5 * X_res.nbytes


def test_small_and_constant_classes_take_a_simpler_method():
    y = np.repeat([0, 1, 2, 3], [14, 8, 7, 1])
    data = X.copy()
    data[y == 2] = 3.0
    sampler = make(sampling_strategy="not majority")
    with pytest.warns(SmallClassWarning, match=r"class 2 by copies.*class 3 by jitter") as caught:
        X_res, y_res = sampler.fit_resample(data, y)
    assert len(caught) == 1
    assert_array_equal(np.bincount(y_res), [14] * 4)
    assert list(sampler.generators_) == [1]
    assert sampler.fallback_[2].rung == "copies"
    assert sampler.fallback_[3].rung == "jitter"
    assert (X_res[y_res == 2] == 3.0).all()


@pytest.mark.filterwarnings("ignore:GANOversampler makes", "ignore:The training ended in stall")
@pytest.mark.parametrize(
    ("strategy", "expected", "learning_rate"),
    [
        ("auto", [14] * 5, 5e-4),
        ("auto", [14] * 5, 1e-9),
        ("minority", [14, 8, 4, 3, 14], 5e-4),
        ({1: 9, 2: 4, 3: 30, 4: 2}, [14, 9, 4, 30, 2], 5e-4),
    ],
    ids=["auto", "failed", "minority", "dict"],
)
def test_counts_are_met_exactly_by_every_rung(strategy, expected, learning_rate):
    y = np.repeat(range(5), [14, 8, 4, 3, 1])
    data = X.copy()
    data[y == 2] = 3.0
    sampler = make(sampling_strategy=strategy, learning_rate=learning_rate)
    X_res, y_res = sampler.fit_resample(data, y)
    assert_array_equal(np.bincount(y_res), expected)
    assert np.isfinite(X_res).all()
    made = {label for label, n in sampler.sampling_strategy_.items() if n}
    rungs = {1: "jitter", 2: "copies", 3: "jitter", 4: "jitter"}
    if learning_rate == 5e-4:
        del rungs[1]
    found = {label: fallback.rung for label, fallback in sampler.fallback_.items()}
    assert found == {label: rung for label, rung in rungs.items() if label in made}
    assert set(sampler.generators_) == made - set(found)


@pytest.mark.uncompiled
@pytest.mark.parametrize("failure", ["NaN", "stall"])
def test_a_failed_training_takes_a_simpler_method(failure):
    def broken(real, synthetic):
        return keras.ops.sum(real) * np.nan

    params = {
        "NaN": {"objective": Objective(broken, OBJECTIVES["bce"].generator_loss)},
        "stall": {"learning_rate": 1e-9},
    }
    sampler = make(**params[failure])
    with (
        pytest.warns(TrainingWarning, match="starts again"),
        pytest.warns(SmallClassWarning, match=r"class 1 by jitter, as its training gave no"),
    ):
        X_res, y_res = sampler.fit_resample(X, Y)
    reason = f"its training gave no generator fit for use (it ended in {failure})"
    assert sampler.fallback_ == dict.fromkeys([1, 2], ("jitter", reason))
    assert np.isfinite(X_res).all()
    assert_array_equal(np.bincount(y_res), [14, 14, 14])
    assert set(sampler.fallback_) == {1, 2}
    assert sampler.generators_ == {}


@pytest.mark.uncompiled
def test_augmentation_may_be_a_list():
    lists, tuples = (make(augmentation=kind(["shift"])) for kind in (list, tuple))
    assert_array_equal(lists.fit_resample(X, Y)[0], tuples.fit_resample(X, Y)[0])


def test_nothing_to_make():
    sampler = make(sampling_strategy={0: 14})
    X_res, _ = sampler.fit_resample(X, Y)
    assert_array_equal(X_res, X)
    assert sampler.generators_ == {}


def test_recordings_are_held_out_for_the_monitor_and_weigh_alike():
    data = RNG.normal(size=(90, 16))
    y = np.repeat([0, 1], [50, 40])
    groups = np.repeat(np.arange(18), 5)
    plain, grouped = (make().fit_resample(data, y, groups=g)[0][90:] for g in (None, groups))
    assert not np.array_equal(plain, grouped)
    changed = data.copy()
    changed[50:55] += 1.0  # the first recording of class 1, which the monitor alone sees
    alone = {"real_share": 0.0, "jitter": False}
    sampler = make(post_filter=None, sampling_strategy={1: 45}, n_checks=1, **alone)
    first = sampler.fit_resample(data, y, groups=groups)[0][90:]
    measured = sampler.history_[1]
    second = sampler.fit_resample(changed, y, groups=groups)[0][90:]
    assert_array_equal(first, second)
    assert not measured.equals(sampler.history_[1])


def test_groups_must_match():
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples.*30, 30, 29"):
        make().fit_resample(X, Y, groups=np.arange(29))


def test_groups_are_routed_through_a_pipeline():
    groups = np.arange(30) // 2
    with sklearn.config_context(enable_metadata_routing=True):
        sampler = make(min_windows=4).set_fit_resample_request(groups=True)
        model = make_pipeline(sampler, LogisticRegression(max_iter=1000))
        scores = cross_val_score(
            model, X, Y, cv=GroupKFold(2), params={"groups": groups}, error_score="raise"
        )
    assert np.isfinite(scores).all()


class NotesGroups(GANOversampler):
    """Notes the windows and the recordings that it gets."""

    seen: list = []  # noqa: RUF012

    def fit_resample(self, X, y=None, groups=None):
        self.seen.append((X, groups))
        return X, y


def test_groups_are_routed_through_a_grid_search():
    groups = np.arange(30) // 2
    of_window = {window.tobytes(): group for window, group in zip(X, groups, strict=True)}
    with sklearn.config_context(enable_metadata_routing=True):
        sampler = NotesGroups().set_fit_resample_request(groups=True)
        model = make_pipeline(sampler, LogisticRegression(max_iter=1000))
        search = GridSearchCV(
            model, {"notesgroups__width": [2, 3]}, cv=GroupKFold(2), error_score="raise"
        )
        search.fit(X, Y, groups=groups)
    assert len(NotesGroups.seen) == 2 * 2 + 1
    for windows, known in NotesGroups.seen:
        assert_array_equal(known, [of_window[window.tobytes()] for window in windows])
    # Each fold left out whole recordings, and the last fit none.
    assert [len(np.unique(known)) for _, known in NotesGroups.seen][-1] == 15
    assert all(len(np.unique(known)) < 9 for _, known in NotesGroups.seen[:-1])


def test_most_of_a_class_from_one_recording_is_said():
    with pytest.warns(DominantGroupWarning, match="8 of the 8 windows of class 1 come from 5"):
        make(sampling_strategy={1: 9}).fit_resample(X, Y, groups=np.where(Y == 1, 5, 0))


def test_callbacks_see_each_training():
    epochs = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(logs))
    make(callbacks=[callback]).fit_resample(X, Y)
    assert [log["step"] for log in epochs] == [1, 2, 1, 2]
    assert all("score" in log for log in epochs)


# Keras' and TensorBoard's own.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_callbacks_of_keras_write_their_files(tmp_path):
    table, logs = tmp_path / "history.csv", tmp_path / "logs"
    callbacks = [
        # Each label is a training of its own: without append the last one alone would stay.
        keras.callbacks.CSVLogger(table, append=True),
        keras.callbacks.TensorBoard(logs),
        keras.callbacks.EarlyStopping("step", mode="min", patience=1),
    ]
    sampler = make(n_steps=4, callbacks=callbacks)
    sampler.fit_resample(X, Y)
    written = pd.read_csv(table)
    history = pd.concat(sampler.history_.values(), ignore_index=True)
    assert history["step"].tolist() == [1, 2, 1, 2]
    for name in history:
        np.testing.assert_allclose(written[name], history[name], rtol=1e-6)
    found = EventAccumulator(str(logs / "train")).Reload()
    assert {"epoch_score", "epoch_d_loss"} <= set(found.Tags()["tensors"])


def test_a_fitted_sampler_is_pickled():
    sampler = make()
    sampler.fit_resample(X, Y)
    copy = pickle.loads(pickle.dumps(sampler))
    expected = sampler.sample(5, 1, random_state=0)
    assert_array_equal(copy.sample(5, 1, random_state=0), expected)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_steps": 0}, r"'n_steps' parameter of GANOversampler must be an int .* Got 0 instead"),
        ({"architecture": "vae"}, r"'architecture' parameter must be one of .*'wavegan'"),
        ({"objective": "gan"}, r"'objective' parameter must be one of .*'wgan-gp'"),
        ({"conditioning": "both"}, r"'conditioning' parameter of GANOversampler"),
        ({"augmentation": ("noise",)}, r"'augmentation' parameter must be made of"),
        ({"learning_rate": -1.0}, r"'learning_rate' parameter"),
        ({"learning_rate": (1e-4, 1e-4, 1e-4)}, r"'learning_rate' parameter"),
        ({"sfreq": 0}, r"'sfreq' parameter"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(params, message):
    with pytest.raises(ValueError, match=message):
        make(**params).fit_resample(X, Y)


def test_progress_is_quiet_away_from_a_terminal(capfd):
    make(verbose=1).fit_resample(X, Y)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "step" not in captured.err


def test_a_terminal_shows_a_line_a_class(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    make(verbose=1).fit_resample(X, Y)
    shown = capsys.readouterr().err
    assert "class 1" in shown
    assert "class 2" in shown
    assert "step 2 of 2" in shown
    make(verbose=0).fit_resample(X, Y)
    assert capsys.readouterr().err == ""


def test_a_notebook_shows_the_same_without_widgets(monkeypatch):
    shown = []

    class DisplayHandle:
        def display(self, data, raw):
            self.update(data, raw)

        def update(self, data, raw):
            assert raw
            shown.append(data["text/plain"])

    # IPython is there wherever a notebook is, and not in these tests.
    display = types.SimpleNamespace(DisplayHandle=DisplayHandle)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    make(verbose=1).fit_resample(X, Y)
    *_, last = shown
    assert "class 1" in last
    assert "class 2" in last
    assert last.count("step 2 of 2") == 2


def test_inputs_stay_as_they_were():
    data, labels = X.copy(), Y.copy()
    data.flags.writeable = labels.flags.writeable = False
    make(pretrain_steps=1).fit_resample(data, labels)
    assert_array_equal(data, X)


def test_signature_of_the_config_agrees_with_the_samplers():
    from eegaug.gan import GANConfig

    params = GANOversampler().get_params()
    config = vars(GANConfig())
    assert {name: params[name] for name in config if name in params} == {
        name: value for name, value in config.items() if name in params
    }
    assert set(config) - set(params) == {"beta_1", "beta_2"}
