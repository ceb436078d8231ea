"""Whether a generator gives away the recordings it was trained on, measured right after it."""

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.metrics import MembershipInferenceResult, membership_inference_attack
from eegaug.over_sampling._training import TrainingWindows

__all__ = ["attack_generator"]

# More windows of either kind take time and tell little.
MOST_WINDOWS = 2000
N_BOOTSTRAP = 200


def attack_generator(generator: Any, data: TrainingWindows) -> MembershipInferenceResult | None:
    """Try to tell training windows from those that were spared for the monitor.

    Parameters
    ----------
    generator : object
        With ``sample(n, random_state)``.
    data : TrainingWindows
        The windows of its label.

    Returns
    -------
    attack : MembershipInferenceResult or None
        None where no recordings were spared.
    """
    if data.groups is None or data.reference_groups is None:
        return None
    known, unseen = _thinned(len(data.windows)), _thinned(len(data.reference))
    return membership_inference_attack(
        data.windows[known],
        data.reference[unseen],
        generator.sample(len(known), random_state=RandomState(0)),
        groups_train=data.groups[known],
        groups_holdout=data.reference_groups[unseen],
        n_bootstrap=N_BOOTSTRAP,
    )


def _thinned(n: int) -> NDArray[np.intp]:
    """Return at most `MOST_WINDOWS` indices, evenly from all over the set."""
    return np.linspace(0, n - 1, min(n, MOST_WINDOWS)).round().astype(int)
