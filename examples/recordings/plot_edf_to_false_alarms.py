"""
From EDF files to false alarms a day
====================================

People who build seizure detectors have hours of EEG in EDF files, with a few seizures annotated,
and are judged by events: the share of seizures found, and false alarms a day. This page goes the
whole way, with one patient left out after the other, with and without a sampler. The recordings
are simulated; with your own, begin where the files are read. Needs
``pip install '.[plot,mne,events]' edfio``.
"""

# %%
# Recordings, as EDF files
# ------------------------
#
# Five patients, three recordings of ten minutes each, 18 bipolar channels. Seizures take some
# three per cent of the time, so that this page is built in minutes: in real monitoring it is one
# per cent and less, which is the default, and false alarms weigh more.

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import mne
import numpy as np
import pandas as pd
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import make_seizure_recordings
from eegaug.evaluation import detect_events, events_from_raw, score_events
from eegaug.interop import windows_from_raw
from eegaug.spectral import band_power

SFREQ, WINDOW = 64.0, 4.0
folder = tempfile.TemporaryDirectory()
eeg = make_seizure_recordings(
    5, 3, duration=600, sfreq=SFREQ, seizure_fraction=0.03, random_state=0
)
paths = []
for number, raw in enumerate(eeg.raws):
    paths.append(Path(folder.name) / f"recording-{number:02d}.edf")
    mne.export.export_raw(paths[-1], raw, verbose="error")
patients = eeg.groups
del eeg

# %%
# The files are opened, not read: windows are read one by one where they are cut.

raws = [mne.io.read_raw_edf(path, verbose="error") for path in paths]
truth = [events_from_raw(raw) for raw in raws]
seizures = pd.concat(truth).query("eventType == 'sz'")
hours = sum(raw.times[-1] for raw in raws) / 3600
print(f"{len(raws)} recordings, {hours:.1f} h, {len(seizures)} seizures", end=" ")
print(f"with {seizures.duration.sum() / 36 / hours:.1f} % of the time")

# %%
# Windows to learn from, and windows to test on
# ---------------------------------------------
#
# To learn from: windows that lie in a seizure, with half overlap, and those well away from
# seizures; ``no_seizure`` says that recordings without one are right. To test on: all windows of a
# recording, one after the other, with half overlap. No annotation begins with ``(none)``, so
# nothing is left out there.

learning = windows_from_raw(
    raws, window=WINDOW, overlap={1: 0.5}, margin=8.0, groups=patients.tolist(), no_seizure=True
)
X, y, groups = learning.data, learning.target, learning.groups
windows = [
    windows_from_raw(raw, window=WINDOW, overlap=0.5, seizure="(none)", no_seizure=True)
    for raw in raws
]
print(f"{len(X)} windows of {X.shape[1]} channels to learn from, {np.sum(y)} of them in seizures")

# %%
# A detector
# ----------
#
# Logarithms of band powers. The place of a focus is the patient's own, so channels are sorted by
# their power: the strongest, the second, fourth and ninth, and the weakest one. Classes are
# weighted, so that "none" is a fair opponent: a sampler must do more than balance them.


def features(windows):
    power = np.sort(np.log(band_power(windows, sfreq=SFREQ) + 1e-2), axis=1)
    return power[:, [-1, -2, -4, -9, 0]].reshape(len(windows), -1)


samplers = {
    "none": "passthrough",
    "jitter": JitterOversampler(random_state=0),
    "GAN": GANOversampler(random_state=0),
}
probabilities = {name: [None] * len(raws) for name in samplers}
for train, test in LeaveOneGroupOut().split(X, y, groups):
    for name, sampler in samplers.items():
        detector = make_pipeline(
            sampler,
            FunctionTransformer(features),
            StandardScaler(),
            LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced"),
        )
        detector.fit(X[train], y[train])
        for place in np.flatnonzero(patients == groups[test[0]]):
            probabilities[name][place] = detector.predict_proba(windows[place].data)[:, 1]

# %%
# From probabilities to seizures
# ------------------------------
#
# Probabilities are smoothed over 8 s. A seizure begins where they reach the threshold and goes on
# while they stay above 0.7 of it; seizures less than 10 s apart are one, and those under 8 s are
# dropped.

THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995]


def detect(name, threshold):
    return [
        detect_events(
            probability,
            part.start,
            window=WINDOW,
            recording_duration=events.recordingDuration[0],
            threshold=threshold,
            low=0.7 * threshold,
            smoothing=8.0,
            merge=10.0,
            min_duration=8.0,
        )
        for probability, part, events in zip(probabilities[name], windows, truth, strict=True)
    ]


tables = {
    (name, threshold): score_events(truth, detect(name, threshold), groups=patients)
    .xs("event", level="level")
    .drop("all")
    for name in samplers
    for threshold in THRESHOLDS
}


