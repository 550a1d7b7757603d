"""The facts of a month, and where each calendar is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django_scopes import scopes_disabled

from grappe.clusters.cells import fold
from grappe.people.models import Person
from grappe.plans import words
from grappe.plans.models import Calendar, Hours, Release, ReleasedSlot, Slot
from grappe.plans.queries.absences import away_days
from grappe.plans.queries.sites import holidays_at, place_of, sites_of
from grappe.plans.queries.wishes import asked_of
from grappe.plans.queries.years import targets_of
from grappe.plans.rules import Engaged, Facts, Half, Held, month_after
from grappe.plans.travel import Place, journeys
from grappe.pools.models import Commitment, Pool
from grappe.pools.queries import commitments_of, running_posts


def calendars() -> QuerySet[Calendar]:
    found: QuerySet[Calendar] = Calendar.objects.select_related("pool", "pool__person", "cluster", "solve")
    return found


def calendar_numbered(pk: int) -> Calendar | None:
    return calendars().filter(pk=pk).first()


def facts_of(calendar: Calendar, *, laid_out: bool = True) -> Facts:
    """All that bears on the month of a post. Slots and absences of the person are read in every cluster; what another cluster
    knows stays there: only that the half-day is taken, or the day off, comes through. `laid_out`: with the year's counts."""
    pool, month = calendar.pool, calendar.month
    end = month_after(month)
    person = pool.person
    worked = Hours.objects.filter(person=person, day__gte=month, day__lt=end, minutes__gt=0)
    engaged = _engaged(pool, month, end)
    held, places = _held(calendar, person, month, end)
    everywhere, at_sites = holidays_at(calendar.cluster, list(engaged), month, end)
    places |= sites_of(engaged)
    return Facts(
        month=month,
        person=words.first_name(person) if person else "",
        engaged=engaged,
        held=held,
        holidays=everywhere,
        away=away_days(person, month, end, cluster_id=calendar.cluster_id) if person else (),
        asked=asked_of(pool, month, end),
        worked={(hours.day, hours.part): hours.signed_at is not None for hours in worked},
        ends_on=pool.ends_on,
        off_at=at_sites,
        travel=journeys(places),
        targets=targets_of(pool, month) if laid_out else {},
        substituted=_substituted(calendar, person) if calendar.pk else (),
    )


def _engaged(pool: Pool, month: date, end: date) -> dict[int, Engaged]:
    """Commitments in force in the month, by firm id in the order of names; one accepted anew counts from the month's first day."""
    at_start = commitments_of(pool, on=month)
    latest: dict[int, Commitment] = {**at_start, **commitments_of(pool, on=end - timedelta(days=1))}
    rows = sorted(pool.parts.select_related("firm"), key=lambda part: (fold(part.firm.name), part.firm_id))
    parts = {part.firm_id: part for part in rows}
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


def _substituted(calendar: Calendar, person: Person | None) -> tuple[tuple[Half, Held], ...]:
    """The calendar's half-days that someone else than the post's person works."""
    rows = calendar.slots.select_related("firm", "person")
    return tuple(
        ((slot.day, slot.part), Held(slot.pk, slot.firm_id, slot.firm.name, True, slot.by_hand, slot.person.short_name))
        for slot in (rows.exclude(person=person) if person is not None else rows)
    )


def _held(
    calendar: Calendar, person: Person | None, month: date, end: date
) -> tuple[dict[Half, Held], dict[int, Place | None]]:
    """The person's half-days in every cluster, and where those firms are."""
    if person is None:
        return {}, {}
    with scopes_disabled():
        slots = list(Slot.objects.filter(person=person, day__gte=month, day__lt=end).select_related("firm"))
    places = {slot.firm_id: place_of(slot.firm) for slot in slots}
    return {
        (slot.day, slot.part): Held(
            slot_id=slot.pk,
            firm_id=slot.firm_id,
            where=slot.firm.name if slot.cluster_id == calendar.cluster_id else "",
            mine=slot.calendar_id == calendar.pk,
            by_hand=slot.by_hand,
        )
        for slot in slots
    }, places


def facts_as_released(facts: Facts, release: Release) -> Facts:
    """The same month with the half-days of a version in place of the living ones; its slots come prefetched with their firms."""
    mine = [slot for slot in release.slots.all() if slot.person_id == release.calendar.pool.person_id]
    held = {
        (slot.day, slot.part): Held(slot.pk, slot.firm_id, slot.firm.name, mine=True, by_hand=False) for slot in mine
    }
    others = tuple(
        ((slot.day, slot.part), Held(slot.pk, slot.firm_id, slot.firm.name, True, False, slot.person.short_name))
        for slot in release.slots.all()
        if slot not in mine
    )
    return replace(facts, held=held, substituted=others)


def month_slots(month: date) -> list[Slot]:
    """Every half-day of the cluster's running posts in the month, draft or released."""
    rows = Slot.objects.filter(calendar__month=month, calendar__pool__in=running_posts())
    return list(rows.select_related("firm", "person", "calendar"))


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
    living = _slots_by(
        Slot.objects.filter(calendar__in=found).values_list("calendar_id", "day", "part", "firm_id", "person_id")
    )
    versions = dict(
        Release.objects.filter(calendar__in=found).values_list("calendar_id").annotate(version=Max("number")).order_by()
    )
    newest = Release.objects.filter(calendar=OuterRef("release__calendar")).order_by("-number").values("pk")[:1]
    frozen = _slots_by(
        ReleasedSlot.objects.filter(release__calendar__in=found, release=Subquery(newest)).values_list(
            "release__calendar_id", "day", "part", "firm_id", "person_id"
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
