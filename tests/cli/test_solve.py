"""`grappe solve`, as a user runs it: files, standard streams, exit codes, faults, progress, signals."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from grappe.cli.solve import run

PROBLEM = {"rule": "shapley", "game": {"type": "airport", "needs": {"a": 12, "b": 18, "c": 24, "d": 36}}}


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    return path


def refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert run(argv) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()


def test_result_in_a_file(problem: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    assert run(["sharing", str(problem), "-o", str(out)]) == 0
    result = json.loads(out.read_text())
    assert result["shares"] == {"a": 3, "b": 5, "c": 8, "d": 20}
    assert {"engine", "status", "cost", "bound", "seconds", "seed"} <= set(result)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json", "result.json"]


def test_standard_streams(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(PROBLEM).encode())))
    assert run(["sharing", "-", "-o", "-", "--seed", "7"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["seed"] == 7


def test_an_existing_result_is_replaced_and_a_device_is_not(problem: Path, tmp_path: Path) -> None:
    out, link = tmp_path / "result.json", tmp_path / "link.json"
    out.write_text("old")
    link.symlink_to(out)
    assert run(["sharing", str(problem), "-o", str(link)]) == 0
    assert link.is_symlink() and json.loads(out.read_text())["status"] == "optimal"
    assert run(["sharing", str(problem), "-o", os.devnull]) == 0
    assert not Path(os.devnull).is_file()


def test_infeasible_is_a_result(tmp_path: Path) -> None:
    game = {"type": "airport", "needs": {"a": 5}}
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({"rule": "proportional", "alone": {"a": 0}, "game": game}))
    assert run(["sharing", str(path), "-o", str(tmp_path / "out.json")]) == 0
    assert json.loads((tmp_path / "out.json").read_text())["status"] == "infeasible"


def test_every_fault_is_a_line_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "out.json"
    path.write_text(json.dumps({"rule": "x", "game": {"type": "airport", "needs": {"a\nb": -1, "c": 1.5}}}))
    lines = refused(["sharing", str(path), "-o", str(out)], capsys)
    assert [line.split(": ")[0] for line in lines] == ["rule", "game.needs.a\\nb", "game.needs.a\\nb", "game.needs.c"]
    assert not out.exists()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{"game": ', "{file}: not JSON: Expecting value, line 1 column 10"),
        (b"", "{file}: not JSON: Expecting value, line 1 column 1"),
        (b"\xff\xfe\x00", "{file}: not JSON: not in UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "{file}: not JSON: not in UTF-8"),
        ('{"é": 1}'.encode("latin-1"), "{file}: not JSON: not in UTF-8"),
        (b'{"a": {"b": 1, "c": [{"d": 1, "d": 2}], "b": 3}}', "a.b: the key is given more than once"),
        (b'{"a": {"b": 1, "c": [{"d": 1, "d": 2}], "b": 3}}', "a.c[0].d: the key is given more than once"),
        (b'{"a": [1, NaN]}', "a[1]: must be a finite number"),
        (b'{"a": -Infinity}', "a: must be a finite number"),
        (b"NaN", "problem: must be a finite number"),
        (b'{"a": "\\ud800"}', "a: is not valid Unicode (half of a surrogate pair)"),
        (b'{"a": ' + b"9" * 5000 + b"}", "{file}: a number has too many digits"),
        (b"[" * 100_000, "{file}: not a problem: nested too deep"),
    ],
)
def test_json_is_read_strictly(content: bytes, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(content)
    assert line.format(file=path) in refused(["sharing", str(path)], capsys)


def test_places_that_cannot_be_read_or_written(
    problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing"
    assert "cannot be read" in refused(["sharing", str(missing)], capsys)[0]
    assert "there is no folder" in refused(["sharing", str(problem), "-o", str(missing / "r.json")], capsys)[0]
    assert "is a folder" in refused(["sharing", str(problem), "-o", str(tmp_path)], capsys)[0]


@pytest.mark.parametrize(
    "options",
    [
        ["--seconds", "0"],
        ["--seconds", "nan"],
        ["--workers", "0"],
        ["--seed", "x"],
        ["--nothing"],
        ["--dask", "tcp://x"],
    ],
)
def test_options_are_refused(options: list[str], problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(["sharing", str(problem), *options], capsys)


def test_unknown_engine(problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert any("invalid choice" in line for line in refused(["cooking", str(problem)], capsys))


def table_of(players: int) -> dict[str, Any]:
    """Quotes that cross so much that only drawing ends, and not soon."""
    names = [f"p{i:02d}" for i in range(players)]
    cents = dict.fromkeys(names, 100_000)
    for i in range(players):
        cents[" ".join(sorted({names[i], names[(i + 1) % players]}))] = 160_000 + i
    cents[" ".join(names)] = 70_000 * players
    return {"game": {"type": "table", "players": names, "cents": cents}}


def test_time_that_runs_out_without_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "out.json"
    path.write_text(json.dumps(table_of(8)))
    assert run(["sharing", str(path), "-o", str(out), "--seconds", "0.000001"]) == 3
    assert "time ran out" in capsys.readouterr().err
    assert not out.exists()


def test_progress_is_a_json_object_a_line(problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sharing", str(problem), "-o", str(tmp_path / "r.json"), "--progress-json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [set(line) for line in lines] == [{"best", "bound", "note", "seconds"}]
    assert (lines[0]["best"], lines[0]["note"]) == (36, "shared")


def test_no_progress_where_nobody_looks(problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sharing", str(problem), "-o", str(tmp_path / "r.json")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_keeps_the_best_answer_so_far(number: signal.Signals, tmp_path: Path) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "out.json"
    path.write_text(json.dumps(table_of(40)))
    command = [sys.executable, "-m", "grappe.cli", "solve", "sharing", str(path), "-o", str(out), "--progress-json"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ) as process:
        killer = threading.Timer(60, process.kill)
        killer.start()
        time.sleep(2)  # it has begun to draw, and is far from the end
        process.send_signal(number)
        started = time.monotonic()
        code = process.wait()
        killer.cancel()
    assert code == 0 and time.monotonic() - started < 15
    result = json.loads(out.read_text())
    assert result["status"] == "feasible" and sum(result["shares"].values()) == result["cost"]


def test_signals_are_given_back(problem: Path, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    run(["sharing", str(problem), "-o", str(tmp_path / "r.json")])
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


# --- What nobody sends in good faith


def need(number: int, half_days: object = 3, **more: object) -> dict[str, object]:
    return {"id": f"n{number}", "firm": f"f{number}", "skill": "web", "half_days": half_days, **more}


def plan(**more: object) -> dict[str, object]:
    month = {"days": 28, "first_day": "2027-01-04", "parts": ["am", "pm"], "people": [{"id": "p1"}]}
    work = {"duties": [{"id": "d1", "minutes": 210}], "engagements": [{"person": "p1", "duty": "d1"}]}
    return {**month, **work, **more}


def tree(*edges: tuple[str, str]) -> dict[str, object]:
    listed = [{"from": start, "to": end, "cents": 1} for start, end in edges]
    return {"game": {"type": "tree", "edges": listed, "at": {"x": "a"}}}


REFUSED: list[tuple[str, object, set[str]]] = [
    ("pooling", [1, 2], {"problem"}),
    ("pooling", {"needs": [need(0, 10**9), need(1, 10**40), need(1, -1)]},
     {"needs[0].half_days", "needs[1].half_days", "needs[2].half_days", "needs[2].id"}),
    ("pooling", {"rules": [], "cost": 5, "aim": ["x"], "needs": {"a": 1}, "keep": "x", "z": 1},
     {"rules", "cost", "aim", "needs", "keep", "z"}),
    ("pooling", {"zones": [{"id": "a", "needs": [need(0, -1)]}, 5], "q": 1}, {"zones[0].needs[0].half_days", "zones[1]", "q"}),
    ("planning", [], {"problem"}),
    ("planning", plan(days=10**9, weights=7, zz=1), {"days", "weights", "zz"}),
    ("planning", plan(people=[{"id": "p1"}, {"id": "p1"}], duties={}), {"people[1].id", "duties", "engagements[0].duty"}),
    ("sharing", "x", {"problem"}),
    ("sharing", tree(("a", "b"), ("b", "a")), {"game.edges"}),
    ("sharing", tree(("root", "r"), ("a", "b"), ("b", "a")), {"game.edges[1]", "game.edges[2]"}),
    ("sharing", {"game": {"type": "components", "components": []}}, {"game.components"}),
    ("sharing", {"game": {"type": "airport", "needs": {"a": 10**30, "b": -1}}}, {"game.needs.a", "game.needs.b"}),
    ("sharing", {"game": {"type": "table", "players": [], "cents": {}}}, {"game.players"}),
]  # fmt: skip


@pytest.mark.parametrize(("engine", "data", "paths"), REFUSED)
def test_every_fault_is_told_at_its_path(
    engine: str, data: object, paths: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "out.json"
    path.write_text(json.dumps(data))
    assert {line.split(": ")[0] for line in refused([engine, str(path), "-o", str(out)], capsys)} == paths
    assert not out.exists()


HARD: list[tuple[str, object]] = [
    ("pooling", {"needs": [need(number) for number in range(10_000)]}),
    ("pooling", {"rules": {"max_firms": None}, "needs": [need(number, 1 + number % 19) for number in range(10_000)]}),
    ("pooling", {"needs": []}),
    ("planning", plan(engagements=[{"person": "p1", "duty": "d1", "count": {"min": 10**9, "max": 10**9}}])),
    ("planning", plan(people=[], duties=[], engagements=[])),
    ("sharing", {"game": {"type": "claims", "estate": 10**9, "claims": {f"p{n}": 10**9 for n in range(10_000)}}}),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "data"), HARD)
def test_a_hard_problem_ends_in_time_and_memory(engine: str, data: object, tmp_path: Path) -> None:
    """An answer with its bound within the limit; the slack is for a machine that does other things."""
    path, out, seconds = tmp_path / "problem.json", tmp_path / "out.json", 6
    path.write_text(json.dumps(data))
    started = time.monotonic()
    code, peak = measured([engine, str(path), "-o", str(out), "--seconds", str(seconds)])
    assert (code, time.monotonic() - started < seconds + 12, peak < 4 * 10**9) == (0, True, True)
    result = json.loads(out.read_text())
    assert result["status"] in ("optimal", "feasible", "infeasible")
    assert result["status"] == "infeasible" or result["bound"] <= result["cost"]


@pytest.mark.slow
def test_a_file_that_does_not_fit_in_memory_is_a_fault(tmp_path: Path) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "out.json"
    with path.open("w") as stream:
        stream.write("[")
        for _ in range(66):
            stream.write("[]," * 1_000_000)
        stream.write("[]]")
    code, peak = measured(["sharing", str(path), "-o", str(out)])
    assert code == 2 and peak < 4.1 * 10**9
    assert not out.exists()


def measured(argv: list[str]) -> tuple[int, int]:
    """The exit code of `grappe solve`, and the most bytes it held."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-m", "grappe.cli", "solve", *argv], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * 1024
