"""Epochs of MNE through samplers."""

import subprocess
import sys

import mne
import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from eegaug import GANOversampler, JitterOversampler, SurrogateOversampler, load_sampler
from eegaug.gan import GANGenerator
from eegaug.interop import resample_epochs
from eegaug.transforms import ChannelAugmenter
from eegaug.windows import ImplausibleWindowsWarning

pytestmark = pytest.mark.uncompiled

GENERATOR = GANGenerator(n_steps=2, width=2, latent_dim=4)
TINY = {"generator": GENERATOR, "min_windows": 6}
SAMPLERS = [
    GANOversampler(random_state=0, growth=1, **TINY),
    JitterOversampler(random_state=0, growth=1),
    SurrogateOversampler(random_state=0),
    RandomOverSampler(random_state=0),
    SMOTE(random_state=0, k_neighbors=3),
]


def same_bits(one, other):
    return one.tobytes() == other.tobytes()


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda s: type(s).__name__)
def test_real_epochs_first_then_marked_synthetic_ones(make_epochs, sampler):
    epochs = make_epochs()
    before = epochs.get_data()
    resampled, y = resample_epochs(sampler, epochs)
    assert isinstance(resampled, mne.EpochsArray)
    assert same_bits(resampled.get_data()[:20], before)
    assert same_bits(epochs.get_data(), before)
    assert_array_equal(y, [3] * 14 + [7] * 14)
    assert_array_equal(resampled.events[:, 2], y)
    assert_array_equal(resampled.events[:20], epochs.events)
    assert len(np.unique(resampled.events[:, 0])) == 28
    assert (np.diff(resampled.events[:, 0]) >= 16).all()
    assert_array_equal(resampled.metadata["synthetic"], [False] * 20 + [True] * 8)
    assert len(resampled["seizure"]) == 14
    assert len(resampled["synthetic == False"]) == 20
    # Volts stay volts.
    new = resampled.get_data()[20:]
    assert 1e-6 < new.std() < 1e-3


def test_info_times_and_names_are_kept(make_epochs):
    epochs = make_epochs(tmin=-0.1)
    epochs.info["description"] = "night 2"
    resampled, _ = JitterOversampler(random_state=0, growth=1).fit_resample(epochs)
    assert resampled.ch_names == epochs.ch_names
    assert resampled.info["sfreq"] == 100
    assert resampled.info["description"] == "night 2"
    assert resampled.info["meas_date"] == epochs.info["meas_date"]
    assert_array_equal(resampled.times, epochs.times)
    assert resampled.event_id == {"rest": 3, "seizure": 7, "never seen": 9}
    assert len(resampled.drop_log) == 28
    assert_array_equal(resampled.selection, np.arange(28))


def test_the_samplers_own_method_gives_the_same(make_epochs):
    epochs = make_epochs()
    for sampler in SAMPLERS[:3]:
        one, y_one = sampler.fit_resample(epochs)
        other, y_other = resample_epochs(sampler, epochs)
        array, y_array = sampler.fit_resample(epochs.get_data(), epochs.events[:, 2])
        assert same_bits(one.get_data(), other.get_data())
        assert_array_equal(y_one, y_other)
        if not isinstance(sampler, GANOversampler):  # whose monitor knows the rate of epochs
            assert same_bits(one.get_data(), array)
        assert_array_equal(y_one, y_array)


@pytest.mark.parametrize("sampler", SAMPLERS[:3], ids=lambda s: type(s).__name__)
def test_fit_takes_epochs_and_checks_them_alone(make_epochs, sampler):
    sampler = clone(sampler)
    assert sampler.fit(make_epochs()) is sampler
    assert sampler.sampling_strategy_ == {7: 8}
    assert not hasattr(sampler, "generators_")
    assert sampler.fit(make_epochs(), ["a"] * 12 + ["b"] * 8).sampling_strategy_ == {"b": 4}
    epochs = make_epochs()
    epochs.info["bads"] = ["C3", "C4"]
    with pytest.raises(ValueError, match="a channel that is not marked as bad"):
        sampler.fit(epochs)


