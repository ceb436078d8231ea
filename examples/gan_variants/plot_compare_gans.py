"""
Compare GANs by the windows they make
=====================================

Architectures and objectives are chosen by name and combine freely. Here three GANs learn the
seizures of six recordings and are measured on recordings that they have not seen. It runs on
simulated EEG with a small budget; give the path of the "Epileptic Seizure Recognition" CSV on the
command line to run it on real data. The experiment log in the documentation has the full
comparison.
"""

# %%
# Three GANs
# ----------
#
# The first is a DCGAN under binary cross-entropy without the extras of the default. The last is
# the default, a WaveGAN, and the one before it differs from it in the objective alone.

import sys

import matplotlib.pyplot as plt
import numpy as np

from eegaug import GANOversampler
from eegaug.datasets import load_epileptic_seizures, make_seizure_windows
from eegaug.evaluation import compare_generators

path = sys.argv[1] if len(sys.argv) > 1 else None
if path:
    data = load_epileptic_seizures(path)
else:
    data = make_seizure_windows(90, 12, seizure_fraction=0.3, random_state=0)

# The generators' windows as they are: neither real ones among them nor jitter.
alone = {"real_share": 0.0, "jitter": False}
budget = {"pretrain_steps": 150, "n_steps": 100, "sfreq": data.sfreq, **alone}
samplers = {
    "dcgan, bce": GANOversampler(
        architecture="dcgan",
        objective="bce",
        spectral_critic=False,
        generated_amplitude=False,
        post_filter=None,
        **budget,
    ),
    "wavegan, r3gan": GANOversampler(objective="r3gan", **budget),
    "wavegan (default)": GANOversampler(**budget),
}

# %%
# Measured on held-out recordings
# -------------------------------
#
# Beside each distance stands its floor: the distance of the real training windows from the
# held-out ones. No generator can be expected to do much better than the recordings it has seen.

results = compare_generators(
    samplers,
    data.data,
    data.target,
    groups=data.groups,
    n_groups=6,
    sfreq=data.sfreq,
).set_index("sampler")
print(results.drop(columns=["seed", "n_groups"]).T.round(3).to_string())

# %%
# A ratio near 1 is as good as real recordings; the spectral error is in natural logarithms of
# power.

figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
for axis, (column, floor, label) in zip(
    axes,
    [
        ("psd_distance", "psd_distance_floor", "log-spectrum error"),
        ("sliced_wasserstein_distance", "sliced_wasserstein_distance_floor", "Wasserstein"),
        ("coverage_score", "coverage_score_floor", "coverage"),
    ],
    strict=True,
):
    axis.barh(np.arange(len(results)), results[column], color="tab:blue")
    axis.axvline(results[floor].iloc[0], color="black", linestyle="--", label="real windows")
    axis.set_yticks(np.arange(len(results)), results.index if axis is axes[0] else [])
    axis.set_xlabel(label)
axes[0].legend()
plt.show()
