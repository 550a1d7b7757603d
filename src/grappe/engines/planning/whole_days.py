"""One person's part of the model with whole days decided at once: a literal for each content that a day may have.

All that a person pays depends on single days, so a content has its cost, and what a day may not hold is simply not
listed. What is left joins days: counts, minutes, runs, weeks. The linear relaxation then takes each day as a mixture of
whole days rather than of half-days, and a year is proved in seconds that the choices slot by slot could not prove in minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Final, TypeAlias

from .case import FREE, Case, Worker
from .penalties import person_lines
from .person_rules import PersonRules
from .terms import Term

# What a day holds: a duty, or FREE, for each of its parts.
Content: TypeAlias = tuple[int, ...]

MOST_PER_DAY: Final = 200
MOST_IN_ALL: Final = 80_000


def fits(case: Case, worker: Worker) -> bool:
    """Whether this person's days have few enough contents, and no cover that joins them to other people."""
    contents = (len(worker.deals) + 1) ** case.parts
    covered = {duty for _, duty in case.cover}
    few = contents <= MOST_PER_DAY and contents * case.days <= MOST_IN_ALL
    return case.parts > 1 and few and not covered & worker.deals.keys()


class WholeDays(PersonRules):
    def build(self) -> None:
        self.contents = [self._contents_of(day) for day in range(self.case.days)]
        self.worked = [self._worked(day) for day in range(self.case.days)]
        self._runs()
        self._next_day()
        self._minutes_rules()
        self._counts()
        self._odd_counts()
        self._weeks()

    def at(self, slot: int, duty: int) -> Term:
        day, part = divmod(slot, self.case.parts)
        return sum(literal for content, literal in self.contents[day].items() if content[part] == duty)

    def _contents_of(self, day: int) -> dict[Content, Term]:
        """What this day may hold, with its cost."""
        model, case, worker = self.model, self.case, self.worker
        model.look_at_the_clock()
        row = [FREE] * case.slots
        slots = case.slots_of(day)
        found: dict[Content, Term] = {}
        for content in self._open(slots):
            row[slots.start : slots.stop] = content
            if self._holds(row, day):
                found[content] = model.cp.new_bool_var("")
                cost = sum(line.amount for line in person_lines(case, worker, row, day))
                model.pay(cost, found[content])
        model.cp.add_exactly_one(found.values())
        model.contents[worker.index, day] = found
        return found

    def _open(self, slots: range) -> Iterator[Content]:
        held = dict(self.worker.fixed)
        options = [
            [held[slot]] if slot in held else [FREE, *(duty for duty in self.duties if self.worker.may(slot, duty))]
            for slot in slots
        ]
        return product(*options)

    def _holds(self, row: list[int], day: int) -> bool:
        case = self.case
        longest, most = self.worker.limits.max_minutes_per_day, case.problem.travel.max_sites_per_day
        if longest is not None and case.day_minutes(row, day) > longest:
            return False
        visited = {case.sites[row[slot]] for slot in case.slots_of(day) if row[slot] != FREE} - {None}
        return most is None or len(visited) <= most

    def _worked(self, day: int) -> Term:
        contents = self.contents[day]
        free = contents.get((FREE,) * self.case.parts)
        if free is None:
            return 1
        return ~free if len(contents) > 1 else 0

    def _minutes_of(self, day: int) -> Term:
        row = [FREE] * self.case.slots
        slots = self.case.slots_of(day)
        total: Term = 0
        for content, literal in self.contents[day].items():
            row[slots.start : slots.stop] = content
            total += self.case.day_minutes(row, day) * literal
        return total

    def _next_day(self) -> None:
        case = self.case
        for duty in self.duties:
            for other in case.not_next_day[duty] & self.worker.deals.keys():
                for today, tomorrow in pairwise(self.contents):
                    early = [literal for content, literal in today.items() if duty in content]
                    late = [literal for content, literal in tomorrow.items() if other in content]
                    if early and late:
                        self.model.add(sum(early) + sum(late) <= 1)

    def _odd_counts(self) -> None:
        """Two parts alike make an even number: an odd count leaves at least one part of some day alone."""
        if self.case.parts != 2:
            return
        for duty, deal in self.worker.deals.items():
            count = deal.engagement.count_min
            if count % 2 and count == deal.engagement.count_max:
                alone = (
                    literal
                    for contents in self.contents
                    for content, literal in contents.items()
                    if content.count(duty) == 1
                )
                self.model.either(alone)
