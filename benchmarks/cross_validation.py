"""A whole cross-validation with `GANOversampler` in the pipeline, against SMOTE in its place.

    python benchmarks/cross_validation.py [DATA.csv] [--cases NAME ...]

Five folds by recording of the "Epileptic Seizure Recognition" CSV, seizure against the rest, with
the seizures of six recordings (so that a training fold has about five of them) and all other
windows, a random forest behind the sampler. Each case is a process of its own, and its time that
of the whole cross-validation, TensorFlow's import apart. With `EEGAUG_DATA` set the CSV need not
be named.

"again" is a second cross-validation that asks for the same samplers: behind another forest where
the pipeline has a memory, at another sampling ratio where the sampler has one.
"""

import argparse
import tempfile
import time
from pathlib import Path

import children
import numpy as np

N_RECORDINGS, N_SPLITS = 6, 5
#: Sampler, where the memory is, and what is asked for before the clock starts.
CASES = {
    "SMOTE": {"sampler": "SMOTE"},
    "jitter": {"sampler": "jitter"},
    "GANOversampler": {"sampler": "GAN"},
    "pipeline's memory, again": {"sampler": "GAN", "memory": "pipeline"},
    "sampler's memory, again": {"sampler": "GAN", "memory": "sampler"},
}


def main():
    from gain_results import RESULTS
    from rows import append_run, epileptic_seizures, newest
    from speed_results import cross_validation_table

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", nargs="?", help="path of the CSV")
    parser.add_argument("--results", type=Path, default=RESULTS / "cross_validation.jsonl")
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--quick", action="store_true", help="a trial: its figures mean nothing")
    parser.add_argument("--table", action="store_true", help="print the table and stop")
    options = parser.parse_args()
    if not options.table:
        data = epileptic_seizures(options.csv)
        with tempfile.TemporaryDirectory() as folder:
            choose(data, 600 if options.quick else None, Path(folder))
            steps = 2 if options.quick else None
            # SMOTE is what the others are divided by.
            for name in dict.fromkeys(["SMOTE", *options.cases]):
                case = {"folder": folder, "steps": steps, **CASES[name]}
                row = children.in_fresh_process("cross_validation.py", case)
                append_run(options.results, name, [{"case": name} | row])
    print(cross_validation_table(newest(options.results)).to_string(index=False))


def choose(data, n_rest, folder):
    """Write the windows of the benchmark to the folder."""
    rng = np.random.RandomState(0)
    recordings = rng.permutation(np.unique(data.groups[data.target == 1]))[:N_RECORDINGS]
    seizures = np.flatnonzero(np.isin(data.groups, recordings))
    rest = rng.permutation(np.flatnonzero(data.target != 1))[:n_rest]
    kept = np.sort(np.concatenate([seizures, rest]))
    groups = np.unique(data.groups[kept], return_inverse=True)[1]
    X = data.data[kept].astype(np.float32)
    np.savez(folder / "windows.npz", X=X, y=data.target[kept], groups=groups)


def measure(folder, sampler, memory=None, steps=None):
    """Cross-validate one case and return its seconds and mean average precision."""
    import eegaug.gan.model  # noqa: F401  TensorFlow's import is not timed

    data = np.load(Path(folder) / "windows.npz")
    data = [data[name] for name in ("X", "y", "groups")]
    if memory:
        place = str(Path(folder) / memory)
        cross_validate(data, sampler, memory, place, steps, ratio=1.0, max_depth=None)
        told = {"ratio": 1.0, "max_depth": 12} if memory == "pipeline" else {"ratio": 0.5}
    else:
        place, told = None, {}
    start = time.perf_counter()
    scores = cross_validate(data, sampler, memory, place, steps, **told)
    return {"seconds": time.perf_counter() - start, "average_precision": float(np.mean(scores))}


def cross_validate(data, sampler, memory, place, steps, ratio=1.0, max_depth=None):
    from imblearn.over_sampling import SMOTE
    from imblearn.pipeline import Pipeline
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

    from eegaug import GANOversampler, JitterOversampler

    X, y, groups = data
    known = {"sampling_strategy": ratio, "random_state": 0}
    if sampler == "GAN":
        budget = {} if steps is None else {"n_steps": steps, "pretrain_steps": steps}
        kept = place if memory == "sampler" else None
        made = GANOversampler(**known, **budget, memory=kept)
    else:
        made = (SMOTE if sampler == "SMOTE" else JitterOversampler)(**known)
    forest = RandomForestClassifier(max_depth=max_depth, random_state=0, n_jobs=-1)
    model = Pipeline(
        [("sampler", made), ("forest", forest)], memory=place if memory == "pipeline" else None
    )
    folds = StratifiedGroupKFold(N_SPLITS, shuffle=True, random_state=0)
    return cross_val_score(model, X, y, groups=groups, cv=folds, scoring="average_precision")


if __name__ == "__main__":
    children.start(main, measure)
