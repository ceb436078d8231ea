"""
Save a sampler and use it another day
=====================================

A fitted :class:`eegaug.GANOversampler` goes into one file, with its model card, and makes the same
windows when it comes back. The training here is far too short for good windows, so that the
example runs in seconds.
"""

# %%
# Train and save
# --------------

import tempfile
import zipfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from eegaug import GANOversampler, load_sampler
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator

eeg = make_seizure_windows(40, 6, random_state=0)
generator = GANGenerator(n_steps=50)
sampler = GANOversampler(generator, sfreq=eeg.sfreq, random_state=0)
sampler.fit_resample(eeg.data, eeg.target, groups=eeg.groups)

folder = tempfile.TemporaryDirectory()
path = sampler.save(Path(folder.name, "seizures.eegaug"))
print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")

# %%
# The file is a zip archive of JSON and arrays. There is no pickle in it, so loading runs no code,
# and a checksum for each member, so damage is found.

with zipfile.ZipFile(path) as archive:
    for member in archive.infolist()[:8]:
        print(f"{member.file_size:8d}  {member.filename}")

# %%
# What it is
# ----------
#
# The model card says what was learned from what, how well by the training's own monitor, and what
# nobody has measured.

print(sampler.describe())

# %%
# Load and sample
# ---------------

loaded = load_sampler(path)
windows = loaded.sample(4, label=1, random_state=0)
print("bit for bit:", np.array_equal(windows, sampler.sample(4, label=1, random_state=0)))

times = np.arange(windows.shape[1]) / eeg.sfreq
figure, axes = plt.subplots(4, 1, sharex=True, figsize=(8, 5), layout="constrained")
for axis, window in zip(axes, windows, strict=True):
    axis.plot(times, window, linewidth=0.8)
axes[0].set_title("from the loaded sampler")
axes[-1].set_xlabel("time (s)")
axes[0].set_ylabel("µV")
plt.show()

# %%
# A file that was touched is refused.

content = bytearray(path.read_bytes())
content[len(content) // 2] ^= 1
path.write_bytes(content)
try:
    load_sampler(path)
except ValueError as error:
    print(str(error).replace(folder.name, "…"))
folder.cleanup()
