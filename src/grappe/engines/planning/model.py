"""The CP-SAT model of some people over some days, the rest of the roster held as it stands.

Built whole (everybody, every day) it is the problem itself; built on part of the people or days it is a neighbourhood
of a roster. With `explain`, hard rules can be left out one by one, so that a contradiction can be traced.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ..stop import Stop
from .case import FREE, Case, Roster, Row
from .person_rules import PersonRules
from .rules import Rule
from .runs import State, states_of
from .terms import Reader, Term
from .whole_days import Content, WholeDays

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


# Per person, (slot, duty) pairs, `FREE` included, that need not be looked at.
Closed: TypeAlias = Mapping[int, Container[tuple[int, int]]]


class OutOfTime(Exception):
    """The time was over before the model was whole."""


class Model:
    """`free`: for each person of the model, the days to decide; the other days, and other people, follow `roster`, of
    which `there` counts the people in each slot and duty with cover. Raises `OutOfTime` when `stop` is reached first.

    `explain` notes each hard rule in `rules` and leaves out the cost; with `kept`, only these rules are posted. `flow`
    leaves out what ties slots to one another (sites, runs, blocks): what is left is close to a network flow, so easy,
    and a lower bound. `quota` fixes how often the one person of the model does each duty in the free days, instead of
    the counts over the horizon. `closed` choices are left out, as those that no better roster contains.
    """

    def __init__(
        self,
        case: Case,
        free: dict[int, Sequence[int]],
        roster: Roster | None = None,
        there: Mapping[tuple[int, int], int] | None = None,
        *,
        stop: Stop | None = None,
        explain: bool = False,
        kept: Container[Rule] | None = None,
        flow: bool = False,
        quota: dict[int, int] | None = None,
        closed: Closed | None = None,
        by_day: bool = False,
    ) -> None:
        from ortools.sat.python import cp_model

        self.case = case
        self.free = free
        self.roster = roster
        self.there = there or {}
        self.stop = stop
        self.explain = explain
        self.kept = kept
        self.flow = flow
        self.quota = quota
        self.closed: Closed = closed or {}
        self.cp: cp_model.CpModel = cp_model.CpModel()
        self.choices: dict[tuple[int, int], dict[int, Term]] = {}
        # With `by_day`: for each person and day, what the day may hold.
        self.contents: dict[tuple[int, int], dict[Content, Term]] = {}
        self.terms: list[Term] = []
        self.weights: list[int] = []
        self.constant = 0
        self.rules: dict[Rule, None] = {}
        # How each further variable follows from the choices, in the order of their making: for whole hints.
        self.derived: list[tuple[Term, Callable[[Reader], int]]] = []
        self.arcs: list[tuple[Term, int, int, State, State]] = []
        for person, days in free.items():
            self.look_at_the_clock()
            rules = WholeDays if by_day else PersonRules
            rules(self, case.workers[person], days).build()
        if not explain:
            self._cover()
            if self.terms:
                self.cp.minimize(cp_model.LinearExpr.weighted_sum(self.terms, self.weights))

    def look_at_the_clock(self) -> None:
        if self.stop is not None and self.stop.reached():
            raise OutOfTime

    def at(self, person: int, slot: int, duty: int) -> Term:
        """1 when this person does this duty in this slot."""
        cell = self.choices.get((person, slot))
        if cell is not None:
            return cell.get(duty, 0)
        return int(self.roster is not None and self.roster[person][slot] == duty)

    def row(self, person: int, value: Any) -> Row:
        """The person's row under an assignment of the variables (`value` reads a literal)."""
        row = list(self.roster[person]) if self.roster is not None else [FREE] * self.case.slots
        for day in self.free[person]:
            slots = self.case.slots_of(day)
            if (contents := self.contents.get((person, day))) is not None:
                row[slots.start : slots.stop] = next(held for held, literal in contents.items() if value(literal))
                continue
            for slot in slots:
                cell = self.choices.get((person, slot), {})
                row[slot] = next((duty for duty, literal in cell.items() if value(literal)), FREE)
        return row

    def hint(self, roster: Roster) -> None:
        """Where to begin: the choices of a roster, and what follows from them where the solver could not guess it."""
        value: dict[int, int] = {}
        for (person, slot), cell in self.choices.items():
            for duty, literal in cell.items():
                value[literal.index] = roster[person][slot] == duty
        for (person, day), contents in self.contents.items():
            slots = self.case.slots_of(day)
            for held, literal in contents.items():
                value[literal.index] = list(held) == roster[person][slots.start : slots.stop]
        paths = {
            person: states_of(self.case, self.case.workers[person], roster[person])
            for person in {person for _, person, *_ in self.arcs}
        }
        for arc, person, day, origin, destination in self.arcs:
            value[arc.index] = paths[person][day - 1] == origin and paths[person][day] == destination

        def read(term: Term) -> int:
            if isinstance(term, int):
                return int(term)
            return value[term.index] if term.index >= 0 else 1 - value[-term.index - 1]

        for variable, function in self.derived:
            value[variable.index] = function(read)
        proto = self.cp.proto.solution_hint
        proto.vars.extend(value.keys())
        proto.values.extend(int(number) for number in value.values())

    def pay(self, weight: int, term: Term) -> None:
        if isinstance(term, int):
            self.constant += weight * term
        elif weight:
            self.terms.append(term)
            self.weights.append(weight)

    def add(self, constraint: Term, rule: Rule | None = None) -> None:
        """A linear constraint; one that is already settled by held days is left out."""
        if self._left_out(rule):
            return
        if isinstance(constraint, bool):
            if not constraint:
                self.either([], rule)
            return
        self.cp.add(constraint)

    def either(self, literals: Iterable[Term], rule: Rule | None = None) -> None:
        """At least one literal is true."""
        if self._left_out(rule):
            return
        left = []
        for literal in literals:
            if isinstance(literal, int):
                if literal:
                    return
            else:
                left.append(literal)
        self.cp.add_bool_or(left)

    def _left_out(self, rule: Rule | None) -> bool:
        if rule is None or not self.explain:
            return False
        self.rules[rule] = None
        return self.kept is not None and rule not in self.kept

    def excess(self, terms: list[Term], allowed: int, most: int) -> Term:
        """What a sum passes `allowed` by, at least 0; for a cost, so that only its lower side is held."""
        over = self.cp.new_int_var(0, most, "")
        self.cp.add(over >= sum(terms) - allowed)
        self.derived.append((over, lambda read: max(0, sum(map(read, terms)) - allowed)))
        return over

    def some_of(self, literals: list[Term], name: str) -> Term:
        """A literal equal to the disjunction."""
        if any(isinstance(literal, int) and literal for literal in literals):
            return 1
        left = [literal for literal in literals if not isinstance(literal, int)]
        if len(left) <= 1:
            return left[0] if left else 0
        union = self.cp.new_bool_var(name)
        self.derived.append((union, lambda read: any(map(read, left))))
        self.cp.add_bool_or([*left, ~union])
        for literal in left:
            self.cp.add_implication(literal, union)
        return union

    def _cover(self) -> None:
        """With t people there: under (n - t) + (under + over) max(0, t - n), one variable where t can pass n."""
        slots = {slot for _, slot in self.choices}
        duties = {duty for person in self.free for duty in self.case.workers[person].deals}
        for (slot, duty), line in self.case.cover.items():
            if slot not in slots or duty not in duties or not (line.under or line.over):
                continue
            cells = [self.choices[person, slot] for person in self.free if (person, slot) in self.choices]
            terms = [cell[duty] for cell in cells if duty in cell]
            held = self.there.get((slot, duty), 0)
            if self.roster is not None:
                held -= sum(self.roster[person][slot] == duty for person in self.free)
            self.constant += line.under * (line.need - held)
            most = held + len(terms) - line.need
            if held >= line.need:
                # Everyone more is one too many.
                self.constant += (line.under + line.over) * (held - line.need)
                for term in terms:
                    self.pay(line.over, term)
                continue
            for term in terms:
                self.pay(-line.under, term)
            if most > 0:
                self.pay(line.under + line.over, self.excess(terms, line.need - held, most))
