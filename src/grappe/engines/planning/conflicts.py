"""Which rules cannot hold together: every hard rule binds one person, so a contradiction is found person by person.

Assumption literals give a first clash (a sufficient set, from the solver's proof); a deletion filter then removes every
rule that the clash does not need. What is left is minimal: without any one of its rules a roster exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from ..stop import Stop
from .case import Case, Worker
from .model import Model
from .result import Conflict
from .rules import Rule
from .texts import rule_text

EFFORT_PER_TRIAL = 2.0


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
    model = Model(case, {worker.index: range(case.days)}, explain=True)
    core = _core(model, list(model.switches), stop, seed)
    if core is None:
        return None
    # Chunks first: a core of hundreds of rules is cut in halves before it is thinned one by one.
    chunk = max(1, len(core) // 2)
    minimal = True
    while chunk >= 1:
        position = 0
        while position < len(core):
            if stop.reached():
                minimal = False
                break
            trial = core[:position] + core[position + chunk :]
            smaller = _core(model, trial, stop, seed)
            if smaller is None:
                position += chunk
            else:
                # The proof may need even less than what was tried.
                kept = set(smaller)
                core = [rule for rule in trial if rule in kept]
                position = min(position, len(core))
        chunk //= 2
    return Clash(tuple(core), minimal and not stop.reached())


def _core(model: Model, rules: list[Rule], stop: Stop, seed: int) -> list[Rule] | None:
    """A subset of `rules` that cannot hold together, or None when they can (or when that is not settled)."""
    from ortools.sat.python import cp_model

    remaining = stop.remaining()
    if remaining <= 0:
        return None
    model.cp.clear_assumptions()
    literals = [model.switches[rule] for rule in rules]
    model.cp.add_assumptions(literals)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = EFFORT_PER_TRIAL
    if remaining < 1e9:
        solver.parameters.max_time_in_seconds = remaining
    if solver.solve(model.cp) != cp_model.INFEASIBLE:
        return None
    used = set(solver.sufficient_assumptions_for_infeasibility())
    return [rule for rule, literal in zip(rules, literals, strict=True) if literal.index in used]


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
