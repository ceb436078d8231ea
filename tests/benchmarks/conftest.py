"""A small CSV, and how the benchmarks are loaded and run."""

import importlib
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def whole_checkout():
    if not BENCHMARKS.exists():
        pytest.skip("needs the whole checkout, not the sdist")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Data sets: eight recordings a class, four chunks each, which differ less than recordings."""
    rng = np.random.default_rng(0)
    lines = [",".join(["Unnamed", *(f"X{i}" for i in range(1, 179)), "y"])]
    for recording in range(40):
        pattern = rng.normal(0, 100, 178)
        for chunk in range(4):
            window = (pattern + rng.normal(0, 5, 178)).astype(int)
            name = f"X{chunk + 1}.V1.{recording}"
            lines.append(",".join([name, *map(str, window), str(recording % 5 + 1)]))
    path = tmp_path_factory.mktemp("data")
    # `pandas` would take a name that ends in .gz for a compressed file.
    (path / "data.csv").write_text("\n".join(lines) + "\n")
    groups = np.repeat(np.arange(24), 4)
    np.savez(
        path / "delhi_1ch_200hz.npz",
        X=rng.normal(0, 100, (96, 256)).astype(np.int16),
        y=groups % 3 == 0,
        groups=groups,
        sfreq=200.0,
    )
    np.savez(
        path / "helsinki_neonatal_18ch_64hz.npz",
        X=rng.normal(0, 30, (96, 18, 64)).astype(np.float32),
        y=(groups % 3 == 0).astype(int),
        groups=groups,
        ch_names=[f"C{i}-C{i + 1}" for i in range(18)],
        sfreq=64.0,
    )
    return path


def few_channels(folder):
    """Simulate what takes seconds in its full size."""
    import data

    from eegaug.datasets import make_seizure_windows

    names = ["F3-C3", "F4-C4"]
    made = make_seizure_windows(
        12, 4, seizure_fraction=0.5, ch_names=names, n_times=64, sfreq=64.0, random_state=0
    )
    groups = made.groups.astype(str)
    return data.Windows(made.data, made.target, groups, 64.0, ch_names=tuple(names))


@pytest.fixture
def script(monkeypatch):
    """Give a module of the benchmarks by its name, with some of its names replaced."""
    monkeypatch.syspath_prepend(BENCHMARKS)

    def load(name, **replaced):
        module = importlib.import_module(name)
        for key, value in replaced.items():
            monkeypatch.setattr(module, key, value)
        return module

    script_data = load("data", CSV="data.csv")
    monkeypatch.setitem(script_data.SETS, "simulated, 18 channels", few_channels)
    script_data.load.cache_clear()
    return load


@pytest.fixture
def run(script, capsys):
    """Run a case by the one command, and return what it prints."""

    def main(case, *arguments):
        script("run").main([case, *map(str, arguments)])
        return capsys.readouterr().out

    return main
