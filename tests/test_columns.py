"""Columns of a table: samples in the order of time, or something else that is named."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eegaug._columns import check_sample_columns


@pytest.mark.parametrize(
    "columns",
    [
        [f"X{i}" for i in range(1, 179)],
        range(178),
        np.arange(5),
        [f"{i}" for i in range(20)],
        [f"t{i:03}" for i in range(20)],
        [f"V1 sample {i}" for i in range(5, 20)],
        [f"{i / 173.61:.4f}" for i in range(-50, 178)],
        np.arange(-0.2, 1, 1 / 64),
        ["X1", "X2"],
        pd.RangeIndex(3),
    ],
    ids=str,
)
def test_a_numbered_run_is_samples(columns):
    check_sample_columns(columns)


@pytest.mark.parametrize(
    ("strangers", "place"),
    [
        (["subject", "age"], 0),
        (["Unnamed: 0"], 0),
        (["time"], 0),
        (["channel 1", "split"], 3),
        (["day2", "sfreq"], 10),
        ([None, ("a", 1)], 4),
    ],
    ids=str,
)
def test_other_columns_are_named_with_two_remedies(strangers, place):
    columns = [f"X{i}" for i in range(10)]
    columns[place:place] = strangers
    with pytest.raises(ValueError, match="columns of X must be samples") as error:
        check_sample_columns(columns)
    message = str(error.value)
    for stranger in strangers:
        assert repr(stranger) in message
    assert "drop" in message
    assert "groups" in message
    assert "'X3'" not in message


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["X1", "X2", "X4", "X5"], r"'X4' does not follow 'X2'"),
        (["X1", "X2", "X3", "X2"], r"'X2' does not follow 'X3'"),
        (["X1", "X10", "X100", "X11"], r"'X100' does not follow 'X10'"),
        (["X1", "X1.1", "X2"], r"does not follow"),
        (["a", "b", "c"], r"such as X1, X2, X3.* Got 'a', 'b', 'c'"),
    ],
    ids=str,
)
def test_a_run_has_neither_gaps_nor_another_order(columns, message):
    with pytest.raises(ValueError, match=message):
        check_sample_columns(columns)


def test_many_strangers_are_not_all_listed():
    with pytest.raises(ValueError, match="and 90 others"):
        check_sample_columns(
            ["X1", "X2", *(f"{chr(97 + i // 26)}_{chr(97 + i % 26)}" for i in range(100))]
        )


@given(st.text(max_size=5), st.integers(0, 10**6), st.integers(2, 50))
def test_any_prefix_will_do(prefix, first, n):
    check_sample_columns([f"{prefix}#{i}" for i in range(first, first + n)])
