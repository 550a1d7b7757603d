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
from .model import Model
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


def clash_of(case: Case, worker: Worker, stop: Stop, *, seed: int) -> Clash | None:
    """A small set of this person's rules that no row satisfies together; None when a row exists or time ran out."""
    found = fixed_clash(case, worker)
    if found is not None:
        return found
    return _Filter(case, worker, stop, seed).clash()


class _Filter:
    def __init__(self, case: Case, worker: Worker, stop: Stop, seed: int) -> None:
        self.case = case
        self.free: dict[int, Sequence[int]] = {worker.index: range(case.days)}
        self.stop = stop
        self.seed = seed
        self.settled = True

    def clash(self) -> Clash | None:
        rules = list(Model(self.case, self.free, explain=True, stop=self.stop).rules)
        return self._thinned(rules) if self._clash(rules, EFFORT_OF_PROOF) else None

    def _thinned(self, rules: list[Rule]) -> Clash:
        """Deletion filter, family by family (all weeks of a limit, all slots of a leave), then by halves within each.

        Families of single slots are tried first, so that of two minimal sets the one of wider rules is the likelier.
        """
        families: dict[tuple[int, str, str], list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: (rule.first or 0, rule.part or "")):
            families.setdefault((_BREADTH.get(rule.kind, 2), rule.kind, rule.duty or ""), []).append(rule)
        kept = dict(sorted(families.items()))
        for key in list(kept):
            others = {other: family for other, family in kept.items() if other != key}
            if not self.stop.reached() and self._clash([rule for family in others.values() for rule in family]):
                kept = others
        for key in list(kept):
            self._halve(kept, key)
        core = tuple(rule for family in kept.values() for rule in family)
        return Clash(core, self.settled and not self.stop.reached())

    def _halve(self, kept: dict[tuple[int, str, str], list[Rule]], key: tuple[int, str, str]) -> None:
        """Thin one family in place, the others staying as they are."""
        chunk = len(kept[key]) // 2
        while chunk >= 1:
            position = 0
            while position < len(kept[key]) and not self.stop.reached():
                whole = kept[key]
                kept[key] = whole[:position] + whole[position + chunk :]
                if not self._clash([rule for family in kept.values() for rule in family]):
                    kept[key] = whole
                    position += chunk
            chunk //= 2

    def _clash(self, rules: list[Rule], effort: float = EFFORT_PER_TRIAL) -> bool:
        """Whether these rules have been proved to clash."""
        from ortools.sat.python import cp_model

        solver = self._solver(effort)
        if solver is None:
            return False
        status = solver.solve(Model(self.case, self.free, explain=True, kept=set(rules), stop=self.stop).cp)
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
        # A clash is seen by the linear relaxation, not by probing: ten times faster on a year.
        solver.parameters.linearization_level = 2
        solver.parameters.add_lp_constraints_lazily = False
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = effort
        if math.isfinite(remaining):
            solver.parameters.max_time_in_seconds = remaining
        return solver


_BREADTH: Final = {"unavailable": 0, "refused": 0, "not_next_day": 1, "max_sites_per_day": 1}


def conflicts_of(case: Case, clash: Clash) -> tuple[Conflict, ...]:
    """In words; runs of unavailable or refused slots are told as one span of days, many alike rules as one line."""
    rules = sorted(clash.rules, key=lambda rule: (rule.kind, rule.duty or "", rule.first or 0, rule.part or ""))
    told: list[Conflict] = []
    for _, group in groupby(rules, key=lambda rule: (rule.kind, rule.duty, rule.limit, rule.other)):
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
    fields = {"part": rule.part, "limit": rule.limit, "found": rule.found, "other": rule.other}
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
