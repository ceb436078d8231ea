"""Saving fitted samplers: one file, no pickle, and the same windows on another day.

A sampler writes itself, ``sampler.save(path)``, so what it writes and how it is rebuilt is known
where its state is known, in `eegaug.over_sampling`, and the state of a generator in `eegaug.gan`.
The archive itself knows of neither and lies below both. What is left here is the public name.
"""

from eegaug.over_sampling._loading import load_sampler

__all__ = ["load_sampler"]
