"""What single and compared reports share: the page, its file and its frame in a notebook."""

from abc import ABC, abstractmethod
from html import escape
from pathlib import Path

__all__ = ["Exports"]


class Exports(ABC):
    """Save and show a page and its numbers."""

    @abstractmethod
    def to_html(self) -> str:
        """Return the page.

        Returns
        -------
        html : str
            A whole page with figures and styles inside, below 3 MB. It needs no script and no
            network.
        """

    @abstractmethod
    def to_json(self) -> str:
        """Return all numbers.

        Returns
        -------
        text : str
            Strict JSON. Numbers that are not finite are null. No window is in it.
        """

    def save(self, path: str | Path) -> Path:
        """Write the page, or the numbers, to a file.

        Parameters
        ----------
        path : str or Path
            Where to write. A name that ends in ``.json`` gets the numbers, any other the page.
            A file of that name is replaced.

        Returns
        -------
        path : Path
            The path of the file.
        """
        path = Path(path)
        text = self.to_json() if path.suffix.lower() == ".json" else self.to_html()
        path.write_text(text, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        # A frame of its own, so that the page's styles leave the notebook alone.
        return (
            f'<iframe srcdoc="{escape(self.to_html())}" title="Quality report" '
            'style="width:100%;height:48rem;border:0" sandbox></iframe>'
        )
