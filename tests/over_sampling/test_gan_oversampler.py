"""The GAN sampler: what it adds to the contract that all samplers keep."""

import pickle
import re
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
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.neighbors import KernelDensity
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from eegaug import DominantGroupWarning, GANOversampler, SmallClassWarning
from eegaug.gan import OBJECTIVES, GANGenerator, Objective, TrainingWarning

pytestmark = pytest.mark.uncompiled

NETWORK = {"architecture": "dense", "n_steps": 2, "width": 2, "latent_dim": 4, "batch_size": 4}
RNG = np.random.default_rng(0)
X = (50 * RNG.normal(size=(30, 16))).astype("float32")
Y = np.repeat([0, 1, 2], [14, 8, 8])


def make(generator=None, *, network=None, **params):
    generator = generator or GANGenerator(**NETWORK | (network or {}))
    return GANOversampler(generator, **{"random_state": 0, "min_windows": 6, "growth": 1} | params)


def density(**params):
    """Return a sampler whose generator takes no time."""
    return make(KernelDensity(bandwidth=0.3), **params)


@pytest.fixture(scope="module")
def fitted():
    sampler = make()
    return sampler, *sampler.fit_resample(X, Y)


def test_each_label_that_needs_samples_gets_a_generator():
    sampler = make(sampling_strategy={1: 10, 2: 8})
    _, y_res = sampler.fit_resample(X, Y)
    assert list(sampler.generators_) == list(sampler.history_) == [1]
    assert_array_equal(np.bincount(y_res), [14, 10, 8])
    history = sampler.history_[1]
    assert isinstance(history, pd.DataFrame)
    assert set(history) == {"step", "d_loss", "g_loss"}
    assert history.notna().to_numpy().all()
    assert sampler.fallback_ == {}
    assert list(sampler.membership_inference_) == [1]


def test_the_default_generator_is_the_gan():
    sampler = GANOversampler(min_windows=100)
    with pytest.warns(SmallClassWarning):
        sampler.fit_resample(X, Y)
    assert sampler.generator is None
    assert repr(sampler._checked_generator()) == "GANGenerator()"


def test_the_generator_is_cloned_and_its_parameters_are_the_samplers_too():
    generator = GANGenerator(**NETWORK)
    sampler = make(generator, sampling_strategy={1: 10}).set_params(generator__n_steps=1)
    sampler.fit_resample(X, Y)
    assert not hasattr(generator, "weights_")
    assert sampler.generators_[1] is not generator
    assert sampler.history_[1].step.tolist() == [1]
    copy = clone(sampler)
    assert copy.generator is not generator
    assert copy.get_params()["generator__n_steps"] == 1


@pytest.mark.parametrize(
    "generator", [KernelDensity(bandwidth=20.0), GaussianMixture(2, covariance_type="diag")]
)
@pytest.mark.parametrize("shape", [(30, 16), (30, 2, 8)])
def test_density_models_of_scikit_learn_are_generators(generator, shape):
    sampler = make(generator, real_share=0.0, jitter=False)
    data = X.reshape(shape)
    X_res, y_res = sampler.fit_resample(data, Y)
    assert X_res.shape == (42, *shape[1:])
    assert_array_equal(np.bincount(y_res), [14, 14, 14])
    assert len(np.unique(X_res.reshape(42, -1), axis=0)) == 42
    assert list(sampler.generators_) == [1, 2]
    assert sampler.history_ == sampler.fallback_ == {}
    assert sampler.sample(3, 1, 0).shape == (3, *shape[1:])
    assert_array_equal(make(**sampler.get_params(False)).fit_resample(data, Y)[0], X_res)
    assert "KernelDensity" in repr(make(KernelDensity()))


def test_a_density_model_cannot_be_shared_by_labels():
    with pytest.raises(ValueError, match=r"conditioned on labels, .* Got KernelDensity"):
        density(conditioning="shared").fit_resample(X, Y)


