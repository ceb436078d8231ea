"""
From EDF files to false alarms a day
====================================

A seizure detector is trained on hours of EEG in EDF files with a few annotated seizures. It is
judged by events: the share of seizures found, and false alarms a day. This example has all steps,
with each patient left out in turn, with and without a sampler. The recordings are simulated. With
your own, begin where the folder is opened. It needs ``pip install '.[plot,mne,events]' edfio``.
The command line does the same with ``eegaug detect FOLDER``. Run time: about 3 minutes.
"""

# %%
# Recordings, as EDF files
# ------------------------
#
# Five patients, three recordings of ten minutes each, 18 bipolar channels, written to EDF with a
# table of events beside each, as SzCORE and BIDS have it. Seizures take some three per cent of the
# time, so that few recordings are enough. In real monitoring it is one per cent and less, which is
# the default, and false alarms matter more.

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from eegaug import GANOversampler, JitterOversampler
from eegaug.datasets import load_recordings, make_seizure_recordings
from eegaug.evaluation import compare_on_recordings, write_recordings

SFREQ, WINDOW = 64.0, 4.0
place = tempfile.TemporaryDirectory()
folder = Path(place.name) / "recordings"
made = make_seizure_recordings(
    5, 3, duration=600, sfreq=SFREQ, seizure_fraction=0.03, random_state=0
)
write_recordings(made.raws, made.groups, folder)
print(*sorted(path.name for path in folder.rglob("*run-00*"))[:2], sep="\n")

# %%
# The folder is opened. Headers and tables are read, signals are not. A file that is cut short, or
# a seizure outside its recording, is an error that names the file. The figure shows the first
# recording with a seizure; the red line is its onset.

eeg = load_recordings(folder)
hours = sum(raw.n_times for raw in eeg.raws) / SFREQ / 3600
print(f"{len(eeg.raws)} recordings, {hours:.1f} h, {len(eeg.seizures)} seizures", end=" ")
print(f"with {eeg.seizures.duration.sum() / 36 / hours:.1f} % of the time")

seizure = eeg.seizures.iloc[0]
raw = eeg.raws[int(seizure.recording)]
start = max(0, int((seizure.onset - 5) * SFREQ))
signal = 1e6 * raw.get_data(picks=range(8), start=start, stop=start + int(20 * SFREQ))
axis = plt.figure(figsize=(8, 4), layout="constrained").subplots()
times = (start + np.arange(signal.shape[1])) / SFREQ
axis.plot(times, (signal - 200 * np.arange(8)[:, np.newaxis]).T, "k", linewidth=0.6)
axis.axvline(seizure.onset, color="tab:red")
axis.set_yticks(-200 * np.arange(8), raw.ch_names[:8])
axis.set(xlabel="time (s)", xlim=times[[0, -1]])
plt.show()

# %%
# Detectors of unseen patients
# ----------------------------
#
# :func:`~eegaug.evaluation.compare_on_recordings` leaves out each patient in turn. From the others
# it cuts windows of 4 s: those in seizures with half overlap, and eight times as many away from
# seizures, drawn before anything is read. Each sampler resamples them. A logistic regression
# learns from band powers, of channels by their rank. Its classes are weighted, so a sampler must
# do more than balance them. Then each window of the patient's recordings gets a probability.
#
# The probabilities are smoothed over 8 s. A seizure begins where they reach a threshold and lasts
# while they stay above 0.7 of it. Seizures less than 10 s apart are one, and those under 8 s are
# dropped. The threshold is the one with the best event-F1 on the *other* patients.

comparison = compare_on_recordings(
    {"none": None, "jitter": JitterOversampler(), "GAN": GANOversampler()},
    None,  # the plain detector; any classifier with predict_proba will do
    eeg.raws,
    groups=eeg.groups,
    window=WINDOW,
    rest_ratio=8,
    random_state=0,
    n_jobs=2,
)

# %%
# Did augmentation help?
# ----------------------
#
# The scores of all patients are computed by SzCORE's library. Their intervals are from a bootstrap
# over patients, because patients are independent and windows are not. A difference to "none" is a
# gain or a harm only where its interval does not include 0.

print(comparison)

# %%
# Sensitivity against false alarms
# --------------------------------
#
# The curves pool all patients, with a point for each threshold. Beside them is each patient's
# event-F1 at the threshold that was chosen for that patient.

colors = {"none": "black", "jitter": "tab:blue", "GAN": "tab:orange"}
figure, (pooled, single) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
names = comparison.patients.loc["none"].index
for number, (name, color) in enumerate(colors.items()):
    curve = comparison.curve.loc[name]
    pooled.plot(curve.false_alarms_per_day, curve.sensitivity, "o-", color=color, label=name)
    where = np.arange(len(names)) + 0.15 * (number - 1)
    single.plot(where, comparison.patients.loc[name].f1, "o", color=color)
pooled.set(xlabel="false alarms a day", ylabel="sensitivity", title="all patients")
single.set(ylabel="event-F1", title="each patient", ylim=(-0.05, 1.05))
single.set_xticks(range(len(names)), names, rotation=20)
pooled.legend()
plt.show()

# %%
# Each patient's figures, with "none" and with jitter:

columns = ["threshold", "n_reference", "tp", "fp", "sensitivity", "f1", "false_alarms_per_day"]
print(comparison.patients.loc[["none", "jitter"], columns].round(2).to_string())

# %%
# A recording with true and detected seizures
# -------------------------------------------

number = int(eeg.seizures.recording.mode()[0])
raw, truth, found = (
    eeg.raws[number],
    comparison.truth[number],
    comparison.events["none"][number],
)
onset = truth.onset[0]
first = max(0, int((onset - 5) * SFREQ))
signal = 1e6 * raw.get_data(start=first, stop=first + int(20 * SFREQ))
times = first / SFREQ + np.arange(signal.shape[1]) / SFREQ
figure, (above, below) = plt.subplots(
    2, 1, figsize=(10, 8), height_ratios=[4, 1], layout="constrained"
)
above.plot(times, (signal - 100 * np.arange(len(signal))[:, np.newaxis]).T, "k", linewidth=0.6)
above.axvline(onset, color="tab:red")
above.set_yticks(-100 * np.arange(len(signal)), raw.ch_names)
above.set(title=f"{eeg.groups[number]}: a seizure begins", xlabel="time (s)", xlim=times[[0, -1]])
prediction = comparison.predictions["none"][number]
below.plot(prediction.start + WINDOW / 2, prediction.probability, "k", linewidth=0.8)
for events, height, color, label in [
    (truth, 1.05, "tab:red", "annotated"),
    (found, 1.15, "tab:blue", "detected"),
]:
    for event in events[events.eventType == "sz"].itertuples():
        end = event.onset + event.duration
        below.plot([event.onset, end], [height, height], color=color, linewidth=6)
    below.plot([], [], color=color, linewidth=6, label=label)
below.set(xlabel="time (s)", ylabel="probability", xlim=(0, raw.times[-1]))
below.legend(loc="center right")
plt.show()

# %%
# :func:`eegaug.evaluation.write_events` writes what was detected into a file in the form of SzCORE
# and BIDS. ``mne.Annotations(found.onset, found.duration, found.eventType)`` makes annotations.

place.cleanup()
