"""A saved sampler: the same windows in another process, and nothing from a touched file."""

import copy
import json
import os
import pickle
import subprocess
import sys
import warnings
import zipfile

import cloudpickle
import joblib
import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import KernelDensity

import eegaug
from eegaug import GANOversampler, load_sampler
from eegaug._files import (
    from_json,
    json_bytes,
    json_from_bytes,
    read_archive,
    to_json,
    write_archive,
)
from eegaug.gan import OBJECTIVES, GANGenerator, Objective

pytestmark = pytest.mark.uncompiled

NETWORK = {"n_steps": 2, "width": 2, "latent_dim": 4, "batch_size": 4}
RNG = np.random.default_rng(0)
X = (50 * RNG.normal(size=(20, 16))).astype("float32")
Y = np.repeat([0, 1, 2], [11, 6, 3])
#: What is saved once and then read by many tests.
ARCHIVE = {"kind": "GANOversampler", "version": 6}


def fit(data=X, y=Y, groups=None, network=None, **params):
    generator = GANGenerator(**NETWORK | (network or {}))
    sampler = GANOversampler(generator, **{"min_windows": 5, "random_state": 0} | params)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", eegaug.SmallClassWarning)
        sampler.fit_resample(data, y, groups=groups)
    return sampler


def assert_same(loaded, sampler):
    assert type(loaded) is type(sampler)
    assert list(map(repr, loaded.generators_)) == list(map(repr, sampler.generators_))
    for label in sampler.generators_:
        ours, theirs = (each.sample(7, label, random_state=3) for each in (loaded, sampler))
        assert ours.dtype == theirs.dtype
        assert_array_equal(ours, theirs)
        pd.testing.assert_frame_equal(loaded.history_[label], sampler.history_[label])
    assert repr(loaded.fallback_) == repr(sampler.fallback_)
    assert loaded.sampling_strategy_ == sampler.sampling_strategy_
    assert loaded.growth_ == sampler.growth_
    assert loaded.strengths_ == sampler.strengths_
    assert str(loaded.membership_inference_) == str(sampler.membership_inference_)
    assert loaded.n_features_in_ == sampler.n_features_in_
    assert loaded.sfreq_ == sampler.sfreq_
    assert loaded.ch_names_ == sampler.ch_names_
    assert loaded.describe() == sampler.describe()


def assert_same_parameters(loaded, sampler):
    ours, theirs = ({**each.get_params(), "generator": None} for each in (loaded, sampler))
    assert ours == theirs


