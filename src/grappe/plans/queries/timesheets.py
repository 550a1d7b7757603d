"""The sheet of hours of a person's month: what was noted by whom, countersigned by whom, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from grappe.audit.models import Line
from grappe.clusters.models import Firm
from grappe.law.models import RuleValue
from grappe.law.queries import rules_of
from grappe.people.models import Person
from grappe.plans.models import Dispute, Hours, MissionLetter
from grappe.plans.queries.hours import last_revisions
from grappe.plans.queries.missions import mission_letters
from grappe.plans.rules import month_after

YEAR_RULE = "eu.hours_per_year"
_NOTED = ("plans.record_hours", "plans.correct_hours")


class SheetState(StrEnum):
    SIGNED = "signed"
    WAITING = "waiting"
    DISPUTED = "disputed"
    GONE = "gone"  # signed as not having taken place


@dataclass(frozen=True, slots=True)
class TimesheetLine:
    """A half-day: who noted it as it stands, and when; who countersigned it."""

    hours: Hours
    state: SheetState
    noted_by: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class TimesheetWeek:
    """Of a week across two months, only the days of this one are shown; `whole_minutes` counts all seven."""

    monday: date
    lines: tuple[TimesheetLine, ...]
    whole_minutes: int

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def minutes(self) -> int:
        return sum(line.hours.minutes for line in self.lines)


@dataclass(frozen=True, slots=True)
class TimesheetFirm:
    """A firm's minutes of the month by state."""

    firm: Firm
    signed: int
    waiting: int
    disputed: int

    @property
    def minutes(self) -> int:
        return self.signed + self.waiting + self.disputed


@dataclass(frozen=True, slots=True)
class Timesheet:
    """`year_minutes`, `year_signed`: from 1 January to the end of the month, of the same firms; `rule`: what the law counts for a year.

    `letters`: signed by both, they give a fixed share of the month's time; on the whole sheet only.
    """

    person: Person
    month: date
    weeks: tuple[TimesheetWeek, ...]
    firms: tuple[TimesheetFirm, ...]
    year_minutes: int
    year_signed: int
    rule: RuleValue | None
    letters: tuple[MissionLetter, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.firms)

    def count(self, state: SheetState) -> int:
        return sum(line.state is state for week in self.weeks for line in week.lines)


def timesheet(person: Person, month: date, *, firm_ids: Iterable[int] | None = None) -> Timesheet | None:
    """The person's month in the cluster, or only these firms' lines of it; None when nothing was noted. Six queries, more with letters."""
    month, end = month.replace(day=1), month_after(month)
    start = month - timedelta(days=month.weekday())
    stop = end + timedelta(days=-end.weekday() % 7)
    rows = last_revisions().filter(person=person)
    if firm_ids is not None:
        rows = rows.filter(firm_id__in=set(firm_ids))
    found = list(
        rows.filter(day__gte=start, day__lt=stop)
        .select_related("firm", "pool", "person", "signed_by")
        .order_by("day", "part", "pk")
    )
    shown = [row for row in found if month <= row.day < end]
    if not shown:
        return None
    lines = {line.hours.pk: line for line in _lines(shown)}
    weeks = []
    for monday, group in groupby(found, key=lambda row: row.day - timedelta(days=row.day.weekday())):
        halves = list(group)
        mine = tuple(lines[row.pk] for row in halves if row.pk in lines)
        if mine:
            weeks.append(TimesheetWeek(monday, mine, sum(row.minutes for row in halves)))
    year = rows.filter(day__gte=date(month.year, 1, 1), day__lt=end).aggregate(
        noted=Sum("minutes"), signed=Sum("minutes", filter=Q(signed_at__isnull=False))
    )
    last_day = end - timedelta(days=1)
    return Timesheet(
        person, month, tuple(weeks), _firms(lines.values()), year["noted"] or 0, year["signed"] or 0,
        rules_of([YEAR_RULE], last_day).get(YEAR_RULE), tuple(mission_letters(person, month)) if firm_ids is None else (),
    )  # fmt: skip


def _lines(rows: list[Hours]) -> list[TimesheetLine]:
    ids = [row.pk for row in rows]
    disputed = set(Dispute.objects.filter(hours__in=ids, settled_at=None).values_list("hours_id", flat=True))
    written: dict[int, list[Line]] = {}
    deeds = Line.objects.filter(about="plans.hours", about_id__in=[str(pk) for pk in ids], deed__in=_NOTED)
    for line in deeds.order_by("id"):
        written.setdefault(int(line.about_id), []).append(line)
    return [_line(row, row.pk in disputed, written.get(row.pk, [])) for row in rows]


def _line(row: Hours, disputed: bool, written: list[Line]) -> TimesheetLine:
    """Who noted the hours last before they were signed, as the journal of activity tells; sent again after that, they changed nothing."""
    before = [line for line in written if row.signed_at is None or line.at <= row.signed_at]
    noted = before[-1] if before else written[0] if written else None
    if row.signed_at is not None:
        state = SheetState.SIGNED if row.minutes else SheetState.GONE
    else:
        state = SheetState.DISPUTED if disputed else SheetState.WAITING
    if noted is None:
        return TimesheetLine(row, state, str(row.person), row.recorded_at)
    return TimesheetLine(row, state, noted.actor, noted.at)


def _firms(lines: Iterable[TimesheetLine]) -> tuple[TimesheetFirm, ...]:
    firms: dict[int, Firm] = {}
    minutes: Counter[tuple[int, SheetState]] = Counter()
    for line in lines:
        firms[line.hours.firm_id] = line.hours.firm
        minutes[line.hours.firm_id, line.state] += line.hours.minutes
    by_state = (SheetState.SIGNED, SheetState.WAITING, SheetState.DISPUTED)
    return tuple(
        TimesheetFirm(firm, *(minutes[firm.pk, state] for state in by_state))
        for firm in sorted(firms.values(), key=lambda firm: (firm.name.casefold(), firm.pk))
    )


@dataclass(frozen=True, slots=True)
class SheetTotal:
    """A sheet that may be printed: a person's month, so many half-days, so many of them not countersigned."""

    person: Person
    month: date
    minutes: int
    count: int
    unsigned: int


def timesheets(start: date, end: date, *, firm_ids: Iterable[int] | None = None) -> list[SheetTotal]:
    """The sheets of the months from `start` to `end` (excluded), the latest first, then by name. Two queries."""
    rows = last_revisions().filter(day__gte=start, day__lt=end)
    if firm_ids is not None:
        rows = rows.filter(firm_id__in=set(firm_ids))
    sums = list(
        rows.annotate(month=TruncMonth("day"))
        .values("person_id", "month")
        .annotate(noted=Sum("minutes"), count=Count("pk"), unsigned=Count("pk", filter=Q(signed_at=None)))
        .order_by()
    )
    people = Person.objects.in_bulk({row["person_id"] for row in sums})
    found = [
        SheetTotal(people[row["person_id"]], row["month"], row["noted"], row["count"], row["unsigned"]) for row in sums
    ]
    return sorted(found, key=lambda one: (-one.month.toordinal(), str(one.person).casefold(), one.person.pk))
