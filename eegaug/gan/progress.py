"""One live line a training, through rich, which comes with Keras."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["training_progress"]

NOTEBOOK_WIDTH = 100  # characters


class _ProgressLine(keras.callbacks.Callback):
    """Move a line of a rich progress display on after each round."""

    def __init__(self, progress: "Progress", name: str) -> None:
        super().__init__()
        self.progress = progress
        self.name = name
        self.task: Any = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Show the line, anew where a training starts again."""
        if self.task is not None:
            self.progress.remove_task(self.task)
        self.task = self.progress.add_task(self.name, total=self.params["steps"], losses="")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Show the step and the losses."""
        losses = f"critic {logs['d_loss']:.3f}, generator {logs['g_loss']:.3f}"
        self.progress.update(self.task, completed=logs["step"], losses=losses, refresh=True)


def _columns() -> list[Any]:
    from rich import progress

    return [
        "{task.description}",
        progress.BarColumn(),
        progress.TextColumn("step {task.completed:.0f} of {task.total:.0f}"),
        progress.TextColumn("{task.fields[losses]}"),
        progress.TimeRemainingColumn(),
    ]


def _notebook_display() -> "Progress":
    """Return a progress display that a notebook shows as text, in one place.

    Rich's own needs ipywidgets there, and without them warns ten times a second.
    """
    from IPython.display import DisplayHandle
    from rich.console import Console
    from rich.progress import Progress

    handle = DisplayHandle()
    handle.display({"text/plain": ""}, raw=True)

    class NotebookProgress(Progress):
        def refresh(self) -> None:
            with self.console.capture() as capture:
                self.console.print(self.get_renderable())
            handle.update({"text/plain": capture.get()}, raw=True)

    console = Console(force_jupyter=False, force_terminal=False, width=NOTEBOOK_WIDTH)
    return NotebookProgress(*_columns(), console=console, auto_refresh=False)


@contextmanager
def training_progress(verbose: bool) -> Iterator[Callable[[str], list[keras.callbacks.Callback]]]:
    """Show how trainings get on, on a terminal or in a notebook and nowhere else.

    Parameters
    ----------
    verbose : bool
        Whether to show anything.

    Yields
    ------
    line : callable
        ``line(name)`` returns the callbacks that show the training of that name.
    """
    if not verbose:
        yield lambda name: []
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if console.is_jupyter:
        display = _notebook_display()
        yield lambda name: [_ProgressLine(display, name)]
    elif console.is_terminal:
        with Progress(*_columns(), console=console) as display:
            yield lambda name: [_ProgressLine(display, name)]
    else:
        yield lambda name: []
