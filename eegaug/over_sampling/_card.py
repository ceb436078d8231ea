"""The model card of a fitted sampler.

It follows the headings of M. Mitchell et al., "Model cards for model reporting", FAT* 2019. It
names the source of each number, and the numbers that are missing.
"""

import platform
import textwrap
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from eegaug._files import to_json
from eegaug.over_sampling._class_data import ClassData

__all__ = ["DataFacts", "card_text", "data_facts", "model_card", "versions_of"]

PACKAGES = ("eegaug", "tensorflow", "keras", "numpy", "scikit-learn", "imbalanced-learn")

# Parameters with a line of their own, or without information on the model.
_NOT_SETTINGS = {"sampling_strategy", "sfreq", "callbacks", "verbose", "generator"}
_MEMBERSHIP = (
    "Tested for each label, of the generator's windows alone; of those that fit_resample adds, "
    "some are real windows, augmented. Run eegaug.quality_report with X_holdout before you share "
    "windows or this model."
)
_USE = (
    "To enlarge the rare classes of the training data of research classifiers. Judge the gain on "
    "real windows of recordings that neither the sampler nor the classifier has seen; try "
    "JitterOversampler first."
)
_LIMITS = (
    "Not for diagnosis, and not to test a classifier on.",
    "Synthetic EEG is not anonymous by nature: a generator can give away the windows it was "
    "trained on, and so can its weights. Treat both as the data they came from.",
    "Windows have one length, sampling frequency and set of channels, those of the training data, "
    "and at best the variety of the recordings behind them.",
)


@dataclass(frozen=True)
class DataFacts:
    """Facts on the data that a fitted sampler keeps. No window is among them."""

    dtype: np.dtype
    #: Shape of a window, ``(n_times,)`` or ``(n_channels, n_times)``.
    shape: tuple[int, ...]
    n_windows: dict[Hashable, int]
    #: Number of recordings of each class; None where there were no groups.
    n_recordings: dict[Hashable, int] | None
    #: Versions of Python and of the packages that took part in the fitting.
    versions: dict[str, str]


def data_facts(classes: Mapping[Hashable, ClassData]) -> DataFacts:
    """Return the facts, with the current versions."""
    X = next(iter(classes.values())).X
    recordings = {
        label: len(np.unique(data.groups))
        for label, data in classes.items()
        if data.groups is not None
    }
    return DataFacts(
        dtype=X.dtype,
        shape=X.shape[1:],
        n_windows={label: len(data.rows) for label, data in classes.items()},
        n_recordings=recordings or None,
        versions={
            "python": platform.python_version(),
            **versions_of(PACKAGES),
        },
    )


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """Return the versions of the packages that are installed; only the GAN needs all."""
    found = {}
    for package in packages:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def model_card(sampler: Any) -> dict[str, Any]:
    """Return the card of a fitted sampler, ready for JSON."""
    data = sampler._data
    n_channels, n_times = (1, *data.shape)[-2:]
    parameters = sampler.get_params(deep=False)
    settings = {k: v for k, v in parameters.items() if k not in _NOT_SETTINGS}
    if sampler.generator is not None:
        settings |= {f"generator__{k}": v for k, v in sampler.generator.get_params().items()}
    layout = "(n_samples, n_times)" if len(data.shape) == 1 else "(n_samples, n_channels, n_times)"
    return {
        "model": type(sampler).__name__,
        "windows": {
            "layout": layout,
            "n_channels": n_channels,
            "ch_names": sampler.ch_names_,
            "n_times": n_times,
            "dtype": data.dtype.name,
            "sfreq": sampler.sfreq_,
            "unit": "that of the training windows, which is not recorded",
        },
        "growth": sampler.growth_,
        "labels": [_label_card(sampler, label) for label in data.n_windows],
        "settings": {k: _plain(v) for k, v in settings.items()},
        "versions": data.versions,
        "membership_inference": _MEMBERSHIP,
        "intended_use": _USE,
        "limits": list(_LIMITS),
    }


