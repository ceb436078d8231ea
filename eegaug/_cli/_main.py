"""The commands, and messages for errors of the user."""

import argparse
import importlib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

__all__ = ["main"]

#: A module each, with SUMMARY, EXAMPLES, add_arguments(parser), run(arguments), and DESCRIPTION
#: where there is more to say.
COMMANDS = (
    "simulate",
    "resample",
    "fit",
    "sample",
    "describe",
    "report",
    "compare",
    "detect",
)
DESCRIPTION = """\
Synthetic windows of rare EEG classes, from the command line. Windows are read from a CSV with a
header, a window on each line and the labels in the column y, from an npz file with X and y, from
epochs of MNE-Python, or from recordings with annotated seizures.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str, default=None
        Arguments; None takes those of the process.

    Returns
    -------
    status : int
        0 on success, 1 if files or data are invalid. Wrong arguments exit with 2.
    """
    arguments = _parser().parse_args(argv)
    with _quiet_libraries(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("default", UserWarning)
        warnings.showwarning = _show_warning
        try:
            arguments.run(arguments)
        except (ValueError, OSError, ImportError) as error:
            print(f"eegaug {arguments.command}: {_one_line(error)}", file=sys.stderr)
            return 1
        except MemoryError as error:
            print(
                f"eegaug {arguments.command}: out of memory. {_one_line(error)}", file=sys.stderr
            )
            return 1
        except KeyboardInterrupt:
            print(f"eegaug {arguments.command}: interrupted", file=sys.stderr)
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eegaug", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"eegaug {version('eegaug')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        command = importlib.import_module(f"eegaug._cli._{name}")
        subparser = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=getattr(command, "DESCRIPTION", command.SUMMARY),
            epilog=f"examples:\n{command.EXAMPLES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _one_line(message: object) -> str:
    return " ".join(str(message).split())


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    print(f"eegaug: warning: {_one_line(message)}", file=sys.stderr)


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Suppress messages that the compiled code of TensorFlow writes to the screen."""
    # TF_CPP_MIN_LOG_LEVEL stops only part of it. EEGAUG_DEBUG=1 lets all of it through.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        own_stream = sys.stderr.fileno() == 2
    except (AttributeError, OSError):
        own_stream = False
    if not own_stream or os.environ.get("EEGAUG_DEBUG"):
        yield
        return
    python_stream, saved = sys.stderr, os.dup(2)
    python_stream.flush()
    with open(os.devnull, "w") as nowhere, open(os.dup(2), "w", buffering=1) as stream:
        os.dup2(nowhere.fileno(), 2)
        sys.stderr = stream
        try:
            yield
        finally:
            sys.stderr = python_stream
            os.dup2(saved, 2)
            os.close(saved)
