"""Augmentation that knows what a channel is."""

import mne
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.transform import Rotation
from sklearn.base import clone

from eegaug import (
    BalancedWindows,
    GANOversampler,
    JitterOversampler,
    SurrogateOversampler,
    load_sampler,
)
from eegaug._electrodes import TEN_TWENTY, mirror_image, parse_channels
from eegaug.datasets import make_seizure_windows
from eegaug.datasets._head import DOUBLE_BANANA, cortex, lead_field, unit
from eegaug.gan import GANGenerator
from eegaug.transforms import ChannelAugmenter
from eegaug.transforms._montage import find_montage
from eegaug.windows import ImplausibleWindowsWarning

# fmt: off
#: The 23 channels of CHB-MIT, as MNE reads them.
CHB_MIT = (
    "FP1-F7", "F7-T7", "T7-P7", "P7-O1", "FP1-F3", "F3-C3", "C3-P3", "P3-O1", "FP2-F4", "F4-C4",
    "C4-P4", "P4-O2", "FP2-F8", "F8-T8", "T8-P8-0", "P8-O2", "FZ-CZ", "CZ-PZ", "P7-T7", "T7-FT9",
    "FT9-FT10", "FT10-T8", "T8-P8-1",
)
#: The 18 channels of the neonatal set, with the older names of the temporal electrodes.
NEONATAL = (
    "Fp2-F4", "F4-C4", "C4-P4", "P4-O2", "Fp1-F3", "F3-C3", "C3-P3", "P3-O1", "Fp2-F8", "F8-T4",
    "T4-T6", "T6-O2", "Fp1-F7", "F7-T3", "T3-T5", "T5-O1", "Fz-Cz", "Cz-Pz",
)
# fmt: on
#: Its name in newer and older versions of MNE.
TEMPLATE = ({"colin27_1005"} & set(mne.channels.get_builtin_montages()) or {"standard_1005"}).pop()
TEN_TEN = tuple(mne.channels.make_standard_montage(TEMPLATE).ch_names)
MONTAGES = {"10-20": TEN_TWENTY, "banana": DOUBLE_BANANA, "chb": CHB_MIT, "neonatal": NEONATAL}


def windows_of(names, n=12, n_times=16, seed=0):
    return np.random.default_rng(seed).normal(5, 30, size=(n, len(names), n_times))


@pytest.mark.parametrize("names", MONTAGES.values(), ids=MONTAGES)
@given(seed=st.integers(0, 99), dtype=st.sampled_from([np.float32, np.float64]))
def test_reflecting_twice_gives_the_windows_back(names, seed, dtype):
    windows = windows_of(names, seed=seed).astype(dtype)
    before = windows.copy()
    augmenter = ChannelAugmenter(names)
    mirrored = augmenter.reflect_windows(windows)
    assert mirrored.dtype == dtype
    assert not np.array_equal(mirrored, windows)
    assert_array_equal(augmenter.reflect_windows(mirrored), windows)
    assert_array_equal(windows, before)


def test_every_name_of_the_standard_montage_is_understood():
    odd = {"T3", "T4", "T5", "T6"}  # the older names of T7, T8, P7 and P8, which are there too
    names = [name for name in TEN_TEN if name not in odd]
    source, _ = mirror_image(names)
    places = mne.channels.make_standard_montage(TEMPLATE).get_positions()["ch_pos"]
    for name, other in zip(names, np.array(names)[source], strict=True):
        x, y, z = places[name]
        # The template head is not quite symmetric.
        assert_allclose(places[other], [-x, y, z], atol=0.012)


@pytest.mark.parametrize(
    ("name", "image", "sign"),
    [
        ("EEG C3-Ref", "EEG C4-Ref", 1),
        ("Fc5.", "Fc6.", 1),
        ("C3-A1", "C4-A2", 1),
        ("C3-A2", "C4-A1", 1),
        ("C3-C4", "C3-C4", -1),
        ("T7-C3", "C4-T8", -1),
        ("fp1-f7", "F8-FP2", -1),
    ],
)
def test_pairs_and_signs(name, image, sign):
    names = list(dict.fromkeys(["Cz", name, image]))
    source, signs = mirror_image(names)
    place = names.index(image)
    assert source[1] == place
    assert source[place] == 1
    assert signs[1] == signs[place] == sign
    assert source[0] == 0


