"""What two networks gain from streams, beside class weights and a table resampled once.

Every arm trains the same network by the same number of gradient steps on batches of one size, on
folds that keep recordings together, with the rest as in the case `gain`. A run that was stopped
goes on from its file.
"""

import time
import warnings

import data
import gain as gains
import models
import numpy as np
from joblib import Parallel, delayed
from results import append, done, drop, facts
from sklearn.base import clone
from sklearn.metrics import brier_score_loss

from eegaug.evaluation._figures import figures, positive_scores
from eegaug.evaluation._resample import resample
from eegaug.streams import BalancedWindows

NETWORKS = ("CNN", "EEGNet")
#: Name of each arm: the sampler of `models`, and whether it streams.
ARMS = {
    "none": ("none", False),
    "class weights": ("class weights", False),
    "jitter, resampled once": ("jitter", False),
    "jitter, stream": ("jitter", True),
    "GAN, resampled once": ("GANOversampler", False),
    "GAN, stream": ("GANOversampler", True),
}


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--sets", nargs="+", choices=list(data.SETS), default=list(data.SETS))
    parser.add_argument("--k", nargs="+", default=["4"], help="seizure recordings in training")
    parser.add_argument("--arms", nargs="+", choices=list(ARMS), default=list(ARMS))
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--splits", type=int, default=5, help="folds of each seed")
    parser.add_argument("--shares", type=float, nargs="+", help="other synthetic shares to try")


def stream_gain(options):
    """Add a row for each data set, number of recordings, seed, fold, arm and network."""
    path, about = options.results / "stream_gain.jsonl", facts()
    arms = list(options.arms)
    for share in options.shares or ():
        arms.append(f"jitter, stream, share {share:g}")
    if options.again:
        drop(path, sampler=arms, set=options.sets)
    known = done(path, [*gains.KEYS, "classifier"])
    tasks = []
    for seed in options.seeds:
        for name in options.sets:
            windows = data.load(name, options.data)
            for k in options.k:
                for fold, (train, test) in enumerate(gains.folds(windows, k, seed, options)):
                    for arm in arms:
                        where = dict(zip(gains.KEYS, (name, k, seed, fold, arm), strict=True))
                        left = [
                            each
                            for each in options.networks
                            if (*where.values(), each) not in known
                        ]
                        if left:
                            tasks.append((where, left, windows, train, test, options.quick))
    runs = Parallel(n_jobs=options.jobs, return_as="generator_unordered")(
        delayed(run)(*task) for task in tasks
    )
    for number, rows in enumerate(runs, start=1):
        append(path, [row | about for row in rows])
        print(f"{number} of {len(tasks)}: {', '.join(map(str, list(rows[0].values())[:5]))}")


def run(where, networks, windows, train, test, quick):
    """Return a row a network: all learn from the same fitted sampler."""
    warnings.simplefilter("ignore")
    arm, _, share = where["sampler"].partition(", share ")
    name, streams = ARMS[arm]
    X, y, groups = windows.X[train], windows.y[train], windows.groups[train]
    scale, seed = np.std(X), where["seed"]
    sampler = models.SAMPLERS[name](windows.sfreq, seed)
    start = time.perf_counter()
    options = {"synthetic_share": float(share)} if share else {}
    if streams:
        sampler.fit_generators(X, y, groups=groups)
        stream = BalancedWindows(X, y, sampler, groups=groups, random_state=seed, **options)
    elif sampler is not None:
        X, y = resample(sampler, X, y, groups)
    seconds_sampler, rows = time.perf_counter() - start, []
    weight = "balanced" if name == "class weights" else None
    for each in networks:
        network = clone(models.CLASSIFIERS[each](windows.sfreq, seed, weight))
        network.set_params(n_steps=3 if quick else network.n_steps)
        start = time.perf_counter()
        network = network.fit_stream(stream, scale) if streams else network.fit(X, y)
        seconds = time.perf_counter() - start
        truth = windows.y[test] == 1
        scores = positive_scores(network, windows.X[test], pos_label=1)
        row = figures(truth, scores, network.predict(windows.X[test]) == 1, np.nan)
        row["brier"] = brier_score_loss(truth, network.predict_proba(windows.X[test])[:, 1])
        row = {key: round(float(value), 6) for key, value in row.items()}
        spent = {"seconds_sampler": round(seconds_sampler, 3), "seconds": round(seconds, 3)}
        about = {"classifier": each, "n_steps": network.n_steps}
        about |= {"n_train": len(train), "n_test": len(test)}
        rows.append(where | about | row | spent)
    return rows
