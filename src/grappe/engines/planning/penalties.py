"""What a roster costs, line by line. The sum of the lines is the cost; nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .case import FREE, Case, Roster, Row, Worker


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


def cost_of(case: Case, roster: Roster) -> int:
    return sum(line.amount for line in lines(case, roster))


def person_lines(case: Case, worker: Worker, row: Row) -> Iterator[Line]:
    """The lines that depend on this person alone."""
    yield from _wish_lines(worker, row)
    if case.problem.weights.weekday:
        yield from _weekday_lines(case, worker, row)
    if case.problem.weights.block:
        yield from _block_lines(case, worker, row)
    if case.problem.travel.weight:
        yield from _travel_lines(case, worker, row)
    if case.problem.weights.moved and worker.previous is not None:
        for slot, duty in enumerate(row):
            before = worker.previous.get(slot, FREE)
            if duty != before:
                now, then = (None if number == FREE else number for number in (duty, before))
                yield Line("moved", worker.index, now, slot, case.problem.weights.moved, other=then)


def cover_lines(case: Case, roster: Roster) -> Iterator[Line]:
    for (slot, duty), line in case.cover.items():
        there = sum(row[slot] == duty for row in roster)
        if there < line.need:
            amount = line.under * (line.need - there)
            yield Line("under", None, duty, slot, amount, number=there, limit=line.need)
        elif there > line.need and line.over:
            yield Line("over", None, duty, slot, line.over * (there - line.need), number=there, limit=line.need)


def _wish_lines(worker: Worker, row: Row) -> Iterator[Line]:
    for duty, deal in worker.deals.items():
        for slot, weight in deal.wanted.items():
            if row[slot] != duty:
                yield Line("wanted", worker.index, duty, slot, weight)
        for slot, weight in deal.unwanted.items():
            if row[slot] == duty:
                yield Line("unwanted", worker.index, duty, slot, weight)


def _weekday_lines(case: Case, worker: Worker, row: Row) -> Iterator[Line]:
    """Each slot of a day past the regular number pays; the last ones of the day are named."""
    for duty, deal in worker.deals.items():
        regular = deal.engagement.weekdays
        if regular is None:
            continue
        for day in range(case.days):
            given = [slot for slot in case.slots_of(day) if row[slot] == duty]
            most = regular.get(case.weekday[day], 0)
            for slot in given[most:]:
                weight = case.problem.weights.weekday
                yield Line("weekday", worker.index, duty, slot, weight, number=len(given), limit=most)


def _block_lines(case: Case, worker: Worker, row: Row) -> Iterator[Line]:
    weight = case.problem.weights.block
    for day in range(case.days):
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


def _travel_lines(case: Case, worker: Worker, row: Row) -> Iterator[Line]:
    weight = case.problem.travel.weight
    for day in range(case.days):
        for slot, left, _ in case.changes_of_site(row, day):
            origin = next(
                row[before]
                for before in range(slot - 1, -1, -1)
                if row[before] != FREE and case.sites[row[before]] == left
            )
            yield Line("travel", worker.index, row[slot], slot, weight, other=origin)
