"""A file that one holder at a time can have."""

import signal
import subprocess
import sys

import pytest

from eegaug._files import _locking, holding

HOLD = """
import sys
from eegaug._files import holding
with holding(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_nobody_else_can_hold_it_in_this_process(tmp_path):
    path = tmp_path / "in-use"
    with holding(path):
        with pytest.raises(BlockingIOError), holding(path):
            pass
        assert path.exists()
    assert not path.exists()
    with holding(path):
        pass


def test_a_process_that_was_killed_holds_nothing(tmp_path):
    path = tmp_path / "in-use"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout.readline() == "held\n"
        with pytest.raises(BlockingIOError), holding(path):
            pass
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert path.exists()
    with holding(path):
        pass
    assert not path.exists()


def test_a_file_that_was_removed_meanwhile_is_not_taken_for_the_one_of_that_name(
    tmp_path, monkeypatch
):
    path = tmp_path / "in-use"
    lock, removed = _locking._lock, []

    def lock_what_is_gone(stream):
        lock(stream)
        if not removed:
            removed.append(path.unlink())

    monkeypatch.setattr(_locking, "_lock", lock_what_is_gone)
    with holding(path), pytest.raises(BlockingIOError), holding(path):
        pass
    assert removed