class Ramps(BaseEstimator):
    """A generator whose windows are easy to distinguish from real ones."""

    def fit(self, X):
        return self

    def sample(self, n_samples):
        return np.tile(np.arange(16.0, dtype="float32"), (n_samples, 1))


@pytest.mark.parametrize(("share", "n_real"), [(0.0, 0), (0.25, 2), (0.5, 4), (1.0, 8)])
def test_a_share_are_copies_of_real_windows_and_the_others_the_generators(share, n_real):
    sampler = make(Ramps(), real_share=share, jitter=False, sampling_strategy={1: 16})
    new = sampler.fit_resample(X, Y)[0][30:]
    is_real = (new[:, np.newaxis] == X[Y == 1]).all(axis=2).any(axis=1)
    assert is_real.sum() == n_real
    assert_array_equal(new[~is_real], Ramps().sample(8 - n_real))


def test_jitter_changes_every_window_and_gives_all_of_them_levels_of_real_ones():
    data, both = X.astype(float), []
    for jitter in (False, True):
        sampler = make(Ramps(), jitter=jitter, sampling_strategy={1: 16})
        both.append(sampler.fit_resample(data, Y)[0][30:])
    plain, changed = both
    assert (changed != plain).any(axis=1).all()
    distance = np.abs(changed.mean(axis=1)[:, np.newaxis] - data[Y == 1].mean(axis=1))
    np.testing.assert_allclose(distance.min(axis=1), 0, atol=1e-9)


def test_originals_come_first_bit_for_bit_and_dtypes_stay():
    for dtype in ("float32", "float64", "int16"):
        data = X.astype(dtype)
        X_res, y_res = make(network={"n_steps": 1}).fit_resample(data, Y)
        assert X_res.dtype == dtype
        assert_array_equal(X_res[:30], data)
        assert_array_equal(y_res[:30], Y)
        assert_array_equal(y_res[30:], np.repeat([1, 2], 6))
        assert len(np.unique(X_res[30:], axis=0)) == 12


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


# A process that imports TensorFlow, and two networks that are compiled, here and there.
@pytest.mark.uncompiled(False)
def test_an_int_gives_equal_bits():
    # In other processes, too: see test_processes.py.
    network = NETWORK | {"architecture": "dense"}
    assert_array_equal(*(make(network=network).fit_resample(X, Y)[0] for _ in range(2)))


def test_randomness_follows_random_state(fitted):
    assert not np.array_equal(fitted[1], make(random_state=1).fit_resample(X, Y)[0])
    one, other = (density(random_state=None).fit_resample(X, Y)[0] for _ in range(2))
    assert not np.array_equal(one, other)
    instance = RandomState(0)
    one, other = (density(random_state=instance).fit_resample(X, Y)[0] for _ in range(2))
    assert not np.array_equal(one, other)


def test_a_class_does_not_depend_on_what_the_others_get(fitted):
    alone = make(sampling_strategy={2: 14}).fit_resample(X, Y)[0]
    assert_array_equal(fitted[1][-6:], alone[-6:])


def test_scaling_is_learned_from_the_class(fitted):
    loud = X.copy()
    loud[Y == 0] *= 1000
    # Strengths follow what differs in the other classes too, in no unit, but to the last bits of
    # single precision at the amplitude of the windows.
    bits = 4 * np.finfo("f4").eps * np.abs(X).max()
    np.testing.assert_allclose(
        fitted[1][30:], make().fit_resample(loud, Y)[0][30:], rtol=1e-5, atol=bits
    )


@pytest.mark.parametrize("post_filter", ["closed-form", None])
def test_one_generator_for_all_labels(post_filter):
    sampler = make(network={"post_filter": post_filter}, conditioning="shared")
    X_res, y_res = sampler.fit_resample(X * np.where(Y == 2, 100, 1)[:, None], Y)
    assert_array_equal(np.bincount(y_res), [14, 14, 14])
    one, other = sampler.generators_[1], sampler.generators_[2]
    assert one.generator is other.generator
    assert X_res[y_res == 2][8:].std() > 10 * X_res[y_res == 1][8:].std()


