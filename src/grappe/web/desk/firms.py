"""Firms: who belongs to the cluster, what each asks and shares, who speaks for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grappe.clusters import actions, cells, queries
from grappe.clusters.cells import Unfit
from grappe.clusters.imports import HEADCOUNT_MAX
from grappe.clusters.models import Firm, Mandate, Membership
from grappe.clusters.sheets import write_csv, write_xlsx
from grappe.needs import queries as needs
from grappe.needs.enums import GONE_STATES
from grappe.pools.actions import leave_cluster
from grappe.pools.models import Part
from grappe.web.desk.imports import download
from grappe.web.shared.doors import SeatedRequest, deed_key_of, desk
from grappe.web.shared.forms import DayField, DeedForm, deed_key
from grappe.web.shared.listing import listing

SORTS = {
    "nom": ("letters", "firm_id"),
    "ville": ("firm__town", "letters", "firm_id"),
    "depuis": ("valid_from", "letters", "firm_id"),
    "effectif": ("headcount", "letters", "firm_id"),
    "besoins": ("need_count", "letters", "firm_id"),
}


# ---------------------------------------------------------------- the list


@desk
@require_GET
def firms(request: SeatedRequest) -> HttpResponse:
    """The members of today, by name, town, since when."""
    every = queries.memberships(on=request.seat.on)
    asked, town = request.GET.get("q", "").strip(), request.GET.get("ville", "")
    rows = every
    if asked:
        rows = rows.filter(Q(firm__name__icontains=asked) | Q(firm__siren=asked.replace(" ", "")))
    if town:
        rows = rows.filter(firm__town=town)
    standing = Q(firm__needs__cluster=request.seat.cluster) & ~Q(firm__needs__state__in=GONE_STATES)
    rows = rows.annotate(letters=queries.alphabetical("firm__name"), need_count=Count("firm__needs", filter=standing))
    towns = list(every.exclude(firm__town="").order_by("firm__town").values_list("firm__town", flat=True).distinct())
    context = {
        "firms": listing(request, rows, sorts=SORTS, default="nom"),
        "total": every.count(),
        "towns": towns,
        "town_count": len(towns),
        "asked": asked,
        "town": town,
    }
    return render(request, "desk/firms/list.html", context)


@desk
@require_GET
def firms_export(request: SeatedRequest, form: str) -> HttpResponse:
    """The members under the headings that the import recognises."""
    headings = [
        *(_("Structure"), "SIREN", _("Adresse"), _("Code postal"), _("Ville"), _("Effectif"), _("Métier")),
        *(_("Latitude"), _("Longitude"), _("Adhérent depuis"), _("Courriel"), _("Numéro de TVA")),
    ]
    rows = (_row(membership) for membership in queries.memberships(on=request.seat.on))
    if form == "csv":
        return download(write_csv(headings, rows), f"structures-{request.seat.cluster.slug}.csv")
    return download(write_xlsx(_("Structures"), headings, rows), f"structures-{request.seat.cluster.slug}.xlsx")


def _row(membership: Membership) -> list[object]:
    firm = membership.firm
    return [
        *(firm.name, firm.siren, firm.street, firm.postcode, firm.town, membership.headcount, membership.sector),
        *(firm.latitude, firm.longitude, membership.valid_from, membership.email, firm.vat_number),
    ]


# ---------------------------------------------------------------- one firm


class SpeakerForm(DeedForm):
    email = forms.EmailField(label=gettext_lazy("Son adresse e-mail"))
    name = forms.CharField(label=gettext_lazy("Son nom"), max_length=120, required=False)


def _firm(pk: int) -> Firm:
    """A firm that is, or was, a member of this cluster."""
    membership = queries.all_memberships().filter(firm_id=pk).last()
    if membership is None:
        raise Http404
    return membership.firm


@desk
@require_GET
def firm(request: SeatedRequest, pk: int) -> HttpResponse:
    """What the firm asks and shares, what it pays alone, who speaks for it."""
    return _firm_page(request, _firm(pk), SpeakerForm())


def _firm_page(request: SeatedRequest, shown: Firm, form: SpeakerForm) -> HttpResponse:
    context = {
        "firm": shown,
        "membership": queries.standing_membership(shown, on=request.seat.on),
        "past": queries.all_memberships().filter(firm=shown).last(),
        "mandates": queries.mandates_of(shown),
        "needs": needs.needs_of_firm(shown.pk),
        "survey": needs.open_survey(),
        "parts": Part.objects.filter(firm=shown).select_related("pool").order_by("-pool__starts_on", "pk"),
        "form": form,
        "today": request.seat.on,
    }
    return render(request, "desk/firms/firm.html", context, status=400 if form.errors else 200)


@desk
@require_POST
def firm_speaker(request: SeatedRequest, pk: int) -> HttpResponse:
    """Someone speaks for the firm from today."""
    shown = _firm(pk)
    form = SpeakerForm(request.POST)
    if not form.is_valid():
        return _firm_page(request, shown, form)
    slug = request.seat.cluster.slug
    mandate = actions.name_speaker(
        by=request.user,
        cluster=request.seat.cluster,
        firm=shown,
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        on=request.seat.on,
        url=request.build_absolute_uri(reverse("public:cluster", args=[slug])),
        key=form.key,
    )
    messages.success(request, _("%(person)s représente %(firm)s.") % {"person": mandate.person, "firm": shown})
    return redirect("desk:firm", slug=slug, pk=pk)


@desk
@require_http_methods(["GET", "POST"])
def mandate_end(request: SeatedRequest, pk: int) -> HttpResponse:
    """Someone no longer speaks for the firm, from today."""
    mandate = Mandate.objects.on(request.seat.on).filter(pk=pk).select_related("person", "firm").first()
    if mandate is None or mandate.firm_id is None:
        raise Http404
    if request.method == "POST":
        actions.end_mandate(by=request.user, mandate=mandate, on=request.seat.on, key=deed_key_of(request))
        return redirect("desk:firm", slug=request.seat.cluster.slug, pk=mandate.firm_id)
    return render(request, "desk/firms/mandate_end.html", {"mandate": mandate, "deed_key": deed_key()})


# ---------------------------------------------------------------- a firm by hand


class FirmForm(DeedForm):
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    siren = forms.CharField(
        label="SIREN",
        max_length=20,
        required=False,
        help_text=gettext_lazy("Neuf chiffres ; il évite les doublons."),
    )
    since = DayField(label=gettext_lazy("Adhérente depuis"))
    headcount = forms.IntegerField(label=gettext_lazy("Effectif"), min_value=0, max_value=HEADCOUNT_MAX, required=False)
    sector = forms.CharField(label=gettext_lazy("Métier"), max_length=60, required=False)
    street = forms.CharField(
        label=gettext_lazy("Adresse"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Elle figure sur ses factures."),
    )
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=10, required=False)
    town = forms.CharField(label=gettext_lazy("Ville"), max_length=100, required=False)
    place = forms.CharField(
        label=gettext_lazy("Latitude et longitude"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Par exemple 48,8837 ; 2,3557. Sans elles, ses besoins s’accordent à tous les lieux."),
    )
    establishments = forms.CharField(
        label=gettext_lazy("Autres établissements"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Une adresse par ligne ; la note à l’inspection du travail les donne."),
    )
    email = forms.EmailField(label=gettext_lazy("Courriel"), required=False)
    vat_number = forms.CharField(label=gettext_lazy("Numéro de TVA"), max_length=20, required=False)

    def clean_siren(self) -> str:
        try:
            return cells.siren(self.cleaned_data["siren"]) or ""
        except Unfit as fault:
            raise ValidationError(str(fault)) from None

    def clean_place(self) -> tuple[float | None, float | None]:
        text = self.cleaned_data["place"].replace(" ", "")
        if not text:
            return None, None
        # « 48,88; 2,36 » in French, « 48.88, 2.36 » from a map; « 48,88 » alone might be either, so it is neither.
        mark = ";" if ";" in text else "," if text.count(",") == 1 and "." in text else None
        latitude, _mark, longitude = text.partition(mark) if mark else (text, "", "")
        try:
            there = (
                cells.coordinate(latitude, most=90, name=_("latitude")),
                cells.coordinate(longitude, most=180, name=_("longitude")),
            )
        except Unfit as fault:
            raise ValidationError(str(fault)) from None
        if None in there:
            raise ValidationError(_("Latitude et longitude vont ensemble."))
        return there

    @property
    def card(self) -> dict[str, Any]:
        said = self.cleaned_data
        names = [name for name in actions.FIRM_CARD if name in said]
        latitude, longitude = said["place"]
        return {name: said[name] for name in names} | {"latitude": latitude, "longitude": longitude}


@desk
@require_http_methods(["GET", "POST"])
def firm_new(request: SeatedRequest) -> HttpResponse:
    form = FirmForm(request.POST if request.method == "POST" else None, initial={"since": request.seat.on})
    if request.method == "POST" and form.is_valid():
        registered = actions.register_firm(
            by=request.user,
            cluster=request.seat.cluster,
            card=form.card,
            on=form.cleaned_data["since"],
            headcount=form.cleaned_data["headcount"],
            sector=form.cleaned_data["sector"],
            email=form.cleaned_data["email"],
            establishments=form.cleaned_data["establishments"],
            key=form.key,
        )
        return redirect("desk:firm", slug=request.seat.cluster.slug, pk=registered.pk)
    return render(request, "desk/firms/form.html", {"form": form}, status=400 if form.errors else 200)


@desk
@require_http_methods(["GET", "POST"])
def firm_edit(request: SeatedRequest, pk: int) -> HttpResponse:
    shown = _firm(pk)
    membership = queries.standing_membership(shown, on=request.seat.on)
    if membership is None:
        raise Http404
    place = "" if shown.latitude is None else f"{shown.latitude}; {shown.longitude}".replace(".", ",")
    initial = {name: getattr(shown, name) for name in actions.FIRM_CARD} | {
        "since": membership.valid_from,
        "headcount": membership.headcount,
        "sector": membership.sector,
        "email": membership.email,
        "establishments": membership.establishments,
        "place": place,
    }
    form = FirmForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.correct_firm(
            by=request.user,
            cluster=request.seat.cluster,
            firm=shown,
            card=form.card,
            since=form.cleaned_data["since"],
            headcount=form.cleaned_data["headcount"],
            sector=form.cleaned_data["sector"],
            email=form.cleaned_data["email"],
            establishments=form.cleaned_data["establishments"],
            key=form.key,
        )
        return redirect("desk:firm", slug=request.seat.cluster.slug, pk=pk)
    return render(request, "desk/firms/form.html", {"form": form, "firm": shown}, status=400 if form.errors else 200)


@desk
@require_http_methods(["GET", "POST"])
def firm_leave(request: SeatedRequest, pk: int) -> HttpResponse:
    """The firm leaves the cluster, from today."""
    shown = _firm(pk)
    if queries.standing_membership(shown, on=request.seat.on) is None:
        raise Http404
    if request.method == "POST":
        leave_cluster(
            by=request.user,
            cluster=request.seat.cluster,
            firm=shown,
            on=request.seat.on,
            key=deed_key_of(request),
        )
        messages.success(request, _("%(firm)s a quitté la grappe.") % {"firm": shown})
        return redirect("desk:firms", slug=request.seat.cluster.slug)
    return render(request, "desk/firms/leave.html", {"firm": shown, "deed_key": deed_key()})


urlpatterns = [
    path("structures/", firms, name="firms"),
    path("structures/nouvelle/", firm_new, name="firm_new"),
    path("structures/structures.csv", firms_export, {"form": "csv"}, name="firms_csv"),
    path("structures/structures.xlsx", firms_export, {"form": "xlsx"}, name="firms_xlsx"),
    path("structures/<int:pk>/", firm, name="firm"),
    path("structures/<int:pk>/modifier/", firm_edit, name="firm_edit"),
    path("structures/<int:pk>/mandats/", firm_speaker, name="firm_speaker"),
    path("structures/<int:pk>/depart/", firm_leave, name="firm_leave"),
    path("mandats/<int:pk>/fin/", mandate_end, name="mandate_end"),
]