def test_labels_may_be_given_in_any_container(make_epochs):
    epochs = make_epochs()
    named = pd.Series(["rest"] * 14 + ["ictal"] * 6, name="state", dtype="category")
    resampled, y = JitterOversampler(random_state=0, growth=1).fit_resample(epochs, named)
    assert y.dtype == named.dtype
    assert y.name == "state"
    assert_array_equal(resampled.events[20:, 2], [7] * 8)
    _, y = JitterOversampler(random_state=0, growth=1).fit_resample(epochs, named.tolist())
    assert y == named.tolist() + ["ictal"] * 8
    assert SAMPLERS[0].fit_resample(epochs, named)[0].metadata["synthetic"].sum() == 8
    assert list(SAMPLERS[0].generators_) == ["ictal"]


def test_a_label_of_several_events_gets_a_code_of_its_own(make_epochs):
    epochs = make_epochs()
    y = np.repeat([0, 1, 0], [13, 3, 4])  # label 1 is one epoch of rest and two of seizure
    resampled, y_all = JitterOversampler(random_state=0, growth=1).fit_resample(epochs, y)
    assert resampled.event_id["synthetic/1"] == 10
    assert_array_equal(resampled.events[y_all == 1, 2], [3, 7, 7] + [10] * 14)
    assert len(resampled["synthetic"]) == 14
    again, _ = JitterOversampler(sampling_strategy={1: 20}).fit_resample(resampled, y_all)
    assert again.event_id == resampled.event_id
    assert again.metadata["synthetic"].sum() == 17


def test_metadata_of_real_epochs_is_kept(make_epochs):
    metadata = pd.DataFrame(
        {
            "recording": np.arange(20) // 2 + 2**60,
            "awake": [True, False] * 10,
            "gain": np.linspace(0, 1, 20),
            "site": ["A", "B"] * 10,
        }
    )
    resampled, _ = JitterOversampler().fit_resample(make_epochs(metadata=metadata))
    kept = resampled.metadata
    assert list(kept) == [*metadata, "synthetic"]
    assert kept["synthetic"].dtype == bool
    for name in metadata:
        assert kept[name][:20].tolist() == metadata[name].tolist()
        assert kept[name][20:].isna().all()
    assert len(resampled["awake == True and site == 'A'"]) == 10
    assert len(resampled[f"recording == {2**60 + 1}"]) == 2
    none_made, _ = JitterOversampler(sampling_strategy={7: 6}).fit_resample(
        make_epochs(metadata=metadata)
    )
    assert (none_made.metadata.dtypes[:-1] == metadata.dtypes).all()


# MNE's own reading of metadata.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.set_index")
def test_saved_and_read_again(make_epochs, tmp_path):
    resampled, _ = JitterOversampler(random_state=0, growth=1).fit_resample(make_epochs())
    resampled.save(tmp_path / "resampled-epo.fif")
    read = mne.read_epochs(tmp_path / "resampled-epo.fif")
    assert_array_equal(read.metadata["synthetic"], resampled.metadata["synthetic"])
    assert_allclose(read.get_data(), resampled.get_data(), rtol=1e-6)
    assert_array_equal(read.events, resampled.events)


def test_baseline_and_projections_are_not_applied_twice(make_epochs):
    epochs = make_epochs(baseline=(None, 0))
    epochs.set_eeg_reference(projection=True).apply_proj()
    resampled, _ = JitterOversampler(random_state=0, growth=1).fit_resample(epochs)
    assert resampled.baseline == epochs.baseline
    assert same_bits(resampled.get_data()[:20], epochs.get_data())
    assert [proj["active"] for proj in resampled.info["projs"]] == [True]


