"""The path a user goes: EDF files, windows, cross-validation, a saved sampler, a report."""

import mne
import numpy as np
import pytest
from imblearn.pipeline import make_pipeline
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
from sklearn.preprocessing import FunctionTransformer

from eegaug import GANOversampler, load_sampler, quality_report
from eegaug.gan import GANGenerator
from eegaug.interop import windows_from_raw
from eegaug.spectral import band_power

pytestmark = pytest.mark.uncompiled

SFREQ = 64.0


def log_band_power(windows):
    return np.log(band_power(windows, sfreq=SFREQ).reshape(len(windows), -1) + 1e-3)


def write_recording(path, seed):
    """A minute of two channels with a seizure of 12 s that any classifier finds."""
    rng = np.random.default_rng(seed)
    times = np.arange(60 * 64) / SFREQ
    signals = 10 * rng.normal(size=(2, len(times)))
    signals += 60 * np.sin(2 * np.pi * 3 * times) * ((times >= 20) & (times < 32))
    raw = mne.io.RawArray(1e-6 * signals, mne.create_info(["C3", "C4"], SFREQ, "eeg"))
    raw.set_annotations(mne.Annotations([20.0], [12.0], ["seizure"]))
    mne.export.export_raw(path, raw)


def test_from_edf_files_to_a_report(tmp_path):
    with mne.utils.use_log_level("error"):
        parts = []
        for seed in range(6):
            path = tmp_path / f"{seed}.edf"
            write_recording(path, seed)
            raw = mne.io.read_raw_edf(path, preload=True)
            parts.append(windows_from_raw(raw, window=1.0, groups=path.stem))
    X, y, groups = (
        np.concatenate([part[name] for part in parts]) for name in ("data", "target", "groups")
    )
    assert X.shape == (360, 2, 64)
    assert_array_equal(np.bincount(y), [288, 72])

    generator = GANGenerator(n_steps=2, n_checks=1, width=2, latent_dim=4)
    sampler = GANOversampler(generator, sfreq=SFREQ, random_state=0)
    model = make_pipeline(
        sampler, FunctionTransformer(log_band_power), LogisticRegression(max_iter=1000)
    )
    folds = StratifiedGroupKFold(2)
    scores = cross_val_score(
        model, X, y, groups=groups, cv=folds, scoring="average_precision", error_score="raise"
    )
    assert scores.min() > 0.9

    train, test = next(folds.split(X, y, groups))
    X_res, y_res = sampler.fit_resample(X[train], y[train], groups=groups[train])
    assert len(set(np.bincount(y_res))) == 1
    assert_array_equal(X_res[: len(train)], X[train])
    sampler.save(tmp_path / "sampler.eegaug")
    loaded = load_sampler(tmp_path / "sampler.eegaug")
    made = loaded.sample(20, label=1, random_state=0)
    assert_array_equal(made, sampler.sample(20, label=1, random_state=0))

    page = tmp_path / "report.html"
    quality_report(
        loaded,
        X[train],
        y[train],
        groups=groups[train],
        X_holdout=X[test],
        y_holdout=y[test],
        groups_holdout=groups[test],
        n_synthetic=40,
        sfreq=SFREQ,
        n_resamples=5,
        random_state=0,
        path=page,
    )
    assert "<html" in page.read_text(encoding="utf-8")
