"""Windows of the Helsinki neonatal EEG."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from eegaug._files import read_npz

__all__ = ["load_neonatal"]

MAX_BYTES = 2**30  # the known file unpacks to under 3 MB
#: What each array must look like: kinds of dtype, and its dimensions.
LAYOUT = {
    "X": ("f", ("n_samples", "n_channels", "n_times")),
    "y": ("iub", ("n_samples",)),
    "groups": ("iu", ("n_samples",)),
    "ch_names": ("U", ("n_channels",)),
    "sfreq": ("f", ()),
}
DESCR = """\
Windows of neonatal EEG from the Helsinki University Hospital (Stevenson et al. 2019), in µV:
1 seizure, 0 not. `groups` numbers the infants: give it to GroupKFold or StratifiedGroupKFold.

Seizure and other windows come from different infants, so a classifier may tell infants rather
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
    A made file stands in for the real one.

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
    arrays = _read(path)
    labels = arrays["y"]
    if not np.isin(labels, (0, 1)).all():
        wrong = labels[~np.isin(labels, (0, 1))][0]
        raise ValueError(f"{path}, array y: expected the labels 0 and 1. Got {wrong} instead.")
    finite = np.isfinite(arrays["X"]).all(axis=(1, 2))
    if not finite.all():
        raise ValueError(
            f"{path}, array X: expected finite values. Got NaN or infinity in window "
            f"{int(finite.argmin())} instead."
        )
    sfreq = float(arrays["sfreq"])
    if not 0 < sfreq < np.inf:
        raise ValueError(f"{path}, array sfreq: expected a positive number. Got {sfreq} instead.")
    data, target = arrays["X"], labels.astype(np.int64)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        groups=arrays["groups"].astype(np.int64),
        sfreq=sfreq,
        ch_names=arrays["ch_names"].tolist(),
        target_names=np.array(["rest", "seizure"]),
        DESCR=DESCR,
    )


def _read(path: Path) -> dict[str, NDArray]:
    """Return the arrays of the archive, with dtypes and shapes as they must be."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; expected an .npz archive.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; expected an .npz archive.")
    arrays = read_npz(path, list(LAYOUT), max_bytes=MAX_BYTES)
    sizes: dict[str, int] = {}
    for name, (kinds, dims) in LAYOUT.items():
        if name not in arrays:
            raise ValueError(
                f"{path}: expected the arrays {', '.join(LAYOUT)}. Got {sorted(arrays)} of these "
                f"alone, without {name}.npy."
            )
        array = arrays[name]
        shape = tuple(sizes.setdefault(d, n) for d, n in zip(dims, array.shape, strict=False))
        if array.dtype.kind not in kinds or array.shape != shape or len(shape) < len(dims):
            known = ", ".join(f"{dim} = {n}" for dim, n in sizes.items())
            raise ValueError(
                f"{path}, array {name}: expected the shape ({', '.join(dims)}) with {known} "
                f"and a dtype of the kind {' or '.join(kinds)}. Got {array.shape} and "
                f"{array.dtype} instead."
            )
    if 0 in arrays["X"].shape:
        raise ValueError(f"{path}, array X: expected windows. Got {arrays['X'].shape} instead.")
    return arrays
