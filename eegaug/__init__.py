"""eegaug: synthetic windows of rare EEG classes for imbalanced-learn."""

import importlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eegaug.evaluation import AugmentedClassifier as AugmentedClassifier
    from eegaug.evaluation import compare_samplers as compare_samplers
    from eegaug.evaluation import paired_differences as paired_differences
    from eegaug.evaluation import select_sampler as select_sampler
    from eegaug.over_sampling import DominantGroupWarning as DominantGroupWarning
    from eegaug.over_sampling import GANOversampler as GANOversampler
    from eegaug.over_sampling import JitterOversampler as JitterOversampler
    from eegaug.over_sampling import SmallClassWarning as SmallClassWarning
    from eegaug.over_sampling import SurrogateOversampler as SurrogateOversampler
    from eegaug.persistence import load_sampler as load_sampler
    from eegaug.report import quality_report as quality_report
    from eegaug.streams import BalancedWindows as BalancedWindows
    from eegaug.windows import ImplausibleWindowsWarning as ImplausibleWindowsWarning

_HOMES = {
    "AugmentedClassifier": "evaluation",
    "BalancedWindows": "streams",
    "DominantGroupWarning": "over_sampling",
    "GANOversampler": "over_sampling",
    "ImplausibleWindowsWarning": "windows",
    "JitterOversampler": "over_sampling",
    "SmallClassWarning": "over_sampling",
    "SurrogateOversampler": "over_sampling",
    "compare_samplers": "evaluation",
    "datasets": "",
    "evaluation": "",
    "gan": "",
    "interop": "",
    "load_sampler": "persistence",
    "metrics": "",
    "over_sampling": "",
    "paired_differences": "evaluation",
    "persistence": "",
    "plotting": "",
    "quality_report": "report",
    "report": "",
    "select_sampler": "evaluation",
    "streams": "",
}

__all__ = sorted(_HOMES)
__version__ = version("eegaug")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    if not home:
        return importlib.import_module(f"{__name__}.{name}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
