"""A survey at the desk: whom it is sent to, who has answered, who is reminded; a need refused or reopened; a proof read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grappe.audit.deeds import Refused
from grappe.clusters.models import Firm
from grappe.clusters.queries import people_of_firms
from grappe.needs import actions, queries
from grappe.needs.models import Need, Survey
from grappe.web.shared.doors import SeatedRequest, asked_id, deed_key_of, desk, url_to
from grappe.web.shared.forms import DeedForm, deed_key
from grappe.web.shared.listing import listing

STATES = {
    "": gettext_lazy("Toutes"),
    "attendues": gettext_lazy("Attendues"),
    "repondu": gettext_lazy("Ont répondu"),
    "a-solliciter": gettext_lazy("Pas encore sollicitées"),
    "sans-adresse": gettext_lazy("Sans personne"),
}
FILTERS: dict[str, dict[str, Any]] = {
    "attendues": {"asked_at__isnull": False, "answered": False},
    "repondu": {"answered": True},
    "a-solliciter": {"asked_at": None, "answered": False, "has_people": True},
    "sans-adresse": {"asked_at": None, "answered": False, "has_people": False},
}


def survey_or_404(pk: int) -> Survey:
    found = queries.surveys().filter(pk=pk).select_related("cluster").first()
    if found is None:
        raise Http404
    return found


# ---------------------------------------------------------------- who is asked, who has answered


@desk
@require_GET
def survey_answers(request: SeatedRequest, pk: int) -> HttpResponse:
    """The members: asked or not, heard or not; the links to send, the firms to remind."""
    return _answers_page(request, survey_or_404(pk))


def _answers_page(request: SeatedRequest, survey: Survey, refused: Refused | None = None) -> HttpResponse:
    on = request.seat.on
    found = queries.responses(survey, on=on)
    state = request.GET.get("etat", "")
    state = state if state in STATES else ""
    rows = listing(
        request,
        found.filter(**FILTERS.get(state, {})),
        sorts={"nom": ("by_name", "firm_id"), "reponse": ("answered_at", "by_name", "firm_id")},
        default="nom",
    )
    people = people_of_firms([row.firm_id for row in rows], on=on)
    url = url_to(request, "desk:survey_answers", survey.pk)
    context = {
        "survey": survey,
        "turnout": queries.turnout(survey, on=on),
        "rows": rows,
        "people": people,
        "state": state,
        "tabs": [
            {"label": label, "url": f"{url}?etat={key}" if key else url, "current": key == state}
            for key, label in STATES.items()
        ],
        "deed_key": deed_key(),
        "refused": refused,
    }
    return render(request, "desk/needs/answers.html", context, status=409 if refused else 200)


@desk
@require_POST
def survey_ask(request: SeatedRequest, pk: int) -> HttpResponse:
    """Send the link to the firms ticked, or to all those not asked yet; an address may be given for a firm without anyone."""
    survey, on = survey_or_404(pk), request.seat.on
    members = queries.responses(survey, on=on)
    try:
        addresses = _addresses(request)
        if "everyone" in request.POST:
            chosen = members.filter(asked_at=None, answered=False)
        else:
            ticked = {asked_id(text) for text in request.POST.getlist("firm")} - {None}
            chosen = members.filter(firm_id__in=[*ticked, *addresses])
        firms = [row.firm for row in chosen]
        if not firms:
            raise Refused(_("Aucune structure n’est cochée."), _("Cochez celles à qui envoyer le lien."))
        before = queries.turnout(survey, on=on).asked
        actions.ask_firms(
            by=request.user,
            survey=survey,
            firms=firms,
            addresses=addresses,
            on=on,
            key=deed_key_of(request),
        )
    except Refused as refused:
        return _answers_page(request, survey, refused)
    sent = queries.turnout(survey, on=on).asked - before
    said = ngettext("Le lien est parti vers %(n)s structure.", "Le lien est parti vers %(n)s structures.", sent)
    messages.success(request, said % {"n": sent})
    return redirect(url_to(request, "desk:survey_answers", pk))


def _addresses(request: SeatedRequest) -> dict[int, str]:
    """firm id -> the address written for it. Raises Refused on one that is none."""
    field, found = forms.EmailField(), {}
    for name, text in request.POST.items():
        firm_id = asked_id(name.removeprefix("address-")) if name.startswith("address-") else None
        if firm_id is None or not text.strip():
            continue
        try:
            found[firm_id] = field.clean(text)
        except forms.ValidationError:
            firm = Firm.objects.filter(pk=firm_id).first()
            said = {"text": text[:100], "firm": firm or ""}
            raise Refused(_("« %(text)s », pour %(firm)s, n’est pas une adresse.") % said, _("Corrigez-la.")) from None
    return found


@desk
@require_POST
def survey_remind(request: SeatedRequest, pk: int) -> HttpResponse:
    """Write again to those who have not answered."""
    survey = survey_or_404(pk)
    try:
        actions.remind_survey(by=request.user, survey=survey, on=request.seat.on, key=deed_key_of(request))
    except Refused as refused:
        return _answers_page(request, survey, refused)
    messages.success(request, _("Un rappel est parti vers celles qui n’ont pas répondu."))
    return redirect(url_to(request, "desk:survey_answers", pk))


# ---------------------------------------------------------------- a need refused, reopened


class RefuseForm(DeedForm):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 400}),
        help_text=gettext_lazy("La structure lira cette phrase, et la recevra par courriel."),
    )


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def need_refuse(request: SeatedRequest, pk: int) -> HttpResponse:
    """Say to a firm that its need will not be served, and why."""
    need = _need(pk)
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.refuse_need(by=request.user, need=need, reason=form.cleaned_data["reason"], key=form.key)
        messages.success(request, _("%(firm)s lira pourquoi.") % {"firm": need.firm})
        return redirect(url_to(request, "desk:survey", need.survey_id))
    context = {"need": need, "form": form}
    return render(request, "desk/needs/need_refuse.html", context, status=400 if form.errors else 200)


@desk
@require_POST
def need_reopen(request: SeatedRequest, pk: int) -> HttpResponse:
    need = actions.reopen_need(by=request.user, need=_need(pk), key=deed_key_of(request))
    messages.success(request, _("Le besoin de %(firm)s attend de nouveau.") % {"firm": need.firm})
    return redirect(url_to(request, "desk:survey", need.survey_id))


def _need(pk: int) -> Need:
    need = Need.objects.filter(pk=pk).select_related("firm", "skill", "survey").first()
    if need is None:
        raise Http404
    return need


@desk
@require_GET
def need_proof(request: SeatedRequest, pk: int) -> HttpResponse:
    """The file that proves a price alone, as it came; never opened inside the site."""
    proof = queries.proof_numbered(pk)
    if proof is None:
        raise Http404
    response = HttpResponse(bytes(proof.raw), content_type=proof.content_type)
    ending = proof.content_type.rsplit("/", 1)[-1].replace("jpeg", "jpg")
    response["Content-Disposition"] = f'attachment; filename="preuve-{proof.pk}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [
    path("besoins/enquetes/<int:pk>/reponses/", survey_answers, name="survey_answers"),
    path("besoins/enquetes/<int:pk>/solliciter/", survey_ask, name="survey_ask"),
    path("besoins/enquetes/<int:pk>/relancer/", survey_remind, name="survey_remind"),
    path("besoins/<int:pk>/refuser/", need_refuse, name="need_refuse"),
    path("besoins/<int:pk>/rouvrir/", need_reopen, name="need_reopen"),
    path("besoins/preuves/<int:pk>/", need_proof, name="need_proof"),
]