def _label_card(sampler: Any, label: Any) -> dict[str, Any]:
    """Return the card of one label."""
    data = sampler._data
    card = {
        "label": _plain(label),
        "n_real_windows": data.n_windows[label],
        "n_recordings": None if data.n_recordings is None else data.n_recordings[label],
        "made_by": "augmented real windows alone",
        "augmentation": list(sampler.strengths_[label].reasons),
    }
    if label not in sampler.sampling_strategy_:
        return card | {"made_by": "nothing: no windows were asked for", "augmentation": []}
    if label in sampler.fallback_:
        method, reason = sampler.fallback_[label]
        if method == "copies":
            card["augmentation"] = []
        return card | {"made_by": f"{method}, as {reason}"}
    if label not in sampler.generators_:
        return card
    if not sampler.jitter:
        card["augmentation"] = []
    generator = sampler.generators_[label]
    attack = sampler.membership_inference_[label]
    card["membership_inference"] = {
        "summary": str(attack),
        **{name: _finite(value) for name, value in asdict(attack).items()},
    }
    share = sampler.real_share_[label]
    card["real_share"] = {name: _finite(value) for name, value in asdict(share).items()}
    whole = getattr(generator, "generator", generator)
    if not hasattr(whole, "best_step_"):
        return card | {"made_by": f"{type(whole).__name__}"}
    history = whole.history_
    kept = history[history["step"] == whole.best_step_].iloc[-1]
    objective = whole.objective if isinstance(whole.objective, str) else "custom objective"
    return card | {
        "made_by": "generator" if whole is generator else "generator shared by all labels",
        "architecture": whole.architecture,
        "objective": objective,
        "n_weights": int(sum(weights.size for weights in whole.weights_)),
        "steps_trained": int(history["step"].iloc[-1]),
        "step_kept": whole.best_step_,
        "quality": {
            name: {"value": _finite(kept[name]), "real_vs_real": _finite(reference)}
            for name, reference in whole.real_vs_real_.items()
        },
    }


def _plain(value: Any) -> Any:
    """Return a parameter or a label in the types of JSON; objects as their type."""
    try:
        to_json(value)
    except TypeError:
        return f"<{type(value).__name__}>"
    if isinstance(value, dict):
        return {str(k): v for k, v in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _finite(value: Any) -> Any:
    """Return a finite number as a float, other numbers as None, and text as it is."""
    if isinstance(value, str | bool) or value is None:
        return value
    return float(value) if np.isfinite(value) else None


def card_text(card: dict[str, Any]) -> str:
    """Return the card as text, with prose in lines of at most 88 characters."""
    windows = card["windows"]
    names, sfreq = windows["ch_names"], windows["sfreq"]
    channels = "1 channel" if windows["n_channels"] == 1 else f"{windows['n_channels']} channels"
    duration = "not stated, so their duration is not known"
    if sfreq is not None:
        duration = f"{sfreq:g} Hz, so {windows['n_times'] / sfreq:.4g} s long"
    lines = [
        f"Model card of a {card['model']}",
        "",
        "Windows",
        f"  {windows['layout']}, {windows['n_times']} samples of {channels}, {windows['dtype']}",
        *([_wrapped(f"channels: {', '.join(names)}")] if names else []),
        f"  sampling frequency {duration}",
        f"  unit: {windows['unit']}",
        "",
        "Labels" if card["growth"] == 1 else f"Labels, all grown {card['growth']:.3g} times",
    ]
    for label in card["labels"]:
        lines += _label_lines(label)
    lines += ["", "Settings"]
    lines += [f"  {name}: {value!r}" for name, value in card["settings"].items()]
    lines += ["", "Versions at the training"]
    lines += [f"  {name} {version}" for name, version in card["versions"].items()]
    lines += ["", "Membership inference", _wrapped(card["membership_inference"])]
    lines += ["", "Intended use", _wrapped(card["intended_use"])]
    lines += ["", "Limits", *(_wrapped(limit, "- ") for limit in card["limits"])]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, bullet: str = "", indent: int = 2) -> str:
    first = " " * indent + bullet
    return textwrap.fill(text, 88, initial_indent=first, subsequent_indent=" " * len(first))


def _label_lines(label: dict[str, Any]) -> list[str]:
    """Return the lines of the card on one label."""
    recordings = label["n_recordings"]
    source = "recordings not given" if recordings is None else f"of {recordings} recordings"
    lines = [
        f"  {label['label']!r}: {label['n_real_windows']} real windows, {source}",
        f"    made by {label['made_by']}",
    ]
    lines += [f"    augmented by {reason}" for reason in label["augmentation"]]
    if "architecture" in label:
        lines.append(
            f"    {label['architecture']}, {label['objective']}, {label['n_weights']:,} weights; "
            f"trained for {label['steps_trained']} steps, step {label['step_kept']} kept"
        )
    if label.get("quality"):
        lines += [
            "    quality at that step, beside what two sets of real windows give, of different",
            "    recordings where these are known.",
            "    The step was chosen by these figures, so they flatter.",
        ]
    for name, figure in label.get("quality", {}).items():
        value, reference = (
            "unknown" if number is None else f"{number:.4g}" for number in figure.values()
        )
        lines.append(f"      {name} {value}, real against real {reference}")
    if "real_share" in label:
        share = label["real_share"]
        text = f"{share['share']:.3g} of the new windows are real ones: {share['reason']}"
        lines.append(_wrapped(text, indent=4))
    if "membership_inference" in label:
        lines.append(_wrapped(label["membership_inference"]["summary"], indent=4))
    return lines
