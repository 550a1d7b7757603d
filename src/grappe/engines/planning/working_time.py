"""French working-time rules, checked on what one person does for all firms together (Code du travail, L8261-1).

The figures are not in the code: they come as dated `RuleValue`s and are read at the date of the fact. `FRENCH_RULES`
holds the values known when this was written, and can be replaced whole or in part. Weeks run from Monday to Sunday
(L3121-35). Work past midnight is counted on each of its two days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from ..values import ceil_div
from .working_time_rules import FRENCH_RULES, RuleValue

__all__ = ["FRENCH_RULES", "Breach", "RuleValue", "Work", "breaches", "value_on"]

Level: TypeAlias = Literal["breach", "information"]

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Work:
    """Something done on a day: `minutes` of working time (travel between two firms included, breaks not), and, where
    they are known, its beginning and end in local time, without a zone. `firm` is only carried along."""

    day: date
    minutes: int
    begin: datetime | None = None
    end: datetime | None = None
    firm: str | None = None

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError(f"a work has {self.minutes} minutes")
        if (self.begin is None) != (self.end is None):
            raise ValueError("a work has a beginning without an end, or an end without a beginning")
        if self.begin is not None and self.end is not None:
            if self.begin.tzinfo is not None or self.end.tzinfo is not None:
                raise ValueError("the times of a work are local: give them without a zone")
            if self.end <= self.begin:
                raise ValueError("a work ends before it begins")
            if self.begin.date() != self.day:
                raise ValueError("a work begins on another day than its own")


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule not kept: `dates` are the first and last day at stake, `measured` and `limit` are in the rule's unit.

    Level `information` marks what is lawful but has consequences, such as hours past the legal week.
    """

    rule: str
    article: str
    person: str
    dates: tuple[date, date]
    measured: int
    limit: int
    unit: str
    level: Level = "breach"


def value_on(rules: Iterable[RuleValue], key: str, day: date) -> RuleValue | None:
    """The value of a rule in force on a day; where several are, the one that began last. None: no such rule then."""
    in_force = [rule for rule in rules if rule.key == key and rule.in_force(day)]
    return max(in_force, key=lambda rule: rule.valid_from, default=None)


def breaches(person: str, works: Iterable[Work], rules: Sequence[RuleValue] = FRENCH_RULES) -> list[Breach]:
    """Every rule that `works`, one person's work for all firms, does not keep; in the order of dates, then of rules.

    A rule without a value at the date is not checked. Rests are checked where times are known.
    """
    checker = _Checker(person, list(works), rules)
    found = [
        *checker.days(),
        *checker.weeks(),
        *checker.averages(),
        *checker.daily_rests(),
        *checker.weekly_rests(),
    ]
    return sorted(found, key=lambda breach: (breach.dates, breach.rule))


