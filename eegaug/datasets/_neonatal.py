"""Windows of the Helsinki neonatal EEG."""

import os
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from eegaug.datasets._npz import WINDOWS, Layout, read_window_arrays

__all__ = ["load_neonatal"]

MAX_BYTES = 2**30  # the known file unpacks to under 3 MB
LAYOUT: Layout = {
    "X": ("f", [WINDOWS], True),
    "y": ("iub", [WINDOWS[:1]], True),
    "groups": ("iu", [WINDOWS[:1]], True),
    "ch_names": ("U", [WINDOWS[1:2]], True),
    "sfreq": ("f", [()], True),
}
DESCR = """\
Windows of neonatal EEG from the Helsinki University Hospital (Stevenson et al. 2019), in µV:
1 seizure, 0 not. `groups` numbers the infants: give it to GroupKFold or StratifiedGroupKFold.

Seizure and other windows come from different infants, so a classifier may know infants rather
than seizures, and no figure on this file shows that seizures are recognised. Its makers decimated
the recordings without an anti-alias filter, so the upper frequencies hold what was folded into
them. Some bipolar channels are linearly dependent. A few windows exceed 500 µV, and the amplitude
of the others is higher than that of seizures.
"""


@validate_params(
    {"path": [str, os.PathLike], "return_X_y": ["boolean"]}, prefer_skip_nested_validation=True
)
def load_neonatal(path: str | os.PathLike[str], *, return_X_y: bool = False) -> Bunch | tuple:
    r"""Load multi-channel windows of the Helsinki neonatal EEG from a local file.

    The recordings of term neonates with annotated seizures are public; this reads windows cut
    from them, as an ``.npz`` archive. The library brings no copy of it.

    Parameters
    ----------
    path : str or path-like
        An archive as ``numpy.savez`` writes it, with the arrays ``X`` of shape (n_samples,
        n_channels, n_times) in µV, ``y`` (0 or 1), ``groups`` (number of the infant),
        ``ch_names`` and ``sfreq`` in Hz. Nothing in it is executed: pickled arrays are refused.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        data : ndarray of shape (n_samples, n_channels, n_times)
            Windows in µV, in the file's floating-point dtype; 18 channels and 64 samples, 1 s,
            in the known file.
        target : ndarray of shape (n_samples,)
            1 for a seizure and 0 for the rest, int64.
        groups : ndarray of shape (n_samples,)
            Number of the infant, int64.
        sfreq : float
            Sampling frequency in Hz; 64 in the known file.
        ch_names : list of str
            Names of the bipolar channels.
        target_names : ndarray of str
            Names of the classes, of the lowest label first.
        DESCR : str
            Description and caveats.
    (data, target) : tuple if ``return_X_y`` is True
        The windows and the labels.

    Raises
    ------
    FileNotFoundError
        If `path` does not exist.
    ValueError
        If the file is damaged, cut short, or holds anything but what is said above; the message
        names the array.

    See Also
    --------
    make_seizure_windows : Simulated windows of one channel, which need no file.
    eegaug.interop.windows_from_raw : Windows out of the recordings themselves.

    Notes
    -----
    **Classes and infants are confounded.** Seizure and other windows come from different infants,
    so a figure on this file never shows that seizures are recognised; it serves to compare
    methods on real multi-channel signals. Its makers decimated without an anti-alias filter. Some
    channels are linearly dependent, a few windows exceed 500 µV, and the amplitude of seizures is
    lower than that of the rest.

    References
    ----------
    N. J. Stevenson, K. Tapani, L. Lauronen, S. Vanhatalo, "A dataset of neonatal EEG recordings
    with seizure annotations", Scientific Data 6, 190039, 2019, doi:10.1038/sdata.2019.39.

    Examples
    --------
    A made file in place of the real one.

    >>> import pathlib, tempfile
    >>> import numpy as np
    >>> from eegaug.datasets import load_neonatal
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "neonatal.npz")
    ...     np.savez(
    ...         path, X=np.ones((4, 2, 64), "float32"), y=[1, 0, 0, 1], groups=[7, 3, 3, 7],
    ...         ch_names=["F4-C4", "C4-P4"], sfreq=64.0,
    ...     )
    ...     eeg = load_neonatal(path)
    >>> eeg.data.shape, eeg.target, eeg.groups, eeg.ch_names
    ((4, 2, 64), array([1, 0, 0, 1]), array([7, 3, 3, 7]), ['F4-C4', 'C4-P4'])
    """
    path = Path(path)
    arrays = read_window_arrays(path, LAYOUT, max_bytes=MAX_BYTES)
    labels = arrays["y"]
    if not np.isin(labels, (0, 1)).all():
        wrong = labels[~np.isin(labels, (0, 1))][0]
        raise ValueError(f"{path}, array y: expected the labels 0 and 1. Got {wrong} instead.")
    data, target = arrays["X"], labels.astype(np.int64)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        groups=arrays["groups"].astype(np.int64),
        sfreq=float(arrays["sfreq"]),
        ch_names=arrays["ch_names"].tolist(),
        target_names=np.array(["rest", "seizure"]),
        DESCR=DESCR,
    )
