"""Everything that is chosen about a GAN, in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["GANConfig"]


@dataclass(frozen=True)
class GANConfig:
    """What a GAN is built and trained with.

    Attributes
    ----------
    architecture : str, default="wavegan"
        A name in `eegaug.gan.ARCHITECTURES`.
    objective : str or Objective, default="bce"
        A name in `eegaug.gan.OBJECTIVES`, or an objective.
    latent_dim : int, default=64
        Number of latents a window is made from.
    width : int, default=16
        Number of filters of the layers next to the window.
    n_steps : int, default=300
        Number of steps of the generator.
    batch_size : int, default=32
        Number of windows a step.
    learning_rate : float or (float, float), default=5e-4
        Of generator and critic alike, or one for each (Heusel et al. 2017).
    beta_1, beta_2 : float, default=0.5 and 0.9
        Decays of Adam.
    n_critic : int, default=1
        Steps of the critic for each step of the generator.
    spectral_critic : bool, default=True
        Whether the critic sees the log spectrum beside the waveform.
    generated_amplitude : bool, default=True
        Whether amplitude is a factor of its own.
    post_filter : {"closed-form", "learned", None}, default="closed-form"
        Linear filter behind the generator; the closed form mends mean spectra and what channels
        share.
    augmentation : sequence of {"shift", "scale", "polarity"}, default=()
        Changes of what the critic sees.
    spectral_norm : bool, default=False
        Whether the critic's kernels are held at spectral norm 1.
    ema : float, default=0.995
        Decay of the average of the generator's weights; 0 for none.
    n_checks : int, default=10
        How often the monitor measures the windows during training.
    patience : int or None, default=5
        Number of checks without improvement after which training stops; None never stops early.

    See Also
    --------
    GANGenerator : What takes it.
    eegaug.GANOversampler : The sampler, whose parameters have the same names.

    Examples
    --------
    >>> from eegaug.gan import GANConfig
    >>> config = GANConfig(architecture="residual", objective="r3gan", n_steps=1000)
    >>> config.latent_dim
    64
    """

    architecture: str = "wavegan"
    objective: Any = "bce"
    latent_dim: int = 64
    width: int = 16
    n_steps: int = 300
    batch_size: int = 32
    learning_rate: float | tuple[float, float] = 5e-4
    beta_1: float = 0.5
    beta_2: float = 0.9
    n_critic: int = 1
    spectral_critic: bool = True
    generated_amplitude: bool = True
    post_filter: str | None = "closed-form"
    augmentation: Sequence[str] = ()
    spectral_norm: bool = False
    ema: float = 0.995
    n_checks: int = 10
    patience: int | None = 5

    @property
    def generator_options(self) -> dict[str, Any]:
        """What `build_generator` is told, beside the size of the windows."""
        return {
            "architecture": self.architecture,
            "latent_dim": self.latent_dim,
            "width": self.width,
            "amplitude": self.generated_amplitude,
            "post_filter": self.post_filter == "learned",
        }

    @property
    def critic_options(self) -> dict[str, Any]:
        """What `build_discriminator` is told, beside the size of the windows and conditions."""
        return {
            "architecture": self.architecture,
            "width": self.width,
            "spectrum": self.spectral_critic,
            "spectral_norm": self.spectral_norm,
        }

    def __post_init__(self) -> None:
        # A list would make the configuration unfit as a key.
        object.__setattr__(self, "augmentation", tuple(self.augmentation))
        if isinstance(self.learning_rate, tuple) and (
            len(self.learning_rate) != 2 or min(self.learning_rate) <= 0
        ):
            raise ValueError(
                "The 'learning_rate' parameter must be a positive float, or two of them for "
                f"generator and critic. Got {self.learning_rate!r} instead."
            )
