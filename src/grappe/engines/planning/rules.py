"""The hard rules, checked on a person's row as the problem's definition reads, apart from the solver's model.

It serves to say why a wish could not be met, and to refuse an answer that would break a rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .case import FREE, Case, Row, Worker
from .problem import Span


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule of one person at the days where it binds; `duty` and `other` name duties.

    `limit` is what the rule allows or asks, `found` what is there (None when nothing is measured).
    Kinds: not_engaged, one_duty, unavailable, refused, fixed, count_min, count_max, max_of_duty, max_days_per_week,
    max_minutes_per_week, max_minutes_per_day, min_minutes, max_minutes, max_consecutive_days, min_consecutive_days,
    min_consecutive_days_off, max_weekends, not_next_day, max_sites_per_day, one_at_a_time, max_minutes_of_span,
    max_days_of_span (these two carry the span's `name`).
    """

    kind: str
    person: str
    duty: str | None = None
    first: int | None = None
    last: int | None = None
    part: str | None = None
    limit: int | None = None
    found: int | None = None
    other: str | None = None
    name: str | None = None


def broken_rules(case: Case, worker: Worker, row: Row) -> Iterator[Rule]:
    """Every hard rule that `row` breaks for this person."""
    yield from _slot_rules(case, worker, row)
    yield from _count_rules(case, worker, row)
    worked = [any(row[slot] != FREE for slot in case.slots_of(day)) for day in range(case.days)]
    yield from _run_rules(case, worker, worked)
    yield from _week_rules(case, worker, row, worked)
    yield from _day_rules(case, worker, row)
    yield from _span_rules(case, worker, row, worked)


def _slot_rules(case: Case, worker: Worker, row: Row) -> Iterator[Rule]:
    person = worker.person.id
    for slot, duty in enumerate(row):
        if duty == FREE:
            continue
        day, part, name = case.day_of(slot), case.part_of(slot), case.problem.duties[duty].id
        if duty not in worker.deals:
            yield Rule("not_engaged", person, name, day, day, part)
        elif slot in worker.deals[duty].refused:
            yield Rule("refused", person, name, day, day, part)
        if slot in worker.blocked:
            yield Rule("unavailable", person, None, day, day, part)
    for slot, duty in worker.fixed:
        if row[slot] != duty:
            day = case.day_of(slot)
            yield Rule("fixed", person, case.problem.duties[duty].id, day, day, case.part_of(slot))


def _count_rules(case: Case, worker: Worker, row: Row) -> Iterator[Rule]:
    person, limits, last = worker.person.id, worker.limits, case.days - 1
    counts = Counter(duty for duty in row if duty != FREE)
    for duty, deal in worker.deals.items():
        name, found = case.problem.duties[duty].id, counts[duty]
        least, most = deal.engagement.count_min, deal.engagement.count_max
        if found < least:
            yield Rule("count_min", person, name, 0, last, limit=least, found=found)
        if most is not None and found > most:
            yield Rule("count_max", person, name, 0, last, limit=most, found=found)
        top = limits.max_of_duty.get(name)
        if top is not None and found > top:
            yield Rule("max_of_duty", person, name, 0, last, limit=top, found=found)
    if limits.max_minutes is None and not limits.min_minutes:
        return
    minutes = sum(case.day_minutes(row, day) for day in range(case.days))
    if minutes < limits.min_minutes:
        yield Rule("min_minutes", person, None, 0, last, limit=limits.min_minutes, found=minutes)
    if limits.max_minutes is not None and minutes > limits.max_minutes:
        yield Rule("max_minutes", person, None, 0, last, limit=limits.max_minutes, found=minutes)


def _run_rules(case: Case, worker: Worker, worked: list[bool]) -> Iterator[Rule]:
    person, limits = worker.person.id, worker.limits
    start = 0
    for day in range(1, case.days + 1):
        if day < case.days and worked[day] == worked[start]:
            continue
        length, inside = day - start, start > 0 and day < case.days
        if worked[start]:
            most = limits.max_consecutive_days
            if most is not None and length > most:
                yield Rule("max_consecutive_days", person, None, start, day - 1, limit=most, found=length)
            if inside and length < limits.min_consecutive_days:
                least = limits.min_consecutive_days
                yield Rule("min_consecutive_days", person, None, start, day - 1, limit=least, found=length)
        elif inside and length < limits.min_consecutive_days_off:
            least = limits.min_consecutive_days_off
            yield Rule("min_consecutive_days_off", person, None, start, day - 1, limit=least, found=length)
        start = day


def _week_rules(case: Case, worker: Worker, row: Row, worked: list[bool]) -> Iterator[Rule]:
    person, limits = worker.person.id, worker.limits
    if limits.max_days_per_week is not None or limits.max_minutes_per_week is not None:
        for week in case.weeks:
            days = sum(worked[day] for day in week)
            if limits.max_days_per_week is not None and days > limits.max_days_per_week:
                most = limits.max_days_per_week
                yield Rule("max_days_per_week", person, None, week[0], week[-1], limit=most, found=days)
            if limits.max_minutes_per_week is not None:
                most, minutes = limits.max_minutes_per_week, sum(case.day_minutes(row, day) for day in week)
                if minutes > most:
                    yield Rule("max_minutes_per_week", person, None, week[0], week[-1], limit=most, found=minutes)
    if limits.max_weekends is not None:
        weekends = sum(any(worked[day] for day in weekend) for weekend in case.weekends)
        if weekends > limits.max_weekends:
            most = limits.max_weekends
            yield Rule("max_weekends", person, None, 0, case.days - 1, limit=most, found=weekends)


def _day_rules(case: Case, worker: Worker, row: Row) -> Iterator[Rule]:
    person, duties = worker.person.id, case.problem.duties
    longest = worker.limits.max_minutes_per_day
    if longest is not None:
        for day in range(case.days):
            minutes = case.day_minutes(row, day)
            if minutes > longest:
                yield Rule("max_minutes_per_day", person, None, day, day, limit=longest, found=minutes)
    if any(case.not_next_day):
        for day in range(case.days - 1):
            today = {row[slot] for slot in case.slots_of(day)} - {FREE}
            tomorrow = {row[slot] for slot in case.slots_of(day + 1)} - {FREE}
            for duty in sorted(today):
                for other in sorted(tomorrow & case.not_next_day[duty]):
                    yield Rule("not_next_day", person, duties[duty].id, day, day + 1, other=duties[other].id)
    most = case.problem.travel.max_sites_per_day
    if most is not None:
        for day in range(case.days):
            sites = {case.sites[row[slot]] for slot in case.slots_of(day) if row[slot] != FREE} - {None}
            if len(sites) > most:
                yield Rule("max_sites_per_day", person, None, day, day, limit=most, found=len(sites))


def _span_rules(case: Case, worker: Worker, row: Row, worked: list[bool]) -> Iterator[Rule]:
    for span in worker.limits.spans:
        if not span.days:
            continue
        days = sum(worked[day] for day in span.days)
        if span.max_days is not None and days > span.max_days:
            yield span_rule(worker, span, "max_days_of_span", span.max_days, days)
        minutes = sum(case.day_minutes(row, day) for day in span.days)
        if span.max_minutes is not None and minutes > span.max_minutes:
            yield span_rule(worker, span, "max_minutes_of_span", span.max_minutes, minutes)


def span_rule(worker: Worker, span: Span, kind: str, limit: int, found: int | None = None) -> Rule:
    """The rule of a span that has days."""
    ends = span.days[0], span.days[-1]
    return Rule(kind, worker.person.id, None, *ends, limit=limit, found=found, name=span.name or None)
