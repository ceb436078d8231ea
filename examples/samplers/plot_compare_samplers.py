"""
Compare samplers honestly
=========================

Does a classifier that learns from a sampler's windows do better on real windows of recordings that
neither has seen? :func:`eegaug.evaluation.compare_samplers` answers that on the same folds for
all, and :func:`eegaug.evaluation.paired_differences` says how certain the differences are. The
recordings are simulated, the GAN is trained for few steps, and there are two seeds. Run time:
about 35 s.
"""

# %%
# Seizures of four recordings
# ---------------------------
#
# `n_minority_groups` keeps the seizures of four recordings in each training part, and all windows
# of the rest. Test parts are complete, and real. The figure shows differences to "none". An
# interval on one side of zero is a gain or a harm.

import matplotlib.pyplot as plt
import numpy as np
from imblearn.over_sampling import SMOTE
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler, JitterOversampler, compare_samplers, paired_differences
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator
from eegaug.spectral import band_power

eeg = make_seizure_windows(60, 8, seizure_fraction=0.3, random_state=0)


def log_band_power(windows):
    """Logarithm of the power in each band."""
    return np.log(
        band_power(np.asarray(windows), sfreq=eeg.sfreq).reshape(len(windows), -1) + 1e-3
    )


results = compare_samplers(
    {
        "none": None,
        "SMOTE": SMOTE(),
        "jitter": JitterOversampler(),
        "jitter, not grown": JitterOversampler(growth=1),
        "GAN": GANOversampler(GANGenerator(n_steps=60), sfreq=eeg.sfreq),
    },
    {
        "forest": RandomForestClassifier(50),
        "band power": make_pipeline(
            FunctionTransformer(log_band_power),
            StandardScaler(),
            LogisticRegression(max_iter=1000),
        ),
    },
    eeg.data,
    eeg.target,
    groups=eeg.groups,
    n_minority_groups=4,
    n_splits=3,
    seeds=(0, 1),
    threshold_splits=0,
)
differences = paired_differences(results, baseline="none")
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(9, 3), layout="constrained")
for axis, (classifier, part) in zip(
    axes, differences.groupby("classifier", sort=False), strict=True
):
    errors = [part.mean_difference - part.lower, part.upper - part.mean_difference]
    axis.errorbar(part.mean_difference, part.sampler, xerr=errors, fmt="o", capsize=3)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set(title=classifier, xlabel="average precision, difference to none")
axes[0].invert_yaxis()
plt.show()

# %%
# The same in numbers
# -------------------
#
# The interval is Nadeau and Bengio's, which allows for folds that share training windows.
# `harm_rate` is the share of runs (a fold and a seed) that lose more than .01.

columns = ["mean_difference", "lower", "upper", "harm_rate", "verdict"]
print(differences.set_index(["classifier", "sampler"])[columns].round(3).to_string())

# %%
# Six runs are few, so the intervals are wide. A table of means alone would have shown a winner:

means = results.pivot_table("average_precision", "sampler", "classifier", sort=False)
print(means.round(3).to_string())

# %%
# Take more seeds before you claim a gain, and jitter as the baseline of a GAN.
