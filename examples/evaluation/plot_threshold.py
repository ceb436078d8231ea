"""
Oversampling, class weights and the threshold
=============================================

Balanced classes move a classifier's scores, and F1 at the threshold 0.5 with them, even where the
classifier has learned nothing new. Class weights and a tuned threshold do the same without new
windows. This example shows what is left of an oversampler's gain beside them. The recordings are
simulated. The sampler is :class:`eegaug.JitterOversampler`; a :class:`eegaug.GANOversampler` is
used in the same way. Run time: about 20 s.
"""

# %%
# Rare seizures
# -------------

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold, TunedThresholdClassifierCV
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import JitterOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.spectral import band_power

eeg = make_seizure_windows(120, 8, random_state=0)
X, y, groups = eeg.data, eeg.target, eeg.groups
print(
    f"{y.mean():.0%} of {len(y)} windows are seizures, from {len(set(groups[y == 1]))} recordings"
)

# %%
# Five ways to treat the imbalance
# --------------------------------
#
# :class:`~sklearn.model_selection.TunedThresholdClassifierCV` chooses the threshold inside the
# training part, on real windows of recordings that the sampler of that split has not seen. For
# that its own folds need the groups, which they get by metadata routing.


def log_band_power(windows):
    """Logarithm of the power in each band."""
    return np.log(band_power(windows, sfreq=eeg.sfreq).reshape(len(windows), -1) + 1e-3)


def model(sampler="passthrough", class_weight=None):
    """A sampler, features and a classifier."""
    return make_pipeline(
        sampler,
        FunctionTransformer(log_band_power),
        StandardScaler(),
        LogisticRegression(class_weight=class_weight, max_iter=1000),
    )


def tuned(estimator):
    """Choose the threshold of the best F1."""
    return TunedThresholdClassifierCV(
        estimator, scoring="f1", cv=StratifiedGroupKFold(3, shuffle=True, random_state=0)
    )


with sklearn.config_context(enable_metadata_routing=True):
    # It augments as strongly as recordings differ.
    jitter = JitterOversampler(random_state=0).set_fit_resample_request(groups=True)
ways = {
    "nothing": model(),
    "class weights": model(class_weight="balanced"),
    "oversampling": model(jitter),
    "tuned threshold": tuned(model()),
    "oversampling, tuned threshold": tuned(model(jitter)),
}
folds = StratifiedGroupKFold(4, shuffle=True, random_state=0)
rows = []
with sklearn.config_context(enable_metadata_routing=True):
    for train, test in folds.split(X, y, groups):
        for name, way in ways.items():
            takes_groups = "tuned" in name or "oversampling" in name
            routed = {"groups": groups[train]} if takes_groups else {}
            way.fit(X[train], y[train], **routed)
            rows.append(
                {
                    "way": name,
                    "F1": f1_score(y[test], way.predict(X[test])),
                    "average precision": average_precision_score(
                        y[test], way.predict_proba(X[test])[:, 1]
                    ),
                }
            )
results = pd.DataFrame(rows).groupby("way", sort=False).mean()
results.plot.barh(figsize=(8, 3.5), xlabel="mean over folds", ylabel="").invert_yaxis()
plt.tight_layout()
plt.show()

# %%
# Adding nothing is best here: simulated seizures stand out from the rest. What weights and
# samplers do at the threshold 0.5 is mostly undone by tuning it. Average precision depends on the
# order of the scores alone, so a threshold does not change it. Report it beside F1, and F1 with
# the threshold tuned in the same way for all: :func:`eegaug.evaluation.compare_samplers` does
# both.

print(results.round(3).to_string())
