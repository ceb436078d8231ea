"""The command line: the library's main jobs on files."""

from eegaug._cli._main import main

__all__ = ["main"]
