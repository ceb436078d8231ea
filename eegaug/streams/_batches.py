"""Batches as a pure function of their number and a seed.

The batch of a number does not depend on earlier batches, on threads or on processes. So workers
can share a stream, and a training can continue from any epoch.
"""

import os
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import MT19937, RandomState, SeedSequence
from numpy.typing import NDArray

from eegaug.streams._sources import Source

__all__ = ["BatchMaker"]

# Windows that a generator makes at a time, and their largest number of values. This takes little
# longer than the windows of one batch.
BLOCK_WINDOWS, BLOCK_VALUES = 128, 2**21
# Batches whose numbers have one remainder share their blocks. A worker of 2, 4 or 8 makes every
# second, fourth or eighth batch, and so no block that is another's.
LANES = 8
_COMPOSITION, _WINDOWS, _BLOCK = range(3)


class BatchMaker:
    """Makes the batch of any number; safe in threads, after a fork, and to pickle."""

    def __init__(
        self,
        sources: Sequence[Source],
        batch_size: int,
        window_shape: tuple[int, int],
        entropy: int,
    ) -> None:
        self.sources = list(sources)
        self.batch_size = batch_size
        self.window_shape = window_shape
        self.entropy = entropy
        self._start_anew()

    def make(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the windows (batch_size, n_channels, n_times) and the codes of a batch."""
        if self._process != os.getpid():
            # A lock that another thread held at a fork would never be opened here.
            self._start_anew()
        rng = self._rng(_COMPOSITION, number)
        counts = _split([each.share for each in self.sources], self.batch_size, rng.uniform())
        parts, codes = [], []
        for place, count in enumerate(counts.tolist()):
            if count:
                parts.append(self._draw(place, count, number))
                codes.append(np.full(count, self.sources[place].code, np.int64))
        order = rng.permutation(self.batch_size)
        return np.concatenate(parts)[order], np.concatenate(codes)[order]

    def _draw(self, place: int, count: int, number: int) -> NDArray[np.float32]:
        source = self.sources[place]
        most = int(source.share * self.batch_size) + 1
        n_batches = self._batches_a_block(most) if source.is_slow else 1
        if n_batches == 1:
            return source.maker.make(count, self._rng(_WINDOWS, place, number))
        lane, turn = number % LANES, number // LANES
        index, turn = divmod(turn, n_batches)
        with self._locks[lane]:
            known, block = self._blocks.get((place, lane), (None, None))
            if known != index or block is None:
                rng = self._rng(_BLOCK, place, lane, index)
                block = source.maker.make(n_batches * most, rng)
                self._blocks[place, lane] = index, block
        return block[turn * most : turn * most + count]

    def _batches_a_block(self, most: int) -> int:
        values = int(np.prod(self.window_shape))
        return max(1, min(BLOCK_WINDOWS, BLOCK_VALUES // values) // most)

    def _rng(self, *key: int) -> RandomState:
        return RandomState(MT19937(SeedSequence(self.entropy, spawn_key=key)))

    def _start_anew(self) -> None:
        """Drop blocks and locks, which belong to one process."""
        self._process = os.getpid()
        self._locks = [threading.Lock() for _ in range(LANES)]
        self._blocks: dict[tuple[int, int], tuple[int, NDArray[np.float32]]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name[0] != "_"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._start_anew()


def _split(shares: Sequence[float], n: int, start: float) -> NDArray[np.intp]:
    """Split n by shares: parts are rounded up or down, and exact on average over `start`."""
    edges = np.floor(n * np.cumsum([0.0, *shares]) + start).astype(np.intp)
    edges[0], edges[-1] = 0, n
    return np.diff(edges)
