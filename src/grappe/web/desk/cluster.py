"""The cluster's own facts: its name, its legal body, how it bills, its public holidays, who runs and reads it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren as siren_number
from stdnum.iban import compact as iban_compact
from stdnum.iban import is_valid as iban_is_valid

from grappe.clusters.actions import describe_cluster
from grappe.clusters.models import Cluster
from grappe.web.shared.doors import SeatedRequest, desk
from grappe.web.shared.forms import ModelDeedForm

FACTS = (
    "name", "tagline", "email", "legal_name", "siren", "vat_number", "street", "postcode", "town", "iban",
    "invoice_prefix", "invoice_due_days", "holidays", "simulator_open", "solidarity", "solidarity_reason",
)  # fmt: skip


class ClusterForm(ModelDeedForm):
    """What the invoices print about the seller, and how the cluster counts."""

    siren = forms.CharField(label="SIREN", max_length=20, required=False)  # may be written with spaces
    iban = forms.CharField(label="IBAN", max_length=50, required=False)

    class Meta:
        model = Cluster
        fields = FACTS
        help_texts = {
            "legal_name": gettext_lazy("Telle qu’elle figure sur les factures."),
            "invoice_prefix": gettext_lazy("Les factures suivantes le portent ; les anciennes ne changent pas."),
            "simulator_open": gettext_lazy("Sa part, son prix, son exposition, sans nom ni prix d’aucune autre."),
            "holidays": gettext_lazy("L’Alsace et la Moselle ont deux jours de plus."),
        }

    def clean_siren(self) -> str:
        text = "".join(str(self.cleaned_data["siren"]).split())
        if not text:
            return ""
        try:
            return siren_number.validate(text)
        except BadNumber:
            raise forms.ValidationError(_("Ce n’est pas un SIREN : neuf chiffres, dont une clé.")) from None

    def clean_iban(self) -> str:
        text = iban_compact(str(self.cleaned_data["iban"]))
        if text and not iban_is_valid(text):
            raise forms.ValidationError(_("Cet IBAN n’est pas juste : vérifiez chaque caractère."))
        return text


@desk
def cluster(request: SeatedRequest) -> HttpResponse:
    """Read and change the cluster's facts; the board reads."""
    grappe = request.seat.cluster
    form: Any = ClusterForm(
        request.POST if request.method == "POST" else None, instance=Cluster.objects.get(pk=grappe.pk)
    )
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in FACTS}
        describe_cluster(by=request.user, cluster=grappe, facts=facts, key=form.key)
        messages.success(request, _("Les réglages sont enregistrés."))
        return redirect("desk:cluster", slug=grappe.slug)
    status = 400 if form.errors else 200
    return render(request, "desk/cluster/cluster.html", {"form": form}, status=status)


urlpatterns = [path("reglages/", cluster, name="cluster")]
