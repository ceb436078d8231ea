"""eegaug: synthetic windows of rare EEG classes for imbalanced-learn."""

import importlib
from importlib.metadata import version

_HOMES = {
    "DominantGroupWarning": "over_sampling",
    "GANOversampler": "over_sampling",
    "JitterOversampler": "over_sampling",
    "SmallClassWarning": "over_sampling",
    "SurrogateOversampler": "over_sampling",
    "compare_samplers": "evaluation",
    "datasets": "",
    "evaluation": "",
    "gan": "",
    "interop": "",
    "metrics": "",
    "over_sampling": "",
    "paired_differences": "evaluation",
    "plotting": "",
    "quality_report": "report",
    "report": "",
}

__all__ = sorted(_HOMES)
__version__ = version("eegaug")


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    if not home:
        return importlib.import_module(f"{__name__}.{name}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
