"""Objects that are costly to make, lent to one user at a time and kept for the next."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Shelf"]


class Shelf:
    """Keep a few idle objects, those that were used last.

    Parameters
    ----------
    most : int
        How many idle objects are kept, of all kinds together.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._idle: OrderedDict[Hashable, list[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Forget the idle objects."""
        with self._lock:
            self._idle.clear()

    @contextmanager
    def lend(self, kind: Hashable, make: Callable[[], Any]) -> Iterator[Any]:
        """Lend an object that no other thread has.

        Parameters
        ----------
        kind : hashable
            What is wanted; objects of one kind are as good as each other.
        make : callable
            ``make()`` gives a new one.

        Yields
        ------
        lent : object
            In the state its last user left it in.
        """
        with self._lock:
            idle = self._idle.get(kind)
            lent = idle.pop() if idle else None
        if lent is None:
            lent = make()
        yield lent
        # After an exception the object is dropped: nobody knows what state it is in.
        with self._lock:
            self._idle.setdefault(kind, []).append(lent)
            self._idle.move_to_end(kind)
            while sum(map(len, self._idle.values())) > self.most:
                oldest = next(iter(self._idle))
                self._idle[oldest].pop() if self._idle[oldest] else self._idle.pop(oldest)
