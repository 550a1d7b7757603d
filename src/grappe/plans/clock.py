"""Hours by the clock: from a start to an end, past midnight when the end comes first. Minutes count from a day's midnight."""

from __future__ import annotations

from datetime import date, time

DAY_MINUTES = 24 * 60
Span = tuple[int, int]


def of_day(at: time) -> int:
    return at.hour * 60 + at.minute


def minutes_between(starts_at: time, ends_at: time) -> int:
    """From 9:00 to 12:30, 210; from 21:00 to 01:00, 240 (a stage closes the next day); from an hour to itself, nothing."""
    return (of_day(ends_at) - of_day(starts_at)) % DAY_MINUTES


def clock_span(day: date, starts_at: time, ends_at: time) -> Span:
    """When it was, in minutes since an origin that all days share; the end excluded."""
    start = day.toordinal() * DAY_MINUTES + of_day(starts_at)
    return start, start + minutes_between(starts_at, ends_at)


def spans_overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