@pytest.fixture(scope="module")
def sampler():
    return fit(groups=np.arange(20) // 2)


@pytest.fixture(scope="module")
def saved(sampler, tmp_path_factory):
    return sampler.save(tmp_path_factory.mktemp("saved") / "sampler.eegaug")


def test_every_part_comes_back(sampler, saved):
    loaded = load_sampler(str(saved))
    assert_same(loaded, sampler)
    assert_same_parameters(loaded, sampler)
    with pytest.raises(ValueError, match="one of the labels with a generator") as before:
        sampler.sample(1, 2)
    with pytest.raises(ValueError, match="one of the labels with a generator") as after:
        loaded.sample(1, 2)
    assert str(after.value) == str(before.value)
    assert loaded.fallback_[2].method == "jitter"
    assert eegaug.persistence.load_sampler is load_sampler


@pytest.mark.parametrize(
    ("network", "params"),
    [
        ({}, {"conditioning": "shared", "sampling_strategy": {1: 9, 2: 5}, "min_windows": 3}),
        (
            {"architecture": "dcgan", "post_filter": "learned", "learning_rate": (1e-3, 1e-4)},
            {"sfreq": 64.0},
        ),
        (
            {
                "architecture": "dense",
                "objective": "r3gan",
                "augmentation": ("shift",),
                "post_filter": None,
                "generated_amplitude": False,
                "ema": 0.0,
                "patience": None,
            },
            {},
        ),
    ],
    ids=["shared", "dcgan", "dense"],
)
def test_every_kind_of_generator_comes_back(network, params, tmp_path):
    sampler = fit(network=network, **params)
    loaded = load_sampler(sampler.save(tmp_path / "a"))
    assert_same(loaded, sampler)
    assert_same_parameters(loaded, sampler)
    if sampler.conditioning == "shared":
        assert len({id(getattr(g, "generator", g)) for g in loaded.generators_.values()}) == 1


@pytest.mark.parametrize(
    ("dtype", "shape"),
    [
        ("float64", (20, 2, 8)),
        ("float16", (20, 16)),
        ("int16", (20, 2, 8)),
        ("bool", (20, 16)),
        (">f4", (20, 16)),
    ],
)
def test_layout_and_dtype_come_back(dtype, shape, tmp_path):
    data = (X > 0) if dtype == "bool" else X.astype(dtype)
    sampler = fit(data.reshape(shape))
    loaded = load_sampler(sampler.save(tmp_path / "a"))
    assert_same(loaded, sampler)
    assert loaded.sample(2, 1).shape[1:] == shape[1:]


@pytest.mark.parametrize(
    "labels",
    [["a", "ü\n", "c"], [False, True, True], [0.0, 1.0, 2.0], [-5, 2**40, 7]],
    ids=str,
)
def test_labels_keep_their_type(labels, tmp_path):
    sampler = fit(y=np.array(labels)[Y])
    loaded = load_sampler(sampler.save(tmp_path / "a"))
    assert_same(loaded, sampler)
    types = set(map(type, loaded.generators_))
    assert types == {type(labels[0])}


def test_names_of_columns_come_back(tmp_path):
    sampler = fit(pd.DataFrame(X, columns=[f"t{i}" for i in range(16)]))
    loaded = load_sampler(sampler.save(tmp_path / "a"))
    assert_array_equal(loaded.feature_names_in_, sampler.feature_names_in_)
    assert loaded.feature_names_in_.dtype == object


def test_a_sampler_without_a_generator_is_saved_too(tmp_path):
    sampler = fit(min_windows=10)
    loaded = load_sampler(sampler.save(tmp_path / "a"))
    assert loaded.generators_ == {}
    assert loaded.fallback_ == sampler.fallback_
    assert loaded.describe() == sampler.describe()


@pytest.mark.uncompiled(False)
def test_another_process_makes_the_same_windows(sampler, saved, tmp_path):
    (tmp_path / "pickle").write_bytes(pickle.dumps(sampler))
    joblib.dump(sampler, tmp_path / "joblib", compress=3)
    (tmp_path / "cloudpickle").write_bytes(cloudpickle.dumps(sampler))
    code = f"""
import pickle, sys, joblib
import eegaug
def unpickled(name):
    with open({str(tmp_path)!r} + "/" + name, "rb") as stream:
        return pickle.load(stream)
samplers = [eegaug.load_sampler({str(saved)!r}), unpickled("pickle"), unpickled("cloudpickle")]
samplers.append(joblib.load({str(tmp_path / "joblib")!r}))
for sampler in samplers:
    print(sampler.sample(5, 1, random_state=0).tobytes().hex())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = sampler.sample(5, 1, random_state=0).tobytes().hex()
    assert done.stdout.split() == [expected] * 4


def test_a_loaded_sampler_can_be_fitted_and_saved_again(saved, sampler, tmp_path):
    loaded = load_sampler(saved)
    assert loaded.save(tmp_path / "a").read_bytes() == saved.read_bytes()
    with pytest.warns(eegaug.SmallClassWarning):
        again = loaded.fit_resample(X, Y, groups=np.arange(20) // 2)[0]
    with pytest.warns(eegaug.SmallClassWarning):
        first = sampler.fit_resample(X, Y, groups=np.arange(20) // 2)[0]
    assert_array_equal(again, first)


def test_no_real_window_and_no_critic_is_in_the_file(saved, sampler):
    files = read_archive(saved, **ARCHIVE)
    n_weights = sum(w.size for w in sampler.generators_[1].weights_)
    n_numbers = sum(len(c) - 128 for n, c in files.items() if "weights" in n) // 4
    assert n_numbers == n_weights
    assert load_sampler(saved).generators_[1].critic_weights_ is None
    with pytest.raises(ValueError, match="loaded from a file, which holds none"):
        GANGenerator(**NETWORK).fit(X, init=load_sampler(saved).generators_[1])


def wasserstein():
    named = OBJECTIVES["wgan-gp"]
    return Objective(named.critic_loss, named.generator_loss, named.penalty, 10.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("callbacks", [keras.callbacks.Callback()]),
        ("generator__objective", wasserstein()),
        ("sampling_strategy", lambda y: {1: 9}),
        ("random_state", np.random.RandomState(0)),
    ],
)
def test_objects_are_left_out_with_a_warning(name, value, tmp_path):
    of_network = name.removeprefix("generator__")
    sampler = fit(network={of_network: value}) if name != of_network else fit(**{name: value})
    with pytest.warns(UserWarning, match=f"cannot hold the value of {name}"):
        path = sampler.save(tmp_path / "a")
    with pytest.warns(UserWarning, match=f"does not hold the value of {name}"):
        loaded = load_sampler(path)
    default = GANOversampler(GANGenerator()).get_params()[name]
    assert loaded.get_params()[name] == default
    assert_array_equal(loaded.sample(5, 1, 0), sampler.sample(5, 1, 0))


def test_a_loaded_sampler_knows_the_range_of_the_data(tmp_path, sampler):
    path = sampler.save(tmp_path / "a")
    (ours,), (theirs,) = (each.generators_[1].scalers_ for each in (sampler, load_sampler(path)))
    assert_array_equal(ours.reach, theirs.reach)


def test_the_folder_of_the_machine_is_neither_written_nor_read(tmp_path):
    folder = {"memory": str(tmp_path / "memory")}
    path = fit(**folder).save(tmp_path / "a")
    files = read_archive(path, **ARCHIVE)
    state = from_json(json_from_bytes(files["sampler.json"], "sampler.json"))
    assert "memory" not in state["parameters"]
    state["parameters"] |= folder
    write_archive(path, files | {"sampler.json": json_bytes(to_json(state))}, **ARCHIVE)
    assert load_sampler(path).memory is None


def test_columns_that_a_callback_adds_to_the_history(tmp_path):
    class Note(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs |= {"note": "text", "seen": True, "lost": float("nan")}

    sampler = fit(callbacks=[Note()]).set_params(callbacks=None)
    history = load_sampler(sampler.save(tmp_path / "a")).history_[1]
    pd.testing.assert_frame_equal(history, sampler.history_[1].drop(columns="note"))


def test_what_cannot_be_saved_is_refused(sampler, tmp_path):
    with pytest.raises(NotFittedError):
        GANOversampler().save(tmp_path / "a")
    with pytest.raises(NotFittedError):
        GANOversampler().describe()

    class Mine(GANOversampler):
        pass

    mine = copy.copy(sampler)
    mine.__class__ = Mine
    with pytest.raises(ValueError, match=r"Only GANOversampler itself can be saved. Got .*Mine"):
        mine.save(tmp_path / "a")
    foreign = GANOversampler(KernelDensity(), min_windows=3)
    foreign.fit_resample(X, Y)
    with pytest.raises(ValueError, match=r"Only generators of eegaug\.gan .* Got KernelDensity"):
        foreign.save(tmp_path / "a")
    assert "KernelDensity" in foreign.describe()
    with pytest.raises(FileNotFoundError, match="cannot be written"):
        sampler.save(tmp_path / "none" / "a")
    assert os.listdir(tmp_path) == []


def test_a_pickle_is_not_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    (tmp_path / "a.eegaug").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"a\.eegaug is no saved GANOversampler"):
        load_sampler(tmp_path / "a.eegaug")
    path = tmp_path / "b.eegaug"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("data.pkl", pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"b\.eegaug was altered"):
        load_sampler(path)
    assert not (tmp_path / "sprung").exists()


def outcome(path):
    """Return a sampler, or what the ValueError says."""
    try:
        return load_sampler(path), ""
    except ValueError as error:
        return None, str(error)


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_damage_is_found_or_harmless(data, sampler, saved, tmp_path_factory):
    content = bytearray(saved.read_bytes())
    kind = data.draw(st.sampled_from(["flip", "cut", "swap"]))
    if kind == "flip":
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    elif kind == "cut":
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        size = data.draw(st.integers(1, 200))
        one, other = (data.draw(st.integers(0, len(content) - size)) for _ in range(2))
        first, second = content[one : one + size], content[other : other + size]
        content[one : one + size], content[other : other + size] = second, first
    path = tmp_path_factory.mktemp("damaged", numbered=True) / "a.eegaug"
    path.write_bytes(content)
    loaded, message = outcome(path)
    if loaded is None:
        assert str(path) in message
    else:
        assert_same(loaded, sampler)


def leaves(document, place=()):
    """Yield the place of every value in a document."""
    yield place
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from leaves(value, (*place, key))
        else:
            yield (*place, key)


NUMBERS = [True, -1, 0, 1, 3, 10**9, 10**30, 0.5]
MAPPINGS = [{"tuple": [1]}, {"mapping": [[[], 1]]}, {"mapping": [["a", 1]]}]
WILD = st.sampled_from([None, *NUMBERS, "", "evil", "O", [], [1], {}, *MAPPINGS])


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_forged_state_is_refused_or_gives_a_sampler(data, saved, tmp_path_factory):
    """The checksums of a forged file agree, so the values themselves must be checked."""
    files = read_archive(saved, **ARCHIVE)
    state = json.loads(files["sampler.json"])
    place = data.draw(st.sampled_from([p for p in leaves(state) if p]))
    inner = state
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = data.draw(WILD)
    files["sampler.json"] = json.dumps(state).encode()
    path = tmp_path_factory.mktemp("forged", numbered=True) / "a.eegaug"
    write_archive(path, files, **ARCHIVE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        loaded, message = outcome(path)
    if loaded is None:
        assert str(path) in message
    else:
        for label in loaded.generators_:
            assert loaded.sample(2, label, 0).shape == (2, 16)
        assert loaded.describe()


@pytest.mark.parametrize("name", ["width", "latent_dim"])
def test_no_network_is_built_that_is_larger_than_its_weights(name, saved, tmp_path):
    files = read_archive(saved, **ARCHIVE)
    text = files["sampler.json"].decode()
    # Of the generator, not of the sampler that made it.
    start = text.index('"parameters"', text.index('"generators"'))
    value = str(NETWORK[name])
    place = text.index(value, text.index(f'"{name}"', start))
    files["sampler.json"] = (text[:place] + "1000000000" + text[place + len(value) :]).encode()
    write_archive(tmp_path / "a", files, **ARCHIVE)
    with pytest.raises(ValueError, match=r"kernel of shape .*000000000.* the weights have none"):
        load_sampler(tmp_path / "a")


def test_weights_of_another_kind_are_refused(saved, tmp_path):
    files = read_archive(saved, **ARCHIVE)
    names = sorted(name for name in files if "weights" in name)
    for change in (
        {names[0]: files[names[1]]},
        {names[0]: files["generators/0/offset/0.npy"]},
        {"generators/0/offset/0.npy": files["generators/0/gains/0.npy"]},
        {"generators/0/mixings/0.npy": files["generators/0/gains/0.npy"]},
        {"generators/0/gains/0.npy": files["generators/0/mixings/0.npy"]},
        {"generators/7/offset/0.npy": files["generators/0/offset/0.npy"]},
        {"generators/0/other/0.npy": files["generators/0/offset/0.npy"]},
        {"other.json": b"{}"},
    ):
        write_archive(tmp_path / "a", files | change, **ARCHIVE)
        with pytest.raises(ValueError, match="describes no GANOversampler"):
            load_sampler(tmp_path / "a")


def test_the_card_says_what_is_known_and_what_is_not(sampler, saved):
    card = sampler.describe()
    for text in (
        "(n_samples, n_times), 16 samples of 1 channel, float32",
        "sampling frequency not stated, so their duration is not known",
        "0: 11 real windows, of 6 recordings\n    made by augmented real windows alone",
        "Labels, all grown 4 times",
        *(f"augmented by {reason}" for reason in sampler.strengths_[1].reasons),
        "1: 6 real windows",
        "2: 3 real windows",
        "made by jitter, as it has 3 windows and the model needs at least 5",
        "wavegan, bce",
        "0.5 of the new windows are real ones: the half, as it cannot be tested",
        "cannot be tested",
        "quality_report",
        "Not for diagnosis",
        "not anonymous",
        "tensorflow",
    ):
        assert text in card
    files = read_archive(saved, **ARCHIVE)
    assert files["model_card.txt"].decode() == card
    facts = json.loads(files["model_card.json"])["labels"][1]
    assert (facts["quality"], facts["real_share"]["auc"]) == ({}, None)


def test_the_card_holds_the_quality_where_recordings_were_held_out(tmp_path):
    rng, groups = np.random.default_rng(0), np.repeat(np.arange(40), 3)
    y = (groups < 16).astype(int)
    sampler = fit(rng.normal(size=(120, 16)), y, groups=groups)
    card = sampler.describe()
    assert "psd_distance" in card
    assert "real against real" in card
    best = sampler.history_[1].set_index("step").loc[sampler.generators_[1].best_step_]
    loaded = load_sampler(sampler.save(tmp_path / "a"))
    written = json.loads(read_archive(tmp_path / "a", **ARCHIVE)["model_card.json"])
    figures = written["labels"][1]["quality"]["psd_distance"]
    assert figures["value"] == best["psd_distance"]
    assert figures["real_vs_real"] > 0
    assert loaded.real_share_ == sampler.real_share_
    assert sampler.real_share_[1].verdict in ("separable", "not separable")


def test_the_card_names_no_strengths_where_nothing_was_augmented():
    card = fit(sampling_strategy={1: 9}, jitter=False).describe()
    assert "real windows, recordings not given\n    made by nothing" in card
    assert "augmented by" not in card


def test_a_stated_sampling_frequency_is_on_the_card():
    assert "sampling frequency 64 Hz, so 0.25 s long" in fit(sfreq=64.0).describe()


def test_the_verdict_of_the_attack_is_kept(tmp_path):
    rng = np.random.default_rng(0)
    sampler = fit(rng.normal(size=(90, 16)), np.repeat([0, 1], [50, 40]))
    attack = sampler.membership_inference_[1]
    assert attack.verdict != "cannot be tested"
    loaded = load_sampler(sampler.save(tmp_path / "a"))
    assert loaded.membership_inference_ == sampler.membership_inference_
    assert loaded.describe() == sampler.describe()
    files = read_archive(tmp_path / "a", **ARCHIVE)
    figures = json.loads(files["model_card.json"])["labels"][1]["membership_inference"]
    assert figures["auc"] == attack.auc
    assert figures["verdict"] == attack.verdict
    assert " ".join(str(attack).split()) in " ".join(sampler.describe().split())


def test_the_card_of_a_sampler_with_objects_for_parameters():
    sampler = fit(network={"objective": wasserstein()}, random_state=np.random.RandomState(0))
    card = sampler.describe()
    assert "custom objective" in card
    assert "recordings not given" in card
    assert "objective: '<Objective>'" in card
    assert "random_state: '<RandomState>'" in card


def test_parameters_of_loaded_generators_are_those_before(saved, sampler):
    ours, theirs = (each.generators_[1].get_params() for each in (load_sampler(saved), sampler))
    # The seed of a label's generator was drawn; a file holds the state it led to.
    assert ours == theirs | {"random_state": None}
