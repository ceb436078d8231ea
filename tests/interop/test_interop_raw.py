"""Windows out of recordings, in memory and in EDF files that the tests make."""

import builtins
import sys
from datetime import UTC, datetime, timedelta

import mne
import mne_bids
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from eegaug.interop import windows_from_raw

SFREQ = 50.0
START = datetime(2020, 5, 17, 22, 30, 1, tzinfo=UTC)


def recording(seconds=60, *, names=("C3", "C4"), kinds="eeg", first_samp=0, meas_date=None):
    """Each sample is its own number, in µV; the second channel is 100,000 above the first."""
    n_times = round(seconds * SFREQ)
    samples = np.arange(n_times) + 100_000.0 * np.arange(len(names))[:, np.newaxis]
    info = mne.create_info(list(names), SFREQ, kinds)
    raw = mne.io.RawArray(1e-6 * samples, info, first_samp=first_samp)
    return raw.set_meas_date(meas_date)


def seizures(*spans, name="Seizure", orig_time=None, ch_names=None):
    onsets, durations = zip(*spans, strict=True)
    return mne.Annotations(onsets, durations, name, orig_time=orig_time, ch_names=ch_names)


def label_of(eeg):
    """Return the label by the second at which each window begins."""
    return dict(zip(eeg.start.tolist(), eeg.target.tolist(), strict=True))


def test_windows_are_the_samples_they_say_they_are():
    raw = recording()
    before = raw.get_data()
    eeg = windows_from_raw(raw, seizures((20, 10)), window=2, groups="patient 7")
    assert eeg.data.shape == (30, 2, 100)
    assert eeg.data.dtype == np.float32
    assert eeg.target.dtype == np.int64
    for window, start in zip(eeg.data, eeg.start, strict=True):
        assert_allclose(window[0], start * SFREQ + np.arange(100), rtol=1e-6)
        assert_allclose(window[1] - window[0], 100_000, rtol=1e-6)
    assert_array_equal(eeg.start[eeg.target == 1], [20, 22, 24, 26, 28])
    assert set(eeg.groups) == {"patient 7"}
    assert eeg.groups.dtype.kind == "U"  # so that no npz file needs a pickle for them
    assert eeg.sfreq == SFREQ
    assert eeg.ch_names == ["C3", "C4"]
    assert list(eeg.target_names) == ["rest", "seizure"]
    assert "µV" in eeg.DESCR
    assert_array_equal(raw.get_data(), before)
    assert len(raw.annotations) == 0


@pytest.mark.parametrize(
    ("min_share", "expected"),
    [
        (0.1, {20: 1, 24: 1, 28: 1}),
        (0.25, {20: 1, 24: 1, 28: 1}),
        (0.5, {20: 1, 24: 1}),
        (0.6, {24: 1}),
        (1.0, {24: 1}),
    ],
)
def test_windows_partly_in_a_seizure(min_share, expected):
    # 22 to 29 s: half of the window at 20 s, all of that at 24 s, a quarter of that at 28 s.
    eeg = windows_from_raw(recording(), seizures((22, 7)), window=4, min_share=min_share)
    found = label_of(eeg)
    assert {start: label for start, label in found.items() if 20 <= start < 32} == expected
    assert {label for start, label in found.items() if not 20 <= start < 32} == {0}


def test_overlap_for_each_label():
    annotations = seizures((20, 10))
    plain = windows_from_raw(recording(), annotations, window=2)
    both = windows_from_raw(recording(), annotations, window=2, overlap=0.5)
    rare = windows_from_raw(recording(), annotations, window=2, overlap={1: 0.75}, min_share=1)
    assert_array_equal(np.bincount(plain.target), [25, 5])
    # A start each second: 19 before it, 29 behind it, and 11 with at least half of it inside.
    assert_array_equal(np.bincount(both.target), [19 + 29, 11])
    assert_array_equal(np.bincount(rare.target), [25, 17])
    assert_allclose(np.diff(rare.start[rare.target == 1]), 0.5)
    assert_array_equal(rare.start, np.sort(rare.start))


