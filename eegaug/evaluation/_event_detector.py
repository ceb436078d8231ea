"""A simple detector of seizures, as a start and a baseline."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from eegaug.spectral import band_power

__all__ = ["make_detector"]

#: Ranks in the order of power whose channels are used, the weakest last.
PLACES = (0, 1, 3, 8, -1)
LEAST_POWER = 1e-2  # µV²; that of a channel without a signal


def make_detector(classifier: Any = None, *, sfreq: float) -> Pipeline:
    """Make a plain detector of seizures in windows of many channels.

    Its features are logarithms of band powers. Where a focus lies is the patient's own, so the
    channels of each window are put in order of their power, band by band: the features are those
    of the strongest channel, the second, the fourth, the ninth and the weakest, so far as there
    are so many. It knows channels by their rank alone, and so takes any montage.

    Parameters
    ----------
    classifier : classifier, default=None
        What learns from the features. None takes a logistic regression with balanced class
        weights, with which a sampler has to do more than balance the classes.
    sfreq : float
        Sampling frequency in Hz of the windows.

    Returns
    -------
    detector : :class:`~sklearn.pipeline.Pipeline`
        Features, standardisation and classifier, for windows of shape (n_samples, n_channels,
        n_times) in µV.

    See Also
    --------
    compare_on_recordings : Trains and scores it.

    Examples
    --------
    >>> import numpy as np
    >>> from eegaug.evaluation import make_detector
    >>> X = 20 * np.random.default_rng(0).normal(size=(40, 18, 256))
    >>> y = np.arange(40) % 4 == 0
    >>> X[y] *= 3
    >>> detector = make_detector(sfreq=64).fit(X, y)
    >>> float(detector.score(X, y))
    1.0
    """
    if classifier is None:
        classifier = LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced")
    features = FunctionTransformer(partial(_ranked_band_power, sfreq=sfreq))
    return make_pipeline(features, StandardScaler(), classifier)


def _ranked_band_power(windows: NDArray, sfreq: float) -> NDArray[np.float64]:
    """Return log band powers of some channels of each window, by their rank."""
    power = np.log(np.asarray(band_power(windows, sfreq=sfreq)) + LEAST_POWER)
    ranked = -np.sort(-power, axis=1)
    n_channels = ranked.shape[1]
    places = sorted({place % n_channels for place in PLACES if place < n_channels})
    return ranked[:, places].reshape(len(ranked), -1)
