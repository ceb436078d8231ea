"""Draw the picture of the README and of the first page, from simulated EEG.

python docs/draw_picture.py
"""

from pathlib import Path

import matplotlib
import numpy as np

from eegaug import GANOversampler
from eegaug.datasets import make_seizure_windows
from eegaug.spectral import log_spectrum
from eegaug.windows import to_3d

PICTURE = Path(__file__).parent / "_static" / "windows.png"
REAL, SYNTHETIC = "0.25", "tab:red"


def main():
    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    eeg = make_seizure_windows(random_state=0)
    sampler = GANOversampler(random_state=0, sfreq=eeg.sfreq)
    sampler.fit_resample(eeg.data, eeg.target, groups=eeg.groups)
    real = eeg.data[eeg.target == 1]
    synthetic = sampler.sample(len(real), label=1, random_state=0)

    # Small, so that letters stay readable where a phone shrinks it.
    figure = Figure(figsize=(6.6, 3.2), layout="constrained")
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
    figure.savefig(PICTURE, dpi=160)


if __name__ == "__main__":
    main()