def test_shared_conditioning_learns_from_the_majority_too():
    sampler = make(conditioning="shared", sampling_strategy={1: 10})
    sampler.fit_resample(X, Y)
    assert list(sampler.generators_) == [1]
    assert sampler.generators_[1].generator.classes_.tolist() == [0, 1, 2]


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
    network = {"n_checks": 1}
    sampler = make(network=network, sampling_strategy={1: 20})
    sampler.fit_resample(data[-500:], y[-500:])
    (X_res, _), peak = peak_memory(lambda: sampler.fit_resample(data, y))
    assert len(X_res) == n_majority + 20
    assert peak < 1.5 * X_res.nbytes


def test_small_and_constant_classes_take_a_simpler_method():
    y = np.repeat([0, 1, 2, 3], [14, 8, 7, 1])
    data = X.copy()
    data[y == 2] = 3.0
    sampler = density(sampling_strategy="not majority")
    with pytest.warns(SmallClassWarning, match=r"class 2 by copies.*class 3 by jitter") as caught:
        X_res, y_res = sampler.fit_resample(data, y)
    assert len(caught) == 1
    assert_array_equal(np.bincount(y_res), [14] * 4)
    assert list(sampler.generators_) == [1]
    assert sampler.fallback_[2].method == "copies"
    assert sampler.fallback_[3].method == "jitter"
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
def test_counts_are_met_exactly_by_every_method(strategy, expected, learning_rate):
    y = np.repeat(range(5), [14, 8, 4, 3, 1])
    data = X.copy()
    data[y == 2] = 3.0
    sampler = make(network={"learning_rate": learning_rate}, sampling_strategy=strategy)
    X_res, y_res = sampler.fit_resample(data, y)
    assert_array_equal(np.bincount(y_res), expected)
    assert np.isfinite(X_res).all()
    made = {label for label, n in sampler.sampling_strategy_.items() if n}
    methods = {1: "jitter", 2: "copies", 3: "jitter", 4: "jitter"}
    if learning_rate == 5e-4:
        del methods[1]
    found = {label: fallback.method for label, fallback in sampler.fallback_.items()}
    assert found == {label: method for label, method in methods.items() if label in made}
    assert set(sampler.generators_) == made - set(found)


@pytest.mark.parametrize("failure", ["NaN", "stall"])
def test_a_failed_training_takes_a_simpler_method(failure):
    def broken(real, synthetic):
        return keras.ops.sum(real) * np.nan

    params = {
        "NaN": {"objective": Objective(broken, OBJECTIVES["bce"].generator_loss)},
        "stall": {"learning_rate": 1e-9},
    }
    sampler = make(network=params[failure])
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
    assert sampler.generators_ == sampler.history_ == sampler.membership_inference_ == {}


def test_augmentation_may_be_a_list():
    lists, tuples = (make(network={"augmentation": kind(["shift"])}) for kind in (list, tuple))
    assert_array_equal(lists.fit_resample(X, Y)[0], tuples.fit_resample(X, Y)[0])


def test_nothing_to_make():
    sampler = density(sampling_strategy={0: 14})
    X_res, _ = sampler.fit_resample(X, Y)
    assert_array_equal(X_res, X)
    assert sampler.generators_ == {}


def test_groups_must_match():
    with pytest.raises(ValueError, match=r"groups must hold .* each of the 30 windows"):
        density().fit_resample(X, Y, groups=np.arange(29))


