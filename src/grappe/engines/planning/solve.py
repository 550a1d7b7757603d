"""The engine's door: search, then prove what was found, price it line by line and say why."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

from ..stop import Deadline, Stop
from .case import Case, Roster
from .conflicts import clash_of, conflicts_of
from .penalties import lines
from .problem import Problem
from .reasons import Explainer
from .result import Result
from .rules import broken_rules
from .search import Search

RESERVE_SHARE: Final = 0.05
RESERVE_PER_CHOICE: Final = 6e-6
RESERVE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Params:
    """`workers`: threads of the solver. The same problem, seed and one worker give the same roster whenever the search
    ends by itself."""

    workers: int = 1


def solve(problem: Problem, *, params: Params | None = None, stop: Stop | None = None, seed: int = 0) -> Result:
    """The least costly roster found under the hard rules before `stop` is reached.

    Status: optimal (proved), feasible, infeasible (`conflicts` says why), or unknown (time ran out with no roster).
    """
    stop = stop or Deadline()
    begun = time.monotonic()
    case = Case(problem)
    search = Search(case, params or Params(), _Sooner(stop, case), seed)
    answer = search.run()
    if answer.impossible is not None:
        clash = clash_of(case, case.workers[answer.impossible], stop, seed=seed)
        return Result(
            status="infeasible",
            total=None,
            lower=None,
            seconds=time.monotonic() - begun,
            seed=seed,
            conflicts=conflicts_of(case, clash),
            conflicts_minimal=clash.minimal,
        )
    if answer.roster is None:
        return Result("unknown", None, answer.bound, time.monotonic() - begun, seed)
    return _priced(case, answer.roster, answer.bound, stop, seed, begun)


class _Sooner:
    """A stop that leaves a little of the time for the pricing and the reasons of what was found."""

    def __init__(self, stop: Stop, case: Case) -> None:
        self._stop = stop
        limit = stop.remaining()
        choices = case.slots * len(case.problem.engagements)
        kept = RESERVE_SHARE * limit + choices * RESERVE_PER_CHOICE
        self._kept = min(kept, limit / 3, RESERVE_SECONDS) if math.isfinite(limit) else 0.0

    def reached(self) -> bool:
        return self._stop.reached() or self._stop.remaining() <= self._kept

    def remaining(self) -> float:
        return max(0.0, self._stop.remaining() - self._kept)

    def progress(self, *, best: int | None, bound: int | None, note: str = "") -> None:
        self._stop.progress(best=best, bound=bound, note=note)


def _priced(case: Case, roster: Roster, bound: int, stop: Stop, seed: int, begun: float) -> Result:
    for worker, row in zip(case.workers, roster, strict=True):
        broken = next(broken_rules(case, worker, row), None)
        if broken is not None:
            raise AssertionError(f"the roster found breaks a rule: {broken}")
    paid = lines(case, roster)
    explainer = Explainer(case, roster, stop, len(paid))
    penalties = tuple(explainer.penalty(line) for line in paid)
    total = sum(penalty.amount for penalty in penalties)
    return Result(
        status="optimal" if bound >= total else "feasible",
        total=total,
        lower=min(bound, total),
        seconds=time.monotonic() - begun,
        seed=seed,
        assignments=case.assignments(roster),
        penalties=penalties,
    )
