"""Tests whether synthetic windows reveal the training windows."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import pairwise_distances_argmin_min
from sklearn.utils import check_random_state

from eegaug._notebooks import HTMLTableMixin
from eegaug.metrics._check import check_labels, check_number, check_pair
from eegaug.metrics._embedding import Embedding, distances_by_row, embed_together
from eegaug.metrics._exchange import Stratum, bounds, exchanges, significance

__all__ = [
    "MembershipInferenceResult",
    "membership_inference_attack",
    "nearest_window_ratio_score",
]

Verdict = Literal["memorisation detected", "not detected at this power", "cannot be tested"]


def nearest_window_ratio_score(
    X_real: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    X_holdout: ArrayLike,
    embedding: Embedding = "shape",
) -> float:
    """Compare how near synthetic and held-out windows come to the training windows.

    Parameters
    ----------
    X_real : array-like of shape (n_real, n_times) or (n_real, n_channels, n_times)
        The windows that the generator was trained on, all of them.
    X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
        Synthetic windows.
    X_holdout : array-like of shape (n_holdout, n_times) or (n_holdout, n_channels, n_times)
        Real windows that the generator never saw, of other recordings than `X_real`.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="shape"
        Space of the distances. "shape" sets each window to mean 0 and standard deviation 1: a
        copy is found at any gain, and a quiet window is not taken for a copy.

    Returns
    -------
    score : float
        Mean distance from a synthetic window to its nearest training window over that of a
        held-out window, at most 1: synthetic windows no nearer than held-out ones. 0 for exact
        copies. The score is cut at 1 because lying farther away is no merit.

    Raises
    ------
    ValueError
        If the windows do not match, are empty or not finite, or every held-out window is also
        a training window.

    See Also
    --------
    membership_inference_attack : Finds memorisation that this ratio misses.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import nearest_window_ratio_score
    >>> rng = np.random.default_rng(0)
    >>> train, holdout = rng.normal(size=(2, 50, 100))
    >>> nearest_window_ratio_score(train, 2 * train, X_holdout=holdout) < 1e-6
    True
    """
    train, synthetic = check_pair(X_real, X_synthetic)
    _, holdout = check_pair(X_real, X_holdout, names=("X_real", "X_holdout"))
    train, synthetic, holdout = embed_together(train, synthetic, holdout, embedding=embedding)
    expected = pairwise_distances_argmin_min(holdout, train)[1].mean()
    if expected == 0:
        raise ValueError(
            "X_holdout must hold windows that are not in X_real. Got copies alone instead."
        )
    found = pairwise_distances_argmin_min(synthetic, train)[1].mean()
    return float(min(1.0, found / expected))


@dataclass(frozen=True)
class MembershipInferenceResult(HTMLTableMixin):
    """Result of a membership inference attack. ``str`` gives it in one sentence.

    Attributes
    ----------
    verdict : {"memorisation detected", "not detected at this power", "cannot be tested"}
        "Memorisation detected" if `p_value` is at most the level, and nothing else decides.
        "Cannot be tested" if there are so few ways to exchange members and non-members that
        even an AUC of 1 could not reach the level.
    auc : float
        Area under the ROC curve of an attack that separates training windows (members) from
        held-out windows by the synthetic windows: 0.5 if these give nothing away, 1 if they
        give away each training window.
    low, high : float
        Confidence interval of the AUC by its standard error (Obuchowski) and Student's t; 0 and
        1 where a side has a single unit. It describes how exact `auc` is, and decides nothing.
    p_value : float
        Share of the exchanges of members and non-members that reach `auc`.
    detectable_auc : float
        Smallest AUC that would have been called detected; NaN if it cannot be tested.
    unit : {"recording", "window"}
        What was exchanged.
    n_members, n_non_members : int
        Numbers of exchanged units.

    See Also
    --------
    membership_inference_attack : Makes it.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import membership_inference_attack
    >>> X_train, X_holdout = np.random.default_rng(0).normal(size=(2, 20, 64))
    >>> print(membership_inference_attack(X_train[:2], X_holdout[:2], X_train))
    cannot be tested: too few exchanges of 2 training windows with 2 held out (AUC 1.00)
    """

    verdict: Verdict
    auc: float
    low: float
    high: float
    p_value: float
    detectable_auc: float
    unit: Literal["recording", "window"]
    n_members: int
    n_non_members: int

    def __str__(self) -> str:
        plural = "" if self.n_members == 1 else "s"
        units = f"{self.n_members} training {self.unit}{plural} with {self.n_non_members} held out"
        if self.verdict == "cannot be tested":
            return f"{self.verdict}: too few exchanges of {units} (AUC {self.auc:.2f})"
        return (
            f"{self.verdict}: AUC {self.auc:.2f} ({self.low:.2f} to {self.high:.2f}), p = "
            f"{self.p_value:.3f}, detectable from {self.detectable_auc:.2f} on, by exchanges of "
            f"{units}"
        )


def membership_inference_attack(
    X_train: ArrayLike,
    X_holdout: ArrayLike,
    X_synthetic: ArrayLike,
    *,
    groups_train: ArrayLike | None = None,
    groups_holdout: ArrayLike | None = None,
    embedding: Embedding = "shape",
    alpha: float = 0.025,
    n_permutations: int = 2000,
    random_state: int | RandomState | None = 0,
) -> MembershipInferenceResult:
    """Try to separate a generator's training windows from held-out ones by its synthetic ones.

    A real window is suspected the more, the nearer it lies to a synthetic window compared with
    its nearest real window of another recording. That comparison, the attack's calibration,
    takes out that some windows are near to everything. A permutation test decides whether
    training windows are suspected more than chance explains.

    Parameters
    ----------
    X_train : array-like of shape (n_train, n_times) or (n_train, n_channels, n_times)
        The windows that the generator was trained on, all of them.
    X_holdout : array-like of shape (n_holdout, n_times) or (n_holdout, n_channels, n_times)
        Real windows that the generator never saw.
    X_synthetic : array-like of shape (n_synthetic, n_times) or \
