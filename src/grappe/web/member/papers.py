"""The papers of a firm's part: its convention, its equal-pay sheet; read, sign, keep."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from grappe.papers import queries
from grappe.papers.models import Paper
from grappe.pools.queries import part_numbered
from grappe.web.shared import papers as shown
from grappe.web.shared.doors import SeatedRequest, member


@member
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: SeatedRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    slug = request.seat.cluster.slug
    more = {
        "file_url": reverse("member:paper_pdf", args=[slug, pk]),
        "back": reverse("member:commitment", args=[slug, found.about_id]),
    }
    return shown.page(
        request, found, party="firm", person=request.seat.person, template="member/papers/paper.html",
        here=request.path, more=more,
    )  # fmt: skip


@member
@require_safe
def paper_pdf(request: SeatedRequest, pk: int) -> HttpResponse:
    return shown.download(_mine(request, pk))


def _mine(request: SeatedRequest, pk: int) -> Paper:
    """A paper about a part of one of the firms that the person speaks for."""
    found = queries.paper_numbered(pk)
    part = part_numbered(found.about_id) if found is not None and found.about == "pools.part" else None
    if found is None or part is None or part.firm_id not in request.seat.firm_ids:
        raise Http404
    return found


urlpatterns = [
    path("documents/<int:pk>/", paper, name="paper"),
    path("documents/<int:pk>/document.pdf", paper_pdf, name="paper_pdf"),
]
