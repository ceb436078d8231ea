"""The stream of balanced batches, for Keras, TensorFlow and PyTorch."""

from collections.abc import Hashable, Iterator, Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils._param_validation import (
    Interval,
    StrOptions,
    validate_parameter_constraints,
)

from eegaug.streams._ahead import Ahead
from eegaug.streams._batches import BatchMaker
from eegaug.streams._checking import (
    check_sampler,
    check_windows,
    check_without_real,
    entropy_of,
    fitted_samplers,
    shares_of,
)
from eegaug.streams._sources import build_sources

if TYPE_CHECKING:
    from eegaug.streams._keras import KerasWindows
    from eegaug.streams._torch import TorchWindows

__all__ = ["BalancedWindows"]

_CONSTRAINTS: dict[str, list[Any]] = {
    "batch_size": [Interval(Integral, 1, None, closed="left")],
    "steps_per_epoch": [Interval(Integral, 1, None, closed="left"), None],
    "sfreq": [Interval(Real, 0, None, closed="neither"), None],
    "class_shares": [StrOptions({"balanced", "proportional"}), Mapping],
    "synthetic_share": [Interval(Real, 0, 1, closed="both")],
    "n_ahead": [Interval(Integral, 0, None, closed="left")],
    "random_state": ["random_state"],
    "epoch": [Interval(Integral, 0, None, closed="left")],
    "step": [Interval(Integral, 0, None, closed="left")],
}


