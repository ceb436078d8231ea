"""One progress display for all that takes long, through rich, which comes with Keras.

Unasked, it appears after some seconds where there is a terminal or a notebook. Asked for, it
appears at once, and as lines of text elsewhere.
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

#: Seconds before it appears unasked.
DELAY = 3.0
#: Seconds between lines of text.
PAUSE = 10.0
NOTEBOOK_WIDTH = 100  # characters

# Two displays at a time would overwrite each other: what is inside a longer task shows nothing.
_in_use = threading.Lock()


class Line:
    """A task, and how much of it is done; without a total nobody knows."""

    def __init__(self, progress: "Progress", name: str, total: int | None) -> None:
        self.progress, self.name, self.total = progress, name, total
        self.completed = 0
        self.note = ""

    def advance(self) -> None:
        """Show that one more is done."""
        self.update(self.completed + 1)

    def update(self, completed: int, note: str = "") -> None:
        """Show how many are done, and a note."""
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
        """Show how far a line is."""

    def close(self) -> None:
        """Leave the screen as it is."""


class _Text(Progress):
    """Lines of text, where nothing can be overwritten."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def show(self, line: Line) -> None:
        """Write a line where the last one is some time ago, or the task is done."""
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
        """Appear at the right time, though nothing is done in between."""
        self.timer.start() if delay else self.bars.start()

    def show(self, line: Line) -> None:
        """Move the bar of a line on."""
        if line not in self.tasks:
            self.tasks[line] = self.bars.add_task(line.name, total=line.total, note="")
        self.bars.update(
            self.tasks[line], completed=line.completed, total=line.total, note=line.note
        )

    def close(self) -> None:
        """Leave the bars, or take them away, as was decided before."""
        if self.timer.is_alive():
            self.timer.cancel()
            self.timer.join()
        if self.bars.live.is_started:
            self.bars.stop()


class _Notebook(_Bars):
    """Bars that a notebook shows as text, in one place.

    Rich's own need ipywidgets there, and without them warn ten times a second.
    """

    def _begin(self, delay: float) -> None:
        """Appear with the first news after that time: other threads have no cell to write to."""
        self.start = time.monotonic() + delay
        self.handle: Any = None

    def show(self, line: Line) -> None:
        """Move the bar of a line on."""
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
    """Return the display for this place, and for what the user asked."""
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
        # What goes to the standard error while TensorFlow is imported waits for its end.
        console = Console(file=os.fdopen(os.dup(stderr.fileno()), "w", encoding="utf-8"))
    return _Bars(Bars(*_columns(), console=console, transient=not asked), delay)


def _may_be_seen(verbose: int | None) -> bool:
    """Tell at little cost whether there is anything to show, and a place for it."""
    if verbose is not None:
        return bool(verbose)
    if multiprocessing.parent_process() is not None:  # a worker
        return False
    return "ipykernel" in sys.modules or bool(sys.stderr and sys.stderr.isatty())


@contextmanager
def show_progress(verbose: int | None) -> Iterator[Progress]:
    """Give a display: None for one that appears after some seconds, 0 for none, 1 for one now."""
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
    """Move a line on after each round, as a callback of Keras."""

    def __init__(self, progress: Progress, name: str) -> None:
        self.progress = progress
        self.line = progress.add(name)

    def set_model(self, model: Any) -> None:
        """Ignore the model."""

    def set_params(self, params: dict[str, Any]) -> None:
        """Take the number of steps."""
        self.line.total = params["steps"]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start from nothing, anew where a training starts again."""
        self.line.update(0)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Do nothing."""

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Leave the line as it is."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Show the step and the losses."""
        losses = f"critic {logs['d_loss']:.3f}, generator {logs['g_loss']:.3f}"
        self.line.update(logs["step"], losses)


def training_callbacks(progress: Progress, name: str) -> list[Any]:
    """Return the callbacks that show a training by its name."""
    # Not where nothing is shown: in a cache, and in other processes, they would be in the way.
    return [] if type(progress) is Progress else [_OfTraining(progress, name)]
