"""The engine's door: search, then prove what was found, price it line by line and say why."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..stop import Deadline, Stop
from .case import Case, Roster
from .conflicts import clash_of, conflicts_of
from .penalties import lines
from .problem import Problem
from .reasons import Explainer
from .result import Result
from .rules import broken_rules
from .search import Search


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
    search = Search(case, params or Params(), stop, seed)
    answer = search.run()
    if answer.impossible is not None:
        clash = clash_of(case, case.workers[answer.impossible], stop, seed=seed)
        return Result(
            status="infeasible",
            total=None,
            lower=None,
            seconds=time.monotonic() - begun,
            seed=seed,
            conflicts=conflicts_of(case, clash) if clash else (),
            conflicts_minimal=clash is not None and clash.minimal,
        )
    if answer.roster is None:
        return Result("unknown", None, answer.bound, time.monotonic() - begun, seed)
    return _priced(case, answer.roster, answer.bound, seed, begun)


def _priced(case: Case, roster: Roster, bound: int, seed: int, begun: float) -> Result:
    for worker, row in zip(case.workers, roster, strict=True):
        broken = next(broken_rules(case, worker, row), None)
        if broken is not None:
            raise AssertionError(f"the roster found breaks a rule: {broken}")
    explainer = Explainer(case, roster)
    penalties = tuple(explainer.penalty(line) for line in lines(case, roster))
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
