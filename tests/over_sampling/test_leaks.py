"""Fits leave nothing behind: no memory, no threads, no open files.

They run in a process of their own, so that what other tests left does not count. 50 of them in the
suite, 200 with ``--hypothesis-profile=thorough``.
"""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import settings

N_FITS = 200 if settings.default.max_examples >= 5000 else 50
SCRIPT = """
import gc
import json
import os
import sys

import numpy as np

from eegaug import GANOversampler
from eegaug.gan import GANGenerator

X = np.random.default_rng(0).normal(size=(24, 16)).astype(np.float32)
Y = np.repeat([0, 1], [16, 8])
# What Keras names or TensorFlow traces anew is of each of these kinds.
KINDS = [
    {},
    {"architecture": "dcgan"},
    {"architecture": "dense", "post_filter": "learned"},
    {"architecture": "dense", "conditioning": "shared", "sampling_strategy": {0: 17, 1: 17}},
]
OF_SAMPLER = ("conditioning", "sampling_strategy")


def fit(seed):
    tiny = {"n_steps": 2, "width": 2, "latent_dim": 2, "batch_size": 4}
    tiny |= {"n_checks": 1, **KINDS[seed % len(KINDS)]}
    of_sampler = {name: tiny.pop(name) for name in OF_SAMPLER if name in tiny}
    generator = GANGenerator(**tiny)
    GANOversampler(generator, min_windows=2, random_state=seed, **of_sampler).fit_resample(X, Y)


def state():
    gc.collect()
    with open("/proc/self/statm") as file:
        resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {
        "resident": resident,
        "threads": len(os.listdir("/proc/self/task")),
        "files": len(os.listdir("/proc/self/fd")),
    }


for seed in range(8):
    fit(seed)
before = state()
for seed in range(int(sys.argv[1])):
    fit(seed)
print(json.dumps([before, state()]))
"""


# Networks of four kinds are compiled, and then used again and again.
@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="measured under /proc, of Linux")
def test_fits_leave_no_memory_threads_or_files():
    command = [sys.executable, "-c", SCRIPT, str(N_FITS)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout)
    assert after["resident"] < 1.05 * before["resident"]
    # TensorFlow's pools start a thread when it is first needed, one for each core at most.
    assert after["threads"] <= before["threads"] + os.cpu_count() < before["threads"] + N_FITS
    assert after["files"] == before["files"]
