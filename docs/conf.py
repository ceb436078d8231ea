"""How the documentation is built: ``python -m sphinx -W -b html docs docs/_build/html``."""

import os
import shutil
import sys
import warnings
from importlib.metadata import version as installed_version
from pathlib import Path

from eegaug import GANOversampler

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "_ext")]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# matplotlib cannot show figures here, and the gallery keeps them anyway.
warnings.filterwarnings("ignore", message=".*is non-interactive.*")

project = "eegaug"
author = "The eegaug developers"
copyright = author
release = version = installed_version("eegaug")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "eegaug_docs",
]
templates_path = ["_templates"]
# Pages write |n_steps| where they tell a default, so that they cannot tell an old one.
rst_epilog = "\n".join(
    f".. |{name}| replace:: {value:,}"
    for name, value in GANOversampler().get_params().items()
    if type(value) in (int, float)
)
exclude_patterns = ["_build", "_gallery", "changes"]
default_role = "py:obj"
# Straight quotes: "wavegan" is code.
smartquotes = False
add_function_parentheses = False

# Links into other projects' documentation need the network, so they are made on request.
if os.environ.get("EEGAUG_DOCS_LINKS"):
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "pandas": ("https://pandas.pydata.org/docs", None),
        "sklearn": ("https://scikit-learn.org/stable", None),
        "mne": ("https://mne.tools/stable", None),
        "imblearn": ("https://imbalanced-learn.org/stable", None),
    }

autosummary_generate = True
autosummary_generate_overwrite = True
# The docstrings state types, shapes and defaults; the signature need not repeat them.
autodoc_typehints = "none"
numpydoc_show_class_members = False

# sphinx-gallery wants its header among the scripts, where users would wonder at it.
staged = HERE / "_build" / "examples"
shutil.rmtree(staged, ignore_errors=True)
shutil.copytree(HERE.parent / "examples", staged, ignore=shutil.ignore_patterns("__pycache__"))
shutil.copy(HERE / "_gallery" / "GALLERY_HEADER.rst", staged)
# A trial build only shows that all is there: its examples train for two steps.
if os.environ.get("EEGAUG_DOCS_FAST"):
    from run_blocks import cut_budgets, cut_defaults

    cut_defaults()
    for script in staged.glob("*.py"):
        script.write_text(cut_budgets(script.read_text()))

sphinx_gallery_conf = {
    "examples_dirs": "_build/examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"/plot_",
    "capture_repr": ("_repr_html_",),
    "doc_module": ("eegaug",),
    "backreferences_dir": None,
    "download_all_examples": False,
    "show_signature": False,
    # Its page loads scripts from elsewhere.
    "write_computation_times": False,
}

html_theme = "furo"
html_title = f"eegaug {release}"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_copy_source = False
html_show_sourcelink = False
