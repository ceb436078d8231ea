"""Several recordings in one call, and recordings in which no seizure is found."""

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from eegaug.interop import windows_from_raw

SFREQ = 50.0


def recording(seconds=20, *, names=("C3", "C4"), sfreq=SFREQ, scale=1e-6, description="seizure"):
    """Make noise with one annotation from 8 to 12 s."""
    rng = np.random.default_rng(round(seconds))
    samples = scale * rng.normal(0, 30, (len(names), round(seconds * sfreq)))
    raw = mne.io.RawArray(samples, mne.create_info(list(names), sfreq, "eeg"))
    if description is not None:
        raw.set_annotations(mne.Annotations([8.0], [4.0], description))
    return raw


def save(folder, name, raw):
    path = folder / f"{name}.edf"
    path.parent.mkdir(parents=True, exist_ok=True)
    mne.export.export_raw(path, raw)
    return path


@pytest.mark.parametrize("description", ["ictal", "Crise", "Anfall", "bckg"])
def test_a_recording_without_a_seizure_is_refused(description):
    raw = recording(description=description)
    message = f"No annotation of recording 1 begins with 'seizure' or 'sz'.* '{description}'"
    with pytest.raises(ValueError, match=message):
        windows_from_raw(raw, window=2)
    eeg = windows_from_raw(raw, window=2, seizure=description.lower())
    assert eeg.target.sum() == 2
    assert eeg.descriptions == {description: "seizure"}


def test_no_annotation_at_all_is_refused_unless_no_seizure_is_stated():
    raw = recording(description=None)
    with pytest.raises(ValueError, match=r"It has no annotations.*no_seizure=True"):
        windows_from_raw(raw, window=2)
    eeg = windows_from_raw(raw, window=2, no_seizure=True)
    assert_array_equal(eeg.target, np.zeros(10))
    assert eeg.descriptions == {}


def test_the_bunch_says_what_became_of_each_description():
    more = mne.Annotations([0, 2, 19, 5], [1, 0, 0, 1], ["BAD_cough", "edge", "note", "Sz 2"])
    eeg = windows_from_raw(recording(), more, window=2)
    assert eeg.descriptions == {
        "seizure": "seizure",
        "Sz 2": "seizure",
        "BAD_cough": "bad",
        "edge": "boundary",
        "note": "not used",
    }
    assert "Seizures: 'seizure', 'Sz 2'. Not used: 'note'." in eeg.DESCR


def test_each_recording_needs_a_seizure_or_the_statement_that_it_holds_none():
    raws = [recording(20), recording(22, description="ictal")]
    with pytest.raises(ValueError, match=r"No annotation of recording 2 begins with .* 'ictal'"):
        windows_from_raw(raws, window=2)
    for stated in (True, [False, True]):
        eeg = windows_from_raw(raws, window=2, no_seizure=stated)
        assert eeg.target.sum() == 2
    with pytest.raises(ValueError, match=r"recording 2"):
        windows_from_raw(raws, window=2, no_seizure=[True, False])


def test_recordings_in_one_call_are_those_of_single_calls():
    raws = [recording(20), recording(23)]
    both = windows_from_raw(raws, window=2, groups=["anna", "bert"])
    single = [windows_from_raw(raw, window=2) for raw in raws]
    for name in ("data", "target", "start"):
        assert_array_equal(both[name], np.concatenate([part[name] for part in single]))
    assert_array_equal(both.groups, np.repeat(["anna", "bert"], [len(p.data) for p in single]))
    assert_array_equal(
        both.recording, np.repeat(["raw 1", "raw 2"], [len(p.data) for p in single])
    )


def test_recordings_in_memory_do_not_share_a_group():
    eeg = windows_from_raw([recording(20), recording(22)], window=2)
    assert list(dict.fromkeys(eeg.groups)) == ["raw 1", "raw 2"]


def test_recordings_may_share_a_patient():
    eeg = windows_from_raw([recording(20), recording(22)], window=2, groups="anna")
    assert set(eeg.groups) == {"anna"}
    assert len(set(eeg.recording)) == 2


def test_paths_are_read_and_files_of_one_name_have_two_groups(tmp_path):
    paths = [save(tmp_path / who, "night", recording(n)) for who, n in (("a", 20), ("b", 22))]
    eeg = windows_from_raw(paths, window=2)
    assert list(dict.fromkeys(eeg.groups)) == ["a/night", "b/night"]
    expected = windows_from_raw([mne.io.read_raw(path) for path in paths], window=2)
    assert_array_equal(eeg.data, expected.data)
    assert_array_equal(eeg.groups, expected.groups)
    assert set(windows_from_raw(str(paths[0]), window=2).groups) == {"night"}
    recording(20).save(tmp_path / "c_raw.fif")
    assert_allclose(
        windows_from_raw(tmp_path / "c_raw.fif", window=2).data,
        windows_from_raw(recording(20), window=2).data,
        rtol=1e-5,
    )


def test_the_label_of_an_edf_file_gives_the_type_of_its_channels(tmp_path):
    raw = recording(names=("C3", "E1")).set_channel_types({"E1": "eog"})
    mne.export.export_raw(tmp_path / "night.edf", raw, add_ch_type=True)
    assert windows_from_raw(tmp_path / "night.edf", window=2).ch_names == ["C3"]


