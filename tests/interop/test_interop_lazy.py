"""Recordings larger than memory: what is read, and how much at a time."""

import tracemalloc

import mne
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.dummy import DummyClassifier

from eegaug.interop import predict_recording, windows_from_raw

SFREQ = 50.0


class CountedRaw(mne.io.BaseRaw):
    """A recording on the disk, so to say: it notes what is read, and refuses long reads."""

    def __init__(self, seconds):
        info = mne.create_info(["C3", "C4"], SFREQ, "eeg")
        n_samples = round(seconds * SFREQ)
        self.read = np.zeros(n_samples, int)
        super().__init__(
            info,
            preload=False,
            last_samps=[n_samples - 1],
            filenames=[None],
            raw_extras=[{"read": self.read}],
        )

    def _read_segment_file(self, data, idx, fi, start, stop, cals, mult):
        assert stop - start <= 2 * SFREQ, "too much is read at once"
        self._raw_extras[fi]["read"][start:stop] += 1
        data[:] = 1e-6 * np.arange(start, stop) * np.array([[1.0], [2.0]])[idx]


def counted(seconds=200):
    raw = CountedRaw(seconds)
    return raw.set_annotations(mne.Annotations([40.0], [10.0], "seizure"))


def test_only_windows_are_read_each_once_and_none_of_the_margin():
    raw = counted()
    eeg = windows_from_raw(raw, window=2, margin=4)
    # 36 to 40 s and 50 to 54 s are margin.
    expected = np.ones(200)
    expected[[36, 37, 38, 39, 50, 51, 52, 53]] = 0
    assert_array_equal(raw.read[:: int(SFREQ)], expected)
    assert raw.read.sum() == eeg.data[:, 0].size
    assert not raw.preload


def test_a_window_that_is_not_drawn_is_never_read():
    raws = [counted(), counted(300)]
    everything = windows_from_raw(raws, window=2)
    for raw in raws:
        raw.read[:] = 0
    eeg = windows_from_raw(raws, window=2, rest_ratio=2, random_state=0)
    assert np.bincount(eeg.target).tolist() == [20, 10]
    assert sum(raw.read.sum() for raw in raws) == 30 * 2 * SFREQ
    for number, raw in enumerate(raws, start=1):
        starts = (eeg.start[eeg.recording == f"raw {number}"] * SFREQ).round().astype(int)
        assert_array_equal(np.flatnonzero(raw.read)[:: round(2 * SFREQ)], starts)
    # What is drawn is a part of all windows, unchanged.
    place = {
        key: i for i, key in enumerate(zip(everything.recording, everything.start, strict=True))
    }
    chosen = [place[key] for key in zip(eeg.recording, eeg.start, strict=True)]
    assert chosen == sorted(chosen)
    for name in ("data", "target", "groups"):
        assert_array_equal(eeg[name], everything[name][chosen])


def test_the_draw_has_a_seed_and_an_end():
    raw = counted()
    first, same, other = (
        windows_from_raw(raw, window=2, rest_ratio=3, random_state=seed).start
        for seed in (0, 0, 1)
    )
    assert_array_equal(first, same)
    assert not np.array_equal(first, other)
    everything = windows_from_raw(raw, window=2)
    assert_array_equal(windows_from_raw(raw, window=2, rest_ratio=1e6).start, everything.start)
    few = windows_from_raw(raw, window=2, rest_ratio=0.01, random_state=0)
    assert np.bincount(few.target).tolist() == [1, 5]


def test_a_draw_without_a_seizure_is_an_error():
    raw = CountedRaw(20)
    with pytest.raises(ValueError, match=r"'rest_ratio' .* at least one window of a seizure"):
        windows_from_raw(raw, window=2, rest_ratio=2, no_seizure=True)
    with pytest.raises(ValueError, match="'rest_ratio' parameter of windows_from_raw"):
        windows_from_raw(raw, window=2, rest_ratio=0, no_seizure=True)


