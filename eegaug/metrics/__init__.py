"""Distances and scores between two sets of windows.

Distances and kernels are computed in chunks. Memory grows with the number of windows, not with its
square, so that 50,000 windows of each set can be compared.
"""

from eegaug.metrics._distribution import (
    frechet_distance,
    mmd_distance,
    sliced_wasserstein_distance,
)
from eegaug.metrics._diversity import (
    coverage_score,
    density_score,
)
from eegaug.metrics._memory import (
    MembershipInferenceResult,
    membership_inference_attack,
    nearest_window_ratio_score,
)
from eegaug.metrics._reference import MetricResult, with_reference
from eegaug.metrics._registry import METRICS, Metric
from eegaug.metrics._spectra import (
    autocorrelation_distance,
    band_power_distance,
    psd_distance,
)
from eegaug.metrics._table import metric_table
from eegaug.metrics._utility import discriminative_score, trts_score, tstr_score
from eegaug.metrics._waveform import (
    amplitude_distance,
    covariance_distance,
    line_length_distance,
    spike_rate_distance,
)

__all__ = [
    "METRICS",
    "MembershipInferenceResult",
    "Metric",
    "MetricResult",
    "amplitude_distance",
    "autocorrelation_distance",
    "band_power_distance",
    "covariance_distance",
    "coverage_score",
    "density_score",
    "discriminative_score",
    "frechet_distance",
    "line_length_distance",
    "membership_inference_attack",
    "metric_table",
    "mmd_distance",
    "nearest_window_ratio_score",
    "psd_distance",
    "sliced_wasserstein_distance",
    "spike_rate_distance",
    "trts_score",
    "tstr_score",
    "with_reference",
]
