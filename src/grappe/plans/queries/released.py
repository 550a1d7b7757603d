"""What was sent out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from grappe.people.models import Person
from grappe.plans.models import Calendar, Release, ReleasedSlot


def last_release(calendar: Calendar) -> Release | None:
    found: Release | None = calendar.releases.order_by("-number").first()
    return found


def releases(calendar: Calendar) -> list[Release]:
    """The versions of a calendar with their slots, oldest first."""
    found = calendar.releases.select_related("released_by", "calendar__pool")
    return list(found.prefetch_related("slots__firm", "slots__person").order_by("number"))


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
