"""What every sampler promises about containers, dtypes, counts, order and memory."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from eegaug.over_sampling import (
    BaseWindowOverSampler,
    JitterOversampler,
    SurrogateOversampler,
)

SAMPLERS = [
    JitterOversampler(random_state=0, growth=1),
    SurrogateOversampler(random_state=0),
    SurrogateOversampler(random_state=0, method="iaaft", max_iter=3),
]
each_sampler = pytest.mark.parametrize("sampler", SAMPLERS, ids=repr)
DTYPES = ["f2", "f4", "f8", ">f4", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "longdouble"]


def windows(*shape, seed=0, scale=20.0, dtype="f8"):
    return np.random.default_rng(seed).normal(100, scale, shape).clip(0, 250).astype(dtype)


def labels(*counts):
    return np.repeat(np.arange(len(counts)), counts)


# Three channels of two samples are questioned.
@pytest.mark.filterwarnings("ignore::eegaug.ImplausibleWindowsWarning")
@each_sampler
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_originals_first_then_the_new_in_the_same_dtypes_and_layout(sampler, data):
    n_times = data.draw(st.integers(2, 19))
    channels = data.draw(st.sampled_from([(), (1,), (3,)]))
    X = windows(9, *channels, n_times, dtype=data.draw(st.sampled_from(DTYPES)))
    y = labels(6, 1, 2).astype(data.draw(st.sampled_from(["i1", "u8", "f4", "U2", ">i2"])))
    if data.draw(st.booleans()) and y.dtype.kind == "U":
        y = y.astype(object)
    X_before, y_before = X.copy(), y.copy()
    X_res, y_res = sampler.fit_resample(X, y)
    assert X_res.dtype == X.dtype
    assert y_res.dtype == y.dtype
    assert X_res.shape == (18, *channels, n_times)
    assert X_res[:9].tobytes() == X.tobytes() == X_before.tobytes()
    assert_array_equal(y_res[:9], y_before)
    assert_array_equal(y_res[9:], np.repeat([y[6], y[8]], [5, 4]))
    assert np.isfinite(X_res.astype(float)).all()


@each_sampler
def test_the_result_shares_no_memory_with_the_input(sampler):
    X, y = windows(6, 8), labels(3, 3)
    X_res, y_res = sampler.fit_resample(X, y)
    assert X_res.shape == X.shape
    assert not np.shares_memory(X_res, X)
    assert not np.shares_memory(y_res, y)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u8", "i8", "f2"])
def test_large_amplitudes_are_clipped_and_never_wrapped(dtype):
    info = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else np.finfo(dtype)
    window = np.array([info.min, 0, 0, 0, info.max], dtype)
    X, y = np.tile(window, (40, 1)), labels(37, 3)
    sampler = JitterOversampler(
        random_state=0,
        growth=1,
        shift=0,
        stretch=0,
        filter=0,
        mix=False,
        polarity=False,
        scale=1.0,
    )
    new = sampler.fit_resample(X, y)[0][40:].astype(float)
    # Wrapped values would change their order.
    assert (new[:, 0] <= new[:, 1]).all()
    assert (new[:, 1] < new[:, 4]).all()
    assert new[:, 4].max() >= np.nextafter(float(info.max), 0)


class WildOversampler(BaseWindowOverSampler):
    """A sampler that makes every second window far too large."""

    def _make_windows(self, windows, n, label, rng):
        return windows[:n] * np.where(np.arange(n) % 2, 1e4, 1)[:, np.newaxis, np.newaxis]


@pytest.mark.parametrize("channels", [(), (3,)])
def test_windows_stay_in_the_range_of_the_data(channels):
    X, y = windows(12, *channels, 6), labels(8, 4)
    X_res, _ = WildOversampler().fit_resample(X, y)
    (new, real), axes = (X_res[12:], X[8:]), (0, *range(2, X.ndim))
    assert_array_equal(new[::2], real[::2])
    middle = np.median(real, axis=axes, keepdims=True) if channels else np.median(real)
    reach = np.abs(real - middle).max(axis=axes if channels else None, keepdims=bool(channels))
    distance = np.abs(new[1::2] - middle) / reach
    np.testing.assert_allclose(distance.reshape(2, -1).max(axis=1), 10)


def test_integers_are_rounded_to_the_nearest():
    X, y = windows(12, 6, dtype="i2"), labels(10, 2)
    exact, _ = JitterOversampler(random_state=0).fit_resample(X.astype(float), y)
    rounded, _ = JitterOversampler(random_state=0).fit_resample(X, y)
    assert_array_equal(rounded, np.rint(exact))


@pytest.mark.parametrize(
    "y",
    [
        np.array([False] * 6 + [True] * 2),
        np.array(["rest"] * 6 + ["seizure"] * 2),
        np.array(["rest"] * 6 + ["seizure"] * 2, dtype=object),
        [0] * 6 + [1] * 2,
        ["rest"] * 6 + ["seizure"] * 2,
        [False] * 6 + [True] * 2,
        pd.Series(["rest"] * 6 + ["seizure"] * 2, name="state"),
        pd.Series(["rest"] * 6 + ["seizure"] * 2, dtype="category"),
        pd.Series([0] * 6 + [1] * 2, dtype="Int8"),
        pd.Series([False] * 6 + [True] * 2, dtype="boolean"),
        pd.DataFrame({"state": ["rest"] * 6 + ["seizure"] * 2}),
    ],
    ids=lambda y: f"{type(y).__name__}-{getattr(y, 'dtype', '')}",
)
def test_labels_come_back_as_they_came(y):
    _, y_res = JitterOversampler(random_state=0, growth=1).fit_resample(windows(8, 5), y)
    assert type(y_res) is type(y)
    assert getattr(y_res, "dtype", None) == getattr(y, "dtype", None)
    assert getattr(y_res, "name", None) == getattr(y, "name", None)
    flat, before = np.asarray(y_res).ravel().tolist(), np.asarray(y).ravel().tolist()
    assert flat == before + before[-1:] * 4


def test_one_hot_labels_come_back_one_hot():
    _, y_res = JitterOversampler(growth=1).fit_resample(
        windows(9, 5), np.eye(3, dtype=int)[labels(5, 3, 1)]
    )
    assert_array_equal(y_res.sum(axis=0), [5, 5, 5])


@each_sampler
def test_frame_comes_back_with_its_columns_and_dtypes(sampler):
    X = pd.DataFrame(windows(8, 6).round(), columns=[f"X{i}" for i in range(6)])
    X = X.astype({"X0": "int16", "X1": "uint8", "X2": "float32", "X3": "Int16", "X4": "Float64"})
    X_res, y_res = sampler.fit_resample(X, pd.Series(labels(6, 2), name="y"))
    assert_frame_equal(X_res[:8], X)
    assert (X_res.dtypes == X.dtypes).all()
    assert_array_equal(X_res.index, y_res.index)
    plain, _ = sampler.fit_resample(X.astype(float), labels(6, 2))
    whole = ["X0", "X1", "X3"]
    assert_array_equal(X_res[whole].astype(float), plain[whole].round().clip(0, None))


@pytest.mark.parametrize(
    "dtype", ["int16", "float16", "float32", "Int32", pd.SparseDtype("f4", 0)]
)
def test_frame_of_one_dtype(dtype):
    X = pd.DataFrame(windows(8, 6).round()).astype(dtype)
    X_res, y_res = JitterOversampler(random_state=0).fit_resample(X, labels(6, 2))
    assert_frame_equal(X_res[:8], X)
    assert (X_res.dtypes == X.dtypes).all()
    assert isinstance(y_res, np.ndarray)


@each_sampler
@pytest.mark.parametrize(
    "index",
    [
        pd.Index([f"X{i}.V1" for i in range(8)], name="window"),
        pd.RangeIndex(100, 116, 2),
        pd.Index([3] * 8),
        pd.MultiIndex.from_product([["a", "b"], range(4)]),
    ],
    ids=lambda index: type(index).__name__,
)
def test_the_index_is_numbered_anew_so_that_synthetic_rows_are_known(sampler, index):
    X = pd.DataFrame(windows(8, 6), columns=[f"X{i}" for i in range(6)], index=index)
    y = pd.Series(["rest"] * 6 + ["seizure"] * 2, index=index, dtype="category", name="state")
    X_res, y_res = sampler.fit_resample(X, y)
    for result in (X_res, y_res):
        assert result.index.equals(pd.RangeIndex(12))
    assert_frame_equal(X_res[: len(X)], X.reset_index(drop=True))
    assert (y_res[X_res.index >= len(X)] == "seizure").all()
    assert_array_equal(y_res[: len(X)], y)
    assert X.index is index
    assert y.index is index
    theirs, _ = RandomOverSampler().fit_resample(X, y)
    assert X_res.index.equals(theirs.index)


def test_labels_of_a_class_that_is_not_there_stay_categories():
    y = pd.Series(pd.Categorical(["a"] * 6 + ["b"] * 2, categories=["c", "b", "a"], ordered=True))
    _, y_res = JitterOversampler(random_state=0, growth=1).fit_resample(windows(8, 6), y)
    assert y_res.dtype == y.dtype
    assert y_res.value_counts().to_dict() == {"a": 6, "b": 6, "c": 0}


@each_sampler
@pytest.mark.parametrize("output", ["pandas", "default"])
def test_output_set_to_pandas_does_no_harm(sampler, output):
    X, y = pd.DataFrame(windows(12, 6)).add_prefix("X"), pd.Series(labels(9, 3))
    expected = sampler.fit_resample(X.to_numpy(), y)[0]
    with sklearn.config_context(transform_output=output):
        array, _ = sampler.fit_resample(X.to_numpy(), y)
        frame, _ = sampler.fit_resample(X, y)
        model = make_pipeline(StandardScaler(), sampler, LogisticRegression())
        assert model.fit(X, y).predict(X).shape == (12,)
    assert isinstance(array, np.ndarray)
    assert_array_equal(array, expected)
    assert list(frame) == list(X)
    assert_array_equal(frame, expected)


@pytest.mark.parametrize("channels", [(), (2,)])
def test_lists_come_back_as_lists(channels):
    X, y = windows(8, *channels, 5), labels(6, 2)
    X_res, y_res = JitterOversampler(random_state=0).fit_resample(X.tolist(), y.tolist())
    assert isinstance(X_res, list)
    assert isinstance(y_res, list)
    assert_array_equal(X_res, JitterOversampler(random_state=0).fit_resample(X, y)[0])


@each_sampler
@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i2"])
def test_sparse_comes_back_in_its_format_and_equals_dense(sampler, make, dtype):
    dense, y = windows(8, 6, dtype=dtype), labels(6, 2)
    dense[:, ::2] = 0
    X_res, _ = sampler.fit_resample(make(dense), y)
    assert type(X_res) is make
    assert X_res.dtype == dtype
    assert_array_equal(X_res[:8].toarray(), dense)
    assert_array_equal(X_res.toarray(), sampler.fit_resample(dense, y)[0])


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("auto", [20, 20, 20]),
        ("minority", [20, 7, 20]),
        ("not minority", [20, 20, 3]),
        ("not majority", [20, 20, 20]),
        ("all", [20, 20, 20]),
        ({2: 11}, [20, 7, 11]),
        ({0: 25, 2: 3}, [25, 7, 3]),
        ({1: 9.0}, [20, 9, 3]),
        (lambda y: {1: 2 * int((y == 1).sum())}, [20, 14, 3]),
    ],
)
@each_sampler
def test_counts_are_met_exactly(sampler, strategy, expected):
    sampler = type(sampler)(**{**sampler.get_params(), "sampling_strategy": strategy})
    X, y = windows(30, 8), labels(20, 7, 3)
    X_res, y_res = sampler.fit_resample(X, y)
    assert_array_equal(np.bincount(y_res), expected)
    assert len(X_res) == sum(expected)


def test_ratio():
    _, y_res = JitterOversampler(sampling_strategy=0.5, growth=1).fit_resample(
        windows(23, 8), labels(20, 3)
    )
    assert_array_equal(np.bincount(y_res), [20, 10])


@each_sampler
@pytest.mark.parametrize("n_times", [2, 3, 8])
def test_one_window_in_a_class_is_enough(sampler, n_times):
    X_res, _ = sampler.fit_resample(windows(9, 2, n_times), labels(8, 1))
    assert len(X_res) == 16


@each_sampler
def test_constant_class_stays_what_it_is(sampler):
    X = windows(9, 2, 16)
    X[7:] = 42.0
    X_res, _ = sampler.fit_resample(X, labels(7, 2))
    np.testing.assert_allclose(X_res[9:], 42.0, rtol=1e-12)


def test_memory_stays_near_the_result():
    X, y = windows(20_000, 100, dtype="i2"), labels(19_900, 100)
    sampler = JitterOversampler(sampling_strategy={1: 200}, random_state=0)
    sampler.fit_resample(X[-500:], y[-500:])
    tracemalloc.start()
    X_res, _ = sampler.fit_resample(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * X_res.nbytes


def test_feature_names_follow_imbalanced_learn():
    X = pd.DataFrame(windows(8, 6), columns=[f"X{i}" for i in range(6)])
    ours = JitterOversampler().fit(X, labels(6, 2))
    theirs = RandomOverSampler().fit(X, labels(6, 2))
    assert_array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())
    assert ours.n_features_in_ == 6
