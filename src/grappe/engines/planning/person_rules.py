"""One person's part of the model: variables, hard rules, soft terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from .case import FREE, Worker
from .rules import Rule, span_rule
from .runs import State, first_state, next_state
from .site_rules import SiteRules
from .terms import Reader, Term, is_zero, negation

if TYPE_CHECKING:
    from .model import Model

# Above this length a minimum or maximum run is counted day by day: windows would take days x length terms.
LONG_RUN: Final = 40


class PersonRules:
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
        # Per day, the changes of site with their minutes.
        self.changes: dict[int, list[tuple[int, Term]]] = {}

    def build(self) -> None:
        self._choices()
        self.worked = [self._worked(day) for day in range(self.case.days)]
        if not self.model.flow:
            self.changes = SiteRules(self).build()
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
        closed = model.closed.get(worker.index, ())
        for day in self.days:
            model.look_at_the_clock()
            for slot in case.slots_of(day):
                cell = {
                    duty: model.cp.new_bool_var(f"x{worker.index}_{slot}_{duty}")
                    for duty in self.duties
                    if model.explain or (worker.may(slot, duty) and (slot, duty) not in closed)
                }
                model.choices[worker.index, slot] = cell
                if model.explain:
                    self._closures(day, slot, cell)
                    model.add(sum(cell.values()) <= 1, self.one_at_a_time)
                elif (slot, FREE) in closed:
                    model.cp.add_exactly_one(cell.values())
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
        for span in limits.spans:
            if (
                span.max_days is not None
                and span.max_days < len(span.days)
                and any(self.is_free[day] for day in span.days)
            ):
                rule = span_rule(self.worker, span, "max_days_of_span", span.max_days)
                self.model.add(sum(self.worked[day] for day in span.days) <= span.max_days, rule)
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

    def _minutes_rules(self) -> None:
        case, limits = self.case, self.worker.limits
        if not limits.count_minutes:
            return
        minutes = [self._minutes_of(day) for day in range(case.days)]
        longest = limits.max_minutes_per_day
        if longest is not None:
            for day in self.days:
                rule = self.rule("max_minutes_per_day", first=day, last=day, limit=longest)
                self.model.add(minutes[day] <= longest, rule)
        most = limits.max_minutes_per_week
        if most is not None:
            for week in case.weeks:
                rule = self.rule("max_minutes_per_week", first=week[0], last=week[-1], limit=most)
                self.model.add(sum(minutes[day] for day in week) <= most, rule)
        for span in limits.spans:
            if span.days and span.max_minutes is not None:
                rule = span_rule(self.worker, span, "max_minutes_of_span", span.max_minutes)
                self.model.add(sum(minutes[day] for day in span.days) <= span.max_minutes, rule)
        total = sum(minutes)
        if limits.min_minutes and not (self.model.flow and case.problem.travel.minutes) and self.model.quota is None:
            rule = self.rule("min_minutes", first=0, last=case.days - 1, limit=limits.min_minutes)
            self.model.add(total >= limits.min_minutes, rule)
        if limits.max_minutes is not None:
            rule = self.rule("max_minutes", first=0, last=case.days - 1, limit=limits.max_minutes)
            self.model.add(total <= limits.max_minutes, rule)

    def _minutes_of(self, day: int) -> Term:
        """Minutes of duty and of travel."""
        duty = sum(
            self.case.minutes[duty] * self.at(slot, duty) for slot in self.case.slots_of(day) for duty in self.duties
        )
        return duty + sum(length * change for length, change in self.changes.get(day, ()))

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
                given = [term for slot in case.slots_of(day) if not is_zero(term := self.at(slot, duty))]
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
                    if is_zero(term):
                        continue
                    before = run[start - 1] if start else 0
                    following = run[start + 1 : start + least]
                    if start + least > case.parts or any(is_zero(later) for later in following):
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
