"""Paid leave read from the absences: contracts, rights, requests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from django.db.models import QuerySet

from grappe.clusters.models import Cluster
from grappe.law.queries import periods_of, value_in
from grappe.people.models import Person
from grappe.plans.enums import LeaveState
from grappe.plans.leave import HELD_UP, Balance, Contract, Counted, Rates, Spell, balance, counted
from grappe.plans.models import Absence, LeaveRequest
from grappe.plans.public_holidays import public_holidays
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool

LEAVE_RULES = (
    "leave.working_days_per_month", "leave.max_working_days", "leave.sickness_days_per_month", "leave.sickness_max",
    "leave.accident_days_per_month", "leave.carry_over_months",
)  # fmt: skip
WORKED_IN = (PoolState.RUNNING, PoolState.ENDED)


def leave_rates() -> Callable[[date], Rates]:
    """The rules of leave in force on a day, as a function of the day. One query.

    Before the law of April 2024 illness earned nothing, and time off after an accident at work counted as work.
    """
    periods = periods_of(LEAVE_RULES)

    def value(key: str, day: date, default: int) -> int:
        return next((rule.value for rule in periods.get(key, ()) if rule.in_force(day)), default)

    @lru_cache(maxsize=256)
    def rates(day: date) -> Rates:
        per_month = value_in(periods, "leave.working_days_per_month", day)
        return Rates(
            per_month=Fraction(per_month, 10),
            most=value_in(periods, "leave.max_working_days", day),
            sickness_per_month=Fraction(value("leave.sickness_days_per_month", day, 0), 10),
            sickness_most=value("leave.sickness_max", day, 0),
            accident_per_month=Fraction(value("leave.accident_days_per_month", day, per_month), 10),
            carry_over_months=value("leave.carry_over_months", day, 0),
        )

    return rates


def contracts_of(people: Iterable[Person]) -> dict[int, Contract]:
    """person id -> from the first day of its first post in the cluster to the end of the last, for those who have one. One query."""
    begins: dict[int, date] = {}
    ends: dict[int, date | None] = {}
    posts = Pool.objects.filter(person__in=list(people), state__in=WORKED_IN)
    for person_id, starts_on, ends_on in posts.values_list("person_id", "starts_on", "ends_on"):
        assert person_id is not None
        begins[person_id] = min(begins.get(person_id, starts_on), starts_on)
        last = ends.get(person_id, ends_on)
        ends[person_id] = max(last, ends_on) if last is not None and ends_on is not None else None
    return {person_id: Contract(begins[person_id], ends[person_id]) for person_id in begins}


def balances(people: Iterable[Person], *, cluster: Cluster, on: date) -> dict[int, Balance]:
    """person id -> where it stands on that day, for those who have a post. Three queries, whatever the people."""
    rates = leave_rates()
    contracts = contracts_of(people)
    spells: dict[int, list[Spell]] = {pk: [] for pk in contracts}
    for absence in Absence.objects.filter(person__in=list(contracts)):
        spells[absence.person_id].append(Spell(absence.kind, absence.first_day, absence.last_day, absence.informed_on))

    def off(start: date, end: date) -> Collection[date]:
        return public_holidays(cluster.holidays, start, end)

    return {pk: balance(contract, spells[pk], rates, off, on=on) for pk, contract in contracts.items()}


def leave_balance(person: Person, *, cluster: Cluster, on: date) -> Balance | None:
    return balances([person], cluster=cluster, on=on).get(person.pk)


def days_counted(cluster: Cluster, first: date, last: date) -> Counted:
    """The working days (ouvrables) and worked days (ouvrés) that an absence takes."""
    return counted(first, last, public_holidays(cluster.holidays, first, last + timedelta(days=15)))


def leave_requests(*, person: Person | None = None) -> QuerySet[LeaveRequest]:
    """Requests with their people, those that wait first, then the newest."""
    found: QuerySet[LeaveRequest] = LeaveRequest.objects.select_related("person", "answered_by", "absence")
    if person is not None:
        found = found.filter(person=person)
    return found.order_by("-first_day", "-pk")


def requests_waiting() -> QuerySet[LeaveRequest]:
    """Requests without an answer, the soonest first."""
    return leave_requests().filter(state=LeaveState.WAITING).order_by("first_day", "pk")


def overlapping(
    person: Person, first: date, last: date, *, but: LeaveRequest | None = None
) -> Absence | LeaveRequest | None:
    """An absence, or a request that waits, of the person in this cluster that touches those days."""
    days = {"person": person, "first_day__lte": last, "last_day__gte": first}
    absence: Absence | None = Absence.objects.filter(**days).first()
    if absence is not None:
        return absence
    waiting = LeaveRequest.objects.filter(state=LeaveState.WAITING, **days)
    request: LeaveRequest | None = (waiting.exclude(pk=but.pk) if but is not None else waiting).first()
    return request


def to_inform(*, on: date) -> QuerySet[Absence]:
    """Illnesses that are over, after which the person has not been told what leave it has left (art. L3141-19-3 C. trav.)."""
    found: QuerySet[Absence] = Absence.objects.filter(
        kind__in=HELD_UP, last_day__lt=on, last_day__gte=on - timedelta(days=500), informed_on=None
    )
    return found.select_related("person").order_by("last_day", "pk")
