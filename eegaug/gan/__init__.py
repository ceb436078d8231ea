"""The GANs: networks, objectives, the adversarial model and its training.

TensorFlow is imported when the first network is built.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eegaug.gan.architectures import ARCHITECTURES as ARCHITECTURES
    from eegaug.gan.generator import GANGenerator as GANGenerator
    from eegaug.gan.generator import LabelGenerator as LabelGenerator
    from eegaug.gan.model import WaveGAN as WaveGAN
    from eegaug.gan.monitor import Selection as Selection
    from eegaug.gan.monitor import TrainingFailedError as TrainingFailedError
    from eegaug.gan.monitor import TrainingWarning as TrainingWarning
    from eegaug.gan.networks import build_discriminator as build_discriminator
    from eegaug.gan.networks import build_generator as build_generator
    from eegaug.gan.objectives import OBJECTIVES as OBJECTIVES
    from eegaug.gan.objectives import Objective as Objective

_HOMES = {
    "ARCHITECTURES": "architectures",
    "GANGenerator": "generator",
    "LabelGenerator": "generator",
    "OBJECTIVES": "objectives",
    "Objective": "objectives",
    "Selection": "monitor",
    "TrainingFailedError": "monitor",
    "TrainingWarning": "monitor",
    "WaveGAN": "model",
    "build_discriminator": "networks",
    "build_generator": "networks",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
