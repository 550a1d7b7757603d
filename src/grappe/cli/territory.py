"""A territory of many zones, each a pooling problem of its own: solved through an executor, largest first.

On one machine the executor is of processes; with the address of a Dask scheduler it is Dask's, over many machines.
Zones share nothing, so the answer is the zones' answers side by side. A worker that dies costs no zone: those that it
may have held are tried again one at a time, and only a zone that kills its worker alone is told `unsolved`.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol

from grappe.engines.faults import Fault, Malformed
from grappe.engines.pooling import Params, Problem, parse, solve
from grappe.engines.stop import Deadline, Stop

LEAST_SECONDS = 1.0  # for one zone
AHEAD = 4  # zones handed over per worker, so that none waits and few are left to take back
LATE = 1.0  # seconds past the end, or past a cancel, after which a zone that does not come back is given up
POLL = 0.2  # seconds between two looks at the stop

Outcome = dict[str, Any]
_told: Any = None  # in a process of ours: the event that is set when the caller stops


def run_territory(data: object, *, stop: Stop, seed: int = 0, workers: int = 1, dask: str | None = None) -> Outcome:
    """The JSON result of the zones of `data`, `{"zones": [{"id": ..., <pooling problem>}, ...]}`.

    `stop` is for the whole; what is left is shared among the zones to come, by number of needs. Raises Malformed
    with every fault of every zone. A zone that no worker could finish is told with the status `unsolved`.
    """
    started = time.monotonic()
    problems = _problems(data)
    run = _Run(problems, stop, seed)
    if problems:
        with _places(workers, dask) as places:
            run.all(places)
    return _whole([{"id": zone, **run.outcomes[zone]} for zone in problems], time.monotonic() - started, seed)


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


class _Places(Protocol):
    """Where zones are solved; `count` at once."""

    count: int

    def submit(self, problem: Problem, seconds: float, end: float, seed: int) -> Future[Outcome]:
        """Solve a zone in at most `seconds`, and not past `end` (by the clock of the day, which machines share)."""

    def mend(self) -> None:
        """Work again after a worker's death."""

    def tell_stop(self) -> None:
        """Ask the zones under way for their best so far."""


class _Processes:
    """Processes of this machine."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._context = multiprocessing.get_context("spawn")
        self._event = self._context.Event()
        self._others = set(multiprocessing.active_children())
        self._open()

    def _open(self) -> None:
        self._pool = ProcessPoolExecutor(self.count, self._context, initializer=_begin, initargs=(self._event,))

    def submit(self, problem: Problem, seconds: float, end: float, seed: int) -> Future[Outcome]:
        return self._pool.submit(_solve_zone, problem, seconds, end, seed)

    def mend(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._open()

    def tell_stop(self) -> None:
        self._event.set()

    def close(self) -> None:
        """Wait for nobody: what is still at work here was given up."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - self._others:
            child.terminate()


class _Dask:
    """The workers of a Dask scheduler, which gives a dead worker's zones to another by itself."""

    def __init__(self, executor: Executor, count: int) -> None:
        self.count = count
        self._executor = executor

    def submit(self, problem: Problem, seconds: float, end: float, seed: int) -> Future[Outcome]:
        return self._executor.submit(_solve_zone, problem, seconds, end, seed)

    def mend(self) -> None:
        return

    def tell_stop(self) -> None:
        return


@contextmanager
def _places(workers: int, dask: str | None) -> Iterator[_Places]:
    """Raises Malformed when no scheduler answers at the address."""
    if dask is None:
        processes = _Processes(workers)
        try:
            yield processes
        finally:
            processes.close()
        return
    try:
        from distributed import Client  # only who has a cluster needs it

        client: Any = Client(dask, timeout=10)  # type: ignore[no-untyped-call]
    except ImportError:
        raise Malformed([Fault("--dask", "the package distributed is not installed here")]) from None
    except (OSError, ValueError) as error:
        raise Malformed([Fault("--dask", f"no scheduler answers at {dask}: {error}")]) from error
    with client:
        yield _Dask(client.get_executor(pure=False), max(1, sum(client.nthreads().values())))


