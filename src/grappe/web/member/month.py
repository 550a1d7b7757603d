"""A firm's month: who is there, half-day by half-day, as it was last released; to print."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from grappe.plans import queries
from grappe.plans.rules import month_after
from grappe.web.shared.calendars import Half, Lane, Slot, layout, tone
from grappe.web.shared.doors import SeatedRequest, member

YEARS_AROUND = 2


@member
@require_GET
def month(request: SeatedRequest) -> HttpResponse:
    """The month of `?mois=2026-11`, this one by default."""
    on = request.seat.on
    first = _month(request.GET.get("mois", ""), on)
    end = month_after(first)
    slots = list(queries.released_slots(first, end, firm_ids=request.seat.firm_ids))
    people = sorted({(str(slot.person), slot.person_id) for slot in slots})
    tones = {pk: tone(rank) for rank, (_name, pk) in enumerate(people)}
    halves: dict[Half, Slot] = {}
    for slot in slots:
        there = halves.get((slot.day, slot.part))
        name = slot.person.short_name
        label = f"{there.label}, {name}" if there else name
        halves[slot.day, slot.part] = Slot("firm", label, tone=tones[slot.person_id])
    off = queries.holidays_between(request.seat.cluster, first, end)
    before = (first.replace(day=1) - date.resolution).replace(day=1)
    context = {
        "month": first,
        "before": before,
        "after": end,
        "is_now": first == on.replace(day=1),
        "count": len(slots),
        "people": [name for name, _pk in people],
        "grid": layout(first, [Lane("", halves)], holidays=off, today=on) if slots else None,
    }
    return render(request, "member/month/month.html", context)


def _month(text: str, on: date) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return on.replace(day=1)
    return found if abs(found.year - on.year) <= YEARS_AROUND else on.replace(day=1)


urlpatterns = [path("mois/", month, name="month")]
