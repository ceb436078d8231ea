"""A build with trainings of two steps: its examples run, and show none of what they measured.

Such a build, on request by ``EEGAUG_DOCS_FAST``, shows that examples and pages are sound. What a
training of two steps gives is no result, so its figures and outputs are left out, with a note.
"""

import re

from docutils import nodes
from run_blocks import cut_budgets
from sphinx.application import Sphinx
from sphinx_gallery.directives import imgsgnode

NOTE = "Built fast: the trainings of this example were cut to two steps"
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
    if not TRAINS.search(script):
        return script
    end = script.index('"""', 3) + 3
    return script[:end] + HEAD + script[end:]


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
