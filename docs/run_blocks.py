"""Run the code of the documentation: ``python docs/run_blocks.py [PAGE ...]``.

Blocks of a page run in order in one namespace: ``python`` blocks and figures (``plot``) are
executed, ``pycon`` blocks are doctested, and of ``console`` blocks the lines that call ``eegaug``.
Figures see the names of other figures alone, as in Sphinx. Where a ``text`` block of the class
``output`` follows, the same must be printed, but for small differences of numbers. Others are
passed over, as are blocks with a caption (they show a file of the library). Trainings are cut to
two steps and comparisons to one seed. Pages run side by side, each in a temporary folder where the
files that pages load are made up.
"""

import doctest
import io
import multiprocessing
import os
import re
import shlex
import sys
import tempfile
import textwrap
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, redirect_stdout
from itertools import zip_longest
from pathlib import Path

import numpy as np
import sklearn

from eegaug._cli import main as eegaug
from eegaug.datasets import make_seizure_windows
from eegaug.gan import GANGenerator

DOCS = Path(__file__).parent
BODY = r"((?:   .*\n|\n)+)"
BLOCK = re.compile(rf"^\.\. (?:code-block:: (python|pycon|console)|plot::)\n{BODY}", re.MULTILINE)
OUTPUT = re.compile(rf"\.\. code-block:: text\n   :class: output\n{BODY}")
OPTIONS = re.compile(r"\A(?::(?!caption)[\w-]+:.*\n)+")
LONG = re.compile(r"""\b((?:n_steps|epochs)(?:=|": ))\d{3,}""")


def cut_defaults() -> None:
    """Cut the trainings of generators that are given no budget."""
    GANGenerator.__init__.__kwdefaults__ |= {"n_steps": 2}


def prepare_example(gallery_conf: dict, fname: str) -> None:
    """Set up the process in which the gallery is about to run an example."""
    # matplotlib cannot show figures there, and the gallery keeps them anyway.
    warnings.filterwarnings("ignore", message=".*is non-interactive.*")
    if os.environ.get("EEGAUG_DOCS_FAST"):
        cut_defaults()


def cut_budgets(code: str) -> str:
    """Cut the trainings and the seeds that a piece of code asks for."""
    return LONG.sub(r"\g<1>2", code).replace("seeds=(0, 1)", "seeds=(0,)")


def run_page(path: Path) -> None:
    """Run all blocks of a page in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder), sklearn.config_context():
        make_files()
        run_blocks(path)


def run_blocks(path: Path) -> None:
    """Run all blocks of a page; an exception names the page and the line."""
    text = path.read_text()
    names, figures = ({"__name__": "__page__"} for _ in range(2))
    for match in BLOCK.finditer(text):
        body = OPTIONS.sub("", textwrap.dedent(match[2]))
        if body.startswith(":caption:"):
            continue
        place = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        code = cut_budgets(body)
        if match[1] in ("python", None):
            used = names
            if match[1] is None:
                used = figures if ":context:" in match[2] else {"__name__": "__page__"}
            with redirect_stdout(io.StringIO()) as printed:
                exec(compile(code, place, "exec"), used)
            names.update(used)
            if shown := OUTPUT.match(text, match.end()):
                check_output(textwrap.dedent(shown[1]), printed.getvalue(), place)
        elif match[1] == "console":
            run_commands(code, place)
        else:
            test = doctest.DocTestParser().get_doctest(code, names, place, place, 0)
            flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
            doctest.DebugRunner(optionflags=flags).run(test, clear_globs=False)
            names.update(test.globs)


def check_output(shown: str, printed: str, place: str) -> None:
    """Raise an error unless the words are the same and the numbers are nearly so."""
    for line, other in zip_longest(shown.split("\n\n"), printed.split("\n\n"), fillvalue=""):
        tokens, others = (_without_seconds(part) for part in (line, other))
        if len(tokens) != len(others) or not all(map(_alike, tokens, others)):
            raise RuntimeError(f"{place} shows\n{shown}\nbut printed\n{printed}")


def _without_seconds(part: str) -> list[str]:
    """Split a part into words; times, as the last column of a table, differ between runs."""
    lines = [line.split() for line in part.splitlines()]
    timed = any(line[-1:] == ["seconds"] for line in lines)
    return [word for line in lines for word in (line[:-1] if timed else line)]


def _alike(word: str, other: str) -> bool:
    """Compare two words; numbers may differ by what libraries and processors change."""
    try:
        value, got = (float(each.strip("[]().,")) for each in (word, other))
    except ValueError:
        return word == other
    return abs(value - got) <= 0.02 + 0.05 * abs(value)


def run_commands(code: str, place: str) -> None:
    """Run the lines that call the library."""
    for command in re.findall(r"^\$ eegaug ((?!COMMAND).*)$", code, re.MULTILINE):
        if eegaug(shlex.split(command, comments=True)):
            raise RuntimeError(f"{place}: eegaug {command} failed")


def make_files() -> None:
    """Make the files that pages load, with the shape of the real ones and noise inside."""
    rng = np.random.default_rng(0)
    Path("bonn").mkdir()
    header = ",".join(["", *(f"X{i}" for i in range(1, 179)), "y"])
    rows = []
    for label, letter in enumerate("SFNOZ", start=1):
        samples = rng.integers(-200, 200, 4097)
        Path("bonn", f"{letter}001.txt").write_text("\n".join(map(str, samples)))
        for chunk in range(23):
            window = ",".join(map(str, samples[178 * chunk : 178 * (chunk + 1)]))
            rows.append(f"X{chunk + 1}.V1.{label},{window},{label}")
    np.savez(
        "neonatal.npz",
        X=rng.normal(scale=30, size=(48, 18, 64)).astype("float32"),
        y=np.repeat([0, 1], 24),
        groups=np.arange(48) // 4,
        ch_names=[f"C{i}-C{i + 1}" for i in range(18)],
        sfreq=64.0,
    )
    Path("epileptic_seizures.csv").write_text("\n".join([header, *rows]))
    for seed, name in enumerate(["DATA.csv", "OTHERS.csv"]):
        eeg = make_seizure_windows(12, 4, seizure_fraction=0.5, random_state=seed, as_frame=True)
        groups = [f"{name} {group}" for group in eeg.groups]
        eeg.data.assign(y=eeg.target, groups=groups).to_csv(name, index=False)


def prepare() -> None:
    """Make a process quiet and its trainings short."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["MPLBACKEND"] = "Agg"
    warnings.simplefilter("ignore")
    cut_defaults()


def main(pages: list[str]) -> None:
    """Run the pages given, or all of them."""
    paths = [Path(page).resolve() for page in pages] or sorted(DOCS.rglob("*.rst"))
    paths = [path for path in paths if not {"_build", "auto_examples"} & set(path.parts)]
    paths = [path for path in paths if BLOCK.search(path.read_text())]
    # As many processes as cores want a thread each.
    os.environ |= {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
    # Fresh processes: TensorFlow does not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(paths), os.cpu_count()), context, prepare) as pool:
        for _ in pool.map(run_page, paths):
            pass


if __name__ == "__main__":
    main(sys.argv[1:])
