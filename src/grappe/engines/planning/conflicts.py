"""Which rules cannot hold together: every hard rule binds one person, so a contradiction is found person by person.

Assumption literals give a first clash (a sufficient set, from the solver's proof); a deletion filter then removes every
rule that the clash does not need. What is left is minimal: without any one of its rules a roster exists.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from ..stop import Stop
from .case import Case, Worker
from .model import Model
from .result import Conflict
from .rules import Rule
from .texts import rule_text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

EFFORT_PER_TRIAL: Final = 1.0
EFFORT_OF_PROOF: Final = 1000.0


@dataclass(frozen=True)
class Clash:
    rules: tuple[Rule, ...]
    minimal: bool


def fixed_clash(case: Case, worker: Worker) -> Clash | None:
    """A fixed assignment that one rule alone forbids; found without the solver."""
    seen: dict[int, int] = {}
    person = worker.person.id
    for slot, duty in worker.fixed:
        day, part, name = case.day_of(slot), case.part_of(slot), case.problem.duties[duty].id
        fixed = Rule("fixed", person, name, day, day, part)
        if slot in seen:
            other = case.problem.duties[seen[slot]].id
            return Clash((Rule("one_duty", person, name, day, day, part, other=other),), True)
        seen[slot] = duty
        if duty not in worker.deals:
            return Clash((fixed, Rule("not_engaged", person, name, day, day, part)), True)
        if slot in worker.blocked:
            return Clash((fixed, Rule("unavailable", person, None, day, day, part)), True)
        if slot in worker.deals[duty].refused:
            return Clash((fixed, Rule("refused", person, name, day, day, part)), True)
    return None


def clash_of(case: Case, worker: Worker, stop: Stop, *, seed: int) -> Clash | None:
    """A small set of this person's rules that no row satisfies together; None when a row exists or time ran out."""
    found = fixed_clash(case, worker)
    if found is not None:
        return found
    search = _Filter(case, worker, stop, seed)
    rules = search.first()
    return None if rules is None else search.thinned(rules)


class _Filter:
    def __init__(self, case: Case, worker: Worker, stop: Stop, seed: int) -> None:
        self.case = case
        self.free: dict[int, Sequence[int]] = {worker.index: range(case.days)}
        self.stop = stop
        self.seed = seed
        self.settled = True

    def first(self) -> list[Rule] | None:
        """The rules that the solver's own proof used, or all of them when it used none of its assumptions."""
        from ortools.sat.python import cp_model

        model = Model(self.case, self.free, explain=True)
        rules = list(model.switches)
        literals = [model.switches[rule] for rule in rules]
        model.cp.add_assumptions(literals)
        solver = self._solver(EFFORT_PER_TRIAL)
        if solver is not None and solver.solve(model.cp) == cp_model.INFEASIBLE:
            used = set(solver.sufficient_assumptions_for_infeasibility())
            proof = [rule for rule, literal in zip(rules, literals, strict=True) if literal.index in used]
            if proof and self._clash(proof):
                return proof
        return rules if self._clash(rules, EFFORT_OF_PROOF) else None

    def thinned(self, rules: list[Rule]) -> Clash:
        """Deletion filter, by chunks and then one by one; rules of single days are tried first, so that of two minimal
        sets the one with fewer, wider rules is the likelier."""
        core = sorted(rules, key=lambda rule: (_BREADTH.get(rule.kind, 2), rule.kind, rule.duty or "", rule.first or 0))
        chunk = max(1, len(core) // 2)
        while chunk >= 1:
            position = 0
            while position < len(core) and not self.stop.reached():
                trial = core[:position] + core[position + chunk :]
                if self._clash(trial):
                    core = trial
                else:
                    position += chunk
            chunk //= 2
        return Clash(tuple(core), self.settled and not self.stop.reached())

    def _clash(self, rules: list[Rule], effort: float = EFFORT_PER_TRIAL) -> bool:
        """Whether these rules have been proved to clash."""
        from ortools.sat.python import cp_model

        solver = self._solver(effort)
        if solver is None:
            return False
        status = solver.solve(Model(self.case, self.free, explain=True, kept=set(rules)).cp)
        if status == cp_model.UNKNOWN:
            self.settled = False
        return status == cp_model.INFEASIBLE

    def _solver(self, effort: float) -> cp_model.CpSolver | None:
        from ortools.sat.python import cp_model

        remaining = self.stop.remaining()
        if remaining <= 0:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = effort
        if math.isfinite(remaining):
            solver.parameters.max_time_in_seconds = remaining
        return solver


_BREADTH: Final = {"unavailable": 0, "refused": 0, "not_next_day": 1, "max_sites_per_day": 1}


def conflicts_of(case: Case, clash: Clash) -> tuple[Conflict, ...]:
    """In words, with runs of unavailable or refused slots told as one span of days."""
    rules = sorted(clash.rules, key=lambda rule: (rule.kind, rule.duty or "", rule.first or 0, rule.part or ""))
    told: list[Rule] = []
    for (kind, duty), group in groupby(rules, key=lambda rule: (rule.kind, rule.duty)):
        members = list(group)
        told.extend(_spans(members) if kind in ("unavailable", "refused") else members)
        del duty
    return tuple(_conflict(case, rule) for rule in told)


def _spans(rules: list[Rule]) -> list[Rule]:
    spans: list[Rule] = []
    for rule in rules:
        before = spans[-1] if spans else None
        if before is not None and before.last is not None and rule.first is not None and rule.first <= before.last + 1:
            part = before.part if (rule.first, rule.part) == (before.first, before.part) else None
            spans[-1] = Rule(rule.kind, rule.person, rule.duty, before.first, rule.last, part)
        else:
            spans.append(rule)
    return spans


def _conflict(case: Case, rule: Rule) -> Conflict:
    first, last = rule.first or 0, rule.last if rule.last is not None else case.days - 1
    fields = {"part": rule.part, "limit": rule.limit, "found": rule.found, "other": rule.other}
    return Conflict(
        kind=rule.kind,
        person=rule.person,
        duty=rule.duty,
        dates=(case.date(first), case.date(last)),
        fields={key: value for key, value in fields.items() if value is not None},
        text=rule_text(case, rule),
    )
