"""The employee's own papers: the contract, its annex, mission letters; read, sign, keep."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from grappe.papers import queries
from grappe.papers.models import Paper
from grappe.plans.queries import letters, missions
from grappe.plans.queries.missions import LABEL as MISSIONS
from grappe.pools.queries import posts_ever_of
from grappe.web.shared import papers as shown
from grappe.web.shared.doors import SeatedRequest, staff


@staff
@require_GET
def papers(request: SeatedRequest) -> HttpResponse:
    """What concerns the person, latest first."""
    found = [
        paper
        for about, ids in _about(request).items()
        for paper in queries.papers_about(about, ids).filter(superseded_by=None)
    ]
    sheets = queries.sheets(sorted(found, key=lambda paper: -paper.pk))
    return render(request, "staff/papers/list.html", {"sheets": sheets})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: SeatedRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    more = {"file_url": reverse("staff:paper_pdf", args=[request.seat.cluster.slug, pk])}
    return shown.page(
        request, found, party="person", person=request.seat.person, template="staff/papers/paper.html",
        here=request.path, more=more,
    )  # fmt: skip


@staff
@require_safe
def paper_pdf(request: SeatedRequest, pk: int) -> HttpResponse:
    return shown.download(_mine(request, pk))


def _mine(request: SeatedRequest, pk: int) -> Paper:
    found = queries.paper_numbered(pk)
    if found is None or found.about_id not in _about(request).get(found.about, ()):
        raise Http404
    return found


def _about(request: SeatedRequest) -> dict[str, list[int]]:
    """What the person's papers are about: its posts, and the mission letters that were not withdrawn."""
    written = letters().filter(person=request.user)
    return {
        "pools.pool": [pool.pk for pool in posts_ever_of(request.user)],
        MISSIONS: [
            mission.letter.pk for mission in missions(written, on=request.seat.on) if mission.state != "withdrawn"
        ],
    }


urlpatterns = [
    path("documents/", papers, name="papers"),
    path("documents/<int:pk>/", paper, name="paper"),
    path("documents/<int:pk>/document.pdf", paper_pdf, name="paper_pdf"),
]
