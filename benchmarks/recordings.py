"""How hard the simulated recordings are for a plain detector, and what samplers do for it.

Run ``python benchmarks/recordings.py 0 1 2``: for each seed it simulates six patients with three
recordings of ten minutes, leaves out one patient after the other, and prints the average precision
of windows and the scores of events over all seeds: with thresholds that were chosen on the five
other patients of a seed, and on all others. The notes of `make_seizure_recordings` quote them.
``--samplers none jitter`` compares samplers with the logistic regression.
"""

import argparse
from functools import cache

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score

from eegaug import JitterOversampler, SurrogateOversampler
from eegaug.datasets import make_seizure_recordings
from eegaug.evaluation import EventComparison, compare_on_recordings, make_detector

WINDOW, SFREQ = 4.0, 128.0
CLASSIFIERS = {
    "logistic": None,
    "forest": RandomForestClassifier(
        200, min_samples_leaf=3, class_weight="balanced_subsample", random_state=0
    ),
}
SAMPLERS = {
    "none": None,
    "jitter": JitterOversampler(),
    "jitter, balanced": JitterOversampler(growth=1),
    "jitter, recombined": JitterOversampler(recombine=True),
    "surrogate": SurrogateOversampler(),
}


def in_seizure(starts, events):
    """Whether the centre of each window lies in a seizure."""
    seizures = events[events.eventType == "sz"]
    centre = starts.to_numpy()[:, np.newaxis] + WINDOW / 2
    onset, end = seizures.onset.to_numpy(), (seizures.onset + seizures.duration).to_numpy()
    return ((centre > onset) & (centre < end)).any(axis=1)


@cache
def recordings(seed):
    """Simulate the recordings of a seed once."""
    return make_seizure_recordings(6, 3, sfreq=SFREQ, random_state=seed)


def run(seed, classifier, samplers):
    """Compare samplers on the recordings of a seed."""
    eeg = recordings(seed)
    detector = make_detector(CLASSIFIERS[classifier], sfreq=SFREQ)
    return compare_on_recordings(
        samplers, detector, eeg.raws, groups=eeg.groups, window=WINDOW, random_state=seed
    )


def window_precision(comparison, name):
    """Average precision of the windows of a seed."""
    predictions = comparison.predictions[name]
    pairs = zip(predictions, comparison.truth, strict=True)
    labels = np.concatenate([in_seizure(found.start, events) for found, events in pairs])
    return average_precision_score(labels, pd.concat(predictions).probability)


def pool(comparisons, *, own_thresholds):
    """Put the patients of all seeds together, with the thresholds of their seed or common ones."""
    parts = []
    for seed, each in comparisons.items():
        counts = each.counts
        if own_thresholds:
            # Counts at the chosen thresholds alone leave nothing to choose.
            chosen = each.patients[counts.columns].assign(threshold=0.5)
            counts = chosen.set_index("threshold", append=True).swaplevel()
        parts.append(counts.rename(index=f"{{}} of seed {seed}".format, level="patient"))
    first = next(iter(comparisons.values()))
    nothing = {name: [] for name in first.predictions}
    return EventComparison(pd.concat(parts), nothing, [], {}, np.array([]), 4000, 0)


def main(seeds, classifier, samplers):
    """Compare over all seeds, and print."""
    comparisons = {seed: run(seed, classifier, samplers) for seed in seeds}
    for own in (True, False):
        print(f"\n{classifier}, thresholds chosen on {'a seed' if own else 'all seeds'}")
        print(pool(comparisons, own_thresholds=own))
    for name in samplers:
        found = [window_precision(each, name) for each in comparisons.values()]
        print(f"{name}: average precision of windows {np.mean(found):.2f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", nargs="+", type=int)
    parser.add_argument("--samplers", nargs="+", choices=SAMPLERS, default=["none"])
    arguments = parser.parse_args()
    main(arguments.seeds, "logistic", {name: SAMPLERS[name] for name in arguments.samplers})
    main(arguments.seeds, "forest", {"none": None})