def test_groups_are_routed_through_a_pipeline():
    groups = np.arange(30) // 2
    with sklearn.config_context(enable_metadata_routing=True):
        sampler = density(min_windows=4).set_fit_resample_request(groups=True)
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
        sampler = NotesGroups(KernelDensity()).set_fit_resample_request(groups=True)
        model = make_pipeline(sampler, LogisticRegression(max_iter=1000))
        grid = {"notesgroups__generator__bandwidth": [2, 3]}
        search = GridSearchCV(model, grid, cv=GroupKFold(2), error_score="raise")
        search.fit(X, Y, groups=groups)
    assert len(NotesGroups.seen) == 2 * 2 + 1
    for windows, known in NotesGroups.seen:
        assert_array_equal(known, [of_window[window.tobytes()] for window in windows])
    # Each fold left out whole recordings, and the last fit none.
    assert [len(np.unique(known)) for _, known in NotesGroups.seen][-1] == 15
    assert all(len(np.unique(known)) < 9 for _, known in NotesGroups.seen[:-1])


def test_most_of_a_class_from_one_recording_is_reported():
    with pytest.warns(DominantGroupWarning, match="8 of the 8 windows of class 1 come from 5"):
        density(sampling_strategy={1: 9}).fit_resample(X, Y, groups=np.where(Y == 1, 5, 0))


def test_callbacks_see_each_training():
    epochs = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(logs))
    make(callbacks=[callback]).fit_resample(X, Y)
    assert [log["step"] for log in epochs] == [1, 2, 1, 2]
    assert all("d_loss" in log for log in epochs)


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
    sampler = make(network={"n_steps": 4}, callbacks=callbacks)
    sampler.fit_resample(X, Y)
    written = pd.read_csv(table)
    history = pd.concat(sampler.history_.values(), ignore_index=True)
    assert history["step"].tolist() == [1, 2, 1, 2]
    for name in history:
        np.testing.assert_allclose(written[name], history[name], rtol=1e-6)
    found = EventAccumulator(str(logs / "train")).Reload()
    assert {"epoch_g_loss", "epoch_d_loss"} <= set(found.Tags()["tensors"])


def test_a_fitted_sampler_is_pickled(fitted):
    copy = pickle.loads(pickle.dumps(fitted[0]))
    expected = fitted[0].sample(5, 1, random_state=0)
    assert_array_equal(copy.sample(5, 1, random_state=0), expected)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"conditioning": "both"}, r"'conditioning' parameter of GANOversampler"),
        ({"generator": "wavegan"}, r"'generator' parameter of GANOversampler must be an object"),
        ({"sfreq": 0}, r"'sfreq' parameter"),
        ({"real_share": 1.1}, r"'real_share' parameter"),
        ({"min_windows": 1}, r"'min_windows' parameter"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(params, message):
    with pytest.raises(ValueError, match=message):
        make(**params).fit_resample(X, Y)


def test_away_from_a_terminal_progress_is_text_and_only_asked_for(capfd):
    # In a process that had TensorFlow before, its first operation says that there is no GPU.
    make().fit_resample(X, Y)
    assert "class" not in capfd.readouterr().err
    make(verbose=1).fit_resample(X, Y)
    out, err = capfd.readouterr()
    assert out == ""
    assert re.sub(r"[-\d.]+\d", "0.0", err).splitlines() == [
        "class 1: 2 of 2 (critic 0.0, generator 0.0)",
        "class 2: 2 of 2 (critic 0.0, generator 0.0)",
    ]


def test_a_terminal_shows_a_line_a_class(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    make(verbose=1).fit_resample(X, Y)
    shown = capsys.readouterr().err
    assert "class 1" in shown
    assert "class 2" in shown
    assert "2/2" in shown
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
    assert last.count("2/2") == 2


def test_inputs_stay_as_they_were():
    data, labels = X.copy(), Y.copy()
    data.flags.writeable = labels.flags.writeable = False
    make(network={}).fit_resample(data, labels)
    assert_array_equal(data, X)


def test_the_sampling_frequency_is_that_which_is_stated():
    sampler = density(sfreq=64.0)
    sampler.fit_resample(X, Y)
    assert sampler.sfreq_ == 64.0
    unknown = density()
    unknown.fit_resample(X, Y)
    assert unknown.sfreq_ is unknown.ch_names_ is None
