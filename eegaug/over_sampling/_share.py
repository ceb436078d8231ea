"""The share of real windows among the new ones, by a test of the generator's windows."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug._notebooks import HTMLTableMixin
from eegaug.over_sampling._class_data import MIN_RECORDINGS, ClassData
from eegaug.over_sampling._training import sample_from
from eegaug.transforms import dress_up
from eegaug.windows import evenly

__all__ = ["RealShare", "ShareVerdict", "choose_share"]

ShareVerdict = Literal["separable", "not separable", "cannot be tested", "stated"]

#: By how much the AUC of generated windows may lie above that of real ones, beyond its noise.
TOLERANCE = 0.05
#: One-sided quantile of 95 % of the normal distribution.
QUANTILE = 1.645
#: Share of real windows where the generator's are used.
HALF = 0.5
# More windows take time and change an AUC little.
MAX_COMPARED = 500


@dataclass(frozen=True)
class RealShare(HTMLTableMixin):
    """Share of real windows among the new ones of a label, and why.

    Attributes
    ----------
    share : float
        Share of the new windows that are real ones rather than the generator's, before both are
        augmented.
    verdict : {"separable", "not separable", "cannot be tested", "stated"}
        Whether a classifier separates the generator's windows from real ones of recordings that
        no training has seen, better than it separates real training windows from these: the AUC
        is higher by more than 0.05 and its noise.
    auc : float
        Area under the ROC curve of the generator's windows against those real ones; NaN where it
        was not measured. 0.5 is the least.
    auc_real : float
        The same of real training windows in place of the generator's.
    reason : str
        The verdict in words.

    See Also
    --------
    eegaug.GANOversampler : Has one for each label with a generator, in `real_share_`.
    eegaug.metrics.discriminative_score : The measure.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug import GANOversampler
    >>> from eegaug.gan import GANGenerator
    >>> X, y = np.random.default_rng(0).normal(size=(40, 16)), np.repeat([0, 1], [28, 12])
    >>> sampler = GANOversampler(GANGenerator(n_steps=2, width=2), random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sampler.real_share_[1].verdict
    'cannot be tested'
    """

    share: float
    verdict: ShareVerdict
    auc: float
    auc_real: float
    reason: str


def choose_share(
    stated: float | str, generator: object, data: ClassData, *, dressed: bool
) -> RealShare:
    """Return the stated share, or the one that the test of a label's generator gives."""
    if stated != "auto":
        return RealShare(float(stated), "stated", np.nan, np.nan, "as the parameter states")
    unseen = np.flatnonzero(np.isin(data.part, ("selection", "attack")))
    groups = data.groups
    # Windows that equal one of the training are held out in vain.
    if groups is None or data.attack_by == "window" or len(np.unique(groups[unseen])) < 2:
        reason = (
            "the half, as it cannot be tested: no recordings are held out of the training, for "
            f"which the class must have at least {MIN_RECORDINGS}"
        )
        return RealShare(HALF, "cannot be tested", np.nan, np.nan, reason)
    known = data.places("training")
    unseen, known = (each[evenly(len(each), MAX_COMPARED)] for each in (unseen, known))
    training, rng = data.windows[known], RandomState(0)
    made = sample_from(generator, len(known), rng, training.shape[1:])
    if dressed:
        made = dress_up(made, training, rng)
    auc = _auc(data.windows[unseen], groups[unseen], made, None)
    auc_real = _auc(data.windows[unseen], groups[unseen], training, groups[known])
    n = min(len(unseen), len(known))
    # Both have the standard error of an AUC of 0.5 (Hanley, McNeil, Radiology 143, 1982).
    noise = QUANTILE * np.sqrt(2 * (2 * n + 1) / (12 * n * n))
    separable = auc > auc_real + TOLERANCE + noise
    reason = (
        f"as a classifier separates generated windows from {len(np.unique(groups[unseen]))} "
        f"unseen recordings with an AUC of {auc:.2f}, and real training windows with "
        f"{auc_real:.2f}"
    )
    if separable:
        return RealShare(1.0, "separable", auc, auc_real, f"real windows alone, {reason}")
    return RealShare(HALF, "not separable", auc, auc_real, f"the half, {reason}")


def _auc(real: NDArray, groups: NDArray, other: NDArray, groups_other: NDArray | None) -> float:
    """Return the cross-fitted AUC between windows of two sets of recordings."""
    # The import of the metrics takes longer than all other imports of a sampler.
    from eegaug.metrics import discriminative_score

    score = discriminative_score(
        real, other, groups_real=groups, groups_synthetic=groups_other, random_state=0
    )
    return 1.0 - score / 2.0
