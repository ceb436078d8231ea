"""The samplers and the classifiers of the benchmarks: a factory each, in one place.

A sampler is made by ``SAMPLERS[name](sfreq, seed)``, a classifier by
``CLASSIFIERS[name](sfreq, seed, class_weight)``. Both take windows (n_samples, n_channels,
n_times). To add one is to add a line.
"""

import importlib.util

import numpy as np
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE, RandomOverSampler
from networks import SmallNetwork
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifierCV
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity, KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from eegaug import GANOversampler, JitterOversampler, SurrogateOversampler
from eegaug.gan import GANGenerator
from eegaug.spectral import EEG_BANDS, band_power

#: Jitter by fixed strengths, whatever the data show, for the rarer classes alone.
FIXED = {"scale": 0.0, "filter": 0.0, "stretch": 0.0, "mix": False, "growth": 1.0}
RECOMBINED = {**FIXED, "scale": 0.4, "filter": 0.5, "recombine": True}
#: Half of the usual trees and a twentieth of the kernels: the panel runs thousands of times.
N_TREES, N_KERNELS = 50, 500
#: A plain DCGAN under binary cross-entropy, with none of the extras.
PLAIN_GAN = {
    "architecture": "dcgan",
    "objective": "bce",
    "n_steps": 1300,
    "learning_rate": 2e-4,
    "spectral_critic": False,
    "generated_amplitude": False,
    "post_filter": None,
    "ema": 0.0,
}


class Flat(BaseEstimator):
    """A sampler of imbalanced-learn, or one of aeon, on windows of any number of channels."""

    def __init__(self, sampler, random_state=None):
        self.sampler = sampler
        self.random_state = random_state

    def fit_resample(self, X, y):
        """Resample windows as rows, or, for samplers of series, as they are."""
        sampler = clone(self.sampler).set_params(random_state=self.random_state)
        fewest = min(np.unique(y, return_counts=True)[1])
        for name in ("k_neighbors", "n_neighbors"):
            # By itself it refuses classes smaller than its number of neighbours.
            if isinstance(getattr(sampler, name, None), int):
                sampler.set_params(**{name: max(1, min(getattr(sampler, name), fewest - 1))})
        if hasattr(sampler, "fit_resample"):
            made, y_all = sampler.fit_resample(X.reshape(len(X), -1), y)
        else:
            made, y_all = sampler.fit_transform(np.asarray(X, np.float64), y)
        return made.reshape(-1, *X.shape[1:]).astype(X.dtype), y_all


def alone(generator, sfreq, seed):
    """Return a sampler that adds the generator's windows as they are."""
    return GANOversampler(
        generator, real_share=0.0, jitter=False, growth=1.0, sfreq=sfreq, random_state=seed
    )


