"""The registry of architectures, each in a file.

An architecture is a module with two functions. `waveform(latents, shape, make)` turns a Keras
tensor of latents ``(batch, latent_dim)`` into windows ``(batch, >= n_times, n_channels)``;
`features(windows, shape, make)` turns windows ``(batch, n_times, n_channels)`` into flat features
``(batch, n_features)``. All else (cropping, amplitude, spectral branch, conditioning, the head)
is added by `eegaug.gan.networks` and is the same for all of them.
"""

import importlib
from dataclasses import dataclass
from types import ModuleType

__all__ = ["ARCHITECTURES", "NetworkShape", "find_architecture"]

#: Name of each architecture and its module, which is imported when the architecture is built.
ARCHITECTURES: dict[str, str] = {
    "dense": "eegaug.gan.architectures.dense",
    "dcgan": "eegaug.gan.architectures.dcgan",
    "residual": "eegaug.gan.architectures.residual",
    "wavegan": "eegaug.gan.architectures.wavegan",
}


@dataclass(frozen=True)
class NetworkShape:
    """Sizes that an architecture gets.

    Attributes
    ----------
    n_times, n_channels : int
        Size of a window.
    width : int
        Number of filters of the layer next to the window; the layers below have multiples.
    """

    n_times: int
    n_channels: int
    width: int

    @property
    def n_stages(self) -> int:
        """Number of stages of stride 4 that leave at least 8 samples, 3 at most."""
        n_stages = 0
        while n_stages < 3 and self.n_times >= 8 * 4 ** (n_stages + 1):
            n_stages += 1
        return n_stages

    @property
    def start(self) -> int:
        """Length from which the stages of stride 4 reach `n_times` or the next length above."""
        return -(-self.n_times // 4**self.n_stages)

    def filters(self, stage: int) -> int:
        """Return the number of filters `stage` stages away from the window."""
        return self.width * 2**stage


def find_architecture(name: str) -> ModuleType:
    """Return the module of an architecture.

    Parameters
    ----------
    name : str
        A key of `ARCHITECTURES`.

    Returns
    -------
    architecture : module
        It has the functions `waveform` and `features`.

    Raises
    ------
    ValueError
        If there is no architecture of that name.
    """
    if name not in ARCHITECTURES:
        raise ValueError(
            f"The 'architecture' parameter must be one of {sorted(ARCHITECTURES)}. "
            f"Got {name!r} instead."
        )
    return importlib.import_module(ARCHITECTURES[name])
