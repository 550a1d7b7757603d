"""The shared employee's days off on a phone: what is left, asking, what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
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
from grappe.plans import actions, queries, words
from grappe.plans.enums import AbsenceKind
from grappe.plans.leave import Counted
from grappe.plans.models import Absence, LeaveRequest
from grappe.web.shared.doors import SeatedRequest, staff, url_to
from grappe.web.shared.forms import DayField, DeedForm, deed_key

SHOWN_BACK = timedelta(days=400)


class LeaveForm(DeedForm):
    first_day = DayField(label=gettext_lazy("Premier jour d’absence"))
    last_day = DayField(label=gettext_lazy("Dernier jour d’absence"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Pour"),
        choices=[(kind.value, kind.label) for kind in actions.ASKABLE],
        initial=AbsenceKind.LEAVE,
    )
    words = forms.CharField(label=gettext_lazy("Un mot"), max_length=200, required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_day", "last_day"):
            self.fields[name].widget.attrs["min"] = on.isoformat()


@dataclass(frozen=True, slots=True)
class Asked:
    request: LeaveRequest
    counted: Counted


@dataclass(frozen=True, slots=True)
class Off:
    absence: Absence
    counted: Counted


@staff
def leave(request: SeatedRequest) -> HttpResponse:
    """What is left in both units, the form to ask, the requests and the days off."""
    seat, me = request.seat, request.user
    form = LeaveForm(request.POST if request.method == "POST" else None, on=seat.on)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.ask_leave(
                by=me, cluster=seat.cluster, kind=said["kind"], first_day=said["first_day"], last_day=said["last_day"],
                words=said["words"], key=form.key,
            )  # fmt: skip
        except Refused as refused:
            form.add_error("last_day", f"{refused.message} {refused.remedy}")
        else:
            named = {"span": words.span(made.first_day, made.last_day)}
            messages.success(request, _("Demande envoyée : %(span)s. Vous serez prévenu de la réponse.") % named)
            return redirect(url_to(request, "staff:leave"))
    since = seat.on - SHOWN_BACK
    asked = [
        Asked(row, _counted(request, row)) for row in queries.leave_requests(person=me).filter(last_day__gte=since)
    ]
    off = queries.absences(since=since).filter(person=me, request=None).order_by("-first_day")
    context = {
        "form": form,
        "balance": queries.leave_balance(me, cluster=seat.cluster, on=seat.on),
        "asked": asked,
        "off": [Off(row, _counted(request, row)) for row in off],
        "deed_key": deed_key(),
    }
    return render(request, "staff/leave/leave.html", context, status=400 if form.errors else 200)


def _counted(request: SeatedRequest, row: LeaveRequest | Absence) -> Counted:
    return queries.days_counted(request.seat.cluster, row.first_day, row.last_day)


@staff
@require_POST
def withdraw(request: SeatedRequest, pk: int) -> HttpResponse:
    found = queries.leave_requests(person=request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        actions.withdraw_leave(by=request.user, request=found)
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
    else:
        messages.success(
            request, _("Demande retirée : %(span)s.") % {"span": words.span(found.first_day, found.last_day)}
        )
    return redirect(url_to(request, "staff:leave"))


urlpatterns = [
    path("conges/", leave, name="leave"),
    path("conges/<int:pk>/retirer/", withdraw, name="leave_withdraw"),
]
