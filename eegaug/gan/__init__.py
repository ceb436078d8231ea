"""The GANs: networks, objectives, the adversarial model and its training.

Everything here imports TensorFlow when it is first used, not before.
"""

import importlib

_HOMES = {
    "OBJECTIVES": "objectives",
    "Objective": "objectives",
    "ARCHITECTURES": "architectures",
    "GANConfig": "config",
    "GANGenerator": "generator",
    "LabelGenerator": "label_generator",
    "TrainingFailedError": "monitor",
    "TrainingWarning": "monitor",
    "WaveGAN": "model",
    "build_discriminator": "networks",
    "build_generator": "networks",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