def test_a_left_seizure_becomes_a_right_one():
    rng = np.random.default_rng(0)
    focus = unit(np.array([[-0.8, -0.1, 0.5]]))
    gain = find_montage(DOUBLE_BANANA).matrix @ lead_field(
        0.78 * focus, focus, find_montage(DOUBLE_BANANA).positions
    )
    windows = gain * rng.normal(size=(6, 1, 64))
    is_left = np.array([any(digit in name for digit in "1357") for name in DOUBLE_BANANA])
    is_right = np.array([any(digit in name for digit in "2468") for name in DOUBLE_BANANA])

    def sides(each):
        power = each.std(axis=-1)
        return power[:, is_left].max(axis=1), power[:, is_right].max(axis=1)

    left, right = sides(windows)
    assert (left > 3 * right).all()
    mirrored = ChannelAugmenter(DOUBLE_BANANA).reflect_windows(windows)
    assert_array_equal(sides(mirrored), [right, left])
    sampler = JitterOversampler(
        channels=ChannelAugmenter(DOUBLE_BANANA), scale=0, filter=0, mix=False, random_state=0
    )
    X = np.concatenate([rng.normal(size=(30, 18, 64)), windows])
    made = sampler.fit_resample(X, np.repeat([0, 1], [30, 6]))[0][len(X) :]
    left, right = sides(made[-60:])
    assert 10 < (right > 3 * left).sum() < 50


@pytest.mark.parametrize("names", [TEN_TWENTY, DOUBLE_BANANA], ids=["10-20", "banana"])
def test_rotation_is_nearer_to_the_truth_than_no_rotation(names):
    rng = np.random.RandomState(0)
    montage = find_montage(names)
    places = 0.78 * cortex(300, rng)
    moments = places + 0.5 * rng.normal(size=places.shape)
    turns = Rotation.from_rotvec(np.deg2rad(8) * unit(rng.normal(size=(10, 3))))
    here = montage.matrix @ lead_field(places, moments, montage.positions)
    error = before = 0.0
    for turn, mixing in zip(turns, montage.mixing(turns), strict=True):
        there = montage.matrix @ lead_field(places, moments, turn.apply(montage.positions))
        error += np.sum((mixing @ here - there) ** 2)
        before += np.sum((here - there) ** 2)
    assert error < 0.75 * before
    assert_allclose(montage.mixing(Rotation.from_rotvec(np.zeros((1, 3))))[0], np.eye(len(names)))


def test_a_common_signal_of_the_reference_passes_a_rotation():
    turn = Rotation.from_rotvec(np.deg2rad([[10, 5, 0]]))
    assert_allclose(find_montage(TEN_TWENTY).mixing(turn)[0].sum(axis=1), 1, atol=0.02)


@given(seed=st.integers(0, 2**31), rotation=st.sampled_from([0.0, 8.0]))
def test_all_at_once_keeps_means_shape_and_dtype(seed, rotation):
    windows = windows_of(TEN_TWENTY).astype(np.float32)
    augmenter = ChannelAugmenter(
        TEN_TWENTY, reflect=0, rotation=rotation, dropout=0.3, amplitude=0.2, polarity="electrode"
    )
    made = augmenter.augment(windows, seed)
    assert made.shape == windows.shape
    assert made.dtype == np.float32
    assert_allclose(made.mean(axis=-1), windows.mean(axis=-1), atol=1e-3)
    assert_array_equal(made, augmenter.augment(windows, seed))


@given(
    seed=st.integers(0, 2**31),
    reflect=st.sampled_from([0.0, 0.5]),
    rotation=st.sampled_from([0.0, 8.0]),
    dropout=st.sampled_from([0.0, 0.3]),
)
def test_matrices_are_the_changes_of_the_same_seed(seed, reflect, rotation, dropout):
    windows = windows_of(DOUBLE_BANANA)
    windows -= windows.mean(axis=-1, keepdims=True)
    params = {"reflect": reflect, "rotation": rotation, "dropout": dropout}
    augmenter = ChannelAugmenter(DOUBLE_BANANA, **params)
    matrices = augmenter.channel_matrices(len(windows), seed)
    assert_allclose(matrices @ windows, augmenter.augment(windows, seed), atol=1e-9)


