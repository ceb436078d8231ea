"""What a fitted generator is made of, as plain facts and arrays, and the way back.

The critic stays behind: nothing is sampled from it, it doubles the file, and of all that a GAN is
made of it tells the most about who was in the training data (J. Hayes et al., "LOGAN: membership
inference attacks against generative models", PoPETs 2019).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug._forking import refuse_if_forked
from eegaug.gan.config import GANConfig
from eegaug.gan.fitting import number_columns
from eegaug.gan.generator import GANGenerator
from eegaug.gan.post_filter import PostFilter, filter_shapes
from eegaug.gan.sampling import build_generator_for
from eegaug.windows import WindowScaler

__all__ = ["arrays_of", "facts_of", "generator_from"]

_FILTER = ("gains", "mixings")
_SCALER = ("offset", "scale", "reach")
_KINDS = ("weights", *_FILTER, *_SCALER, "history", "floors")
_DTYPES = ("<f4", "<f8", ">f4", ">f8")
_SIZES = ("n_labels", "n_channels", "n_times")


def facts_of(generator: GANGenerator) -> dict[str, Any]:
    """Return what is no array.

    Parameters
    ----------
    generator : GANGenerator
        A fitted generator.

    Returns
    -------
    facts : dict
        Strings, numbers, tuples, lists and dicts alone. An objective that has no name is None.
    """
    config = dict(vars(generator.config))
    if not isinstance(config["objective"], str):
        config["objective"] = None
    return {
        "config": config,
        **{name: getattr(generator, f"{name}_") for name in _SIZES},
        "best_step": int(generator.best_step_ or 0),
        "dtype": generator.dtype_.str,
        "floors": list(generator.floors_),
        "history": list(number_columns(generator.history_)),
    }


def arrays_of(generator: GANGenerator) -> dict[str, NDArray]:
    """Return what is an array.

    Parameters
    ----------
    generator : GANGenerator
        A fitted generator.

    Returns
    -------
    arrays : dict of str to ndarray
        By kind and number.
    """
    several: dict[str, list[NDArray]] = {
        "weights": generator.weights_ or [],
        **{kind: [getattr(each, kind) for each in generator.filters_ or []] for kind in _FILTER},
        **{kind: [getattr(each, kind) for each in generator.scalers_] for kind in _SCALER},
        "history": list(number_columns(generator.history_).values()),
        "floors": [np.array(list(generator.floors_.values()), np.float64)],
    }
    return {f"{kind}/{i}": a for kind, each in several.items() for i, a in enumerate(each)}


def generator_from(facts: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> GANGenerator:
    """Rebuild a generator.

    Parameters
    ----------
    facts, arrays : mapping
        What `facts_of` and `arrays_of` gave.

    Returns
    -------
    generator : GANGenerator
        Its `sample` makes the same windows, bit for bit. `critic_weights_` is None.

    Raises
    ------
    ValueError, TypeError, KeyError
        If facts and arrays do not agree. No network is built that is larger than its weights.
    RuntimeError
        If this process was forked after TensorFlow had run.
    """
    refuse_if_forked()
    config = dict(facts["config"])
    config["objective"] = config["objective"] or GANConfig.objective
    generator = GANGenerator(GANConfig(**config))
    for name, least in zip(_SIZES, (1, 1, 2), strict=True):
        _check_count(name, facts[name], least)
        setattr(generator, f"{name}_", facts[name])
    if facts.get("dtype", "<f8") not in _DTYPES:  # older files say none
        raise ValueError(f"the dtype {facts['dtype']!r:.80}")
    generator.dtype_ = np.dtype(facts.get("dtype", "<f8"))
    n_labels, n_channels, n_times = (facts[name] for name in _SIZES)

    of_kind: dict[str, list[NDArray]] = {kind: [] for kind in _KINDS}
    for name, array in arrays.items():
        kind, _, number = name.partition("/")
        if number != str(len(of_kind[kind])):
            raise ValueError(f"the array {name} is out of order")
        of_kind[kind].append(array)
    for kind in _SCALER:
        _check_arrays(kind, of_kind[kind], n_labels, (n_channels, 1))
    n_filters = n_labels if config["post_filter"] == "closed-form" else 0
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
    generator.floors_ = dict(zip(facts["floors"], of_kind["floors"][0].tolist(), strict=True))
    generator.history_ = pd.DataFrame(dict(zip(facts["history"], of_kind["history"], strict=True)))
    # What the model card looks up.
    kept = generator.history_[generator.history_["step"] == generator.best_step_]
    if kept.empty or not set(generator.floors_) <= set(kept):
        raise ValueError("the history lacks the step that was kept")
    network = build_generator_for(
        generator.config,
        n_times,
        n_channels,
        n_labels,
        seed=0,
        initializer=_only_shapes_of(generator.weights_),
    )
    network.set_weights(generator.weights_)
    return generator


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
