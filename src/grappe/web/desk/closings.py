"""Closing a year: real costs, what each firm should have paid, what is invoiced or given back; the way of billing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grappe.audit.deeds import Refused
from grappe.charges import queries
from grappe.charges.actions import closings as actions
from grappe.charges.enums import ResultUse
from grappe.charges.models import Closing, ClosingCost
from grappe.clusters.actions import declare_taxable_share
from grappe.clusters.enums import VatRegime
from grappe.clusters.models import Cluster
from grappe.clusters.queries import firms, taxable_members
from grappe.law.enums import Unit
from grappe.law.words import shown
from grappe.web.shared.books import tabs
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.forms import CentsField, DayField, DeedForm


class CostsForm(DeedForm):
    """A real cost by line, and room for one more line by pool."""

    def __init__(self, costs: list[ClosingCost], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.costs = costs
        for cost in costs:
            self.fields[f"cost-{cost.pk}"] = CentsField(label=cost.label, required=False, most=actions.COST_MOST)
            self.initial[f"cost-{cost.pk}"] = cost.planned_cents if cost.cents is None else cost.cents
        for pool_id in {cost.pool_id for cost in costs}:
            self.fields[f"label-{pool_id}"] = forms.CharField(
                label=gettext_lazy("Un coût qui n’était pas prévu"), required=False, max_length=80
            )
            self.fields[f"more-{pool_id}"] = CentsField(
                label=gettext_lazy("Son montant"), required=False, most=actions.COST_MOST
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for pool_id in {cost.pool_id for cost in self.costs}:
            label, cents = data.get(f"label-{pool_id}"), data.get(f"more-{pool_id}")
            if bool(label) != (cents is not None) and not self.errors.get(f"more-{pool_id}"):
                self.add_error(f"label-{pool_id}", _("Un coût de plus se dit avec son nom et son montant."))
        return data

    def given(self) -> tuple[dict[int, int | None], dict[int, tuple[str, int]]]:
        """What the deed takes: costs by id, further lines by pool."""
        data = self.cleaned_data
        more = {
            pool_id: (data[f"label-{pool_id}"], data[f"more-{pool_id}"])
            for pool_id in {cost.pool_id for cost in self.costs}
            if data.get(f"label-{pool_id}")
        }
        return {cost.pk: data[f"cost-{cost.pk}"] for cost in self.costs}, more

    def groups(self) -> list[dict[str, Any]]:
        """The fields pool by pool, each with what was planned."""
        found: dict[int, dict[str, Any]] = {}
        for cost in self.costs:
            group = found.setdefault(
                cost.pool_id,
                {
                    "pool": cost.pool,
                    "fields": [],
                    "label": self[f"label-{cost.pool_id}"],
                    "more": self[f"more-{cost.pool_id}"],
                },
            )
            group["fields"].append((cost, self[f"cost-{cost.pk}"]))
        return list(found.values())


class CloseForm(DeedForm):
    on = DayField(label=gettext_lazy("Date des factures et avoirs"))
    use = forms.ChoiceField(
        label=gettext_lazy("Ce que devient le résultat"), choices=[("", "—"), *ResultUse.choices], required=False
    )
    words = forms.CharField(label=gettext_lazy("Qui l’a décidé, et quand"), required=False, max_length=300)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)


class RegimeForm(DeedForm):
    regime = forms.ChoiceField(
        label=gettext_lazy("Comment la grappe facture"), choices=VatRegime.choices, widget=forms.RadioSelect
    )


@desk
@require_GET
def closings(request: SeatedRequest) -> HttpResponse:
    """The years, and how far the closing of each is."""
    context = {
        "tabs": tabs(request, "desk:closings"),
        "years": queries.years(on=request.seat.on),
        "exempt": request.seat.cluster.vat_regime == VatRegime.EXEMPT,
        "form": DeedForm(),
    }
    return render(request, "desk/closings/list.html", context)


@desk
@require_POST
def closing_open(request: SeatedRequest, year: int) -> HttpResponse:
    form = DeedForm(request.POST)
    key = form.key if form.is_valid() else ""
    actions.open_closing(by=request.user, cluster=request.seat.cluster, year=year, key=key)
    return redirect("desk:closing", slug=request.seat.cluster.slug, year=year)


@desk
def closing(request: SeatedRequest, year: int) -> HttpResponse:
    """A year: its real costs to say, then what it comes to for each firm. Its own deed is to keep the costs."""
    found = _closing(year)
    costs = list(found.costs.select_related("pool"))
    form = CostsForm(costs, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given, more = form.given()
        actions.write_costs(by=request.user, closing=found, costs=given, more=more, key=form.key)
        messages.success(request, _("Les coûts réels sont enregistrés."))
        return redirect(_here(request, year) + "#partage")
    return _show(request, found, form, status=400 if form.errors else 200)


@desk
@require_POST
def closing_close(request: SeatedRequest, year: int) -> HttpResponse:
    """Close the year; a refusal is told on the page."""
    found = _closing(year)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _show(request, found, None, close=form, status=400)
    data = form.cleaned_data
    try:
        actions.close_year(
            by=request.user,
            closing=found,
            on=data["on"],
            seen=data["seen"],
            use=data["use"],
            words=data["words"],
            key=form.key,
        )
    except Refused as refused:
        return _show(request, _closing(year), None, refused=refused, status=409)
    messages.success(request, _("L’année %(year)s est close.") % {"year": year})
    return redirect(_here(request, year))


class ShareForm(DeedForm):
    """A share of takings; it travels as hundredths, like money: 12,50 is 1 250 basis points."""

    share = CentsField(label=gettext_lazy("Part soumise à la TVA"), most=10_000)
    valid_from = DayField(label=gettext_lazy("À partir du"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["share"].unit = "%"


@desk
def taxable_share(request: SeatedRequest, firm_id: int) -> HttpResponse:
    """Write down what a member declares of its takings subject to VAT."""
    firm = next((one for one in firms(on=request.seat.on) if one.pk == firm_id), None)
    if firm is None:
        raise Http404
    form = ShareForm(request.POST if request.method == "POST" else None, initial={"valid_from": request.seat.on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        declare_taxable_share(
            by=request.user,
            cluster=request.seat.cluster,
            firm=firm,
            share_bp=data["share"],
            valid_from=data["valid_from"],
            key=form.key,
        )
        messages.success(request, _("La part de %(firm)s est enregistrée.") % {"firm": firm})
        return redirect("desk:regime", slug=request.seat.cluster.slug)
    context = {"firm": firm, "form": form}
    return render(request, "desk/closings/share.html", context, status=400 if form.errors else 200)


@desk
def regime(request: SeatedRequest) -> HttpResponse:
    """The two ways of billing, one excluding the other."""
    grappe = Cluster.objects.get(pk=request.seat.cluster.pk)
    form = RegimeForm(request.POST if request.method == "POST" else None, initial={"regime": grappe.vat_regime})
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            chosen = form.cleaned_data["regime"]
            actions.choose_regime(by=request.user, cluster=grappe, regime=chosen, on=request.seat.on, key=form.key)
        except Refused as no:
            refused = no
        else:
            messages.success(request, _("La grappe facture ainsi désormais."))
            return redirect("desk:regime", slug=grappe.slug)
    status = 409 if refused else 400 if form.errors else 200
    members, most = taxable_members(on=request.seat.on)
    context = {
        "form": form,
        "exempt": grappe.vat_regime == VatRegime.EXEMPT,
        "refused": refused,
        "members": members,
        "most": shown(most, Unit.BASIS_POINTS),
        "missing": sum(one.declared is None for one in members),
        "above": [one for one in members if one.above],
    }
    return render(request, "desk/closings/regime.html", context, status=status)


def _closing(year: int) -> Closing:
    found = queries.closing_of(year)
    if found is None:
        raise Http404
    return found


def _here(request: SeatedRequest, year: int) -> str:
    return reverse("desk:closing", kwargs={"slug": request.seat.cluster.slug, "year": year})


def _show(
    request: SeatedRequest,
    found: Closing,
    form: CostsForm | None,
    *,
    close: CloseForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    if found.is_closed:
        lines = queries.closing_lines(found)
        context: dict[str, Any] = {
            "closing": found,
            "lines": lines,
            "cost_cents": sum(cost.cents or 0 for cost in found.costs.all()),
            "own_cents": sum(line.own_cents for line in lines),
            "invoiced_cents": sum(line.invoiced_cents for line in lines),
            "regularisation_cents": sum(line.regularisation_cents for line in lines),
            "costs": list(found.costs.select_related("pool")),
        }
        return render(request, "desk/closings/closed.html", context, status=status)
    year = queries.year_of(found)
    initial = {"on": request.seat.on, "seen": year.mark}
    context = {
        "closing": found,
        "year": year,
        "form": form or CostsForm(list(found.costs.select_related("pool"))),
        "close": close or CloseForm(initial=initial),
        "refused": refused,
        "missing": queries.missing_statements(found.year),
        "unsigned": queries.unsigned_in(found.year),
        "is_over": found.year < request.seat.on.year,
    }
    return render(request, "desk/closings/year.html", context, status=status)


urlpatterns = [
    path("comptes/clotures/", closings, name="closings"),
    path("comptes/clotures/<int:year>/", closing, name="closing"),
    path("comptes/clotures/<int:year>/ouvrir/", closing_open, name="closing_open"),
    path("comptes/clotures/<int:year>/clore/", closing_close, name="closing_close"),
    path("reglages/tva/", regime, name="regime"),
    path("reglages/tva/<int:firm_id>/", taxable_share, name="taxable_share"),
]
