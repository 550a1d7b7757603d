"""`grappe bench`: the table, its JSON form, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grappe.cli import bench
from grappe.cli.bench import COLUMNS, run, sharing


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bench on sizes that take no time."""
    monkeypatch.setattr(sharing, "AIRPORT", 2000)
    monkeypatch.setattr(sharing, "TABLE", 6)
    monkeypatch.setattr(sharing, "NUCLEOLUS", (4, 5))
    monkeypatch.setattr(sharing, "SAMPLED", 24)


def test_a_row_per_instance_with_every_column(small: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sharing", "--json", "--seconds", "10"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) >= 8
    for row in rows:
        assert set(row) == set(COLUMNS)
        assert row["seconds"] >= 0 and row["peak_mb"] > 0
        if row["best_known"] is not None:
            assert row["ours"] == row["best_known"], row


def test_the_table_has_a_head_and_aligned_columns(small: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sharing"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == list(COLUMNS)
    ends = [head.index(f" {column}") + 1 + len(column) for column in COLUMNS[1:-1]]
    assert all(line[end] == " " != line[end - 1] for line in lines for end in ends)


def test_what_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cooking"]) == 2
    assert run(["sharing", "--seconds", "-1"]) == 2
    assert run(["sharing", "--instances", str(tmp_path / "missing")]) == 2
    assert capsys.readouterr().out == ""
    assert bench.BENCHES == ("pooling", "planning", "sharing")
