"""How the documentation is built: ``python -m sphinx -W -b html docs docs/_build/html``."""

import os
import shutil
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

from eegaug import GANOversampler
from eegaug.gan import GANGenerator

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "_ext")]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

project = "eegaug"
author = "The eegaug developers"
copyright = author
release = version = installed_version("eegaug")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "numpydoc",
    "matplotlib.sphinxext.plot_directive",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "eegaug_docs",
]
templates_path = ["_templates"]
# Pages write |n_steps| for a default, so that they cannot show an old one.
rst_epilog = "\n".join(
    f".. |{name}| replace:: {value:,}"
    for name, value in (GANGenerator().get_params() | GANOversampler().get_params()).items()
    if type(value) in (int, float)
)
exclude_patterns = ["_build", "_gallery", "changes"]
default_role = "py:obj"
# Straight quotes: "wavegan" is code.
smartquotes = False
add_function_parentheses = False

# Links into the documentation of others. The few names that are linked are in files of Sphinx's
# first, readable format, so that a build needs no network; on request it takes the whole lists.
OTHERS = {
    "imblearn": "https://imbalanced-learn.org/stable",
    "mne": "https://mne.tools/stable",
    "numpy": "https://numpy.org/doc/stable",
    "sklearn": "https://scikit-learn.org/stable",
}
intersphinx_mapping = {
    name: (url, None if os.environ.get("EEGAUG_DOCS_LINKS") else f"_inventories/{name}.inv")
    for name, url in OTHERS.items()
}
# A name of ours or of theirs that leads nowhere is an error; other names in italics are words.
nitpicky = True
nitpick_ignore_regex = [(".*", rf"(?!({'|'.join(['eegaug', *OTHERS])})\.).*")]

autosummary_generate = True
autosummary_generate_overwrite = True
# The docstrings state types, shapes and defaults; the signature need not repeat them.
autodoc_typehints = "none"
numpydoc_show_class_members = False

# A folder of the gallery each, in the order in which one reads them.
TOPICS = [
    "start",
    "samplers",
    "gan_variants",
    "evaluation",
    "multichannel",
    "networks",
    "recordings",
    "deployment",
]
# sphinx-gallery wants its headers among the scripts, where users would wonder at them.
staged = HERE / "_build" / "examples"
shutil.rmtree(staged, ignore_errors=True)
shutil.copytree(HERE.parent / "examples", staged, ignore=shutil.ignore_patterns("__pycache__"))
shutil.copytree(HERE / "_gallery", staged, dirs_exist_ok=True)
if os.environ.get("EEGAUG_DOCS_FAST"):
    from fast_build import shorten

    for script in staged.rglob("*.py"):
        script.write_text(shorten(script.read_text()))

sphinx_gallery_conf = {
    "examples_dirs": "_build/examples",
    "gallery_dirs": "auto_examples",
    "subsection_order": [f"_build/examples/{topic}" for topic in TOPICS],
    "within_subsection_order": "ExampleTitleSortKey",
    "filename_pattern": r"/plot_",
    "default_thumb_file": str(HERE / "_static" / "windows.png"),
    "capture_repr": ("_repr_html_",),
    "remove_config_comments": True,
    "doc_module": ("eegaug",),
    # For the examples below each entry of the reference.
    "backreferences_dir": "reference/generated/backreferences",
    "download_all_examples": False,
    "show_signature": False,
    # Its page loads scripts from elsewhere.
    "write_computation_times": False,
    "parallel": 2,
    # Called before each example, in the process that runs it.
    "reset_modules": ("matplotlib", "run_blocks.prepare_example"),
}

# Figures of the guide: drawn when a page is read, by code that trains no GAN.
plot_formats = [("png", 144)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_rcparams = {"figure.figsize": (7.0, 3.0), "figure.constrained_layout.use": True}
plot_apply_rcparams = True
plot_include_source = True
plot_working_directory = str(HERE / "_build" / "plots")
shutil.rmtree(plot_working_directory, ignore_errors=True)
Path(plot_working_directory).mkdir(parents=True)

# Copied without prompts, and without what is printed.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "furo"
html_title = f"eegaug {release}"
html_static_path = ["_static"]
html_favicon = "_static/icon.svg"
html_css_files = ["custom.css"]
html_copy_source = False
html_show_sourcelink = False
