"""Permutation test of an AUC by exchange of whole units within strata."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy.stats import rankdata, t
from sklearn.utils import gen_batches

_BATCH_VALUES = 1_000_000


@dataclass(frozen=True)
class Stratum:
    """Units that may be exchanged for each other: what their windows add to the AUC."""

    rank_sums: NDArray[np.float64]
    sizes: NDArray[np.intp]
    member: NDArray[np.bool_]
    wins: NDArray[np.float64]  # pairs with windows of the other side that speak for membership

    @classmethod
    def rank(cls, scores: NDArray, unit_of: NDArray, member: NDArray[np.bool_]) -> "Stratum":
        """Rank the windows of a stratum and sum over units."""
        _, unit, sizes = np.unique(unit_of, return_inverse=True, return_counts=True)
        ranks = rankdata(scores)
        own = np.empty(len(scores))
        for side in (member, ~member):
            own[side] = rankdata(scores[side])
        lower = ranks - own  # windows of the other side below each, ties counted half
        wins = np.where(member, lower, member.sum() - lower)
        is_member = np.bincount(unit, member) > 0
        rank_sums, won = (np.bincount(unit, each).astype(float) for each in (ranks, wins))
        return cls(rank_sums, sizes, is_member, won)

    @property
    def n_exchanges(self) -> int:
        """The number of ways to choose the members."""
        return comb(len(self.member), int(self.member.sum()))

    def score(self, chosen: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return wins and pairs, shape (2, n_choices), with each row of units as members."""
        n_inside = self.sizes[chosen].sum(axis=1)
        wins = self.rank_sums[chosen].sum(axis=1) - n_inside * (n_inside + 1) / 2
        return np.array([wins, n_inside * (self.sizes.sum() - n_inside)], float)

    def score_all(self) -> NDArray[np.float64]:
        """Score every choice."""
        every = combinations(range(len(self.member)), int(self.member.sum()))
        return self.score(np.array(list(every), int))

    def score_random(self, n_draws: int, rng: RandomState) -> NDArray[np.float64]:
        """Score random choices."""
        n_units, n_members = len(self.member), int(self.member.sum())
        parts = []
        for batch in gen_batches(n_draws, max(1, _BATCH_VALUES // n_units)):
            order = rng.uniform(size=(batch.stop - batch.start, n_units))
            parts.append(self.score(order.argpartition(n_members - 1, axis=1)[:, :n_members]))
        return np.concatenate(parts, axis=1)


def exchanges(
    strata: Sequence[Stratum], n_permutations: int, alpha: float, rng: RandomState
) -> tuple[float, NDArray[np.float64], bool, bool]:
    """Return the AUC, those of the exchanges, whether these are all, and whether they suffice."""
    n_exchanges = prod(each.n_exchanges for each in strata)
    exact = n_exchanges <= n_permutations
    observed, total = np.zeros((2, 1)), np.zeros((2, 1))
    for each in strata:
        observed += each.score(np.flatnonzero(each.member)[np.newaxis])
        if exact:
            total = (total[:, :, np.newaxis] + each.score_all()[:, np.newaxis]).reshape(2, -1)
        else:
            total = total + each.score_random(n_permutations, rng)
    # Equal values must stay equal in spite of rounding.
    auc, exchanged = ((wins / pairs).round(9) for wins, pairs in (observed, total))
    return float(auc[0]), exchanged, exact, 1 / n_exchanges <= alpha


def significance(
    auc: float, exchanged: NDArray[np.float64], exact: bool, alpha: float
) -> tuple[float, float]:
    """Return the p-value and the smallest AUC whose p-value would be at most `alpha`."""
    exchanged = np.sort(exchanged)
    # All exchanges include the observed one; it is added to random ones.
    extra = 0 if exact else 1

    def p_value(values: NDArray) -> NDArray:
        reached = len(exchanged) - np.searchsorted(exchanged, values)
        return (reached + extra) / (len(exchanged) + extra)

    candidates = np.unique(np.append(exchanged, auc))
    significant = candidates[p_value(candidates) <= alpha]
    # With ties there may be none, as no exchange reaches an AUC of 1.
    detectable = float(significant[0]) if len(significant) else 1.0
    return float(p_value(np.array(auc))), detectable


def bounds(strata: Sequence[Stratum], auc: float, alpha: float) -> tuple[float, float]:
    """Return the interval of the AUC from the variance of its units' parts on either side."""
    n_pairs, variance, n_fewest = 0, 0.0, np.inf
    for side in (True, False):
        parts = []
        for each in strata:
            here = each.member == side
            n_other = each.sizes[~here].sum()
            parts.append(each.wins[here] - each.sizes[here] * n_other * auc)
            n_pairs += each.sizes[here].sum() * n_other
        part = np.concatenate(parts)
        n_fewest = min(n_fewest, len(part))
        variance += (part**2).sum() * len(part) / max(1, len(part) - 1)
    if n_fewest < 2:
        return 0.0, 1.0
    reach = t.ppf(1 - alpha, n_fewest - 1) * np.sqrt(variance) / (n_pairs / 2)
    return float(max(0.0, auc - reach)), float(min(1.0, auc + reach))
