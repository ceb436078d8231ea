import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.neighbors import KNeighborsClassifier

from eegaug.metrics import discriminative_score, trts_score, tstr_score


@pytest.fixture
def classes(simulated):
    """Real and synthetic windows of a quick and a slow class."""
    X, _ = simulated
    y = np.arange(len(X)) % 3 == 0
    X = np.where(y[:, np.newaxis, np.newaxis], X.cumsum(axis=2), X)
    return X[::2], X[1::2], y[::2], y[1::2]


@pytest.mark.parametrize("score", [tstr_score, trts_score])
def test_flipped_labels_lower_the_score(score, classes):
    real, synthetic, y_real, y_synthetic = classes
    order = np.random.RandomState(0).permutation(len(synthetic))
    shares = np.linspace(0, 0.9, 7)
    values = []
    for share in shares:
        flipped = y_synthetic.copy()
        flipped[order[: round(share * len(order))]] ^= True
        values.append(score(real, synthetic, y_real=y_real, y_synthetic=flipped))
    assert values[0] > 0.9
    assert spearmanr(shares, values).statistic <= -0.95, values


def test_tstr_trains_on_synthetic_and_trts_on_real(classes):
    real, synthetic, y_real, y_synthetic = classes
    few = {"y_real": y_real[:9], "y_synthetic": y_synthetic}
    nearest = KNeighborsClassifier(n_neighbors=20)
    # Nine windows cannot train a classifier of 20 neighbours.
    assert tstr_score(real[:9], synthetic, estimator=nearest, **few) > 0.5
    with pytest.raises(ValueError, match="n_neighbors"):
        trts_score(real[:9], synthetic, estimator=nearest, **few)
    assert not hasattr(nearest, "classes_")


def test_classes_must_agree(classes):
    real, synthetic, y_real, y_synthetic = classes
    with pytest.raises(ValueError, match="same two or more classes"):
        tstr_score(real, synthetic, y_real=y_real, y_synthetic=np.zeros_like(y_synthetic))
    with pytest.raises(ValueError, match="y_synthetic must hold one label"):
        trts_score(real, synthetic, y_real=y_real, y_synthetic=y_synthetic[:-1])


def test_discriminative_score_splits_by_recording(simulated):
    X, groups = simulated
    real, synthetic = groups % 2 == 0, groups % 2 == 1
    # Twelve recordings a side can be learned by heart, which does not help with new ones.
    by_window = discriminative_score(X[real], X[synthetic])
    by_recording = discriminative_score(
        X[real], X[synthetic], groups_real=groups[real], groups_synthetic=groups[synthetic]
    )
    assert by_window < by_recording
    assert 0 <= by_window < 1


def test_discriminative_score_refuses_a_single_recording(simulated):
    X, _ = simulated
    with pytest.raises(ValueError, match="groups_real must hold at least 2 recordings"):
        discriminative_score(X, X, groups_real=np.zeros(len(X)))
