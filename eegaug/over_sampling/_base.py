"""The base class of the samplers, with the interface of imbalanced-learn."""

import math
from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from imblearn.over_sampling.base import BaseOverSampler
from imblearn.utils import check_sampling_strategy, check_target_type
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils import Tags, check_random_state, gen_batches
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from eegaug._epochs import append_windows, is_epochs, read_epochs, template_of
from eegaug._notebooks import DocLinkMixin
from eegaug._window_checks import as_numbers, question_axes, question_sfreq
from eegaug.over_sampling._channels import (
    augmenter_for,
    check_kinds,
    flat_channels,
    question_channels,
)
from eegaug.over_sampling._checks import (
    agreed_sfreq,
    check_columns,
    check_groups,
    check_labels,
    check_lengths,
    check_strategy,
    check_values,
    column_dtypes,
    whole_number,
)
from eegaug.over_sampling._class_data import ClassData, collect_classes
from eegaug.over_sampling._new_windows import (
    cast_windows,
    check_made,
    growth_of,
    join_windows,
    n_made,
)
from eegaug.transforms import ChannelAugmenter
from eegaug.windows import WindowScaler

__all__ = ["BaseWindowOverSampler"]

#: Values of new windows that are made at a time: 16 MiB in float32, of which there are copies.
BLOCK_VALUES = 2**22


