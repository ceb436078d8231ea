"""Wall time until windows are as good as the default's: `GANOversampler` against other GANs.

    python benchmarks/time_to_quality.py [DATA.csv] --peer NAME[=PYTHON] ...

Seizure windows of five recordings of the "Epileptic Seizure Recognition" CSV (115 windows) go in,
7,245 new ones come out. The error of the mean log spectrum and the sliced Wasserstein distance
of the new windows to the recordings that are held out must come within 5 % of what the reference
has: the sampler's full budget of 300 and 300 steps without early stop. What is measured are the
generator's windows, without mixture and jitter. Peers train on the same windows by the recipes of
their documentation, see the `peer_*.py`, and longer, until `--limit` seconds are behind.

The default and the reference are measured in every run. Each peer needs its package; one that
needs another environment takes that environment's interpreter: ``--peer ctgan=PYTHON``. With
`EEGAUG_DATA` set the CSV need not be named. `--table` prints the newest results of each peer.
"""

import argparse
import tempfile
from pathlib import Path

import children
import numpy as np

# The sampler as it was when the gate was set, whatever the defaults are now.
REFERENCE = {
    "architecture": "wavegan",
    "objective": "wgan-gp",
    "latent_dim": 64,
    "width": 16,
    "n_steps": 300,
    "pretrain_steps": 300,
    "batch_size": 32,
    "learning_rate": 5e-4,
    "n_critic": 1,
    "ema": 0.995,
    "patience": None,
}
REFERENCE_NAME, DEFAULT_NAME = "reference", "GANOversampler"
# Script, budgets of each process, and what to do where the package is missing.
PEERS = {
    REFERENCE_NAME: ("peer_eegaug.py", [[1.0]], ""),
    DEFAULT_NAME: ("peer_eegaug.py", [[0.25], [0.5], [1.0]], ""),
    "ctgan": ("peer_ctgan.py", [[75, 150, 300, 600, 1200]], "The peer needs pip install ctgan."),
    "tsgm": (
        "peer_tsgm.py",
        [[8, 16, 32, 64, 125, 250, 500, 1000, 2000, 4000]],
        "The peer needs pip install tsgm. Where its import fails with a newer pandas, install an "
        "older one in an environment of its own (see benchmarks/README.md).",
    ),
    "WaveGAN in PyTorch": (
        "peer_torch.py",
        [[25, 50, 100, 200, 400, 800, 1600]],
        "The peer needs pip install 'eegaug[bench]'.",
    ),
}
N_RECORDINGS = 5
N_MEASURED = 2000


def main():
    from gain_results import RESULTS
    from rows import append_run, epileptic_seizures, newest
    from speed_results import quality_table

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", help="path of the CSV")
    parser.add_argument("--results", type=Path, default=RESULTS / "time_to_quality.jsonl")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME[=PYTHON]")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--limit", type=float, default=240.0, help="seconds for a peer")
    parser.add_argument("--quick", action="store_true", help="a trial: its figures mean nothing")
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    peers = dict(each.partition("=")[::2] for each in options.peer)
    unknown = set(peers) - set(PEERS)
    if unknown:
        parser.error(f"--peer must be one of {list(PEERS)}, got {sorted(unknown)}")
    if not options.table:
        data = epileptic_seizures(options.csv)
        found = {name: [] for name in (REFERENCE_NAME, DEFAULT_NAME, *peers)}
        for seed in options.seeds:
            with tempfile.TemporaryDirectory() as folder:
                held_out = split(data, seed, Path(folder))
                gate = {}
                for name in found:
                    trials = run(name, peers.get(name), folder, seed, held_out, gate, options)
                    found[name] += trials
        # By this run's own default each is divided, whichever run is shown beside it.
        whole = max(row["budget"] for row in found[DEFAULT_NAME])
        seconds = [row["seconds"] for row in found[DEFAULT_NAME] if row["budget"] == whole]
        for name, rows in found.items():
            told = {"default_seconds": float(np.mean(seconds))}
            append_run(options.results, name, [row | told for row in rows])
    print(quality_table(newest(options.results)).to_string(index=False))


def split(data, seed, folder):
    """Write the training windows of a seed to the folder, and return the held-out seizures."""
    seizure = data.target == 1
    recordings = np.random.RandomState(seed).permutation(np.unique(data.groups[seizure]))
    train = np.isin(data.groups, recordings[:N_RECORDINGS]) | ~seizure
    X, y = data.data[train].astype(np.float32), data.target[train]
    np.savez(folder / "data.npz", X=X, y=y)
    return data.data[seizure & ~train].astype(np.float32)


def run(name, python, folder, seed, held_out, gate, options):
    """Return a row a budget of one peer; the reference sets the gate for those after it."""
    script, processes, hint = PEERS[name]
    data = np.load(Path(folder) / "data.npz")
    n_new = int(np.sum(data["y"] != 1) - np.sum(data["y"] == 1))
    case = {
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
        told = children.in_fresh_process(
            script, case | {"budgets": budgets}, python=python or None, hint=hint
        )
        for trial in told["trials"]:
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
                    "peer_version": told["version"],
                }
            )
            print({key: rows[-1][key] for key in ("peer", "seed", "budget", "seconds", *relative)})
    return rows


def quick(name, processes):
    """Return budgets that take a moment: two steps of the sampler, one epoch of a peer."""
    return [[0.007]] if PEERS[name][0] == "peer_eegaug.py" else [[1, 2]]


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


if __name__ == "__main__":
    main()
