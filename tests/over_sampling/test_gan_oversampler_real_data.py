"""The sampler on the real Epileptic Seizure Recognition CSV."""

import os
from pathlib import Path

import numpy as np
import pytest

from eegaug import GANOversampler
from eegaug.datasets import load_epileptic_seizures
from eegaug.gan import GANGenerator

DATA = os.environ.get("EEGAUG_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="EEGAUG_DATA names no folder with the real data")


def test_three_thinned_labels_get_three_generators_and_the_counts_asked_for():
    path = Path(DATA) / "uci_epileptic_seizure_recognition.csv.gz"
    data = load_epileptic_seizures(path, binary=False)
    rng = np.random.default_rng(0)
    thinned = {1: 46, 3: 92, 5: 69}
    kept = np.concatenate(
        [
            rng.permutation(np.flatnonzero(data.target == label))[: thinned.get(label)]
            for label in range(1, 6)
        ]
    )
    X, y = data.data[kept], data.target[kept]
    wanted = {1: 300, 3: 1840, 5: 500}
    generator = GANGenerator(n_steps=20)
    sampler = GANOversampler(generator, sampling_strategy=wanted, random_state=0)
    X_res, y_res = sampler.fit_resample(X, y)
    assert list(sampler.generators_) == [1, 3, 5]
    assert sampler.fallback_ == {}
    counts = dict(zip(*np.unique(y_res, return_counts=True), strict=True))
    assert counts == {1: 300, 2: 1840, 3: 1840, 4: 1840, 5: 500}
    np.testing.assert_array_equal(X_res[: len(X)], X)
    assert np.isfinite(X_res).all()
