"""A territory solved zone by zone: by processes, and by a real Dask scheduler with two worker processes."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import grappe
from grappe.cli.solve import run
from grappe.cli.territory import _Processes, _Run, run_territory
from grappe.engines.faults import Malformed
from grappe.engines.pooling import Problem, parse, solve
from grappe.engines.stop import Deadline


def zone(name: str, *loads: int) -> dict[str, Any]:
    needs = [{"id": f"n{k}", "firm": f"f{k}", "skill": "web", "half_days": load} for k, load in enumerate(loads)]
    return {"id": name, "needs": needs}


ZONES = {
    "zones": [zone("north", 18, 12, 9), zone("south", 15, 15, 15, 15), zone("east", 3), zone("west", 20, 16, 7, 30, 6)]
}


def alone(data: dict[str, Any]) -> dict[str, Any]:
    return solve(parse({key: value for key, value in data.items() if key != "id"}), stop=Deadline(60)).to_json()


def check_against_each_alone(outcome: dict[str, Any]) -> None:
    assert [one["id"] for one in outcome["zones"]] == ["north", "south", "east", "west"]
    for data, found in zip(ZONES["zones"], outcome["zones"], strict=True):
        assert found["posts"] == alone(data)["posts"]
    assert outcome["status"] == "optimal"
    assert outcome["served_half_days"] == sum(alone(data)["served_half_days"] for data in ZONES["zones"])


def test_processes_solve_each_zone_as_it_would_be_alone() -> None:
    check_against_each_alone(run_territory(ZONES, stop=Deadline(120), workers=2))


@dataclass
class Scheduler:
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Scheduler]:
    """A Dask scheduler with two workers, each a process of its own."""
    told = tmp_path / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(Path(grappe.__file__).parents[1])}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    processes = [subprocess.Popen([*dask, "--no-dashboard", "--scheduler-file", str(told)], **quiet)]
    try:
        while not told.exists():
            time.sleep(0.05)
        address = str(json.loads(told.read_text())["address"])
        worker = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            address,
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
        ]
        processes += [subprocess.Popen([*worker, "--local-directory", str(tmp_path)], **quiet) for _ in range(2)]
        distributed = pytest.importorskip("distributed")
        with distributed.Client(address) as client:
            client.wait_for_workers(2, timeout=60)
        yield Scheduler(address, processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_dask_solves_each_zone_as_it_would_be_alone(scheduler: Scheduler) -> None:
    check_against_each_alone(run_territory(ZONES, stop=Deadline(120), dask=scheduler.address))


def test_the_command_line_reaches_a_scheduler(scheduler: Scheduler, tmp_path: Path) -> None:
    path, out = tmp_path / "zones.json", tmp_path / "out.json"
    path.write_text(json.dumps(ZONES))
    assert run(["pooling", str(path), "-o", str(out), "--dask", scheduler.address]) == 0
    check_against_each_alone(json.loads(out.read_text()))


def test_dask_gives_the_zones_of_a_dead_worker_to_the_other(scheduler: Scheduler) -> None:
    many = many_zones(40)
    killer = threading.Timer(2.0, scheduler.workers[0].kill)
    killer.start()
    outcome = run_territory(many, stop=Deadline(120), dask=scheduler.address)
    killer.join()
    assert scheduler.workers[0].wait(timeout=10) == -signal.SIGKILL
    assert {zone["status"] for zone in outcome["zones"]} == {"optimal"}, [zone.get("why") for zone in outcome["zones"]]
    assert len(outcome["zones"]) == 40


def test_an_address_where_nobody_answers_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "zones.json"
    path.write_text(json.dumps(ZONES))
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        assert run(["pooling", str(path), "--dask", address]) == 2
        printed = capsys.readouterr()
        assert printed.out == "" and f"--dask: no scheduler answers at {address}" in printed.err


def many_zones(count: int, needs: int = 30) -> dict[str, Any]:
    """Zones that take a few tenths of a second each."""
    draw = random.Random(7)

    def need(number: int) -> dict[str, Any]:
        place = {"lat": 48 + draw.random() / 2, "lon": 2 + draw.random() / 2}
        skill = f"s{draw.randrange(4)}"
        return {"id": f"n{number}", "firm": f"f{number}", "skill": skill, "half_days": draw.randint(3, 16), **place}

    return {"zones": [{"id": f"z{k}", "needs": [need(n) for n in range(needs)]} for k in range(count)]}


def test_a_killed_process_costs_no_zone() -> None:
    def kill_one() -> None:
        while not (children := multiprocessing.active_children()):
            time.sleep(0.05)
        time.sleep(1.5)  # it has begun
        os.kill(children[0].pid or 0, signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    outcome = run_territory(many_zones(24), stop=Deadline(150), workers=2)
    killer.join()
    assert {zone["status"] for zone in outcome["zones"]} == {"optimal"}, [zone.get("why") for zone in outcome["zones"]]


@dataclass(frozen=True)
class Deadly(Problem):
    """Kills the process that reads it, as a zone too large for its memory would."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


def test_a_zone_that_kills_its_worker_is_the_only_one_not_solved() -> None:
    problems = {data["id"]: parse({"needs": data["needs"]}) for data in ZONES["zones"]}
    problems["deadly"] = Deadly(problems["west"].needs)
    run_ = _Run(problems, Deadline(120), 0)
    places = _Processes(2)
    try:
        run_.all(places)
    finally:
        places.close()
    assert {zone: outcome["status"] for zone, outcome in run_.outcomes.items()} == {
        "north": "optimal", "south": "optimal", "east": "optimal", "west": "optimal", "deadly": "unsolved",
    }  # fmt: skip
    assert "died" in run_.outcomes["deadly"]["why"]


def test_a_stop_brings_back_what_is_done_at_once() -> None:
    heard: list[tuple[int | None, int | None, str]] = []
    stop = Deadline(report=lambda *said: heard.append(said))
    threading.Timer(4.0, stop.cancel).start()
    started = time.monotonic()
    outcome = run_territory(many_zones(1000), stop=stop, workers=2)
    assert time.monotonic() - started < 4 + 1.0 + 8  # reading, and a machine that does other things
    assert outcome["status"] == "feasible"
    statuses = {zone["status"] for zone in outcome["zones"]}
    assert "unsolved" in statuses
    assert statuses & {"optimal", "feasible"}
    assert heard[-1][2] == "zones: 1000 of 1000"
    assert heard[-1][:2] == (outcome["cost"], outcome["bound"])
    assert [best for best, _, _ in heard] == sorted((best for best, _, _ in heard), reverse=True)


def test_every_fault_of_every_zone_is_told() -> None:
    bad = {"zones": [zone("a", 3), zone("a", -1), {"id": "", "needs": []}, 5], "extra": 1}
    with pytest.raises(Malformed) as caught:
        run_territory(bad, stop=Deadline())
    assert {fault.path for fault in caught.value.faults} == {
        "extra", "zones[1].id", "zones[1].needs[0].half_days", "zones[2].id", "zones[3]",
    }  # fmt: skip


def test_a_zone_without_time_is_told_unsolved() -> None:
    outcome = run_territory(ZONES, stop=Deadline(1e-9))
    assert outcome["status"] == "feasible"
    assert {one["status"] for one in outcome["zones"]} == {"unsolved"}
    assert outcome["served_half_days"] == 0 < outcome["bound_half_days"]
