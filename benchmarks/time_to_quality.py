"""Seconds until windows are as good as the default's: `GANOversampler` against other GANs.

Seizure windows of five recordings of the Epileptic Seizure Recognition CSV (115 windows) go in,
7,245 new ones are made. The error of the mean log spectrum and the sliced Wasserstein distance of
the new windows to the recordings that are held out must come within 5 % of what the reference has:
the sampler's full budget of 300 and 300 steps without early stop. What is measured are the
generator's windows, without mixture and jitter. Peers train on the same windows by the recipes of
their documentation, see `peers.py`, and longer, until `--limit` seconds are behind.

The default and the reference are measured in every run. Each peer needs its package; one that
needs another environment takes that environment's interpreter: ``--peer ctgan=PYTHON``.
"""

import tempfile
from pathlib import Path

import numpy as np
import results
from data import bonn, folder_of

# The sampler as it was when the gate was set, whatever the defaults are now.
REFERENCE = {
    "architecture": "wavegan",
    "objective": "wgan-gp",
    "latent_dim": 64,
    "width": 16,
    "n_steps": 600,
    "batch_size": 32,
    "learning_rate": 5e-4,
    "n_critic": 1,
    "ema": 0.995,
    "patience": None,
}
REFERENCE_NAME, DEFAULT_NAME = "reference", "GANOversampler"
# Maker in `peers.py`, budgets of each process, and what to do where the package is missing.
PEERS = {
    REFERENCE_NAME: ("eegaug", [[1.0]], ""),
    DEFAULT_NAME: ("eegaug", [[0.25], [0.5], [1.0]], ""),
    "ctgan": ("ctgan", [[75, 150, 300, 600, 1200]], "The peer needs pip install ctgan."),
    "tsgm": (
        "tsgm",
        [[8, 16, 32, 64, 125, 250, 500, 1000, 2000, 4000]],
        "The peer needs pip install tsgm. Where its import fails with a newer pandas, install an "
        "older one in an environment of its own (see benchmarks/README.md).",
    ),
    "WaveGAN in PyTorch": (
        "WaveGAN in PyTorch",
        [[25, 50, 100, 200, 400, 800, 1600]],
        "The peer needs pip install 'eegaug[bench]'.",
    ),
}
N_RECORDINGS = 5
N_MEASURED = 2000


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--peer", action="append", default=[], metavar="NAME[=PYTHON]")
    parser.add_argument("--limit", type=float, default=240.0, help="seconds for a peer")


def time_to_quality(options):
    """Measure the reference, the default and the peers that were named."""
    peers = dict(each.partition("=")[::2] for each in options.peer)
    unknown = sorted(set(peers) - set(PEERS))
    if unknown:
        raise SystemExit(f"--peer must be one of {list(PEERS)}. Got {unknown}.")
    windows = bonn(folder_of(options.data))
    found = {name: [] for name in (REFERENCE_NAME, DEFAULT_NAME, *peers)}
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            held_out = split(windows, seed, Path(folder))
            gate = {}
            for name in found:
                found[name] += run(name, peers.get(name), folder, seed, held_out, gate, options)
    # By this run's own default each is divided, whichever run is shown beside it.
    whole = max(row["budget"] for row in found[DEFAULT_NAME])
    seconds = [row["seconds"] for row in found[DEFAULT_NAME] if row["budget"] == whole]
    about = {"default_seconds": float(np.mean(seconds))}
    for name, rows in found.items():
        path = options.results / "time_to_quality.jsonl"
        results.append_run(path, name, [row | about for row in rows])


def split(windows, seed, folder):
    """Write the training windows of a seed to the folder, and return the held-out seizures."""
    X, seizure = windows.X[:, 0], windows.y == 1
    recordings = np.random.RandomState(seed).permutation(np.unique(windows.groups[seizure]))
    train = np.isin(windows.groups, recordings[:N_RECORDINGS]) | ~seizure
    np.savez(folder / "data.npz", X=X[train], y=windows.y[train])
    return X[seizure & ~train]


def run(name, python, folder, seed, held_out, gate, options):
    """Return a row a budget of one peer; the reference sets the gate for those after it."""
    peer, processes, hint = PEERS[name]
    data = np.load(Path(folder) / "data.npz")
    n_new = int(np.sum(data["y"] != 1) - np.sum(data["y"] == 1))
    case = {
        "peer": peer,
        "folder": folder,
        "seed": seed,
        "limit": options.limit,
        "n_made": n_new,
        "n_measured": N_MEASURED,
        "options": REFERENCE if name == REFERENCE_NAME else {},
    }
    if options.quick:
        processes, case["n_made"], case["n_measured"] = quick(name, processes), 50, 50
    rows = []
    for budgets in processes:
        found = results.in_fresh_process(
            "peers.py", "peer", case | {"budgets": budgets}, python=python or None, hint=hint
        )
        for trial in found["trials"]:
            figures = quality(held_out, np.load(trial["windows"]))
            if name == REFERENCE_NAME:
                gate.update(figures)
            relative = {f"{key}_ratio": figures[key] / gate[key] for key in figures}
            rows.append(
                {
                    "peer": name,
                    "seed": seed,
                    "budget": trial["budget"],
                    "seconds": trial["seconds"],
                    **figures,
                    **relative,
                    "peer_version": found["version"],
                }
            )
            print({key: rows[-1][key] for key in ("peer", "seed", "budget", "seconds", *relative)})
    return rows


def quick(name, processes):
    """Return budgets that take a moment: two steps of the sampler, one epoch of a peer."""
    return [[0.007]] if PEERS[name][0] == "eegaug" else [[1, 2]]


def quality(held_out, windows):
    """Measure made windows against those held out; infinite where they are not finite."""
    from eegaug.metrics import psd_distance, sliced_wasserstein_distance

    if not np.isfinite(windows).all():
        return {"psd_distance": np.inf, "sliced_wasserstein_distance": np.inf}
    return {
        "psd_distance": psd_distance(held_out, windows),
        "sliced_wasserstein_distance": sliced_wasserstein_distance(
            held_out, windows, random_state=0
        ),
    }