def test_memory_is_that_of_the_result():
    raws = [counted(2000) for _ in range(4)]
    windows_from_raw(raws[0], window=2)  # what is imported once is no memory of the windows
    tracemalloc.start()
    eeg = windows_from_raw(raws, window=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert eeg.data.nbytes > 3e6
    assert peak < 1.5 * eeg.data.nbytes


def test_a_recording_is_predicted_batch_by_batch():
    raw = counted()
    sizes = []

    class Mean(DummyClassifier):
        def predict_proba(self, X):
            sizes.append(len(X))
            share = X[:, 0].mean(axis=1) / 1e4
            return np.column_stack([1 - share, share])

    classifier = Mean().fit(np.zeros((2, 1)), [0, 1])
    found = predict_recording(classifier, raw, window=2, overlap=0.5, batch_size=32)
    assert max(sizes) == 32
    assert sum(sizes) == len(found) == 199
    assert_array_equal(found["start"], np.arange(199))
    # The first channel counts samples, in µV.
    assert_allclose(found["probability"], (found["start"] * SFREQ + 49.5) / 1e4, rtol=1e-5)


def test_predictions_pass_over_bad_stretches_and_ignore_seizures():
    raw = CountedRaw(20).set_annotations(
        mne.Annotations([4.0, 10.0, 15.0], [2.0, 2.0, 0.0], ["seizure", "BAD_cough", "seizure"])
    )
    classifier = DummyClassifier().fit(np.zeros((2, 1)), [0, 1])
    found = predict_recording(classifier, raw, window=2, overlap=0)
    assert_array_equal(found["start"], [0, 2, 4, 6, 8, 12, 14, 16, 18])
    bad = CountedRaw(20).set_annotations(mne.Annotations([0.0], [20.0], ["BAD"]))
    assert len(predict_recording(classifier, bad, window=2)) == 0


def test_predictions_at_another_rate_are_of_the_same_time(tmp_path):
    rng = np.random.default_rng(0)
    info = mne.create_info(["C3", "C4"], 100.0, "eeg")
    raw = mne.io.RawArray(2e-5 * rng.normal(size=(2, 2000)), info)
    path = tmp_path / "night.edf"
    mne.export.export_raw(path, raw)
    shapes = []

    class Seen(DummyClassifier):
        def predict_proba(self, X):
            shapes.append(X.shape)
            return np.tile([0.2, 0.8], (len(X), 1))

    classifier = Seen().fit(np.zeros((2, 1)), ["rest", "seizure"])
    found = predict_recording(
        classifier, path, window=2, overlap=0, sfreq=50, ch_names=["C4"], label="seizure"
    )
    assert shapes == [(10, 1, 100)]
    assert_array_equal(found["start"], np.arange(0, 20, 2))
    assert set(found["probability"]) == {0.8}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"label": 2}, r"'label' parameter .* \[0, 1\]. Got 2"),
        ({"window": 30}, r"'window' parameter of predict_recording .* 1000 samples"),
        ({"overlap": 1.0}, "'overlap' parameter of predict_recording"),
        ({"ch_names": ["Cz"]}, r"\['Cz'\], which it lacks"),
    ],
    ids=str,
)
def test_wrong_parameters_of_predictions(params, message):
    classifier = DummyClassifier().fit(np.zeros((2, 1)), [0, 1])
    with pytest.raises(ValueError, match=message):
        predict_recording(classifier, CountedRaw(20), **params)


@pytest.mark.parametrize(("rate", "other"), [(33.3, 50.0), (50.0, 49.9), (120.0, 47.0)])
def test_windows_of_pieces_that_were_put_together_fit_after_resampling(rate, other):
    rng = np.random.default_rng(0)
    info = mne.create_info(["C3"], rate, "eeg")
    raws = [mne.io.RawArray(2e-5 * rng.normal(size=(1, n)), info) for n in (1001, 777, 1503)]
    raw = mne.concatenate_raws(raws)
    eeg = windows_from_raw(raw, window=2, sfreq=other, no_seizure=True)
    assert eeg.data.shape[2] == round(2 * other)
    assert np.isfinite(eeg.data).all()
    assert (eeg.data.std(axis=2) > 1).all()