def scores(counts):
    """Scores of counts that are summed over patients."""
    return pd.Series(
        {
            "sensitivity": counts.tp / counts.n_reference,
            "precision": counts.tp / (counts.tp + counts.fp) if counts.tp + counts.fp else np.nan,
            "event-F1": 2 * counts.tp / (counts.tp + counts.fp + counts.n_reference),
            "false alarms a day": 24 * counts.fp / counts.hours,
        }
    )


# %%
# A threshold is part of the detector. For each patient it is the one with the best event-F1 on
# the *other* patients. (Their probabilities come from detectors that had seen this patient's
# recordings; a threshold learned within the training recordings would be cleaner still, for one
# more training a patient.)

names = np.unique(patients)
chosen, counts = {}, {}
for name in samplers:
    rows = []
    for patient in names:
        others = {t: scores(tables[name, t].drop(patient).sum()) for t in THRESHOLDS}
        chosen[name, patient] = max(THRESHOLDS, key=lambda t: others[t]["event-F1"])
        rows.append(tables[name, chosen[name, patient]].loc[patient])
    counts[name] = pd.DataFrame(rows)
table = pd.DataFrame({name: scores(rows.sum()) for name, rows in counts.items()}).T
print(table.round(2).to_string())

# %%
# Did augmentation help?
# ----------------------
#
# Differences to "none", with intervals of 95 % from drawing patients anew (bootstrap): patients,
# not windows, are what is independent. With five of them intervals are wide. A difference is shown
# only where its interval leaves out 0.

draws = np.random.default_rng(0).integers(len(names), size=(1000, len(names)))
for name in [name for name in samplers if name != "none"]:
    differences = pd.DataFrame(
        [
            scores(counts[name].iloc[draw].sum()) - scores(counts["none"].iloc[draw].sum())
            for draw in draws
        ]
    )
    low, high = differences.quantile(0.025), differences.quantile(0.975)
    for score in ["event-F1", "false alarms a day"]:
        by = table.loc[name, score] - table.loc["none", score]
        better = by < 0 if "alarms" in score else by > 0
        shown = low[score] > 0 or high[score] < 0
        verdict = ("better" if better else "worse") if shown else "no difference is shown"
        print(f"{name}, {score}: {by:+.2f} [{low[score]:+.2f}, {high[score]:+.2f}], {verdict}")

# %%
# Sensitivity against false alarms
# --------------------------------
#
# The curves pool all patients: this is how detectors are compared. Beside them is each patient's
# event-F1 at the threshold that was chosen for him or her.

figure, (pooled, single) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for name, color in zip(samplers, ["black", "tab:blue", "tab:orange"], strict=True):
    curve = pd.DataFrame([scores(tables[name, t].sum()) for t in THRESHOLDS])
    pooled.plot(curve["false alarms a day"], curve["sensitivity"], "o-", color=color, label=name)
    place = np.arange(len(names)) + 0.15 * (list(samplers).index(name) - 1)
    single.plot(place, counts[name].apply(scores, axis=1)["event-F1"], "o", color=color)
pooled.set(xlabel="false alarms a day", ylabel="sensitivity", title="all patients")
single.set(ylabel="event-F1", title="each patient", xticks=range(len(names)), xticklabels=names)
pooled.legend()
plt.show()

# %%
# A recording with true and detected seizures
# -------------------------------------------

place = int(np.argmax([(events.eventType == "sz").sum() for events in truth]))
found = detect("none", chosen["none", patients[place]])[place]
figure, (above, below) = plt.subplots(
    2, 1, figsize=(10, 8), height_ratios=[4, 1], layout="constrained"
)
onset = truth[place].onset[0]
first = max(0, int((onset - 5) * SFREQ))
signal = 1e6 * raws[place].get_data(start=first, stop=first + int(20 * SFREQ))
times = first / SFREQ + np.arange(signal.shape[1]) / SFREQ
above.plot(times, (signal - 100 * np.arange(len(signal))[:, np.newaxis]).T, "k", linewidth=0.6)
above.axvline(onset, color="tab:red")
above.set_yticks(-100 * np.arange(len(signal)), raws[place].ch_names)
above.set(title=f"{patients[place]}: a seizure begins", xlabel="time (s)", xlim=times[[0, -1]])
below.plot(windows[place].start + WINDOW / 2, probabilities["none"][place], "k", linewidth=0.8)
for events, low, color, label in [
    (truth[place], 1.05, "tab:red", "annotated"),
    (found, 1.15, "tab:blue", "detected"),
]:
    for event in events[events.eventType == "sz"].itertuples():
        below.plot(
            [event.onset, event.onset + event.duration], [low, low], color=color, linewidth=6
        )
    below.plot([], [], color=color, linewidth=6, label=label)
below.set(xlabel="time (s)", ylabel="probability", xlim=(0, raws[place].times[-1]))
below.legend(loc="center right")
plt.show()

# %%
# What was detected goes into a file of SzCORE's and BIDS' form by
# :func:`eegaug.evaluation.write_events`, and back into MNE as
# ``mne.Annotations(found.onset, found.duration, found.eventType)``.

folder.cleanup()
