"""Quiet MNE, and a small set of epochs."""

import mne
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def quiet():
    with mne.utils.use_log_level("warning"):
        yield


@pytest.fixture
def make_epochs():
    """Return a maker of 14 epochs of rest and 6 of seizure, 2 channels, 16 samples, in V."""

    def make(*, kinds="eeg", sfreq=100.0, tmin=-0.05, metadata=None, **params):
        rng = np.random.default_rng(0)
        data = 3e-5 * rng.normal(size=(20, 2, 16))
        events = np.column_stack([50 + 20 * np.arange(20), np.zeros(20, int), [3] * 14 + [7] * 6])
        return mne.EpochsArray(
            data,
            mne.create_info(["C3", "C4"], sfreq, kinds),
            events,
            tmin=tmin,
            event_id={"rest": 3, "seizure": 7, "never seen": 9},
            on_missing="ignore",
            metadata=metadata,
            **params,
        )

    return make
