"""Simulated EEG with seizures, the data set that comes with the library."""

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, Options, validate_params

from eegaug._electrodes import TEN_TWENTY
from eegaug.datasets._bunch import pack
from eegaug.datasets._channel_windows import simulate_channels
from eegaug.datasets._head import DOUBLE_BANANA
from eegaug.datasets._regimes import draw_columns, record_columns

__all__ = ["make_seizure_windows"]

CLASSES = ("background", "interictal", "ictal")

DESCR = """\
Simulated EEG of a single channel in µV, from the neural mass model of Wendling et al. (2002),
with parameters and amplitude of their own in each recording, fitted to the Bonn recordings.
Classes: background, interictal spiking, and ictal discharges; binary, 1 is ictal ("seizure")
and 0 all the rest. It is no patient's EEG: use it for examples and tests, not for claims.
"""
CHANNELS_DESCR = """\
Simulated scalp EEG of several channels in µV: neural masses (Wendling et al. 2002) as sources in a
spherical head, with a focus of its own in each recording. Classes: background, interictal spiking,
and ictal discharges; binary, 1 is ictal ("seizure") and 0 all the rest. It is no patient's EEG:
use it for examples and tests, not for claims.
"""


@validate_params(
    {
        "n_recordings": [Interval(Integral, 3, None, closed="left")],
        "n_windows_per_recording": [Interval(Integral, 1, None, closed="left")],
        "seizure_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_classes": [Options(Integral, {2, 3})],
        "n_channels": [Interval(Integral, 1, len(TEN_TWENTY), closed="both"), None],
        "ch_names": ["array-like", None],
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
    n_channels: int | None = None,
    ch_names: Sequence[str] | None = None,
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
    n_channels : int, default=None
        Number of channels, 1 to 19: the first ones of the 18 bipolar channels of the "double
        banana", or with 19 the electrodes of the 10-20 system. None takes those of `ch_names`,
        and without these simulates a single channel that has no place, with windows in 2-D.
    ch_names : sequence of str, default=None
        Channels, as `make_seizure_recordings` takes them. Named channels need MNE-Python.
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
            Windows in µV, float64, where ``n_samples = n_recordings * n_windows_per_recording``;
            with channels of shape (n_samples, n_channels, n_times).
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
        ch_names : list of str or None
            Names of the channels, where there are several.
        DESCR : str
            Description and caveats.
    (data, target) : tuple if ``return_X_y`` is True
        The windows and the labels.

    Raises
    ------
    ImportError
        If channels are asked for, and MNE-Python is not installed.
    ValueError
        If a parameter is out of its range, a channel is unknown, or a frame is asked for with
        channels.

    See Also
    --------
    make_seizure_recordings : Continuous recordings of patients, with blinks and movement.
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

    With channels, each recording has sources in the head of `make_seizure_recordings`: a focus of
    its own in one hemisphere, where the column of its class lies, a second source that the
    activity of the focus reaches, alpha rhythms of both occipital lobes, two more rhythms, and
    noise of many sources, beside blinks, muscle and line noise. So a focus is seen from other
    channels in each recording. A random
    forest on band powers of 18 channels, which learned from five ictal recordings, reached a mean
    average precision of 0.75 and 0.61 with the seeds 0 and 1 of
    ``make_seizure_windows(60, 8, seizure_fraction=1/3, n_channels=18)`` (chance is 0.43).

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
    activity more than those of sets N and F do, and the share of delta differs more between
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
    names = _channels(n_channels, ch_names, as_frame)
    classes = rng.permutation(_class_counts(n_recordings, seizure_fraction))
    n_samples = n_windows_per_recording * n_times
    if names is None:
        data: NDArray = _simulate_recordings(classes, n_samples, sfreq, rng).reshape(-1, n_times)
    else:
        regimes = [CLASSES[k] for k in classes]
        recordings = simulate_channels(regimes, names, n_samples, sfreq, rng)
        shape = (n_recordings, len(names), n_windows_per_recording, n_times)
        data = recordings.reshape(shape).swapaxes(1, 2).reshape(-1, len(names), n_times)
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
        ch_names=names,
        sfreq=float(sfreq),
        descr=DESCR if names is None else CHANNELS_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _channels(
    n_channels: int | None, ch_names: Sequence[str] | None, as_frame: bool
) -> list[str] | None:
    """Return the names of the channels, or None for one without a place."""
    if n_channels is None and ch_names is None:
        return None
    if as_frame:
        raise ValueError(
            "The 'as_frame' parameter of make_seizure_windows must be False with channels: a "
            "frame has no place for them. Leave out 'n_channels' and 'ch_names', or take an array."
        )
    if ch_names is None:
        return list(TEN_TWENTY if n_channels == len(TEN_TWENTY) else DOUBLE_BANANA[:n_channels])
    if n_channels is not None and n_channels != len(ch_names):
        raise ValueError(
            f"The 'n_channels' parameter of make_seizure_windows must be the number of 'ch_names' "
            f"({len(ch_names)}). Got {n_channels} instead; leave out one of them."
        )
    return list(ch_names)


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
