"""
From file to file on the command line
=====================================

Where nobody wants to write Python, the command ``eegaug`` trains a sampler from a file of windows,
says what it is, and makes windows from it. The file is simulated here, and the training is far too
short for good windows, so that the example runs in seconds.
"""

# %%
# A file of windows
# -----------------
#
# A row a window: the samples, the label ``y`` and the recording ``groups``.

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from eegaug.datasets import make_seizure_windows

folder = tempfile.TemporaryDirectory()
eeg = make_seizure_windows(40, 6, random_state=0, as_frame=True)
table = eeg.data.assign(y=eeg.target, groups=eeg.groups)
table.to_csv(Path(folder.name, "windows.csv"), index=False)


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


# %%
# Train, look, sample
# -------------------

run("eegaug fit windows.csv --label 1 --n-steps 50 --quiet --out gan.eegaug")

# %%

run("eegaug describe gan.eegaug")

# %%

run("eegaug sample gan.eegaug -n 3 --seed 0 --out synthetic.csv")
print(pd.read_csv(Path(folder.name, "synthetic.csv")).iloc[:, [0, 1, 2, -1]].round(1).to_string())

# %%
# A mistake gives one line
# ------------------------

run("eegaug sample gan.eegaug -n 3 --label 7 --out other.csv")
folder.cleanup()
