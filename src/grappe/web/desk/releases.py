"""A month sent out: before it goes, and what was sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.plans import actions, grids, moves, queries, words
from grappe.plans.models import Calendar, Release
from grappe.web.desk.calendars import asked_calendar, looks, moved_since
from grappe.web.shared.doors import SeatedRequest, desk, url_to
from grappe.web.shared.forms import DeedForm, deed_key


class ReleaseForm(DeedForm):
    words = forms.CharField(
        label=gettext_lazy("Un mot avec le calendrier"),
        help_text=gettext_lazy("Il sera dans la lettre à chacun."),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agreed = forms.CharField(
        label=gettext_lazy("Accord donné de vive voix"),
        help_text=gettext_lazy("Quand et comment : « au téléphone, ce matin ». Il est gardé avec la version."),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["agreed"]


@desk
def calendar_release(request: SeatedRequest, pk: int) -> HttpResponse:
    """Before numbering and freezing: what goes out, what moved, who is written to."""
    calendar = asked_calendar(pk)
    released = queries.last_release(calendar)
    notices = notices_of(calendar, released, request.seat.on)
    asks = any(not notice.is_agreed and not notice.is_refused for notice in notices)
    form = ReleaseForm(request.POST if request.method == "POST" else None, asks=asks)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = actions.release(
            by=request.user, calendar=calendar, words=said["words"], agreed=said.get("agreed", ""), key=form.key
        )
        named = {"month": words.month_name(calendar.month), "number": made.number}
        messages.success(request, _("Le calendrier de %(month)s est diffusé, version %(number)s.") % named)
        return redirect(url_to(request, "desk:calendar", pk))
    facts = queries.facts_of(calendar)
    moved = moved_since(calendar, released) if released else []
    grid = grids.month_grid(facts, today=request.seat.on, moves=moved, load=queries.workload_of(calendar))
    context = {
        "calendar": calendar, "pool": calendar.pool, "grid": grid, "released": released, "moved": moved, "form": form,
        "next_version": released.number + 1 if released else 1, "written_to": _written_to(grid, released, moved),
        **looks(facts),
        "notices": notices, "asks": asks, "deed_key": deed_key(),
        "can_release": not grid.conflicts and bool(moved if released else grid.placed),
    }  # fmt: skip
    return render(request, "desk/calendars/release.html", context)


def notices_of(calendar: Calendar, released: Release | None, on: date) -> list[queries.ShortNotice]:
    """The changes since the last version that come sooner than the law's notice."""
    if released is None:
        return []
    before = moves.places(released.slots.select_related("firm", "person"))
    return queries.short_notices(calendar, before, moves.places(calendar.slots.select_related("firm", "person")), on=on)


@desk
@require_POST
def calendar_consent(request: SeatedRequest, pk: int) -> HttpResponse:
    """Ask the people concerned whether they agree to a change at short notice."""
    try:
        actions.ask_consent(by=request.user, calendar=asked_calendar(pk))
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
    else:
        messages.success(request, _("La demande est partie : la réponse apparaîtra ici, avec sa date."))
    return redirect(url_to(request, "desk:calendar_release", pk))


def _written_to(grid: grids.MonthGrid, released: Any, moved: list[moves.Move]) -> list[str]:
    if released is None:
        return [line.firm.name for line in grid.lines if line.placed]
    return sorted({move.firm for move in moved})


@desk
@require_GET
def calendar_versions(request: SeatedRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The versions released, what moved from each to the next, and one of them on the grid."""
    calendar = asked_calendar(pk)
    versions = queries.releases(calendar)
    if not versions:
        if number is not None:
            raise Http404
        return render(request, "desk/calendars/versions.html", {"calendar": calendar, "pool": calendar.pool})
    shown = next((v for v in versions if v.number == (number or versions[-1].number)), None)
    if shown is None:
        raise Http404
    steps = []
    before: list[moves.Place] = []
    for version in versions:
        after = moves.places(version.slots.all())
        steps.append((version, moves.moves_between(before, after) if before or version.number > 1 else [], len(after)))
        before = after
    moved = next(found for version, found, _count in steps if version == shown)
    facts = queries.facts_as_released(queries.facts_of(calendar), shown)
    context = {
        "calendar": calendar, "pool": calendar.pool, "steps": list(reversed(steps)), "shown": shown, "moved": moved,
        "grid": grids.month_grid(facts, today=request.seat.on, moves=moved, unmet=False),
        **looks(facts),
    }  # fmt: skip
    return render(request, "desk/calendars/versions.html", context)


urlpatterns = [
    path("calendriers/<int:pk>/diffuser/", calendar_release, name="calendar_release"),
    path("calendriers/<int:pk>/accord/", calendar_consent, name="calendar_consent"),
    path("calendriers/<int:pk>/versions/", calendar_versions, name="calendar_versions"),
    path("calendriers/<int:pk>/versions/<int:number>/", calendar_versions, name="calendar_version"),
]
