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
        lambda _script, _name, case, **options: json.loads(json.dumps(size.measure(**case))),
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
    assert "SMOTE: cpu_seconds ~ channels^" in capsys.readouterr().out
    table = script("speed_tables").size_table(rows)
    assert table["channels"].tolist() == [
        *("2", "2", "3", "2"),
        *(f"exponent of {name}" for name in ("channels", "samples", "windows")),
    ]
    assert table["windows"].tolist()[:4] == ["40", "40", "40", "60"]
    assert (table[["jitter, s", "SMOTE, MB"]] != "").all(axis=None)


def test_exponents_are_found(script):
    rows = [
        {"n_channels": c, "n_times": t, "n_windows": n, "seconds": 2 * c**0.5 * t * n**2}
        for c in (2, 8)
        for t in (16, 64)
        for n in (10, 90)
    ]
    exponents, rows = script("speed_tables").exponents, pd.DataFrame(rows)
    found = exponents(rows, "seconds")
    assert found == pytest.approx({"channels": 0.5, "times": 1.0, "windows": 2.0})
    assert exponents(rows[::4], "seconds") == pytest.approx({"channels": 0.5})


def test_an_unknown_part_is_named(script):
    with pytest.raises(SystemExit, match="--parts must be among"):
        script("run").main(["size", "--parts", "ADASYN"])
