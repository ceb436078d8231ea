"""
Fresh windows for every batch: PyTorch and braindecode
======================================================

The same stream for a loop of PyTorch and for a network of braindecode through skorch. It needs
``pip install '.[classifiers]'``, with PyTorch as a build for the CPU, so it is not run with the
others. The recordings are simulated, and trainings are short.
"""

# %%
# A stream of windows of two channels
# -----------------------------------

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold
from torch import nn
from torch.utils.data import DataLoader

from eegaug import BalancedWindows, JitterOversampler
from eegaug.datasets import make_seizure_windows

eeg = make_seizure_windows(120, 12, random_state=0)
# The second channel sees the first from farther away.
noise = np.random.default_rng(0).normal(scale=5.0, size=eeg.data.shape)
X = np.stack([eeg.data, 0.6 * eeg.data + noise], axis=1).astype("float32")
folds = StratifiedGroupKFold(2, shuffle=True, random_state=0)
train, test = next(folds.split(X, eeg.target, eeg.groups))
X /= X[train].std()
sampler = JitterOversampler(random_state=0)
sampler.fit_generators(X[train], eeg.target[train], groups=eeg.groups[train])
stream = BalancedWindows(
    X[train], eeg.target[train], sampler, groups=eeg.groups[train], random_state=0
)


def main():
    """Train both networks."""
    # %%
    # A loop of your own
    # ------------------
    #
    # Two workers share out the batches, which are those of one process, in the same order. Each
    # iteration over the loader is the next epoch of the stream.
    torch.manual_seed(0)
    loader = DataLoader(
        stream.to_torch(),
        batch_size=None,
        num_workers=2,
        multiprocessing_context="spawn",
        persistent_workers=True,
    )
    network = nn.Sequential(
        nn.Conv1d(2, 8, 9, stride=2),
        nn.ReLU(),
        nn.Conv1d(8, 16, 9, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(16, 2),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    for epoch in range(10):
        for windows, codes in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(windows), codes)
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            scores = network(torch.from_numpy(X[test]))[:, 1].numpy()
        score = average_precision_score(eeg.target[test], scores)
        print(f"epoch {epoch}: loss {loss.item():.3f}, average precision {score:.3f}")

    # %%
    # EEGNet of braindecode through skorch
    # ------------------------------------
    #
    # The loader must neither put batches into batches, nor shuffle or drop them.
    from braindecode import EEGClassifier
    from braindecode.models import EEGNet

    classifier = EEGClassifier(
        EEGNet(n_chans=2, n_outputs=2, n_times=X.shape[2], sfreq=eeg.sfreq),
        train_split=None,
        optimizer=torch.optim.Adam,
        lr=0.01,
        max_epochs=5,
        classes=[0, 1],
        iterator_train__batch_size=None,
        iterator_train__shuffle=False,
        iterator_train__drop_last=False,
        verbose=0,
    )
    classifier.fit(stream.to_torch(), y=None)
    scores = classifier.predict_proba(X[test])[:, 1]
    print(f"EEGNet: average precision {average_precision_score(eeg.target[test], scores):.3f}")


# Workers that are spawned import this file once more.
if __name__ == "__main__":
    main()