class BaseWindowOverSampler(DocLinkMixin, BaseOverSampler):
    """Base class of the samplers that make EEG windows.

    A subclass lists its parameters in `_parameter_constraints` and says in `_make_windows`
    how the windows of one class are made. This class does the rest: validation, layouts,
    dtypes, containers, counts, seeds, and the order of the result.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As in imbalanced-learn.
    random_state : int, RandomState instance or None, default=None
        Seed.
    growth : float or "auto", default=1.0
        Factor by which all classes grow beyond their numbers after resampling, the largest too.
    channels : ChannelAugmenter, default=None
        What exchanges left and right in the new windows, turns the electrodes, or drops channels:
        `eegaug.transforms.ChannelAugmenter`. It needs names of the channels, which epochs of MNE
        have. None leaves channels alone.

    See Also
    --------
    eegaug.JitterOversampler : A sampler made from it.
    eegaug.GANOversampler : Another, which trains models.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.over_sampling import BaseWindowOverSampler
    >>> class ReversingOversampler(BaseWindowOverSampler):
    ...     def _make_windows(self, windows, n, label, rng):
    ...         return windows[rng.randint(len(windows), size=n), :, ::-1]
    >>> X, y = np.arange(18.0).reshape(6, 3), [0, 0, 0, 0, 1, 1]
    >>> X_res, y_res = ReversingOversampler(random_state=0).fit_resample(X, y)
    >>> X_res[6:]
    array([[17., 16., 15.],
           [17., 16., 15.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "growth": [Interval(Real, 1, None, closed="left"), StrOptions({"auto"})],
        "channels": [ChannelAugmenter, None],
    }

    sampling_strategy_: dict[Hashable, Any]

    def __init__(
        self,
        *,
        sampling_strategy: float | str | Mapping | Callable = "auto",
        random_state: int | RandomState | None = None,
        growth: float | str = 1.0,
        channels: ChannelAugmenter | None = None,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.growth = growth
        self.channels = channels

    @abstractmethod
    def _make_windows(
        self, windows: NDArray[np.floating], n: int, label: Hashable, rng: RandomState
    ) -> NDArray[np.floating]:
        """Make new windows of one class.

        Parameters
        ----------
        windows : ndarray of shape (n_windows, n_channels, n_times)
            All real windows of the class.
        n : int
            Number of windows to make, at least 1. Of large windows some are asked for at a time.
        label : hashable
            Label of the class, as a Python object rather than a NumPy scalar.
        rng : RandomState
            The class's own source of randomness.

        Returns
        -------
        new : ndarray of shape (n, n_channels, n_times)
            Finite windows in the data's unit. Those that go 10 times as far from the class's
            median as all its real ones are shrunk about it afterwards.
        """

    def _fit_models(
        self, classes: Mapping[Hashable, ClassData], wanted: Mapping[Hashable, int], seed: int
    ) -> None:
        """Prepare the models of `_make_windows`; `sfreq_` and `ch_names_` are set before."""

    def fit(self, X: Any, y: Any = None, **params: Any) -> "BaseWindowOverSampler":
        """Check the windows and the wanted numbers, as samplers of imbalanced-learn do.

        Nothing is learned here: `fit_resample` and `fit_generators` do that.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, n_times), array-like \
                of shape (n_samples, n_channels, n_times) or mne.Epochs
            As in `fit_resample`.
        y : array-like of shape (n_samples,), default=None
            Their labels; None takes the event codes of epochs, and is an error otherwise.
        **params : dict
            Routed metadata, of no effect.

        Returns
        -------
        self : BaseWindowOverSampler
            With `sampling_strategy_`, the number of windows that would be made of each class,
            before growth.

        Raises
        ------
        ValueError
            If `X` or `y` is not what is stated above, or the wanted numbers cannot be met.
        """
        if is_epochs(X):
            _, X, y = read_epochs(X, y)
        return super().fit(X, y, **params)

    # scikit-learn reads the routed metadata from this signature.
    def fit_resample(self, X: Any, y: Any = None, groups: Any = None) -> tuple[Any, Any]:
        """Resample the windows.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, n_times), array-like \
                of shape (n_samples, n_channels, n_times) or mne.Epochs
            Real windows, finite, in any numeric dtype and any unit. Epochs of MNE come back as
            `eegaug.interop.resample_epochs` says.
        y : array-like of shape (n_samples,), default=None
            Their labels; None takes the event codes of epochs, and is an error otherwise.
        groups : array-like of shape (n_samples,), default=None
            Recording of each window.

        Returns
        -------
        X_resampled : {array-like, DataFrame, sparse matrix} of shape (n_samples_new, ...) or \
                mne.EpochsArray
            The real windows, untouched, and after them the new ones by order of label. The
            container, the layout and the dtypes are those of `X`. A frame's index is numbered
            anew, as by all samplers of imbalanced-learn: rows from ``len(X)`` on are synthetic.
        y_resampled : array-like of shape (n_samples_new,)
            Their labels, in the container and the dtype of `y`.

        Raises
        ------
        ValueError
            If `X`, `y`, `groups` or a parameter is not what is stated above, or the wanted numbers
            cannot be met.
        RuntimeError
            If a generator is to be trained in a process that was forked after TensorFlow had
            run: it would hang there. Spawned workers, and those of joblib, do not.
        """
        epochs, X, y, params = self._read(X, y, groups)
        X_all, y_all = super().fit_resample(X, y, **params)
        self._template = None
        if epochs is not None:
            self._template = template_of(epochs, y)
            X_all = append_windows(epochs, y, X_all, y_all)
        return X_all, y_all

    def fit_generators(
        self,
        X: Any,
        y: Any = None,
        groups: Any = None,
        *,
        labels: Sequence[Hashable] | None = None,
    ) -> "BaseWindowOverSampler":
        """Fit all models as `fit_resample` does, without making windows.

        Parameters
        ----------
        X : {array-like, DataFrame, sparse matrix} of shape (n_samples, n_times), array-like \
                of shape (n_samples, n_channels, n_times) or mne.Epochs
            Real windows, as in `fit_resample`.
        y : array-like of shape (n_samples,), default=None
            Their labels; None takes the event codes of epochs, and is an error otherwise.
        groups : array-like of shape (n_samples,), default=None
            Recording of each window.
        labels : sequence of hashable, default=None
            Labels for which a model is trained, by samplers that train one for each label; None
            takes those of which `fit_resample` would make windows by `sampling_strategy`. A
            stream without real windows needs one for every label.

        Returns
        -------
        self : BaseWindowOverSampler
            The fitted sampler, which `eegaug.streams.BalancedWindows` draws from.
            `sampling_strategy_` says how many windows `fit_resample` would have made.

        Raises
        ------
        ValueError
            As by `fit_resample`, or if `labels` has one that is not in `y`.
        RuntimeError
            As by `fit_resample`.
        """
        epochs, X, y, params = self._read(X, y, groups)
        self._validate_params()
        check_classification_targets(y)
        self._template = None if epochs is None else template_of(epochs, y)
        X, y, _ = self._check_X_y(X, y)
        self.sampling_strategy_ = check_sampling_strategy(
            self.sampling_strategy, y, self._sampling_type
        )
        self._learn(X, y, labels=labels, **params)
        return self

    def _read(self, X: Any, y: Any, groups: Any) -> tuple[Any, Any, Any, dict[str, Any]]:
        """Return epochs or None, windows, labels, and further facts on the windows."""
        params = {} if groups is None else {"groups": groups}
        epochs = None
        if is_epochs(X):
            epochs, X, y = read_epochs(X, y)
            names = [name for name in epochs.ch_names if name not in epochs.info["bads"]]
            params |= {"sfreq": epochs.info["sfreq"], "ch_names": names}
            kinds = dict(zip(epochs.ch_names, epochs.get_channel_types(), strict=True))
            check_kinds(self.channels, {name: kinds[name] for name in names})
        check_columns(X)
        check_labels(y)
        if epochs is None:
            question_axes(getattr(X, "shape", ()), stacklevel=4)
        check_strategy(self.sampling_strategy)
        return epochs, X, y, params

    def _check_X_y(
        self, X: Any, y: Any, accept_sparse: Sequence[str] = ("csr", "csc")
    ) -> tuple[Any, NDArray, bool]:
        y, binarize_y = check_target_type(y, indicate_one_vs_all=True)
        # A frame of several dtypes becomes an array of one, so they are stored.
        self._column_dtypes = column_dtypes(X) if isinstance(X, pd.DataFrame) else []
        X = as_numbers(X)
        check_lengths(X=X, y=y)
        X, y = validate_data(
            self,
            X=X,
            y=y,
            reset=True,
            accept_sparse=accept_sparse,
            allow_nd=True,
            ensure_all_finite=False,
        )
        check_values(X)
        return X, y, binarize_y

    def _fit_resample(self, X: Any, y: NDArray, **params: Any) -> tuple[Any, NDArray]:
        classes, seed_of = self._learn(X, y, **params)
        y_parts = [np.repeat(y[y == label][:1], n) for label, n in self.sampling_strategy_.items()]
        y_all = np.concatenate([y, *y_parts], dtype=y.dtype)
        new = self._in_blocks({k: classes[k] for k in self.sampling_strategy_}, seed_of, X)
        del classes  # memory that the result needs
        return join_windows(X, new, len(y_all)), y_all

    def _in_blocks(
        self, classes: dict[Hashable, ClassData], seed_of: Mapping[Hashable, int], X: Any
    ) -> Iterator[Any]:
        """Yield the new windows by order of label, as many at a time as are no burden."""
        step = max(1, BLOCK_VALUES // math.prod(X.shape[1:]))
        for label, n in self.sampling_strategy_.items():
            windows = classes.pop(label).windows
            scaler, rng = WindowScaler.from_windows(windows), RandomState(seed_of[label])
            for part in gen_batches(n, step):
                n_part = part.stop - part.start
                new = self._new_windows(windows, scaler, n_part, label, rng)
                yield cast_windows(new, X, self._column_dtypes)

    def _learn(
        self,
        X: Any,
        y: NDArray,
        groups: Any = None,
        sfreq: float | None = None,
        ch_names: Sequence[str] | None = None,
        labels: Sequence[Hashable] | None = None,
    ) -> tuple[dict[Hashable, ClassData], dict[Hashable, int]]:
        """Fit the models; return the classes and the seed of each."""
        if groups is not None:
            groups = check_groups(groups, len(y))
        self.ch_names_ = None if ch_names is None else list(ch_names)
        self.sfreq_ = agreed_sfreq(sfreq, getattr(self, "sfreq", None))
        question_sfreq(self.sfreq_, X.shape[-1])
        # Labels as Python objects, not NumPy scalars, in keys and messages.
        self.sampling_strategy_ = {
            label.item() if isinstance(label, np.generic) else label: n
            for label, n in self.sampling_strategy_.items()
        }
        classes = collect_classes(X, y, groups)
        flat = flat_channels(classes)
        n_channels = (1, *X.shape[1:])[-2]
        self._channels = augmenter_for(self.channels, self.ch_names_, n_channels, flat)
        if self._channels is not None:
            self.ch_names_ = list(self._channels.ch_names or ())
        question_channels(classes, flat, self.ch_names_)
        # Every class of y has a seed, so that a class's windows do not depend on what is
        # asked of the others.
        seeds = check_random_state(self.random_state).randint(
            np.iinfo(np.int32).max, size=len(classes) + 1
        )
        seed_of = dict(zip(classes, seeds[1:], strict=True))
        wanted = {
            label: whole_number(n, label) for label, n in self.sampling_strategy_.items() if n != 0
        }
        unknown = [label for label in labels or () if label not in classes]
        if unknown:
            raise ValueError(
                f"The 'labels' parameter must hold labels of y, {list(classes)}. Got {unknown} "
                "too."
            )
        modelled = wanted
        if labels is not None:
            modelled = {label: wanted.get(label, 0) for label in classes if label in labels}
        self._fit_models(classes, modelled, seeds[0])
        self.classes_ = list(classes)
        self.window_shape_ = X.shape[1:]
        totals = {label: len(data.rows) + wanted.get(label, 0) for label, data in classes.items()}
        n_values = math.prod(X.shape[1:])
        self.growth_ = growth_of(self.growth, self.sampling_strategy, totals, n_values)
        self.sampling_strategy_ = n_made(self.growth_, totals, classes)
        return classes, seed_of

    def _new_windows(
        self,
        windows: NDArray | None,
        scaler: WindowScaler | None,
        n: int,
        label: Hashable,
        rng: RandomState,
    ) -> NDArray[np.floating]:
        """Make windows of one class, bounded by the range of the real ones."""
        # Only samplers with a generator can do without real windows.
        new = self._make_windows(windows, n, label, rng)  # type: ignore[arg-type]
        shape = (n, *(1, *self.window_shape_)[-2:])
        check_made(type(self).__name__, new, shape, label)
        if self._channels is not None:
            new = self._channels.augment(new, rng)
        return new if scaler is None else scaler.bound(new)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags
