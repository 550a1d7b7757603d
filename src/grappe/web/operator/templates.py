"""The house's text of each kind of paper: what a cluster prints from until it writes its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from grappe.papers import queries
from grappe.web.shared import templates as writing
from grappe.web.shared.doors import OperatorRequest, operator

PERMISSION = "papers.add_template"


@operator(PERMISSION)
@require_GET
def templates(request: OperatorRequest) -> HttpResponse:
    """The kinds of paper, the house's version of each, and how many clusters wrote their own."""
    context = {"kinds": queries.kinds_of(None), "own": queries.clusters_with_their_own().items()}
    return render(request, "operator/templates.html", context)


@operator(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: OperatorRequest, kind: str) -> HttpResponse:
    """The house's text to read and to write; what was printed and the clusters' own texts do not change."""
    here = reverse("operator:template", args=[kind])
    return writing.page(request, kind, by=request.user, cluster=None, here=here, page="operator/template.html")


urlpatterns = [
    path("", templates, name="templates"),
    path("<slug:kind>/", template, name="template"),
]