class _Checker:
    def __init__(self, person: str, works: list[Work], rules: Sequence[RuleValue]) -> None:
        self.person = person
        self.works = [work for work in works if work.minutes or work.begin]
        self.rules = rules
        self.minutes: Counter[date] = Counter()
        for work in self.works:
            for day, minutes in _by_day(work):
                self.minutes[day] += minutes
        self.by_week: Counter[date] = Counter()
        for day, minutes in self.minutes.items():
            self.by_week[_monday(day)] += minutes

    def value(self, key: str, day: date) -> RuleValue | None:
        return value_on(self.rules, key, day)

    def breach(self, rule: RuleValue, first: date, last: date, measured: int, level: Level = "breach") -> Breach:
        return Breach(rule.key, rule.article, self.person, (first, last), measured, rule.value, rule.unit, level)

    def days(self) -> Iterator[Breach]:
        for day, minutes in self.minutes.items():
            rule = self.value("max_minutes_per_day", day)
            if rule is not None and minutes > rule.value:
                yield self.breach(rule, day, day, minutes)

    def weeks(self) -> Iterator[Breach]:
        worked = Counter(_monday(day) for day, minutes in self.minutes.items() if minutes)
        for monday, minutes in self.by_week.items():
            sunday = monday + timedelta(days=6)
            most = self.value("max_minutes_per_week", monday)
            if most is not None and minutes > most.value:
                yield self.breach(most, monday, sunday, minutes)
            legal = self.value("legal_minutes_per_week", monday)
            if legal is not None and minutes > legal.value:
                yield self.breach(legal, monday, sunday, minutes, "information")
            days = self.value("max_days_per_week", monday)
            if days is not None and worked[monday] > days.value:
                yield self.breach(days, monday, sunday, worked[monday])

    def averages(self) -> Iterator[Breach]:
        """Over any run of consecutive weeks; of windows that overlap one another, the worst alone is told.

        Weeks without work count as 0, also past the last one known: what is told stands whatever comes next.
        """
        told: Breach | None = None
        for monday in sorted({week - WEEK * back for week in self.by_week for back in range(self._window(week))}):
            rule, weeks = self.value("max_average_minutes_per_week", monday), self._window(monday)
            if rule is None or not weeks:
                continue
            total = sum(self.by_week[monday + WEEK * ahead] for ahead in range(weeks))
            if total <= rule.value * weeks:
                continue
            last = monday + WEEK * weeks - timedelta(days=1)
            breach = self.breach(rule, monday, last, ceil_div(total, weeks))
            if told is None or breach.dates[0] > told.dates[1]:
                if told is not None:
                    yield told
                told = breach
            elif breach.measured > told.measured:
                told = breach
        if told is not None:
            yield told

    def _window(self, monday: date) -> int:
        rule = self.value("average_weeks", monday)
        return rule.value if rule is not None else 0

    def daily_rests(self) -> Iterator[Breach]:
        """Between the last end of a day and the first beginning of the next day."""
        first: dict[date, datetime] = {}
        last: dict[date, datetime] = {}
        for work in self.works:
            if work.begin is not None and work.end is not None:
                first[work.day] = min(first.get(work.day, work.begin), work.begin)
                last[work.day] = max(last.get(work.day, work.end), work.end)
        for day, end in sorted(last.items()):
            following = day + timedelta(days=1)
            rule = self.value("min_daily_rest_minutes", day)
            if rule is not None and following in first:
                rest = max(0, _minutes(first[following] - end))
                if rest < rule.value:
                    yield self.breach(rule, day, following, rest)

    def weekly_rests(self) -> Iterator[Breach]:
        """In each week, a rest of a day and a daily rest in one piece; the day's length must fall inside the week.

        A week is checked when every work from the day before it to the day after it has its times.
        """
        timed = sorted((work.begin, work.end) for work in self.works if work.begin is not None and work.end is not None)
        untimed = {work.day for work in self.works if work.begin is None}
        for monday in sorted(self.by_week):
            whole, daily = self.value("min_weekly_rest_minutes", monday), self.value("min_daily_rest_minutes", monday)
            around = {monday + timedelta(days=day) for day in range(-1, 8)}
            if whole is None or daily is None or around & untimed:
                continue
            begin = datetime.combine(monday, time())
            best = 0
            for free_from, free_to in _gaps(timed, begin - 2 * WEEK, begin + 3 * WEEK):
                inside = _minutes(min(free_to, begin + WEEK) - max(free_from, begin))
                if inside >= whole.value - daily.value:
                    best = max(best, _minutes(free_to - free_from))
                else:
                    best = max(best, inside)
            if best < whole.value:
                yield self.breach(whole, monday, monday + timedelta(days=6), best)


def _by_day(work: Work) -> Iterator[tuple[date, int]]:
    """Minutes on each day; those of a work past midnight in proportion to the clock, the rest on the last day."""
    if work.begin is None or work.end is None:
        yield work.day, work.minutes
        return
    length, left, at = _minutes(work.end - work.begin), work.minutes, work.begin
    while at.date() < work.end.date():
        midnight = datetime.combine(at.date() + timedelta(days=1), time())
        if midnight >= work.end:
            break
        part = min(left, work.minutes * _minutes(midnight - at) // max(1, length))
        yield at.date(), part
        left, at = left - part, midnight
    yield at.date(), left


def _gaps(busy: list[tuple[datetime, datetime]], begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The free stretches between `begin` and `end`, around intervals sorted by beginning."""
    at = begin
    for start, stop in busy:
        if stop <= at:
            continue
        if start >= end:
            break
        if start > at:
            yield at, start
        at = stop
    if at < end:
        yield at, end


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
