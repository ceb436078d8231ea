"""
All steps: EDF files, windows, cross-validation, a saved sampler, a report
==========================================================================

The steps of a study, from its recordings to the windows it shares. The EDF files are made here.
With your own, start at the second block. Trainings are far too short for good windows: use the
defaults for real work. It needs ``pip install '.[plot,mne]' edfio``; the last of these writes EDF
files. Run time: about 20 s.
"""

# %%
# Recordings
# ----------
#
# Two minutes of two channels for each of ten patients, with one seizure each, in EDF files.

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import mne
import numpy as np
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler, load_sampler, quality_report
from eegaug.gan import GANGenerator
from eegaug.interop import windows_from_raw
from eegaug.plotting import PSDDisplay
from eegaug.spectral import band_power

SFREQ = 64.0
mne.set_log_level("error")
folder = tempfile.TemporaryDirectory()
for seed in range(10):
    rng = np.random.default_rng(seed)
    times = np.arange(120 * 64) / SFREQ
    onset, frequency = rng.uniform(20, 80), rng.uniform(2.5, 4.0)
    signals = 10 * mne.filter.filter_data(rng.normal(size=(2, len(times))), SFREQ, 0.5, 20.0)
    inside = (times >= onset) & (times < onset + 20)
    signals += rng.uniform(15, 30) * np.sin(2 * np.pi * frequency * times) * inside
    raw = mne.io.RawArray(1e-6 * signals, mne.create_info(["C3", "C4"], SFREQ, "eeg"))
    raw.set_annotations(mne.Annotations([onset, 5.0], [20.0, 3.0], ["seizure", "BAD_movement"]))
    mne.export.export_raw(Path(folder.name, f"patient{seed}.edf"), raw)

# %%
# Windows with labels and patients
# --------------------------------
#
# Seizures are read from the annotations in the files, bad stretches are left out, and `groups`
# names the patient of each window.

parts = [
    windows_from_raw(mne.io.read_raw_edf(path), window=2.0, overlap={1: 0.5}, groups=path.stem)
    for path in sorted(Path(folder.name).glob("*.edf"))
]
X, y, groups = (
    np.concatenate([part[name] for part in parts]) for name in ("data", "target", "groups")
)
print(f"{X.shape} in µV, {np.sum(y == 1)} of seizures, {len(set(groups))} patients")

figure, axes = plt.subplots(1, 2, sharey=True, figsize=(9, 3), layout="constrained")
for axis, label, title in zip(axes, (0, 1), ("the rest", "seizures"), strict=True):
    axis.plot(np.arange(X.shape[2]) / SFREQ, X[y == label][:5, 0].T + 150 * np.arange(5))
    axis.set(title=f"{title}, channel C3", xlabel="time (s)", yticks=[])
plt.show()

# %%
# A pipeline, cross-validated by patient
# --------------------------------------
#
# The sampler sees the training patients alone, and the test patients' windows are real.


def log_band_power(windows):
    """Logarithm of each channel's power from delta to gamma."""
    return np.log(band_power(windows, sfreq=SFREQ).reshape(len(windows), -1) + 1e-3)


generator = GANGenerator(n_steps=20)
sampler = GANOversampler(generator, sfreq=SFREQ, random_state=0)
model = make_pipeline(
    sampler,
    FunctionTransformer(log_band_power),
    StandardScaler(),
    LogisticRegression(max_iter=1000),
)
folds = StratifiedGroupKFold(2, shuffle=True, random_state=0)
scores = cross_val_score(model, X, y, groups=groups, cv=folds, scoring="average_precision")
print("average precision of each fold:", scores.round(3))

# %%
# A sampler for others
# --------------------
#
# It is trained on the patients of one fold and compared with those of the other. The file holds
# the model card and no real window.

train, test = next(folds.split(X, y, groups))
sampler.fit_resample(X[train], y[train], groups=groups[train])
sampler.ch_names_ = parts[0].ch_names
path = sampler.save(Path(folder.name, "seizures.eegaug"))
loaded = load_sampler(path)
print("\n".join(loaded.describe().splitlines()[:12]))

# %%
# Its windows beside those of patients it has not seen
# ----------------------------------------------------
#
# The report has all metrics, each beside its real-vs-real reference, and says what each means.

report = quality_report(
    loaded,
    X[train],
    y[train],
    groups=groups[train],
    X_holdout=X[test],
    y_holdout=y[test],
    groups_holdout=groups[test],
    n_synthetic=60,
    sfreq=SFREQ,
    n_resamples=5,
    random_state=0,
    path=Path(folder.name, "report.html"),
)
for finding in report.findings_[1]:
    print(f"{finding.topic}: {finding.verdict}")

# %%
# Few steps make poor windows, and the report says so.

PSDDisplay.from_windows(
    X[test][y[test] == 1], loaded.sample(60, label=1, random_state=0), sfreq=SFREQ
)
plt.show()
