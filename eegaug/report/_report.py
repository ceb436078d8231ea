"""The quality report: windows in, a page out."""

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from eegaug._progress import show_progress
from eegaug._window_checks import question_axes, question_sfreq
from eegaug.metrics._check import check_number, check_sfreq
from eegaug.plotting._base import import_pyplot
from eegaug.report._exports import Exports
from eegaug.report._figure_methods import add_figure_methods
from eegaug.report._figures import FigureInput
from eegaug.report._findings import NO_GROUPS, Finding, find, with_verdicts
from eegaug.report._input import by_label, check_names, synthetic_of
from eegaug.report._measure import measure, metrics_for
from eegaug.report._numbers import as_json, section_numbers
from eegaug.report._page import render_page
from eegaug.report._pictures import draw_pictures
from eegaug.report._provenance import provenance
from eegaug.report._section import Section
from eegaug.report._summary import LabelSummary, summarise

if TYPE_CHECKING:
    from eegaug.over_sampling import GANOversampler

__all__ = ["QualityReport", "quality_report"]


@add_figure_methods
class QualityReport(Exports):
    """Verdicts, numbers and figures of synthetic windows, label by label.

    Each figure of the page is also drawn by a method `plot_NAME`.

    Attributes
    ----------
    sections_ : list
        All that is known of each label. Its layout may change.
    provenance_ : dict
        Date, seed, parameters, hashes of the data, versions, and how recordings were held out.

    See Also
    --------
    quality_report : Makes it.
    compare_reports : Several side by side.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.report import quality_report
    >>> X = np.random.default_rng(0).normal(size=(60, 64))
    >>> y = np.repeat(["rest", "seizure"], 30)
    >>> report = quality_report({"seizure": 5 * X[:30]}, X, y, n_resamples=5, random_state=0)
    >>> report.table_.loc[0, ["metric", "verdict"]].tolist()
    ['psd_distance', 'poor']
    >>> report.summaries_["seizure"].light  # without groups there is no verdict
    'grey'
    """

    def __init__(self, sections: Sequence[Section], provenance: dict[str, Any]) -> None:
        self.sections_ = list(sections)
        self.provenance_ = provenance

    @property
    def table_(self) -> pd.DataFrame:
        """DataFrame with a row for each label and metric.

        Columns are label, metric, value, low, high, real_vs_real, ratio, better and verdict.
        """
        tables = [
            each.table.assign(label=[each.windows.label] * len(each.table))
            for each in self.sections_
        ]
        table = pd.concat(tables, ignore_index=True)
        return table[["label", *table.columns.drop("label")]]

    @property
    def summaries_(self) -> dict[Hashable, LabelSummary]:
        """Dict of label to `LabelSummary`: traffic light and sentence."""
        return {each.windows.label: each.summary for each in self.sections_}

    @property
    def findings_(self) -> dict[Hashable, list[Finding]]:
        """Dict of label to list of `Finding`: the verdict of each topic."""
        return {each.windows.label: list(each.findings) for each in self.sections_}

    def to_html(self) -> str:
        """Return the page.

        Returns
        -------
        html : str
            A whole page with figures and styles inside, below 3 MB. It needs no script and no
            network.
        """
        return render_page(self.sections_, self.provenance_)

    def to_json(self) -> str:
        """Return all numbers.

        Returns
        -------
        text : str
            Strict JSON: provenance, and for each label the summary, metrics, findings, attack,
            checks and the numbers of the figures. Numbers that are not finite are null. No window
            is in it.
        """
        labels = [section_numbers(each) for each in self.sections_]
        return as_json({"provenance": self.provenance_, "labels": labels})

    # Here as well, so that the reference shows it.
    save = Exports.save

    def __repr__(self) -> str:
        findings = [each for several in self.findings_.values() for each in several]
        # A doubt about all verdicts comes first.
        warning = [NO_GROUPS] if any(each.text == NO_GROUPS for each in findings) else []
        lines = []
        for label, several in self.findings_.items():
            lines.append(f"{label}: {self.summaries_[label]}")
            lines += [
                f"{label}: {each.topic}: {each.verdict}"
                for each in several
                if each.text != NO_GROUPS
            ]
        return "\n".join([*warning, *lines])


