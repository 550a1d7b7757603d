from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django_scopes import scopes_disabled

from grappe.acts.models import Act
from grappe.acts.queries import acts_between
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Mandate, Membership
from grappe.people.models import AccessLink, Person
from grappe.plans import words
from grappe.plans.enums import AbsenceKind, WishKind
from grappe.plans.models import HALF_DAY_MINUTES, Absence, Calendar, Hours, Release, ReleasedSlot, Slot, Wish
from grappe.plans.public_holidays import public_holidays
from grappe.plans.rules import Asked, Away, Engaged, Facts, Half, Held, month_after
from grappe.pools.models import Commitment, Part, Pool
from grappe.pools.queries import COMMITTED, commitments_of, in_force, running_posts

LATE_AFTER_DAYS = 7  # hours unsigned for longer are told to the coordinator


# ---------------------------------------------------------------- a month


def calendars() -> QuerySet[Calendar]:
    found: QuerySet[Calendar] = Calendar.objects.select_related("pool", "pool__person", "cluster", "solve")
    return found


def calendar_numbered(pk: int) -> Calendar | None:
    return calendars().filter(pk=pk).first()


def facts_of(calendar: Calendar) -> Facts:
    """All that bears on the month of a post. Slots and absences of the person are read in every cluster; what another cluster
    knows stays there: only that the half-day is taken, or the day off, comes through."""
    pool, month = calendar.pool, calendar.month
    end = month_after(month)
    person = pool.person
    worked = Hours.objects.filter(person=person, day__gte=month, day__lt=end, minutes__gt=0)
    return Facts(
        month=month,
        person=words.first_name(person) if person else "",
        engaged=_engaged(pool, month, end),
        held=_held(calendar, person, month, end),
        holidays=public_holidays(calendar.cluster.holidays, month, end),
        away=away_days(person, month, end, cluster_id=calendar.cluster_id) if person else (),
        asked=_asked(pool, month, end),
        worked={(hours.day, hours.part): hours.signed_at is not None for hours in worked},
        ends_on=pool.ends_on,
    )


def _engaged(pool: Pool, month: date, end: date) -> dict[int, Engaged]:
    """Commitments in force in the month, by firm id in the order of names; one accepted anew counts from the month's first day."""
    at_start = commitments_of(pool, on=month)
    latest: dict[int, Commitment] = {**at_start, **commitments_of(pool, on=end - timedelta(days=1))}
    parts = {part.firm_id: part for part in pool.parts.select_related("firm").order_by("firm__name", "firm_id")}
    return {
        firm_id: Engaged(
            firm_id=firm_id,
            name=part.firm.name,
            half_days=latest[firm_id].half_days,
            weekdays=tuple(part.weekdays),
            since=max(month, pool.starts_on if firm_id in at_start else latest[firm_id].valid_from),
        )
        for firm_id, part in parts.items()
        if firm_id in latest
    }


def _held(calendar: Calendar, person: Person | None, month: date, end: date) -> dict[Half, Held]:
    if person is None:
        return {}
    with scopes_disabled():
        slots = list(Slot.objects.filter(person=person, day__gte=month, day__lt=end).select_related("firm"))
    return {
        (slot.day, slot.part): Held(
            slot_id=slot.pk,
            firm_id=slot.firm_id,
            where=slot.firm.name if slot.cluster_id == calendar.cluster_id else "",
            mine=slot.calendar_id == calendar.pk,
            by_hand=slot.by_hand,
        )
        for slot in slots
    }


def away_days(person: Person, start: date, end: date, *, cluster_id: int) -> tuple[Away, ...]:
    """The person's absences that touch the days from `start` to `end` (excluded), in every cluster."""
    with scopes_disabled():
        rows = list(Absence.objects.filter(person=person, first_day__lt=end, last_day__gte=start))
    return tuple(
        Away(row.first_day, row.last_day, row.kind if row.cluster_id == cluster_id else AbsenceKind.OTHER.value)
        for row in rows
    )


def _asked(pool: Pool, start: date, end: date) -> tuple[Asked, ...]:
    rows = Wish.objects.filter(pool=pool, day__gte=start, day__lt=end)
    return tuple(Asked(row.pk, row.firm_id, row.day, row.part, row.kind == WishKind.WANTED, row.words) for row in rows)


def facts_as_released(facts: Facts, release: Release) -> Facts:
    """The same month with the half-days of a version in place of the living ones; its slots come prefetched with their firms."""
    held = {
        (slot.day, slot.part): Held(slot.pk, slot.firm_id, slot.firm.name, mine=True, by_hand=False)
        for slot in release.slots.all()
    }
    return replace(facts, held=held)