def test_other_rates_are_named_and_resampled_on_demand(tmp_path):
    paths = [save(tmp_path, "slow", recording()), save(tmp_path, "fast", recording(sfreq=100.0))]
    with pytest.raises(ValueError, match=r"fast\.edf has 100 Hz and .*slow\.edf 50 Hz.*sfreq=50"):
        windows_from_raw(paths, window=2)
    eeg = windows_from_raw(paths, window=2, sfreq=50)
    assert eeg.sfreq == 50
    assert eeg.data.shape == (20, 2, 100)
    assert_array_equal(eeg.target[:10], eeg.target[10:])
    own = windows_from_raw(paths[0], window=2)
    assert_array_equal(eeg.data[:10], own.data)
    fast = mne.io.read_raw(paths[1], preload=True).resample(50)
    assert_allclose(eeg.data[10:, :, 0], 1e6 * fast.get_data()[:, ::100].T, atol=1e-3)


def test_resampling_leaves_the_recording_alone():
    raw = recording(sfreq=100.0)
    before = raw.get_data()
    eeg = windows_from_raw(raw, window=2, sfreq=50)
    assert eeg.data.shape[2] == 100
    assert raw.info["sfreq"] == 100
    assert_array_equal(raw.get_data(), before)


def test_channels_come_in_one_order_and_others_are_named():
    raws = [recording(20), recording(22).reorder_channels(["C4", "C3"])]
    eeg = windows_from_raw(raws, window=2)
    assert eeg.ch_names == ["C3", "C4"]
    assert_array_equal(eeg.data[10:], windows_from_raw(raws[1], window=2).data[:, ::-1])
    other = recording(22, names=("C4", "Pz"))
    message = r"recording 2 lacks \['C3'\] and has \['Pz'\] besides.*ch_names=\['C4'\]"
    with pytest.raises(ValueError, match=message):
        windows_from_raw([raws[0], other], window=2)
    assert windows_from_raw([raws[0], other], window=2, ch_names=["C4"]).data.shape[1] == 1
    with pytest.raises(ValueError, match=r"recording 2 that are held in V.* Got \['C3'\]"):
        windows_from_raw([raws[0], other], window=2, ch_names=["C3"])


def test_a_channel_that_is_bad_in_one_recording_is_named():
    raws = [recording(20), recording(22)]
    raws[1].info["bads"] = ["C4"]
    with pytest.raises(ValueError, match=r"recording 2 lacks \['C4'\].*interpolate_bads"):
        windows_from_raw(raws, window=2)
    assert windows_from_raw(raws, window=2, ch_names=["C3"]).ch_names == ["C3"]


def test_recordings_of_other_units_are_named():
    raws = [recording(20), recording(22, scale=1e-3)]  # mV that were taken for µV
    with pytest.raises(ValueError, match=r"recording 2 .* times the amplitude of recording 1.* V"):
        windows_from_raw(raws, window=2)
    with pytest.warns(UserWarning, match=r"recording 1 has .* MNE holds V"):
        windows_from_raw(recording(scale=1.0), window=2)


def test_annotations_go_with_their_recordings():
    raws = [recording(20, description=None), recording(22)]
    seizure = mne.Annotations([2.0], [4.0], "seizure")
    eeg = windows_from_raw(raws, [seizure, None], window=2)
    assert_array_equal(eeg.start[eeg.target == 1], [2, 4, 8, 10])
    with pytest.raises(ValueError, match=r"'annotations' .* one for each of the 2 recordings"):
        windows_from_raw(raws, seizure, window=2)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"groups": ["a"]}, r"'groups' .* one for each of the 2 recordings.* Got 1"),
        ({"groups": ["a", 2]}, r"'groups' .* text"),
        ({"no_seizure": [True]}, r"'no_seizure' .* one for each of the 2 recordings.* Got 1"),
        ({"annotations": [None]}, r"'annotations' .* one for each of the 2 recordings.* Got 1"),
        ({"window": 21}, r"recording 1 .* 1000 samples"),
        ({"sfreq": 0}, "'sfreq' parameter of windows_from_raw must be"),
    ],
    ids=str,
)
def test_wrong_parameters(params, message):
    raws = [recording(20), recording(22)]
    with pytest.raises(ValueError, match=message):
        windows_from_raw(raws, **{"window": 2} | params)


def test_no_recording_and_a_missing_file(tmp_path):
    with pytest.raises(ValueError, match=r"'raw' parameter .* at least one"):
        windows_from_raw([])
    with pytest.raises(FileNotFoundError, match=r"none\.edf"):
        windows_from_raw([tmp_path / "none.edf"])
    (tmp_path / "night.edf").write_bytes(b"text")
    with pytest.raises(ValueError, match=r"night\.edf cannot be read: it has no EDF header"):
        windows_from_raw(tmp_path / "night.edf")
    (tmp_path / "night_raw.fif").write_bytes(b"text")
    with pytest.raises(ValueError, match=r"night_raw\.fif cannot be read by MNE-Python"):
        windows_from_raw(tmp_path / "night_raw.fif")
