"""Loading of a saved sampler, with checks of all values in the file."""

import os
import re
import warnings
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from eegaug._files import array_from_bytes, from_json, json_from_bytes, read_archive
from eegaug.metrics import MembershipInferenceResult
from eegaug.metrics._memory import Verdict
from eegaug.over_sampling._card import DataFacts
from eegaug.over_sampling._channels import augmenter_for
from eegaug.over_sampling._fallback import Fallback
from eegaug.over_sampling._gan import GANOversampler
from eegaug.over_sampling._saving import FITTED_BY_NAME, KIND, PLACE, VERSION
from eegaug.over_sampling._share import RealShare, ShareVerdict
from eegaug.transforms import AugmentationStrengths, ChannelAugmenter

__all__ = ["load_sampler"]

_STATE = "sampler.json"
_CARDS = {"model_card.txt", "model_card.json"}
_ARRAY = re.compile(r"generators/(\d+)/(\w+/\d+)\.npy")
_DTYPE = re.compile(r"[<>|][biuf]\d{1,2}")
VERDICTS = get_args(Verdict)
# Errors by invalid values, wherever they are first used.
_WRONG = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


def load_sampler(path: str | os.PathLike[str]) -> GANOversampler:
    """Read a sampler that `GANOversampler.save` has written.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    sampler : GANOversampler
        The fitted sampler. Its `sample` makes the same windows as before, bit for bit on the
        same machine with the same versions of the libraries, and `describe` says the same.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, cut short, altered, no saved sampler, or of another format version.
        The message names the file and what was found.

    Warns
    -----
    UserWarning
        If a parameter was left out when the sampler was saved, and so has its default.

    See Also
    --------
    eegaug.GANOversampler.save : Write the file.
    eegaug.GANOversampler.describe : The model card of what was loaded.

    Notes
    -----
    Nothing in the file is executed and nothing is unpacked to the disk. Checksums of all members
    are compared before any of them is used, and no network is built that is larger than the
    weights in the file. Checksums find damage, not forgery: a file from a stranger can hold any
    weights, and so make any windows.

    Examples
    --------
    See `GANOversampler.save`.
    """
    files = read_archive(path, kind=KIND, version=VERSION)
    try:
        sampler, left_out = _rebuild(files)
    except _WRONG as error:
        raise ValueError(
            f"{path} was altered: it is whole, but describes no {KIND} ({error}). Save it anew."
        ) from error
    if left_out:
        warnings.warn(
            f"{path} does not hold the value of {', '.join(left_out)}. The sampler makes the same "
            "windows as before, but has the default there, should it be fitted again.",
            UserWarning,
            stacklevel=2,
        )
    return sampler


def _rebuild(files: Mapping[str, bytes]) -> tuple[GANOversampler, list[str]]:
    """Return the sampler and the names of the parameters it lacks."""
    state = from_json(json_from_bytes(files[_STATE], _STATE))
    arrays: list[dict[str, NDArray]] = [{} for _ in state["generators"]]
    for name in files.keys() - _CARDS - {_STATE}:
        if not _ARRAY.fullmatch(name):
            raise ValueError(f"unknown member {name}")
    for name, content in files.items():
        if match := _ARRAY.fullmatch(name):
            arrays[int(match[1])][match[2]] = array_from_bytes(content, name)
    left_out = [str(name) for name in state["left_out"]]
    sampler = _checked_sampler({k: v for k, v in state["parameters"].items() if k != PLACE})
    generators = [_generator(*each) for each in zip(state["generators"], arrays, strict=True)]
    sampler._data = _data_facts(state["data"])
    sampler.classes_ = list(sampler._data.n_windows)
    sampler.window_shape_ = sampler._data.shape
    sampler.sfreq_ = state["data"]["sfreq"]
    sampler.ch_names_ = _names(state["data"]["ch_names"], sampler._data.shape)
    sampler._channels = augmenter_for(
        sampler.channels, sampler.ch_names_, (1, *sampler._data.shape)[-2], {}
    )
    _checked_sampler({"sfreq": sampler.sfreq_})
    sizes = {(each.n_channels_, each.n_times_) for each in generators}
    if sizes - {(1, *sampler._data.shape)[-2:]}:
        raise ValueError(f"windows of shape {sampler._data.shape} and generators of {sizes}")
    sampler.generators_ = {
        label: _of_label(generators[place], label, is_shared)
        for label, (place, is_shared) in state["of_label"].items()
    }
    sampler.history_ = {label: each.history_ for label, each in sampler.generators_.items()}
    sampler.fallback_ = {
        label: Fallback(str(method), str(reason))
        for label, (method, reason) in state["fallback"].items()
    }
    sampler.membership_inference_ = {
        label: _attack(each) for label, each in state["membership_inference"].items()
    }
    sampler.real_share_ = {label: _real_share(each) for label, each in state["real_share"].items()}
    sampler.sampling_strategy_ = _counts(state["sampling_strategy"])
    sampler.growth_ = float(state["growth"])
    sampler.strengths_ = {label: _strengths(each) for label, each in state["strengths"].items()}
    if set(sampler.strengths_) != set(sampler._data.n_windows):
        raise ValueError("windows are counted and strengths are known of different labels")
    if set(sampler.membership_inference_) != set(sampler.generators_):
        raise ValueError("generators and attacks are known of different labels")
    if set(sampler.real_share_) != set(sampler.generators_):
        raise ValueError("generators and shares are known of different labels")
    for name in FITTED_BY_NAME:
        if name in state["fitted"]:
            value = state["fitted"][name]
            is_names = name == "feature_names_in_"
            setattr(sampler, name, np.array(value, object) if is_names else int(value))
    return sampler, left_out


