"""Draw the pictures that need whole trainings, from simulated EEG.

They are in the README and in the guide: python docs/draw_pictures.py
"""

import tempfile
from contextlib import chdir
from pathlib import Path

import matplotlib
import numpy as np

PICTURES = Path(__file__).parent / "_static"
REAL, SYNTHETIC = "0.25", "tab:red"


def main():
    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    # Small, so that letters stay readable where a phone shrinks it.
    figure = Figure(figsize=(6.6, 3.2), layout="constrained")
    draw_windows(figure)
    figure.savefig(PICTURES / "windows.png", dpi=160)
    figure = Figure(figsize=(6.6, 3.2), layout="constrained")
    draw_gain(figure)
    figure.savefig(PICTURES / "gain.png", dpi=110)


def draw_windows(figure):
    """Draw six real and six generated windows, and the spectra of all."""
    from eegaug import GANOversampler
    from eegaug.datasets import make_seizure_windows
    from eegaug.spectral import log_spectrum
    from eegaug.windows import to_3d

    eeg = make_seizure_windows(random_state=0)
    sampler = GANOversampler(random_state=0, sfreq=eeg.sfreq)
    sampler.fit_resample(eeg.data, eeg.target, groups=eeg.groups)
    real = eeg.data[eeg.target == 1]
    synthetic = sampler.sample(len(real), label=1, random_state=0)

    left, middle, right = figure.subplots(1, 3, width_ratios=(3, 3, 2))
    seconds = np.arange(real.shape[1]) / eeg.sfreq
    chosen = np.random.RandomState(1).permutation(len(real))[:6]
    step = 4 * real.std()
    for ax, windows, colour, title in (
        (left, real, REAL, "simulated seizures"),
        (middle, synthetic, SYNTHETIC, "from the generator"),
    ):
        for place, window in enumerate(windows[chosen]):
            ax.plot(seconds, window - place * step, color=colour, linewidth=0.8)
        ax.set(title=title, xlabel="s", yticks=[])
        ax.spines[["top", "right", "left"]].set_visible(False)
    for windows, colour in ((real, REAL), (synthetic, SYNTHETIC)):
        freqs, spectrum = log_spectrum(to_3d(windows), sfreq=eeg.sfreq, fmin=1.0, fmax=60.0)
        right.plot(freqs, spectrum[0], color=colour)
    right.set(title="mean log spectrum", xlabel="Hz", yticks=[])
    right.spines[["top", "right", "left"]].set_visible(False)


def draw_gain(figure):
    """Draw what `select_sampler` finds in the file of the README, and print it."""
    from sklearn.ensemble import RandomForestClassifier

    from eegaug import select_sampler

    eeg = windows_of_the_readme()
    classifier = RandomForestClassifier(random_state=0)
    result = select_sampler(classifier, eeg.data, eeg.target, groups=eeg.groups, random_state=0)
    print(result)
    result.plot(figure.subplots())


def windows_of_the_readme():
    """Return the windows of the file that `eegaug simulate` makes."""
    from eegaug._cli import main as eegaug
    from eegaug.datasets import load_windows

    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        eegaug(["simulate", "windows.csv"])
        return load_windows("windows.csv")


if __name__ == "__main__":
    main()
