"""Run the command line as ``python -m eegaug``."""

import sys

from eegaug._cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
