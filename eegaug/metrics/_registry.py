"""All metrics by name."""

from collections.abc import Callable
from typing import Literal

from eegaug.metrics._distribution import (
    frechet_distance,
    mmd_distance,
    sliced_wasserstein_distance,
)
from eegaug.metrics._diversity import (
    coverage_score,
    density_score,
    manifold_precision_score,
    manifold_recall_score,
)
from eegaug.metrics._memory import nearest_window_ratio_score
from eegaug.metrics._spectra import (
    autocorrelation_distance,
    band_power_distance,
    psd_distance,
)
from eegaug.metrics._utility import discriminative_score, trts_score, tstr_score
from eegaug.metrics._waveform import (
    amplitude_distance,
    covariance_distance,
    line_length_distance,
    spike_rate_distance,
)

__all__ = ["METRICS", "better_direction"]

#: Every metric of two sets of windows, by its name.
METRICS: dict[str, Callable[..., float]] = {
    metric.__name__: metric
    for metric in (
        psd_distance,
        band_power_distance,
        autocorrelation_distance,
        amplitude_distance,
        line_length_distance,
        spike_rate_distance,
        covariance_distance,
        sliced_wasserstein_distance,
        mmd_distance,
        frechet_distance,
        density_score,
        coverage_score,
        manifold_precision_score,
        manifold_recall_score,
        discriminative_score,
        tstr_score,
        trts_score,
        nearest_window_ratio_score,
    )
}


def better_direction(name: str) -> Literal["lower", "higher"]:
    """Tell from a metric's name whether lower or higher values are better.

    Parameters
    ----------
    name : str
        A name that ends in ``_distance`` or ``_score``.

    Returns
    -------
    better : {"lower", "higher"}
        "lower" for a distance, "higher" for a score.

    Raises
    ------
    ValueError
        If the name has another ending.

    See Also
    --------
    with_floor : A metric beside its floor.

    Examples
    --------
    >>> from eegaug.metrics import better_direction
    >>> better_direction("psd_distance")
    'lower'
    """
    if name.endswith("_distance"):
        return "lower"
    if name.endswith("_score"):
        return "higher"
    raise ValueError(f"A metric's name must end in '_distance' or '_score'. Got {name!r} instead.")
