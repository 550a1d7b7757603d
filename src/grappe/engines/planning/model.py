"""The CP-SAT model of some people over some days, the rest of the roster held as it stands.

Built whole (everybody, every day) it is the problem itself; built on part of the people or days it is a neighbourhood
of a roster. With `explain`, hard rules can be left out one by one, so that a contradiction can be traced.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any, TypeAlias

from ..stop import Stop
from .case import FREE, Case, Roster, Row, Worker
from .rules import Rule
from .runs import State, first_state, next_state, states_of

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

# A literal or a linear expression of CP-SAT, or a constant where the roster is held.
Term: TypeAlias = Any

Reader: TypeAlias = Callable[[Term], int]

# Above this length a minimum or maximum run is counted day by day: windows would take days x length terms.
LONG_RUN = 40


def negation(literal: Term) -> Term:
    return not literal if isinstance(literal, bool | int) else ~literal


class OutOfTime(Exception):
    """The time was over before the model was whole."""


class Model:
    """`free`: for each person of the model, the days to decide; the other days, and other people, follow `roster`, of
    which `there` counts the people in each slot and duty with cover. Raises `OutOfTime` when `stop` is reached first.

    `explain` notes each hard rule in `rules` and leaves out the cost; with `kept`, only these rules are
    posted. `flow` leaves out what ties slots to one another (sites, runs, blocks):
    what is left is close to a network flow, so easy, and a lower bound. `quota` fixes how often the one person of the
    model does each duty in the free days, instead of the counts over the horizon.
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
        self.cp: cp_model.CpModel = cp_model.CpModel()
        self.choices: dict[tuple[int, int], dict[int, Term]] = {}
        self.terms: list[Term] = []
        self.weights: list[int] = []
        self.constant = 0
        self.rules: dict[Rule, None] = {}
        # How each further variable follows from the choices, in the order of their making: for whole hints.
        self.derived: list[tuple[Term, Callable[[Reader], int]]] = []
        self.arcs: list[tuple[Term, int, int, State, State]] = []
        for person, days in free.items():
            self.look_at_the_clock()
            _Person(self, case.workers[person], days).build()
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
            for slot in self.case.slots_of(day):
                cell = self.choices.get((person, slot), {})
                row[slot] = next((duty for duty, literal in cell.items() if value(literal)), FREE)
        return row

    def hint(self, roster: Roster) -> None:
        """Where to begin: the choices of a roster, and what follows from them where the solver could not guess it."""
        value: dict[int, int] = {}
        for (person, slot), cell in self.choices.items():
            for duty, literal in cell.items():
                value[literal.index] = roster[person][slot] == duty
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


