"""
Fresh windows for every batch: a network in Keras
=================================================

A network sees the same synthetic windows in every epoch of a table that was resampled once. A
stream makes new ones for every batch, and balances each. Here both train the same network by the
same number of gradient steps. The recordings are simulated, and trainings are short. Run time:
about 19 s.
"""

# %%
# Recordings for training and others for the test
# -----------------------------------------------
#
# Windows are divided by the standard deviation of the training windows first, so that sampler and
# network see one unit.

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold

from eegaug import BalancedWindows, JitterOversampler
from eegaug.datasets import make_seizure_windows

eeg = make_seizure_windows(120, 12, random_state=0)
folds = StratifiedGroupKFold(2, shuffle=True, random_state=0)
train, test = next(folds.split(eeg.data, eeg.target, eeg.groups))
scale = eeg.data[train].std()
X_train, y_train, groups = eeg.data[train] / scale, eeg.target[train], eeg.groups[train]
X_test, y_test = eeg.data[test][..., np.newaxis] / scale, eeg.target[test]
print(f"training: {np.bincount(y_train)}, test: {np.bincount(y_test)} windows")

# %%
# The stream
# ----------
#
# The sampler sees the training recordings alone, is fitted once, and draws new windows for every
# batch. A `GANOversampler` can be used in the same way.

sampler = JitterOversampler(random_state=0).fit_generators(X_train, y_train, groups=groups)
stream = BalancedWindows(X_train, y_train, sampler, groups=groups, batch_size=32, random_state=0)
X_batch, y_batch = stream.batch(epoch=0, step=0)
print(f"a batch: {X_batch.shape}, {np.bincount(y_batch)} of each class")

axes = plt.figure(figsize=(8, 3), layout="constrained").subplots(1, 2, sharey=True)
times = np.arange(X_train.shape[1]) / eeg.sfreq
for epoch, axis in enumerate(axes):
    windows, labels = stream.batch(epoch=epoch, step=0)
    for place, label in enumerate(labels[:6]):
        color = "tab:red" if label == 1 else "0.25"
        axis.plot(times, windows[place] + 4 * place, color=color, linewidth=0.8)
    axis.set(title=f"first batch of epoch {epoch}, seizures in red", xlabel="time (s)", yticks=[])
plt.show()

# %%
# One network, three trainings of as many steps
# ---------------------------------------------

N_EPOCHS, STEPS = 12, stream.steps_per_epoch


class Watch(keras.callbacks.Callback):
    """Keeps the average precision on the test recordings after each epoch."""

    def __init__(self):
        super().__init__()
        self.scores = []

    def on_epoch_end(self, epoch, logs=None):
        scores = self.model.predict(X_test, verbose=0).ravel()
        self.scores.append(average_precision_score(y_test, scores))


def train_network(batches):
    """Train on batches and return the score after each epoch."""
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((X_train.shape[1], 1)),
            keras.layers.Conv1D(8, 9, strides=2, activation="relu"),
            keras.layers.Conv1D(16, 9, strides=2, activation="relu"),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    network.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy")
    watch = Watch()
    network.fit(
        batches,
        steps_per_epoch=STEPS,
        epochs=N_EPOCHS,
        callbacks=[watch],
        shuffle=False,
        verbose=0,
    )
    return watch.scores


def batches_of(X, y):
    """Draw batches at random from a table; it does not end."""
    rng = np.random.default_rng(0)
    while True:
        rows = rng.integers(len(X), size=stream.batch_size)
        yield X[rows, :, np.newaxis].astype(np.float32), y[rows]


X_resampled, y_resampled = JitterOversampler(random_state=0).fit_resample(
    X_train, y_train, groups=groups
)
curves = {
    "real windows": train_network(batches_of(X_train, y_train)),
    "resampled once": train_network(batches_of(X_resampled, y_resampled)),
    "stream": train_network(stream.to_keras()),
}

# %%
# Learning curves
# ---------------

axes = plt.figure(figsize=(6, 4), layout="constrained").subplots()
for name, scores in curves.items():
    axes.plot(np.arange(1, N_EPOCHS + 1) * STEPS, scores, label=name)
axes.set(
    xlabel="gradient steps", ylabel="average precision", title="recordings not seen in training"
)
axes.legend()
plt.show()

# %%
# One split of simulated recordings and one seed say little. The guide on training networks has
# what was measured on real recordings.