def test_margin_keeps_the_rest_away():
    eeg = windows_from_raw(recording(), seizures((20, 10)), window=2, margin=3)
    starts = eeg.start[eeg.target == 0]
    assert starts[starts < 20].max() == 14
    assert starts[starts > 20].min() == 34
    assert (eeg.target == 1).sum() == 5


def test_bad_spans_are_left_out_and_windows_begin_anew_behind_them():
    raw = recording().set_annotations(mne.Annotations([11.0, 30.5], [1.5, 1.01], ["BAD", "bad_x"]))
    eeg = windows_from_raw(raw, window=2, no_seizure=True)
    expected = [*range(0, 10, 2), *np.arange(12.5, 30, 2), *np.arange(31.52, 59, 2)]
    expected = [start for start in expected if not (28.5 < start < 31.5)]
    assert_allclose(eeg.start, expected)
    assert eeg.target.sum() == 0


def test_spans_that_are_bad_in_unused_channels_do_not_count():
    bad = seizures((10, 4), name="BAD_loose", ch_names=[["C4"]])
    raw = recording().set_annotations(bad)
    none = {"window": 2, "no_seizure": True}
    assert len(windows_from_raw(raw, **none).start) == 28
    assert len(windows_from_raw(raw, ch_names=["C3"], **none).start) == 30


def test_no_window_holds_two_recordings():
    raws = [recording(9.5, first_samp=77), recording(8.5)]
    raws[1].set_annotations(seizures((2, 4)))
    raw = mne.concatenate_raws(raws)
    eeg = windows_from_raw(raw, window=2)
    assert_allclose(eeg.start, [0, 2, 4, 6, 9.5, 11.5, 13.5, 15.5])
    assert_array_equal(eeg.target, [0, 0, 0, 0, 0, 1, 1, 0])
    assert (np.diff(eeg.data[:, 0]) == 1).all()


@pytest.mark.parametrize("first_samp", [0, 500])
@pytest.mark.parametrize("meas_date", [None, START])
def test_first_samp_and_meas_date(first_samp, meas_date):
    raw = recording(first_samp=first_samp, meas_date=meas_date)
    expected = windows_from_raw(recording(), seizures((20, 10)), window=2)
    own = windows_from_raw(raw.copy().set_annotations(seizures((20, 10))), window=2)
    given_here = windows_from_raw(raw, seizures((20, 10)), window=2)
    cropped = raw.copy().set_annotations(seizures((20, 10))).crop(10)
    for eeg in (own, given_here):
        assert_array_equal(eeg.target, expected.target)
        assert_array_equal(eeg.data, expected.data)
    assert_array_equal(windows_from_raw(cropped, window=2).target, expected.target[5:])
    if meas_date is not None:
        clock = meas_date + timedelta(seconds=first_samp / SFREQ + 15)
        by_clock = windows_from_raw(raw, seizures((5, 10), orig_time=clock), window=2)
        assert_array_equal(by_clock.target, expected.target)
    else:
        with pytest.raises(ValueError, match=r"need a recording with a 'meas_date'. Got None"):
            windows_from_raw(raw, seizures((5, 10), orig_time=START), window=2)


@pytest.fixture(params=["edf", "bdf"])
def file(request, tmp_path):
    """Return the path of a file with two EEG channels and one of the eyes, and the samples."""
    raw = recording(60, names=("C3", "C4", "EOG1"), kinds=["eeg", "eeg", "eog"], meas_date=START)
    raw._data *= 1e-2
    raw.set_annotations(
        mne.Annotations([12.0, 20.0], [2.0, 10.0], ["BAD_cough", "sz_foc_ia"], orig_time=None)
    )
    path = tmp_path / f"night1.{request.param}"
    mne.export.export_raw(path, raw, add_ch_type=True)
    return path, raw.get_data(["C3", "C4"]) * 1e6