class _Person:
    """Adds one person's variables, hard rules and soft terms to a model."""

    def __init__(self, model: Model, worker: Worker, days: Sequence[int]) -> None:
        self.model = model
        self.case = model.case
        self.worker = worker
        self.days = days
        self.is_free = bytearray(self.case.days)
        for day in days:
            self.is_free[day] = 1
        self.duties = sorted(worker.deals)
        open_slots = self.case.slots - len(worker.blocked)
        self.one_at_a_time = self.rule("one_at_a_time", first=0, last=self.case.days - 1, limit=open_slots)
        self.changes: dict[int, list[tuple[int, Term]]] = {}

    def build(self) -> None:
        self._choices()
        self.worked = [self._worked(day) for day in range(self.case.days)]
        if not self.model.flow:
            self._site_rules()
            self._runs()
            self._next_day()
        self._minutes_rules()
        self._counts()
        self._weeks()
        if not self.model.explain:
            self._wishes()
            self._moves()
            if not self.model.flow:
                self._blocks()

    def at(self, slot: int, duty: int) -> Term:
        return self.model.at(self.worker.index, slot, duty)

    def rule(self, kind: str, **fields: Any) -> Rule:
        return Rule(kind, self.worker.person.id, **fields)

    def _name(self, duty: int) -> str:
        return self.case.problem.duties[duty].id

    def _choices(self) -> None:
        model, worker, case = self.model, self.worker, self.case
        for day in self.days:
            model.look_at_the_clock()
            for slot in case.slots_of(day):
                cell = {
                    duty: model.cp.new_bool_var(f"x{worker.index}_{slot}_{duty}")
                    for duty in self.duties
                    if model.explain or worker.may(slot, duty)
                }
                model.choices[worker.index, slot] = cell
                if model.explain:
                    self._closures(day, slot, cell)
                    model.add(sum(cell.values()) <= 1, self.one_at_a_time)
                elif len(cell) > 1:
                    model.cp.add_at_most_one(cell.values())
        for slot, duty in worker.fixed:
            day = case.day_of(slot)
            if self.is_free[day]:
                rule = self.rule("fixed", duty=self._name(duty), first=day, last=day, part=case.part_of(slot))
                model.either([self.at(slot, duty)], rule)

    def _closures(self, day: int, slot: int, cell: dict[int, Term]) -> None:
        part = self.case.part_of(slot)
        for duty, literal in cell.items():
            if slot in self.worker.blocked:
                self.model.either([~literal], self.rule("unavailable", first=day, last=day, part=part))
            if slot in self.worker.deals[duty].refused:
                rule = self.rule("refused", duty=self._name(duty), first=day, last=day, part=part)
                self.model.either([~literal], rule)

    def _worked(self, day: int) -> Term:
        case, model, worker = self.case, self.model, self.worker
        if not self.is_free[day]:
            row = model.roster[worker.index] if model.roster is not None else None
            return int(row is not None and any(row[slot] != FREE for slot in case.slots_of(day)))
        cells = [model.choices[worker.index, slot] for slot in case.slots_of(day)]
        if case.parts > 1:
            whole = model.some_of([literal for cell in cells for literal in cell.values()], f"w{worker.index}_{day}")
            if not isinstance(whole, int):
                for cell in cells:
                    if len(cell) > 1:
                        # Implied, but not in the linear relaxation: one duty at a time, on a working day only.
                        model.add(sum(cell.values()) <= whole, self.one_at_a_time)
            return whole
        literals = list(cells[0].values())
        if len(literals) <= 1:
            return literals[0] if literals else 0
        worked = model.cp.new_bool_var(f"w{worker.index}_{day}")
        model.derived.append((worked, lambda read: any(map(read, literals))))
        model.cp.add(sum(literals) == worked)
        return worked

    def _counts(self) -> None:
        case, limits = self.case, self.worker.limits
        if self.model.quota is not None:
            for duty in self.duties:
                total = sum(self.at(slot, duty) for day in self.days for slot in case.slots_of(day))
                self.model.add(total == self.model.quota[duty])
            return
        for duty, deal in self.worker.deals.items():
            name = self._name(duty)
            total = sum(self.at(slot, duty) for slot in range(case.slots))
            most = deal.engagement.count_max
            if deal.engagement.count_min:
                least = deal.engagement.count_min
                rule = self.rule("count_min", duty=name, first=0, last=case.days - 1, limit=least)
                self.model.add(total >= least, rule)
            top = limits.max_of_duty.get(name)
            for kind, value in (("count_max", most), ("max_of_duty", top)):
                if value is not None and value < case.slots:
                    rule = self.rule(kind, duty=name, first=0, last=case.days - 1, limit=value)
                    self.model.add(total <= value, rule)

    def _runs(self) -> None:
        case, limits, last = self.case, self.worker.limits, self.case.days - 1
        most = limits.max_consecutive_days
        least_on, least_off = limits.min_consecutive_days, limits.min_consecutive_days_off
        longest = max(least_on, least_off, min(most or 0, case.days))
        if not self.model.explain and max(least_on, least_off) > 1 and longest <= LONG_RUN and most != 0:
            self._walk()
            return
        if most is not None and most < case.days:
            if most <= LONG_RUN:
                for first in range(case.days - most):
                    window = self.worked[first : first + most + 1]
                    rule = self.rule("max_consecutive_days", first=first, last=first + most, limit=most)
                    self.model.add(sum(window) <= most, rule)
            else:
                rule = self.rule("max_consecutive_days", first=0, last=last, limit=most)
                self._count_up(self.worked, most, rule, at_most=True)
        off = [negation(worked) for worked in self.worked]
        for kind, state, least in (
            ("min_consecutive_days", self.worked, least_on),
            ("min_consecutive_days_off", off, least_off),
        ):
            if least <= LONG_RUN:
                self._shortest_run(kind, state, least)
            else:
                rule = self.rule(kind, first=0, last=last, limit=least)
                self._count_up(state, min(least, case.days), rule, at_most=False)

    def _walk(self) -> None:
        """Runs of work and rest as a path through states, one arc a day.

        A path is integral by itself, which makes the relaxation far tighter than clauses or windows (on one public
        instance, 1488 against 1261 for an optimum of 1716).
        """
        model, limits = self.model, self.worker.limits
        first = self.worked[0]
        arrivals: dict[State, list[Term]] = {
            first_state(limits, on): [literal] for on, literal in ((True, first), (False, negation(first)))
        }
        for day in range(1, self.case.days):
            worked = self.worked[day]
            following: dict[State, list[Term]] = {}
            for state, entering in arrivals.items():
                leaving: list[Term] = []
                for on in (True, False):
                    step = next_state(limits, state, on)
                    if step is None or (isinstance(worked, int) and bool(worked) != on):
                        continue
                    arc = model.cp.new_bool_var("")
                    model.arcs.append((arc, self.worker.index, day, state, step))
                    leaving.append(arc)
                    following.setdefault(step, []).append(arc)
                model.add(sum(entering) == sum(leaving))
            arrivals = following
            model.add(sum(arc for state, arcs in arrivals.items() if state.on for arc in arcs) == worked)
            model.add(sum(arc for state, arcs in arrivals.items() if not state.on for arc in arcs) + worked == 1)

    def _shortest_run(self, kind: str, state: list[Term], least: int) -> None:
        """A run begun on `day` holds for `least` days, or to the edge."""
        for day in range(1, self.case.days):
            end = min(day + least, self.case.days)
            rule = self.rule(kind, first=day, last=end - 1, limit=least)
            for later in range(day + 1, end):
                if any(self.is_free[near] for near in (day - 1, day, later)):
                    self.model.either([state[day - 1], negation(state[day]), state[later]], rule)

    def _count_up(self, state: list[Term], limit: int, rule: Rule, *, at_most: bool) -> None:
        """Counts the length of the run at each day, exactly where it could break the limit."""
        model, big = self.model, limit + 1
        before: Term = None
        for day, here in enumerate(state):
            length = model.cp.new_int_var(0, limit, "")
            if at_most:
                start = 1 if before is None else before + 1
                model.add(length >= start - big * negation(here), rule)
            elif before is None:
                model.add(length <= limit * here, rule)
            else:
                model.add(length <= before + 1, rule)
                model.add(length <= limit * here, rule)
                # The run ends here before the edge: it must be long enough.
                model.add(before >= limit * (state[day - 1] - here), rule)
            model.derived.append((length, self._run_length(before, here, limit, edge=0 if at_most else limit)))
            before = length

    @staticmethod
    def _run_length(before: Term, here: Term, limit: int, edge: int) -> Callable[[Reader], int]:
        """The length of the run that reaches this day, up to `limit`; at least `edge` where it touches the first day."""
        if before is None:
            return lambda read: read(here) and max(1, edge)
        return lambda read: read(here) and min(limit, read(before) + 1)

    def _weeks(self) -> None:
        limits, case = self.worker.limits, self.case
        most = limits.max_days_per_week
        for week in case.weeks:
            if most is not None and most < len(week) and any(self.is_free[day] for day in week):
                rule = self.rule("max_days_per_week", first=week[0], last=week[-1], limit=most)
                self.model.add(sum(self.worked[day] for day in week) <= most, rule)
        most = limits.max_weekends
        if most is not None and most < len(case.weekends):
            flags = [
                self.model.some_of([self.worked[day] for day in weekend], f"k{self.worker.index}_{weekend[0]}")
                for weekend in case.weekends
            ]
            rule = self.rule("max_weekends", first=0, last=case.days - 1, limit=most)
            self.model.add(sum(flags) <= most, rule)

    def _next_day(self) -> None:
        case = self.case
        barred = {
            duty: [other for other in self.duties if other in case.not_next_day[duty]]
            for duty in self.duties
            if case.not_next_day[duty]
        }
        barred = {duty: others for duty, others in barred.items() if others}
        if not barred:
            return
        named = set(barred) | {other for others in barred.values() for other in others}
        present = [
            {duty: self.model.some_of([self.at(slot, duty) for slot in case.slots_of(day)], "") for duty in named}
            for day in range(case.days)
        ]
        for day, (today, tomorrow) in enumerate(pairwise(present)):
            if not (self.is_free[day] or self.is_free[day + 1]):
                continue
            for duty, others in barred.items():
                if case.parts == 1 and not self.model.explain:
                    # With one duty a day, all that bars the same duties and all that is barred exclude each other.
                    alike = [early for early in barred if set(barred[early]) >= set(others)]
                    clique = sum(today[early] for early in alike) + sum(tomorrow[other] for other in others)
                    self.model.add(clique <= 1)
                    continue
                for other in others:
                    names = {"duty": self._name(duty), "other": self._name(other)}
                    rule = self.rule("not_next_day", first=day, last=day + 1, **names)
                    self.model.either([negation(today[duty]), negation(tomorrow[other])], rule)

    def _site_rules(self) -> None:
        case, travel = self.case, self.case.problem.travel
        sites = sorted({site for duty in self.duties if (site := case.sites[duty]) is not None})
        if len(sites) < 2 or case.parts < 2:
            return
        most, limits = travel.max_sites_per_day, self.worker.limits
        binding = most is not None and most < min(len(sites), case.parts)
        timed = bool(travel.minutes) and (
            limits.max_minutes is not None or limits.max_minutes_per_week is not None or limits.min_minutes > 0
        )
        for day in range(case.days):
            if not (self.is_free[day] or timed):
                continue
            self.model.look_at_the_clock()
            at_site = [
                {
                    site: self.model.some_of(
                        [self.at(slot, duty) for duty in self.duties if case.sites[duty] == site], ""
                    )
                    for site in sites
                }
                for slot in case.slots_of(day)
            ]
            if binding and most is not None:
                rule = self.rule("max_sites_per_day", first=day, last=day, limit=most)
                visited = [self.model.some_of([part[site] for part in at_site], "") for site in sites]
                self.model.add(sum(visited) <= most, rule)
            if (timed or travel.weight) and most != 1:
                self._changes_of_site(day, sites, at_site, timed)

    def _changes_of_site(self, day: int, sites: list[str], at_site: list[dict[str, Term]], timed: bool) -> None:
        """`here` follows the person's last site; each change of it within the day is counted, with its minutes."""
        model, weight = self.model, self.case.problem.travel.weight
        here = at_site[0]
        changes = self.changes.setdefault(day, [])
        for position, now in enumerate(at_site[1:], start=1):
            if timed:
                changes.extend(self._timed_changes(sites, here, now))
            else:
                model.pay(weight, self._change(sites, here, now))
            if position + 1 < len(at_site):
                here = self._carry(sites, here, now)

    def _change(self, sites: list[str], here: dict[str, Term], now: dict[str, Term]) -> Term:
        """At least 1 when the person leaves one site for any other."""
        model = self.model
        change = model.cp.new_bool_var("")
        pairs = [(here[left], [now[site] for site in sites if site != left]) for left in sites]
        for left, reached in pairs:
            model.add(change >= left + sum(reached) - 1)
        model.derived.append(
            (change, lambda read: any(read(left) + sum(map(read, reached)) > 1 for left, reached in pairs))
        )
        return change

    def _timed_changes(
        self, sites: list[str], here: dict[str, Term], now: dict[str, Term]
    ) -> Iterator[tuple[int, Term]]:
        """A literal for each pair of sites, true exactly when it is travelled, with its minutes."""
        model = self.model
        for left, reached in permutations(sites, 2):
            if _is_zero(here[left]) or _is_zero(now[reached]):
                continue
            change = self._both(here[left], now[reached])
            model.pay(self.case.problem.travel.weight, change)
            yield self.case.travel_minutes(left, reached), change

    def _both(self, one: Term, other: Term) -> Term:
        """A literal equal to the conjunction."""
        model = self.model
        both = model.cp.new_bool_var("")
        model.either([both, negation(one), negation(other)])
        model.either([negation(both), one])
        model.either([negation(both), other])
        model.derived.append((both, lambda read: read(one) and read(other)))
        return both

    def _carry(self, sites: list[str], here: dict[str, Term], now: dict[str, Term]) -> dict[str, Term]:
        """The last site after this part: where the person is now, or else where they were."""
        after: dict[str, Term] = {}
        for site in sites:
            if _is_zero(here[site]) and _is_zero(now[site]):
                after[site] = 0
                continue
            after[site] = self._still(here[site], now[site], [now[other] for other in sites if other != site])
        return after

    def _still(self, here: Term, now: Term, elsewhere: list[Term]) -> Term:
        """A literal: at the site now, or there before and not elsewhere now."""
        model = self.model
        still = model.cp.new_bool_var("")
        model.either([negation(now), still])
        model.either([negation(here), still, *elsewhere])
        model.either([negation(still), now, here])
        for other in elsewhere:
            model.either([negation(still), negation(other)])
        model.derived.append((still, lambda read: read(now) or (read(here) and not any(map(read, elsewhere)))))
        return still

    def _minutes_rules(self) -> None:
        case, limits = self.case, self.worker.limits
        if limits.max_minutes_per_week is None and limits.max_minutes is None and not limits.min_minutes:
            return
        minutes = [
            sum(case.minutes[duty] * self.at(slot, duty) for slot in case.slots_of(day) for duty in self.duties)
            + sum(length * change for length, change in self.changes.get(day, ()))
            for day in range(case.days)
        ]
        most = limits.max_minutes_per_week
        if most is not None:
            for week in case.weeks:
                rule = self.rule("max_minutes_per_week", first=week[0], last=week[-1], limit=most)
                self.model.add(sum(minutes[day] for day in week) <= most, rule)
        total = sum(minutes)
        if limits.min_minutes and not (self.model.flow and case.problem.travel.minutes) and self.model.quota is None:
            rule = self.rule("min_minutes", first=0, last=case.days - 1, limit=limits.min_minutes)
            self.model.add(total >= limits.min_minutes, rule)
        if limits.max_minutes is not None:
            rule = self.rule("max_minutes", first=0, last=case.days - 1, limit=limits.max_minutes)
            self.model.add(total <= limits.max_minutes, rule)

    def _wishes(self) -> None:
        case, model = self.case, self.model
        weight = case.problem.weights.weekday
        for duty, deal in self.worker.deals.items():
            for slot, wish in deal.wanted.items():
                model.constant += wish
                model.pay(-wish, self.at(slot, duty))
            for slot, wish in deal.unwanted.items():
                model.pay(wish, self.at(slot, duty))
            regular = deal.engagement.weekdays
            if regular is None or not weight:
                continue
            for day in self.days:
                given = [term for slot in case.slots_of(day) if not _is_zero(term := self.at(slot, duty))]
                most = regular.get(case.weekday[day], 0)
                if most == 0:
                    for term in given:
                        model.pay(weight, term)
                elif most < len(given):
                    model.pay(weight, model.excess(given, most, len(given) - most))

    def _blocks(self) -> None:
        """A run that begins in a part is short when one of the next `min_block - 1` parts is not of it."""
        case, model = self.case, self.model
        weight = case.problem.weights.block
        for duty, deal in self.worker.deals.items():
            least = deal.engagement.min_block
            if least < 2 or not weight:
                continue
            alone: list[Term] = []
            model.look_at_the_clock()
            for day in self.days:
                run = [self.at(slot, duty) for slot in case.slots_of(day)]
                for start, term in enumerate(run):
                    if _is_zero(term):
                        continue
                    before = run[start - 1] if start else 0
                    following = run[start + 1 : start + least]
                    if start + least > case.parts or any(_is_zero(later) for later in following):
                        following = [0]
                    alone.append(self._short(term, before, following))
                    model.pay(weight, alone[-1])
            count = deal.engagement.count_min
            if case.parts == least == 2 and count % 2 and count == deal.engagement.count_max and self._all_free():
                # Whole days make an even number: an odd count leaves at least one part alone.
                model.add(sum(alone) >= 1)

    def _short(self, term: Term, before: Term, following: list[Term]) -> Term:
        """At least 1 when a run begins with `term` and one of the next parts is not of it."""
        model = self.model
        short = model.cp.new_bool_var("")
        for later in following:
            model.either([short, negation(term), before, later])
        model.derived.append((short, lambda read: read(term) and not read(before) and not all(map(read, following))))
        return short

    def _all_free(self) -> bool:
        return len(self.days) == self.case.days

    def _moves(self) -> None:
        previous, weight = self.worker.previous, self.case.problem.weights.moved
        if previous is None or not weight:
            return
        for day in self.days:
            for slot in self.case.slots_of(day):
                cell = self.model.choices[self.worker.index, slot]
                before = previous.get(slot, FREE)
                if before == FREE:
                    for term in cell.values():
                        self.model.pay(weight, term)
                else:
                    self.model.constant += weight
                    self.model.pay(-weight, cell.get(before, 0))


def _is_zero(term: Term) -> bool:
    return isinstance(term, int) and term == 0
