"""One live line a training, through rich, which comes with Keras."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["training_progress"]

NOTEBOOK_WIDTH = 100  # characters


class _ProgressLine:
    """Move a line of a rich progress display on after each round, as a callback of Keras."""

    def __init__(self, progress: "Progress", name: str) -> None:
        self.progress = progress
        self.name = name
        self.task: Any = None

    def set_model(self, model: Any) -> None:
        """Ignore the model."""

    def set_params(self, params: dict[str, Any]) -> None:
        """Take the number of steps."""
        self.params = params

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Show the line, anew where a training starts again."""
        if self.task is not None:
            self.progress.remove_task(self.task)
        self.task = self.progress.add_task(self.name, total=self.params["steps"], losses="")

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Do nothing."""

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Leave the line as it is."""

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
def training_progress(verbose: bool) -> Iterator[Callable[[str], list[Any]]]:
    """Give the callbacks that show a training by its name, on a terminal or in a notebook."""
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
