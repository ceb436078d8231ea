"""The command line interface."""

from eegaug._cli._main import main

__all__ = ["main"]