class BalancedWindows:
    """Balanced batches of real and fresh synthetic windows, without end.

    Each batch is drawn anew: of each class real windows, all recordings alike often, and windows
    that a fitted sampler makes for this batch alone, of the largest class too. A batch depends on
    its epoch, its step and the seed alone, so equal seeds give equal batches, in one process or
    in many, and a training can go on from any epoch. No resampled table is held in memory.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times), DataFrame, \
            sparse matrix or mne.Epochs, default=None
        Real training windows, in any numeric dtype and the unit that the sampler was fitted to.
        None draws from the generators of the sampler alone, as in a process that has a saved
        sampler and no real windows.
    y : array-like of shape (n_samples,), default=None
        Their labels; None takes the event codes of epochs.
    sampler : sampler or list of (sampler, float), default=None
        What makes the synthetic windows: a fitted sampler of `eegaug.over_sampling`, or several
        with weights. Fit it by ``sampler.fit_generators(X, y, groups=groups)``. None fits
        `eegaug.JitterOversampler` here, which costs next to nothing.
    batch_size : int, default=64
        Number of windows in a batch.
    steps_per_epoch : int, default=None
        Number of batches in an epoch. None takes as many as hold the number of real windows once.
    groups : array-like of shape (n_samples,), default=None
        Recording of each window. Recordings of a class are drawn alike often, however many
        windows they have. None draws windows alike often.
    sfreq : float, default=None
        Sampling frequency of `X` in Hz, which is held against that of the sampler, where that
        has one. None takes that of epochs, and otherwise checks nothing.
    class_shares : {"balanced", "proportional"} or dict, default="balanced"
        Share of each class in every batch: all the same, as in `y`, or by label. A share that is
        no whole number of windows is rounded up and down in turn, at random.
    synthetic_share : float, default=0.75
        Share of the windows of each class that the sampler makes; the others are real windows as
        they are. The default is that of a table that ``growth="auto"`` has grown four times.
        It is the same in all classes, so that it is no sign of any.
    n_ahead : int, default=8
        Number of batches that are made ahead, in a thread in the background; 0 makes each when it
        is asked for.
    random_state : int, RandomState instance or None, default=None
        Seed. An int gives the same batches again; None does so within this stream alone.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        The labels in order. Keras and PyTorch get the place of a label here as its code.
    batch_size, steps_per_epoch : int
        As above.
    n_channels, n_times : int
        Size of a window.

    Raises
    ------
    NotFittedError
        If a sampler is not fitted.
    TypeError
        If `sampler` is none of `eegaug.over_sampling`.
    ValueError
        If windows, labels or a parameter are not what is stated above, or a sampler was fitted to
        other labels, another number of channels or samples, or another sampling frequency.

    See Also
    --------
    eegaug.GANOversampler.fit_generators : Train generators without a resampled table.
    eegaug.persistence.load_sampler : Bring a saved sampler to another process.

    Notes
    -----
    Windows of a generator are made for several batches at once, as a network makes a hundred
    nearly as fast as one. A stream holds up to 8 such blocks for each label, of 128 windows and
    8 MB at most each, beside the real windows and the batches that are made ahead.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.datasets import make_seizure_windows
    >>> from eegaug.streams import BalancedWindows
    >>> eeg = make_seizure_windows(100, 10, seizure_fraction=0.1, random_state=0)
    >>> np.bincount(eeg.target)
    array([900, 100])
    >>> stream = BalancedWindows(eeg.data, eeg.target, groups=eeg.groups, random_state=0)
    >>> X_batch, y_batch = stream.batch(epoch=0, step=0)
    >>> X_batch.shape, np.bincount(y_batch)
    ((64, 178), array([32, 32]))

    A loop of your own, with batches made ahead:

    >>> for X_batch, y_batch in stream.epoch(0):
    ...     pass  # a gradient step
    """

    def __init__(
        self,
        X: Any = None,
        y: Any = None,
        sampler: Any = None,
        *,
        batch_size: int = 64,
        steps_per_epoch: int | None = None,
        groups: Any = None,
        sfreq: float | None = None,
        class_shares: str | Mapping[Hashable, float] = "balanced",
        synthetic_share: float = 0.75,
        n_ahead: int = 8,
        random_state: int | RandomState | None = None,
    ) -> None:
        _check(
            batch_size=batch_size,
            steps_per_epoch=steps_per_epoch,
            sfreq=sfreq,
            class_shares=class_shares,
            synthetic_share=synthetic_share,
            n_ahead=n_ahead,
            random_state=random_state,
        )
        self.batch_size = int(batch_size)
        self.n_ahead = int(n_ahead)
        data = None
        if X is None:
            check_without_real(synthetic_share, steps_per_epoch)
        else:
            X, y, groups, sfreq = check_windows(X, y, groups, sfreq)
            data = X, y, groups
        samplers = fitted_samplers(sampler, data)
        model = samplers[0][0]
        self.classes = np.array(model.classes_) if data is None else np.unique(y)
        labels = self.classes.tolist()
        given = tuple(map(int, model.window_shape_ if data is None else X.shape[1:]))
        self._is_flat = len(given) == 1
        self.n_channels, self.n_times = (1, *given)[-2:]
        for each, _ in samplers:
            check_sampler(each, (self.n_channels, self.n_times), labels, sfreq, data is not None)
        self.steps_per_epoch = int(steps_per_epoch or np.ceil(len(y) / self.batch_size))
        shares = shares_of(class_shares, labels, y)
        self._maker = BatchMaker(
            build_sources(data, samplers, dict(zip(labels, shares, strict=True)), synthetic_share),
            self.batch_size,
            (self.n_channels, self.n_times),
            entropy_of(random_state),
        )

    def batch(self, epoch: int, step: int) -> tuple[NDArray[np.float32], NDArray]:
        """Make one batch.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0.
        step : int
            Number of the batch in the epoch, from 0.

        Returns
        -------
        X_batch : ndarray of shape (batch_size, n_times) or (batch_size, n_channels, n_times)
            Windows in the layout of `X`, in single precision.
        y_batch : ndarray of shape (batch_size,)
            Their labels.
        """
        _check(epoch=epoch, step=step)
        return self._as_given(epoch * self.steps_per_epoch + step)

    def epoch(self, epoch: int) -> Iterator[tuple[NDArray[np.float32], NDArray]]:
        """Iterate over one epoch, with batches made ahead.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0.

        Returns
        -------
        batches : iterator of (X_batch, y_batch)
            As by `batch`. Its thread ends with the loop, however that ends, or by
            ``batches.close()``.
        """
        _check(epoch=epoch)
        return self._ahead(epoch * self.steps_per_epoch, (epoch + 1) * self.steps_per_epoch)

    def __iter__(self) -> Iterator[tuple[NDArray[np.float32], NDArray]]:
        """Iterate from epoch 0 on, without end."""
        return self._ahead(0, 2**62)

    def to_keras(self, *, epoch: int = 0) -> "KerasWindows":
        """Return the stream for Keras, as a `PyDataset` without end.

        Parameters
        ----------
        epoch : int, default=0
            The epoch to begin with, as `initial_epoch` of ``model.fit``.

        Returns
        -------
        dataset : keras.utils.PyDataset
            Of windows (batch_size, n_times, n_channels) and codes (batch_size,), which Keras makes
            ahead in the background. Fit by ``model.fit(dataset, shuffle=False,
            steps_per_epoch=stream.steps_per_epoch, epochs=...)``: the stream has no end, so Keras
            must be given the number of steps.

        Notes
        -----
        Its attribute `workers` is that of Keras. More than one share out the batches safely, but
        after Ctrl-C Keras leaves their threads waiting. `use_multiprocessing` is refused, for
        Keras forks its processes.
        """
        _check(epoch=epoch)
        from eegaug.streams._keras import KerasWindows

        return KerasWindows(self._maker, epoch * self.steps_per_epoch)

    def to_tf_dataset(self, *, epoch: int = 0) -> Any:
        """Return the stream as a `tf.data.Dataset`, each iteration of which is the next epoch.

        Parameters
        ----------
        epoch : int, default=0
            The epoch to begin with.

        Returns
        -------
        dataset : tf.data.Dataset
            Of windows (batch_size, n_times, n_channels) and codes (batch_size,), `n_ahead` of
            them made ahead. ``model.fit(dataset, epochs=...)`` needs no number of steps.
        """
        _check(epoch=epoch)
        from eegaug.streams._keras import tf_dataset

        return tf_dataset(self._maker, self.steps_per_epoch, epoch, self.n_ahead)

    def to_torch(self, *, epoch: int = 0) -> "TorchWindows":
        """Return the stream for PyTorch, as an `IterableDataset` of whole batches.

        Parameters
        ----------
        epoch : int, default=0
            The epoch to begin with. Each iteration is the next one, whether or not the loader
            keeps its workers; ``dataset.set_epoch(epoch)`` goes to any other.

        Returns
        -------
        dataset : torch.utils.data.IterableDataset
            Of tensors (batch_size, n_channels, n_times) and codes (batch_size,). Load it by
            ``DataLoader(dataset, batch_size=None, num_workers=...)``. Workers share out the steps,
            and the batches are those of one process, in the same order. A stream with a GAN
            needs ``multiprocessing_context="spawn"``, as TensorFlow does not survive a fork.

        Raises
        ------
        ImportError
            If PyTorch is missing.
        """
        _check(epoch=epoch)
        try:
            from eegaug.streams._torch import TorchWindows
        except ModuleNotFoundError as error:
            if error.name != "torch":
                raise
            raise ImportError(
                "BalancedWindows.to_torch needs PyTorch. Install it by "
                "pip install 'eegaug[torch]'."
            ) from error
        return TorchWindows(self._maker, self.steps_per_epoch, epoch, self.n_ahead)

    def _ahead(self, start: int, stop: int) -> Iterator[tuple[NDArray[np.float32], NDArray]]:
        batches = map(self._as_given, range(start, stop))
        return Ahead(batches, self.n_ahead) if self.n_ahead else batches

    def _as_given(self, number: int) -> tuple[NDArray[np.float32], NDArray]:
        windows, codes = self._maker.make(number)
        return windows[:, 0] if self._is_flat else windows, self.classes[codes]


def _check(**values: Any) -> None:
    """Validate the parameters as scikit-learn does."""
    constraints = {name: _CONSTRAINTS[name] for name in values}
    validate_parameter_constraints(constraints, values, caller_name="BalancedWindows")
