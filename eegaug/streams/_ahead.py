"""Prefetching of batches in a background thread."""

import os
import queue
import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

__all__ = ["Ahead"]

Item = TypeVar("Item")
_END = object()


class Ahead(Iterator[Item], Generic[Item]):
    """An iterator whose next items a thread makes in the background.

    The thread ends with the items, with an error, when the iterator is closed or no longer
    referred to, and with the interpreter.
    """

    def __init__(self, items: Iterable[Item], n_ahead: int) -> None:
        self._made: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(n_ahead)
        self._process = os.getpid()
        stop = threading.Event()
        thread = threading.Thread(
            target=_fill, args=(items, self._made, stop), name="eegaug-stream", daemon=True
        )
        # Not by __del__, which the interpreter may not call at its end.
        self._shut = weakref.finalize(self, _shut, self._made, stop, thread, self._process)
        thread.start()

    def __next__(self) -> Item:
        if self._process != os.getpid():
            raise RuntimeError(
                "A stream that is being iterated cannot go on in a process that was forked "
                "meanwhile, which has none of its threads. Begin a new iteration there."
            )
        if not self._shut.alive:
            raise StopIteration
        try:
            item, error = self._made.get()
        except BaseException:  # as Ctrl-C
            self.close()
            raise
        if error is not None:
            self.close()
            raise error
        if item is _END:
            self.close()
            raise StopIteration
        return item

    def close(self) -> None:
        """Stop the thread and wait for its end."""
        self._shut()


def _fill(
    items: Iterable[Any],
    made: "queue.Queue[tuple[Any, BaseException | None]]",
    stop: threading.Event,
) -> None:
    """Make items until they end, fail, or are no longer wanted."""
    try:
        for item in items:
            made.put((item, None))
            if stop.is_set():
                return
        made.put((_END, None))
    except BaseException as error:
        made.put((None, error))


def _shut(
    made: "queue.Queue[tuple[Any, BaseException | None]]",
    stop: threading.Event,
    thread: threading.Thread,
    process: int,
) -> None:
    """Stop a thread, also if it waits for a free slot."""
    if process != os.getpid():  # a fork has no such thread
        return
    stop.set()
    while thread.is_alive():
        while not made.empty():
            made.get_nowait()
        if thread is threading.current_thread():  # which happened to collect the garbage
            return
        thread.join(0.01)
