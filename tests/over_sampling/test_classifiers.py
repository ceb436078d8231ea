"""Samplers before classifiers of other libraries.

The extra `classifiers` brings aeon and braindecode. The extra `test` does not, for aeon holds
NumPy and pandas back and braindecode brings PyTorch, which has several GB: their tests are
skipped where they are not installed.
"""

import keras
import numpy as np
import pytest
import sklearn
from imblearn.pipeline import make_pipeline
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, TunedThresholdClassifierCV
from sklearn.preprocessing import FunctionTransformer

from eegaug import GANOversampler, JitterOversampler
from eegaug.gan import GANGenerator

pytestmark = pytest.mark.uncompiled

N_CHANNELS, N_TIMES = 2, 64
GROUPS = np.arange(60) // 3
Y = (GROUPS % 5 == 0).astype(int)
RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, N_CHANNELS, N_TIMES)).astype("float32")
X[Y == 1] = 0.5 * np.cumsum(X[Y == 1], axis=-1)
TINY = {"n_steps": 2, "width": 2, "latent_dim": 4, "batch_size": 4}
WITHOUT = "{} is not installed: pip install 'eegaug[classifiers]'"


def flat(windows):
    return windows.reshape(len(windows), -1)


@pytest.mark.parametrize("name", ["MiniRocketClassifier", "MultiRocketHydraClassifier"])
def test_aeon(name):
    convolution_based = pytest.importorskip(
        "aeon.classification.convolution_based", reason=WITHOUT.format("aeon")
    )
    classifier = getattr(convolution_based, name)(n_kernels=84, random_state=0)
    model = make_pipeline(JitterOversampler(random_state=0), classifier).fit(X, Y)
    assert balanced_accuracy_score(Y, model.predict(X)) > 0.9
    assert_array_equal(model.classes_, [0, 1])


@pytest.mark.filterwarnings("ignore")  # PyTorch's and skorch's own
def test_braindecode_through_skorch():
    # Rate and epochs were raised until the network learns these windows, without a sampler too:
    # this shows that the pipeline works, not a gain.
    braindecode = pytest.importorskip("braindecode", reason=WITHOUT.format("braindecode"))
    import torch
    from braindecode.models import EEGNet

    torch.manual_seed(0)
    network = EEGNet(n_chans=N_CHANNELS, n_outputs=2, n_times=N_TIMES, sfreq=64)
    classifier = braindecode.EEGClassifier(
        network,
        train_split=None,
        optimizer=torch.optim.Adam,  # skorch's default, plain SGD, is far slower here
        lr=0.01,
        max_epochs=30,
        batch_size=16,
        verbose=0,
    )
    model = make_pipeline(GANOversampler(GANGenerator(**TINY), random_state=0), classifier).fit(
        X, Y
    )
    assert model.predict_proba(X).shape == (60, 2)
    assert balanced_accuracy_score(Y, model.predict(X)) > 0.9


def cnn(X, y):
    """Build a small network in one dimension; Keras' wrapper takes flat windows alone."""
    model = keras.Sequential(
        [
            keras.Input((N_CHANNELS * N_TIMES,)),
            keras.layers.Reshape((N_CHANNELS, N_TIMES)),
            keras.layers.Permute((2, 1)),  # channels last
            keras.layers.Conv1D(4, 7, strides=4, activation="relu"),
            keras.layers.GlobalMaxPooling1D(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.05), "categorical_crossentropy")
    return model


def test_keras_network_in_one_dimension():
    keras.utils.set_random_seed(0)
    classifier = keras.wrappers.SKLearnClassifier(cnn, fit_kwargs={"epochs": 15, "verbose": 0})
    sampler = GANOversampler(GANGenerator(**TINY), random_state=0)
    model = make_pipeline(sampler, FunctionTransformer(flat), classifier)
    model.fit(X, Y)
    assert list(sampler.generators_) == [1]
    assert balanced_accuracy_score(Y, model.predict(X).ravel()) > 0.9


@pytest.mark.parametrize("name", ["balanced", "balanced_subsample"])
def test_class_weights_see_the_resampled_classes(name):
    def scores(class_weight, sampling_strategy):
        model = make_pipeline(
            JitterOversampler(sampling_strategy=sampling_strategy, random_state=0),
            FunctionTransformer(flat),
            RandomForestClassifier(5, class_weight=class_weight, bootstrap=False, random_state=0),
        )
        return model.fit(X, Y).predict_proba(X + 1.0)

    # Once the classes are as large as each other, balanced weights are all one.
    assert_array_equal(scores(name, 1.0), scores(None, 1.0))
    assert not np.array_equal(scores(name, 0.5), scores(None, 0.5))


class Asked(ClassifierMixin, BaseEstimator):
    """Scores by the spread of a window, and notes the numbers of what it sees."""

    trained: list = []  # noqa: RUF012
    asked: list = []  # noqa: RUF012

    def fit(self, X, y):
        self.trained.append((X, y))
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        self.asked.append(X)
        score = X.std(axis=(1, 2)) / 20
        return np.column_stack([1 - score, score])

    def predict(self, X):
        return (self.predict_proba(X)[:, 1] > 0.5).astype(int)


def test_the_tuned_threshold_is_found_on_real_windows_of_other_recordings():
    known = {window.tobytes(): group for window, group in zip(X, GROUPS, strict=True)}
    with sklearn.config_context(enable_metadata_routing=True):
        sampler = JitterOversampler(random_state=0).set_fit_resample_request(groups=True)
        model = make_pipeline(sampler, Asked())
        tuned = TunedThresholdClassifierCV(model, cv=StratifiedGroupKFold(2))
        tuned.fit(X, Y, groups=GROUPS)
    whole, *folds = Asked.trained
    assert len(folds) == len(Asked.asked) == 2
    for _, y in (whole, *folds):
        assert np.bincount(y)[0] == np.bincount(y)[1]
    for (windows, _), asked in zip(folds, Asked.asked, strict=True):
        seen = {known[window.tobytes()] for window in windows if window.tobytes() in known}
        assert seen
        assert not seen & {known[window.tobytes()] for window in asked}
    plain = balanced_accuracy_score(Y, tuned.estimator_.predict(X))
    assert balanced_accuracy_score(Y, tuned.predict(X)) > 0.9 > plain
