"""Which rules cannot hold together: every hard rule binds one person, so a contradiction is found person by person.

A deletion filter then leaves out every rule that the clash does not need. What is left is minimal: without any one of
its rules a roster exists.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from ..stop import Stop
from .case import Case, Worker
from .model import Model, OutOfTime
from .result import Conflict
from .rules import Rule
from .texts import rule_text

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

EFFORT_PER_TRIAL: Final = 0.3
EFFORT_OF_PROOF: Final = 1000.0
# More rules alike than this are told as one line.
ALIKE: Final = 4


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


def clash_of(case: Case, worker: Worker, stop: Stop, *, seed: int) -> Clash:
    """A small set of this person's rules that no row satisfies together; all of them when there is no time for less."""
    return fixed_clash(case, worker) or _Filter(case, worker, stop, seed).clash()


class _Filter:
    def __init__(self, case: Case, worker: Worker, stop: Stop, seed: int) -> None:
        self.case = case
        self.free: dict[int, Sequence[int]] = {worker.index: range(case.days)}
        self.stop = stop
        self.seed = seed
        self.settled = True
        self.effort = EFFORT_OF_PROOF

    def clash(self) -> Clash:
        rules = list(Model(self.case, self.free, explain=True).rules)
        return self._thinned(rules) if self._clash(rules) else Clash(tuple(rules), False)

    def _thinned(self, rules: list[Rule]) -> Clash:
        """Deletion filter, family by family (all weeks of a limit, all slots of a leave), then within each family.

        Families of single slots are tried first, so that of two minimal sets the one of wider rules is the likelier.
        """
        families: dict[tuple[int, str, str], list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: (rule.first or 0, rule.part or "")):
            families.setdefault((_BREADTH.get(rule.kind, 2), rule.kind, rule.duty or ""), []).append(rule)
        kept = self._needed([families[key] for key in sorted(families)], [])
        for family in list(kept):
            others = [rule for other in kept if other is not family for rule in other]
            thin = self._needed([[rule] for rule in family], others)
            kept[kept.index(family)] = [rule for [rule] in thin]
        return Clash(tuple(rule for family in kept for rule in family), self.settled and not self.stop.reached())

    def _needed(self, lumps: list[list[Rule]], beside: list[Rule]) -> list[list[Rule]]:
        """The lumps of rules that clash `beside` others, those left out that are not needed: halves first, then one by
        one."""
        lumps = list(lumps)
        chunk = (len(lumps) + 1) // 2
        while chunk >= 1:
            position = 0
            while position < len(lumps) and not self.stop.reached():
                fewer = lumps[:position] + lumps[position + chunk :]
                if self._clash(beside + [rule for lump in fewer for rule in lump]):
                    lumps = fewer
                else:
                    position += chunk
            chunk = 0 if chunk == 1 else (chunk + 1) // 2
        return lumps

    def _clash(self, rules: list[Rule]) -> bool:
        """Whether these rules have been proved to clash. The first proof says how hard the later ones may be."""
        from ortools.sat.python import cp_model

        solver = self._solver()
        if solver is None:
            return False
        try:
            model = Model(self.case, self.free, explain=True, kept=set(rules), stop=self.stop)
        except OutOfTime:
            return False
        status = solver.solve(model.cp)
        if status == cp_model.UNKNOWN:
            self.settled = False
        elif status == cp_model.INFEASIBLE:
            self.effort = min(self.effort, EFFORT_PER_TRIAL + 2 * solver.deterministic_time)
        return status == cp_model.INFEASIBLE

    def _solver(self) -> cp_model.CpSolver | None:
        from ortools.sat.python import cp_model

        remaining = self.stop.remaining()
        if remaining <= 0:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # A clash is seen by the linear relaxation, not by probing: ten times faster on a year.
        solver.parameters.linearization_level = 2
        solver.parameters.add_lp_constraints_lazily = False
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = self.effort
        if math.isfinite(remaining):
            solver.parameters.max_time_in_seconds = remaining
        return solver


_BREADTH: Final = {"unavailable": 0, "refused": 0, "not_next_day": 1, "max_sites_per_day": 1, "max_minutes_per_day": 1}


def conflicts_of(case: Case, clash: Clash) -> tuple[Conflict, ...]:
    """In words; runs of unavailable or refused slots are told as one span of days, many alike rules as one line."""
    rules = sorted(clash.rules, key=lambda rule: (rule.kind, rule.duty or "", rule.first or 0, rule.part or ""))
    told: list[Conflict] = []
    for _, group in groupby(rules, key=lambda rule: (rule.kind, rule.duty, rule.limit, rule.other, rule.name)):
        members = list(group)
        if members[0].kind in ("unavailable", "refused"):
            members = _spans(members)
        if len(members) > ALIKE:
            together = replace(members[0], last=members[-1].last, part=None)
            told.append(_conflict(case, together, len(members)))
        else:
            told.extend(_conflict(case, rule, 1) for rule in members)
    return tuple(told)


def _spans(rules: list[Rule]) -> list[Rule]:
    spans: list[Rule] = []
    for rule in rules:
        before = spans[-1] if spans else None
        if before is not None and before.last is not None and rule.first is not None and rule.first <= before.last + 1:
            spans[-1] = replace(before, last=rule.last, part=None)
        else:
            spans.append(rule)
    return spans


def _conflict(case: Case, rule: Rule, number: int) -> Conflict:
    first, last = rule.first or 0, rule.last if rule.last is not None else case.days - 1
    fields = {"part": rule.part, "limit": rule.limit, "found": rule.found, "other": rule.other, "name": rule.name}
    if number > 1:
        fields["times"] = number
    return Conflict(
        kind=rule.kind,
        person=rule.person,
        duty=rule.duty,
        dates=(case.date(first), case.date(last)),
        fields={key: value for key, value in fields.items() if value is not None},
        text=rule_text(case, rule) + (f" ({number} times in these days)" if number > 1 else ""),
    )
