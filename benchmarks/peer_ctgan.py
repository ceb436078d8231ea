"""CTGAN for `time_to_quality.py`, by the recipe of its documentation: ``CTGAN(epochs=300).fit``.

A window is a row of a table, its samples the columns. CTGAN tells nothing while it trains, so each
budget is a training of its own.
"""

import time
from pathlib import Path

import children
import numpy as np
import pandas as pd
from ctgan import CTGAN


def measure(folder, budgets, seed, limit, n_made, n_measured, options):
    """Fit anew for each number of epochs, until the limit in seconds is behind."""
    data = np.load(Path(folder) / "data.npz")
    windows = data["X"][data["y"] == 1]
    table = pd.DataFrame(windows, columns=[f"t{i}" for i in range(windows.shape[1])])
    trials = []
    for epochs in budgets:
        start = time.perf_counter()
        model = CTGAN(epochs=epochs, **options)
        model.set_random_state(seed)
        model.fit(table)
        made = model.sample(n_made)
        seconds = time.perf_counter() - start
        path = Path(folder) / f"ctgan_{epochs}.npy"
        np.save(path, made.to_numpy(np.float32)[:n_measured])
        trials.append({"budget": epochs, "seconds": seconds, "windows": str(path)})
        if seconds > limit:
            break
    found = children.versions("ctgan", "torch")
    return {"trials": trials, "version": f"ctgan {found['ctgan']}, torch {found['torch']}"}


if __name__ == "__main__":
    children.start(None, measure)
