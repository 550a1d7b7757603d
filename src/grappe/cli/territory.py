"""A territory of many zones, each a pooling problem of its own: solved through an executor, largest first.

On one machine the executor is of processes; with the address of a Dask scheduler it is Dask's, over many machines.
Zones share nothing, so the answer is the zones' answers side by side.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from grappe.engines.faults import Fault, Malformed
from grappe.engines.pooling import Params, Problem, parse, solve
from grappe.engines.stop import Deadline

LEAST_SECONDS = 1.0  # for one zone
AHEAD = 4  # zones handed over per worker, so that none waits and few are left to take back
LATE = 5.0  # seconds after which a zone that does not come back is given up

Outcome = dict[str, Any]


def run_territory(
    data: object, *, seconds: float = float("inf"), seed: int = 0, workers: int = 1, dask: str | None = None
) -> Outcome:
    """The JSON result of the zones of `data`, `{"zones": [{"id": ..., <pooling problem>}, ...]}`.

    `seconds` is for the whole; what is left is shared among the zones to come, by number of needs. Raises Malformed
    with every fault of every zone. A zone that no worker could finish is told with the status `unsolved`.
    """
    started = time.monotonic()
    problems = _problems(data)
    order = sorted(problems, key=lambda zone: (-len(problems[zone].needs), zone))
    outcomes: dict[str, Outcome] = {}
    with _executor(workers, dask) as (executor, places):
        for zone, outcome in _solve_all(executor, places, order, problems, seconds, started, seed):
            outcomes[zone] = outcome
    return _whole([{"id": zone, **outcomes[zone]} for zone in problems], time.monotonic() - started, seed)


def _problems(data: object) -> dict[str, Problem]:
    """The zones' problems, in the order of the file."""
    faults: list[Fault] = []
    problems: dict[str, Problem] = {}
    table = data if isinstance(data, Mapping) else {}
    faults += [Fault(str(key), "unknown key") for key in table if key != "zones"]
    zones = table.get("zones")
    if not isinstance(zones, list):
        raise Malformed([*faults, Fault("zones", "must be a list of zones")])
    for index, zone in enumerate(zones):
        path = f"zones[{index}]"
        if not isinstance(zone, Mapping):
            faults.append(Fault(path, "must be an object"))
            continue
        name = zone.get("id")
        if not isinstance(name, str) or not name.strip():
            faults.append(Fault(f"{path}.id", "must be a text that is not empty"))
        elif name in problems:
            faults.append(Fault(f"{path}.id", f"{name!r} is already the id of a zone"))
        try:
            problems[str(name)] = parse({key: value for key, value in zone.items() if key != "id"})
        except Malformed as malformed:
            faults += [Fault(f"{path}.{fault.path}", fault.what) for fault in malformed.faults]
    if faults:
        raise Malformed(faults)
    return problems


@contextmanager
def _executor(workers: int, dask: str | None) -> Iterator[tuple[Executor, int]]:
    """An executor, and how many zones it solves at once."""
    if dask is None:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            yield pool, workers
        return
    from distributed import Client  # only who has a cluster needs it

    with Client(dask) as client:  # type: ignore[no-untyped-call]
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))


def _solve_all(
    executor: Executor,
    places: int,
    order: list[str],
    problems: dict[str, Problem],
    seconds: float,
    started: float,
    seed: int,
) -> Iterator[tuple[str, Outcome]]:
    """The outcome of each zone as it comes; a few zones ahead are with the workers, the others wait here."""
    waiting = list(reversed(order))
    weight = {zone: 1 + len(problems[zone].needs) for zone in order}
    left = sum(weight.values())
    under_way: dict[Future[Outcome], str] = {}
    while waiting or under_way:
        while waiting and len(under_way) < AHEAD * places:
            zone = waiting.pop()
            remaining = seconds - (time.monotonic() - started)
            share = (
                max(LEAST_SECONDS, remaining * places * weight[zone] / left) if remaining < float("inf") else remaining
            )
            left -= weight[zone]
            if remaining <= 0:
                yield zone, _unsolved(problems[zone], "time ran out before this zone")
                continue
            under_way[executor.submit(_solve_zone, problems[zone], min(share, remaining), seed)] = zone
        late = max(0.0, seconds + LATE - (time.monotonic() - started))
        done, _ = wait(under_way, timeout=late if late < float("inf") else None, return_when="FIRST_COMPLETED")
        for future in done or list(under_way):
            zone = under_way.pop(future)
            yield zone, _outcome(future, problems[zone])


def _outcome(future: Future[Outcome], problem: Problem) -> Outcome:
    if not future.done():
        future.cancel()
        return _unsolved(problem, "the worker did not come back in time")
    error = future.exception()
    return future.result() if error is None else _unsolved(problem, f"the worker failed: {error}")


def _solve_zone(problem: Problem, seconds: float, seed: int) -> Outcome:
    """Run by a worker."""
    return solve(problem, params=Params(), stop=Deadline(seconds), seed=seed).to_json()


def _unsolved(problem: Problem, why: str) -> Outcome:
    """What can be said of a zone that was not solved: nothing is served, and all could be."""
    asked = sum(need.year for need in problem.needs)
    return {
        "engine": "pooling",
        "status": "unsolved",
        "why": why,
        "cost": asked,
        "bound": 0,
        "seconds": 0.0,
        "served_half_days": 0,
        "bound_half_days": asked,
        "asked_half_days": asked,
        "posts": [],
    }


def _whole(zones: list[Outcome], seconds: float, seed: int) -> Outcome:
    served, bound = (sum(zone[key] for zone in zones) for key in ("served_half_days", "bound_half_days"))
    return {
        "engine": "pooling",
        "status": "optimal" if all(zone["status"] == "optimal" for zone in zones) else "feasible",
        "cost": sum(zone["cost"] for zone in zones),
        "bound": sum(zone["bound"] for zone in zones),
        "seconds": round(seconds, 3),
        "seed": seed,
        "served_half_days": served,
        "bound_half_days": bound,
        "asked_half_days": sum(zone["asked_half_days"] for zone in zones),
        "gap": round((bound - served) / bound, 6) if bound else 0.0,
        "posts": sum(len(zone["posts"]) for zone in zones),
        "work_seconds": round(sum(zone["seconds"] for zone in zones), 3),
        "zones": zones,
    }
