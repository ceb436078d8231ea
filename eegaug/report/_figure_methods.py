"""A method `plot_NAME` of the report for each entry of FIGURES."""

import copy
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from eegaug.plotting._base import Display
from eegaug.report._figures import FIGURES, FigureSpec
from eegaug.report._section import Section

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["add_figure_methods"]

Report = TypeVar("Report")

DOCSTRING = """Draw the figure "{title}" of one label.

{good}

Parameters
----------
label : hashable, default=None
    A label of the report; None where there is one.
ax : Axes, default=None
    Where to draw; None makes a figure.

Returns
-------
display : Display
    A display of `eegaug.plotting`.

Raises
------
ValueError
    If the report has no such label, or the figure was left out for it.
"""


def add_figure_methods(report: type[Report]) -> type[Report]:
    """Give a class of reports a method `plot_NAME` for each entry of FIGURES."""
    for spec in FIGURES:
        setattr(report, f"plot_{spec.name}", _method(spec, report.__name__))
    return report


def _method(spec: FigureSpec, owner: str) -> Callable[..., Display]:
    def plot(self: Any, label: Hashable = None, *, ax: "Axes | None" = None) -> Display:
        return _plot(self.sections_, spec, label, ax)

    plot.__name__ = f"plot_{spec.name}"
    plot.__qualname__ = f"{owner}.plot_{spec.name}"
    plot.__doc__ = DOCSTRING.format(title=spec.title, good=spec.good)
    return plot


def _plot(
    sections: Sequence[Section], spec: FigureSpec, label: Hashable, ax: "Axes | None"
) -> Display:
    found = {each.windows.label: each for each in sections}
    if label is None and len(found) == 1:
        (label,) = found
    if label not in found:
        raise ValueError(
            f"The 'label' parameter must be a label of the report, {list(found)}. Got {label!r} "
            "instead."
        )
    pictures = {each.spec.name: each for each in found[label].pictures}
    picture = pictures.get(spec.name)
    if picture is None or picture.display is None:
        reason = "It does not apply." if picture is None else picture.missing
        raise ValueError(
            f"The figure {spec.name!r} must have been made for label {label!r}. Got none. {reason}"
        )
    return copy.copy(picture.display).plot(ax)
