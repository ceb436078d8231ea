"""The benchmark of large windows runs, and finds the exponents of what it measures."""

import json

import pandas as pd
import pytest


def test_sizes_are_measured(script, tmp_path, monkeypatch, capsys):
    script("results")
    size = script("size")
    monkeypatch.setattr(
        size.results,
        "in_fresh_process",
        lambda _script, _name, case: json.loads(json.dumps(size.measure(**case))),
    )
    script("run").main(
        ["size", "--quick", "--results", str(tmp_path), "--parts", "jitter", "SMOTE"]
    )
    rows = pd.read_json(tmp_path / "size.jsonl", lines=True)
    assert rows["part"].tolist() == ["jitter"] * 4 + ["SMOTE"] * 4
    assert (rows["seconds"] > 0).all()
    assert (
        rows["data_bytes"] == rows[["n_channels", "n_times", "n_windows"]].prod(axis=1) * 4
    ).all()
    assert "SMOTE: seconds ~ channels^" in capsys.readouterr().out


def test_exponents_are_found(script):
    rows = [
        {"n_channels": c, "n_times": t, "n_windows": n, "seconds": 2 * c**0.5 * t * n**2}
        for c in (2, 8)
        for t in (16, 64)
        for n in (10, 90)
    ]
    size = script("size")
    assert size.exponents(rows, "seconds") == "channels^0.50 · times^1.00 · windows^2.00"
    assert size.exponents(rows[::4], "seconds") == "channels^0.50"


def test_an_unknown_part_is_named(script):
    with pytest.raises(SystemExit, match="--parts must be among"):
        script("run").main(["size", "--parts", "ADASYN"])
