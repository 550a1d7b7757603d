"""An invitation's secret link: the same page as a signed-in member's, for someone without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from grappe.people.models import AccessLink
from grappe.people.queries import link_of
from grappe.pools.queries import part_behind
from grappe.pools.rules import may_commit
from grappe.web.shared import commitments as answering

GONE = "public/invitations/gone.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The part behind the link; a dead link, or a person who no longer speaks for the firm, is told so."""
    today = timezone.localdate()
    link = link_of(token, purpose=AccessLink.Purpose.INVITATION, on=today)
    part = part_behind(link) if link is not None else None
    if link is None or link.person is None or part is None:
        return render(request, GONE, status=404)
    with scope(cluster=part.cluster):
        if not may_commit(link.person, part.firm_id, on=today):
            return render(request, GONE, {"ended": True, "part": part}, status=403)
        return answering.page(
            request, part, person=link.person, template="public/invitations/invitation.html", here=request.path
        )


urlpatterns = [path("invitation/<str:token>/", invitation, name="invitation")]
