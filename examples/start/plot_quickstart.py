"""
Make a seizure classifier better where seizures are rare
========================================================

A random forest learns from four recordings of seizures, with and without
:class:`eegaug.GANOversampler`. Logistic regression on band powers chooses for itself whether it
wants a sampler. Both are tested on recordings that were not in training. The data are simulated.
Give the path of the "Epileptic Seizure Recognition" CSV on the command line to use real EEG::

    python examples/start/plot_quickstart.py path/to/data.csv

Run time: about a minute on two cores.
"""

# %%
# Windows and their recordings
# ----------------------------
#
# Windows of one recording resemble each other. So the folds keep recordings whole. Each training
# part keeps all of the background, but the seizures of four recordings only.

import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from imblearn.pipeline import make_pipeline
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import AugmentedClassifier, GANOversampler
from eegaug.datasets import load_epileptic_seizures, make_seizure_windows
from eegaug.spectral import band_power, log_spectrum

N_SEIZURE_RECORDINGS = 4

path = sys.argv[1] if len(sys.argv) > 1 else None
data = load_epileptic_seizures(path) if path else make_seizure_windows(150, 8, random_state=0)
X, y, groups = data.data, data.target, data.groups

rng = np.random.default_rng(0)
folds = []
for train, test in StratifiedGroupKFold(3, shuffle=True, random_state=0).split(X, y, groups):
    seizure_recordings = np.unique(groups[train][y[train] == 1])
    kept = rng.choice(seizure_recordings, N_SEIZURE_RECORDINGS, replace=False)
    folds.append((train[(y[train] == 0) | np.isin(groups[train], kept)], test))
train, test = folds[0]
print(f"first fold: {np.sum(y[train] == 0)} background, {np.sum(y[train] == 1)} seizure windows")

# %%
# With and without a sampler
# --------------------------
#
# The sampler is a step of imbalanced-learn's pipeline. It sees the training windows only, and test
# windows pass it unchanged. (scikit-learn's own pipeline refuses samplers.)
#
# Not every classifier gains. :class:`~eegaug.evaluation.AugmentedClassifier` compares samplers
# inside the training recordings and uses one only where it helps.


def log_band_power(windows):
    """Logarithm of the power from delta to gamma."""
    return np.log(band_power(windows, sfreq=data.sfreq)[:, 0] + 1e-3)


forest = RandomForestClassifier(random_state=0, n_jobs=-1)
logistic = make_pipeline(
    FunctionTransformer(log_band_power), StandardScaler(), LogisticRegression(max_iter=1000)
)
models = {
    ("random forest", "no sampler"): forest,
    ("random forest", "GANOversampler"): make_pipeline(
        GANOversampler(sfreq=data.sfreq, random_state=0), forest
    ),
    ("band power + logistic regression", "no sampler"): logistic,
    ("band power + logistic regression", "AugmentedClassifier"): AugmentedClassifier(
        logistic, random_state=0
    ),
}

rows = []
for train, test in folds:
    for (classifier, sampler), model in models.items():
        takes_groups = isinstance(model, AugmentedClassifier)
        model.fit(X[train], y[train], **({"groups": groups[train]} if takes_groups else {}))
        rows.append(
            {
                "classifier": classifier,
                "sampler": sampler,
                "average precision": average_precision_score(
                    y[test], model.predict_proba(X[test])[:, 1]
                ),
                "F1 at 0.5": f1_score(y[test], model.predict(X[test])),
            }
        )
results = pd.DataFrame(rows)
table = results.groupby(["classifier", "sampler"], sort=False).mean()
print(table.round(3).to_string())

# %%
# What the logistic regression chose in the last fold, and why:

print(models["band power + logistic regression", "AugmentedClassifier"].selection_)

# %%
# Each point is a fold. Three folds of one simulated data set show little; the benchmark in the
# documentation has five data sets.

figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True, layout="constrained")
for axis, metric in zip(axes, ["average precision", "F1 at 0.5"], strict=True):
    for place, name in enumerate(models):
        of_model = (results["classifier"] == name[0]) & (results["sampler"] == name[1])
        values = results.loc[of_model, metric]
        axis.plot(values, [place] * len(values), "o", color=f"C{place}", alpha=0.5)
        axis.plot(values.mean(), place, "|", color="black", markersize=20)
    axis.set(xlabel=metric, xlim=(0, 1.03))
axes[0].set_yticks(range(len(models)), [f"{name},\n{sampler}" for name, sampler in models])
axes[0].invert_yaxis()

# %%
# Real beside synthetic windows
# -----------------------------

sampler = models["random forest", "GANOversampler"][0]
train, test = folds[-1]
real = X[train][y[train] == 1]
synthetic = sampler.sample(len(real), label=1, random_state=0)
times = np.arange(X.shape[1]) / data.sfreq

figure, axes = plt.subplots(4, 2, sharex=True, sharey=True, figsize=(8, 6), layout="constrained")
for column, (title, windows) in zip(
    axes.T, {"real": real, "synthetic": synthetic}.items(), strict=True
):
    column[0].set_title(title)
    column[-1].set_xlabel("time (s)")
    for axis, window in zip(column, rng.permutation(windows), strict=False):
        axis.plot(times, window, linewidth=0.8)
axes[0, 0].set_ylabel("µV")

# %%
# Spectra and training losses
# ---------------------------

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for title, windows in {
    "seizures, training": real,
    "seizures, test": X[test][y[test] == 1],
    "synthetic": synthetic,
}.items():
    freqs, log_psd = log_spectrum(windows, sfreq=data.sfreq)
    left.plot(freqs, 10 / np.log(10) * log_psd[0], label=title)
left.set(xlabel="frequency (Hz)", ylabel="mean log spectrum (dB re 1 µV²/Hz)")
left.legend()
history = sampler.history_[1]
right.plot(history.step, history.d_loss, marker=".", label="critic")
right.plot(history.step, history.g_loss, marker=".", label="generator")
right.set(xlabel="training step", ylabel="loss")
right.legend()
plt.show()
