"""Every architecture with a sensible set of objectives, and the ablation of each switch.

    python benchmarks/compare_gans.py DATA.csv --results benchmarks/results/compare_gans.jsonl

The seizure class of the "Epileptic Seizure Recognition" CSV, 5 and 20 training recordings, three
seeds; measured on recordings that are held out. A run that was stopped goes on from its results
file. `--table` prints the tables of the documentation from the file without running anything.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import load_epileptic_seizures
from eegaug.evaluation import compare_generators
from eegaug.gan import TrainingWarning

SEED_RECIPE = {
    "pretrain_steps": 0,
    "n_steps": 1300,
    "learning_rate": 2e-4,
    "spectral_critic": False,
    "generated_amplitude": False,
    "post_filter": None,
    "ema": 0.0,
}
ARCHITECTURES = {
    f"{architecture}, {objective}": {"architecture": architecture, "objective": objective}
    for architecture, objectives in {
        "dense": ["bce", "wgan-gp"],
        "dcgan": ["bce", "hinge", "wgan-gp"],
        "wavegan": ["bce", "lsgan", "hinge", "wgan-gp", "r1", "r3gan"],
        "residual": ["wgan-gp", "r3gan"],
    }.items()
    for objective in objectives
}
# Each differs in one thing from the row "wavegan, wgan-gp", the default when these were run.
SWITCHES = {
    "the seed's recipe (dcgan, bce, no extras)": {
        "architecture": "dcgan",
        "objective": "bce",
        **SEED_RECIPE,
    },
    "wavegan, wgan-gp, no extras": SEED_RECIPE,
    "without spectral critic": {"spectral_critic": False},
    "without generated amplitude": {"generated_amplitude": False},
    "without post-filter": {"post_filter": None},
    "learned post-filter": {"post_filter": "learned"},
    "without averaged weights": {"ema": 0.0},
    "critic's rate twice the generator's": {"learning_rate": (5e-4, 1e-3)},
    "three critic steps": {"n_critic": 3},
    "augmentation in the critic": {"augmentation": ("shift", "scale", "polarity")},
    "spectral normalisation": {"spectral_norm": True, "objective": "hinge"},
    "shared conditioning, 1,300 steps": {"conditioning": "shared", "n_steps": 1300},
    "without pre-training, 500 steps": {"pretrain_steps": 0, "n_steps": 500},
    "without pre-training, 1,000 steps at 2e-4": {
        "pretrain_steps": 0,
        "n_steps": 1000,
        "learning_rate": 2e-4,
    },
}
# The generator's windows as they are: neither real ones among them nor jitter.
ALONE = {"real_share": 0.0, "jitter": False}
VARIANTS = {
    "jitter (no GAN)": None,
    **ARCHITECTURES,
    **{name: {"objective": "wgan-gp", **switch} for name, switch in SWITCHES.items()},
}
FIGURES = [
    "psd_distance",
    "psd_distance_floor",
    "wasserstein_ratio",
    "coverage_score",
    "coverage_score_floor",
    "membership_auc",
    "tstr_score",
    "seconds",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", help="path of the CSV")
    parser.add_argument("--results", type=Path, required=True, help="JSON lines file")
    parser.add_argument("--recordings", type=int, nargs="+", default=[5, 20])
    parser.add_argument("--seeds", type=int, nargs="+", default=[10, 11, 12])
    parser.add_argument("--table", action="store_true", help="print the tables and stop")
    options = parser.parse_args()
    if not options.table:
        data = load_epileptic_seizures(options.csv)
        # Variants outermost: a network is traced once and serves all its cells.
        for name in VARIANTS:
            for n_groups in options.recordings:
                for seed in options.seeds:
                    run_cell(options.results, data, name, n_groups, seed)
    print_tables(read(options.results))


def run_cell(path, data, name, n_groups, seed):
    """Add one row to the file, unless it stands there."""
    done = read(path)
    if len(done) and ((done["sampler"] == name) & (done["n_groups"] == n_groups)).any():
        cell = done[(done["sampler"] == name) & (done["n_groups"] == n_groups)]
        if seed in set(cell["seed"]):
            return
    options = VARIANTS[name]
    sampler = JitterOversampler() if options is None else GANOversampler(**ALONE, **options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TrainingWarning)
        row = compare_generators(
            {name: sampler},
            data.data.astype(np.float32),
            data.target,
            groups=data.groups,
            n_groups=n_groups,
            seeds=[seed],
            sfreq=data.sfreq,
        ).iloc[0]
    row = row.to_dict() | {
        "warnings": [str(w.message) for w in caught if issubclass(w.category, TrainingWarning)]
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")


def read(path):
    """Return the rows of the file."""
    if not path.exists():
        return pd.DataFrame()
    return pd.read_json(path, lines=True)


def print_tables(results):
    for n_groups, part in results.groupby("n_groups"):
        means = part.groupby("sampler")[FIGURES].mean().reindex(list(VARIANTS))
        print(f"\n{n_groups} training recordings, mean of seeds {sorted(set(part['seed']))}:")
        print(means.dropna(how="all").round(3).to_string())


if __name__ == "__main__":
    main()