#: Names without a sampler. "class weights" weighs the classes in the loss of the classifier, which
#: nearest neighbours cannot; "selection" is `AugmentedClassifier` around each classifier.
WEIGHTS, SELECTION = "class weights", "selection"
#: Left and right exchanged by the names of the channels, which `gain.learn` gives it.
REFLECTED = "jitter, reflected"
SAMPLERS = {
    "none": lambda sfreq, seed: None,
    WEIGHTS: lambda sfreq, seed: None,
    SELECTION: lambda sfreq, seed: None,
    "random copies": lambda sfreq, seed: Flat(RandomOverSampler(), seed),
    "SMOTE": lambda sfreq, seed: Flat(SMOTE(), seed),
    "Borderline-SMOTE": lambda sfreq, seed: Flat(BorderlineSMOTE(), seed),
    "ADASYN": lambda sfreq, seed: Flat(ADASYN(), seed),
    "surrogate": lambda sfreq, seed: SurrogateOversampler(random_state=seed),
    "jitter": lambda sfreq, seed: JitterOversampler(random_state=seed),
    REFLECTED: lambda sfreq, seed: JitterOversampler(random_state=seed),
    "jitter, not grown": lambda sfreq, seed: JitterOversampler(growth=1.0, random_state=seed),
    "shift and polarity": lambda sfreq, seed: JitterOversampler(**FIXED, random_state=seed),
    "jitter, recombined": lambda sfreq, seed: JitterOversampler(**RECOMBINED, random_state=seed),
    "kernel density": lambda sfreq, seed: alone(KernelDensity(bandwidth="scott"), sfreq, seed),
    "Gaussian mixture": lambda sfreq, seed: alone(
        GaussianMixture(2, covariance_type="diag"), sfreq, seed
    ),
    "plain DCGAN": lambda sfreq, seed: alone(GANGenerator(**PLAIN_GAN), sfreq, seed),
    "untrained generator": lambda sfreq, seed: alone(GANGenerator(n_steps=1), sfreq, seed),
    "generator alone": lambda sfreq, seed: alone(GANGenerator(), sfreq, seed),
    "GANOversampler, not grown": lambda sfreq, seed: GANOversampler(
        growth=1.0, sfreq=sfreq, random_state=seed
    ),
    "GANOversampler": lambda sfreq, seed: GANOversampler(sfreq=sfreq, random_state=seed),
}
CLASSIFIERS = {
    "forest": lambda sfreq, seed, weight=None: make_pipeline(
        FunctionTransformer(rows),
        RandomForestClassifier(N_TREES, random_state=seed, class_weight=weight),
    ),
    "5-NN": lambda sfreq, seed, weight=None: make_pipeline(
        FunctionTransformer(rows), KNeighborsClassifier(5)
    ),
    "SVM": lambda sfreq, seed, weight=None: make_pipeline(
        FunctionTransformer(rows), SVC(class_weight=weight)
    ),
    "band power + logistic": lambda sfreq, seed, weight=None: make_pipeline(
        log_bands(sfreq),
        StandardScaler(),
        LogisticRegression(max_iter=2000, class_weight=weight),
    ),
    "band power + forest": lambda sfreq, seed, weight=None: make_pipeline(
        log_bands(sfreq), RandomForestClassifier(N_TREES, random_state=seed, class_weight=weight)
    ),
    "channel covariance + logistic": lambda sfreq, seed, weight=None: make_pipeline(
        FunctionTransformer(log_covariance),
        StandardScaler(),
        LogisticRegression(C=0.1, max_iter=2000, class_weight=weight),
    ),
    "CNN": lambda sfreq, seed, weight=None: SmallNetwork(
        "cnn", random_state=seed, class_weight=weight
    ),
    "EEGNet": lambda sfreq, seed, weight=None: SmallNetwork(
        "eegnet", random_state=seed, class_weight=weight
    ),
}
#: Classifiers of what several channels share, and samplers of one channel.
MANY_CHANNELS, ONE_CHANNEL = ("channel covariance + logistic",), ("ESMOTE", "OHIT")
if importlib.util.find_spec("aeon"):
    from aeon.transformations.collection import imbalance
    from aeon.transformations.collection.convolution_based import MiniRocket

    SAMPLERS["ESMOTE"] = lambda sfreq, seed: Flat(imbalance.ESMOTE(), seed)
    SAMPLERS["OHIT"] = lambda sfreq, seed: Flat(imbalance.OHIT(), seed)
    CLASSIFIERS["MiniRocket + ridge"] = lambda sfreq, seed, weight=None: make_pipeline(
        MiniRocket(n_kernels=N_KERNELS, random_state=seed, n_jobs=1),
        StandardScaler(),
        RidgeClassifierCV(np.logspace(-3, 3, 7), class_weight=weight),
    )


def rows(windows):
    """Return windows as rows."""
    return windows.reshape(len(windows), -1)


def log_bands(sfreq):
    """Return a transformer to the logarithm of each channel's power in each band."""
    bands = {name: edges for name, edges in EEG_BANDS.items() if edges[1] <= sfreq / 2}
    return FunctionTransformer(_log_band_power, kw_args={"sfreq": sfreq, "bands": bands})


def _log_band_power(windows, sfreq, bands):
    power = band_power(windows, sfreq=sfreq, bands=bands).reshape(len(windows), -1)
    return np.log(np.maximum(power, np.finfo(np.float32).tiny))


def log_covariance(windows):
    """Return the upper triangle of the matrix logarithm of each window's channel covariance."""
    centred = windows - windows.mean(axis=2, keepdims=True)
    covariance = centred @ centred.swapaxes(1, 2) / windows.shape[2]
    values, vectors = np.linalg.eigh(covariance)
    # Bipolar channels are linearly dependent, which a thousandth of the mean variance corrects.
    least = 1e-3 * values.mean(axis=1, keepdims=True) + np.finfo(np.float32).tiny
    logarithm = (vectors * np.log(values.clip(0) + least)[:, np.newaxis]) @ vectors.swapaxes(1, 2)
    one, other = np.triu_indices(windows.shape[1])
    return logarithm[:, one, other]
