"""The engine's door: search, then prove what was found, price it line by line and say why."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

from ..stop import Deadline, Sooner, Stop
from .case import Case, Roster
from .conflicts import clash_of, conflicts_of
from .penalties import lines
from .problem import Problem
from .reasons import Explainer
from .result import Result
from .rules import broken_rules
from .search import Search

RESERVE_SHARE: Final = 0.05
RESERVE_PER_CHOICE: Final = 3e-6
RESERVE_PER_LINE: Final = 4e-5
MOST_RESERVED: Final = 0.7


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
    search = Search(case, params or Params(), Sooner(stop, _kept(stop, case)), seed)
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


def _kept(stop: Stop, case: Case) -> float:
    """A little of the time, for the pricing and the reasons of what is found, and for writing it: seconds."""
    limit = stop.remaining()
    if not math.isfinite(limit):
        return 0.0
    problem = case.problem
    choices = case.slots * (len(problem.engagements) + len(problem.people))
    wishes = sum(len(deal.wanted) + len(deal.unwanted) for deal in problem.engagements)
    lines = len(problem.cover) + wishes + (case.slots * len(problem.people) if problem.weights.moved else 0)
    kept = RESERVE_SHARE * limit + choices * RESERVE_PER_CHOICE + lines * RESERVE_PER_LINE
    return min(kept, limit * MOST_RESERVED)


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
