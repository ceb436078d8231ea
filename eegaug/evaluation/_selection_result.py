"""Result of a selection, with its reasons and uncertainty."""

from collections.abc import Hashable
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eegaug.evaluation._candidates import CANDIDATES, NONE
from eegaug.evaluation._rule import needed_difference
from eegaug.evaluation._statistics import corrected_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SelectionResult"]

#: With fewer recordings of the rarest class than this, a choice shows little.
FEW_RECORDINGS = 5
#: Columns of the printed report.
WIDTH = 88


@dataclass(frozen=True, repr=False)
class SelectionResult:
    """Choice of a sampler, made by `select_sampler`.

    Attributes
    ----------
    best_sampler : str
        Name of the chosen candidate; "none" where no sampler was better by more than its noise.
    best_index : int
        Its place in `cv_results`.
    cv_results : dict of ndarray
        As that of :class:`sklearn.model_selection.GridSearchCV`, a value for each candidate, with
        `mean_resample_time` in s (part of `mean_fit_time`), and for the paired differences to
        "none" `mean_difference`, `standard_error` and `n_better`, the number of folds with a
        higher score. `mean_test_brier` and `mean_test_brier_uncorrected` are the Brier scores
        (lower is better) with and without the correction of the prior, NaN where there are no
        probabilities.
    left_out : dict of str to str
        Candidates of "auto" that could not be compared, and why.
    scoring : str
        What was compared.
    min_gain : float
        Mean difference to "none" that a candidate must exceed.
    n_standard_errors : float
        Number of standard errors of its mean difference that it must exceed as well.
    correct_prior : bool
        Whether probabilities of the best candidate are to be corrected.
    rarest_class : hashable
        Class with the fewest recordings.
    n_recordings : int
        Number of recordings of that class; of windows, where there were no groups.
    grouped : bool
        Whether recordings were kept whole.
    test_train_ratio : float
        Number of test windows over number of training windows in a fold.

    See Also
    --------
    select_sampler : Makes it.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from eegaug.evaluation import select_sampler
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(40, 16)), np.repeat([0, 1], [30, 10])
    >>> result = select_sampler(
    ...     LogisticRegression(), X, y, groups=np.arange(40) // 5, samplers=["class weights"],
    ...     random_state=0,
    ... )
    >>> result.best_sampler, result.verdict
    ('none', 'not shown at this power')
    """

    best_sampler: str
    best_index: int
    cv_results: dict[str, Any]
    left_out: dict[str, str]
    scoring: str
    min_gain: float
    n_standard_errors: float
    correct_prior: bool
    rarest_class: Hashable
    n_recordings: int
    grouped: bool
    test_train_ratio: float

    @property
    def differences(self) -> NDArray[np.float64]:
        """Differences to "none", of shape (n_candidates, n_folds)."""
        scores = [
            value
            for key, value in self.cv_results.items()
            if key.startswith("split") and key.endswith("_test_score")
        ]
        return np.transpose(np.asarray(scores) - np.asarray(scores)[:, :1])

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the difference of the best candidate but "none" (Nadeau, Bengio).

        It is that of the chosen candidate, and where "none" was kept that of the candidate with
        the highest mean. It allows for folds that share training windows, but not for the choice
        among several candidates.
        """
        return corrected_interval(
            self.differences[self._best_other()],
            test_train_ratio=self.test_train_ratio,
            confidence=0.95,
        )

    @property
    def verdict(self) -> str:
        """Whether a gain was shown: "shown", "not shown at this power", "cannot be tested"."""
        if len(self.differences) < 2 or self.differences.shape[1] < 2:
            return "cannot be tested"
        return "shown" if self.best_index and self.interval[0] > 0 else "not shown at this power"

    def to_frame(self) -> pd.DataFrame:
        """Return the main figures as a table.

        Returns
        -------
        frame : DataFrame
            A row for each candidate, with its mean score, the mean difference to "none", the
            standard error of that, the number of folds in which it was better, and the seconds
            of a fit.
        """
        columns = {
            self.scoring: "mean_test_score",
            "difference": "mean_difference",
            "standard_error": "standard_error",
            "n_better": "n_better",
            "seconds": "mean_fit_time",
        }
        index = pd.Index(self.cv_results["param_sampler"], name="candidate", dtype=object)
        values = {name: self.cv_results[key] for name, key in columns.items()}
        return pd.DataFrame(values, index=index)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the difference of each candidate to "none".

        Parameters
        ----------
        ax : Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        ax : Axes
            The axes, with a point for each fold, the mean, and a line from the mean by as much as
            the rule asks for: a candidate is better by more than its noise where it is right of 0.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError as error:
            raise ImportError(
                "Plotting needs matplotlib. Install it with pip install 'eegaug[plot]'."
            ) from error
        ax = plt.subplots(layout="constrained")[1] if ax is None else ax
        frame, places = self.to_frame(), np.arange(len(self.differences))
        needed = self._needed()
        for place, values in zip(places, self.differences, strict=True):
            ax.plot(values, np.full(len(values), place), "o", color="0.7", markersize=4)
        colors = ["#d55e00" if place == self.best_index else "#0072b2" for place in places]
        ax.hlines(places, frame["difference"] - needed, frame["difference"] + needed, color=colors)
        ax.scatter(frame["difference"], places, color=colors, zorder=3)
        ax.axvline(0, color="0.4", linewidth=0.8)
        ax.set_yticks(places, [str(name) for name in frame.index])
        ax.invert_yaxis()
        ax.set_xlabel(f"difference in {self.scoring.replace('_', ' ')} to none")
        ax.set_title(f"selected: {self.best_sampler}")
        ax.spines[["top", "right"]].set_visible(False)
        return ax

    def __repr__(self) -> str:
        first, *rest = [fill(line, WIDTH) for line in self._sentences()]
        return "\n".join([first, "", self.to_frame().round(3).to_string(), "", *rest])

    def _repr_html_(self) -> str:
        """Return the report for a notebook."""
        first, *rest = [escape(line) for line in self._sentences()]
        table = self.to_frame().round(3).to_html(border=0)
        return f"<p><b>{first}</b></p>{table}<p>{'<br>'.join(rest)}</p>"

    def _needed(self) -> NDArray[np.float64]:
        """Return the mean difference that each candidate must exceed."""
        return needed_difference(
            self.cv_results["standard_error"],
            min_gain=self.min_gain,
            n_standard_errors=self.n_standard_errors,
        )

    def _best_other(self) -> int:
        """Return the place of the chosen candidate, or of the best one but "none"."""
        if self.best_index or len(self.differences) < 2:
            return self.best_index
        return 1 + int(np.argmax(self.differences[1:].mean(axis=1)))

    def _sentences(self) -> list[str]:
        """Return the choice, the reasons and the uncertainty as sentences."""
        name = self.best_sampler
        known = f" ({CANDIDATES[name].description})" if name in CANDIDATES else ""
        return [
            f"Selected: {name}{known}.",
            *self._reasons(),
            *self._probabilities(),
            *self._warnings(),
            *(f"Left out: {other}: {reason}." for other, reason in self.left_out.items()),
        ]

    def _reasons(self) -> list[str]:
        """Return the reasons, with the interval."""
        if len(self.differences) < 2:
            return ["There was no other candidate."]
        place = self._best_other()
        other = self.cv_results["param_sampler"][place]
        mean = self.cv_results["mean_difference"][place]
        error = self.cv_results["standard_error"][place]
        n_folds = self.differences.shape[1]
        better = f"in {self.cv_results['n_better'][place]} of {n_folds} folds"
        lower, upper = self.interval
        needed = self._needed()[place]
        rule = f"{needed:.3f}, the larger of {self.min_gain:g} and {self.n_standard_errors:g} "
        rule += "standard errors"
        if self.best_index:
            first = f"It is better than {NONE} by {mean:.3f} ± {error:.3f}, {better}."
            first += f" Needed was more than {rule}."
        else:
            first = f"The best other, {other}, differs by {mean:+.3f} ± {error:.3f} and is better "
            first += f"{better}. Needed was more than {rule}."
        return [first, f"95 % interval: {lower:.3f} to {upper:.3f}. A gain is {self.verdict}."]

    def _probabilities(self) -> list[str]:
        """Return a sentence on the correction of the prior."""
        given = self.cv_results["mean_test_brier_uncorrected"][self.best_index]
        corrected = self.cv_results["mean_test_brier"][self.best_index]
        if given == corrected or np.isnan(given):
            return []
        done = "are" if self.correct_prior else "are not"
        return [
            f"Probabilities {done} corrected to the share of the classes in training. Brier score "
            f"in the folds: {corrected:.3f} with, {given:.3f} without the correction."
        ]

    def _warnings(self) -> list[str]:
        """Return the limits of the choice."""
        lines = []
        if not self.grouped:
            lines.append(
                "No groups were given: windows of one recording were in both parts of a fold, so "
                "the scores are too high."
            )
        elif self.n_recordings == 2:
            lines.append(
                f"There are 2 recordings of class {self.rarest_class!r}: every fold trains on one "
                "and tests on the other. That says little about a third one."
            )
        elif self.n_recordings < FEW_RECORDINGS:
            lines.append(
                f"There are only {self.n_recordings} recordings of class {self.rarest_class!r}: "
                "the choice may change with others."
            )
        return lines