def test_epochs_of_a_file_are_loaded_and_their_bad_ones_dropped(tmp_path):
    rng = np.random.default_rng(0)
    raw = mne.io.RawArray(2e-5 * rng.normal(size=(2, 3000)), mne.create_info(2, 100.0, "eeg"))
    raw.set_meas_date(1e9)
    raw.set_annotations(mne.Annotations([4.05, 9.0], [0.1, 0.1], ["BAD", "blink"]))
    events = np.column_stack([100 * np.arange(1, 25), np.zeros(24, int), [1] * 18 + [2] * 6])
    epochs = mne.Epochs(raw, events, tmin=0, tmax=0.5, baseline=None, preload=False)
    resampled, y = JitterOversampler(random_state=0, growth=1).fit_resample(epochs)
    assert not epochs.preload
    assert_array_equal(np.bincount(y), [0, 17, 17])
    assert len(resampled.annotations) == 2
    assert same_bits(resampled.get_data()[:23], epochs.get_data())
    assert resampled.drop_log[3] == ("BAD",)
    assert list(resampled.metadata.index[[2, 3, -1]]) == [2, 4, 34]
    with pytest.raises(ValueError, match=r"label for each of the 23 epochs.* Got 24.*drop_bad"):
        JitterOversampler().fit_resample(epochs, events[:, 2])


def test_sfreq_of_the_epochs_reaches_the_monitor(make_epochs, monkeypatch):
    from eegaug.over_sampling import _gan

    seen = []
    train = _gan.train_generators
    monkeypatch.setattr(
        _gan, "train_generators", lambda *args: seen.append(args[2].sfreq) or train(*args)
    )
    sampler = GANOversampler(random_state=0, growth=1, **TINY)
    sampler.fit_resample(make_epochs(sfreq=256.0))
    assert sampler.sfreq_ == 256.0
    sampler.fit_resample(make_epochs().get_data(), make_epochs().events[:, 2])
    assert sampler.sfreq_ is None
    assert seen == [256.0, None]
    with pytest.raises(ValueError, match=r"'sfreq' parameter must be that of the epochs, 256 Hz"):
        sampler.set_params(sfreq=50).fit_resample(make_epochs(sfreq=256.0))


def test_names_of_channels_are_known_and_saved(make_epochs, tmp_path):
    sampler = GANOversampler(random_state=0, growth=1, **TINY)
    sampler.fit_resample(make_epochs())
    loaded = load_sampler(sampler.save(tmp_path / "sampler"))
    assert loaded.ch_names_ == sampler.ch_names_ == ["C3", "C4"]
    assert "channels: C3, C4" in loaded.describe()
    sampler.fit_resample(make_epochs().get_data(), make_epochs().events[:, 2])
    assert sampler.ch_names_ is None


def test_groups_reach_the_sampler(make_epochs):
    with pytest.raises(ValueError, match="groups must hold the recording of each"):
        GANOversampler(**TINY).fit_resample(make_epochs(), groups=np.arange(19))
    with pytest.raises(ValueError, match="groups must hold the recording of each"):
        resample_epochs(JitterOversampler(), make_epochs(), groups=np.arange(19))


@pytest.mark.parametrize(
    ("kinds", "bads", "message"),
    [
        (["eeg", "eog"], [], r"types eeg, csd.* Got C4 \(eog\) too; .*pick\('eeg'\)"),
        (["stim", "misc"], [], r"Got C3 \(stim\), C4 \(misc\) too"),
        ("eeg", ["C3", "C4"], r"not marked as bad. Got \['C3', 'C4'\] .*; interpolate them"),
    ],
)
def test_channels_that_are_no_windows_are_named(make_epochs, kinds, bads, message):
    epochs = make_epochs(kinds=kinds)
    epochs.info["bads"] = bads
    for sampler in (JitterOversampler(), RandomOverSampler()):
        with pytest.raises(ValueError, match=message):
            resample_epochs(sampler, epochs)


def test_other_errors(make_epochs):
    epochs = make_epochs()
    with pytest.raises(ValueError, match=r"label for each of the 20 epochs.* Got 19"):
        JitterOversampler().fit_resample(epochs, [0] * 15 + [1] * 4)
    with pytest.raises(TypeError, match=r"'epochs' parameter must be epochs .* Got ndarray"):
        resample_epochs(JitterOversampler(), epochs.get_data(), epochs.events[:, 2])
    with pytest.raises(ValueError, match="Got RandomUnderSampler, which does not"):
        resample_epochs(RandomUnderSampler(random_state=0), epochs)
    marked = make_epochs(metadata=pd.DataFrame({"synthetic": ["no"] * 20}))
    with pytest.raises(ValueError, match="column 'synthetic' of the metadata must hold booleans"):
        JitterOversampler().fit_resample(marked)
    with pytest.raises(ValueError, match="requires y to be passed"):
        JitterOversampler().fit_resample(epochs.get_data())