def test_dropped_channels_are_flat_and_one_stays():
    windows = windows_of(TEN_TWENTY, n=200)
    made = ChannelAugmenter(TEN_TWENTY, reflect=0, dropout=0.25).augment(windows, 0)
    is_flat = np.ptp(made, axis=-1) < 1e-9
    assert 0.2 < is_flat.mean() < 0.28
    made = ChannelAugmenter(TEN_TWENTY, reflect=0, dropout=1).augment(windows, 0)
    assert ((np.ptp(made, axis=-1) > 0).sum(axis=1) == 1).all()


def test_polarity_by_hemisphere_keeps_the_midline():
    windows = windows_of(TEN_TWENTY, n=50)
    made = ChannelAugmenter(TEN_TWENTY, reflect=0, polarity="hemisphere").augment(windows, 0)
    waves, before = (each - each.mean(axis=-1, keepdims=True) for each in (made, windows))
    signs = np.sign((waves * before).sum(axis=-1))
    of = {name: signs[:, place] for place, name in enumerate(TEN_TWENTY)}
    assert (of["Cz"] == 1).all()
    assert_array_equal(of["F7"], of["O1"])
    assert_array_equal(of["F8"], of["O2"])
    assert 10 < (of["F7"] != of["F8"]).sum() < 40


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"ch_names": None}, "needs the names of the channels"),
        ({"ch_names": ["C3", "C4", "ECG", "LA1"]}, r"Got \['ECG', 'LA1'\], which are none"),
        ({"ch_names": ["C3", "c3", "C4"]}, r"\['C3', 'c3'\] more than once"),
        ({"ch_names": ["C3", "C4", "F3"]}, r"Got \['F3'\] without one"),
        ({"ch_names": ["C3", "C4", "T3", "T7"]}, r"Got \['T3', 'T7'\] without one"),
        ({"ch_names": ["C3-C3"]}, r"Got \['C3-C3'\], which are none"),
        ({"ch_names": ["C3-P3", "C4-P4"], "polarity": "electrode"}, "'polarity' parameter"),
        ({"ch_names": ["Cz"], "reflect": 2}, "'reflect' parameter"),
        ({"ch_names": ["Cz"], "polarity": "side"}, "'polarity' parameter"),
        ({"ch_names": ["T1", "T2"], "rotation": 5.0}, r"Got \['t1', 't2'\]"),
    ],
)
def test_names_that_do_not_fit_are_listed(params, message):
    with pytest.raises(ValueError, match=message):
        ChannelAugmenter(**params).check()


def test_the_names_must_be_as_many_as_the_channels():
    with pytest.raises(ValueError, match="Got 2 names for 3 channels"):
        ChannelAugmenter(["C3", "C4"]).augment(np.zeros((2, 3, 8)))
    sampler = JitterOversampler(channels=ChannelAugmenter(["C3", "C4"]))
    for X in (np.random.default_rng(0).normal(size=(9, 3, 8)), np.arange(72.0).reshape(9, 8)):
        with pytest.raises(ValueError, match="Got 2 names for"):
            sampler.fit_resample(X, [0] * 6 + [1] * 3)


def test_one_channel_and_300():
    rng = np.random.default_rng(0)
    y = [0] * 12 + [1] * 4
    sampler = JitterOversampler(channels=ChannelAugmenter(["Cz"]), random_state=0)
    assert sampler.fit_resample(rng.normal(size=(16, 32)), y)[0].shape[1:] == (32,)
    names = [name for name in TEN_TEN if name not in {"T3", "T4", "T5", "T6"}][:300]
    names = [name for name in names if _has_image(name, names)]
    assert len(names) > 250
    sampler = JitterOversampler(channels=ChannelAugmenter(names, rotation=5), random_state=0)
    made, _ = sampler.fit_resample(rng.normal(size=(16, len(names), 310)), y)
    assert np.isfinite(made).all()
    assert len(parse_channels(names)) == len(names)


def _has_image(name, names):
    try:
        mirror_image([name])
    except ValueError:
        number = int("".join(filter(str.isdigit, name)))
        other = name.replace(str(number), str(number + 1 if number % 2 else number - 1))
        return other in names
    return True


