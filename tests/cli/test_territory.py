"""A territory solved zone by zone: by processes, and by a real Dask scheduler with two worker processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import grappe
from grappe.cli.territory import run_territory
from grappe.engines.faults import Malformed
from grappe.engines.pooling import parse, solve
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
    check_against_each_alone(run_territory(ZONES, seconds=120, seed=0, workers=2, dask=None))


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a Dask scheduler with two workers, each a process of its own."""
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
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_dask_solves_each_zone_as_it_would_be_alone(scheduler: str) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.Client(scheduler) as client:
        client.wait_for_workers(2, timeout=60)
    started = time.monotonic()
    check_against_each_alone(run_territory(ZONES, seconds=120, seed=0, workers=1, dask=scheduler))
    assert time.monotonic() - started < 60


def test_every_fault_of_every_zone_is_told() -> None:
    bad = {"zones": [zone("a", 3), zone("a", -1), {"id": "", "needs": []}, 5], "extra": 1}
    with pytest.raises(Malformed) as caught:
        run_territory(bad)
    assert {fault.path for fault in caught.value.faults} == {
        "extra", "zones[1].id", "zones[1].needs[0].half_days", "zones[2].id", "zones[3]",
    }  # fmt: skip


def test_a_zone_without_time_is_told_unsolved() -> None:
    outcome = run_territory(ZONES, seconds=1e-9, workers=1)
    assert outcome["status"] == "feasible"
    assert {one["status"] for one in outcome["zones"]} == {"unsolved"}
    assert outcome["served_half_days"] == 0 < outcome["bound_half_days"]
