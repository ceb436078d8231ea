"""Tables that are computed when a page is read."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class CodeTable(SphinxDirective):
    """A table whose header and rows are computed when the page is read."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        lines = [".. list-table::", "   :header-rows: 1", f"   :class: {self.name}", ""]
        for row in self.rows():
            for place, text in enumerate(row):
                lines.append(f"   {'  ' if place else '* '}- {text}")
        return self.parse_text_to_nodes("\n".join(lines))
