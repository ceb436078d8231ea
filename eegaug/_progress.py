"""One progress display for all long tasks. It uses rich, which comes with Keras.

By default it appears after some seconds on a terminal or in a notebook. With ``verbose=1`` it
appears at once, and elsewhere as lines of text.
"""

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Line", "Progress", "show_progress", "training_callbacks"]

#: Seconds before it appears by default.
DELAY = 3.0
#: Seconds between lines of text.
PAUSE = 10.0
NOTEBOOK_WIDTH = 100  # characters

# Two displays at a time would overwrite each other: nested tasks show nothing.
_in_use = threading.Lock()


class Line:
    """A task with its number of completed steps, and the total if it is known."""

    def __init__(self, progress: "Progress", name: str, total: int | None) -> None:
        self.progress, self.name, self.total = progress, name, total
        self.completed = 0
        self.note = ""

    def advance(self) -> None:
        """Add one completed step."""
        self.update(self.completed + 1)

    def update(self, completed: int, note: str = "") -> None:
        """Set the number of completed steps and a note."""
        self.completed, self.note = completed, note
        self.progress.show(self)


class Progress:
    """A display that shows nothing."""

    def add(self, name: str, total: int | None = None) -> Line:
        """Return a new line."""
        line = Line(self, name, total)
        self.show(line)
        return line

    def show(self, line: Line) -> None:
        """Show the progress of a line."""

    def close(self) -> None:
        """Do nothing."""


class _Text(Progress):
    """Progress as lines of text, for log files."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def show(self, line: Line) -> None:
        """Write a line after a pause, or when the task is complete."""
        now = time.monotonic()
        if not line.completed or (line.completed != line.total and now - self.last < PAUSE):
            return
        self.last = now
        note = f" ({line.note})" if line.note else ""
        sys.stderr.write(f"{line.name}: {line.completed} of {line.total}{note}\n")


class _Bars(Progress):
    """A bar for each line, on a terminal."""

    def __init__(self, bars: Any, delay: float) -> None:
        self.bars = bars
        self.tasks: dict[Line, Any] = {}
        self.timer = threading.Timer(delay, bars.start)
        self.timer.daemon = True
        self._begin(delay)

    def _begin(self, delay: float) -> None:
        """Start the display now or after the delay."""
        self.timer.start() if delay else self.bars.start()

    def show(self, line: Line) -> None:
        """Update the bar of a line."""
        if line not in self.tasks:
            self.tasks[line] = self.bars.add_task(line.name, total=line.total, note="")
        self.bars.update(
            self.tasks[line], completed=line.completed, total=line.total, note=line.note
        )

    def close(self) -> None:
        """Stop the display."""
        if self.timer.is_alive():
            self.timer.cancel()
            self.timer.join()
        if self.bars.live.is_started:
            self.bars.stop()


class _Notebook(_Bars):
    """Bars as text in one output of a notebook; those of rich would need ipywidgets."""

    def _begin(self, delay: float) -> None:
        """Appear with the first update after the delay, as only the main thread can display."""
        self.start = time.monotonic() + delay
        self.handle: Any = None

    def show(self, line: Line) -> None:
        """Update the bar of a line."""
        super().show(line)
        if time.monotonic() < self.start:
            return
        with self.bars.console.capture() as capture:
            self.bars.console.print(self.bars.get_renderable())
        text = {"text/plain": capture.get()}
        if self.handle is None:
            from IPython.display import DisplayHandle

            self.handle = DisplayHandle()
            self.handle.display(text, raw=True)
        else:
            self.handle.update(text, raw=True)


def _columns() -> list[Any]:
    from rich import progress

    return [
        "{task.description}",
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[note]}"),
        progress.TimeRemainingColumn(),
    ]


def _open(verbose: int | None) -> Progress:
    """Return the display for the terminal, notebook or log file."""
    asked = bool(verbose)
    try:
        from rich.console import Console
        from rich.progress import Progress as Bars
    except ImportError:  # without Keras
        return _Text() if asked else Progress()
    delay = 0.0 if asked else DELAY
    console = Console(stderr=True)
    if console.is_jupyter:
        console = Console(force_jupyter=False, force_terminal=False, width=NOTEBOOK_WIDTH)
        return _Notebook(Bars(*_columns(), console=console, auto_refresh=False), delay)
    if not console.is_terminal or console.is_dumb_terminal:
        return _Text() if asked else Progress()
    stderr = sys.__stderr__
    if stderr is not None and sys.stderr is stderr:
        # The standard error is redirected while TensorFlow is imported.
        console = Console(file=os.fdopen(os.dup(stderr.fileno()), "w", encoding="utf-8"))
    return _Bars(Bars(*_columns(), console=console, transient=not asked), delay)


def _may_be_seen(verbose: int | None) -> bool:
    """Return whether a display is wanted and possible, without importing rich."""
    if verbose is not None:
        return bool(verbose)
    if multiprocessing.parent_process() is not None:  # a worker
        return False
    return "ipykernel" in sys.modules or bool(sys.stderr and sys.stderr.isatty())


@contextmanager
def show_progress(verbose: int | None) -> Iterator[Progress]:
    """Yield a display: None shows it after some seconds, 0 never, 1 at once."""
    if not _may_be_seen(verbose) or not _in_use.acquire(blocking=False):
        yield Progress()
        return
    try:
        progress = _open(verbose)
        try:
            yield progress
        finally:
            progress.close()
    finally:
        _in_use.release()


class _OfTraining:
    """Callback of Keras that updates a line after each round."""

    def __init__(self, progress: Progress, name: str) -> None:
        self.progress = progress
        self.line = progress.add(name)

    def set_model(self, model: Any) -> None:
        """Ignore the model."""

    def set_params(self, params: dict[str, Any]) -> None:
        """Set the number of steps."""
        self.line.total = params["steps"]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start from 0, also when a training is repeated."""
        self.line.update(0)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Do nothing."""

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Do nothing."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Show the step and the losses."""
        losses = f"critic {logs['d_loss']:.3f}, generator {logs['g_loss']:.3f}"
        self.line.update(logs["step"], losses)


def training_callbacks(progress: Progress, name: str) -> list[Any]:
    """Return callbacks that show the progress of a training."""
    # None without a display: callbacks would be pickled for other processes and caches.
    return [] if type(progress) is Progress else [_OfTraining(progress, name)]
