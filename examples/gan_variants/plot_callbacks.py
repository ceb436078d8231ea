"""
Watch a training, and end it early
==================================

The callbacks of Keras, and your own, see the training of each label: the losses, and what the
monitor measures between the rounds. The training here is short. Run time: about 14 s.
"""

# %%
# A short training
# ----------------
#
# `history_` has a row for each check of the monitor, for each label. With at least 16 recordings
# of the label, some are held out and the windows are measured against them: `score` is the mean
# of the monitor's distances, each divided by its real-vs-real reference, and lower is better.

import tempfile
import time
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import pandas as pd

from eegaug import GANOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator
from eegaug.plotting import HistoryDisplay

eeg = make_seizure_windows(80, 6, seizure_fraction=0.25, random_state=0)
sampler = GANOversampler(GANGenerator(n_steps=80), sfreq=eeg.sfreq, random_state=0)
sampler.fit_resample(eeg.data, eeg.target, groups=eeg.groups)
HistoryDisplay.from_sampler(sampler, label=1)
plt.show()

# %%
# Callbacks of Keras and one of your own
# --------------------------------------
#
# An epoch is a round between two checks of the monitor. A callback may look at the networks,
# ``self.model.generator`` and ``self.model.discriminator``, and end the training by
# ``self.model.stop_training = True``.


class TimeBudget(keras.callbacks.Callback):
    """End each training after a number of seconds; the best generator until then is kept."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    def on_train_begin(self, logs=None):
        self.start = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        if time.monotonic() - self.start > self.seconds:
            print(f"the time is up at step {logs['step']}")
            self.model.stop_training = True


folder = tempfile.TemporaryDirectory()
table = Path(folder.name, "history.csv")
sampler = GANOversampler(
    GANGenerator(n_steps=80),
    sfreq=eeg.sfreq,
    random_state=0,
    callbacks=[
        keras.callbacks.CSVLogger(table, append=True),
        keras.callbacks.EarlyStopping("score", mode="min", patience=4),
        TimeBudget(60),
    ],
)
sampler.fit_resample(eeg.data, eeg.target, groups=eeg.groups)
print(pd.read_csv(table)[["epoch", "step", "d_loss", "g_loss", "score"]].round(3).to_string())
folder.cleanup()