(n_synthetic, n_channels, n_times)
        Synthetic windows.
    groups_train, groups_holdout : array-like of shape (n_samples,), default=None
        The recording of each window. They decide what is exchanged:

        - no recording in both: whole recordings. It takes 40 ways to choose the training
          recordings at the default level, as with 8 and 2, 5 and 3, or 4 and 4 of them.
        - each held-out window is of a training recording: windows within their recording, which
          also works with one recording. Hold out such windows at random or evenly spread.
        - None: windows freely. Windows of one recording are alike, so where whole recordings
          were held out this calls more detected than `alpha` allows.
    embedding : {"kernels", "catch22", "raw", "shape"}, default="shape"
        Space of the distances, as in `nearest_window_ratio_score`.
    alpha : float, default=0.025
        Level of the one-sided test: how often a generator that remembers nothing is called
        detected. ``1 - 2 * alpha`` is the confidence of the interval.
    n_permutations : int, default=2000
        Number of random exchanges, at least ``10 / alpha``. All exchanges are tried, once each,
        where there are no more.
    random_state : int, RandomState instance or None, default=0
        Source of the exchanges.

    Returns
    -------
    result : MembershipInferenceResult
        Verdict, AUC and power. Too few recordings or windows are a verdict, not an error.

    Raises
    ------
    ValueError
        If the windows do not match, are empty or not finite, groups are given for one side
        alone, or only some of the held-out recordings are training recordings.

    See Also
    --------
    nearest_window_ratio_score : A ratio of distances.

    Notes
    -----
    The AUC is an average over training windows: copies of a tenth of them hardly move it. Where
    windows are exchanged within recordings, they are also compared within them. "Not detected"
    proves nothing about effects below `detectable_auc`, nor about stronger attacks.

    References
    ----------
    L. Watson, C. Guo, G. Cormode, A. Sablayrolles, "On the importance of difficulty calibration
    in membership inference attacks", ICLR 2022, arXiv:2111.08440.

    B. van Breugel, H. Sun, Z. Qian, M. van der Schaar, "Membership inference attacks against
    synthetic data through overfitting detection", AISTATS 2023, arXiv:2302.12580.

    N. A. Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 53,
    567-578, 1997, for the interval.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.metrics import membership_inference_attack
    >>> rng = np.random.default_rng(0)
    >>> train, holdout, other = rng.normal(size=(3, 40, 100))
    >>> membership_inference_attack(train, holdout, 2 * train).verdict
    'memorisation detected'
    >>> result = membership_inference_attack(train, holdout, other)
    >>> result.verdict, round(result.detectable_auc, 2)
    ('not detected at this power', 0.63)
    """
    if not 0 < alpha < 0.5:
        raise ValueError(
            f"The 'alpha' parameter must be a float in the range (0, 0.5). Got {alpha!r} instead."
        )
    # With fewer, random exchanges that repeat the observed split could hide a copier.
    check_number(n_permutations, name="n_permutations", low=int(np.ceil(10 / alpha)), integer=True)
    train, holdout = check_pair(X_train, X_holdout, names=("X_train", "X_holdout"))
    _, synthetic = check_pair(train, X_synthetic, names=("X_train", "X_synthetic"))
    pool = np.concatenate([train, holdout])
    member = np.arange(len(pool)) < len(train)
    recording, inside = _recordings(groups_train, groups_holdout, len(train), len(holdout))
    whole = groups_train is not None and not inside

    features, made = embed_together(pool, synthetic, embedding=embedding)
    suspicion = _suspicion(features, made, recording)
    stratum_of = recording if inside else np.zeros(len(pool), int)
    unit_of = recording if whole else np.arange(len(pool))
    strata = []
    for code in np.unique(stratum_of[~member]):
        rows = stratum_of == code
        strata.append(Stratum.rank(suspicion[rows], unit_of[rows], member[rows]))
    rng = check_random_state(random_state)
    auc, exchanged, exact, testable = exchanges(strata, n_permutations, alpha, rng)
    p_value, detectable = significance(auc, exchanged, exact, alpha)
    low, high = bounds(strata, auc, alpha)
    verdict: Verdict = "cannot be tested"
    if testable:
        verdict = "memorisation detected" if p_value <= alpha else "not detected at this power"
    return MembershipInferenceResult(
        verdict=verdict,
        auc=auc,
        low=low,
        high=high,
        p_value=p_value,
        detectable_auc=detectable if testable else np.nan,
        unit="recording" if whole else "window",
        n_members=sum(int(each.member.sum()) for each in strata),
        n_non_members=sum(int((~each.member).sum()) for each in strata),
    )


def _recordings(
    groups_train: ArrayLike | None, groups_holdout: ArrayLike | None, n_train: int, n_holdout: int
) -> tuple[NDArray[np.intp], bool]:
    """Return a code for each window's recording, and whether windows inside them are held out."""
    if (groups_train is None) != (groups_holdout is None):
        raise ValueError("groups_train and groups_holdout must be given together or not at all.")
    if groups_train is None or groups_holdout is None:
        return np.arange(n_train + n_holdout), False
    first = check_labels(groups_train, n_train, name="groups_train")
    second = check_labels(groups_holdout, n_holdout, name="groups_holdout")
    known, held = set(first.tolist()), set(second.tolist())
    if known & held and held - known:
        shared, only = (sorted(names, key=str)[:3] for names in (known & held, held - known))
        raise ValueError(
            "groups_train and groups_holdout must share no recording (whole recordings held out) "
            "or all that are in groups_holdout (windows held out inside recordings). Got "
            f"{shared} in both and {only} in groups_holdout alone."
        )
    names = first.tolist() + second.tolist()
    # In order of appearance: the order of a set differs between processes.
    number = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names]), bool(known & held)


def _suspicion(pool: NDArray, synthetic: NDArray, recording: NDArray) -> NDArray:
    """Compare the nearest synthetic with the nearest real window, from -1 to 1 (a copy)."""
    if (recording == recording[0]).all():  # then use another window
        recording = np.arange(len(pool))

    def nearest_of_another(distances: NDArray, start: int) -> NDArray:
        own = recording[start : start + len(distances), np.newaxis] == recording
        return np.where(own, np.inf, distances).min(axis=1)

    near_synthetic = pairwise_distances_argmin_min(pool, synthetic)[1]
    near_real = distances_by_row(pool, pool, nearest_of_another)
    # Unlike a ratio, this is defined where both distances are 0.
    total = near_real + near_synthetic
    return (near_real - near_synthetic) / np.where(total > 0, total, 1.0)