class _Run:
    """The zones on their way through the places: a few are with the workers, the others wait here."""

    def __init__(self, problems: Mapping[str, Problem], stop: Stop, seed: int) -> None:
        self.problems = problems
        self.outcomes: dict[str, Outcome] = {}
        self._stop, self._seed = stop, seed
        self._weight = {zone: 1 + len(problem.needs) for zone, problem in problems.items()}
        self._waiting = sorted(problems, key=lambda zone: (self._weight[zone], zone))  # the largest is popped first
        self._suspects: list[str] = []  # were with the workers when one died: tried again one at a time
        self._under_way: dict[Future[Outcome], str] = {}
        self._left = sum(self._weight.values())
        self._cost = sum(_asked(problem) for problem in problems.values())
        self._bound = 0

    def all(self, places: _Places) -> None:
        given_up = float("inf")
        while self._waiting or self._suspects or self._under_way:
            if self._stop.reached() and given_up == float("inf"):
                given_up = time.monotonic() + LATE
                places.tell_stop()
                for zone in (*self._waiting, *self._suspects):
                    self._close(zone, _unsolved(self.problems[zone], "time ran out before this zone"))
                self._waiting, self._suspects = [], []
            self._hand_over(places)
            done, late = wait(self._under_way, timeout=POLL, return_when="FIRST_COMPLETED")
            if time.monotonic() > given_up:
                done |= late
            self._take_back(done, places)

    def _hand_over(self, places: _Places) -> None:
        """Keep the workers busy; a suspect is alone with them, so that its worker's death is its own doing."""
        if self._suspects:
            if not self._under_way:
                self._submit(self._suspects.pop(), places)
            return
        while self._waiting and len(self._under_way) < AHEAD * places.count:
            self._submit(self._waiting.pop(), places)

    def _submit(self, zone: str, places: _Places) -> None:
        remaining = self._stop.remaining()
        share = remaining
        if remaining < float("inf"):
            share = max(LEAST_SECONDS, remaining * places.count * self._weight[zone] / max(1, self._left))
        self._left -= self._weight[zone]
        try:
            future = places.submit(self.problems[zone], min(share, remaining), time.time() + remaining, self._seed)
        except BrokenExecutor:  # a worker died since the last look
            self._suspects.append(zone)
            if not self._under_way:
                places.mend()
            return
        self._under_way[future] = zone

    def _take_back(self, futures: set[Future[Outcome]], places: _Places) -> None:
        alone = len(self._under_way) == 1
        died = False
        for future in futures:
            zone = self._under_way.pop(future)
            if not future.done():
                future.cancel()
                self._close(zone, _unsolved(self.problems[zone], "the worker did not come back in time"))
                continue
            try:
                outcome = future.result()
            except BrokenExecutor:
                died = True
                if not alone:
                    self._suspects.append(zone)
                    continue
                outcome = _unsolved(self.problems[zone], "the worker died on it (out of memory, perhaps)")
            except (Exception, CancelledError) as error:
                outcome = _unsolved(self.problems[zone], f"the worker failed: {error or type(error).__name__}")
            self._close(zone, outcome)
        if died and not self._under_way:
            places.mend()

    def _close(self, zone: str, outcome: Outcome) -> None:
        self.outcomes[zone] = outcome
        self._cost += outcome["cost"] - _asked(self.problems[zone])
        self._bound += outcome["bound"]
        note = f"zones: {len(self.outcomes)} of {len(self.problems)}"
        self._stop.progress(best=self._cost, bound=self._bound, note=note)


class _Told(Deadline):
    """A deadline that another process can bring forward."""

    def reached(self) -> bool:
        return (_told is not None and _told.is_set()) or super().reached()

    def remaining(self) -> float:
        return 0.0 if self.reached() else super().remaining()


def _begin(event: Any) -> None:
    global _told
    _told = event
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked hears it, and tells


def _solve_zone(problem: Problem, seconds: float, end: float, seed: int) -> Outcome:
    """Run by a worker."""
    return solve(problem, params=Params(), stop=_Told(min(seconds, end - time.time())), seed=seed).to_json()


def _asked(problem: Problem) -> int:
    return sum(need.year for need in problem.needs)


def _unsolved(problem: Problem, why: str) -> Outcome:
    """What can be said of a zone that was not solved: nothing is served, and all could be."""
    asked = _asked(problem)
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
