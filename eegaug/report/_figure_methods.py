"""A method `plot_NAME` of the report for each entry of FIGURES."""

import copy
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from eegaug.plotting._base import Display
from eegaug.report._figures import FIGURES, FigureSpec
from eegaug.report._section import Section

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FigureMethods"]

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


class FigureMethods:
    """The methods `plot_NAME`."""

    sections_: Sequence[Section]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def _plot(self, spec: FigureSpec, label: Hashable, ax: "Axes | None") -> Display:
        found = {each.windows.label: each for each in self.sections_}
        if label is None and len(found) == 1:
            (label,) = found
        if label not in found:
            raise ValueError(
                f"The 'label' parameter must be a label of the report, {list(found)}. Got "
                f"{label!r} instead."
            )
        pictures = {each.spec.name: each for each in found[label].pictures}
        picture = pictures.get(spec.name)
        if picture is None or picture.display is None:
            reason = "It does not apply." if picture is None else picture.missing
            raise ValueError(
                f"The figure {spec.name!r} must have been made for label {label!r}. Got none. "
                f"{reason}"
            )
        return copy.copy(picture.display).plot(ax)


def _method(spec: FigureSpec) -> Callable[..., Display]:
    def plot(self: FigureMethods, label: Hashable = None, *, ax: "Axes | None" = None) -> Display:
        return self._plot(spec, label, ax)

    plot.__name__ = f"plot_{spec.name}"
    plot.__qualname__ = f"QualityReport.plot_{spec.name}"
    plot.__doc__ = DOCSTRING.format(title=spec.title, good=spec.good)
    return plot


for _spec in FIGURES:
    setattr(FigureMethods, f"plot_{_spec.name}", _method(_spec))