def test_mne_is_imported_by_nobody_else():
    code = (
        "import sys; from eegaug import JitterOversampler, interop;"
        "JitterOversampler().fit_resample([[1, 2], [3, 4], [5, 6]], [0, 0, 1]);"
        "sys.exit('mne' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda s: type(s).__name__)
def test_a_bad_channel_is_not_learned_and_stays_where_it_is(make_epochs, sampler):
    epochs = make_epochs()
    epochs.info["bads"] = ["C3"]
    before = epochs.get_data()
    resampled, _ = resample_epochs(sampler, epochs)
    assert resampled.info["bads"] == ["C3"]
    assert resampled.ch_names == ["C3", "C4"]
    made = resampled.get_data()
    assert same_bits(made[:20], before)
    assert not made[20:, 0].any()
    alone, _ = resample_epochs(sampler, epochs.copy().pick(["C4"]))
    if isinstance(sampler, SMOTE):  # whose neighbours are those of other windows in two rounds
        assert_allclose(made[:, 1], alone.get_data()[:, 0])
    else:
        assert same_bits(made[:, 1], alone.get_data()[:, 0])


def test_what_a_generator_makes_has_the_bad_channel_too(make_epochs):
    epochs = make_epochs()
    epochs.info["bads"] = ["C3"]
    sampler = GANOversampler(random_state=0, growth=1, **TINY).fit_generators(epochs)
    assert sampler.ch_names_ == ["C4"]
    made = sampler.sample(3, random_state=0)
    assert made.info["bads"] == ["C3"]
    assert not made.get_data()[:, 0].any()
    assert made.get_data()[:, 1].all()


def test_epochs_in_spans_marked_as_bad_are_reported(make_epochs):
    epochs = make_epochs()
    epochs.set_annotations(mne.Annotations([0.5, 0.9], [0.2, 0.1], ["BAD_movement", "eyes"]))
    with pytest.warns(ImplausibleWindowsWarning, match="Got 2 that do.*reject_by_annotation"):
        JitterOversampler().fit_resample(epochs)
    epochs.set_annotations(mne.Annotations([0.9], [0.1], ["eyes"]))
    JitterOversampler().fit_resample(epochs)


def test_names_of_epochs_are_taken_where_reflection_is_asked_for(make_epochs):
    epochs = make_epochs()
    channels = ChannelAugmenter(reflect=1.0)
    sampler = JitterOversampler(channels=channels, random_state=0, growth=1)
    resampled, _ = sampler.fit_resample(epochs)
    plain, _ = JitterOversampler(random_state=0, growth=1).fit_resample(epochs)
    assert_array_equal(resampled.get_data()[20:], plain.get_data()[20:, ::-1])
    assert channels.ch_names is None
    with pytest.raises(ValueError, match="needs the names of the channels"):
        sampler.fit_resample(epochs.get_data(), epochs.events[:, 2])
    sampler.set_params(channels__ch_names=["C4", "C3"])
    with pytest.raises(ValueError, match="must be those of the epochs"):
        sampler.fit_resample(epochs)


@pytest.mark.parametrize("kind", ["seeg", "ecog", "mag"])
def test_no_reflection_of_depth_electrodes(make_epochs, kind):
    epochs = make_epochs(kinds=kind)
    sampler = JitterOversampler(channels=ChannelAugmenter(), random_state=0)
    with pytest.raises(ValueError, match=rf"on the scalp.*C3 \({kind}\), C4 \({kind}\)"):
        sampler.fit_resample(epochs)


def test_a_pair_with_a_bad_side_is_not_reflected(make_epochs):
    epochs = make_epochs()
    epochs.info["bads"] = ["C3"]
    with pytest.raises(ValueError, match=r"mirror image.*\['C4'\] without one.*interpolate"):
        JitterOversampler(channels=ChannelAugmenter()).fit_resample(epochs)
