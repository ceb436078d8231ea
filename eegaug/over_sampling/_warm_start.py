"""Generators of a fitted sampler, from which the trainings of another start."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import joblib

if TYPE_CHECKING:
    from eegaug.gan import GANGenerator

__all__ = ["hash_of_start", "starts_of"]


def starts_of(
    init: Any, labels: Sequence[Hashable], conditioning: str
) -> dict[Hashable, "GANGenerator"]:
    """Return what the training of each label starts from, where a fitted sampler has it.

    Parameters
    ----------
    init : GANOversampler, FrozenEstimator around one, or None
        The fitted sampler.
    labels : sequence of hashable
        Labels that are trained.
    conditioning : {"per-class", "shared"}
        How they are trained.

    Returns
    -------
    starts : dict
        Label to generator, for those of the labels that `init` has a generator for.

    Raises
    ------
    ValueError
        If `init` is not fitted, or labels share one generator, here or there.
    """
    if init is None:
        return {}
    generators: Mapping[Hashable, Any] | None = getattr(init, "generators_", None)
    if generators is None:
        raise ValueError(
            "The 'init' parameter of GANOversampler must be a GANOversampler on which "
            f"fit_resample was called. Got {init!r:.80} instead, which was not fitted, or was "
            "cloned, by a pipeline or a search for one, and so lost its generators: give "
            "sklearn.frozen.FrozenEstimator(sampler), which a clone keeps."
        )
    starts = {label: generators[label] for label in labels if label in generators}
    if any(hasattr(start, "generator") for start in starts.values()):
        raise ValueError(
            "The 'init' parameter of GANOversampler must be a sampler with a generator for each "
            "label. Got one with conditioning='shared' instead."
        )
    if starts and conditioning == "shared":
        raise ValueError(
            "The 'init' parameter of GANOversampler must be None with conditioning='shared'. "
            f"Got {init!r:.80} instead."
        )
    return starts


def hash_of_start(init: "GANGenerator | None") -> list[str] | None:
    """Return what tells a starting point from others.

    Parameters
    ----------
    init : GANGenerator or None
        A fitted generator.

    Returns
    -------
    hashes : list of str, or None
        One an array. Two generators of equal weights are one to a training, but not to a hash of
        objects.
    """
    if init is None:
        return None
    return [joblib.hash(each) for each in (*(init.weights_ or ()), *(init.critic_weights_ or ()))]
