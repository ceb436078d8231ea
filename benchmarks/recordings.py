"""How hard the simulated recordings are for a plain detector.

Run ``python benchmarks/recordings.py 0 1 2``: for each seed it simulates six patients with three
recordings of ten minutes, leaves out one patient after the other, and prints the average precision
of windows and the scores of events. The notes of `make_seizure_recordings` quote its last line.
"""

import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug.datasets import make_seizure_recordings
from eegaug.evaluation import detect_events, events_from_raw, score_events
from eegaug.interop import windows_from_raw
from eegaug.spectral import band_power

WINDOW, SFREQ = 4.0, 128.0
THRESHOLDS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98])
POST = {"smoothing": 8.0, "merge": 10.0, "min_duration": 8.0}
MODELS = {
    "logistic": LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced"),
    "forest": RandomForestClassifier(
        200, min_samples_leaf=3, class_weight="balanced_subsample", random_state=0
    ),
}


def features(windows):
    """Log band powers, of the strongest channel, the second, fourth and ninth, and the weakest."""
    power = np.sort(np.log(band_power(windows, sfreq=SFREQ) + 1e-2), axis=1)
    return power[:, [-1, -2, -4, -9, 0]].reshape(len(windows), -1)


def events_at(threshold, windows, probabilities, duration):
    return detect_events(
        probabilities,
        windows.start,
        window=WINDOW,
        recording_duration=duration,
        threshold=threshold,
        low=0.7 * threshold,
        **POST,
    )


def held_out(model, parts, windows, patients):
    """Probabilities of all windows of each recording, from the other patients' recordings."""
    X = np.concatenate([features(part.data) for part in parts])
    y = np.concatenate([part.target for part in parts])
    groups = np.repeat(patients, [len(part.data) for part in parts])
    found = {}
    for train, test in LeaveOneGroupOut().split(X, y, groups):
        model.fit(X[train], y[train])
        for place in np.flatnonzero(patients == groups[test[0]]):
            found[place] = model.predict_proba(features(windows[place].data))[:, 1]
    return [found[place] for place in range(len(windows))]


def scores_with_chosen_thresholds(truth, windows, probabilities, patients, duration):
    """Scores of each patient at the threshold that is best for the other ones."""
    tables = {}
    for threshold in THRESHOLDS:
        detected = [
            events_at(threshold, *pair, duration)
            for pair in zip(windows, probabilities, strict=True)
        ]
        table = score_events(truth, detected, groups=patients).xs("event", level="level")
        tables[threshold] = table.drop("all")[["n_reference", "tp", "fp", "hours"]]
    chosen = []
    for patient in np.unique(patients):
        others = {t: table.drop(patient).sum() for t, table in tables.items()}
        f1 = {t: 2 * s.tp / (s.tp + s.fp + s.n_reference) for t, s in others.items()}
        chosen.append(tables[max(f1, key=f1.get)].loc[patient])
    return pd.DataFrame(chosen).sum()


def run(seed):
    eeg = make_seizure_recordings(6, 3, sfreq=SFREQ, random_state=seed)
    truth = [events_from_raw(raw) for raw in eeg.raws]
    duration = truth[0].recordingDuration[0]
    parts = [
        windows_from_raw(raw, window=WINDOW, overlap={1: 0.75}, margin=8.0, no_seizure=True)
        for raw in eeg.raws
    ]
    # No annotation begins so: all windows, one after the other, whatever happens in them.
    windows = [
        windows_from_raw(raw, window=WINDOW, overlap=0.5, seizure="(none)", no_seizure=True)
        for raw in eeg.raws
    ]
    labels = []
    for part, events in zip(windows, truth, strict=True):
        seizures = events[events.eventType == "sz"]
        centre = part.start[:, np.newaxis] + WINDOW / 2
        end = (seizures.onset + seizures.duration).to_numpy()
        labels.append(((centre > seizures.onset.to_numpy()) & (centre < end)).any(axis=1))
    rows = []
    for name, classifier in MODELS.items():
        model = make_pipeline(FunctionTransformer(), StandardScaler(), classifier)
        probabilities = held_out(model, parts, windows, eeg.groups)
        counts = scores_with_chosen_thresholds(truth, windows, probabilities, eeg.groups, duration)
        precision = average_precision_score(np.concatenate(labels), np.concatenate(probabilities))
        rows.append({"seed": seed, "model": name, "window_ap": precision, **counts})
        print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    table = pd.DataFrame([row for seed in sys.argv[1:] for row in run(int(seed))])
    total = table.groupby("model").agg(
        {"window_ap": "mean", "n_reference": "sum", "tp": "sum", "fp": "sum", "hours": "sum"}
    )
    total["sensitivity"] = total.tp / total.n_reference
    total["precision"] = total.tp / (total.tp + total.fp)
    total["f1"] = 2 * total.tp / (total.tp + total.fp + total.n_reference)
    total["false_alarms_per_day"] = 24 * total.fp / total.hours
    print(total.round(2).to_string())
