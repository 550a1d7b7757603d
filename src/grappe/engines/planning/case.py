"""The problem with numbers in place of names, as the rules, the model and the search read it.

A slot is `day * parts + part`. A row is one person's horizon: for each slot the number of a duty, or `FREE`. A
roster is a row per person. Every hard rule binds one person alone; only the cover, which is soft, joins people.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from .problem import Assignment, Cover, Engagement, Limits, Person, Problem, Slot

FREE: Final = -1
SATURDAY: Final = 5

Row: TypeAlias = list[int]
Roster: TypeAlias = list[Row]


@dataclass(frozen=True)
class Deal:
    """An engagement: one person, one duty."""

    duty: int
    engagement: Engagement
    refused: frozenset[int]
    wanted: dict[int, int]
    unwanted: dict[int, int]


@dataclass(frozen=True)
class Worker:
    """A person with all that binds him or her. `previous`: duty by slot, None when there is no earlier plan."""

    index: int
    person: Person
    blocked: frozenset[int]
    deals: dict[int, Deal]
    fixed: tuple[tuple[int, int], ...]
    previous: dict[int, int] | None

    @property
    def limits(self) -> Limits:
        return self.person.limits

    def may(self, slot: int, duty: int) -> bool:
        deal = self.deals.get(duty)
        return deal is not None and slot not in self.blocked and slot not in deal.refused


class Case:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days = problem.days
        self.parts = len(problem.parts)
        self.slots = self.days * self.parts
        self.part_index = {name: index for index, name in enumerate(problem.parts)}
        self.duty_index = {duty.id: index for index, duty in enumerate(problem.duties)}
        self.minutes = [duty.minutes for duty in problem.duties]
        self.sites = [duty.site for duty in problem.duties]
        self.not_next_day = [
            frozenset(self.duty_index[name] for name in duty.not_next_day if name in self.duty_index)
            for duty in problem.duties
        ]
        first = problem.first_day.weekday()
        self.weekday = [(first + day) % 7 for day in range(self.days)]
        self.weeks = _runs_of([(first + day) // 7 for day in range(self.days)])
        self.weekends = [
            days for week in self.weeks if (days := [day for day in week if self.weekday[day] >= SATURDAY])
        ]
        self.cover: dict[tuple[int, int], Cover] = {
            (self.slot(line), self.duty_index[line.duty]): line for line in problem.cover
        }
        self.workers = self._workers()
        self.dealers: dict[int, list[int]] = {}
        for worker in self.workers:
            for duty in worker.deals:
                self.dealers.setdefault(duty, []).append(worker.index)

    def slot(self, at: Slot | Cover | Assignment) -> int:
        return at.day * self.parts + self.part_index[at.part]

    def slots_of(self, day: int) -> range:
        return range(day * self.parts, (day + 1) * self.parts)

    def day_of(self, slot: int) -> int:
        return slot // self.parts

    def part_of(self, slot: int) -> str:
        return self.problem.parts[slot % self.parts]

    def date(self, day: int) -> datetime.date:
        return self.problem.first_day + datetime.timedelta(days=day)

    def travel_minutes(self, origin: str, destination: str) -> int:
        return self.problem.travel.minutes.get(frozenset((origin, destination)), 0)

    def changes_of_site(self, row: Row, day: int) -> Iterator[tuple[int, str, str]]:
        """Within a day: slot of arrival, site left, site reached. A duty without a site moves nobody."""
        here: str | None = None
        for slot in self.slots_of(day):
            site = self.sites[row[slot]] if row[slot] != FREE else None
            if site is None:
                continue
            if here is not None and here != site:
                yield slot, here, site
            here = site

    def day_minutes(self, row: Row, day: int) -> int:
        """Minutes of duty and of travel."""
        duty = sum(self.minutes[row[slot]] for slot in self.slots_of(day) if row[slot] != FREE)
        if not self.problem.travel.minutes:
            return duty
        return duty + sum(self.travel_minutes(left, reached) for _, left, reached in self.changes_of_site(row, day))

    def assignments(self, roster: Roster) -> tuple[Assignment, ...]:
        """In the order of people, then of time."""
        return tuple(
            Assignment(worker.person.id, self.day_of(slot), self.part_of(slot), self.problem.duties[duty].id)
            for worker, row in zip(self.workers, roster, strict=True)
            for slot, duty in enumerate(row)
            if duty != FREE
        )

    def _workers(self) -> list[Worker]:
        deals: dict[str, dict[int, Deal]] = {person.id: {} for person in self.problem.people}
        for engagement in self.problem.engagements:
            duty = self.duty_index[engagement.duty]
            deals[engagement.person][duty] = Deal(
                duty=duty,
                engagement=engagement,
                refused=self._slots(engagement.refused),
                wanted={self._at(wish.day, wish.part): wish.weight for wish in engagement.wanted},
                unwanted={self._at(wish.day, wish.part): wish.weight for wish in engagement.unwanted},
            )
        fixed: dict[str, dict[tuple[int, int], None]] = {person.id: {} for person in self.problem.people}
        for line in self.problem.fixed:
            fixed[line.person][self.slot(line), self.duty_index[line.duty]] = None
        previous: dict[str, dict[int, int]] = {person.id: {} for person in self.problem.people}
        for line in self.problem.previous or ():
            previous[line.person][self.slot(line)] = self.duty_index[line.duty]
        return [
            Worker(
                index=index,
                person=person,
                blocked=self._slots(person.unavailable),
                deals=deals[person.id],
                fixed=tuple(sorted(fixed[person.id])),
                previous=None if self.problem.previous is None else previous[person.id],
            )
            for index, person in enumerate(self.problem.people)
        ]

    def _at(self, day: int, part: str) -> int:
        return day * self.parts + self.part_index[part]

    def _slots(self, slots: Iterable[Slot]) -> frozenset[int]:
        return frozenset(self.slot(slot) for slot in slots)


def _runs_of(keys: list[int]) -> list[list[int]]:
    """The positions of each run of equal keys."""
    runs: list[list[int]] = []
    for position, key in enumerate(keys):
        if position and keys[position - 1] == key:
            runs[-1].append(position)
        else:
            runs.append([position])
    return runs
