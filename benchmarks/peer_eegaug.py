"""`GANOversampler` for `time_to_quality.py`: whole calls of `fit_resample`."""

import time
from pathlib import Path

import children
import numpy as np

STEPS = ("pretrain_steps", "n_steps")


def measure(folder, budgets, seed, limit, n_made, n_measured, options):
    """Fit once for each share of the steps; one in a process, or networks are compiled already."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed
    from eegaug import GANOversampler

    data = np.load(Path(folder) / "data.npz")
    X, y = data["X"], data["y"]
    wanted = {1: int(np.sum(y == 1)) + n_made}
    trials = []
    for share in budgets:
        sampler = GANOversampler(sampling_strategy=wanted, random_state=seed, **options)
        for name in STEPS:
            steps = getattr(sampler, name)
            sampler.set_params(**{name: max(1, round(share * steps)) if steps else 0})
        start = time.perf_counter()
        sampler.fit_resample(X, y)
        seconds = time.perf_counter() - start
        path = Path(folder) / f"eegaug_{share}.npy"
        np.save(path, sampler.sample(n_measured, 1, random_state=seed))
        trials.append({"budget": share, "seconds": seconds, "windows": str(path)})
    return {"trials": trials, "version": _version()}


def _version():
    found = children.versions("eegaug", "tensorflow")
    return f"eegaug {found['eegaug']}, tensorflow {found['tensorflow']}"


if __name__ == "__main__":
    children.start(None, measure)
