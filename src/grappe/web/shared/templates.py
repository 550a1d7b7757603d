"""Writing a template of papers: its text, its fields beside, what it prints below. A cluster's own, or the house's."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grappe.clusters.models import Cluster
from grappe.papers import actions, queries
from grappe.papers.actions import UnableToKeepTemplate
from grappe.papers.kinds import Kind, all_kinds, kind_of
from grappe.papers.markup import Broken, Fault
from grappe.people.models import Person
from grappe.web.shared.forms import DeedForm


class TemplateForm(DeedForm):
    body = forms.CharField(
        label=gettext_lazy("Le texte"), strip=False, widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "true"})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def page(request: HttpRequest, kind: str, *, by: Person, cluster: Cluster | None, here: str, page: str) -> HttpResponse:
    """Read the text in use, or keep what was written as a new version of that cluster's (None: the house's)."""
    sort = _kind(kind)
    own = queries.versions_of(cluster, sort.key)
    seen = own[0].version if own else 0
    faults: list[Fault] = []
    refused: UnableToKeepTemplate | None = None
    if request.method == "POST":
        form = TemplateForm(request.POST)
        if form.is_valid() and "voir" not in request.POST:
            said = form.cleaned_data
            try:
                actions.keep_template(
                    by=by, cluster=cluster, kind=sort.key, body=said["body"], seen=said["seen"], key=form.key
                )
            except UnableToKeepTemplate as why:
                refused, faults = why, why.faults
            else:
                messages.success(request, _("Le modèle est gardé ; les prochains documents le suivront."))
                return redirect(here)
        body = form.data.get("body", "")
    else:
        body = queries.body_in_use(cluster, sort)
        form = TemplateForm(initial={"body": body, "seen": seen})
    try:
        blocks = queries.shown(body, sort)
    except Broken as broken:
        blocks, faults = [], broken.faults
    context = {
        "kind": sort, "form": form, "blocks": blocks, "faults": faults, "versions": own,
        "house": sort.body if cluster is None else queries.body_in_use(None, sort),
        "refused": refused if refused is not None and not refused.faults else None,
    }  # fmt: skip
    status = 409 if refused is not None and not refused.faults else 400 if faults or form.errors else 200
    return render(request, page, context, status=status if request.method == "POST" else 200)


def _kind(key: str) -> Kind:
    if key not in {kind.key for kind in all_kinds()}:
        raise Http404
    return kind_of(key)
