"""A plan made slot by slot, without looking back: what is answered when there is no time for better."""

from __future__ import annotations

from typing import Final

from ..stop import Stop
from .case import FREE, Case, Row, Worker
from .rules import broken_rules

# Slots read, at least, before what is still owed is given up: a plain plan must not take the time of a better one.
MOST_LOOKS: Final = 500_000


def earlier_row(case: Case, worker: Worker) -> Row | None:
    """The earlier plan, where there is one and every hard rule still holds."""
    if not worker.previous:
        return None
    row = [FREE] * case.slots
    for slot, duty in worker.previous.items():
        row[slot] = duty
    return row if _holds(case, worker, row) else None


def fallback_row(case: Case, worker: Worker, stop: Stop | None = None) -> Row | None:
    """The earlier plan, a greedy one, or a row without any duty: the first that keeps every hard rule. Past `stop`, the
    greedy one is left out."""
    earlier = earlier_row(case, worker)
    if earlier is not None:
        return earlier
    if stop is None or not stop.reached():
        row = _greedy_row(case, worker)
        if _holds(case, worker, row):
            return row
    nothing = [FREE] * case.slots
    return nothing if _holds(case, worker, nothing) else None


def _holds(case: Case, worker: Worker, row: Row) -> bool:
    return next(broken_rules(case, worker, row), None) is None


def _greedy_row(case: Case, worker: Worker) -> Row:
    """Each slot goes to the duty that is owed most; a slot is left free where a limit of its day or week would break."""
    row = [FREE] * case.slots
    fixed = dict(worker.fixed)
    owed = {duty: deal.engagement.count_min for duty, deal in worker.deals.items()}
    limits = worker.limits
    run = 0
    for week in case.weeks:
        days_left = len(week) if limits.max_days_per_week is None else limits.max_days_per_week
        minutes_left = limits.max_minutes_per_week
        for day in week:
            rested = limits.max_consecutive_days is None or run < limits.max_consecutive_days
            worked = False
            for slot in case.slots_of(day):
                duty = fixed.get(slot, FREE)
                if duty == FREE and days_left > 0 and rested:
                    open_duties = [
                        duty for duty, number in owed.items() if number > 0 and _fits(case, worker, row, slot, duty)
                    ]
                    duty = max(open_duties, key=lambda duty: owed[duty], default=FREE)
                if duty == FREE:
                    continue
                if minutes_left is not None and slot not in fixed:
                    if case.minutes[duty] > minutes_left:
                        continue
                    minutes_left -= case.minutes[duty]
                row[slot] = duty
                owed[duty] = owed.get(duty, 0) - 1
                worked = True
            days_left -= worked
            run = run + 1 if worked else 0
    _exchange(case, worker, row, owed)
    return row


def _exchange(case: Case, worker: Worker, row: Row, owed: dict[int, int]) -> None:
    """What is still owed is made up by augmenting paths: a duty takes a slot from another, which takes one elsewhere."""
    held = dict(worker.fixed)
    looks = MOST_LOOKS
    for duty in owed:
        while owed[duty] > 0 and looks > 0:
            looks -= case.slots
            path = _path(case, worker, row, held, duty)
            if path is None:
                break
            for slot, given in path:
                row[slot] = given
            owed[duty] -= 1


def _path(case: Case, worker: Worker, row: Row, held: dict[int, int], duty: int) -> list[tuple[int, int]] | None:
    """Slots and the duties they are given, from a free slot back to `duty`; breadth first over duties."""
    came_by: dict[int, tuple[int, int]] = {}
    queue = [duty]
    for taker in queue:
        for slot, owner in enumerate(row):
            if slot in held or owner == taker or not worker.may(slot, taker):
                continue
            if owner == FREE:
                path = [(slot, taker)]
                while taker != duty:
                    slot, taker = came_by[taker]
                    path.append((slot, taker))
                return path
            if owner != duty and owner not in came_by and owner in worker.deals:
                came_by[owner] = (slot, taker)
                queue.append(owner)
    return None


def _fits(case: Case, worker: Worker, row: Row, slot: int, duty: int) -> bool:
    """Open to this person, at a site that the day still allows, and not barred by the day before."""
    if not worker.may(slot, duty):
        return False
    day = case.day_of(slot)
    longest = worker.limits.max_minutes_per_day
    if longest is not None and case.day_minutes(row, day) + case.minutes[duty] > longest:
        return False
    if day and any(row[early] != FREE and duty in case.not_next_day[row[early]] for early in case.slots_of(day - 1)):
        return False
    most = case.problem.travel.max_sites_per_day
    if most is None or case.sites[duty] is None:
        return True
    visited = {case.sites[row[other]] for other in case.slots_of(day) if row[other] != FREE} - {None}
    return case.sites[duty] in visited or len(visited) < most
