"""Over-sampling of MNE epochs by any sampler."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import get_tags

from eegaug._epochs import append_windows, is_epochs, read_epochs
from eegaug.over_sampling import BaseWindowOverSampler

if TYPE_CHECKING:
    from mne import BaseEpochs, EpochsArray

__all__ = ["resample_epochs"]


def resample_epochs(
    sampler: Any,
    epochs: "BaseEpochs",
    y: ArrayLike | None = None,
    *,
    groups: ArrayLike | None = None,
) -> tuple["EpochsArray", NDArray]:
    """Over-sample epochs of MNE-Python.

    The samplers of this library take epochs themselves: ``sampler.fit_resample(epochs)`` is the
    same as ``resample_epochs(sampler, epochs)``. This function also serves samplers of others.

    Parameters
    ----------
    sampler : sampler
        An over-sampler that puts what it makes behind the real windows, as those of
        `eegaug.over_sampling` and of imbalanced-learn do. It is fitted. One that cannot take
        windows of shape (n_samples, n_channels, n_times) by its tags, such as `SMOTE`, gets
        them flat, (n_samples, n_channels * n_times).
    epochs : mne.Epochs
        Real epochs, all of whose channels hold signals of the brain and none of which is
        marked as bad; they are left alone.
    y : array-like of shape (n_epochs,), default=None
        Labels; None takes the event codes, ``epochs.events[:, 2]``. Of epochs that are not in
        memory the bad ones are dropped first, and `y` must be of those that stay.
    groups : array-like of shape (n_epochs,), default=None
        Recording of each epoch, for samplers that take groups.

    Returns
    -------
    epochs_resampled : mne.EpochsArray
        The real epochs, bit for bit, and after them the synthetic ones, in V, with the `info`,
        `tmin`, `baseline`, annotations and event names of `epochs`. The metadata has a boolean
        column `synthetic`; its other columns are empty for synthetic epochs, for which whole
        numbers and booleans take pandas' dtypes with missing values. Synthetic events come
        behind the last real one, each at a sample number of its own. Their code is that of
        their label's real epochs; a label that joins several codes gets one of its own under
        the name ``synthetic/<label>``. Rejection limits are not carried over.
    y_resampled : array-like of shape (n_epochs_new,)
        Labels of all of them, in the container of `y`.

    Raises
    ------
    TypeError
        If `epochs` is none of MNE's.
    ValueError
        If a channel is of another type or bad, the metadata has a column `synthetic` of
        another dtype, or the sampler does not leave the real windows first.

    See Also
    --------
    windows_from_raw : Windows out of a recording.
    eegaug.GANOversampler : Takes epochs by itself.

    Notes
    -----
    The sampling frequency is that in ``epochs.info``; a sampler with another `sfreq` refuses. A
    baseline or projection that was applied is not applied again: a synthetic
    epoch is an imitation of an epoch after it.

    Examples
    --------
    >>> import mne
    >>> import numpy as np
    >>> from eegaug import JitterOversampler
    >>> from eegaug.interop import resample_epochs
    >>> windows = 2e-5 * np.random.default_rng(0).normal(size=(12, 2, 50))  # V
    >>> events = np.column_stack([100 * np.arange(12), np.zeros(12, int), [1] * 9 + [2] * 3])
    >>> epochs = mne.EpochsArray(
    ...     windows, mne.create_info(["C3", "C4"], 100.0, "eeg"), events,
    ...     event_id={"rest": 1, "seizure": 2}, verbose=False,
    ... )
    >>> sampler = JitterOversampler(growth=1, random_state=0)
    >>> resampled, y = resample_epochs(sampler, epochs)
    >>> len(resampled["rest"]), len(resampled["seizure"]), len(resampled["synthetic == True"])
    (9, 9, 6)
    """
    if not is_epochs(epochs):
        raise TypeError(
            f"The 'epochs' parameter must be epochs of MNE-Python. Got "
            f"{type(epochs).__name__} instead; arrays go to the sampler's fit_resample."
        )
    params = {} if groups is None else {"groups": groups}
    if isinstance(sampler, BaseWindowOverSampler):
        return sampler.fit_resample(epochs, y, **params)
    epochs, windows, y = read_epochs(epochs, y)
    takes_channels = getattr(get_tags(sampler).input_tags, "three_d_array", False)
    X = windows if takes_channels else windows.reshape(len(windows), -1)
    resampled, y_all = sampler.fit_resample(X, y, **params)
    resampled = resampled.reshape(-1, *windows.shape[1:])
    if not np.array_equal(resampled[: len(windows)], windows):
        raise ValueError(
            f"The 'sampler' parameter must put new windows behind the real ones. Got "
            f"{type(sampler).__name__}, which does not; epochs are left out by MNE itself."
        )
    return append_windows(epochs, y, resampled, y_all), y_all