@pytest.mark.uncompiled
@pytest.mark.parametrize(
    "sampler",
    [
        GANOversampler(GANGenerator(n_steps=2, width=2), growth=2, random_state=0),
        JitterOversampler(growth=2, random_state=0),
        SurrogateOversampler(growth=2, random_state=0),
    ],
    ids=lambda each: type(each).__name__,
)
def test_every_sampler_and_its_stream_take_it(sampler):
    X = windows_of(["C3", "C4"], n=40, n_times=16)
    X[:, 1] *= 0.01  # all on the left
    y = np.repeat([0, 1], [28, 12])

    def louder_right(windows):
        return windows[:, 1].std(axis=-1) > windows[:, 0].std(axis=-1)

    plain = clone(sampler)
    assert not louder_right(plain.fit_resample(X, y)[0]).any()
    sampler = clone(sampler).set_params(channels=ChannelAugmenter(["C3", "C4"]))
    made, _ = sampler.fit_resample(X, y)
    assert_array_equal(made[:40], X)
    assert 0.3 < louder_right(made[40:]).mean() < 0.7
    assert sampler.ch_names_ == ["C3", "C4"]
    again, _ = sampler.set_params(channels__reflect=0.0).fit_resample(X, y)
    assert not louder_right(again).any()
    sampler.set_params(channels__reflect=1.0).fit_resample(X, y)
    stream = BalancedWindows(X, y, sampler, synthetic_share=1.0, random_state=0, n_ahead=0)
    assert louder_right(stream.batch(0, 0)[0]).all()


@pytest.mark.uncompiled
def test_a_saved_sampler_keeps_it(tmp_path):
    X, y = windows_of(["C3", "C4"], n=40), np.repeat([0, 1], [28, 12])
    sampler = GANOversampler(
        GANGenerator(n_steps=2, width=2),
        channels=ChannelAugmenter(["C3", "C4"], dropout=0.1),
        random_state=0,
    )
    sampler.fit_generators(X, y)
    loaded = load_sampler(sampler.save(tmp_path / "a.eegaug"))
    assert loaded.channels.get_params() == sampler.channels.get_params()
    params = {"synthetic_share": 1.0, "random_state": 0, "n_ahead": 0}
    batches = [BalancedWindows(X, y, each, **params).batch(0, 0)[0] for each in (sampler, loaded)]
    assert_array_equal(*batches)


def test_the_simulated_set_needs_no_more_than_its_names():
    eeg = make_seizure_windows(12, 2, n_channels=18, n_times=64, sfreq=64.0, random_state=0)
    sampler = JitterOversampler(channels=ChannelAugmenter(eeg.ch_names, rotation=5.0))
    X_res, _ = sampler.fit_resample(eeg.data, eeg.target, groups=eeg.groups)
    assert np.isfinite(X_res).all()


def test_a_channel_that_is_dead_on_one_side_is_refused():
    X, y = windows_of(["C3", "C4"]), [0] * 8 + [1] * 4
    X[:, 1] = 0
    sampler = JitterOversampler(channels=ChannelAugmenter(["C3", "C4"]))
    with pytest.raises(ValueError, match=r"class 0, \['C4'\]"):
        sampler.fit_resample(X, y)
    sampler.set_params(channels__reflect=0.0, channels__amplitude=0.1).fit_resample(X, y)


def test_a_channel_that_is_constant_in_one_class_is_reported():
    X, y = windows_of(["C3", "C4"]), np.repeat([0, 1], [8, 4])
    X[y == 1, 1] = 7.0
    with pytest.warns(ImplausibleWindowsWarning, match=r"\[1\] in class 1\. A classifier knows"):
        made, _ = JitterOversampler(growth=2, random_state=0).fit_resample(X, y)
    assert np.isfinite(made).all()
    X[:, 1] = 7.0
    JitterOversampler().fit_resample(X, y)  # dead in all classes: no sign of any


def test_channels_of_two_units_are_reported():
    X, y = windows_of(["C3", "C4"]), np.repeat([0, 1], [8, 4])
    X[:, 0] *= 1e-6
    with pytest.warns(ImplausibleWindowsWarning, match="one unit in all channels.*channel 0 and"):
        JitterOversampler().fit_resample(X, y)