def holidays_between(cluster: Cluster, start: date, end: date) -> dict[date, str]:
    """The public holidays where the cluster is, from `start` to `end` (excluded)."""
    return public_holidays(cluster.holidays, start, end)


def wishes(pool: Pool, month: date, *, firm_ids: Iterable[int] | None = None) -> QuerySet[Wish]:
    found: QuerySet[Wish] = Wish.objects.filter(pool=pool, day__gte=month, day__lt=month_after(month))
    if firm_ids is not None:
        found = found.filter(firm_id__in=list(firm_ids))
    return found.select_related("firm", "pool")


def wishes_from(start: date, *, firm_ids: Iterable[int]) -> QuerySet[Wish]:
    """What these firms want and refuse from that day on."""
    found: QuerySet[Wish] = Wish.objects.filter(day__gte=start, firm_id__in=list(firm_ids))
    return found.select_related("firm", "pool").order_by("day", "part", "pk")


def posts_of_firms(firm_ids: Iterable[int]) -> list[tuple[Pool, Firm]]:
    """The running posts that these firms share, each with the firm."""
    parts = Part.objects.filter(pool__in=running_posts(), firm_id__in=list(firm_ids), state__in=COMMITTED)
    return [(part.pool, part.firm) for part in parts.select_related("pool", "firm").order_by("pool_id", "firm_id")]


def post_of(person: Person, pool_id: int, day: date) -> Pool | None:
    """The pool of that number if the person works in it, or was put there on that day."""
    pool: Pool | None = Pool.objects.filter(pk=pool_id).first()
    if pool is None or pool.person_id == person.pk:
        return pool
    placed = released_slots(day, day + timedelta(days=1), person=person).filter(release__calendar__pool=pool)
    return pool if placed.exists() else None


def month_slots(month: date) -> list[Slot]:
    """Every half-day of the cluster's running posts in the month, draft or released."""
    rows = Slot.objects.filter(calendar__month=month, calendar__pool__in=running_posts())
    return list(rows.select_related("firm", "person", "calendar"))


# ---------------------------------------------------------------- what was released


def last_release(calendar: Calendar) -> Release | None:
    found: Release | None = calendar.releases.order_by("-number").first()
    return found


def releases(calendar: Calendar) -> list[Release]:
    """The versions of a calendar with their slots, oldest first."""
    return list(calendar.releases.select_related("released_by").prefetch_related("slots__firm").order_by("number"))


def released_slots(
    start: date, end: date, *, person: Person | None = None, firm_ids: Iterable[int] | None = None
) -> QuerySet[ReleasedSlot]:
    """Half-days from `start` to `end` (excluded) as the last version of each calendar has them."""
    newest = Release.objects.filter(calendar=OuterRef("release__calendar")).order_by("-number").values("pk")[:1]
    found: QuerySet[ReleasedSlot] = ReleasedSlot.objects.filter(release=Subquery(newest), day__gte=start, day__lt=end)
    if person is not None:
        found = found.filter(person=person)
    if firm_ids is not None:
        found = found.filter(firm_id__in=list(firm_ids))
    return found.select_related("firm", "person", "release__calendar__pool").order_by("day", "part")


# ---------------------------------------------------------------- hours


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


# ---------------------------------------------------------------- the desk: where each calendar is


@dataclass(frozen=True, slots=True)
class CalendarState:
    """A post's month and how far it is. `state`: "absent" (to open), "empty", "draft", "changed" (since the last version), "released"."""

    pool: Pool
    month: date
    calendar: Calendar | None
    state: str
    version: int
    placed: int
    committed: int

    @property
    def is_due(self) -> bool:
        return self.state != "released"


def calendar_states(months: Iterable[date]) -> list[CalendarState]:
    """The running posts by month, in order; the same number of queries whatever the posts."""
    wanted = sorted(months)
    posts = running_posts()
    found = list(calendars().filter(month__in=wanted, pool__in=posts))
    by_key = {(calendar.pool_id, calendar.month): calendar for calendar in found}
    living = _slots_by(Slot.objects.filter(calendar__in=found).values_list("calendar_id", "day", "part", "firm_id"))
    versions = dict(
        Release.objects.filter(calendar__in=found).values_list("calendar_id").annotate(version=Max("number")).order_by()
    )
    newest = Release.objects.filter(calendar=OuterRef("release__calendar")).order_by("-number").values("pk")[:1]
    frozen = _slots_by(
        ReleasedSlot.objects.filter(release__calendar__in=found, release=Subquery(newest)).values_list(
            "release__calendar_id", "day", "part", "firm_id"
        )
    )
    committed = _committed_by_pool(posts)
    states = []
    for month in wanted:
        for pool in posts:
            if month_after(month) <= pool.starts_on or (pool.ends_on is not None and month >= pool.ends_on):
                continue
            calendar = by_key.get((pool.pk, month))
            pk = calendar.pk if calendar else 0
            state = _state(calendar, living.get(pk, set()), frozen.get(pk, set()), pk in versions)
            states.append(
                CalendarState(
                    pool,
                    month,
                    calendar,
                    state,
                    versions.get(pk, 0),
                    len(living.get(pk, ())),
                    committed.get(pool.pk, 0),
                )
            )
    return states


