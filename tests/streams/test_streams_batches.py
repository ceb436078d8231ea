"""What is in a batch, and that nothing but its number and the seed decides it."""

import pickle
import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from eegaug import JitterOversampler, SurrogateOversampler
from eegaug.streams import BalancedWindows
from eegaug.streams._batches import LANES, BatchMaker, _split


def all_of(stream, n=20):
    """Return n batches as bytes."""
    return [(X.tobytes(), y.tobytes()) for X, y in (stream.batch(0, step) for step in range(n))]


def real_rows(X_batch, X):
    """Return the row of X that each window of a batch equals, or -1."""
    place = {window.tobytes(): row for row, window in enumerate(X.astype(np.float32))}
    return np.array([place.get(window.tobytes(), -1) for window in X_batch])


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_shapes_labels_and_shares(data):
    n_times = data.draw(st.integers(3, 19))
    channels = data.draw(st.sampled_from([(), (1,), (3,)]))
    dtype = data.draw(st.sampled_from(["i2", "f4", "f8", ">f4", "u1"]))
    labels = data.draw(st.sampled_from([[0, 1], ["a", "b", "c"], [False, True], [2.0, 1.0]]))
    batch_size = data.draw(st.integers(1, 30))
    rng = np.random.default_rng(0)
    y = np.repeat(labels, [9, 4, 2][: len(labels)])
    X = rng.normal(100, 20, (len(y), *channels, n_times)).astype(dtype)
    stream = BalancedWindows(X, y, batch_size=batch_size, random_state=0)
    assert stream.steps_per_epoch == -(-len(y) // batch_size)
    X_batch, y_batch = stream.batch(0, 1)
    assert X_batch.shape == (batch_size, *channels, n_times)
    assert X_batch.dtype == np.float32
    assert y_batch.dtype == y.dtype
    assert np.isfinite(X_batch).all()
    counts = [np.sum(y_batch == label) for label in np.unique(y)]
    assert max(counts) - min(counts) <= 1
    if np.dtype(dtype).kind in "iu":
        assert_array_equal(X_batch, np.rint(X_batch))


def test_equal_seeds_give_equal_batches_and_others_do_not(eeg, density):
    X, y, groups = eeg
    first, same = (BalancedWindows(X, y, density, groups=groups, random_state=3) for _ in "ab")
    assert all_of(first) == all_of(same)
    other = BalancedWindows(X, y, density, groups=groups, random_state=4)
    assert not set(all_of(first)) & set(all_of(other))
    assert len(set(all_of(first, 60))) == 60
    unseeded = [BalancedWindows(X, y) for _ in "ab"]
    assert all_of(unseeded[0]) == all_of(unseeded[0])
    assert all_of(unseeded[0]) != all_of(unseeded[1])
    drawn = [BalancedWindows(X, y, random_state=np.random.RandomState(1)) for _ in "ab"]
    assert all_of(drawn[0]) == all_of(drawn[1])


def test_a_batch_does_not_depend_on_what_was_made_before(eeg, density):
    X, y, groups = eeg
    stream = BalancedWindows(X, y, density, groups=groups, steps_per_epoch=5, random_state=0)
    in_order = {(e, s): stream.batch(e, s)[0].tobytes() for e in range(20) for s in range(5)}
    again = BalancedWindows(X, y, density, groups=groups, steps_per_epoch=5, random_state=0)
    copy = pickle.loads(pickle.dumps(stream))
    shuffled = np.random.RandomState(0).permutation(list(in_order))
    for epoch, step in shuffled.tolist():
        assert again.batch(epoch, step)[0].tobytes() == in_order[epoch, step]
    assert copy.batch(7, 3)[0].tobytes() == in_order[7, 3]


def test_threads_make_the_same_batches(eeg, density):
    X, y, groups = eeg
    stream = BalancedWindows(X, y, density, groups=groups, random_state=0)
    expected = all_of(stream, 40)
    shared = BalancedWindows(X, y, density, groups=groups, random_state=0)
    made = {}

    def make(first):
        for step in range(first, 40, 4):
            made[step] = shared.batch(0, step)[0].tobytes()

    threads = [threading.Thread(target=make, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made[step] for step in range(40)] == [windows for windows, _ in expected]


class Counting:
    """A generator that counts its calls."""

    def __init__(self):
        self.calls = 0

    def fit(self, X):
        self.X_ = X
        return self

    def sample(self, n_samples, random_state=None):
        self.calls += 1
        return self.X_[random_state.randint(len(self.X_), size=n_samples)]

    def get_params(self, deep=True):
        return {}


def test_a_generator_makes_windows_of_several_batches_at_once(eeg, density):
    X, y, groups = eeg
    stream = BalancedWindows(X, y, density, groups=groups, batch_size=16, random_state=0)
    counting = Counting().fit(X.reshape(len(X), -1))
    density.generators_, kept = {"seizure": counting}, density.generators_
    try:
        for step in range(16 * LANES):
            stream.batch(0, step)
    finally:
        density.generators_ = kept
    # 7 windows at most in each of 128 batches, in blocks of up to 128 windows.
    assert counting.calls == LANES


@pytest.mark.parametrize(
    ("shape", "expected"), [((1, 178), 5), ((18, 256), 5), ((64, 2048), 1), ((256, 30_000), 1)]
)
def test_blocks_are_bounded_in_windows_and_in_values(shape, expected):
    maker = BatchMaker([], 64, shape, 0)
    assert maker._batches_a_block(25) == expected
    # 8 MB in single precision, or no more than a batch needs.
    assert expected == 1 or expected * 25 * np.prod(shape) <= 2**21


def test_recordings_are_drawn_alike_often(eeg):
    X, y, groups = eeg
    for synthetic_share in (0, 1):
        plain = JitterOversampler(
            shift=0, stretch=0, scale=0, polarity=False, filter=0, mix=False
        ).fit_generators(X, y)
        stream = BalancedWindows(
            X,
            y,
            plain,
            groups=groups,
            batch_size=100,
            synthetic_share=synthetic_share,
            random_state=0,
        )
        rows = []
        for step in range(40):
            X_batch, y_batch = stream.batch(0, step)
            nearest = ((X_batch[:, None] - X[None]) ** 2).sum(axis=(2, 3)).argmin(axis=1)
            assert_array_equal(y[nearest], y_batch)
            rows.append(nearest)
        names, counts = np.unique(groups[np.concatenate(rows)], return_counts=True)
        expected = {name: 500 if name in "abcd" else 2000 / 3 for name in names}
        # 4,000 draws, of which a recording has an eighth or a sixth: 5 standard errors.
        assert_allclose(counts, list(expected.values()), atol=5 * np.sqrt(2000 / 3))
        without = BalancedWindows(
            X, y, plain, batch_size=100, synthetic_share=synthetic_share, random_state=0
        )
        X_batch, _ = without.batch(0, 0)
        assert X_batch.shape == (100, *X.shape[1:])


def test_the_synthetic_share_is_that_of_every_class(eeg, jitter):
    X, y, groups = eeg
    for share in (0, 0.25, 0.5, 1):
        stream = BalancedWindows(
            X, y, jitter, groups=groups, batch_size=32, synthetic_share=share, random_state=0
        )
        for step in range(4):
            X_batch, y_batch = stream.batch(0, step)
            real = real_rows(X_batch, X) >= 0
            for label in stream.classes:
                assert np.sum(real[y_batch == label]) == 16 * (1 - share)


def test_all_windows_of_a_class_come_up(eeg):
    X, y, _ = eeg
    stream = BalancedWindows(X, y, batch_size=50, synthetic_share=0, random_state=0)
    rows = [real_rows(stream.batch(0, step)[0], X) for step in range(20)]
    assert set(np.concatenate(rows)) == set(range(len(X)))


def test_shares_of_classes(eeg):
    X, y, _ = eeg
    as_in_y = BalancedWindows(X, y, class_shares="proportional", batch_size=52, random_state=0)
    assert np.sum(as_in_y.batch(0, 0)[1] == "seizure") == 12
    stated = BalancedWindows(
        X, y, class_shares={"rest": 3, "seizure": 1}, batch_size=8, random_state=0
    )
    assert np.sum(stated.batch(0, 0)[1] == "seizure") == 2
    none = BalancedWindows(X, y, class_shares={"rest": 0, "seizure": 1}, random_state=0)
    assert set(none.batch(0, 0)[1]) == {"seizure"}


def test_several_samplers_with_weights(eeg, jitter):
    X, y, groups = eeg
    copies = JitterOversampler(
        shift=0, stretch=0, scale=0, polarity=False, filter=0, mix=False
    ).fit_generators(X, y)
    stream = BalancedWindows(
        X,
        y,
        [(jitter, 3), (copies, 1)],
        groups=groups,
        batch_size=64,
        synthetic_share=1,
        random_state=0,
    )
    X_batch, _ = stream.batch(0, 0)
    near = ((X_batch[:, None] - X[None]) ** 2).sum(axis=(2, 3)).min(axis=1) < 1e-6
    assert near.sum() == 16


def test_windows_are_fresh_in_every_batch(eeg):
    X, y, _ = eeg
    for sampler in (JitterOversampler(), SurrogateOversampler()):
        sampler.fit_generators(X, y)
        stream = BalancedWindows(X, y, sampler, synthetic_share=1, random_state=0)
        made = [window.tobytes() for step in range(20) for window in stream.batch(0, step)[0]]
        assert len(set(made)) == len(made)
        assert not {window.tobytes() for window in X} & set(made)


def test_containers(eeg):
    X, y = eeg.X[:, 0], (eeg.y == "seizure").astype(int)
    expected = BalancedWindows(X, y, random_state=0)
    for same in (pd.DataFrame(X), sparse.csr_matrix(X), X.tolist()):
        stream = BalancedWindows(same, pd.Series(y), random_state=0)
        for step in range(4):
            (X_batch, y_batch), (X_same, y_same) = expected.batch(0, step), stream.batch(0, step)
            assert_allclose(X_same, X_batch, atol=1e-5)
            assert_array_equal(y_same, y_batch)


def test_epochs_of_mne(eeg):
    mne = pytest.importorskip("mne")
    info = mne.create_info(["C3", "C4", "Cz"], 128.0, "eeg")
    codes = np.where(eeg.y == "seizure", 2, 1)
    events = np.column_stack([np.arange(52) * 16, np.zeros(52, int), codes])
    epochs = mne.EpochsArray(eeg.X * 1e-6, info, events, verbose="error")
    X_batch, y_batch = BalancedWindows(epochs, random_state=0).batch(0, 0)
    assert X_batch.shape == (64, 3, 16)
    assert_array_equal(np.unique(y_batch, return_counts=True), [[1, 2], [32, 32]])
    with pytest.raises(ValueError, match=r"must be that of the epochs, 128 Hz, or None. Got 256"):
        BalancedWindows(epochs, sfreq=256)


@given(
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda each: sum(each) > 0.1),
    n=st.integers(1, 200),
    start=st.floats(0, 1, exclude_max=True),
)
def test_parts_add_up_and_are_shares_rounded(shares, n, start):
    shares = np.array(shares) / np.sum(shares)
    parts = _split(shares, n, start)
    assert parts.sum() == n
    assert (np.abs(parts - n * shares) < 1 + 1e-6).all()


def test_parts_are_right_in_the_mean():
    parts = [_split([0.3, 0.3, 0.4], 7, start) for start in (np.arange(1000) + 0.5) / 1000]
    assert_allclose(np.mean(parts, axis=0), [2.1, 2.1, 2.8], atol=0.01)
