"""What a person works over all firms and clusters, as the law counts it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django_scopes import scopes_disabled

from grappe.clusters.models import Firm
from grappe.people.models import Person
from grappe.plans.gateway import Worked, Workload, rules
from grappe.plans.models import HALF_DAY_MINUTES, Calendar, Hours, Slot
from grappe.plans.queries.sites import place_of
from grappe.plans.rules import Half, month_after

AVERAGED = timedelta(weeks=12)  # the longest time over which the law looks


def workload_of(calendar: Calendar) -> Workload:
    """All that the post's person works around the month, over every employer, and the law of those days. Four queries."""
    person = calendar.pool.person
    if person is None:
        return Workload()
    return Workload(tuple(worked_halves(person, calendar.month, month_after(calendar.month))), tuple(rules()))


def worked_halves(person: Person, start: date, end: date, *, but: Iterable[int] = ()) -> list[Worked]:
    """Each half-day from twelve weeks before `start` to twelve weeks after `end`: as noted, else as placed. Three queries.

    `but`: slots left out, because they are about to move.
    """
    first, last, out = start - AVERAGED, end + AVERAGED, set(but)
    with scopes_disabled():
        slots = Slot.objects.filter(person=person, day__gte=first, day__lt=last)
        placed = {
            (day, part): (HALF_DAY_MINUTES, firm_id)
            for pk, day, part, firm_id in slots.values_list("pk", "day", "part", "firm_id")
            if pk not in out
        }
        rows = Hours.objects.filter(person=person, day__gte=first, day__lt=last).order_by("revision")
        noted: dict[Half, tuple[int, int]] = {
            (day, part): (minutes, firm_id)
            for day, part, minutes, firm_id in rows.values_list("day", "part", "minutes", "firm_id")
        }
        halves = placed | noted
        firms = Firm.objects.in_bulk({firm_id for _minutes, firm_id in halves.values()})
    return [
        Worked(day, part, minutes, firm_id, place_of(firms[firm_id]))
        for (day, part), (minutes, firm_id) in sorted(halves.items())
    ]
