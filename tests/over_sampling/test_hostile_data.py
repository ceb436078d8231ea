"""Whatever the data look like: a right result, or one clear error.

300 cases at each run, which takes its time; with ``--hypothesis-profile=thorough`` 5,000.
"""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy import sparse

from eegaug import ImplausibleWindowsWarning
from eegaug.gan import GANGenerator
from eegaug.over_sampling import (
    GANOversampler,
    JitterOversampler,
    SmallClassWarning,
    SurrogateOversampler,
)

pytestmark = pytest.mark.uncompiled

CASES = settings(
    max_examples=max(100, settings.default.max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
SAMPLERS = [
    JitterOversampler(random_state=0),
    JitterOversampler(random_state=0, filter=0.5, noise=0.1, growth=1, recombine=True),
    SurrogateOversampler(random_state=0),
    SurrogateOversampler(random_state=0, method="iaaft", max_iter=2),
    # All its classes are too small, so a fallback makes them.
    GANOversampler(random_state=0, min_windows=10_000),
]
LABELS = [(0, 1), (-3, 7), (False, True), ("rest", "seizure"), (1.0, 2.0)]
DTYPES = ["f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "i8", "u8", "O"]
# In volts and in counts of a converter.
AMPLITUDES = [1e-12, 1e-6, 1.0, 100.0, 1e9]
SPOILT = ["nan", "inf", "-inf", None, None, None, None, None]


@st.composite
def windows(draw, shapes, dtypes=DTYPES):
    """Draw windows of two classes and their labels."""
    n_rare, n_rest = draw(st.integers(1, 12)), draw(st.integers(12, 40))
    shape = draw(shapes)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    amplitude, offset = draw(st.sampled_from(AMPLITUDES)), draw(st.sampled_from([0, 2048, -1e6]))
    X = offset + amplitude * rng.normal(size=(n_rest + n_rare, *shape))
    kind = draw(st.sampled_from(["noise", "constant", "one channel constant", "duplicates"]))
    if kind == "constant":
        X[:] = X[:, ..., :1]
    elif kind == "one channel constant":
        X[:, 0] = offset
    elif kind == "duplicates":
        X[:] = X[0]
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        X = np.clip(X, limits.min / 2, limits.max / 2)
    with np.errstate(over="ignore"):
        X = X.astype(dtype)
    spoilt = draw(st.sampled_from(SPOILT))
    if spoilt and dtype.kind in "fO":
        X[draw(st.integers(0, len(X) - 1))].flat[0] = float(spoilt)
    layout = draw(st.sampled_from(["C", "F", "view", "read only"]))
    if layout == "F":
        X = np.asfortranarray(X)
    elif layout == "view":
        X = np.repeat(X, 2, axis=0)[::2]
    elif layout == "read only":
        X.flags.writeable = False
    rest, rare = draw(st.sampled_from(LABELS))
    y = np.array([rest] * n_rest + [rare] * n_rare)
    return X, rng.permutation(y)


def check(sampler, X, y, as_array=np.asarray):
    """Resample; whole data must give a right result, spoilt ones the error that says so."""
    before = as_array(X).copy()
    # NaN is not itself among objects.
    plain = before.dtype if before.dtype != object else np.dtype("f8")
    finite = np.isfinite(before.astype(plain)).all()
    if not finite:
        with warnings.catch_warnings():
            # NumPy warns of infinity less infinity while scikit-learn looks for it.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", ImplausibleWindowsWarning)
            with pytest.raises(ValueError, match=r"NaN|infinity"):
                sampler.fit_resample(X, y)
        assert_array_equal(as_array(X).astype(plain), before.astype(plain))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallClassWarning)
        warnings.simplefilter("ignore", ImplausibleWindowsWarning)  # more channels than samples
        X_all, y_all = sampler.fit_resample(X, y)
    made = as_array(X_all)
    labels, counts = np.unique(y_all, return_counts=True)
    assert list(labels) == list(np.unique(y))
    assert set(counts) == {round(sampler.growth_ * np.unique(y, return_counts=True)[1].max())}
    assert_array_equal(made[: len(before)], before)
    assert_array_equal(np.asarray(y_all)[: len(y)], y)
    assert np.isfinite(made.astype(np.float64)).all()
    if before.dtype != object:
        assert made.dtype == before.dtype
    assert_array_equal(as_array(X), before)


SHAPES = st.one_of(
    st.tuples(st.sampled_from([2, 3, 16, 178])),
    st.tuples(st.integers(1, 4), st.integers(2, 40)),
    st.sampled_from([(2048,), (32, 16)]),
)


@given(windows(SHAPES), st.sampled_from(SAMPLERS))
@CASES
def test_arrays(data, sampler):
    check(sampler, *data)


@given(
    windows(st.tuples(st.integers(2, 20)), ["f4", "f8", "i2", "i8"]),
    st.sampled_from(SAMPLERS),
    st.sampled_from(["odd index", "list", "csr", "csc"]),
)
@settings(CASES, max_examples=max(40, settings.default.max_examples))
def test_other_containers(data, sampler, container):
    X, y = data
    if container == "list":
        check(sampler, X.tolist(), y)
    elif container in ("csr", "csc"):
        check(sampler, sparse.csr_array(X).asformat(container), y, lambda X: X.toarray())
    else:
        check(sampler, pd.DataFrame(X, index=[7] * len(X)), y)


@given(windows(st.sampled_from([(16,), (2, 16)])))
@settings(deadline=None, max_examples=15)
def test_trained_generators(data):
    generator = GANGenerator(n_steps=2, width=2, latent_dim=2, batch_size=4)
    check(GANOversampler(generator, random_state=0), *data)


def test_columns_of_one_name_are_refused():
    frame = pd.DataFrame(np.ones((4, 3)), columns=["a", "b", "a"])
    with pytest.raises(ValueError, match=r"unique column names. Got 'a' more than once"):
        JitterOversampler().fit_resample(frame, [0, 0, 0, 1])


@pytest.mark.parametrize("y", [[0, "a"] * 8, [None, 1] * 8, [0, 1.5, 1, 2.5] * 4])
def test_labels_that_are_none_are_refused(y):
    with pytest.raises(ValueError, match=r"y must|Unknown label"):
        JitterOversampler().fit_resample(np.ones((16, 8)), y)
