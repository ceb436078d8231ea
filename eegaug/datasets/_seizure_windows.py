"""Simulated EEG with seizures, the data set that comes with the library."""

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray
from scipy import signal
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, Options, validate_params

from eegaug.datasets._bunch import pack
from eegaug.datasets._neural_mass import Columns, simulate_columns

__all__ = ["draw_columns", "make_seizure_windows", "record_columns"]

CLASSES = ("background", "interictal", "ictal")

# Each recording draws its own values, uniformly between the two given (µV per mV and the input's
# noise on a logarithmic scale). The ranges were fitted by hand to the Bonn recordings. Interictal
# and ictal ones lie in Wendling's regimes of sporadic and sustained spikes; his background rests
# at strong slow inhibition, which leaves too little alpha for the Bonn sets Z and O.
REGIMES: dict[str, dict[str, tuple[float, float]]] = {
    "background": {
        "excitation": (3.2, 4.5),
        "slow_inhibition": (9.2, 13.2),
        "fast_inhibition": (10.0, 25.0),
        "input_noise": (2.0, 5.0),
        "drift_std": (28.0, 80.0),
        "drift_time": (0.1, 0.3),
        "tempo": (0.92, 1.2),
        "slow_ratio": (0.45, 0.55),
        "microvolts": (36.0, 68.0),
    },
    "interictal": {
        "excitation": (4.0, 4.7),
        "slow_inhibition": (52.0, 66.0),
        "fast_inhibition": (10.0, 25.0),
        "input_noise": (1.8, 5.0),
        "drift_std": (35.0, 72.0),
        "drift_time": (0.08, 0.35),
        "tempo": (0.75, 1.2),
        "slow_ratio": (0.42, 0.58),
        "microvolts": (13.0, 38.0),
    },
    "ictal": {
        "excitation": (5.0, 6.2),
        "slow_inhibition": (20.0, 40.0),
        "fast_inhibition": (5.0, 25.0),
        "input_noise": (2.0, 6.0),
        "drift_std": (10.0, 80.0),
        "drift_time": (0.08, 0.3),
        "tempo": (0.8, 1.4),
        "slow_ratio": (0.44, 0.57),
        "microvolts": (30.0, 85.0),
    },
}
EXCITATION_RATE, FAST_RATE, INPUT_MEAN = 100.0, 500.0, 90.0
LOGARITHMIC = ("input_noise", "microvolts")

# The Bonn amplifier's band in Hz; the high pass takes off offset and slow drift.
HIGH_PASS, LOW_PASS = 0.53, 40.0
# Hz at least, so that Heun's method is stable and true at the fast inhibition's 500/s.
INTEGRATION_RATE = 800.0
# Seconds discarded, after which neither the model nor the high pass remembers its start.
TRANSIENT = 3.0

DESCR = """\
Simulated EEG of a single channel in µV, from the neural mass model of Wendling et al. (2002),
with parameters and amplitude of their own in each recording, fitted to the Bonn recordings.
Classes: background, interictal spiking, and ictal discharges; binary, 1 is ictal ("seizure")
and 0 all the rest. It is no patient's EEG: use it for examples and tests, not for claims.
"""


