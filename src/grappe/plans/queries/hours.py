"""Hours noted and countersigned, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum
from django_scopes import scopes_disabled

from grappe.acts.models import Act
from grappe.acts.queries import acts_between
from grappe.clusters.models import Firm
from grappe.people.models import Person
from grappe.plans.models import HALF_DAY_MINUTES, Hours, Slot
from grappe.plans.queries.posts import posts_of_firms
from grappe.plans.rules import Half, month_after
from grappe.pools.models import Commitment, Pool
from grappe.pools.queries import COMMITTED, in_force

LATE_AFTER_DAYS = 7  # hours unsigned for longer are told to the coordinator


def unsigned_hours(*, firm_ids: Iterable[int] | None = None) -> QuerySet[Hours]:
    """Hours recorded and not yet countersigned, oldest first."""
    found: QuerySet[Hours] = Hours.objects.filter(signed_at=None)
    if firm_ids is not None:
        found = found.filter(firm_id__in=list(firm_ids))
    return found.select_related("firm", "person", "pool").order_by("day", "part", "pk")


def signed_hours(*, firm_ids: Iterable[int] | None = None) -> QuerySet[Hours]:
    """Hours countersigned, newest first, the last revision of each half-day only."""
    later = Hours.objects.filter(
        person=OuterRef("person"), day=OuterRef("day"), part=OuterRef("part"), revision__gt=OuterRef("revision")
    )
    found: QuerySet[Hours] = Hours.objects.exclude(signed_at=None).filter(~Exists(later))
    if firm_ids is not None:
        found = found.filter(firm_id__in=list(firm_ids))
    return found.select_related("firm", "person", "pool", "signed_by").order_by("-day", "-part", "-pk")


def revisions(hours: Hours) -> list[Hours]:
    """Every revision of the same half-day, oldest first."""
    rows = Hours.objects.filter(person_id=hours.person_id, day=hours.day, part=hours.part)
    return list(rows.select_related("firm", "person", "pool", "signed_by").order_by("revision"))


def act_source(hours_id: int) -> str:
    """What the act of these hours says it comes from."""
    return f"hours:{hours_id}"


def acts_of_hours(rows: Iterable[Hours]) -> dict[int, list[Act]]:
    """The acts made by signing these hours, each followed by its reversal, by hours id."""
    sources = {act_source(row.pk): row.pk for row in rows}
    found: dict[int, list[Act]] = {}
    acts = Act.objects.filter(Q(source__in=sources) | Q(reverses__source__in=sources)).select_related("reverses")
    for act in acts.order_by("recorded_at"):
        source = act.reverses.source if act.reverses is not None else act.source
        found.setdefault(sources[source], []).append(act)
    return found


def prices_of(rows: Iterable[Hours]) -> dict[int, int]:
    """What signing each of these hours costs, in cents before tax: the price accepted that was in force on its day. One query."""
    hours = list(rows)
    by_pool: dict[int, list[Commitment]] = {row.pool_id: [] for row in hours}
    taken = Commitment.objects.filter(part__pool__in=by_pool, part__state__in=COMMITTED).select_related("part")
    for commitment in taken:
        by_pool[commitment.part.pool_id].append(commitment)
    prices: dict[int, int] = {}
    for row in hours:
        found = in_force(by_pool[row.pool_id], starts_on=row.pool.starts_on, on=row.day).get(row.firm_id)
        if found is not None:
            prices[row.pk] = found.price_cents
    return prices


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """A firm's month in a post: half-days countersigned and paid, of those it took."""

    pool: Pool
    firm: Firm
    signed: int
    cents: int
    committed: int


def months_so_far(on: date, *, firm_ids: Iterable[int]) -> list[MonthSoFar]:
    """The month of `on` for these firms, read from the acts; the same number of queries whatever the posts."""
    month = on.replace(day=1)
    posts = posts_of_firms(firm_ids)
    acts = acts_between(month, month_after(month)).filter(firm_id__in=list(firm_ids))
    sums = {
        (row["pool_id"], row["firm_id"]): (row["quantity"], row["cents"])
        for row in acts.values("pool_id", "firm_id")
        .annotate(quantity=Sum("quantity"), cents=Sum("paid_cents"))
        .order_by()
    }
    taken: dict[tuple[int, int], int] = {}
    commitments = Commitment.objects.filter(part__pool__in=[pool for pool, _firm in posts], valid_from__lte=on)
    for commitment in commitments.select_related("part").order_by("valid_from", "pk"):
        taken[commitment.part.pool_id, commitment.part.firm_id] = commitment.half_days
    return [
        MonthSoFar(pool, firm, *sums.get((pool.pk, firm.pk), (0, 0)), taken.get((pool.pk, firm.pk), 0))
        for pool, firm in posts
    ]


def hours_between(start: date, end: date, *, person: Person) -> list[Hours]:
    """The person's hours from `start` to `end` (excluded), the last revision of each half-day."""
    rows = Hours.objects.filter(person=person, day__gte=start, day__lt=end).select_related("firm", "pool")
    newest: dict[Half, Hours] = {}
    for row in rows.order_by("revision"):
        newest[row.day, row.part] = row
    return [newest[half] for half in sorted(newest)]


def minutes_of_day(person: Person, day: date, *, but: Half | None = None) -> int:
    """Minutes recorded that day over all firms and clusters, without those of the half-day `but`."""
    with scopes_disabled():
        rows = list(Hours.objects.filter(person=person, day=day).order_by("revision").values_list("part", "minutes"))
    newest = dict(rows)
    if but is not None:
        newest.pop(but[1], None)
    return sum(newest.values())


def minutes_by_day(person: Person, start: date, end: date) -> list[tuple[date, int]]:
    """Minutes of each half-day over all firms and clusters, from `start` to `end` (excluded): as noted, else as placed."""
    with scopes_disabled():
        slots = list(Slot.objects.filter(person=person, day__gte=start, day__lt=end).values_list("day", "part"))
        rows = Hours.objects.filter(person=person, day__gte=start, day__lt=end).order_by("revision")
        noted = {(day, part): minutes for day, part, minutes in rows.values_list("day", "part", "minutes")}
    halves = dict.fromkeys(slots, HALF_DAY_MINUTES) | noted
    return [(day, minutes) for (day, _part), minutes in sorted(halves.items())]


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Hours that wait for a firm's countersignature."""

    firm: Firm
    count: int
    minutes: int
    oldest: date
    late: bool


def unsigned_by_firm(*, on: date) -> list[Unsigned]:
    """By firm, those who wait longest first. Two queries."""
    rows = list(
        Hours.objects.filter(signed_at=None)
        .values("firm_id")
        .annotate(count=Count("pk"), minutes=Sum("minutes"), oldest=Min("day"))
        .order_by("oldest", "firm_id")
    )
    firms = Firm.objects.in_bulk([row["firm_id"] for row in rows])
    late = on - timedelta(days=LATE_AFTER_DAYS)
    return [
        Unsigned(firms[row["firm_id"]], row["count"], row["minutes"], row["oldest"], row["oldest"] < late)
        for row in rows
    ]
