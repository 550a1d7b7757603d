"""Days off of the shared people: requests to answer, what each has left, absences to come."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from grappe.audit.deeds import Refused
from grappe.people.models import Person
from grappe.plans import actions, queries, words
from grappe.plans.enums import AbsenceKind, LeaveState
from grappe.plans.leave import Balance, Counted
from grappe.plans.models import Absence, LeaveRequest
from grappe.web.shared.doors import SeatedRequest, desk, url_to
from grappe.web.shared.forms import DayField, DeedForm, deed_key


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request with what it takes, and the days left once it is granted (None: it is no paid leave)."""

    request: LeaveRequest
    counted: Counted
    left_after: Fraction | None


class AbsenceForm(DeedForm):
    person = forms.ChoiceField(label=gettext_lazy("Qui"))
    kind = forms.ChoiceField(label=gettext_lazy("Quoi"), choices=AbsenceKind.choices)
    first_day = DayField(label=gettext_lazy("Premier jour"))
    last_day = DayField(label=gettext_lazy("Dernier jour compris"))
    words = forms.CharField(label=gettext_lazy("Précision"), max_length=200, required=False)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(person.pk), str(person)) for person in people]


@desk
def absences(request: SeatedRequest) -> HttpResponse:
    """Requests that wait, what each person has left, days off to come; and one more."""
    people = queries.shared_people()
    form = AbsenceForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = next(person for person in people if str(person.pk) == said["person"])
        try:
            made = actions.record_absence(
                by=request.user,
                cluster=request.seat.cluster,
                person=person,
                kind=said["kind"],
                first_day=said["first_day"],
                last_day=said["last_day"],
                words=said["words"],
                key=form.key,
            )
        except Refused as refused:
            form.add_error("last_day", f"{refused.message} {refused.remedy}")
        else:
            named = {"person": person.short_name, "span": words.span(said["first_day"], said["last_day"])}
            messages.success(request, _("%(person)s : absence %(span)s.") % named)
            return _on(request, made)
    on = request.seat.on
    balances = queries.balances(people, cluster=request.seat.cluster, on=on)
    context = {
        "waiting": [_waiting(request, row, balances) for row in queries.requests_waiting()],
        "balances": [(person, balances[person.pk]) for person in people if person.pk in balances],
        "to_inform": queries.to_inform(on=on),
        "absences": queries.absences(since=on).order_by("first_day", "pk"),
        "people": people,
        "form": form,
        "deed_key": deed_key(),
    }
    return render(request, "desk/calendars/absences.html", context, status=400 if form.errors else 200)


def _waiting(request: SeatedRequest, row: LeaveRequest, balances: dict[int, Balance]) -> Waiting:
    taken = queries.days_counted(request.seat.cluster, row.first_day, row.last_day)
    balance = balances.get(row.person_id)
    if row.kind != AbsenceKind.LEAVE or balance is None:
        return Waiting(row, taken, None)
    return Waiting(row, taken, balance.left - taken.working)


@desk
@require_POST
def absence_cancel(request: SeatedRequest, pk: int) -> HttpResponse:
    absence = Absence.objects.filter(pk=pk).select_related("person").first()
    if absence is not None:
        actions.cancel_absence(by=request.user, absence=absence)
        named = {"person": absence.person.short_name, "span": words.span(absence.first_day, absence.last_day)}
        messages.success(request, _("%(person)s : absence %(span)s, annulée.") % named)
    return redirect(url_to(request, "desk:absences"))


@desk
@require_POST
def absence_inform(request: SeatedRequest, pk: int) -> HttpResponse:
    """After an illness, the person is told what leave it has left."""
    absence = Absence.objects.filter(pk=pk).select_related("person").first()
    if absence is None:
        raise Http404
    try:
        actions.inform_of_leave(by=request.user, absence=absence, on=request.seat.on)
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
    else:
        messages.success(
            request,
            _("%(person)s sait maintenant ce qu’il lui reste de congés ; les quinze mois courent d’aujourd’hui.")
            % {"person": absence.person.short_name},
        )
    return redirect(url_to(request, "desk:absences"))


class RefusalForm(DeedForm):
    words = forms.CharField(label=gettext_lazy("Pourquoi"), max_length=200, required=False)


@desk
@require_POST
def leave_grant(request: SeatedRequest, pk: int) -> HttpResponse:
    asked = _asked(pk)
    try:
        made = actions.grant_leave(by=request.user, request=asked)
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
        return redirect(url_to(request, "desk:absences"))
    named = {"person": made.person.short_name, "span": words.span(made.first_day, made.last_day)}
    messages.success(request, _("Accordé : %(person)s, absence %(span)s.") % named)
    return _on(request, made.absence)


def _on(request: SeatedRequest, absence: Absence | None) -> HttpResponse:
    """To the new plan of the first month that the absence upsets, else back to the absences."""
    upset = queries.to_replan(absence, on=request.seat.on) if absence is not None else []
    return redirect(url_to(request, "desk:calendar_replan", upset[0].pk) if upset else url_to(request, "desk:absences"))


@desk
@require_POST
def leave_refuse(request: SeatedRequest, pk: int) -> HttpResponse:
    asked, form = _asked(pk), RefusalForm(request.POST)
    try:
        made = actions.refuse_leave(
            by=request.user, request=asked, words=form.cleaned_data["words"] if form.is_valid() else ""
        )
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
    else:
        named = {"person": made.person.short_name, "span": words.span(made.first_day, made.last_day)}
        if made.state == LeaveState.REFUSED:
            messages.success(request, _("Refusé : %(person)s, absence %(span)s. La raison lui est écrite.") % named)
    return redirect(url_to(request, "desk:absences"))


def _asked(pk: int) -> LeaveRequest:
    found = queries.leave_requests().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("absences/", absences, name="absences"),
    path("absences/<int:pk>/annuler/", absence_cancel, name="absence_cancel"),
    path("absences/<int:pk>/informer/", absence_inform, name="absence_inform"),
    path("absences/demandes/<int:pk>/accorder/", leave_grant, name="leave_grant"),
    path("absences/demandes/<int:pk>/refuser/", leave_refuse, name="leave_refuse"),
]
