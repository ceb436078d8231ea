"""What `import eegaug` does and does not."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import eegaug

WITHOUT_TENSORFLOW = [
    "import eegaug",
    "from eegaug import GANOversampler; GANOversampler().get_params()",
    "from eegaug import gan; dir(gan)",
    "from eegaug.datasets import make_seizure_windows",
    "from eegaug.metrics import psd_distance",
    "from eegaug.evaluation import compare_samplers",
    "from eegaug.plotting import PSDDisplay",
    "from eegaug import load_sampler, quality_report",
    "from eegaug._cli._main import _parser; _parser()",
    "from eegaug import JitterOversampler; "
    "JitterOversampler().fit_resample([[1, 2], [3, 4], [5, 6]], [0, 0, 1])",
]


@pytest.mark.parametrize("code", WITHOUT_TENSORFLOW)
def test_tensorflow_is_not_imported(code):
    check = "import sys; sys.exit(bool({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", f"{code}\n{check}"], check=True)


def test_every_public_name_resolves():
    for name in eegaug.__all__:
        assert getattr(eegaug, name).__doc__
    assert dir(eegaug) == eegaug.__all__
    for name in eegaug.gan.__all__:
        assert getattr(eegaug.gan, name) is not None
    assert dir(eegaug.gan) == eegaug.gan.__all__


@pytest.mark.parametrize("module", [eegaug, eegaug.gan])
def test_type_checkers_see_the_lazy_names(module):
    """Names are resolved at run time, so imports that only checkers read must repeat them."""
    seen = {
        alias.asname: node.module
        for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
        if isinstance(node, ast.ImportFrom) and node.module.startswith("eegaug")
        for alias in node.names
    }
    lazy = {name: f"{module.__name__}.{home}" for name, home in module._HOMES.items() if home}
    assert seen == lazy
    assert (Path(eegaug.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("module", [eegaug, eegaug.gan])
def test_an_unknown_name_is_an_attribute_error(module):
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = module.nothing