@pytest.mark.parametrize("preload", [False, True])
def test_edf_and_bdf(file, preload):
    path, samples = file
    read = mne.io.read_raw_edf if path.suffix == ".edf" else mne.io.read_raw_bdf
    eeg = windows_from_raw(read(path, infer_types=True, preload=preload), window=2)
    assert eeg.ch_names == ["C3", "C4"]
    assert set(eeg.groups) == {"night1"}
    assert_array_equal(eeg.start[eeg.target == 1], [20, 22, 24, 26, 28])
    assert 12.0 not in eeg.start
    expected = [samples[:, s : s + 100] for s in (eeg.start * SFREQ).round().astype(int)]
    assert_allclose(eeg.data, expected, atol=0.05)


def test_a_recording_in_bids(tmp_path):
    made = recording(meas_date=START)
    made._data *= 1e-2
    made.set_annotations(
        mne.Annotations([12.0, 20.0], [2.0, 10.0], ["BAD_cough", "sz_foc_ia"], orig_time=None)
    )
    mne.export.export_raw(tmp_path / "made.edf", made)
    raw = mne.io.read_raw_edf(tmp_path / "made.edf")
    raw.info["line_freq"] = 50
    place = mne_bids.BIDSPath(
        root=tmp_path / "archive", subject="01", task="szMonitoring", run="00", datatype="eeg"
    )
    mne_bids.write_raw_bids(raw, place)
    # Seizures stand in the table of events, as in the archives that are published this way.
    events = pd.read_csv(place.copy().update(suffix="events", extension=".tsv"), sep="\t")
    assert "sz_foc_ia" in set(events["trial_type"])
    eeg = windows_from_raw(mne_bids.read_raw_bids(place), window=2, groups=place.subject)
    assert set(eeg.groups) == {"01"}
    assert eeg.ch_names == ["C3", "C4"]
    assert_array_equal(eeg.start[eeg.target == 1], [20, 22, 24, 26, 28])
    assert 12.0 not in eeg.start
    assert_allclose(eeg.data[:, 0, 0], 1e-2 * SFREQ * eeg.start, atol=0.05)


def test_seizures_of_another_clock_for_a_file(file):
    raw = mne.io.read_raw(file[0]).set_annotations(None)
    clock = START + timedelta(seconds=40)
    found = windows_from_raw(raw, seizures((0, 6), orig_time=clock), window=2)
    assert_array_equal(found.start[found.target == 1], [40, 42, 44])
    wrong = seizures((0, 6), orig_time=START - timedelta(hours=1))
    with pytest.warns(UserWarning, match=r"outside the recording of 60 s .* 'Seizure' at -3600 s"):
        assert not windows_from_raw(raw, wrong, window=2).target.any()


@pytest.mark.parametrize(
    ("description", "seizure", "n_seizures"),
    [
        ("SEIZURE 1", ("seizure", "sz"), 5),
        ("sz_foc_ia", ("seizure", "sz"), 5),
        ("Anfall", "anfall", 5),
    ],
)
def test_descriptions_of_seizures(description, seizure, n_seizures):
    annotations = seizures((20, 10), name=description)
    eeg = windows_from_raw(recording(), annotations, window=2, seizure=seizure)
    assert eeg.target.sum() == n_seizures


def test_channels_by_kind_by_name_and_without_the_bad():
    names, kinds = ("Fz", "EOG", "Cz", "A1", "STI"), ["eeg", "eog", "eeg", "seeg", "stim"]
    raw = recording(names=names, kinds=kinds)
    raw.info["bads"] = ["Cz"]
    eeg = windows_from_raw(raw, window=2, no_seizure=True)
    assert eeg.ch_names == ["Fz", "A1"]
    chosen = windows_from_raw(raw, window=2, ch_names=["Cz", "Fz"], no_seizure=True)
    assert_allclose(chosen.data[0, :, 0], [200_000, 0])
    with pytest.raises(ValueError, match=r"\['Fz', 'EOG', 'Cz', 'A1'\]. Got \['STI', 'Oz'\]"):
        windows_from_raw(raw, ch_names=["Fz", "STI", "Oz"], no_seizure=True)
    for none_or_twice in ([], ["Fz", "Fz"]):
        with pytest.raises(ValueError, match="none twice, and at least one"):
            windows_from_raw(raw, ch_names=none_or_twice, no_seizure=True)


