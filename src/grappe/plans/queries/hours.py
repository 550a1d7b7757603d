"""Hours noted and countersigned, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django_scopes import scopes_disabled

from grappe.acts.models import Act
from grappe.acts.queries import acts_between
from grappe.clusters.models import Firm
from grappe.people.models import Person
from grappe.plans.models import Calendar, Dispute, DisputeWord, Hours
from grappe.plans.queries.posts import posts_of_firms
from grappe.plans.rules import Half, month_after
from grappe.pools.models import Commitment, Pool
from grappe.pools.queries import ever_committed, in_force

LATE_AFTER_DAYS = 7  # hours unsigned for longer are told to the coordinator


def unsigned_hours(*, firm_ids: Iterable[int] | None = None, disputed: bool | None = None) -> QuerySet[Hours]:
    """Hours recorded and not yet countersigned, oldest first; `disputed`: only those a firm disputes, or only the others.

    Each says `is_disputed`.
    """
    found: QuerySet[Hours] = Hours.objects.filter(signed_at=None).annotate(is_disputed=_is_disputed())
    if firm_ids is not None:
        found = found.filter(firm_id__in=list(firm_ids))
    if disputed is not None:
        found = found.filter(_is_disputed() if disputed else ~_is_disputed())
    return found.select_related("firm", "person", "pool").order_by("day", "part", "pk")


def _is_disputed() -> Exists:
    return Exists(Dispute.objects.filter(hours=OuterRef("pk"), settled_at=None))


def silent_hours(*, on: date) -> QuerySet[Hours]:
    """Hours that a firm has left unsigned and undisputed for a week, and was not reminded of for a week."""
    before = on - timedelta(days=LATE_AFTER_DAYS)
    waiting = unsigned_hours(disputed=False).filter(recorded_at__date__lte=before)
    return waiting.filter(Q(reminded_on=None) | Q(reminded_on__lte=before))


def open_dispute(hours: Hours) -> Dispute | None:
    found: Dispute | None = Dispute.objects.filter(hours_id=hours.pk, settled_at=None).first()
    return found


def open_disputes(*, firm_ids: Iterable[int] | None = None, person: Person | None = None) -> QuerySet[Dispute]:
    """What is disputed and not settled, oldest first, with the hours and the last word said."""
    last = DisputeWord.objects.filter(dispute=OuterRef("pk")).order_by("-pk").values("words")[:1]
    found: QuerySet[Dispute] = Dispute.objects.filter(settled_at=None).annotate(last_words=Subquery(last))
    if firm_ids is not None:
        found = found.filter(hours__firm_id__in=list(firm_ids))
    if person is not None:
        found = found.filter(hours__person=person)
    return found.select_related("hours__firm", "hours__person", "hours__pool", "opened_by").order_by("pk")


def disputes_of(hours: Iterable[Hours]) -> list[Dispute]:
    """Every dispute over these hours, settled or not, oldest first, with its thread. Two queries."""
    rows = Dispute.objects.filter(hours__in=[row.pk for row in hours]).select_related("hours", "settled_by")
    return list(rows.prefetch_related("thread__person").order_by("pk"))


def dispute_numbered(pk: int) -> Dispute | None:
    found: Dispute | None = Dispute.objects.filter(pk=pk).select_related("hours__firm", "hours__person").first()
    return found


def minutes_everywhere(person: Person, start: date, end: date) -> int:
    """Minutes noted from `start` to `end` (excluded) over all firms and clusters: the law's limits bind the person, not the employer."""
    with scopes_disabled():
        rows = Hours.objects.filter(person=person, day__gte=start, day__lt=end).order_by("revision")
        return sum({(day, part): minutes for day, part, minutes in rows.values_list("day", "part", "minutes")}.values())


def clock_times(person: Person, start: date, end: date) -> list[tuple[date, str, time, time]]:
    """The half-days from `start` to `end` (excluded) noted by the clock, over all firms and clusters: day, part, from, to."""
    with scopes_disabled():
        rows = Hours.objects.filter(person=person, day__gte=start, day__lt=end).order_by("revision")
        newest = {(row.day, row.part): row for row in rows}
    return [
        (row.day, row.part, row.starts_at, row.ends_at)
        for _half, row in sorted(newest.items())
        if row.minutes and row.starts_at is not None and row.ends_at is not None
    ]


def closed_months(start: date, end: date, *, person: Person) -> list[Calendar]:
    """The months of the person's posts, from `start` to `end` (excluded), whose statement is issued."""
    rows = Calendar.objects.filter(pool__person=person, month__gte=start, month__lt=end, closed_on__isnull=False)
    return list(rows.select_related("pool"))


def months_closed(*, most: int = 6) -> list[Calendar]:
    """The last months whose statement is issued, the latest first, with their post."""
    rows = Calendar.objects.filter(closed_on__isnull=False).select_related("pool").order_by("-month", "pool__name")
    return list(rows[:most])


def last_revisions() -> QuerySet[Hours]:
    """The hours that stand: of each half-day, only the last revision."""
    later = Hours.objects.filter(
        person=OuterRef("person"), day=OuterRef("day"), part=OuterRef("part"), revision__gt=OuterRef("revision")
    )
    found: QuerySet[Hours] = Hours.objects.filter(~Exists(later))
    return found


def signed_hours(*, firm_ids: Iterable[int] | None = None) -> QuerySet[Hours]:
    """Hours countersigned, newest first, the last revision of each half-day only."""
    found: QuerySet[Hours] = last_revisions().exclude(signed_at=None)
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
    taken = Commitment.objects.filter(ever_committed(), part__pool__in=by_pool).select_related("part")
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


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Hours that wait for a firm's countersignature."""

    firm: Firm
    count: int
    minutes: int
    oldest: date
    late: bool
    disputed: int


def unsigned_by_firm(*, on: date) -> list[Unsigned]:
    """By firm, those who wait longest first. Two queries."""
    rows = list(
        Hours.objects.filter(signed_at=None)
        .annotate(is_disputed=_is_disputed())
        .values("firm_id")
        .annotate(
            count=Count("pk"),
            minutes=Sum("minutes"),
            oldest=Min("day"),
            disputed=Count("pk", filter=Q(is_disputed=True)),
        )
        .order_by("oldest", "firm_id")
    )
    firms = Firm.objects.in_bulk([row["firm_id"] for row in rows])
    late = on - timedelta(days=LATE_AFTER_DAYS)
    return [
        Unsigned(
            firms[row["firm_id"]], row["count"], row["minutes"], row["oldest"], row["oldest"] < late, row["disputed"]
        )
        for row in rows
    ]
