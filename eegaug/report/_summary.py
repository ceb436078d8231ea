"""One sentence and a traffic light for each label, by rules that the page states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eegaug._notebooks import HTMLTableMixin
from eegaug.report._findings import FEW_RECORDINGS, TOPICS, Finding
from eegaug.report._input import LabelWindows
from eegaug.report._measure import Measured
from eegaug.spectral import EEG_BANDS, band_power

__all__ = ["RULES", "LabelSummary", "summarise"]

Light = Literal["green", "amber", "red", "grey"]

LEADS: dict[Light, str] = {
    "green": "Usable for training",
    "amber": "Usable for training with care",
    "red": "Not usable for training as they are",
    "grey": "No verdict",
}
#: How a light is chosen; the first rule that fits decides.
RULES: dict[Light, str] = {
    "grey": "The recording of each window was not given, or no topic could be measured.",
    "red": "Memorisation is detected, the quick classifier loses, or topics are not good: two of "
    f"them, or half of them where there are fewer than {FEW_RECORDINGS} real recordings.",
    "green": f"There are at least {FEW_RECORDINGS} real recordings, no topic is not good, and at "
    "most one is good in part.",
    "amber": "All else.",
}
# Differences of log amplitude, of log spread and of log power from which a direction is named.
MIN_CHANGE = 0.1
MAX_NAMED = 3
LIKENESS = {topic.name: topic.short for topic in TOPICS} | {
    "separation": "they are easier to separate from real windows than a new recording is"
}


@dataclass(frozen=True)
class LabelSummary(HTMLTableMixin):
    """Traffic light of one label and the sentence beside it.

    Attributes
    ----------
    light : {"green", "amber", "red", "grey"}
        By the rules that the page states.
    text : str
        One sentence: use, differences from real windows, memorisation.

    See Also
    --------
    QualityReport : Holds one for each label in `summaries_`.

    Examples
    --------
    >>> from eegaug.report import LabelSummary
    >>> print(LabelSummary("green", "Usable for training"))
    green: Usable for training
    """

    light: Light
    text: str

    def __str__(self) -> str:
        return f"{self.light}: {self.text}"


def summarise(
    windows: LabelWindows, measured: Measured, findings: Sequence[Finding], sfreq: float | None
) -> LabelSummary:
    """Return the light and the sentence of one label."""
    verdicts = {each.topic: each.verdict for each in findings}
    known = {
        name: verdict
        for name, verdict in verdicts.items()
        if name in LIKENESS and verdict in ("good", "fair", "poor")
    }
    light = _light(windows, verdicts, list(known.values()))
    parts = [LEADS[light], *_differences(windows, known, sfreq), _memorisation(measured)]
    if verdicts["gain"] in ("gain", "loss"):
        change = "gains" if verdicts["gain"] == "gain" else "loses"
        parts.insert(1, f"a quick classifier {change}")
    return LabelSummary(light, "; ".join(parts))


def _light(windows: LabelWindows, verdicts: Mapping[str, str], known: list[str]) -> Light:
    if windows.groups is None or not known:
        return "grey"
    is_few = len(np.unique(windows.groups)) < FEW_RECORDINGS
    n_poor = known.count("poor")
    allowed = len(known) / 2 if is_few else 2
    if (
        verdicts["attack"] == "memorisation detected"
        or verdicts["gain"] == "loss"
        or n_poor >= max(allowed, 2)
    ):
        return "red"
    return "green" if not is_few and not n_poor and known.count("fair") <= 1 else "amber"


def _differences(
    windows: LabelWindows, known: Mapping[str, str], sfreq: float | None
) -> list[str]:
    """Name what differs from real windows, the worst first."""
    if windows.groups is None:
        return ["windows of the same recordings were compared with each other"]
    if not known:
        return ["no topic could be measured"]
    poor, fair = (
        [_difference(name, windows, sfreq) for name in known if known[name] == verdict]
        for verdict in ("poor", "fair")
    )
    named = poor[:MAX_NAMED]
    if fair[: MAX_NAMED - len(named)]:
        named.append(f"in part, {_listed(fair[: MAX_NAMED - len(named)])}")
    more = len(poor) + len(fair) - MAX_NAMED
    if more > 0:
        named.append(f"{more} more {'topic differs' if more == 1 else 'topics differ'}")
    return named or ["no topic differs from real windows"]


def _listed(texts: list[str]) -> str:
    return " and ".join([*([", ".join(texts[:-1])] if texts[1:] else []), texts[-1]])


def _difference(name: str, windows: LabelWindows, sfreq: float | None) -> str:
    direction = ""
    if name == "waveform":
        direction = _amplitude_change(windows.real, windows.synthetic)
    elif name == "spectrum" and sfreq is not None:
        direction = _band_change(windows.real, windows.synthetic, sfreq)
    return direction or LIKENESS[name]


def _amplitude_change(real: NDArray, synthetic: NDArray) -> str:
    """Say how the distributions of log amplitude differ; empty where they hardly do."""
    spreads = [windows.std(axis=2).ravel() for windows in (real, synthetic)]
    if not all((spread > 0).any() for spread in spreads):
        return ""
    quartiles = [np.quantile(np.log(each[each > 0]), [0.25, 0.5, 0.75]) for each in spreads]
    widths = [high - low for low, _, high in quartiles]
    level = quartiles[1][1] - quartiles[0][1]
    spread = np.log(widths[1] / widths[0]) if min(widths) > 0 else 0.0
    if max(abs(level), abs(spread)) < MIN_CHANGE:
        return ""
    if abs(level) >= abs(spread):
        return f"amplitudes are {'larger' if level > 0 else 'smaller'} than real ones"
    return f"amplitudes are {'more' if spread > 0 else 'less'} spread than real ones"


def _band_change(real: NDArray, synthetic: NDArray, sfreq: float) -> str:
    """Name the band whose power differs most, or all; empty where none differs much."""
    powers = [band_power(windows, sfreq=sfreq).mean(axis=(0, 1)) for windows in (real, synthetic)]
    held = (powers[0] > 0) & (powers[1] > 0)
    if not held.any():
        return ""
    change = np.log(powers[1][held] / powers[0][held])
    largest = int(np.abs(change).argmax())
    if abs(change[largest]) < MIN_CHANGE:
        return ""
    names = [name for name, is_held in zip(EEG_BANDS, held, strict=True) if is_held]
    direction = "higher" if change[largest] > 0 else "lower"
    # A common gain is no change of one band.
    if len(names) > 1 and np.ptp(change) < abs(change.mean()) / 2:
        return f"power is {direction} in all bands"
    return f"{names[largest]} power is {direction}"


def _memorisation(measured: Measured) -> str:
    attack = measured.attack
    if attack is None:
        return "memorisation was not tested"
    n = f"n = {attack.n_members + attack.n_non_members} {attack.unit}s"
    if attack.verdict == "cannot be tested":
        return f"memorisation cannot be tested at {n}"
    if attack.verdict == "memorisation detected":
        return f"memorisation detected at {n} (AUC {attack.auc:.2f})"
    return f"no memorisation detected at {n}, smallest detectable AUC {attack.detectable_auc:.2f}"