@given(
    onset=st.floats(0, 20),
    duration=st.floats(0.1, 10),
    window=st.floats(0.1, 5),
    overlap=st.floats(0, 0.9),
    min_share=st.floats(0.05, 1),
)
@settings(max_examples=40, deadline=None)
def test_labels_hold_for_every_window(onset, duration, window, overlap, min_share):
    raw = recording(20)
    annotations = seizures((min(onset, 19.5), duration))
    eeg = windows_from_raw(raw, annotations, window=window, overlap=overlap, min_share=min_share)
    first = round(min(onset, 19.5) * SFREQ)
    stop = min(round((min(onset, 19.5) + duration) * SFREQ), 1000)
    inside = np.zeros(1000)
    inside[first:stop] = 1
    n_times = eeg.data.shape[2]
    assert n_times == round(window * SFREQ)
    starts = (eeg.start * SFREQ).round().astype(int)
    share = np.array([inside[start : start + n_times].mean() for start in starts])
    assert (share[eeg.target == 1] >= min_share).all()
    assert (share[eeg.target == 0] == 0).all()
    assert_allclose(eeg.data[:, 0, 0], starts)


def test_nothing_left_is_an_empty_set():
    raw = recording(10).set_annotations(mne.Annotations([0], [10], ["BAD"]))
    eeg = windows_from_raw(raw, window=2, no_seizure=True)
    assert eeg.data.shape == (0, 2, 100)
    assert len(eeg.target) == len(eeg.groups) == len(eeg.start) == 0


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"window": 0}, "'window' parameter of windows_from_raw must be a float"),
        ({"window": 60.1}, r"has 3000 samples \(60 s\). Got 60.1 s, 3005 samples, instead"),
        ({"window": 0.02}, "Got 0.02 s, 1 samples, instead"),
        ({"overlap": 1.0}, "'overlap' parameter of windows_from_raw must be"),
        ({"overlap": {1: 1.0}}, r"'overlap' parameter .* Got \{1: 1.0\} instead"),
        ({"overlap": {"seizure": 0.5}}, "one for each of the labels 0 and 1"),
        ({"min_share": 0}, "'min_share' parameter of windows_from_raw must be"),
        ({"margin": -1}, "'margin' parameter of windows_from_raw must be"),
        ({"seizure": ""}, "'seizure' parameter of windows_from_raw must be"),
        ({"seizure": []}, "'seizure' parameter of windows_from_raw must be"),
        (
            {"annotations": seizures((20, 0))},
            "Got 'Seizure' of recording 1 at 20 s without",
        ),
    ],
    ids=str,
)
def test_wrong_parameters(params, message):
    with pytest.raises(ValueError, match=message):
        windows_from_raw(recording(), **{"annotations": seizures((20, 10))} | params)


def test_wrong_types_and_a_missing_mne(monkeypatch):
    with pytest.raises(TypeError, match=r"'raw' parameter .* Got ndarray instead"):
        windows_from_raw(np.zeros((2, 500)))
    with pytest.raises(TypeError, match=r"'annotations' parameter .* Got tuple instead"):
        windows_from_raw(recording(), [(20, 10)])
    real = builtins.__import__

    def without_mne(name, *args):
        if name == "mne":
            raise ModuleNotFoundError("No module named 'mne'")
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_mne)
    monkeypatch.delitem(sys.modules, "mne")
    with pytest.raises(ImportError, match=r"pip install 'eegaug\[mne\]'"):
        windows_from_raw(None)
