"""Days off of the shared people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from grappe.audit.deeds import Refused
from grappe.people.models import Person
from grappe.plans import actions, queries, words
from grappe.plans.enums import AbsenceKind
from grappe.plans.models import Absence
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.forms import DayField, DeedForm, deed_key


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
    """Days off of the shared people, to come; and one more."""
    people = queries.shared_people()
    form = AbsenceForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person = next(person for person in people if str(person.pk) == said["person"])
        try:
            actions.record_absence(
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
            form.add_error("last_day", refused.message)
        else:
            named = {"person": person.short_name, "span": words.span(said["first_day"], said["last_day"])}
            messages.success(request, _("%(person)s : absence %(span)s.") % named)
            return redirect(_url(request, "absences"))
    rows = queries.absences(since=request.seat.on)
    context = {"absences": rows, "people": people, "form": form, "deed_key": deed_key()}
    return render(request, "desk/calendars/absences.html", context, status=400 if form.errors else 200)


@desk
@require_POST
def absence_cancel(request: SeatedRequest, pk: int) -> HttpResponse:
    absence = Absence.objects.filter(pk=pk).select_related("person").first()
    if absence is not None:
        actions.cancel_absence(by=request.user, absence=absence)
        named = {"person": absence.person.short_name, "span": words.span(absence.first_day, absence.last_day)}
        messages.success(request, _("%(person)s : absence %(span)s, annulée.") % named)
    return redirect(_url(request, "absences"))


def _url(request: SeatedRequest, name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=[request.seat.cluster.slug, *args])


urlpatterns = [
    path("absences/", absences, name="absences"),
    path("absences/<int:pk>/annuler/", absence_cancel, name="absence_cancel"),
]
