"""Registry of all metrics, with their topics and parameters."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from eegaug.metrics import _distribution, _diversity, _memory, _spectra, _utility, _waveform

__all__ = ["METRICS", "Metric", "better_direction", "look_up"]


@dataclass(frozen=True)
class Metric:
    """A metric of two sets of windows, with its topic and parameters.

    Attributes
    ----------
    function : callable
        ``function(X_real, X_synthetic, **params)``.
    topic : str
        The question that it helps to answer, as in the quality report.
    sees : tuple of str
        Kinds of simulated damage that it must detect in the tests.
    monitored : bool
        Whether a GAN's training is monitored by it.
    in_hertz : bool
        Whether it requires `sfreq`, since its bands are in Hz.

    See Also
    --------
    METRICS : All of them by name.

    Examples
    --------
    >>> from eegaug.metrics import METRICS
    >>> metric = METRICS["nearest_window_ratio_score"]
    >>> metric.topic, metric.better, metric.needs
    ('memory', 'higher', ('X_holdout',))
    """

    function: Callable[..., float]
    topic: str
    sees: tuple[str, ...] = ()
    monitored: bool = False
    in_hertz: bool = False

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def better(self) -> Literal["lower", "higher"]:
        """Which values are better."""
        return better_direction(self.name)

    @property
    def takes(self) -> tuple[str, ...]:
        """The parameters of the function after the two sets of windows."""
        return tuple(inspect.signature(self.function).parameters)[2:]

    @property
    def needs(self) -> tuple[str, ...]:
        """The parameters that it requires."""
        parameters = inspect.signature(self.function).parameters
        return tuple(
            name
            for name in self.takes
            if parameters[name].default is inspect.Parameter.empty
            or (name == "sfreq" and self.in_hertz)
        )


_SIGNAL = ("noise", "low_pass", "scaling", "spikes")
_ALL = (*_SIGNAL, "channel_mixing", "dropped_modes", "collapse")

#: Every metric of two sets of windows, by its name. For each entry of `sees` the tests require a
#: rank correlation of at least 0.95 between damage and metric, on simulated and real windows.
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(_spectra.psd_distance, "spectrum", _ALL[:-1], monitored=True),
        Metric(_spectra.band_power_distance, "spectrum", _ALL[:-1], in_hertz=True),
        Metric(_spectra.autocorrelation_distance, "spectrum", ("noise", "low_pass", "spikes")),
        Metric(_waveform.amplitude_distance, "waveform", (*_SIGNAL, "dropped_modes")),
        Metric(_waveform.line_length_distance, "waveform", (*_SIGNAL, "dropped_modes")),
        Metric(_waveform.spike_rate_distance, "waveform", ("spikes",)),
        Metric(_waveform.covariance_distance, "channels", _ALL[:-1]),
        Metric(
            _distribution.sliced_wasserstein_distance,
            "distribution",
            ("noise", "scaling", "spikes", "dropped_modes", "collapse"),
            monitored=True,
        ),
        Metric(_distribution.mmd_distance, "distribution", _ALL),
        Metric(_distribution.frechet_distance, "distribution", _ALL),
        Metric(_diversity.density_score, "fidelity", (*_SIGNAL, "channel_mixing")),
        Metric(
            _diversity.coverage_score,
            "diversity",
            (*_SIGNAL, "dropped_modes", "collapse"),
            monitored=True,
        ),
        # Heavy noise falls into the wide neighbourhoods of outliers, which density discounts.
        Metric(_utility.discriminative_score, "realism", _ALL[:-1]),
        Metric(_utility.tstr_score, "utility"),
        Metric(_utility.trts_score, "utility"),
        Metric(_memory.nearest_window_ratio_score, "memory", ("copies",)),
    )
}


def look_up(metric: str | Callable[..., float]) -> Callable[..., float]:
    """Return the function of a metric's name, or the function itself."""
    if callable(metric):
        return metric
    if metric not in METRICS:
        raise ValueError(f"No metric is named {metric!r}. Choose from: {', '.join(METRICS)}.")
    return METRICS[metric].function


def better_direction(name: str) -> Literal["lower", "higher"]:
    """Return whether lower or higher values are better, by the metric's name."""
    if name.endswith("_distance"):
        return "lower"
    if name.endswith("_score"):
        return "higher"
    raise ValueError(f"A metric's name must end in '_distance' or '_score'. Got {name!r} instead.")
