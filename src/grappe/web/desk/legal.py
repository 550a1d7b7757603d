"""The cluster's legal body: its form, its officers, its statutes; what the notice to the labour inspectorate says of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grappe.audit.deeds import Refused
from grappe.clusters import actions, queries
from grappe.clusters.enums import DocumentKind
from grappe.clusters.models import Cluster, Officer
from grappe.web.shared.doors import SeatedRequest, coordination, desk
from grappe.web.shared.forms import DayField, DeedForm, ModelDeedForm

FACTS = ("legal_form", "publication", "agreement")


class BodyForm(ModelDeedForm):
    class Meta:
        model = Cluster
        fields = FACTS


class OfficerForm(ModelDeedForm):
    valid_from = DayField(label=gettext_lazy("En fonction depuis"))
    valid_to = DayField(
        label=gettext_lazy("Jusqu’au"),
        required=False,
        help_text=gettext_lazy("Le premier jour sans cette fonction ; vide tant qu’elle dure."),
    )

    class Meta:
        model = Officer
        fields = actions.OFFICER_CARD
        labels = {"name": gettext_lazy("Nom et prénoms"), "office": gettext_lazy("Fonction")}
        help_texts = {
            "office": gettext_lazy("Présidente, trésorier, gérant…"),
            "street": gettext_lazy("La note à l’inspection du travail demande le domicile des dirigeants."),
        }

    @property
    def card(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in actions.OFFICER_CARD}


class DocumentForm(DeedForm):
    kind = forms.ChoiceField(label=gettext_lazy("Quoi"), choices=DocumentKind)
    dated = DayField(label=gettext_lazy("Adopté ou publié le"))
    file = forms.FileField(label=gettext_lazy("Le PDF"), help_text=gettext_lazy("8 Mo au plus."))


@desk
def legal(request: SeatedRequest) -> HttpResponse:
    """Read and change the form, the publication and the agreement; see officers and papers."""
    cluster = request.seat.cluster
    sent = request.POST if request.method == "POST" else None
    form: Any = BodyForm(sent, instance=Cluster.objects.get(pk=cluster.pk))
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in FACTS}
        actions.describe_cluster(by=request.user, cluster=cluster, facts=facts, key=form.key)
        messages.success(request, _("Les réglages sont enregistrés."))
        return redirect("desk:legal", slug=cluster.slug)
    return _page(request, form=form)


def _page(request: SeatedRequest, *, form: Any = None, document_form: Any = None) -> HttpResponse:
    on = request.seat.on
    form = form or BodyForm(instance=request.seat.cluster)
    document_form = document_form or DocumentForm(initial={"dated": on})
    context = {
        "form": form,
        "document_form": document_form,
        "officers": [(one, one.valid_to is None or one.valid_to > on) for one in queries.all_officers()],
        "documents": queries.legal_documents(),
    }
    faulty = form.errors or document_form.errors
    return render(request, "desk/cluster/legal.html", context, status=400 if faulty else 200)


@coordination
@require_http_methods(["GET", "POST"])
def officer(request: SeatedRequest, pk: int | None = None) -> HttpResponse:
    """Someone who directs the legal body: name, office, home, from when, until when."""
    cluster = request.seat.cluster
    known = queries.all_officers().filter(pk=pk).first() if pk is not None else None
    if pk is not None and known is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form: Any = OfficerForm(sent, instance=known, initial={} if known else {"valid_from": request.seat.on})
    if request.method == "POST" and form.is_valid():
        try:
            if known is None:
                actions.name_officer(by=request.user, cluster=cluster, card=form.card, key=form.key)
            else:
                actions.correct_officer(by=request.user, officer=known, card=form.card, key=form.key)
        except Refused as refused:
            form.add_error("valid_to", f"{refused.message} {refused.remedy}")
        else:
            return redirect("desk:legal", slug=cluster.slug)
    context = {"form": form, "officer": known}
    return render(request, "desk/cluster/officer.html", context, status=400 if form.errors else 200)


@desk
@require_POST
def document_keep(request: SeatedRequest) -> HttpResponse:
    """Keep the statutes, or the copy of the publication."""
    form, cluster = DocumentForm(request.POST, request.FILES), request.seat.cluster
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.keep_legal_document(
                by=request.user,
                cluster=cluster,
                kind=said["kind"],
                name=said["file"].name,
                raw=said["file"].read(actions.DOCUMENT_BYTES_MAX + 1),
                dated=said["dated"],
                key=form.key,
            )
        except Refused as refused:
            form.add_error("file", f"{refused.message} {refused.remedy}")
        else:
            messages.success(request, _("Le document est gardé."))
            return redirect("desk:legal", slug=cluster.slug)
    return _page(request, document_form=form)


@desk
@require_GET
def document(request: SeatedRequest, pk: int) -> HttpResponse:
    """The file as it came; never opened inside the site."""
    found = queries.legal_documents().filter(pk=pk).first()
    if found is None:
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="{found.kind}-{found.dated:%Y-%m-%d}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(found.raw), content_type="application/pdf", headers=headers)


urlpatterns = [
    path("reglages/groupement/", legal, name="legal"),
    path("reglages/groupement/dirigeants/nouveau/", officer, name="officer_new"),
    path("reglages/groupement/dirigeants/<int:pk>/", officer, name="officer"),
    path("reglages/groupement/documents/", document_keep, name="legal_document_keep"),
    path("reglages/groupement/documents/<int:pk>/", document, name="legal_document"),
]
