"""A stream as a data set of PyTorch."""

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import IterableDataset, get_worker_info

from eegaug.streams._ahead import Ahead
from eegaug.streams._batches import BatchMaker

__all__ = ["TorchWindows"]

MAX_WORKERS = 1024


class TorchWindows(IterableDataset):
    """Batches of which each iteration is the next epoch; workers share out its steps."""

    def __init__(self, maker: BatchMaker, steps_per_epoch: int, epoch: int, n_ahead: int) -> None:
        super().__init__()
        self._maker = maker
        self._steps_per_epoch = steps_per_epoch
        self._n_ahead = n_ahead
        # A loader may start its workers anew for each epoch, and tells the dataset nothing. So
        # each worker counts in memory that it shares with those before it.
        self._epochs = torch.zeros(MAX_WORKERS, dtype=torch.int64).share_memory_()
        self.set_epoch(epoch)

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch of the next iteration."""
        self._epochs.fill_(epoch)

    def __len__(self) -> int:
        """Return the number of batches in an epoch, over all workers."""
        return self._steps_per_epoch

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the next epoch, or this worker's part of it."""
        info = get_worker_info()
        worker, n_workers = (0, 1) if info is None else (info.id, info.num_workers)
        if n_workers > MAX_WORKERS:
            raise ValueError(f"A stream can have up to {MAX_WORKERS} workers. Got {n_workers}.")
        epoch = int(self._epochs[worker])
        self._epochs[worker] += 1
        first = epoch * self._steps_per_epoch
        # The loader takes a batch of each worker in turn, which brings them into order again.
        numbers = range(first + worker, first + self._steps_per_epoch, n_workers)
        batches = (self._batch(number) for number in numbers)
        # A worker is in the background by itself.
        return batches if info is not None or not self._n_ahead else Ahead(batches, self._n_ahead)

    def _batch(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        windows, codes = self._maker.make(number)
        return torch.from_numpy(windows), torch.from_numpy(codes)
