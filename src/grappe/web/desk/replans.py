"""After an absence: the new plan beside the month, accepted or not; half-days entrusted to someone else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from grappe.audit.deeds import Refused
from grappe.people.models import Person
from grappe.plans import actions, gateway, moves, queries, words
from grappe.plans.models import Calendar
from grappe.plans.rules import conflicts
from grappe.web.desk.calendars import asked_calendar
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk, url_to
from grappe.web.shared.forms import DeedForm, deed_key


class AcceptForm(DeedForm):
    solve = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("Un mot avec la nouvelle version"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    agreed = forms.CharField(
        label=gettext_lazy("Accord donné de vive voix"),
        help_text=gettext_lazy("Quand et comment : « au téléphone, ce matin »."),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, asks: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["agreed"]


@desk
def replan(request: SeatedRequest, pk: int) -> HttpResponse:
    """What no longer stands, the new plan beside it, and who might take a half-day over; asked for by a POST."""
    calendar = asked_calendar(pk)
    if request.method == "POST":
        try:
            actions.ask_replan(by=request.user, calendar=calendar, key=deed_key_of(request))
        except Refused as refused:
            messages.error(request, f"{refused.message} {refused.remedy}")
            return redirect(url_to(request, "desk:calendar", pk))
        return redirect(url_to(request, "desk:calendar_replan", pk))
    return _page(request, calendar)


def _page(request: SeatedRequest, calendar: Calendar, *, refused: Refused | None = None) -> HttpResponse:
    on = request.seat.on
    facts = queries.facts_of(calendar)
    solve = queries.last_replan(calendar)
    lost = conflicts(facts)
    over = solve is not None and solve.is_over
    found = queries.replan_of(calendar, facts, solve) if solve is not None and over and lost else None
    released = queries.last_release(calendar)
    notices = _notices(calendar, released, found, on) if found is not None else []
    asks = any(not notice.is_agreed for notice in notices)
    context = {
        "calendar": calendar,
        "pool": calendar.pool,
        "lost": [(half, facts.engaged[held.firm_id].name if held.firm_id in facts.engaged else held.where, why)
                 for half, held, why in lost],
        "solving": solve if solve is not None and not over else None,
        "solve": solve,
        "clash": gateway.clash_words(solve.result, facts) if solve and over and solve.result and found is None else [],
        "found": found,
        "notices": notices,
        "next_version": released.number + 1 if released else 1,
        "to_replace": queries.to_replace(calendar, facts, on=on),
        "entrusted": queries.entrusted(calendar),
        "form": AcceptForm(asks=asks, initial={"solve": solve.pk if solve else 0}),
        "refused": refused,
        "deed_key": deed_key(),
    }  # fmt: skip
    return render(request, "desk/calendars/replan.html", context, status=409 if refused else 200)


def _notices(calendar: Calendar, released: Any, found: queries.Replan, on: Any) -> list[queries.ShortNotice]:
    """What accepting would change too soon for whoever works it, read against the last version."""
    if released is None:
        return []
    before = moves.places(released.slots.select_related("firm", "person"))
    return queries.short_notices(calendar, before, found.places, on=on)


@desk
@require_GET
def replan_progress(request: SeatedRequest, pk: int) -> HttpResponse:
    calendar = asked_calendar(pk)
    solve = queries.last_replan(calendar)
    if solve is None or solve.is_over:
        here = url_to(request, "desk:calendar_replan", pk)
        return HttpResponseClientRedirect(here) if getattr(request, "htmx", False) else redirect(here)
    return render(request, "desk/calendars/_replanning.html", {"calendar": calendar, "solving": solve})


@desk
@require_POST
def replan_accept(request: SeatedRequest, pk: int) -> HttpResponse:
    """The new plan takes the month's place; sent out as a new version unless asked otherwise."""
    calendar, form = asked_calendar(pk), AcceptForm(request.POST)
    solve = queries.last_replan(calendar)
    if not form.is_valid() or solve is None or solve.pk != form.cleaned_data["solve"]:
        return redirect(url_to(request, "desk:calendar_replan", pk))
    said, send = form.cleaned_data, "send" in request.POST
    try:
        actions.accept_replan(
            by=request.user, calendar=calendar, solve=solve, send=send, words=said["words"], agreed=said["agreed"],
            key=form.key,
        )  # fmt: skip
    except Refused as refused:
        return _page(request, asked_calendar(pk), refused=refused)
    month = {"month": words.month_name(calendar.month)}
    if send:
        messages.success(request, _("Le nouveau calendrier de %(month)s est diffusé ; chacun est prévenu.") % month)
    else:
        messages.success(request, _("Le brouillon de %(month)s est à jour ; il reste à le diffuser.") % month)
    return redirect(url_to(request, "desk:calendar", pk))


class EntrustForm(DeedForm):
    slot = forms.IntegerField()
    person = forms.IntegerField()


@desk
@require_POST
def entrust(request: SeatedRequest, pk: int) -> HttpResponse:
    """A half-day to someone else of the group, or back to the post's person."""
    calendar, form = asked_calendar(pk), EntrustForm(request.POST)
    slot = (
        calendar.slots.filter(pk=form.cleaned_data["slot"]).select_related("firm", "calendar").first()
        if form.is_valid()
        else None
    )
    person = _person(calendar, form.cleaned_data["person"], request) if slot is not None else None
    if slot is None or person is None:
        return redirect(url_to(request, "desk:calendar_replan", pk))
    try:
        actions.entrust(by=request.user, slot=slot, person=person, key=form.key)
    except Refused as refused:
        return _page(request, calendar, refused=refused)
    named = {"firm": slot.firm, "when": words.half_day(slot.day, slot.part), "person": person.short_name}
    messages.success(
        request, _("%(firm)s, %(when)s : confiée à %(person)s. Il reste à diffuser le calendrier.") % named
    )
    return redirect(url_to(request, "desk:calendar_replan", pk))


def _person(calendar: Calendar, pk: int, request: SeatedRequest) -> Person | None:
    if calendar.pool.person_id == pk:
        return calendar.pool.person
    people = queries.skilled_people(calendar.pool, on=request.seat.on)
    return next((person for person in people if person.pk == pk), None)


urlpatterns = [
    path("calendriers/<int:pk>/replanifier/", replan, name="calendar_replan"),
    path("calendriers/<int:pk>/replanifier/calcul/", replan_progress, name="replan_progress"),
    path("calendriers/<int:pk>/replanifier/accepter/", replan_accept, name="replan_accept"),
    path("calendriers/<int:pk>/confier/", entrust, name="calendar_entrust"),
]
