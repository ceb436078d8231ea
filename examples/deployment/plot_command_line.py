"""
From file to file on the command line
=====================================

The command ``eegaug`` trains a sampler from a file of windows, prints its model card, and makes
windows from it, without Python. The file is simulated here. The training is far too short for good
windows. Run time: about 35 s.
"""

# %%
# A file of windows
# -----------------
#
# Each row is a window: the samples, the label ``y`` and the recording ``groups``.

import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from eegaug.datasets import make_seizure_windows

folder = tempfile.TemporaryDirectory()
eeg = make_seizure_windows(40, 6, random_state=0, as_frame=True)
table = eeg.data.assign(y=eeg.target, groups=eeg.groups)
table.to_csv(Path(folder.name, "windows.csv"), index=False)

figure, axes = plt.subplots(1, 2, sharey=True, figsize=(9, 3), layout="constrained")
times = np.arange(eeg.data.shape[1]) / eeg.sfreq
for axis, label, title in zip(axes, (0, 1), ("y = 0", "y = 1, seizures"), strict=True):
    rows = eeg.data.to_numpy()[eeg.target == label][:5]
    axis.plot(times, rows.T + 400 * np.arange(5), linewidth=0.8)
    axis.set(title=title, xlabel="time (s)", yticks=[])
plt.show()

# %%
# Train, print the model card, sample
# -----------------------------------


def run(command):
    """Run a command in that folder, as a terminal would, and show what it prints."""
    print(f"$ {command}")
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=folder.name,
        capture_output=True,
        text=True,
    )
    print(done.stdout or done.stderr)


run("eegaug fit windows.csv --label 1 --n-steps 50 --quiet --out gan.eegaug")

# %%

run("eegaug describe gan.eegaug")

# %%

run("eegaug sample gan.eegaug -n 3 --seed 0 --out synthetic.csv")
print(pd.read_csv(Path(folder.name, "synthetic.csv")).iloc[:, [0, 1, 2, -1]].round(1).to_string())

# %%
# A mistake gives an error of one line
# ------------------------------------

run("eegaug sample gan.eegaug -n 3 --label 7 --out other.csv")
folder.cleanup()
