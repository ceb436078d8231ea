"""
Save a sampler and use it another day
=====================================

A fitted :class:`eegaug.GANOversampler` is saved in one file, with its model card. The loaded
sampler makes the same windows. The training here is far too short for good windows. Run time:
about 13 s.
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
# The file is a zip archive of JSON and arrays. It holds no pickle, so loading runs no code. Each
# member has a checksum, so damage is found.

with zipfile.ZipFile(path) as archive:
    for member in archive.infolist()[:8]:
        print(f"{member.file_size:8d}  {member.filename}")

# %%
# What it is
# ----------
#
# The model card says what was learned from which windows, what the training's monitor measured,
# and what is not known.

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
# A file that was changed is refused.

content = bytearray(path.read_bytes())
content[len(content) // 2] ^= 1
path.write_bytes(content)
try:
    load_sampler(path)
except ValueError as error:
    print(str(error).replace(folder.name, "…"))
folder.cleanup()
