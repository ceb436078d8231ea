"""Result of a comparison on recordings, with intervals over patients."""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from textwrap import fill

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug.evaluation._event_scores import event_shares

__all__ = ["EventComparison"]

#: Scores, and whether higher is better.
SCORES = {"sensitivity": 1, "precision": 1, "f1": 1, "false_alarms_per_day": -1}
#: Counts that scores are computed from.
PARTS = ["n_reference", "tp", "fp", "hours"]
LEVEL = 0.95
#: With fewer patients than this, intervals by a bootstrap are too narrow.
FEW_PATIENTS = 20
WIDTH = 88  # columns of the printed report


@dataclass(frozen=True, repr=False)
class EventComparison:
    """Samplers compared by detected seizures, made by `compare_on_recordings`.

    Attributes
    ----------
    counts : DataFrame
        Indexed by `sampler`, `threshold` and `patient`, with the numbers of recordings, hours,
        seizures (`n_reference`), those that were found (`tp`) and false alarms (`fp`).
    predictions : dict of str to list of DataFrame
        By sampler, for each recording, the probability of each window.
    truth : list of DataFrame
        Annotated events of each recording.
    events_by_threshold : dict of (str, float) to list of DataFrame
        By sampler and threshold, the detected events of each recording.
    groups : ndarray of shape (n_recordings,)
        Patient of each recording.
    n_bootstrap : int
        Number of draws of patients.
    seed : int
        Seed of these draws, which are the same for all samplers.

    See Also
    --------
    compare_on_recordings : Makes it.

    Examples
    --------
    >>> from eegaug.datasets import make_seizure_recordings
    >>> from eegaug.evaluation import compare_on_recordings
    >>> eeg = make_seizure_recordings(
    ...     3, 1, duration=150, sfreq=64, ch_names=["C3", "C4"], random_state=0
    ... )
    >>> comparison = compare_on_recordings(
    ...     {"none": None}, None, eeg.raws, groups=eeg.groups, random_state=0
    ... )
    >>> comparison.patients.index.tolist()
    [('none', 'patient 1'), ('none', 'patient 2'), ('none', 'patient 3')]
    """

    counts: pd.DataFrame
    predictions: dict[str, list[pd.DataFrame]]
    truth: list[pd.DataFrame]
    events_by_threshold: dict[tuple[str, float], list[pd.DataFrame]]
    groups: NDArray
    n_bootstrap: int
    seed: int

    @cached_property
    def thresholds(self) -> pd.Series:
        """Threshold by sampler and patient: the one with the best event-F1 on the others."""
        chosen = {}
        for name, part in self.counts[PARTS].groupby("sampler", sort=False):
            total = part.groupby("threshold").sum()
            for patient in part.index.unique("patient"):
                own = part.xs(patient, level="patient").droplevel("sampler")
                f1 = event_shares(total - own)["f1"].fillna(0)
                best = f1.index[f1 == f1.max()]
                # The middle of equally good ones, as those at the ends are less reliable.
                chosen[name, patient] = float(best[len(best) // 2])
        series = pd.Series(chosen, name="threshold")
        return series.rename_axis(["sampler", "patient"])

    @cached_property
    def patients(self) -> pd.DataFrame:
        """Threshold, counts and scores by sampler and patient."""
        rows = [
            self.counts.loc[(name, threshold, patient)]
            for (name, patient), threshold in self.thresholds.items()
        ]
        counts = pd.DataFrame(rows).set_axis(self.thresholds.index)
        return pd.concat([self.thresholds, counts, event_shares(counts)], axis=1)

    @property
    def events(self) -> dict[str, list[pd.DataFrame]]:
        """Detected events by sampler, for each recording, at its patient's threshold."""
        return {
            name: [
                self.events_by_threshold[name, self.thresholds[name, patient]][place]
                for place, patient in enumerate(self.groups.tolist())
            ]
            for name in self.predictions
        }

    @property
    def curve(self) -> pd.DataFrame:
        """Scores of all patients together by sampler and threshold."""
        return event_shares(self.counts[PARTS].groupby(["sampler", "threshold"], sort=False).sum())

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of all patients together, by sampler and score: `value`, `lower`, `upper`."""
        rows = {}
        for name in self.predictions:
            value, draws = self._bootstrap(name)
            for score, (lower, upper) in _intervals(draws).items():
                rows[name, score] = {"value": value[score], "lower": lower, "upper": upper}
        return pd.DataFrame(rows).T.rename_axis(["sampler", "score"])

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Differences to the first sampler, by sampler and score, with interval and verdict."""
        baseline, *others = self.predictions
        value_0, draws_0 = self._bootstrap(baseline)
        rows = {}
        for name in others:
            value, draws = self._bootstrap(name)
            for score, (lower, upper) in _intervals(draws - draws_0).items():
                rows[name, score] = {
                    "difference": value[score] - value_0[score],
                    "lower": lower,
                    "upper": upper,
                    "verdict": self._verdict(lower, upper, SCORES[score]),
                }
        columns = ["difference", "lower", "upper", "verdict"]
        index = pd.MultiIndex.from_tuples(rows, names=["sampler", "score"]) if rows else None
        return pd.DataFrame(list(rows.values()), index, columns)

    def _bootstrap(self, name: str) -> tuple[pd.Series, pd.DataFrame]:
        """Return scores of all patients, and of each draw of patients."""
        counts = self.patients.loc[name][PARTS]
        n = len(counts)
        # The same draws for each sampler, so that differences are paired.
        draws = np.random.default_rng(self.seed).integers(n, size=(self.n_bootstrap, n))
        sums = pd.DataFrame(counts.to_numpy()[draws].sum(axis=1), columns=PARTS)
        return event_shares(counts.sum().to_frame().T).iloc[0], event_shares(sums)

    def _verdict(self, lower: float, upper: float, sign: int) -> str:
        if self.counts.index.unique("patient").size < 2 or np.isnan(lower):
            return "cannot be tested"
        if lower <= 0 <= upper:
            return "not shown at this power"
        return "gain" if lower * sign > 0 else "harm"

    def __repr__(self) -> str:
        return "\n".join([self._table().to_string(), "", *self._sentences()])

    def _repr_html_(self) -> str:
        """Return the report for a notebook."""
        lines = [escape(line) for line in self._sentences()]
        return f"{self._table().to_html(border=0)}<p>{'<br>'.join(lines)}</p>"

    def _table(self) -> pd.DataFrame:
        """Return scores with their intervals as text."""
        digits = {score: 1 if sign < 0 else 2 for score, sign in SCORES.items()}
        text = [
            f"{row.value:.{digits[score]}f} [{row.lower:.{digits[score]}f}, "
            f"{row.upper:.{digits[score]}f}]"
            for (_, score), row in self.scores.iterrows()
        ]
        table = pd.Series(text, self.scores.index).unstack("score")[list(SCORES)]
        return table.loc[list(self.predictions)].rename_axis(columns=None)

    def _sentences(self) -> list[str]:
        """Return what was compared, whether a sampler helped, and how sure that is."""
        first = self.patients.loc[next(iter(self.predictions))]
        n = len(first)
        lines = [
            f"{first.n_reference.sum():.0f} seizures of {n} patients in "
            f"{first.hours.sum():.1f} h, each patient left out in turn. In brackets: "
            f"{LEVEL:.0%} intervals from drawing patients anew."
        ]
        baseline = next(iter(self.predictions))
        for (name, score), row in self.differences.iterrows():
            if score in ("f1", "false_alarms_per_day"):
                d = 1 if score != "f1" else 2
                lines.append(
                    f"{name} against {baseline}, {score}: {row.difference:+.{d}f} "
                    f"[{row.lower:+.{d}f}, {row.upper:+.{d}f}]: {row.verdict}."
                )
        if n < FEW_PATIENTS:
            lines.append(
                f"With {n} patients such intervals are too narrow: take a verdict as a hint, and "
                f"repeat it with other seeds and patients."
            )
        return [fill(line, WIDTH) for line in lines]


def _intervals(draws: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the interval of each score over draws in which it is defined."""
    edges = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    return {score: tuple(draws[score].quantile(edges).tolist()) for score in SCORES}
