"""
A convolutional network that learns from resampled windows
==========================================================

A network takes the resampled windows as it takes any array: resample the training recordings, and
test on real windows of others. The network is small, the recordings are simulated, and both
trainings are short. Run time: about 25 s.
"""

# %%
# Recordings for training and others for the test
# -----------------------------------------------

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import PrecisionRecallDisplay
from sklearn.model_selection import StratifiedGroupKFold

from eegaug import GANOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator

eeg = make_seizure_windows(80, 8, random_state=0)
folds = StratifiedGroupKFold(2, shuffle=True, random_state=0)
train, test = next(folds.split(eeg.data, eeg.target, eeg.groups))
print(f"training: {np.bincount(eeg.target[train])}, test: {np.bincount(eeg.target[test])} windows")

# %%
# The sampler sees the training recordings alone
# ----------------------------------------------

generator = GANGenerator(n_steps=30)
sampler = GANOversampler(generator, sfreq=eeg.sfreq, random_state=0)
X_resampled, y_resampled = sampler.fit_resample(
    eeg.data[train], eeg.target[train], groups=eeg.groups[train]
)

# %%
# The same network with and without synthetic windows
# ---------------------------------------------------
#
# Windows are scaled by the standard deviation of the real training windows, and get the axis of
# channels at the end, as Keras wants it.

scale = eeg.data[train].std()


def train_network(X, y):
    """Return a trained network, equal but for what it learned from."""
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((X.shape[1], 1)),
            keras.layers.Conv1D(8, 9, strides=2, activation="relu"),
            keras.layers.Conv1D(16, 9, strides=2, activation="relu"),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy")
    network.fit(X[..., np.newaxis] / scale, y, epochs=15, batch_size=32, verbose=0)
    return network


axes = plt.figure(figsize=(6, 4), layout="constrained").subplots()
for name, windows, labels in (
    ("real windows", eeg.data[train], eeg.target[train]),
    ("and synthetic ones", X_resampled, y_resampled),
):
    network = train_network(windows, labels)
    scores = network.predict(eeg.data[test][..., np.newaxis] / scale, verbose=0).ravel()
    PrecisionRecallDisplay.from_predictions(eeg.target[test], scores, name=name, ax=axes)
axes.set_title("seizures of recordings not seen in training")
plt.show()

# %%
# The second network took more gradient steps, because an epoch has more windows. Part of any gain
# may be that. One split says little; see :func:`eegaug.evaluation.compare_samplers`.
