"""A build with trainings of two steps: its examples run, and show none of what they measured.

Such a build, on request by ``EEGAUG_DOCS_FAST``, shows that examples and pages are sound. What a
training of two steps gives is no result, so its figures and outputs are left out, with a note. The
figures of the guide are left out too: `run_blocks` runs their code.
"""

import re

from docutils import nodes
from matplotlib.sphinxext.plot_directive import PlotDirective
from run_blocks import cut_budgets
from sphinx.application import Sphinx
from sphinx_gallery.directives import imgsgnode

NOTE = "Built fast: the trainings of this example were cut to two steps"
#: What else is cut: workers would not know of short trainings, and recordings take long to make.
CUTS = {
    "n_jobs=2": "n_jobs=1",
    "5, 3, duration=600": "3, 2, duration=600",
    "--n-steps 50": "--n-steps 2",
}
TRAINS = re.compile(r"GANOversampler\(|GANGenerator\(|WaveGAN\(|--n-steps")
HEAD = f"""

# %%
# .. note::
#
#    {NOTE}. What it prints and draws is left out.

# sphinx_gallery_thumbnail_path = "_static/windows.png"
"""


def shorten(script: str) -> str:
    """Cut the trainings of an example, and say so behind its introduction."""
    script = cut_budgets(script)
    for long, short in CUTS.items():
        script = script.replace(long, short)
    if not TRAINS.search(script):
        return script
    end = script.index('"""', 3) + 3
    return script[:end] + HEAD + script[end:]


class FigureCode(PlotDirective):
    """The code of a figure without the figure."""

    def run(self):
        """Return the code, where it is to be shown."""
        code = "\n".join(self.content)
        shown = self.options.get("include-source", True)
        return [nodes.literal_block(code, code, language="python")] if shown else []


def leave_out_results(app: Sphinx, doctree: nodes.document) -> None:
    """Remove figures and outputs from the page of an example that was cut."""
    if NOTE not in doctree.astext():
        return
    for node in list(doctree.findall(_is_result)):
        node.parent.remove(node)


def _is_result(node: nodes.Node) -> bool:
    if isinstance(node, nodes.raw):
        return "output_subarea" in node.astext()
    printed = isinstance(node, nodes.Element) and "sphx-glr-script-out" in node.get("classes", ())
    return printed or isinstance(node, imgsgnode)
