"""
New windows without a network: jitter and surrogates
====================================================

:class:`eegaug.JitterOversampler` augments real windows. :class:`eegaug.SurrogateOversampler` gives
the spectrum of a real window new phases. Both take milliseconds, and a GAN has to beat both. The
recordings are simulated. Run time: about 10 s.
"""

# %%
# The same few seizures for all
# -----------------------------

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from eegaug import JitterOversampler, SurrogateOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.metrics import metric_table
from eegaug.spectral import log_spectrum

eeg = make_seizure_windows(160, 6, seizure_fraction=0.4, random_state=0)
seizure = eeg.target == 1
recordings = np.unique(eeg.groups[seizure])
few = np.isin(eeg.groups, recordings[: len(recordings) // 2])
X, y = eeg.data[few | ~seizure], eeg.target[few | ~seizure]
unseen = eeg.data[seizure & ~few]
print(f"{np.sum(y == 1)} windows to learn from, {len(unseen)} of other recordings to compare with")

# %%
# What each does
# --------------
#
# Jitter shifts a window circularly and may change its sign. It also filters, stretches and scales
# it, each as strongly as recordings of the class differ. By default all classes grow. With
# ``growth=1`` only the seizures get new windows, until both classes are equal. A surrogate keeps
# the power at every frequency, and loses what the phases hold: spikes are spread over the window.

ways = {
    "shift and flip": JitterOversampler(
        scale=0, filter=0, stretch=0, mix=False, growth=1, random_state=0
    ),
    "jitter": JitterOversampler(growth=1, random_state=0),
    "surrogate": SurrogateOversampler(random_state=0),
}
groups = eeg.groups[few | ~seizure]
synthetic = {name: way.fit_resample(X, y, groups)[0][len(X) :] for name, way in ways.items()}
print(*ways["jitter"].strengths_[1].reasons, sep="\n")

figure, axes = plt.subplots(1, 4, sharey=True, figsize=(10, 4), layout="constrained")
times = np.arange(X.shape[1]) / eeg.sfreq
for axis, (name, windows) in zip(axes, {"real": X[y == 1], **synthetic}.items(), strict=True):
    axis.plot(times, windows[:5].T + 500 * np.arange(5), linewidth=0.8)
    axis.set(title=name, xlabel="time (s)", yticks=[])
plt.show()

# %%
# What is kept, and what is lost
# ------------------------------
#
# The windows are compared with those of recordings that were not used. Each metric is divided by
# what two halves of these real windows give: near 1 is as good as real. Shifted and flipped
# windows keep their spikes. Filters change spikes most, because these are sharp. Surrogates lose
# spikes and variety. These metrics compare windows with those of other recordings. They do not say
# what a classifier learns from them: compare samplers for that.

metrics = ["psd_distance", "spike_rate_distance", "sliced_wasserstein_distance", "coverage_score"]
ratios = {
    name: metric_table(
        unseen,
        windows,
        groups_real=eeg.groups[seizure & ~few],
        metrics=metrics,
        n_resamples=10,
        sfreq=eeg.sfreq,
        random_state=0,
    ).set_index("metric")["ratio"]
    for name, windows in synthetic.items()
}
print(pd.DataFrame(ratios).round(2).to_string())

# %%

axis = plt.figure(figsize=(6, 3.5), layout="constrained").subplots()
for name, windows in {"real, not used": unseen, **synthetic}.items():
    freqs, log_psd = log_spectrum(windows, sfreq=eeg.sfreq)
    axis.plot(freqs, log_psd[0], label=name)
axis.set(xlabel="frequency (Hz)", ylabel="mean log spectrum")
axis.legend()
plt.show()
