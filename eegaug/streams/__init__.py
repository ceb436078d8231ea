"""Balanced batches of real and fresh synthetic windows, for the training loops of networks."""

from eegaug.streams._balanced import BalancedWindows

__all__ = ["BalancedWindows"]
