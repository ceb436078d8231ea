"""
See how good synthetic windows are
==================================

A generator is trained on simulated seizures, and :func:`eegaug.report.quality_report` compares its
windows with real ones, on one page. Run time: about 20 s. Give the path of the "Epileptic Seizure
Recognition" CSV on the command line to do so on real data::

    python examples/evaluation/plot_quality_report.py path/to/data.csv
"""

# %%
# Windows to train on, and windows to hold out
# --------------------------------------------
#
# Whether a generator gives its training windows away shows only beside windows that it never saw.
# Windows of one recording resemble each other, so whole recordings are held out.

import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from eegaug import GANOversampler
from eegaug.datasets import load_epileptic_seizures, make_seizure_windows
from eegaug.plotting import EmbeddingDisplay, PSDDisplay, WindowsDisplay
from eegaug.report import quality_report

path = sys.argv[1] if len(sys.argv) > 1 else None
if path:
    data = load_epileptic_seizures(path)
else:
    data = make_seizure_windows(120, 8, seizure_fraction=0.25, random_state=0)
X, y, groups = data.data, data.target, data.groups

folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
train, holdout = next(folds.split(X, y, groups))

# %%
# A training with the defaults
# ----------------------------

sampler = GANOversampler(sfreq=data.sfreq, random_state=0)
sampler.fit_resample(X[train], y[train])

# %%
# The report
# ----------
#
# Each metric is beside its value between two sets of real windows. Fewer
# resamplings than the default make it faster and its intervals rougher. The page is a file of its
# own: it needs no network and no script.

report = quality_report(
    sampler,
    X[train],
    y[train],
    groups=groups[train],
    X_holdout=X[holdout],
    y_holdout=y[holdout],
    groups_holdout=groups[holdout],
    sfreq=data.sfreq,
    n_resamples=10,
    random_state=0,
)
page = report.save(Path(tempfile.mkdtemp()) / "quality_report.html")
print(f"the page is {page}")
report  # noqa: B018

# %%
# The same in words and in numbers
# --------------------------------

for label, findings in report.findings_.items():
    print(f"label {label}")
    for finding in findings:
        print(f"  {finding.verdict}: {finding.text}")

# %%

report.table_.round(3)

# %%
# Single figures
# --------------
#
# Each figure of the page can be drawn by itself, as a display in the manner of scikit-learn.

real = X[train][y[train] == 1]
synthetic = sampler.sample(len(real), label=1, random_state=0)
WindowsDisplay.from_windows(real, synthetic, sfreq=data.sfreq)

# %%

PSDDisplay.from_windows(
    real, synthetic, sfreq=data.sfreq, groups_real=groups[train][y[train] == 1]
)

# %%

display = EmbeddingDisplay.from_windows(real, synthetic, sfreq=data.sfreq)
print(f"share of variance in the plane: {np.sum(display.explained_variance_ratio):.2f}")
