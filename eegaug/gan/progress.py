"""One live line a training, through rich, which comes with Keras."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["training_progress"]


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
        self.progress.update(self.task, completed=logs["step"], losses=losses)


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
    from rich import progress
    from rich.console import Console

    console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        yield lambda name: []
        return
    columns = (
        "{task.description}",
        progress.BarColumn(),
        progress.TextColumn("step {task.completed:.0f} of {task.total:.0f}"),
        progress.TextColumn("{task.fields[losses]}"),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=console) as display:
        yield lambda name: [_ProgressLine(display, name)]
