"""One label of a generator that several labels share."""

from dataclasses import dataclass

import pandas as pd
from numpy.random import RandomState
from numpy.typing import NDArray

from eegaug.gan.generator import GANGenerator

__all__ = ["LabelGenerator"]


@dataclass(frozen=True)
class LabelGenerator:
    """One label of a generator that was trained on several.

    Attributes
    ----------
    generator : GANGenerator
        The generator that all labels share.
    label : int
        Index of the label.

    See Also
    --------
    GANGenerator : The generator behind it.
    eegaug.GANOversampler : Makes one for each label where `conditioning` is "shared".

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug import GANOversampler
    >>> X, y = np.random.default_rng(0).normal(size=(40, 16)), np.repeat([0, 1], [25, 15])
    >>> sampler = GANOversampler(conditioning="shared", n_steps=2, width=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sampler.generators_[1].sample(3, random_state=0).shape
    (3, 1, 16)
    """

    generator: GANGenerator
    label: int

    @property
    def history_(self) -> pd.DataFrame:
        """The history of the common training."""
        return self.generator.history_

    def sample(self, n: int, *, random_state: int | RandomState | None = None) -> NDArray:
        """Make windows of the label, as `GANGenerator.sample` does.

        Parameters
        ----------
        n : int
            Number of windows.
        random_state : int, RandomState instance or None, default=None
            Seed of the latents.

        Returns
        -------
        windows : ndarray of shape (n, n_channels, n_times)
            Synthetic windows in the unit of the training windows.
        """
        return self.generator.sample(n, label=self.label, random_state=random_state)
