"""A signature's secret link: the text, then one's name, for someone without an account."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scope

from grappe.papers.models import Signatory
from grappe.papers.queries import signatory_behind
from grappe.papers.rules import may_sign
from grappe.people.models import AccessLink
from grappe.people.queries import link_of
from grappe.web.shared import papers

GONE = "public/signatures/gone.html"


def _behind(token: str) -> tuple[AccessLink | None, Signatory | None]:
    link = link_of(token, purpose=AccessLink.Purpose.SIGNATURE, on=timezone.localdate())
    signatory = signatory_behind(link) if link is not None else None
    if link is None or signatory is None or link.person_id != signatory.person_id:
        return None, None
    return link, signatory


def _speaks(signatory: Signatory) -> bool:
    """Whether the person still may, today: what its firm agreed is no longer its to read once its mandate is over."""
    party = signatory.paper.party(signatory.party)
    return party is not None and may_sign(signatory.person, party, on=timezone.localdate())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: HttpRequest, token: str) -> HttpResponse:
    """The paper behind the link; a dead link, or a person without a mandate any more, is told so."""
    link, signatory = _behind(token)
    if link is None or signatory is None:
        return render(request, GONE, status=404)
    with scope(cluster=signatory.cluster):
        if not _speaks(signatory):
            return render(request, GONE, {"ended": True}, status=403)
        return papers.page(
            request,
            signatory.paper,
            party=signatory.party,
            person=signatory.person,
            template="public/signatures/signature.html",
            here=request.path,
            link=link,
            more={"file_url": reverse("public:signature_pdf", kwargs={"token": token}), "signatory": signatory},
        )


@never_cache
@require_safe
def signature_pdf(request: HttpRequest, token: str) -> HttpResponse:
    _link, signatory = _behind(token)
    if signatory is None:
        raise Http404
    with scope(cluster=signatory.cluster):
        if not _speaks(signatory):
            raise Http404
        return papers.download(signatory.paper)


urlpatterns = [
    path("signature/<str:token>/", signature, name="signature"),
    path("signature/<str:token>/document.pdf", signature_pdf, name="signature_pdf"),
]
