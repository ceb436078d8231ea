"""Simulated continuous recordings with rare seizures, as MNE objects."""

from collections.abc import Iterator, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import signal
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, validate_params

from eegaug._electrodes import electrode_positions
from eegaug.datasets._head import montage
from eegaug.datasets._nuisances import nuisances
from eegaug.datasets._patients import Patient, background, draw_patient, seizures
from eegaug.datasets._source_signals import log_uniform

if TYPE_CHECKING:
    from mne.io import RawArray

__all__ = ["make_seizure_recordings"]

SHORTEST, LONGEST = 14.0, 45.0  # s, of a seizure
MEAN = (LONGEST - SHORTEST) / np.log(LONGEST / SHORTEST)
#: Seconds of a recording that a seizure has for itself: scores merge events within 90 s.
SLOT = 150.0
HIGH_PASS = 0.3  # Hz

DESCR = """\
Simulated scalp EEG of patients with focal epilepsy, as MNE objects in V: neural masses as sources
in a spherical head, and what a scalp recording holds beside the brain. `groups` names the patient
of each recording: give it to LeaveOneGroupOut or GroupKFold, for seizures of one patient resemble
each other. It is no patient's EEG: use it for examples and tests, not for claims.
"""


@validate_params(
    {
        "n_patients": [Interval(Integral, 1, None, closed="left")],
        "n_recordings": [Interval(Integral, 1, None, closed="left")],
        "duration": [Interval(Real, 60, None, closed="left")],
        "sfreq": [Interval(Real, 64, 5000, closed="both")],
        "ch_names": ["array-like", None],
        "seizure_fraction": [Interval(Real, 0, 0.5, closed="both")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_seizure_recordings(
    n_patients: int = 4,
    n_recordings: int = 3,
    *,
    duration: float = 600.0,
    sfreq: float = 128.0,
    ch_names: Sequence[str] | None = None,
    seizure_fraction: float = 0.01,
    random_state: int | np.random.RandomState | None = None,
) -> Bunch:
    """Simulate continuous many-channel recordings with rare focal seizures.

    Neural masses are sources in a spherical head. Where seizures begin, how fast they are and how
    they evolve is a patient's own and changes little between his recordings: a detector that
    learned from other patients meets something new, as in real EEG. Needs MNE-Python (the extra
    ``mne``).

    Parameters
    ----------
    n_patients : int, default=4
        Number of patients, at least 1. Each has one focus.
    n_recordings : int, default=3
        Number of recordings of each patient, at least 1.
    duration : float, default=600.0
        Length of each recording in s, at least 60.
    sfreq : float, default=128.0
        Sampling frequency in Hz, from 64 to 5,000. Nothing of the brain is simulated above 40 Hz;
        muscle and line noise are, so far as the sampling frequency allows.
    ch_names : sequence of str, default=None
        Channels: electrodes of the 10-20 or 10-10 system, such as ``"C3"``, which are recorded
        against the average of the 19 electrodes of the 10-20 system, and pairs of them, such as
        ``"F3-C3"``. None takes the 18 bipolar channels of the "double banana".
    seizure_fraction : float, default=0.01
        Share of the time that seizures take, from 0 to 0.5. It is rounded to whole seizures of
        14 to 45 s; each patient has at least one unless it is 0. A seizure has 150 s of
        recording for itself, so that scores do not merge two of them.
    random_state : int, RandomState instance or None, default=None
        Pass an int for the same recordings again.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        raws : list of mne.io.RawArray
            The recordings, in V as MNE holds them, of one patient after the other. Their
            annotations are named ``seizure``.
        groups : ndarray of shape (n_patients * n_recordings,)
            The patient of each recording, as text.
        seizures : DataFrame
            A row for each seizure: `recording` (its place in `raws`), `patient`, `focus` (the
            nearest electrode), `onset` and `duration` in s.
        ch_names : list of str
            Names of the channels.
        sfreq : float
            Sampling frequency in Hz.
        DESCR : str
            Description and caveats.

    Raises
    ------
    ImportError
        If MNE-Python is not installed.
    ValueError
        If a parameter is out of its range, a channel is unknown or named twice, or there is no
        room for the seizures.

    See Also
    --------
    make_seizure_windows : Windows without a recording around them, which need no MNE.
    eegaug.interop.windows_from_raw : Cuts windows out of the recordings.
    eegaug.evaluation.write_recordings : Writes them to EDF.
    eegaug.evaluation.score_events : Scores detected seizures.

    Notes
    -----
    The head has layers for brain, fluid, skull and scalp [2]_; electrodes lie where MNE's template
    montage has them, on the sphere that fits it best. The brain between seizures is a sum of
    alpha rhythms of both occipital lobes, three more rhythms and interictal spikes of the focus,
    all from the neural mass model of `make_seizure_windows` [1]_, and 24 sources of noise whose
    power falls with frequency. A seizure is the same model in its ictal regime. It grows over the
    first half, slows down, and reaches one to three more sources, in two patients of five on the
    other side. Short rhythms of drowsiness look like it for seconds. Beside the brain are blinks
    and glances, muscle and chewing, movement, drift of the electrodes, 50 Hz, and jumps of a
    loose electrode. Places, rates and amplitudes were set by hand: recordings look like real
    ones, but no figure of them was fitted to a data set.

    How hard the task is: with the defaults but six patients and the seeds 0, 1 and 2, the
    detectors of `make_detector`, trained on the five other patients of a seed, got

    =========  ==================  =========  ===========  =========  ========  ============
    model      threshold by        window AP  sensitivity  precision  event-F1  false alarms
    =========  ==================  =========  ===========  =========  ========  ============
    logistic   5 other patients         0.28         0.56       0.38      0.45      43 a day
    forest     5 other patients         0.17         0.44       0.32      0.37      45 a day
    logistic   17 other patients        0.28         0.61       0.55      0.58      24 a day
    forest     17 other patients        0.17         0.50       0.39      0.44      37 a day
    =========  ==================  =========  ===========  =========  ========  ============

    of 18 seizures in 9 hours, by ``python benchmarks/recordings.py 0 1 2``. The best of 28
    detectors in the challenge of 2025, on real recordings of unseen patients, had a sensitivity of
    0.37, a precision of 0.45 and an event-F1 of 0.43 in the preprint [3]_; the paper on the same
    detectors and recordings has 0.37, 0.29 and 0.32 [4]_. The figures are near, but not
    comparable: seizures here are one in half an hour, and scores depend on that.

    References
    ----------
    .. [1] F. Wendling, F. Bartolomei, J. J. Bellanger, P. Chauvel, "Epileptic fast activity can
       be explained by a model of impaired GABAergic dendritic inhibition", Eur. J. Neurosci. 15,
       1499-1508, 2002, doi:10.1046/j.1460-9568.2002.01985.x.

    .. [2] P. Berg, M. Scherg, "A fast method for forward computation of multiple-shell spherical
       head models", Electroencephalogr. Clin. Neurophysiol. 90, 58-64, 1994.

    .. [3] J. Dan et al., "SzCORE as a benchmark: report from the seizure detection challenge at
       the 2025 AI in Epilepsy and Neurological Disorders Conference", arXiv:2505.18191, 2025.

    .. [4] J. Dan, A. Shahbazinia, C. Kechris, D. Atienza, "Quantifying the generalization gap in
       seizure detection: a large-scale empirical benchmark via the SzCORE challenge", ICML 2026,
       PMLR 306, 22743-22757, 2026.

    Examples
    --------
    >>> from eegaug.datasets import make_seizure_recordings
    >>> eeg = make_seizure_recordings(2, 1, duration=60, ch_names=["Fz-Cz", "C3"], random_state=0)
    >>> eeg.raws[0].get_data().shape, eeg.groups.tolist()
    ((2, 7680), ['patient 1', 'patient 2'])
    >>> eeg.seizures[["recording", "patient", "focus"]].to_dict("records")[0]
    {'recording': 0, 'patient': 'patient 1', 'focus': 'P4'}
    """
    rng = check_random_state(random_state)
    names, electrode_names, matrix = montage(ch_names)
    electrodes = electrode_positions(electrode_names)
    raws: list[RawArray] = []
    groups, rows = [], []
    for number in range(1, n_patients + 1):
        patient, label = draw_patient(rng), f"patient {number}"
        planned = _plan(n_recordings, duration, seizure_fraction, rng)
        for events, microvolts in zip(
            planned, _signals(patient, electrodes, planned, duration, sfreq, rng), strict=True
        ):
            rows += [(len(raws), label, patient.focus, *event) for event in events]
            raws.append(_raw(matrix @ microvolts, names, sfreq, events))
            groups.append(label)
    return Bunch(
        raws=raws,
        groups=np.array(groups),
        seizures=pd.DataFrame(
            rows, columns=["recording", "patient", "focus", "onset", "duration"]
        ),
        ch_names=names,
        sfreq=float(sfreq),
        DESCR=DESCR,
    )


def _signals(
    patient: Patient,
    electrodes: NDArray,
    planned: list[list[tuple[float, float]]],
    duration: float,
    sfreq: float,
    rng: np.random.RandomState,
) -> Iterator[NDArray[np.float64]]:
    """Yield a patient's recordings in µV, each (n_electrodes, n_samples)."""
    lengths = [round(length * sfreq) for events in planned for _, length in events]
    ictal = iter(seizures(patient, electrodes, lengths, sfreq, rng))
    n_samples = round(duration * sfreq)
    for events in planned:
        microvolts = background(patient, electrodes, n_samples, sfreq, rng)
        for onset, _ in events:
            start, course = round(onset * sfreq), next(ictal)
            microvolts[:, start : start + course.shape[1]] += course
        yield microvolts + nuisances(
            electrodes, n_samples, sfreq, rng, blinks=patient.blinks, muscle=patient.muscle
        )


def _plan(
    n_recordings: int, duration: float, seizure_fraction: float, rng: np.random.RandomState
) -> list[list[tuple[float, float]]]:
    """Return onset and duration of each seizure, for each recording of a patient."""
    n_slots = max(1, int(duration // SLOT))
    width = duration / n_slots
    wanted = seizure_fraction * n_recordings * duration / MEAN
    count = max(1, round(wanted)) if seizure_fraction else 0
    if count > n_slots * n_recordings:
        most = n_slots * MEAN / duration
        raise ValueError(
            f"The 'seizure_fraction' parameter must leave {SLOT:g} s of recording for each "
            f"seizure: at most {most:.3g} with recordings of {duration:g} s. Got "
            f"{seizure_fraction!r} instead."
        )
    planned: list[list[tuple[float, float]]] = [[] for _ in range(n_recordings)]
    for slot in np.sort(rng.choice(n_slots * n_recordings, size=count, replace=False)).tolist():
        recording, place = divmod(slot, n_slots)
        length = round(log_uniform(SHORTEST, LONGEST, rng), 2)
        # 5 s at either end keep seizures of neighbouring slots apart.
        onset = round(place * width + rng.uniform(5, width - length - 5), 2)
        planned[recording].append((onset, length))
    return planned


def _raw(
    microvolts: NDArray, names: list[str], sfreq: float, events: list[tuple[float, float]]
) -> "RawArray":
    """Return a recording of MNE with its annotations, as an amplifier gives it."""
    import mne

    high_pass = signal.butter(2, HIGH_PASS, "highpass", fs=sfreq, output="sos")
    volts = 1e-6 * signal.sosfiltfilt(high_pass, microvolts)
    raw = mne.io.RawArray(volts, mne.create_info(names, sfreq, "eeg"), verbose="error")
    onsets, lengths = np.array(events).reshape(-1, 2).T
    return raw.set_annotations(mne.Annotations(onsets, lengths, ["seizure"] * len(onsets)))
