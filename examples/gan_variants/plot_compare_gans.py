"""
Compare GANs by the windows they make
=====================================

Architectures and objectives are chosen by name, and any two go together. Here three GANs learn the
seizures of six recordings and are compared with recordings that they have not seen. The EEG is
simulated and the trainings are short. Give the path of the "Epileptic Seizure Recognition" CSV on
the command line to run it on real data. The experiment log in the documentation has the full
comparison. Run time: about 30 s.
"""

# %%
# Three GANs, and none
# --------------------
#
# The first is a DCGAN under binary cross-entropy without the extras of the default. The third is
# the default, a WaveGAN, and the second differs from it in the objective alone. The last is the
# simplest density model: noise around the training windows.

import sys

import matplotlib.pyplot as plt
import numpy as np
from sklearn.neighbors import KernelDensity

from eegaug import GANOversampler
from eegaug.datasets import load_epileptic_seizures, make_seizure_windows
from eegaug.evaluation import compare_generators
from eegaug.gan import GANGenerator

path = sys.argv[1] if len(sys.argv) > 1 else None
if path:
    data = load_epileptic_seizures(path)
else:
    data = make_seizure_windows(90, 12, seizure_fraction=0.3, random_state=0)

budget = {"n_steps": 100}
generators = {
    "dcgan, bce": GANGenerator(
        architecture="dcgan",
        objective="bce",
        spectral_critic=False,
        generated_amplitude=False,
        post_filter=None,
        **budget,
    ),
    "wavegan, r3gan": GANGenerator(objective="r3gan", **budget),
    "wavegan (default)": GANGenerator(**budget),
    "kernel density (no GAN)": KernelDensity(bandwidth="scott"),
}
# The generators' windows alone: no real windows, no jitter.
samplers = {
    name: GANOversampler(generator, real_share=0.0, jitter=False, growth=1, sfreq=data.sfreq)
    for name, generator in generators.items()
}

# %%
# Measured on held-out recordings
# -------------------------------
#
# The dashed line is the value of the real training windows. What good looks like: a bar that
# reaches the line. No generator can be expected to do much better than the recordings it has seen.
# The log-spectrum error is in natural logarithms of power.

results = compare_generators(
    samplers,
    data.data,
    data.target,
    groups=data.groups,
    n_groups=6,
    sfreq=data.sfreq,
).set_index("sampler")
figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
for axis, (column, reference, label) in zip(
    axes,
    [
        ("psd_distance", "psd_distance_real_vs_real", "log-spectrum error"),
        ("sliced_wasserstein_distance", "sliced_wasserstein_distance_real_vs_real", "Wasserstein"),
        ("coverage_score", "coverage_score_real_vs_real", "coverage"),
    ],
    strict=True,
):
    axis.barh(np.arange(len(results)), results[column], color="tab:blue")
    real = results[reference].iloc[0]
    axis.axvline(real, color="black", linestyle="--", label="real windows")
    axis.set_yticks(np.arange(len(results)), results.index if axis is axes[0] else [])
    axis.set_xlabel(label)
axes[0].legend()
plt.show()

# %%
# All metrics:

print(results.drop(columns=["seed", "n_groups"]).T.round(3).to_string())
