"""The model card of a fitted sampler.

It follows the headings of M. Mitchell et al., "Model cards for model reporting", FAT* 2019, and
says of each figure where it is from, and of each that is missing that it is.
"""

import textwrap
from dataclasses import asdict
from typing import Any

import numpy as np

from eegaug._files import to_json

__all__ = ["card_text", "model_card"]

# These have a line of their own, or tell nothing of the model.
_NOT_SETTINGS = {"sampling_strategy", "sfreq", "callbacks", "verbose"}
_MEMORY = (
    "Measured where a label says so, of the generator's windows alone; of those that fit_resample "
    "adds, a share of real_share is real. Run eegaug.quality_report with X_holdout before you "
    "share windows or this model."
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


def model_card(sampler: Any) -> dict[str, Any]:
    """Gather the card of a fitted sampler.

    Parameters
    ----------
    sampler : GANOversampler
        After `fit_resample`.

    Returns
    -------
    card : dict
        Ready for JSON: text, numbers, lists and dicts; what is not finite is None.
    """
    data = sampler._data
    n_channels, n_times = (1, *data.shape)[-2:]
    parameters = sampler.get_params(deep=False)
    return {
        "model": type(sampler).__name__,
        "windows": {
            "layout": "(n_samples, n_times)"
            if len(data.shape) == 1
            else "(n_samples, n_channels, n_times)",
            "n_channels": n_channels,
            "ch_names": sampler.ch_names_,
            "n_times": n_times,
            "dtype": data.dtype.name,
            "sfreq_as_stated": float(sampler.sfreq_),
            "unit": "that of the training windows, which is not recorded",
        },
        "labels": [_label_card(sampler, label) for label in data.n_windows],
        "settings": {k: _plain(v) for k, v in parameters.items() if k not in _NOT_SETTINGS},
        "versions": data.versions,
        "memory": _MEMORY,
        "intended_use": _USE,
        "limits": list(_LIMITS),
    }


def _label_card(sampler: Any, label: Any) -> dict[str, Any]:
    data = sampler._data
    attack = sampler.memory_.get(label)
    card = {
        "label": _plain(label),
        "n_real_windows": data.n_windows[label],
        "n_recordings": None if data.n_recordings is None else data.n_recordings[label],
        "made_by": "nothing: no windows were asked for",
    }
    if label in sampler.fallback_:
        rung, reason = sampler.fallback_[label]
        return card | {"made_by": f"{rung}, as {reason}"}
    if label not in sampler.generators_:
        return card
    generator = sampler.generators_[label]
    whole = getattr(generator, "generator", generator)
    config, history = whole.config, whole.history_
    objective = config.objective if isinstance(config.objective, str) else "custom objective"
    kept = history[history["step"] == whole.best_step_].iloc[-1]
    return card | {
        "made_by": "generator" if whole is generator else "generator shared by all labels",
        "architecture": config.architecture,
        "objective": objective,
        "n_weights": int(sum(weights.size for weights in whole.weights_)),
        "memory": None if attack is None else asdict(attack),
        "steps_trained": int(history["step"].iloc[-1]),
        "step_kept": whole.best_step_,
        "quality": {
            name: {"value": _finite(kept[name]), "floor": _finite(floor)}
            for name, floor in whole.floors_.items()
        },
    }


def _plain(value: Any) -> Any:
    """Return a parameter or a label as JSON knows it, or its name where it is an object."""
    try:
        to_json(value)
    except TypeError:
        return f"<{type(value).__name__}>"
    if isinstance(value, dict):
        return {str(k): v for k, v in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def card_text(card: dict[str, Any]) -> str:
    """Write the card out.

    Parameters
    ----------
    card : dict
        What `model_card` gave.

    Returns
    -------
    text : str
        Lines of at most 88 characters where they are prose, with an end of line at the end.
    """
    windows = card["windows"]
    names = windows["ch_names"]
    duration = windows["n_times"] / windows["sfreq_as_stated"]
    channels = "1 channel" if windows["n_channels"] == 1 else f"{windows['n_channels']} channels"
    lines = [
        f"Model card of a {card['model']}",
        "",
        "Windows",
        f"  {windows['layout']}, {windows['n_times']} samples of {channels}, {windows['dtype']}",
        *([_wrapped(f"channels: {', '.join(names)}")] if names else []),
        f"  sampling frequency {windows['sfreq_as_stated']:g} Hz as stated in 'sfreq', so "
        f"{duration:.4g} s long",
        f"  unit: {windows['unit']}",
        "",
        "Labels",
    ]
    for label in card["labels"]:
        lines += _label_lines(label)
    lines += ["", "Training settings"]
    lines += [f"  {name}: {value!r}" for name, value in card["settings"].items()]
    lines += ["", "Versions at the training"]
    lines += [f"  {name} {version}" for name, version in card["versions"].items()]
    lines += ["", "Memory of training windows", _wrapped(card["memory"])]
    lines += ["", "Intended use", _wrapped(card["intended_use"])]
    lines += ["", "Limits", *(_wrapped(limit, "- ") for limit in card["limits"])]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, bullet: str = "") -> str:
    return textwrap.fill(
        text, 88, initial_indent=f"  {bullet}", subsequent_indent=" " * (2 + len(bullet))
    )


def _label_lines(label: dict[str, Any]) -> list[str]:
    """Write out what the card says of one label."""
    recordings = label["n_recordings"]
    source = "recordings not given" if recordings is None else f"of {recordings} recordings"
    lines = [
        f"  {label['label']!r}: {label['n_real_windows']} real windows, {source}",
        f"    made by {label['made_by']}",
    ]
    if "quality" not in label:
        return lines
    lines += [
        f"    {label['architecture']}, {label['objective']}, {label['n_weights']:,} weights; "
        f"trained for {label['steps_trained']} steps, step {label['step_kept']} kept",
        "    quality at that step, as the training's monitor saw it; the floor is what two halves",
        "    of the real windows give. The step was chosen by these figures, so they flatter.",
    ]
    for name, figure in label["quality"].items():
        value, floor = (
            "unknown" if number is None else f"{number:.4g}"
            for number in (figure["value"], figure["floor"])
        )
        lines.append(f"      {name} {value}, floor {floor}")
    return [*lines, *_memory_lines(label["memory"])]


def _memory_lines(attack: dict[str, Any] | None) -> list[str]:
    """Write out what an attack knows of the training windows."""
    if attack is None:
        return ["    memory of training windows not measured: no recordings were spared"]
    verdict = "remembers its training windows" if attack["flagged"] else "no memory found"
    return [
        f"    {verdict}: an attack tells recordings of the training from others with an AUC of",
        f"      {attack['auc']:.2f} ({attack['low']:.2f} to {attack['high']:.2f}, chance is 0.50, "
        f"p = {attack['p_value']:.3f})",
    ]
