"""A member agrees, or not, to what its year really cost, when it is above what its commitment allowed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.audit.deeds import Refused
from grappe.charges import queries
from grappe.charges.actions.closings import accept_year
from grappe.clusters.actions import declare_taxable_share
from grappe.clusters.enums import VatRegime
from grappe.clusters.queries import taxable_shares
from grappe.law.queries import rule_on
from grappe.web.member.sheet import asked_firm, firm_tabs
from grappe.web.shared.doors import SeatedRequest, member
from grappe.web.shared.forms import CENTS_MOST, CentsField, DeedForm


class AgreementForm(DeedForm):
    part = forms.CharField(max_length=60)
    cents = forms.IntegerField(min_value=0, max_value=CENTS_MOST)


@member
def closings(request: SeatedRequest) -> HttpResponse:
    """What waits for the firm's agreement: its share of the real cost, and what it had accepted."""
    asked = {
        f"{closing.year}-{one.pool.pk}-{row.firm.pk}": (closing, one, row)
        for closing, one, row in queries.years_to_accept(request.seat.firm_ids)
    }
    refused: Refused | None = None
    if request.method == "POST":
        form = AgreementForm(request.POST)
        if not form.is_valid():
            return render(request, "member/closings/agree.html", {"asked": asked, "form": DeedForm()}, status=400)
        found = asked.get(form.cleaned_data["part"])
        if found is None:
            raise Http404
        closing, one, row = found
        try:
            accept_year(
                by=request.user,
                closing=closing,
                pool=one.pool,
                firm=row.firm,
                cents=form.cleaned_data["cents"],
                key=form.key,
            )
        except Refused as no:
            refused = no
        else:
            messages.success(request, _("Votre accord est enregistré. La facture viendra à la clôture."))
            return redirect("member:closings", slug=request.seat.cluster.slug)
    context = {"asked": asked, "form": DeedForm(), "refused": refused}
    return render(request, "member/closings/agree.html", context, status=409 if refused else 200)


class ShareForm(DeedForm):
    """A share of takings; it travels as hundredths, like money: 12,50 is 1 250 basis points."""

    share = CentsField(label=gettext_lazy("Part de vos recettes soumise à la TVA"), most=10_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["share"].unit = "%"


@member
def taxable(request: SeatedRequest) -> HttpResponse:
    """The firm declares what share of its takings is subject to VAT: the group's exemption depends on it."""
    firm, firms = asked_firm(request)
    on = request.seat.on
    form = ShareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        declare_taxable_share(
            by=request.user,
            cluster=request.seat.cluster,
            firm=firm,
            share_bp=form.cleaned_data["share"],
            valid_from=on,
            key=form.key,
        )
        messages.success(request, _("Votre déclaration est enregistrée."))
        url = reverse("member:taxable", kwargs={"slug": request.seat.cluster.slug})
        return redirect(f"{url}?structure={firm.pk}")
    most = rule_on("vat.exempt_member_taxable_share_bp", on)
    declared = taxable_shares(on=on).get(firm.pk)
    context = {
        "firm": firm,
        "firm_tabs": firm_tabs(request, "member:taxable", firm, firms),
        "form": form,
        "declared": declared,
        "rule": most,
        "above": declared is not None and declared.share_bp > most.value,
        "exempt": request.seat.cluster.vat_regime == VatRegime.EXEMPT,
    }
    return render(request, "member/closings/taxable.html", context, status=400 if form.errors else 200)


urlpatterns = [path("clotures/", closings, name="closings"), path("tva/", taxable, name="taxable")]
