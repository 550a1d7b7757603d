"""What a roster costs, line by line. The sum of the lines is the cost; nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from .case import FREE, Case, Roster, Row, Worker
from .problem import Cover


@dataclass(frozen=True, slots=True)
class Line:
    """One thing paid. `duty` is a number of the case; `person` None for cover.

    Kinds: wanted, unwanted, weekday, block, travel, moved, under, over. `number` and `limit` by kind: block, the run's
    length and what was wished; weekday, the day's slots and the regular ones; under and over, people there and needed.
    `other`: travel, the duty left; moved, the earlier duty (None: free), while `duty` is the new one (None: free).
    """

    kind: str
    person: int | None
    duty: int | None
    slot: int
    amount: int
    number: int | None = None
    limit: int | None = None
    other: int | None = None


def lines(case: Case, roster: Roster) -> list[Line]:
    """All lines of a roster: by person in time order, then the cover."""
    found = [line for worker, row in zip(case.workers, roster, strict=True) for line in person_lines(case, worker, row)]
    found.extend(cover_lines(case, roster))
    return found


class Tally:
    """A roster with its cost, kept up to date row by row."""

    def __init__(self, case: Case, roster: Roster) -> None:
        self.case = case
        self.roster = [list(row) for row in roster]
        self.there = Counter(
            (slot, duty) for row in roster for slot, duty in enumerate(row) if (slot, duty) in case.cover
        )
        self._row_costs = [
            sum(line.amount for line in person_lines(case, worker, row))
            for worker, row in zip(case.workers, roster, strict=True)
        ]
        self.cost = sum(self._row_costs) + sum(_cover_cost(line, self.there[key]) for key, line in case.cover.items())

    def cost_of(self, people: Collection[int], duties: Collection[int]) -> int:
        """What these people pay, with the cover of these duties."""
        cover = ((key, line) for key, line in self.case.cover.items() if key[1] in duties)
        return sum(self._row_costs[person] for person in people) + sum(
            _cover_cost(line, self.there[key]) for key, line in cover
        )

    def extra(self, person: int, row: Row) -> int:
        """What the whole roster would cost more with this row for this person."""
        extra = self._row_cost(person, row) - self._row_costs[person]
        for key, change in self._changes(person, row).items():
            there = self.there[key]
            line = self.case.cover[key]
            extra += _cover_cost(line, there + change) - _cover_cost(line, there)
        return extra

    def put(self, person: int, row: Row) -> None:
        self.cost += self.extra(person, row)
        self.there.update(self._changes(person, row))
        self._row_costs[person] = self._row_cost(person, row)
        self.roster[person] = list(row)

    def _row_cost(self, person: int, row: Row) -> int:
        return sum(line.amount for line in person_lines(self.case, self.case.workers[person], row))

    def _changes(self, person: int, row: Row) -> dict[tuple[int, int], int]:
        changes: dict[tuple[int, int], int] = {}
        if not self.case.cover:
            return changes
        for slot, (before, after) in enumerate(zip(self.roster[person], row, strict=True)):
            if before != after:
                for duty, change in ((before, -1), (after, 1)):
                    if (slot, duty) in self.case.cover:
                        changes[slot, duty] = changes.get((slot, duty), 0) + change
        return changes


def unavoidable(case: Case, people: Collection[int]) -> int:
    """What these people pay whatever they do: wishes for slots closed to them, and cover past the number who may come."""
    workers = [case.workers[person] for person in people]
    wishes = sum(
        weight
        for worker in workers
        for duty, deal in worker.deals.items()
        for slot, weight in deal.wanted.items()
        if not worker.may(slot, duty)
    )
    duties = {duty for worker in workers for duty in worker.deals}
    cover = sum(
        line.under * max(0, line.need - sum(worker.may(slot, duty) for worker in workers))
        for (slot, duty), line in case.cover.items()
        if duty in duties and line.under
    )
    return wishes + cover


def _cover_cost(line: Cover, there: int) -> int:
    return line.under * max(0, line.need - there) + line.over * max(0, there - line.need)


def person_lines(case: Case, worker: Worker, row: Row, only: int | None = None) -> Iterator[Line]:
    """The lines that depend on this person alone: on all days, or on the `only` day asked for. None joins two days."""
    days = range(case.days) if only is None else range(only, only + 1)
    slots = range(days.start * case.parts, days.stop * case.parts)
    yield from _wish_lines(worker, row, None if only is None else slots)
    if case.problem.weights.weekday:
        yield from _weekday_lines(case, worker, row, days)
    if case.problem.weights.block:
        yield from _block_lines(case, worker, row, days)
    if case.problem.travel.weight:
        yield from _travel_lines(case, worker, row, days)
    if case.problem.weights.moved and worker.previous is not None:
        for slot in slots:
            duty, before = row[slot], worker.previous.get(slot, FREE)
            if duty != before:
                now, then = (None if number == FREE else number for number in (duty, before))
                yield Line("moved", worker.index, now, slot, case.problem.weights.moved, other=then)


def cover_lines(case: Case, roster: Roster) -> Iterator[Line]:
    counts = Counter((slot, duty) for row in roster for slot, duty in enumerate(row) if duty != FREE)
    for (slot, duty), line in case.cover.items():
        there = counts[slot, duty]
        if there < line.need:
            amount = line.under * (line.need - there)
            yield Line("under", None, duty, slot, amount, number=there, limit=line.need)
        elif there > line.need and line.over:
            yield Line("over", None, duty, slot, line.over * (there - line.need), number=there, limit=line.need)


def _wish_lines(worker: Worker, row: Row, slots: range | None) -> Iterator[Line]:
    for duty, deal in worker.deals.items():
        for slot, weight in _among(deal.wanted, slots):
            if row[slot] != duty:
                yield Line("wanted", worker.index, duty, slot, weight)
        for slot, weight in _among(deal.unwanted, slots):
            if row[slot] == duty:
                yield Line("unwanted", worker.index, duty, slot, weight)


def _among(wishes: dict[int, int], slots: range | None) -> Iterable[tuple[int, int]]:
    return wishes.items() if slots is None else ((slot, wishes[slot]) for slot in slots if slot in wishes)


def _weekday_lines(case: Case, worker: Worker, row: Row, days: range) -> Iterator[Line]:
    """Each slot of a day past the regular number pays; the last ones of the day are named."""
    for duty, deal in worker.deals.items():
        regular = deal.engagement.weekdays
        if regular is None:
            continue
        for day in days:
            given = [slot for slot in case.slots_of(day) if row[slot] == duty]
            most = regular.get(case.weekday[day], 0)
            for slot in given[most:]:
                weight = case.problem.weights.weekday
                yield Line("weekday", worker.index, duty, slot, weight, number=len(given), limit=most)


def _block_lines(case: Case, worker: Worker, row: Row, days: range) -> Iterator[Line]:
    weight = case.problem.weights.block
    for day in days:
        slots = case.slots_of(day)
        start = slots.start
        for slot in range(slots.start + 1, slots.stop + 1):
            if slot < slots.stop and row[slot] == row[start]:
                continue
            deal = worker.deals.get(row[start])
            if deal is not None and slot - start < deal.engagement.min_block:
                length, least = slot - start, deal.engagement.min_block
                yield Line("block", worker.index, row[start], start, weight, number=length, limit=least)
            start = slot


def _travel_lines(case: Case, worker: Worker, row: Row, days: range) -> Iterator[Line]:
    weight = case.problem.travel.weight
    for day in days:
        for slot, left, _ in case.changes_of_site(row, day):
            origin = next(
                row[before]
                for before in range(slot - 1, -1, -1)
                if row[before] != FREE and case.sites[row[before]] == left
            )
            yield Line("travel", worker.index, row[slot], slot, weight, other=origin)
