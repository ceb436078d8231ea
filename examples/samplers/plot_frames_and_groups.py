"""
Data frames in and out, and recordings for the sampler
======================================================

Windows are often in a table: a window in each row, a sample in each column, and the labels in a
series. Samplers return the same kind of objects, and a grid search passes the recordings to them.
The table is simulated here. Run time: about 15 s.
"""

# %%
# A table of windows
# ------------------

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator
from eegaug.spectral import band_power

eeg = make_seizure_windows(60, 8, random_state=0, as_frame=True)
X = eeg.data.astype("float32")
y = pd.Series(np.where(eeg.target == 1, "seizure", "rest"), name="state", dtype="category")
print(X.iloc[:3, :5].to_string())
print(y.value_counts().to_string())

# %%
# What is returned
# ----------------
#
# Columns, dtypes and categories stay. The index is new, as with every sampler of imbalanced-learn.
# Rows from ``len(X)`` on are synthetic. With ``growth=1`` all of them are seizures; by default
# both classes grow.

X_res, y_res = JitterOversampler(growth=1, random_state=0).fit_resample(X, y)
assert list(X_res) == list(X)
assert set(X_res.dtypes) == {np.dtype("float32")}
assert y_res.dtype == y.dtype
real, synthetic = X_res[: len(X)], X_res[len(X) :]
print(f"{len(real)} real rows, then {len(synthetic)} of {set(y_res[len(X) :])}")

figure, axes = plt.subplots(1, 2, sharey=True, figsize=(9, 3), layout="constrained")
times = np.arange(X.shape[1]) / eeg.sfreq
for axis, (name, windows) in zip(
    axes, {"real": real[y == "seizure"], "synthetic": synthetic}.items(), strict=True
):
    axis.plot(times, windows.iloc[:3].T + 400 * np.arange(3), linewidth=0.8)
    axis.set(title=f"seizures, {name}", xlabel="time (s)", yticks=[])
plt.show()

# %%
# Recordings reach the sampler through a grid search
# --------------------------------------------------
#
# :class:`eegaug.GANOversampler` gives recordings equal weight in its training. Where a class has
# 16 or more, some of them are held out to choose the step that is kept. Any sampler augments as
# strongly as recordings differ. With metadata routing, one ``groups`` is for the sampler and for
# the folds. The trainings are far too short here.


def log_band_power(windows):
    """Logarithm of the power in each band."""
    return np.log(
        band_power(np.asarray(windows), sfreq=eeg.sfreq).reshape(len(windows), -1) + 1e-3
    )


with sklearn.config_context(enable_metadata_routing=True):
    generator = GANGenerator(n_steps=20, n_checks=1)
    sampler = GANOversampler(generator, sfreq=eeg.sfreq, random_state=0)
    sampler.set_fit_resample_request(groups=True)
    search = GridSearchCV(
        make_pipeline(
            sampler,
            FunctionTransformer(log_band_power),
            StandardScaler(),
            LogisticRegression(max_iter=1000),
        ),
        {"ganoversampler__real_share": [0.0, 0.5]},
        cv=StratifiedGroupKFold(2, shuffle=True, random_state=0),
        scoring="average_precision",
    )
    search.fit(X, y == "seizure", groups=eeg.groups)
table = pd.DataFrame(search.cv_results_)[["param_ganoversampler__real_share", "mean_test_score"]]
print(table.round(3).to_string(index=False))