def _checked_sampler(parameters: Mapping[str, Any]) -> GANOversampler:
    from eegaug.gan import GANGenerator

    of_generator = parameters.get("generator")
    if of_generator is not None:
        parameters = {**parameters, "generator": GANGenerator(**of_generator)}
    if parameters.get("channels") is not None:
        parameters = {**parameters, "channels": ChannelAugmenter(**parameters["channels"])}
    sampler = GANOversampler(**parameters)
    sampler._validate_params()
    sampler._checked_generator()
    return sampler


def _generator(facts: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> Any:
    from eegaug.gan.state import generator_from

    return generator_from(facts, arrays)


def _of_label(generator: Any, label: Any, is_shared: Any) -> Any:
    from eegaug.gan import LabelGenerator

    if type(is_shared) is not bool or is_shared == (generator.classes_ is None):
        raise ValueError(f"the generator of label {label!r} is shared and is not")
    if not is_shared:
        return generator
    if label not in generator.classes_.tolist():
        raise ValueError(f"label {label!r} of a generator of {generator.classes_.tolist()}")
    return LabelGenerator(generator, label)


def _data_facts(facts: Mapping[str, Any]) -> DataFacts:
    if not _DTYPE.fullmatch(facts["dtype"]):
        raise ValueError(f"the dtype {facts['dtype']!r:.80}")
    shape = tuple(map(int, facts["shape"]))
    if len(shape) not in (1, 2) or min(shape) < 1:
        raise ValueError(f"the shape {shape}")
    n_windows, n_recordings = _counts(facts["n_windows"]), facts["n_recordings"]
    if n_recordings is not None and set(n_recordings) != set(n_windows):
        raise ValueError("windows and recordings are counted of different labels")
    return DataFacts(
        dtype=np.dtype(facts["dtype"]),
        shape=shape,
        n_windows=n_windows,
        n_recordings=None if n_recordings is None else _counts(n_recordings),
        versions={str(name): str(version) for name, version in facts["versions"].items()},
    )


def _strengths(facts: Mapping[str, Any]) -> AugmentationStrengths:
    if {type(facts["mix"]), *map(type, facts["reasons"])} != {bool, str}:
        raise ValueError(f"the strengths {facts!r:.80}")
    numbers = {name: float(facts[name]) for name in ("scale", "filter", "stretch")}
    spreads = {str(name): float(value) for name, value in facts["spreads"].items()}
    return AugmentationStrengths(
        **{**facts, **numbers, "spreads": spreads, "reasons": tuple(facts["reasons"])}
    )


def _names(names: Any, shape: tuple[int, ...]) -> list[str] | None:
    if names is None:  # not known
        return None
    if len(names) != (1, *shape)[-2] or not all(isinstance(name, str) for name in names):
        raise ValueError(f"the names of channels {names!r:.80}")
    return list(names)


def _attack(figures: Mapping[str, Any]) -> MembershipInferenceResult:
    names = {each.name for each in fields(MembershipInferenceResult)}
    counts = [figures[name] for name in ("n_members", "n_non_members")]
    known = figures["verdict"] in VERDICTS and figures["unit"] in ("recording", "window")
    if set(figures) != names or not known or any(type(n) is not int for n in counts):
        raise ValueError(f"the figures of an attack {figures!r:.80}")
    numbers = ("auc", "low", "high", "p_value", "detectable_auc")
    found = {name: _number(figures[name]) for name in numbers}
    return MembershipInferenceResult(**{**figures, **found})


def _real_share(facts: Mapping[str, Any]) -> RealShare:
    share, known = float(facts["share"]), get_args(ShareVerdict)
    if facts["verdict"] not in known or type(facts["reason"]) is not str or not 0 <= share <= 1:
        raise ValueError(f"the share of real windows {facts!r:.80}")
    auc, auc_real = _number(facts["auc"]), _number(facts["auc_real"])
    return RealShare(share, facts["verdict"], auc, auc_real, facts["reason"])


def _number(value: Any) -> float:
    """Return a number; JSON has no NaN, the value of tests that are not possible."""
    return np.nan if value is None else float(value)


def _counts(counts: Mapping[Any, Any]) -> dict[Any, int]:
    return {label: int(n) for label, n in counts.items()}
