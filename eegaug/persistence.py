"""Load fitted samplers from the files that ``sampler.save(path)`` writes, without pickle.

The state of samplers is handled in `eegaug.over_sampling`, that of generators in `eegaug.gan`.
"""

from eegaug.over_sampling._loading import load_sampler

__all__ = ["load_sampler"]
