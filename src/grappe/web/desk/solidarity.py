"""Solidarity: what each firm answers for, who is late and what it would cost each, deposits and the guarantee fund."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.audit.deeds import Refused
from grappe.charges.actions import guarantees
from grappe.charges.enums import Pot
from grappe.charges.queries import late_invoices
from grappe.charges.solidarity import Position, position, share, use_of_firms
from grappe.clusters.enums import Solidarity
from grappe.clusters.models import Firm
from grappe.web.shared.books import tabs
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.forms import CentsField, DayField, DeedForm

CALL, RECEIVE, USE, RETURN = "call", "receive", "use", "return"


class GuaranteeForm(DeedForm):
    """One move of a deposit or of the fund."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Quoi"),
        choices=[
            (CALL, gettext_lazy("appeler (demander à verser)")),
            (RECEIVE, gettext_lazy("noter un versement reçu")),
            (USE, gettext_lazy("régler une facture en retard")),
            (RETURN, gettext_lazy("rendre")),
        ],
    )
    pot = forms.ChoiceField(label=gettext_lazy("Sur"), choices=Pot)
    firm = forms.ChoiceField(label=gettext_lazy("Structure"), required=False)
    cents = CentsField(label=gettext_lazy("Montant"), least=1)
    day = DayField(label=gettext_lazy("Le"))
    words = forms.CharField(
        label=gettext_lazy("D’après"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("La décision, pour un appel."),
    )

    def __init__(self, *args: Any, firms: list[Firm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = ("", _("toutes, selon la règle (pour un appel)"))
        self.fields["firm"].choices = [everybody, *((str(firm.pk), firm.name) for firm in firms)]  # type: ignore[attr-defined]


@desk
def solidarity(request: SeatedRequest) -> HttpResponse:
    cluster, on = request.seat.cluster, request.seat.on
    found = position(cluster, on=on)
    firms = [row.firm for row in found.rows]
    form = GuaranteeForm(request.POST if request.method == "POST" else None, firms=firms, initial={"day": on})
    if request.method == "POST" and form.is_valid():
        try:
            _do(request, form, firms)
        except Refused as refused:
            form.add_error(None, f"{refused.message} {refused.remedy}")
        else:
            messages.success(request, _("Enregistré."))
            return redirect("desk:solidarity", slug=cluster.slug)
    context = {
        "tabs": tabs(request, "desk:solidarity"),
        "position": found,
        "rule": Solidarity(cluster.solidarity).label,
        "late": [(one, _costs(found, one.shares)) for one in found.late],
        "pots": [(Pot(pot).label, balances) for pot, balances in found.pots.items()],
        "form": form,
    }
    return render(request, "desk/charges/solidarity.html", context, status=400 if form.errors else 200)


def _costs(found: Position, shares: dict[int, int]) -> list[tuple[Firm, int]]:
    return [(row.firm, shares[row.firm.pk]) for row in found.rows if shares.get(row.firm.pk)]


def _do(request: SeatedRequest, form: GuaranteeForm, firms: list[Firm]) -> None:
    said, cluster, by = form.cleaned_data, request.seat.cluster, request.user
    kind, pot, cents, day = said["kind"], said["pot"], said["cents"], said["day"]
    firm = next((one for one in firms if str(one.pk) == said["firm"]), None)
    if kind == CALL:
        rule = Solidarity.EQUAL if cluster.solidarity == Solidarity.WHOLE else cluster.solidarity
        shares = share(cents, rule, use_of_firms(on=request.seat.on)) if firm is None else {firm.pk: cents}
        asked = {one: shares[one.pk] for one in firms if shares.get(one.pk)}
        guarantees.call_guarantee(
            by=by, cluster=cluster, pot=pot, cents=asked, day=day, label=said["words"], key=form.key
        )
        return
    if firm is None:
        raise Refused(_("Il manque la structure."), _("Choisissez-la."))
    if kind == USE:
        invoice = late_invoices(on=day).filter(firm=firm).first()
        if invoice is None:
            raise Refused(_("%(firm)s n’a pas de facture en retard.") % {"firm": firm}, _("Il n’y a rien à régler."))
        guarantees.use_guarantee(
            by=by, invoice=invoice, pot=pot, cents=cents, day=day, note=said["words"], key=form.key
        )
        return
    deed = guarantees.receive_guarantee if kind == RECEIVE else guarantees.return_guarantee
    deed(by=by, cluster=cluster, pot=pot, firm=firm, cents=cents, day=day, key=form.key)


urlpatterns = [path("comptes/solidarite/", solidarity, name="solidarity")]
