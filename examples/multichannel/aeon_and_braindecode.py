"""
Classifiers of aeon and braindecode
===================================

MiniRocket, and EEGNet through skorch, after a sampler. Both take windows of shape ``(n_samples,
n_channels, n_times)``, as samplers do. It needs ``pip install '.[classifiers]'``, with PyTorch as
a build for the CPU, so it is not run with the others. The recordings are simulated, and trainings
are short.
"""

# %%
# Windows of two channels
# -----------------------

import braindecode
import numpy as np
import torch
from aeon.classification.convolution_based import MiniRocketClassifier
from braindecode.models import EEGNet
from imblearn.pipeline import make_pipeline
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

from eegaug import GANOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator

eeg = make_seizure_windows(80, 8, random_state=0)
# The second channel sees the first from farther away.
noise = np.random.default_rng(0).normal(scale=5.0, size=eeg.data.shape)
X = np.stack([eeg.data, 0.6 * eeg.data + noise], axis=1).astype("float32")
y, groups = eeg.target, eeg.groups

# %%
# The same pipeline for both
# --------------------------

generator = GANGenerator(n_steps=20)
sampler = GANOversampler(generator, sfreq=eeg.sfreq, random_state=0)
torch.manual_seed(0)
network = braindecode.EEGClassifier(
    EEGNet(n_chans=2, n_outputs=2, n_times=X.shape[2], sfreq=eeg.sfreq),
    train_split=None,
    optimizer=torch.optim.Adam,
    lr=0.01,
    max_epochs=5,
    verbose=0,
)
folds = StratifiedGroupKFold(2, shuffle=True, random_state=0)
for classifier in (MiniRocketClassifier(n_kernels=500, random_state=0), network):
    model = make_pipeline(sampler, classifier)
    scores = cross_val_score(
        model, X, y, groups=groups, cv=folds, scoring="balanced_accuracy", error_score="raise"
    )
    print(f"{type(classifier).__name__}: {scores.round(3)}")

# %%
# Five epochs are too few for EEGNet: this shows how the parts fit together, and no more.
