"""Conversion of a fitted generator to plain values and arrays, and back.

The critic is left out. Sampling does not need it, it doubles the file, and of all parts of a GAN
it reveals the most about the training data (J. Hayes et al., "LOGAN: membership inference attacks
against generative models", PoPETs 2019).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug._forking import refuse_if_forked
from eegaug.gan.backend import keras
from eegaug.gan.generator import GANGenerator
from eegaug.gan.post_filter import PostFilter, filter_shapes
from eegaug.gan.training import build_generator_for
from eegaug.windows import WindowScaler

__all__ = ["arrays_of", "facts_of", "generator_from"]

_FILTER = ("gains", "mixings")
_SCALER = ("offset", "scale", "reach")
_KINDS = ("weights", *_FILTER, *_SCALER, "history", "real_vs_real")
_DTYPES = ("<f4", "<f8", ">f4", ">f8")
_SIZES = {"n_channels": 1, "n_times": 2, "ndim": 2}


def facts_of(generator: GANGenerator) -> dict[str, Any]:
    """Return the plain values; an objective without a name is None."""
    parameters = generator.get_params(deep=False)
    if not isinstance(parameters["objective"], str):
        parameters["objective"] = None
    classes = generator.classes_
    return {
        # The seed is that of the label; a RandomState could not be written. What the critic saw
        # done to channels is of no use without a critic.
        "parameters": parameters | {"random_state": None, "channels": None},
        "classes": None if classes is None else classes.tolist(),
        **{name: getattr(generator, f"{name}_") for name in _SIZES},
        "sampling_seed": generator._sampling_seed,
        "best_step": int(generator.best_step_ or 0),
        "dtype": generator.dtype_.str,
        "real_vs_real": list(generator.real_vs_real_),
        "history": list(_number_columns(generator.history_)),
    }


def arrays_of(generator: GANGenerator) -> dict[str, NDArray]:
    """Return the arrays, by kind and number."""
    several: dict[str, list[NDArray]] = {
        "weights": generator.weights_ or [],
        **{kind: [getattr(each, kind) for each in generator.filters_ or []] for kind in _FILTER},
        **{kind: [getattr(each, kind) for each in generator.scalers_] for kind in _SCALER},
        "history": list(_number_columns(generator.history_).values()),
        "real_vs_real": [np.array(list(generator.real_vs_real_.values()), np.float64)],
    }
    return {f"{kind}/{i}": a for kind, each in several.items() for i, a in enumerate(each)}


def generator_from(facts: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> GANGenerator:
    """Rebuild a generator from its facts and arrays; its `sample` makes the same windows.

    Facts and arrays that do not agree raise an error of any kind, and no network is built that
    is larger than its weights.
    """
    refuse_if_forked()
    parameters = dict(facts["parameters"])
    default = GANGenerator().get_params()["objective"]
    generator = GANGenerator(**parameters | {"objective": parameters["objective"] or default})
    generator._validate_params()
    for name, least in _SIZES.items():
        _check_count(name, facts[name], least)
        setattr(generator, f"{name}_", facts[name])
    if facts["ndim"] > 3:
        raise ValueError(f"windows of {facts['ndim']} dimensions")
    if facts["dtype"] not in _DTYPES:
        raise ValueError(f"the dtype {facts['dtype']!r:.80}")
    generator.dtype_ = np.dtype(facts["dtype"])
    classes = facts["classes"]
    generator.classes_ = None if classes is None else np.array(classes)
    _check_count("the seed", facts["sampling_seed"], 0)
    generator._sampling_seed = facts["sampling_seed"]
    generator._rng = RandomState(generator._sampling_seed)
    n_times, n_channels, n_labels = generator._sizes()

    of_kind: dict[str, list[NDArray]] = {kind: [] for kind in _KINDS}
    for name, array in arrays.items():
        kind, _, number = name.partition("/")
        if number != str(len(of_kind[kind])):
            raise ValueError(f"the array {name} is out of order")
        of_kind[kind].append(array)
    for kind in _SCALER:
        _check_arrays(kind, of_kind[kind], n_labels, (n_channels, 1))
    n_filters = n_labels if generator._has_filter() else 0
    for kind, shape in filter_shapes(n_channels, n_times).items():
        _check_arrays(kind, of_kind[kind], n_filters, shape)
    if any(array.dtype != np.float32 for array in of_kind["weights"]):
        raise ValueError("weights must be float32")
    for kind in ("weights", "gains", *_SCALER):
        if not all(np.isfinite(array).all() for array in of_kind[kind]):
            raise ValueError(f"{kind} must be finite")
    generator.scalers_ = [
        WindowScaler(*each) for each in zip(*(of_kind[kind] for kind in _SCALER), strict=True)
    ]
    filters = zip(*(of_kind[kind] for kind in _FILTER), strict=True)
    generator.filters_ = [PostFilter(*each) for each in filters] or None
    generator.weights_ = of_kind["weights"]
    generator.critic_weights_ = None
    generator.best_step_ = facts["best_step"]
    references = of_kind["real_vs_real"][0].tolist()
    generator.real_vs_real_ = dict(zip(facts["real_vs_real"], references, strict=True))
    generator.history_ = pd.DataFrame(dict(zip(facts["history"], of_kind["history"], strict=True)))
    # Used by the model card.
    kept = generator.history_[generator.history_["step"] == generator.best_step_]
    if kept.empty or not set(generator.real_vs_real_) <= set(kept):
        raise ValueError("the history lacks the step that was kept")
    network = build_generator_for(
        generator._settings(),
        *generator._sizes(),
        seed=0,
        initializer=_only_shapes_of(generator.weights_),
    )
    network.set_weights(generator.weights_)
    return generator


def _number_columns(history: pd.DataFrame) -> dict[str, NDArray]:
    """Return the numeric columns; callbacks of users may have added others."""
    columns = {str(name): column.to_numpy() for name, column in history.items()}
    return {name: column for name, column in columns.items() if column.dtype.kind in "biuf"}


def _only_shapes_of(weights: Sequence[NDArray]) -> Callable[..., Any]:
    """Return an initializer that makes kernels of these shapes and of no other."""
    left = Counter(array.shape for array in weights)

    def initialize(shape: Sequence[int], dtype: Any = None) -> Any:
        shape = tuple(shape)
        if not left[shape]:
            raise ValueError(f"the network has a kernel of shape {shape}, the weights have none")
        left[shape] -= 1
        return keras.ops.zeros(shape, dtype)

    return initialize


def _check_count(name: str, value: Any, least: int) -> None:
    if type(value) is not int or value < least:
        raise ValueError(f"{name} must be an int of at least {least}. Got {value!r:.80} instead.")


def _check_arrays(kind: str, arrays: Sequence[NDArray], n: int, shape: tuple[int, ...]) -> None:
    if len(arrays) != n or any(a.shape != shape or a.dtype != np.float64 for a in arrays):
        raise ValueError(f"{kind} must be {n} arrays of float64 and shape {shape}.")
