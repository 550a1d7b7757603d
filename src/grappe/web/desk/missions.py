"""Mission letters: a fixed share of somebody's time on a project paid by a grant; written, signed by link, ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from grappe.audit.deeds import Refused
from grappe.plans import actions, queries
from grappe.plans.models import MissionLetter
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk, url_to
from grappe.web.shared.forms import DayField, DeedForm, deed_key


class LetterForm(DeedForm):
    person = forms.ChoiceField(label=gettext_lazy("Qui"))
    project = forms.CharField(label=gettext_lazy("Projet"), max_length=120)
    funder = forms.CharField(label=gettext_lazy("Programme et référence"), max_length=200, required=False)
    share = forms.DecimalField(
        label=gettext_lazy("Part du temps, en %"), max_digits=6, decimal_places=2,
        help_text=gettext_lazy("De chaque mois, quel que soit le nombre d’heures : 40, ou 12,5."),
        localize=True,
    )  # fmt: skip
    first_day = DayField(label=gettext_lazy("Du"))
    last_day = DayField(label=gettext_lazy("Au (inclus)"))
    tasks = forms.CharField(label=gettext_lazy("Tâches"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in queries.shared_people()}
        self.fields["person"].choices = [(pk, str(person)) for pk, person in self.people.items()]


class EndForm(DeedForm):
    on = DayField(label=gettext_lazy("Ne vaut plus à partir du"), required=False)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def missions(request: SeatedRequest) -> HttpResponse:
    """The letters and where each is; a new one."""
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            letter = actions.write_mission_letter(
                by=request.user, cluster=request.seat.cluster, person=form.people[said["person"]], project=said["project"],
                funder=said["funder"], tasks=said["tasks"], share_bp=int(said["share"] * 100), first_day=said["first_day"],
                last_day=said["last_day"], key=form.key,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, f"{refused.message} {refused.remedy}")
        else:
            messages.success(
                request,
                _("La lettre de %(person)s est prête : relisez-la, puis demandez les signatures.")
                % {"person": letter.person.short_name},
            )
            return redirect(url_to(request, "desk:missions"))
    context = {
        "missions": queries.missions(queries.letters(), on=request.seat.on),
        "form": form,
        "has_people": bool(form.people),
        "deed_key": deed_key(),
    }
    return render(request, "desk/missions/list.html", context, status=400 if form.errors else 200)


@desk
@require_POST
def mission_sign(request: SeatedRequest, pk: int) -> HttpResponse:
    """Send the links to sign by."""
    letter = _letter(pk)
    actions.ask_mission_signatures(by=request.user, letter=letter, key=deed_key_of(request))
    messages.success(request, _("Chaque personne reçoit son lien pour lire et signer."))
    return redirect(url_to(request, "desk:missions"))


@desk
@require_POST
def mission_end(request: SeatedRequest, pk: int) -> HttpResponse:
    """Withdraw a letter not signed yet, or stop one that is."""
    letter, form = _letter(pk), EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Cette date n’est pas lisible. Choisissez-la dans le calendrier."))
        return redirect(url_to(request, "desk:missions"))
    try:
        ended = actions.end_mission_letter(
            by=request.user, letter=letter, on=form.cleaned_data["on"], key=deed_key_of(request)
        )
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.remedy}")
    else:
        messages.success(request, _("Noté : la lettre « %(project)s » s’arrête.") % {"project": ended.project})
    return redirect(url_to(request, "desk:missions"))


def _letter(pk: int) -> MissionLetter:
    found = queries.letter_numbered(pk)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("heures/lettres/", missions, name="missions"),
    path("heures/lettres/<int:pk>/signatures/", mission_sign, name="mission_sign"),
    path("heures/lettres/<int:pk>/arreter/", mission_end, name="mission_end"),
]