def quality_report(
    sampler_or_windows: "GANOversampler | Mapping[Hashable, ArrayLike]",
    X: ArrayLike,
    y: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    X_holdout: ArrayLike | None = None,
    y_holdout: ArrayLike | None = None,
    groups_holdout: ArrayLike | None = None,
    n_synthetic: int | None = None,
    sfreq: float | None = None,
    channel: int = 0,
    ch_names: Sequence[str] | None = None,
    n_resamples: int = 50,
    max_windows: int | None = 400,
    random_state: int | RandomState | None = None,
    path: str | Path | None = None,
    verbose: int | None = None,
) -> QualityReport:
    """Compare synthetic with real windows label by label, on one page.

    Parameters
    ----------
    sampler_or_windows : GANOversampler or dict of label to array-like
        A sampler after `fit_resample`, of whose every generator windows are drawn, or the
        windows themselves, of any source.
    X : array-like of shape (n_samples, n_times) or (n_samples, n_channels, n_times)
        The real windows that the generators were trained on, usually in µV.
    y : array-like of shape (n_samples,)
        Their labels.
    groups : array-like of shape (n_samples,), default=None
        The recording of each. Without it windows of the same recordings are compared with each
        other and judged wrongly, and the top of the page says so.
    X_holdout : array-like of shape (n_holdout, n_times) or (n_holdout, n_channels, n_times), \
default=None
        Real windows of other recordings, which the generators never saw, for the membership
        inference attack and the gain of a quick classifier. Without them the page has the attack
        of the sampler's own `membership_inference_`, or says that memorisation cannot be tested.
    y_holdout : array-like of shape (n_holdout,), default=None
        Their labels; needed with `X_holdout`.
    groups_holdout : array-like of shape (n_holdout,), default=None
        The recording of each; needed with `X_holdout` where `groups` is given.
    n_synthetic : int, default=None
        Number of windows to draw of each label from a sampler. None takes as many as there are
        real ones, at least 200: an attack on few windows sees little.
    sfreq : float or None, default=None
        Sampling frequency in Hz. None takes the sampler's `sfreq_`. If that is None too,
        frequencies are in cycles/sample, and the page leaves band power out and says so.
    channel : int, default=0
        Channel whose traces are drawn; all channels are measured.
    ch_names : sequence of str, default=None
        Names of the channels, for the figures of channels. None takes the sampler's `ch_names_`.
        A map of the scalp needs names of the 10-20 or 10-10 system and MNE-Python.
    n_resamples : int, default=50
        Number of resamplings for each metric, as in `eegaug.metrics.with_reference`.
    max_windows : int or None, default=400
        Largest number of real, synthetic and held-out windows of a label for the metrics, drawn
        evenly from all recordings. Metrics that train classifiers, which separate less where
        they have less to train on, take up to five times as many windows and a fifth of the
        resamplings. The attack and the figures take all windows. None takes all for all.
    random_state : int, RandomState instance or None, default=None
        Source of all that is drawn at random. An int makes the same page again, but for the
        date, which is taken from ``SOURCE_DATE_EPOCH`` where that is set.
    path : str or Path, default=None
        Where to write the page, or the numbers where the name ends in ``.json``; None writes
        nothing.
    verbose : int or None, default=None
        Progress, as in `eegaug.GANOversampler`: None shows it on a terminal or in a notebook
        where it takes long, 1 everywhere and at once, 0 never.

    Returns
    -------
    report : QualityReport
        With `summaries_`, `table_`, `findings_`, `to_html`, `to_json`, `save` and a method
        `plot_NAME` for each figure. A notebook shows it as it is.

    Raises
    ------
    ValueError
        If windows, labels or recordings do not match, a label has no real window, no generator
        was trained, or training and held-out windows share a recording.
    TypeError
        If `sampler_or_windows` is neither a sampler nor a dict.
    NotFittedError
        If `fit_resample` of the sampler was not called before.
    FileNotFoundError
        If the folder of `path` does not exist.
    ImportError
        If matplotlib is not installed.

    See Also
    --------
    compare_reports : Reports of several samplers side by side.
    eegaug.metrics.metric_table : The numbers alone.
    eegaug.evaluation.compare_samplers : Whether synthetic windows help a classifier, which
        likeness does not tell.

    Notes
    -----
    A verdict follows from the ratio of a metric to its real-vs-real reference: a distance is good
    up to 1.5 and fair up to 3; a score is good from 0.8 and fair from 0.5; a topic is as good as
    its worst metric. The limits are conventions, tried on the Bonn recordings with all windows.
    Between two sets of 20 real recordings no topic was poor and 5 of 48 were fair; between sets
    of 8 recordings 6 of 48 were poor, so a report on fewer than 16 warns of it. With 20
    recordings, half of the greatest noise, smoothing, gain or spikes that the metrics are tested
    on made topics poor. The loss of the loudest of the recordings showed as fair only, and that
    of half of the windows' variety hardly: few words against diversity are weak praise.

    The traffic light of a label follows from rules that the page states: red where memorisation
    is detected, the quick classifier loses or at least two topics are poor; green where there are
    at least 16 real recordings, no topic is poor and at most one is fair; grey without `groups`;
    amber otherwise. A verdict that no synthetic windows could change, such as the separation of
    windows where real recordings are separated perfectly, is not given.

    The membership inference attack has the verdict of its
    `eegaug.metrics.MembershipInferenceResult`. "Not detected at this power" is never listed as
    good; the page prints the unit and the numbers that were exchanged, and the smallest AUC that
    could have been called detected.

    Windows of `X` that `fit_resample` itself held out, to choose the step of the training or for
    its own attack, count as training windows here. That makes the attack with `X_holdout` look a
    little weaker than it is.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.report import quality_report
    >>> X = np.random.default_rng(0).normal(size=(60, 64))
    >>> y = np.repeat(["rest", "seizure"], 30)
    >>> report = quality_report({"seizure": 5 * X[:30]}, X, y, n_resamples=5, random_state=0)
    >>> report.findings_["seizure"][0].verdict
    'poor'
    """
    import_pyplot()
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise FileNotFoundError(
            f"The folder of the 'path' parameter must exist. Got {str(path)!r}; make the folder "
            "first."
        )
    if sfreq is None:
        sfreq = getattr(sampler_or_windows, "sfreq_", None)
    check_sfreq(sfreq)
    if max_windows is not None:
        check_number(max_windows, name="max_windows", low=2, integer=True)
    check_number(n_resamples, name="n_resamples", low=1, integer=True)
    seed = check_random_state(random_state).randint(2**31 - 1)
    synthetic = synthetic_of(sampler_or_windows, np.asarray(y), n_synthetic, seed)
    holdout = None if X_holdout is None else (X_holdout, y_holdout, groups_holdout)
    params = {"n_resamples": n_resamples, "max_windows": max_windows}
    # All labels are checked before the first is measured.
    labels = list(by_label(synthetic, (X, y, groups), holdout, sampler_or_windows, seed))
    names = check_names(ch_names, sampler_or_windows, labels[0].real.shape[1])
    question_axes(np.shape(X))
    question_sfreq(sfreq, np.shape(X)[-1])
    real, given = (X, y, groups), {"sfreq": sfreq, "channel": channel, **params}
    sections = []
    with show_progress(verbose) as progress:
        for windows in labels:
            # The metrics, and the figures.
            line = progress.add(f"Report on {windows.label}", len(metrics_for(windows)) + 1)
            measured = measure(
                windows, real, holdout, sfreq=sfreq, seed=seed, advance=line.advance, **params
            )
            figures = FigureInput(windows, measured, sfreq, channel, seed, names)
            pictures = list(draw_pictures(figures, len(labels)))
            line.advance()
            findings = find(windows, measured)
            summary = summarise(windows, measured, findings, sfreq)
            table = with_verdicts(measured)
            sections.append(Section(windows, measured, table, findings, summary, pictures))
    origin = provenance(sampler_or_windows, synthetic, real, holdout, given, seed)
    report = QualityReport(sections, origin)
    if path is not None:
        report.save(path)
    return report