def _slots_by(rows: Iterable[tuple[Any, ...]]) -> dict[int, set[tuple[Any, ...]]]:
    groups: dict[int, set[tuple[Any, ...]]] = {}
    for calendar_id, *slot in rows:
        groups.setdefault(calendar_id, set()).add(tuple(slot))
    return groups


def _state(calendar: Calendar | None, living: set[Any], frozen: set[Any], is_released: bool) -> str:
    if calendar is None:
        return "absent"
    if is_released:
        return "released" if living == frozen else "changed"
    return "draft" if living else "empty"


def _committed_by_pool(posts: list[Pool]) -> Mapping[int, int]:
    """Half-days a month of the newest commitment of each part of these posts, summed by pool."""
    newest: dict[int, tuple[int, int]] = {}
    rows = Commitment.objects.filter(part__pool__in=posts).order_by("valid_from", "pk")
    for pool_id, part_id, half_days in rows.values_list("part__pool_id", "part_id", "half_days"):
        newest[part_id] = (pool_id, half_days)
    totals: dict[int, int] = {}
    for pool_id, half_days in newest.values():
        totals[pool_id] = totals.get(pool_id, 0) + half_days
    return totals


def calendars_due(*, on: date) -> list[CalendarState]:
    """For the desk's home: the posts' months, this one and the next, that are to be drafted, released, or released again."""
    month = on.replace(day=1)
    return [state for state in calendar_states([month, month_after(month)]) if state.is_due]


# ---------------------------------------------------------------- absences, feeds


def absences(*, since: date) -> QuerySet[Absence]:
    found: QuerySet[Absence] = Absence.objects.filter(last_day__gte=since).select_related("person")
    return found


def shared_people() -> list[Person]:
    """The employees of running posts."""
    ids = {post.person_id for post in running_posts() if post.person_id}
    return list(Person.objects.filter(pk__in=ids))


def membership_of(firm_id: int, *, on: date) -> Membership | None:
    found: Membership | None = Membership.objects.on(on).filter(firm_id=firm_id).select_related("firm").first()
    return found


def feed_links(*, person: Person, about: Membership | Person) -> QuerySet[AccessLink]:
    """The person's living links to that feed: one, unless it was asked for twice at the same moment."""
    return AccessLink.objects.filter(
        purpose=AccessLink.Purpose.FEED,
        about=about._meta.label_lower,
        about_id=about.pk,
        person=person,
        revoked_at=None,
    ).order_by("pk")


def feed_link(*, person: Person, about: Membership | Person) -> AccessLink | None:
    """The person's living link to that feed, if it asked for one."""
    return feed_links(person=person, about=about).last()


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed shows: half-days released to a firm in a cluster, or of a person everywhere; `changed_at` is the last release."""

    title: str
    slots: list[ReleasedSlot]
    last_release: Release | None
    for_person: bool


def feed_of(link: AccessLink, *, on: date, start: date, end: date) -> Feed | None:
    """What the link's feed shows from `start` to `end`; None once whoever holds it no longer has the mandate or the role."""
    person = link.person
    if person is None:
        return None
    with scopes_disabled():
        if link.about == Person._meta.label_lower:
            if link.about_id != person.pk or not _holds(person, on, role=Role.EMPLOYEE):
                return None
            slots = list(released_slots(start, end, person=person).select_related("cluster"))
            title, released = str(person), Release.objects.filter(slots__person=person)
        else:
            member = Membership.objects.filter(pk=link.about_id).select_related("firm", "cluster").first()
            if member is None or not _holds(person, on, firm=member.firm, cluster=member.cluster):
                return None
            rows = released_slots(start, end, firm_ids=[member.firm_id]).filter(cluster=member.cluster)
            slots = list(rows.select_related("cluster"))
            title = f"{member.firm} · {member.cluster}"
            released = Release.objects.filter(cluster=member.cluster, calendar__releases__slots__firm=member.firm)
        return Feed(
            title, slots, released.order_by("-released_at", "-pk").first(), link.about == Person._meta.label_lower
        )


def _holds(
    person: Person, on: date, *, role: str = Role.MEMBER, firm: Firm | None = None, cluster: Cluster | None = None
) -> bool:
    mandates = Mandate.objects.on(on).filter(Q(firm=firm) if firm else Q(), person=person, role=role)
    return bool((mandates.filter(cluster=cluster) if cluster else mandates).exists())
