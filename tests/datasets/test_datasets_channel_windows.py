import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score

from eegaug._electrodes import TEN_TWENTY
from eegaug.datasets import make_seizure_windows
from eegaug.datasets._head import DOUBLE_BANANA
from eegaug.spectral import band_power


@pytest.fixture(scope="module")
def eeg():
    return make_seizure_windows(
        36, 3, seizure_fraction=1 / 3, n_channels=18, n_times=128, sfreq=128.0, random_state=0
    )


def test_windows_have_channels(eeg):
    assert eeg.data.shape == (108, 18, 128)
    assert eeg.ch_names == list(DOUBLE_BANANA)
    assert eeg.feature_names is None
    assert "several channels" in eeg.DESCR
    assert np.bincount(eeg.target).tolist() == [72, 36]
    assert 3 < np.median(eeg.data.std(axis=-1)) < 80


def test_windows_of_a_recording_follow_each_other():
    kwargs = {"n_channels": 2, "sfreq": 64.0, "random_state": 3}
    by_64 = make_seizure_windows(3, 4, n_times=64, **kwargs)
    by_128 = make_seizure_windows(3, 2, n_times=128, **kwargs)
    joined = np.concatenate([by_64.data[::2], by_64.data[1::2]], axis=-1)
    np.testing.assert_array_equal(joined, by_128.data)


def test_names_or_numbers():
    kwargs = {"n_times": 32, "sfreq": 64.0, "random_state": 0}
    assert make_seizure_windows(3, 1, n_channels=1, **kwargs).data.shape == (3, 1, 32)
    assert make_seizure_windows(3, 1, n_channels=19, **kwargs).ch_names == list(TEN_TWENTY)
    names = ["C3", "C4-P4"]
    named = make_seizure_windows(3, 1, ch_names=names, n_channels=2, **kwargs)
    assert named.ch_names == names
    without = make_seizure_windows(3, 1, **kwargs)
    assert without.data.shape == (3, 32)
    assert without.ch_names is None


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_channels": 20}, "'n_channels' parameter of make_seizure_windows"),
        ({"n_channels": 3, "ch_names": ["C3"]}, r"the number of 'ch_names' \(1\). Got 3"),
        ({"n_channels": 2, "as_frame": True}, "'as_frame' parameter of make_seizure_windows"),
        ({"ch_names": ["X1"]}, r"\['X1'\]"),
        ({"ch_names": ["C3", "C3"]}, "more than once"),
    ],
)
def test_a_wrong_channel_is_named(params, message):
    with pytest.raises(ValueError, match=message):
        make_seizure_windows(3, 1, n_times=32, sfreq=64.0, **params)


def test_foci_are_on_both_sides(eeg):
    left = np.array(["1" in name or "3" in name or "7" in name for name in eeg.ch_names])
    right = np.array([any(digit in name for digit in "2468") for name in eeg.ch_names])
    ictal = eeg.data[eeg.target == 1].std(axis=-1).reshape(-1, 3, 18).mean(axis=1)
    louder_left = ictal[:, left].max(axis=1) > ictal[:, right].max(axis=1)
    assert 0 < louder_left.sum() < len(ictal)


def test_the_task_is_hard_at_five_recordings(eeg):
    X = np.log(band_power(eeg.data, sfreq=eeg.sfreq) + 1e-2).reshape(len(eeg.data), -1)
    ictal, rest = np.unique(eeg.groups[eeg.target == 1]), np.unique(eeg.groups[eeg.target == 0])
    learned = np.isin(eeg.groups, np.concatenate([ictal[:5], rest[::2]]))
    forest = RandomForestClassifier(100, random_state=0).fit(X[learned], eeg.target[learned])
    score = average_precision_score(eeg.target[~learned], forest.predict_proba(X[~learned])[:, 1])
    assert np.mean(eeg.target[~learned]) < score < 0.9
