"""The samplers and class weights that a selection compares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE

from eegaug.evaluation._prior import weight_names
from eegaug.over_sampling import GANOversampler, JitterOversampler

__all__ = ["CANDIDATES", "NONE", "Candidate", "resolve"]

#: Name of the candidate that all others are compared with.
NONE = "none"
#: Name of the candidate that trains a generator for each fold.
GAN = "GAN"
#: Value of `samplers` that weights the classes in place of a sampler.
BALANCED = "balanced"
#: Windows that SMOTE needs: five neighbours and the window itself.
SMOTE_WINDOWS = 6


@dataclass(frozen=True)
class Candidate:
    """A sampler, None, or "balanced" for class weights, with its name."""

    make: Callable[[], Any]
    description: str


#: All candidates that have a name; `samplers="auto"` compares those without a generator.
CANDIDATES = {
    NONE: Candidate(lambda: None, "the windows as they are"),
    "class weights": Candidate(lambda: BALANCED, 'class_weight="balanced" in the classifier'),
    "SMOTE": Candidate(SMOTE, "SMOTE of imbalanced-learn, for flat windows"),
    "jitter, mild": Candidate(
        lambda: JitterOversampler(scale=0.0, filter=0.0, stretch=0.0, mix=False, growth=1.0),
        "shifted and flipped copies of the rarer classes",
    ),
    "jitter": Candidate(
        lambda: JitterOversampler(growth=1.0),
        "copies of the rarer classes, changed as recordings differ",
    ),
    "jitter, grown": Candidate(
        JitterOversampler, "all classes grown by copies, changed as recordings differ"
    ),
    GAN: Candidate(GANOversampler, "GANOversampler as it comes"),
}


def resolve(
    samplers: str | Sequence[str] | Mapping[str, Any], classifier: Any, X: Any, fewest: int
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the candidates by name, "none" first, and why some of "auto" are left out."""
    if isinstance(samplers, Mapping):
        chosen = {NONE: None, **samplers}
        left_out: dict[str, str] = {}
        if chosen[NONE] is not None:
            raise ValueError(
                f"The 'samplers' parameter must have None under the name {NONE!r}, if it has "
                f"that name at all. Got {chosen[NONE]!r} instead."
            )
    else:
        automatic = [name for name in CANDIDATES if name != GAN]
        names = automatic if isinstance(samplers, str) else [NONE, *samplers]
        if (isinstance(samplers, str) and samplers != "auto") or not set(names) <= set(CANDIDATES):
            raise ValueError(
                f"The 'samplers' parameter must be 'auto', a mapping of name to sampler, or a "
                f"list of names out of {list(CANDIDATES)}. Got {samplers!r} instead."
            )
        left_out = _left_out(classifier, X, fewest) if samplers == "auto" else {}
        chosen = {name: CANDIDATES[name].make() for name in names if name not in left_out}
    for name, sampler in chosen.items():
        if sampler is None or hasattr(sampler, "fit_resample"):
            continue
        if sampler != BALANCED:
            raise ValueError(
                f"The 'samplers' parameter must hold samplers with 'fit_resample', None or "
                f"{BALANCED!r}. Got {sampler!r} under the name {name!r} instead."
            )
        if not weight_names(classifier):
            raise ValueError(
                f"The candidate {name!r} needs a classifier with a parameter 'class_weight'. Got "
                f"{classifier!r} instead: leave that candidate out."
            )
    return chosen, left_out


def _left_out(classifier: Any, X: Any, fewest: int) -> dict[str, str]:
    """Return which candidates of "auto" cannot be compared, and why."""
    found = {}
    names = weight_names(classifier)
    if not names:
        found["class weights"] = "the classifier has no parameter 'class_weight'"
    elif any(classifier.get_params()[name] is not None for name in names):
        found["class weights"] = "the classifier has class weights already"
    if len(np.shape(X)) != 2:
        found["SMOTE"] = "it takes flat windows alone"
    elif fewest < SMOTE_WINDOWS:
        found["SMOTE"] = (
            f"it needs {SMOTE_WINDOWS} windows of each class in every training fold, and one has "
            f"{fewest}"
        )
    return found