@validate_params(
    {
        "n_recordings": [Interval(Integral, 3, None, closed="left")],
        "n_windows_per_recording": [Interval(Integral, 1, None, closed="left")],
        "seizure_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_classes": [Options(Integral, {2, 3})],
        "n_times": [Interval(Integral, 2, None, closed="left")],
        "sfreq": [Interval(Real, 4, 20_000, closed="both")],
        "random_state": ["random_state"],
        "return_X_y": ["boolean"],
        "as_frame": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def make_seizure_windows(
    n_recordings: int = 60,
    n_windows_per_recording: int = 8,
    *,
    seizure_fraction: float = 0.1,
    n_classes: int = 2,
    n_times: int = 178,
    sfreq: float = 173.61,
    random_state: int | np.random.RandomState | None = None,
    return_X_y: bool = False,
    as_frame: bool = False,
) -> Bunch | tuple:
    """Simulate windows of EEG with rare seizures from a neural mass model.

    Each recording has a class, and parameters and an amplitude of its own: what a classifier
    learns from a few seizure recordings does not quite hold for the next one, as in real EEG.

    Parameters
    ----------
    n_recordings : int, default=60
        Number of recordings, at least 3.
    n_windows_per_recording : int, default=8
        Number of windows that each recording is cut in, without gap or overlap. The time this
        function takes grows with the length of a recording rather than with their number.
    seizure_fraction : float, default=0.1
        Fraction of ictal recordings, in (0, 1), rounded to whole recordings. Of the rest, half
        show background and half (rounded down) interictal spikes. No class goes without a
        recording. The default leaves a fold with four or five seizure recordings to train on.
    n_classes : {2, 3}, default=2
        2 labels windows 1 for a seizure and 0 for all the rest; 3 labels them 0 for background,
        1 for interictal and 2 for ictal.
    n_times : int, default=178
        Length of a window in samples, at least 2.
    sfreq : float, default=173.61
        Sampling frequency in Hz, from 4 to 20,000; the default is that of the Bonn recordings,
        where 178 samples last 1.025 s.
    random_state : int, RandomState instance or None, default=None
        Pass an int for the same windows again.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data is a DataFrame, and target and groups are Series.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        data : ndarray or DataFrame of shape (n_samples, n_times)
            Windows in µV, float64, where ``n_samples = n_recordings * n_windows_per_recording``.
            Recordings come in random order, the windows of each one together and in time.
        target : ndarray or Series of shape (n_samples,)
            Labels, int64.
        groups : ndarray or Series of shape (n_samples,)
            The recording of each window, from 0 to ``n_recordings - 1``.
        sfreq : float
            Sampling frequency in Hz.
        target_names : ndarray of str
            Names of the classes, of the lowest label first.
        feature_names : list of str
            X1 to Xn.
        frame : DataFrame or None
            Data and target in one with ``as_frame=True``.
        DESCR : str
            Description and caveats.
    (data, target) : tuple if ``return_X_y`` is True
        The windows and the labels.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    See Also
    --------
    load_bonn : The real recordings, from a local copy.
    load_epileptic_seizures : Windows of them, from a CSV.

    Notes
    -----
    A column has pyramidal cells, excitatory interneurons, and slow and fast inhibitory ones.
    Where slow inhibition is strong against excitation, the column rests and chance alone makes it
    spike (interictal); where it is weaker, spikes follow each other (ictal). With both weak it
    hovers at the edge of an alpha rhythm (background). Each recording draws gains, time
    constants, input and amplitude from its class's ranges; a random sign stands for the side of
    the dipole the electrode is on. Two things are not in the published model: the input also
    fluctuates slowly, for EEG has more power below 4 Hz than white noise gives it, and the
    potential passes the Bonn amplifier's band (0.53 to 40 Hz). Mains, muscle and movement are
    not simulated.

    The ranges were fitted by hand to the windows of 400 Bonn recordings. The table has the mean
    share of a window's power in each band in per cent, the median of the windows' standard
    deviation in µV, and the spread of that deviation's logarithm between and within recordings.

    =====================  =====  =====  =====  ====  =====  ===  =======  ======
    windows                delta  theta  alpha  beta  gamma  std  between  within
    =====================  =====  =====  =====  ====  =====  ===  =======  ======
    Bonn Z, O                 28     16     33    21      1   44     0.32    0.17
    simulated background      30     18     30    20      2   46     0.38    0.16
    Bonn N, F                 61     24      9     5      0   45     0.51    0.25
    simulated interictal      64     21      8     6      1   41     0.55    0.38
    Bonn S                    28     37     17    17      0  289     0.53    0.14
    simulated ictal           26     42     16    15      0  280     0.53    0.13
    =====================  =====  =====  =====  ====  =====  ===  =======  ======

    The simulated rows are ``make_seizure_windows(300, 8, seizure_fraction=1/3, n_classes=3,
    random_state=0)``; the tests compute all rows again. Simulated spikes stand out from calmer
    activity more than those of sets N and F do, and the share of delta varies more between
    Bonn's seizures than between simulated ones.

    References
    ----------
    F. Wendling, F. Bartolomei, J. J. Bellanger, P. Chauvel, "Epileptic fast activity can be
    explained by a model of impaired GABAergic dendritic inhibition", Eur. J. Neurosci. 15,
    1499-1508, 2002, doi:10.1046/j.1460-9568.2002.01985.x.

    R. G. Andrzejak, K. Lehnertz, F. Mormann, C. Rieke, P. David, C. E. Elger, "Indications of
    nonlinear deterministic and finite-dimensional structures in time series of brain electrical
    activity: dependence on recording region and brain state", Phys. Rev. E 64, 061907, 2001,
    doi:10.1103/PhysRevE.64.061907.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.datasets import make_seizure_windows
    >>> eeg = make_seizure_windows(20, 3, random_state=0)
    >>> eeg.data.shape, np.bincount(eeg.target), eeg.target_names
    ((60, 178), array([54,  6]), array(['rest', 'seizure'], dtype='<U7'))

    Split by recording:

    >>> from sklearn.model_selection import StratifiedGroupKFold
    >>> folds = StratifiedGroupKFold(2).split(eeg.data, eeg.target, groups=eeg.groups)
    """
    rng = check_random_state(random_state)
    classes = rng.permutation(_class_counts(n_recordings, seizure_fraction))
    recordings = _simulate_recordings(classes, n_windows_per_recording * n_times, sfreq, rng)
    data = recordings.reshape(-1, n_times)
    classes = np.repeat(classes, n_windows_per_recording)
    if n_classes == 2:
        target, target_names = (classes == 2).astype(np.int64), np.array(["rest", "seizure"])
    else:
        target, target_names = classes, np.array(CLASSES)
    return pack(
        data,
        target,
        np.repeat(np.arange(n_recordings), n_windows_per_recording),
        target_names=target_names,
        sfreq=float(sfreq),
        descr=DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _class_counts(n_recordings: int, seizure_fraction: float) -> NDArray[np.int64]:
    """Return the class of each recording, in order; no class goes without one."""
    n_ictal = min(max(1, round(seizure_fraction * n_recordings)), n_recordings - 2)
    n_interictal = (n_recordings - n_ictal) // 2
    return np.repeat([0, 1, 2], [n_recordings - n_ictal - n_interictal, n_interictal, n_ictal])


def _simulate_recordings(
    classes: NDArray, n_samples: int, sfreq: float, rng: np.random.RandomState
) -> NDArray[np.float64]:
    """Simulate one recording in µV for each entry of `classes`, as an amplifier records it."""
    columns, scale = draw_columns([CLASSES[k] for k in classes], rng)
    return record_columns(columns, scale, n_samples, sfreq, rng)


def draw_columns(
    regimes: Sequence[str], rng: np.random.RandomState
) -> tuple[Columns, NDArray[np.float64]]:
    """Draw the parameters of one column for each regime, and its signed scale in µV per mV."""
    ranges = {name: np.array([REGIMES[k][name] for k in regimes]).T for name in REGIMES["ictal"]}
    drawn = {}
    for name, (low, high) in ranges.items():
        position = rng.uniform(size=len(regimes))
        if name in LOGARITHMIC:
            drawn[name] = low * (high / low) ** position
        else:
            drawn[name] = low + (high - low) * position
    excitation_rate = EXCITATION_RATE * drawn.pop("tempo")
    slow_rate = excitation_rate * drawn.pop("slow_ratio")
    scale = drawn.pop("microvolts") * rng.choice([-1.0, 1.0], size=len(regimes))
    columns = Columns(
        **drawn,
        excitation_rate=excitation_rate,
        slow_rate=slow_rate,
        fast_rate=np.full(len(regimes), FAST_RATE),
        input_mean=np.full(len(regimes), INPUT_MEAN),
    )
    return columns, scale


def record_columns(
    columns: Columns, scale: NDArray, n_samples: int, sfreq: float, rng: np.random.RandomState
) -> NDArray[np.float64]:
    """Simulate columns and pass them through the amplifier, as (n_columns, n_samples) in µV."""
    n_substeps = int(np.ceil(INTEGRATION_RATE / sfreq))
    n_transient = int(np.ceil(TRANSIENT * sfreq))
    rate = sfreq * n_substeps
    potential = simulate_columns(columns, (n_transient + n_samples) * n_substeps, 1 / rate, rng)
    filters = np.vstack(
        [
            signal.butter(2, HIGH_PASS, "highpass", fs=rate, output="sos"),
            signal.butter(2, min(LOW_PASS, 0.4 * sfreq), "lowpass", fs=rate, output="sos"),
        ]
    )
    seen = signal.sosfilt(filters, potential, axis=1)
    return scale[:, None] * seen[:, n_transient * n_substeps :: n_substeps]
