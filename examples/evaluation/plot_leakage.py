"""
What leaks when windows are split, and how much it flatters
===========================================================

The same samplers and the same classifiers in three designs of an experiment: resampled and then
split, split at random, and split by recording. Only the last says what a new recording would see.
The recordings are simulated. The user guide has the same figure of real ones, in :doc:`pipelines
</user_guide/pipelines>`. Run time: about 16 s.
"""

# %%
# Windows of rare seizures
# ------------------------

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import make_pipeline
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from eegaug import JitterOversampler
from eegaug.datasets import make_seizure_windows

eeg = make_seizure_windows(60, 8, random_state=0)
X, y, groups = eeg.data, eeg.target, eeg.groups
n_recordings = len(set(groups[y == 1]))
print(f"{np.sum(y == 1)} of {len(y)} windows are seizures, from {n_recordings} recordings")

# %%
# Three designs
# -------------
#
# In the first, copies of a seizure, or mixtures that hold it, are on both sides of the split. In
# the second the sampler sees the training part alone, but other windows of the same recording are
# tested. The last design is the honest one.

samplers = {
    "none": "passthrough",
    "random copies": RandomOverSampler(random_state=0),
    "SMOTE": SMOTE(random_state=0),
    "jitter": JitterOversampler(growth=1, random_state=0),
}
classifiers = {
    "nearest neighbour": KNeighborsClassifier(1),
    "forest": RandomForestClassifier(50, random_state=0),
}
by_window = StratifiedKFold(4, shuffle=True, random_state=0)
by_recording = StratifiedGroupKFold(4, shuffle=True, random_state=0)


def f1(model, windows, labels, folds, groups=None):
    """Mean F1 over the folds."""
    return cross_val_score(model, windows, labels, groups=groups, cv=folds, scoring="f1").mean()


rows = []
for classifier, estimator in classifiers.items():
    for name, sampler in samplers.items():
        first = (X, y) if name == "none" else sampler.fit_resample(X, y)
        model = make_pipeline(sampler, estimator)
        rows.append(
            {
                "classifier": classifier,
                "sampler": name,
                "resampled first": f1(estimator, *first, by_window),
                "random split": f1(model, X, y, by_window),
                "by recording": f1(model, X, y, by_recording, groups),
            }
        )
table = pd.DataFrame(rows).set_index(["classifier", "sampler"])
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(9, 3.5), layout="constrained")
for axis, (classifier, part) in zip(axes, table.groupby("classifier", sort=False), strict=True):
    part.droplevel("classifier").plot.barh(ax=axis, legend=False, width=0.8)
    axis.set(title=classifier, xlabel="F1", ylabel="", xlim=(0, 1))
axes[0].invert_yaxis()
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plt.show()

# %%
# How to read it
# --------------
#
# Compare the three bars of a sampler: what is lost from the first to the last was never a gain.
# Random copies, which hold nothing new, look nearly perfect in the first design and gain nothing
# in the last. Then compare a sampler with "none" in the last design alone. That difference is what
# the sampler is worth on new recordings, here, on one data set and one shuffle.
# :func:`eegaug.evaluation.compare_samplers` uses the last design, if it gets the recordings.

print(table.round(2).to_string())
